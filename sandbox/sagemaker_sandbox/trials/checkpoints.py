"""Copies a training job's checkpoints to S3 while it runs, so that an interruption loses little.

Files are never removed from S3. A file goes up when it has stayed the same from one look to the next: one that is
still being written would arrive in pieces.
"""

from __future__ import annotations

from pathlib import Path

from .errors import TrialError
from .s3 import S3Client, join_uri, upload, uploadable

__all__ = ["CheckpointSync"]

_Version = tuple[int, int]  # modification time in nanoseconds, size


class CheckpointSync:
    """What is in the folder when this is made counts as being in S3. Not thread-safe."""

    def __init__(self, s3: S3Client, folder: Path, uri: str) -> None:
        self._s3 = s3
        self._folder = folder
        self._uri = uri
        self._seen = self._versions()
        self._uploaded = dict(self._seen)

    def sync_settled(self) -> None:
        """Upload what has changed, and not since the last look. A failure is left to `sync`."""
        before, self._seen = self._seen, self._versions()
        settled = {path: version for path, version in self._seen.items() if before.get(path) == version}
        try:
            self._upload_changed(settled)
        except (TrialError, FileNotFoundError):
            return  # S3 may answer the next time; the script may have renamed its file

    def sync(self) -> None:
        """Upload all that has changed, once nothing writes any more."""
        self._upload_changed(self._versions())

    def _upload_changed(self, versions: dict[Path, _Version]) -> None:
        for path, version in versions.items():
            if self._uploaded.get(path) != version:
                upload(self._s3, path, join_uri(self._uri, path.relative_to(self._folder).as_posix()))
                self._uploaded[path] = version

    def _versions(self) -> dict[Path, _Version]:
        versions = {}
        for path in uploadable(self._folder):
            try:
                status = path.stat()
            except FileNotFoundError:
                continue  # gone since it was listed
            versions[path] = (status.st_mtime_ns, status.st_size)
        return versions
