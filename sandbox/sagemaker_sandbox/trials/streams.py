"""The bytes that a channel's named pipe carries in one epoch.

The content of the objects one after the other, unpacked if CompressionType is Gzip, each one a record if
RecordWrapperType is RecordIO, in another order in each epoch if there is a ShuffleConfig.
Source: SageMaker API reference, Channel and ShuffleConfig; MXNet, "Efficient Data Loaders", for RecordIO.
"""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .errors import TrialError
from .s3 import S3Client, chunks
from .sources import S3Object, find_objects, read_augmented_manifest

__all__ = ["Stream", "open_stream"]

_RECORD_IO_MAGIC = 0xCED7230A
_GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True)
class Stream:
    """`groups` is what stays together when it is shuffled: one object, or the attributes of one manifest line."""

    s3: S3Client
    groups: tuple[tuple[S3Object | bytes, ...], ...]
    seed: int | None
    is_compressed: bool
    is_wrapped: bool

    def epoch(self, number: int) -> Iterator[bytes]:
        groups = list(self.groups)
        if self.seed is not None:
            random.Random(f"{self.seed}/{number}").shuffle(groups)
        for group in groups:
            for item in group:
                content = self._content(item)
                yield from _record(content) if self.is_wrapped else content

    def _content(self, item: S3Object | bytes) -> Iterator[bytes]:
        if isinstance(item, bytes):
            return iter((item,))
        content = chunks(self.s3, item.bucket, item.key)
        return _unpacked(content, item) if self.is_compressed else content


def open_stream(s3: S3Client, channel: Mapping[str, Any], source: Mapping[str, Any]) -> Stream:
    """Find what a channel has to send. Errors: TrialError if there is nothing, or a manifest is malformed."""
    if source["S3DataType"] == "AugmentedManifestFile":
        groups = read_augmented_manifest(s3, source)
    else:
        groups = [(item,) for item in find_objects(s3, source)]
    return Stream(
        s3,
        tuple(groups),
        seed=channel["ShuffleConfig"]["Seed"] if "ShuffleConfig" in channel else None,
        is_compressed=channel.get("CompressionType") == "Gzip",
        is_wrapped=channel.get("RecordWrapperType") == "RecordIO",
    )


def _record(content: Iterable[bytes]) -> Iterator[bytes]:
    data = b"".join(content)
    yield struct.pack("<II", _RECORD_IO_MAGIC, len(data))
    yield data
    yield bytes(-len(data) % 4)


def _unpacked(content: Iterable[bytes], item: S3Object) -> Iterator[bytes]:
    """gzip's members one after the other, as gunzip does."""
    unpacker = zlib.decompressobj(_GZIP)
    try:
        for chunk in content:
            yield unpacker.decompress(chunk)
            while unpacker.eof and unpacker.unused_data:
                rest = unpacker.unused_data
                unpacker = zlib.decompressobj(_GZIP)
                yield unpacker.decompress(rest)
    except zlib.error as error:
        raise TrialError(
            f"ClientError: s3://{item.bucket}/{item.key} is not gzip, as the channel's CompressionType says: {error}"
        ) from error
