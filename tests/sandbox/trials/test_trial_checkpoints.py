"""Checkpoints on their way to S3 and back, and that nothing but the trial's own files is uploaded."""

from __future__ import annotations

import io
import tarfile
import time
from pathlib import Path
from typing import Any

import pytest
from sagemaker_sandbox.trials.checkpoints import CheckpointSync
from training_jobs import BUCKET, DEADLINE_SECONDS, Jobs

URI = f"s3://{BUCKET}/checkpoints"
CONFIG = {"S3Uri": URI}


def test_checkpoints_come_back_and_are_synced(jobs: Jobs) -> None:
    jobs.put("checkpoints/epoch-1", "one")
    run = jobs.script(
        """
        import os, pathlib
        folder = pathlib.Path(os.environ["SM_MODEL_DIR"]).parent / "checkpoints"
        assert (folder / "epoch-1").read_text() == "one"
        (folder / "deep").mkdir()
        (folder / "deep" / "epoch-2").write_text("two")
        """,
        CheckpointConfig=CONFIG,
    )
    assert run.result().failure_reason is None
    assert jobs.keys("checkpoints/") == ["checkpoints/deep/epoch-2", "checkpoints/epoch-1"]


def test_checkpoints_are_in_s3_while_the_trial_still_runs(jobs: Jobs) -> None:
    run = jobs.script(
        """
        import os, pathlib, time
        (pathlib.Path(os.environ["SM_MODEL_DIR"]).parent / "checkpoints" / "epoch-1").write_text("one")
        time.sleep(600)
        """,
        CheckpointConfig=CONFIG,
    )
    deadline = time.monotonic() + DEADLINE_SECONDS
    while jobs.keys("checkpoints/") != ["checkpoints/epoch-1"]:
        assert time.monotonic() < deadline, run.events
        time.sleep(0.05)
    run.trial.stop()
    assert run.result().status == "Stopped"


def test_another_local_path_is_below_the_containers_root(jobs: Jobs) -> None:
    run = jobs.script(
        """
        import os, pathlib
        container = pathlib.Path(os.environ["SM_MODEL_DIR"]).parents[2]
        (container / "tmp" / "saved" / "epoch-1").write_text("one")
        """,
        CheckpointConfig={**CONFIG, "LocalPath": "/tmp/saved"},
    )
    assert run.result().failure_reason is None
    assert jobs.get(f"{URI}/epoch-1") == b"one"


@pytest.mark.parametrize("path", ["/opt/../../../elsewhere", "../elsewhere", "/"])
def test_a_local_path_cannot_be_outside_of_the_trials_folder(jobs: Jobs, path: str) -> None:
    jobs.put("checkpoints/escaped", "evil")
    run = jobs.script("print('ran')", CheckpointConfig={**CONFIG, "LocalPath": path})
    assert "outside of the training job" in (run.result().failure_reason or "")
    assert not list(jobs.folder.rglob("escaped"))


def test_a_key_below_the_checkpoints_cannot_be_outside_of_the_trials_folder(jobs: Jobs) -> None:
    jobs.put("checkpoints/../../../../../escaped", "evil")
    run = jobs.script("print('ran')", CheckpointConfig=CONFIG)
    assert "outside of the training job" in (run.result().failure_reason or "")
    assert not list(jobs.folder.rglob("escaped"))


LINKS = """
    import os, pathlib
    model = pathlib.Path(os.environ["SM_MODEL_DIR"])
    for folder in (model, model.parent / "checkpoints"):
        (folder / "own").write_text("own")
        (folder / "file").symlink_to(os.environ["SECRET"] + "/secret")
        (folder / "folder").symlink_to(os.environ["SECRET"])
"""


def links(jobs: Jobs, tmp_path: Path, **changes: Any) -> str:
    """Run a script that points links at a file which is not its own; returns the URI of its model."""
    secret = tmp_path / "elsewhere"
    secret.mkdir()
    (secret / "secret").write_text("of the user")
    run = jobs.script(LINKS, CheckpointConfig=CONFIG, Environment={"SECRET": str(secret)}, **changes)
    assert run.result().failure_reason is None
    return run.result().model_artifacts or ""


def test_what_links_point_to_is_never_uploaded(jobs: Jobs, tmp_path: Path) -> None:
    output = {"S3OutputPath": f"s3://{BUCKET}/output", "CompressionType": "NONE"}
    links(jobs, tmp_path, OutputDataConfig=output)
    assert jobs.keys("checkpoints/") == ["checkpoints/own"]
    assert jobs.keys("output/") == ["output/tune-001-0badcafe/output/model/own"]


def test_a_link_in_the_model_stays_a_link(jobs: Jobs, tmp_path: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(jobs.get(links(jobs, tmp_path)))) as tar:
        assert {member.name: member.issym() for member in tar} == {"own": False, "file": True, "folder": True}


def test_a_checkpoint_bucket_that_is_not_there_fails_the_job(jobs: Jobs) -> None:
    run = jobs.script("print('ran')", CheckpointConfig={"S3Uri": "s3://missing-bucket/x"})
    assert "NoSuchBucket" in (run.result().failure_reason or "")
    assert run.statuses() == ["Starting", "Downloading"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "checkpoints").mkdir()
    return tmp_path / "checkpoints"


def test_a_file_goes_up_once_it_has_stopped_changing(jobs: Jobs, folder: Path) -> None:
    sync = CheckpointSync(jobs.s3, folder, URI)
    (folder / "epoch").write_text("half")
    sync.sync_settled()
    (folder / "epoch").write_text("half and the rest")
    sync.sync_settled()
    assert jobs.keys("checkpoints/") == []
    sync.sync_settled()
    assert jobs.get(f"{URI}/epoch") == b"half and the rest"


def test_a_file_goes_up_again_only_after_a_change(jobs: Jobs, folder: Path) -> None:
    (folder / "old").write_text("in S3 already")
    sync = CheckpointSync(jobs.s3, folder, URI)
    (folder / "epoch").write_text("one")
    sync.sync()
    jobs.put("checkpoints/epoch", "marked")
    sync.sync()
    assert jobs.get(f"{URI}/epoch") == b"marked"
    (folder / "epoch").write_text("two!")
    sync.sync()
    assert jobs.get(f"{URI}/epoch") == b"two!"
    assert jobs.keys("checkpoints/") == ["checkpoints/epoch"]
