"""The data folder: one process at a time, and the versions that wrote it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock, Timeout

from .shelf import Shelf

__all__ = ["DataDir", "DataDirError"]

# Whose objects are in the files: moto's backends, this package's records; optuna replays its searches.
_LIBRARIES = ("moto", "optuna", "pulumi-sagemaker-tuning")


class DataDirError(RuntimeError):
    """The folder cannot be used by this process now."""


@dataclass(frozen=True)
class DataDir:
    path: Path

    @property
    def training_jobs(self) -> Path:
        return self.path / "training-jobs"

    @contextmanager
    def opened(self) -> Iterator[tuple[Shelf, Shelf]]:
        """The shelves for jobs and for services, while no other process can have the folder.

        Errors: DataDirError if another process has it, or other versions wrote it.
        """
        self.training_jobs.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.path / "lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise DataDirError(
                f"{self.path}: another sandbox is using this folder.\nStop that one, or give this one its own folder."
            ) from error
        with lock:
            self._check_versions()
            jobs, services = Shelf(self.path / "jobs.sqlite3"), Shelf(self.path / "services.sqlite3")
            try:
                yield jobs, services
            finally:
                jobs.close()
                services.close()
                lock.release()

    def _check_versions(self) -> None:
        file = self.path / "versions.json"
        ours = {library: version(library) for library in _LIBRARIES}
        if not file.exists():
            file.write_text(json.dumps(ours, indent=2))
        theirs = json.loads(file.read_text())
        for library, installed in ours.items():
            if theirs.get(library) != installed:
                raise DataDirError(
                    f"{self.path}: written with {library} {theirs.get(library)}, but {installed} is installed.\n"
                    f"Install {library}=={theirs.get(library)}, or start with an empty folder."
                )
