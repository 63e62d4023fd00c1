"""S3 as trials use it: keys and objects into files and streams, folders into archives and objects.

Every function takes a boto3 S3 client. Failures become a TrialError in the words of SageMaker's FailureReason.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from .errors import TrialError

__all__ = [
    "S3Client",
    "chunks",
    "download",
    "fetch_code",
    "join_uri",
    "list_keys",
    "read",
    "split_uri",
    "unpack_code",
    "upload",
    "upload_archive",
    "upload_folder",
    "uploadable",
]

S3Client: TypeAlias = Any  # boto3 makes its client classes at run time

_CHUNK_BYTES = 1 << 20


def split_uri(uri: str) -> tuple[str, str]:
    parts = urlsplit(uri)
    if parts.scheme != "s3" or not parts.netloc:
        raise TrialError(f"ClientError: '{uri}' is not an S3 URI. Give s3://bucket/key.")
    return parts.netloc, parts.path.lstrip("/")


def join_uri(uri: str, name: str) -> str:
    return f"{uri.rstrip('/')}/{name}"


def list_keys(s3: S3Client, uri: str) -> Iterator[str]:
    """Every key that starts with the URI's, in S3's order."""
    bucket, prefix = split_uri(uri)
    try:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            yield from (item["Key"] for item in page.get("Contents", ()))
    except (BotoCoreError, ClientError) as error:
        raise _download_failed(bucket, prefix, error) from error


def chunks(s3: S3Client, bucket: str, key: str) -> Iterator[bytes]:
    """An object's content, a piece at a time."""
    try:
        with closing(s3.get_object(Bucket=bucket, Key=key)["Body"]) as body:
            yield from body.iter_chunks(_CHUNK_BYTES)
    except (BotoCoreError, ClientError) as error:
        raise _download_failed(bucket, key, error) from error


def read(s3: S3Client, bucket: str, key: str) -> bytes:
    return b"".join(chunks(s3, bucket, key))


def download(s3: S3Client, bucket: str, key: str, path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.writelines(chunks(s3, bucket, key))
    except OSError as error:  # S3 takes the keys "a" and "a/b" together, a file system does not
        raise _download_failed(bucket, key, error) from error


def fetch_code(s3: S3Client, uri: str, folder: Path) -> None:
    """Download and unpack a script's tar.gz."""
    archive = folder.with_name("sourcedir.tar.gz")
    download(s3, *split_uri(uri), archive)
    try:
        unpack_code(archive, folder, uri)
    finally:
        archive.unlink()


def unpack_code(archive: Path, folder: Path, name: str) -> None:
    """Unpack a tar.gz that the job knows by this name; members cannot leave the folder."""
    try:
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
    except (tarfile.TarError, OSError) as error:
        raise TrialError(f"ClientError: Cannot unpack the code in '{name}': {error}") from error


def upload(s3: S3Client, path: Path, uri: str) -> None:
    bucket, key = split_uri(uri)
    try:
        with path.open("rb") as file:
            s3.put_object(Bucket=bucket, Key=key, Body=file)
    except (BotoCoreError, ClientError) as error:
        raise TrialError(f"ClientError: Artifact upload failed: s3://{bucket}/{key}: {error}") from error


def upload_archive(s3: S3Client, folder: Path, uri: str) -> None:
    """Upload a folder's content as one tar.gz; a symbolic link stays a link, whose target is not taken along."""
    archive = folder.with_name(f"{folder.name}.tar.gz")
    with tarfile.open(archive, "w:gz", compresslevel=1) as tar:  # models hardly compress; time counts
        for path in sorted(folder.iterdir()):
            tar.add(path, arcname=path.name)
    upload(s3, archive, uri)
    archive.unlink()


def upload_folder(s3: S3Client, folder: Path, uri: str) -> None:
    """Upload every file of a folder under a prefix."""
    for path in uploadable(folder):
        upload(s3, path, join_uri(uri, path.relative_to(folder).as_posix()))


def uploadable(folder: Path) -> list[Path]:
    """A folder's own files: what a symbolic link points to may lie anywhere on this machine."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]


def _download_failed(bucket: str, key: str, error: Exception) -> TrialError:
    return TrialError(f"ClientError: Data download failed: s3://{bucket}/{key}: {error}")
