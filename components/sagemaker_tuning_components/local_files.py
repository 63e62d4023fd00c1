"""Local files and folders, named by their content: the same bytes give the same name wherever they lie.

Pure but for reading the files and for the folder that a packed script waits in to be uploaded.
"""

from __future__ import annotations

import atexit
import functools
import gzip
import hashlib
import io
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

__all__ = ["Files", "find_files", "pack"]

_DIGITS = 12
_IGNORED = ("__pycache__",)


class Files:
    """The files of a folder, or one file alone, by their paths below it."""

    def __init__(self, files: Iterable[tuple[str, Path]]) -> None:
        self.by_name = dict(sorted(files))

    @functools.cached_property
    def digest(self) -> str:
        """Changes with any name and any byte, and with nothing else."""
        whole = hashlib.sha256()
        for name, path in self.by_name.items():
            with path.open("rb") as file:
                content = _sha256(file)
            whole.update(f"{name}\0{content}\n".encode())
        return whole.hexdigest()[:_DIGITS]


def find_files(path: Path, where: str) -> Files:
    """The file, or the folder's files without hidden ones and Python's caches; links are followed.

    Errors: ValueError, with `where` the user gave the path, if there is nothing, or a link that leads nowhere.
    """
    if path.is_file():
        return Files([(path.name, path)])
    files = [(each.relative_to(path).as_posix(), each) for each in _below(path, where)] if path.is_dir() else []
    if not files:
        raise ValueError(
            f"{where}: {str(path)!r} is neither a file nor a folder with files, as seen from {Path.cwd()}.\n"
            "Give a path from the folder of the program, or an s3:// URI."
        )
    return Files(files)


def pack(files: Files) -> Path:
    """A tar.gz of the files; the same files give the same bytes. It lasts as long as this process."""
    archive = _folder() / f"{files.digest}.tar.gz"
    content = io.BytesIO()
    # Times, owners and the file's name would make each archive another one.
    with (
        gzip.GzipFile(fileobj=content, mode="wb", filename="", mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT, encoding="utf-8") as tar,
    ):
        for name, path in files.by_name.items():
            data = path.read_bytes()
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            entry.mode = 0o755 if path.stat().st_mode & 0o100 else 0o644
            tar.addfile(entry, io.BytesIO(data))
    archive.write_bytes(content.getvalue())
    return archive


def _below(folder: Path, where: str, above: tuple[Path, ...] = ()) -> Iterator[Path]:
    """Every file below a folder that is reached through the folders `above`."""
    way = (*above, folder.resolve())
    for each in folder.iterdir():
        if each.name.startswith(".") or each.name in _IGNORED:
            continue
        if not each.exists() or each.resolve() in way:
            raise ValueError(f"{where}: {str(each)!r} is a link that leads nowhere.\nMend or remove it.")
        if each.is_dir():
            yield from _below(each, where, way)
        elif each.is_file():
            yield each


def _sha256(file: io.BufferedReader) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()


@functools.cache
def _folder() -> Path:
    """The engine reads an archive by its path while the program runs."""
    folder = tempfile.TemporaryDirectory(prefix="sagemaker-tuning-")
    atexit.register(folder.cleanup)
    return Path(folder.name)
