"""Assets: the files and texts that a program hands over as the content of an object.

The engine leaves the content out of what it sends from the state and sends the hash alone, which the SDK's property
values reject. So an asset is marked as a plain map before the SDK reads the request (`mark_assets`), and put into
Pulumi's wire form, hash included, on the way back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from google.protobuf.struct_pb2 import Struct, Value
from pulumi.runtime.rpc import _special_asset_sig, _special_sig_key

__all__ = ["Asset", "mark_assets"]

_MARK = "asset!"  # no Pulumi property is called so


@dataclass(frozen=True)
class Asset:
    """One of path, text and uri; none of them for an asset from the state, which has its hash alone."""

    path: str | None = None
    text: str | None = None
    uri: str | None = None
    hash: str | None = None

    @classmethod
    def from_marked(cls, fields: Mapping[str, str]) -> Asset | None:
        """The asset that a map stands for, if it was marked as one."""
        if _MARK not in fields:
            return None
        return cls(**{key: fields[key] for key in ("path", "text", "uri", "hash") if key in fields})

    def to_wire(self) -> dict[str, str]:
        fields = {"path": self.path, "text": self.text, "uri": self.uri, "hash": self.hash}
        return {_special_sig_key: _special_asset_sig, **{key: value for key, value in fields.items() if value}}

    @property
    def digest(self) -> str:
        """SHA-256 of the content in hex, which is Pulumi's own hash of an asset."""
        return self.hash or hashlib.sha256(self.content()).hexdigest()

    def content(self) -> bytes:
        """Errors: ValueError if there is no such file, or for a remote asset, which the stand-in does not fetch."""
        if self.uri is not None:
            raise ValueError(
                f"source: the offline aws stand-in does not fetch {self.uri!r}. Pass a file or a text asset."
            )
        if self.path is None:
            return (self.text or "").encode()
        path = Path(self.path)
        if not path.is_file():
            raise ValueError(f"source: no file {self.path!r} as seen from {Path.cwd()}. Pass an absolute path.")
        return path.read_bytes()


def mark_assets(struct: Struct) -> None:
    """Turn every asset inside into a marked plain map, in place."""
    signature = struct.fields.get(_special_sig_key)
    if signature is not None and signature.string_value == _special_asset_sig:
        del struct.fields[_special_sig_key]
        struct.fields[_MARK].bool_value = True
    for value in struct.fields.values():
        _mark_in_value(value)


def _mark_in_value(value: Value) -> None:
    if value.HasField("struct_value"):
        mark_assets(value.struct_value)
    elif value.HasField("list_value"):
        for item in value.list_value.values:
            _mark_in_value(item)
