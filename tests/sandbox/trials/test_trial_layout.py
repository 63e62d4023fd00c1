"""The trial's folder: no name leads out of it, and nothing of a trial is left behind it."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sagemaker_sandbox.trials.errors import TrialError
from sagemaker_sandbox.trials.layout import Layout, inside
from training_jobs import BUCKET, Jobs, channel

NAMES = st.lists(st.sampled_from(["..", ".", "", "a", "b.csv", "~", "\0", "é", "x" * 300]) | st.text(), max_size=8)


@given(NAMES, st.sampled_from(["/", "//", "\\", "/../"]))
def test_no_name_leads_out_of_a_folder(parts: list[str], separator: str) -> None:
    folder = Path("/trial/opt/ml/input/data/train")
    name = separator.join(parts)
    try:
        path = inside(folder, name)
    except TrialError:
        return
    assert os.path.normpath(folder / name).startswith(f"{folder}/")
    assert path.is_relative_to(folder)


@pytest.mark.parametrize("name", ["", ".", "..", "a/..", "a/../..", "/", "/etc/passwd", "a/../../train-2/b"])
def test_names_that_lead_out_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(TrialError, match="outside of the training job's folder"):
        inside(tmp_path, name)


def test_names_that_no_file_can_have_are_refused(tmp_path: Path) -> None:
    for name in ("a\0b", "\ud800"):
        with pytest.raises(TrialError, match="is no name of a file"):
            inside(tmp_path, name)


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "link").symlink_to(tmp_path)
    with pytest.raises(TrialError):
        inside(tmp_path / "folder", "link/escaped")


def test_a_layout_is_created_anew_and_does_not_follow_links(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").write_text("of the user")
    layout = Layout(tmp_path / "trial")
    layout.create()
    (layout.model / "old").write_text("of an earlier run")
    (layout.model / "link").symlink_to(elsewhere)
    layout.create()
    assert list(layout.model.iterdir()) == []
    assert (elsewhere / "kept").exists()


def test_a_trial_leaves_no_thread_and_no_open_file(logging_jobs: Jobs) -> None:
    def run() -> None:
        changes: dict[str, Any] = {
            "InputDataConfig": [channel("train", logging_jobs.put("data/a", "1"), InputMode="Pipe")],
            "CheckpointConfig": {"S3Uri": f"s3://{BUCKET}/checkpoints"},
        }
        read = "import os; print(open(os.path.join(os.environ['SM_INPUT_DIR'], 'data', 'train_0')).read())"
        assert logging_jobs.script(read, **changes).result().status == "Completed"

    run()  # the clients' connections stay open
    threads, files = set(own_threads()), psutil.Process().num_fds()
    for _ in range(3):
        run()
    assert set(own_threads()) == threads
    assert psutil.Process().num_fds() <= files + 2  # connections of the S3 server in this process come and go


def own_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if "process_request" not in thread.name]
