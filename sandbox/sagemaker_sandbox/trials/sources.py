"""What a channel's S3DataSource names: the objects of a prefix or a manifest, the rows of an augmented manifest.

Source: SageMaker API reference, S3DataSource; Developer Guide, "Augmented Manifest Files for Training Jobs".
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .errors import TrialError
from .s3 import S3Client, list_keys, read, split_uri

__all__ = ["S3Object", "find_objects", "objects_below", "read_augmented_manifest"]


@dataclass(frozen=True)
class S3Object:
    """`name` is its path below the channel's prefix; it comes from a key or a manifest, so it may say anything."""

    bucket: str
    key: str
    name: str


def find_objects(s3: S3Client, source: Mapping[str, Any]) -> list[S3Object]:
    """The objects of a source of type S3Prefix or ManifestFile, in the order of their keys or of the manifest."""
    find = {"S3Prefix": objects_below, "ManifestFile": _objects_of_manifest}.get(source["S3DataType"])
    if find is None:
        raise TrialError(f"ClientError: S3DataType {source['S3DataType']} is supported in Pipe input mode only.")
    return find(s3, source["S3Uri"])


def objects_below(s3: S3Client, uri: str, *, may_be_none: bool = False) -> list[S3Object]:
    """Every object whose key starts with the URI's."""
    bucket, prefix = split_uri(uri)
    keys = list(list_keys(s3, uri))
    if not keys and not may_be_none:
        raise TrialError(f"ClientError: Data download failed: no objects found under S3 URL '{uri}'.")
    # A key that ends with a slash is a console's folder marker.
    return [S3Object(bucket, key, _below(prefix, key)) for key in keys if not key.endswith("/")]


def read_augmented_manifest(s3: S3Client, source: Mapping[str, Any]) -> list[tuple[S3Object | bytes, ...]]:
    """For each line the values of the attributes, in the order of AttributeNames.

    An attribute whose name ends with `-ref` names an object; a string is given as it is, any other value as JSON.
    """
    uri = source["S3Uri"]
    names = source.get("AttributeNames", ())
    lines = read(s3, *split_uri(uri)).decode(errors="replace").splitlines()
    return [_row(f"'{uri}' line {number}", line, names) for number, line in enumerate(lines, 1) if line.strip()]


def _row(where: str, line: str, names: Sequence[str]) -> tuple[S3Object | bytes, ...]:
    try:
        values = json.loads(line)
        return tuple(_value(name, values[name]) for name in names)
    except KeyError as error:
        raise TrialError(f"ClientError: Augmented manifest {where} has no attribute {error}.") from error
    except (ValueError, TypeError) as error:
        raise TrialError(f"ClientError: Augmented manifest {where} is not a JSON object: {error}") from error


def _value(name: str, value: Any) -> S3Object | bytes:
    if name.endswith("-ref"):
        bucket, key = split_uri(str(value))
        return S3Object(bucket, key, key)
    return (value if isinstance(value, str) else json.dumps(value)).encode()


def _objects_of_manifest(s3: S3Client, uri: str) -> list[S3Object]:
    """Form: `[{"prefix": "s3://bucket/path/"}, "relative/key", ...]`."""
    try:
        head, *names = json.loads(read(s3, *split_uri(uri)))
        bucket, prefix = split_uri(head["prefix"])
        return [S3Object(bucket, prefix + name, name) for name in names]
    except (ValueError, TypeError, KeyError) as error:
        raise TrialError(
            f'ClientError: Manifest \'{uri}\' is not of the form [{{"prefix": "s3://..."}}, "key", ...].'
        ) from error


def _below(prefix: str, key: str) -> str:
    """A key's path below a prefix; a prefix that is only the start of a name counts up to its last slash."""
    if key.startswith(prefix.rstrip("/") + "/"):
        return key[len(prefix.rstrip("/")) + 1 :]
    return key[prefix.rfind("/") + 1 :]
