"""S3 as trials use it: prefixes and objects into folders, folders into archives and objects.

Every function takes a boto3 S3 client. Failures become a TrialError in the words of SageMaker's FailureReason.
"""

from __future__ import annotations

import json
import shutil
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from .errors import TrialError
from .layout import inside

__all__ = ["download_manifest", "download_prefix", "extract_code", "split_uri", "upload_archive", "upload_folder"]

S3Client: TypeAlias = Any  # boto3 makes its client classes at run time
Check: TypeAlias = Callable[[], None]  # raises to give up between two objects


def split_uri(uri: str) -> tuple[str, str]:
    parts = urlsplit(uri)
    if parts.scheme != "s3" or not parts.netloc:
        raise TrialError(f"ClientError: '{uri}' is not an S3 URI. Give s3://bucket/key.")
    return parts.netloc, parts.path.lstrip("/")


def download_prefix(s3: S3Client, uri: str, folder: Path, check: Check, *, may_be_empty: bool = False) -> None:
    """Every object whose key starts with the URI's, under its path below the prefix."""
    bucket, prefix = split_uri(uri)
    found = False
    for key in _keys(s3, bucket, prefix):
        found = True
        if not key.endswith("/"):  # a console's folder marker
            check()
            _download(s3, bucket, key, inside(folder, _below(prefix, key)))
    if not found and not may_be_empty:
        raise TrialError(f"ClientError: Data download failed: no objects found under S3 URL '{uri}'.")


def download_manifest(s3: S3Client, uri: str, folder: Path, check: Check) -> None:
    """The objects that a manifest lists: `[{"prefix": "s3://bucket/path/"}, "relative/key", ...]`."""
    bucket, key = split_uri(uri)
    try:
        head, *names = json.loads(_read(s3, bucket, key))
        data_bucket, prefix = split_uri(head["prefix"])
        keys = [(prefix + name, inside(folder, name)) for name in names]
    except (ValueError, TypeError, KeyError) as error:
        raise TrialError(
            f'ClientError: Manifest \'{uri}\' is not of the form [{{"prefix": "s3://..."}}, "key", ...].'
        ) from error
    for data_key, path in keys:
        check()
        _download(s3, data_bucket, data_key, path)


def extract_code(s3: S3Client, uri: str, folder: Path) -> None:
    """Unpack a script's tar.gz; members cannot leave the folder."""
    bucket, key = split_uri(uri)
    archive = folder.with_name("sourcedir.tar.gz")
    _download(s3, bucket, key, archive)
    try:
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
    except (tarfile.TarError, OSError) as error:
        raise TrialError(f"ClientError: Cannot unpack the code in '{uri}': {error}") from error
    finally:
        archive.unlink()


def upload_archive(s3: S3Client, folder: Path, uri: str) -> None:
    """Upload a folder's content as one tar.gz."""
    archive = folder.with_name(f"{folder.name}.tar.gz")
    with tarfile.open(archive, "w:gz", compresslevel=1) as tar:  # models hardly compress; time counts
        for path in sorted(folder.iterdir()):
            tar.add(path, arcname=path.name)
    bucket, key = split_uri(uri)
    _upload(s3, archive, bucket, key)
    archive.unlink()


def upload_folder(s3: S3Client, folder: Path, uri: str) -> None:
    """Upload every file of a folder under a prefix."""
    bucket, prefix = split_uri(uri)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            _upload(s3, path, bucket, f"{prefix.rstrip('/')}/{path.relative_to(folder).as_posix()}")


def _below(prefix: str, key: str) -> str:
    """A key's path below a prefix; a prefix that is only the start of a name counts up to its last slash."""
    if key.startswith(prefix.rstrip("/") + "/"):
        return key[len(prefix.rstrip("/")) + 1 :]
    return key[prefix.rfind("/") + 1 :]


def _keys(s3: S3Client, bucket: str, prefix: str) -> Iterator[str]:
    try:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            yield from (item["Key"] for item in page.get("Contents", ()))
    except (BotoCoreError, ClientError) as error:
        raise TrialError(f"ClientError: Data download failed: s3://{bucket}/{prefix}: {error}") from error


def _read(s3: S3Client, bucket: str, key: str) -> bytes:
    try:
        content: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except (BotoCoreError, ClientError) as error:
        raise TrialError(f"ClientError: Data download failed: s3://{bucket}/{key}: {error}") from error
    return content


def _download(s3: S3Client, bucket: str, key: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with s3.get_object(Bucket=bucket, Key=key)["Body"] as body, path.open("wb") as file:
            shutil.copyfileobj(body, file)
    except (BotoCoreError, ClientError) as error:
        raise TrialError(f"ClientError: Data download failed: s3://{bucket}/{key}: {error}") from error


def _upload(s3: S3Client, path: Path, bucket: str, key: str) -> None:
    try:
        with path.open("rb") as file:
            s3.put_object(Bucket=bucket, Key=key, Body=file)
    except (BotoCoreError, ClientError) as error:
        raise TrialError(f"ClientError: Artifact upload failed: s3://{bucket}/{key}: {error}") from error
