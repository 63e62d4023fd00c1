"""Files by their content: what changes a digest or an archive, and what does not."""

from __future__ import annotations

import os
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pulumi
import pytest
from sagemaker_tuning_components import source_archive
from sagemaker_tuning_components.local_files import find_files, pack


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = tmp_path / "source"
    (source / "lib").mkdir(parents=True)
    (source / "train.py").write_text("import lib.loss\n")
    (source / "lib" / "loss.py").write_text("loss = 1\n")
    return source


def _touched(folder: Path) -> None:
    os.utime(folder / "train.py", (0, 0))


def _with_caches(folder: Path) -> None:
    for name in ("__pycache__/train.pyc", ".git/HEAD", "lib/.DS_Store"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("x")


def _with_an_empty_folder(folder: Path) -> None:
    (folder / "empty").mkdir()


SAME = {"other times": _touched, "caches and hidden files": _with_caches, "an empty folder": _with_an_empty_folder}
OTHER = {
    "other content": lambda folder: (folder / "train.py").write_text("import lib.loss, os\n"),
    "another name": lambda folder: (folder / "train.py").rename(folder / "tune.py"),
    "another place": lambda folder: shutil.move(folder / "lib" / "loss.py", folder / "loss.py"),
    "one file more": lambda folder: (folder / "requirements.txt").write_text("numpy\n"),
}


@pytest.mark.parametrize("edit", SAME.values(), ids=SAME)
def test_the_same_files_are_the_same_bytes(folder: Path, edit: Callable[[Path], None]) -> None:
    before = pack(find_files(folder, "source_dir")).read_bytes()
    copy = shutil.copytree(folder, folder.parent / "elsewhere")
    edit(copy)
    archive = pack(find_files(copy, "source_dir"))
    assert archive.read_bytes() == before
    with tarfile.open(archive) as tar:
        assert tar.getnames() == ["lib/loss.py", "train.py"]


@pytest.mark.parametrize("edit", OTHER.values(), ids=OTHER)
def test_other_files_have_another_digest(folder: Path, edit: Callable[[Path], object]) -> None:
    before = find_files(folder, "source_dir").digest
    edit(folder)
    assert find_files(folder, "source_dir").digest != before


def test_links_are_followed(folder: Path) -> None:
    shared = folder.parent / "shared"
    shared.mkdir()
    (shared / "metrics.py").write_text("")
    (folder / "shared").symlink_to(shared)
    (folder / "lib" / "again").symlink_to(shared)
    (folder / "loss.py").symlink_to(folder / "lib" / "loss.py")
    names = ["lib/again/metrics.py", "lib/loss.py", "loss.py", "shared/metrics.py", "train.py"]
    with tarfile.open(pack(find_files(folder, "source_dir"))) as tar:
        assert tar.getnames() == names
        assert all(member.isfile() for member in tar)


@pytest.mark.parametrize("target", ["nothing", ".", "..", "lib"])
def test_a_link_that_leads_nowhere_or_in_a_circle_is_named(folder: Path, target: str) -> None:
    (folder / "lib" / "link").symlink_to(folder / "lib" / target if target != "lib" else folder / "lib")
    with pytest.raises(ValueError, match=r"source_dir: '.*lib/link' is a link that leads nowhere"):
        find_files(folder, "source_dir")


def test_long_and_foreign_names_can_be_packed(folder: Path) -> None:
    deep = folder.joinpath(*["größe" * 20] * 4)
    deep.mkdir(parents=True)
    (deep / "模型.txt").write_text("x")
    with tarfile.open(pack(find_files(folder, "source_dir"))) as tar:
        assert f"{deep.relative_to(folder).as_posix()}/模型.txt" in tar.getnames()


def test_one_file_is_found_by_its_own_name(folder: Path) -> None:
    assert list(find_files(folder / "train.py", "data[train]").by_name) == ["train.py"]


def test_a_folder_without_files_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"data\[train\]: .* is neither a file nor a folder with files"):
        find_files(tmp_path, "data[train]")


def test_a_source_archive_is_what_the_component_would_upload(folder: Path) -> None:
    asset = source_archive(folder)
    assert Path(asset.path).read_bytes() == pack(find_files(folder, "source_dir")).read_bytes()
    with pytest.raises(pulumi.RunError, match="source_archive: 'nowhere' is neither"):
        source_archive("nowhere")
