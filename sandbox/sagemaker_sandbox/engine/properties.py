"""Values of resource properties, and their two encodings: on the wire (protobuf Struct) and in the state (JSON).

A value is a plain Python one (None, bool, int, float, str, list, dict) or one of the four types below. Everything else
in the engine works on these values; only this module knows Pulumi's signature keys.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from google.protobuf import struct_pb2

Properties = dict[str, Any]

# Source: the constants of the same meaning in the Pulumi SDK's runtime/rpc.py.
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"
ASSET_SIGNATURE = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE_SIGNATURE = "0def7320c3a5731c473e5ecbe6d01bc7"
RESOURCE_SIGNATURE = "5cf8f73096256a8f31e491e813e4eb8e"
OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_UNKNOWN_TEXTS = frozenset(
    {
        UNKNOWN_TEXT,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)


class Unknown:
    """A value that only an update can know. There is one instance, UNKNOWN."""

    def __repr__(self) -> str:
        return "<unknown>"


UNKNOWN = Unknown()


@dataclass(frozen=True)
class Secret:
    """A value to be shown as [secret] and encrypted in the state."""

    value: Any

    def __repr__(self) -> str:
        return "Secret([secret])"


@dataclass(frozen=True)
class ResourceReference:
    urn: str
    id: Any = None
    package_version: str = ""


@dataclass(frozen=True)
class Asset:
    """An asset or an archive; `fields` are the protocol's own (path, text, uri, assets, hash)."""

    signature: str
    fields: Properties = field(default_factory=dict)


@dataclass(frozen=True)
class Wire:
    """What the receiver of a message understands. What it does not is dropped or unwrapped."""

    unknowns: bool = True
    secrets: bool = True
    resources: bool = True


# ---------------------------------------------------------------------------------------------------------------- wire


def from_struct(struct: struct_pb2.Struct) -> Properties:
    """Read a message's properties; output values become plain, secret or unknown values."""
    return {key: _from_wire(value) for key, value in struct.fields.items()}


def from_value(value: struct_pb2.Value) -> Any:
    return _from_wire(value)


def to_struct(properties: Mapping[str, Any], wire: Wire) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    _fill_struct(struct, properties, wire)
    return struct


def _from_wire(value: struct_pb2.Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return _from_signed({key: _from_wire(item) for key, item in value.struct_value.fields.items()})
    if kind == "list_value":
        return [_from_wire(item) for item in value.list_value.values]
    if kind == "string_value":
        return UNKNOWN if value.string_value in _UNKNOWN_TEXTS else value.string_value
    if kind == "number_value":
        return _number(value.number_value)
    if kind == "bool_value":
        return value.bool_value
    return None


def _number(number: float) -> int | float:
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _from_signed(items: Properties) -> Any:
    signature = items.get(SIGNATURE)
    if signature is None:
        return items
    if signature == SECRET_SIGNATURE:
        return Secret(items.get("value"))
    if signature in (ASSET_SIGNATURE, ARCHIVE_SIGNATURE):
        return Asset(signature, {key: item for key, item in items.items() if key != SIGNATURE})
    if signature == RESOURCE_SIGNATURE:
        return ResourceReference(items["urn"], items.get("id"), items.get("packageVersion") or "")
    if signature == OUTPUT_SIGNATURE:
        value = items.get("value", UNKNOWN)
        return Secret(value) if items.get("secret") else value
    raise ValueError(f"a property carries the unknown signature {signature}; this engine does not know its type")


def _fill_struct(struct: struct_pb2.Struct, properties: Mapping[str, Any], wire: Wire) -> None:
    for key, item in properties.items():
        if wire.unknowns or not _is_unknown(item):
            _fill_value(struct.fields[key], item, wire)


def _fill_value(target: struct_pb2.Value, value: Any, wire: Wire) -> None:
    if value is None:
        target.null_value = struct_pb2.NULL_VALUE
    elif isinstance(value, bool):
        target.bool_value = value
    elif isinstance(value, (int, float)):
        target.number_value = value
    elif isinstance(value, str):
        target.string_value = value
    elif isinstance(value, list):
        target.list_value.SetInParent()
        for item in value:
            _fill_value(target.list_value.values.add(), item, wire)
    elif value is UNKNOWN:
        target.string_value = UNKNOWN_TEXT
    elif isinstance(value, Secret) and not wire.secrets:
        _fill_value(target, value.value, wire)
    elif isinstance(value, ResourceReference) and not wire.resources:
        _fill_value(target, value.urn if value.id is None else value.id, wire)
    else:
        target.struct_value.SetInParent()
        _fill_struct(target.struct_value, _signed(value), wire)


def _signed(value: Any) -> Mapping[str, Any]:
    """The object that stands for a value of one of the signed types, with plain members."""
    if isinstance(value, Secret):
        return {SIGNATURE: SECRET_SIGNATURE, "value": value.value}
    if isinstance(value, Asset):
        return {SIGNATURE: value.signature, **value.fields}
    if isinstance(value, ResourceReference):
        return {
            SIGNATURE: RESOURCE_SIGNATURE,
            "urn": value.urn,
            **({} if value.id is None else {"id": value.id}),
            **({"packageVersion": value.package_version} if value.package_version else {}),
        }
    if isinstance(value, dict):
        return value
    raise TypeError(f"{type(value).__name__} is no property value")


def _is_unknown(value: Any) -> bool:
    return value is UNKNOWN or (isinstance(value, Secret) and value.value is UNKNOWN)


# --------------------------------------------------------------------------------------------------------------- state


def to_json(value: Any, encrypt: Callable[[str], str]) -> Any:
    """The form a value has in the state; `encrypt` turns a secret's JSON text into its ciphertext."""
    if isinstance(value, list):
        return [to_json(item, encrypt) for item in value]
    if isinstance(value, Secret):
        plain = json.dumps(to_json(value.value, encrypt), separators=(",", ":"), ensure_ascii=False)
        return {SIGNATURE: SECRET_SIGNATURE, "ciphertext": encrypt(plain)}
    if value is UNKNOWN:
        return UNKNOWN_TEXT
    if isinstance(value, (dict, Asset, ResourceReference)):
        return {key: to_json(item, encrypt) for key, item in sorted(_signed(value).items())}
    return value


def from_json(value: Any, decrypt: Callable[[str], str]) -> Any:
    if isinstance(value, list):
        return [from_json(item, decrypt) for item in value]
    if isinstance(value, dict):
        if value.get(SIGNATURE) == SECRET_SIGNATURE:
            plain = value["plaintext"] if "plaintext" in value else decrypt(value["ciphertext"])
            return Secret(from_json(json.loads(plain), decrypt))
        return _from_signed({key: from_json(item, decrypt) for key, item in value.items()})
    if isinstance(value, float):
        return _number(value)
    return UNKNOWN if isinstance(value, str) and value in _UNKNOWN_TEXTS else value


# ------------------------------------------------------------------------------------------------------------- queries


def equal(left: Any, right: Any) -> bool:
    """Equality of property values: a number is never a boolean, and two unknowns are equal."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return left == right
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(equal(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, Secret):
        return equal(left.value, right.value)
    if isinstance(left, Asset) and "hash" in left.fields and "hash" in right.fields:
        return left.signature == right.signature and bool(left.fields["hash"] == right.fields["hash"])
    if isinstance(left, Asset):
        return left.signature == right.signature and equal(left.fields, right.fields)
    return bool(left == right)


def contains(value: Any, wanted: Callable[[Any], bool]) -> bool:
    """Whether `wanted` holds for the value or anything in it."""
    if wanted(value):
        return True
    if isinstance(value, dict):
        return any(contains(item, wanted) for item in value.values())
    if isinstance(value, list):
        return any(contains(item, wanted) for item in value)
    if isinstance(value, Secret):
        return contains(value.value, wanted)
    if isinstance(value, Asset):
        return contains(value.fields, wanted)
    if isinstance(value, ResourceReference):
        return contains(value.id, wanted)
    return False


def contains_unknowns(value: Any) -> bool:
    return contains(value, lambda item: item is UNKNOWN)


def contains_secrets(value: Any) -> bool:
    return contains(value, lambda item: isinstance(item, Secret))


def reveal(value: Any) -> Any:
    """The value with every secret unwrapped."""
    if isinstance(value, Secret):
        return reveal(value.value)
    if isinstance(value, dict):
        return {key: reveal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [reveal(item) for item in value]
    return value


def mark_secrets(outputs: Properties, inputs: Mapping[str, Any]) -> None:
    """Mark, in place, outputs as secret where the input of the same name holds a secret.

    For providers that take no secrets: objects are followed member by member; a list with a secret in it becomes secret
    as a whole, because providers may reorder it.
    """
    for key, value in inputs.items():
        if key not in outputs:
            continue
        output = outputs[key]
        if isinstance(output, dict) and isinstance(value, dict):
            mark_secrets(output, value)
        elif not isinstance(output, Secret) and contains_secrets(value):
            outputs[key] = Secret(output)


def with_hashes(value: Any, folder: Path) -> Any:
    """The value with the content hash of each text and file asset filled in; relative paths start at `folder`.

    Archives get a hash over the names and contents of their files, which is stable here but not the Pulumi CLI's own.
    """
    if isinstance(value, dict):
        return {key: with_hashes(item, folder) for key, item in value.items()}
    if isinstance(value, list):
        return [with_hashes(item, folder) for item in value]
    if isinstance(value, Secret):
        return Secret(with_hashes(value.value, folder))
    if not isinstance(value, Asset) or value.fields.get("hash"):
        return value
    fields = {key: with_hashes(item, folder) for key, item in value.fields.items()}
    return Asset(value.signature, {**fields, "hash": _content_hash(fields, folder)})


def _content_hash(fields: Mapping[str, Any], folder: Path) -> str:
    if "text" in fields:
        return hashlib.sha256(str(fields["text"]).encode()).hexdigest()
    digest = hashlib.sha256()
    if "assets" in fields:
        for name, asset in sorted(fields["assets"].items()):
            digest.update(f"{name}\0{asset.fields.get('hash', '')}\0".encode())
    elif "path" in fields:
        path = folder / fields["path"]
        if path.is_file():
            return hashlib.sha256(path.read_bytes()).hexdigest()
        for file in sorted(item for item in path.rglob("*") if item.is_file()):
            digest.update(f"{file.relative_to(path)}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    else:
        digest.update(str(fields.get("uri", "")).encode())
    return digest.hexdigest()
