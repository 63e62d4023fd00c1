"""The wire: requests read and answers written by botocore's own model of SageMaker (JSON 1.1).

A request's unknown members are ignored, as the service ignores them; a wrong type is a SerializationException. An
answer with a member that the model does not have is a bug of this sandbox and raises.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape

from .constraints import check
from .errors import ServiceError, unreadable

__all__ = ["CONTENT_TYPE", "operation_names", "read_request", "write_error", "write_response"]

CONTENT_TYPE = "application/x-amz-json-1.1"


def operation_names() -> frozenset[str]:
    return frozenset(_service().operation_names)


def read_request(operation: str, body: bytes) -> dict[str, Any]:
    """The operation's parameters, checked against every constraint of its shape."""
    shape = _operation(operation).input_shape
    assert shape is not None, operation  # every operation served here takes parameters
    try:
        raw = json.loads(body or b"{}")
    except ValueError as error:
        raise unreadable("The request's body is not JSON.") from error
    request: dict[str, Any] = _read(raw, shape)
    check(request, shape)
    return request


def write_response(operation: str, result: Mapping[str, Any] | None) -> bytes:
    shape = _operation(operation).output_shape
    if shape is None or result is None:
        return b""
    return json.dumps(_write(result, shape), separators=(",", ":")).encode()


def write_error(error: ServiceError) -> bytes:
    # Errors that the model knows spell it "Message", the common errors "message".
    modelled = error.code in _service().shape_names
    return json.dumps({"__type": error.code, "Message" if modelled else "message": error.message}).encode()


@cache
def _service() -> ServiceModel:
    return botocore.session.get_session().get_service_model("sagemaker")


@cache
def _operation(name: str) -> OperationModel:
    return _service().operation_model(name)


def _read(value: Any, shape: Shape) -> Any:
    return _READERS[shape.type_name](value, shape)


def _read_structure(value: Any, shape: StructureShape) -> dict[str, Any]:
    _expect(value, dict, "Structure")
    members = shape.members
    return {name: _read(item, members[name]) for name, item in value.items() if name in members and item is not None}


def _read_list(value: Any, shape: ListShape) -> list[Any]:
    _expect(value, list, "List")
    return [_read(item, shape.member) for item in value]


def _read_map(value: Any, shape: MapShape) -> dict[str, Any]:
    _expect(value, dict, "Map")
    return {key: _read(item, shape.value) for key, item in value.items() if item is not None}


def _read_string(value: Any, shape: Shape) -> str:
    _expect(value, str, "String")
    return str(value)


def _read_boolean(value: Any, shape: Shape) -> bool:
    _expect(value, bool, "Boolean")
    return bool(value)


def _read_integer(value: Any, shape: Shape) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise unreadable(f"{_kind(value)} can not be converted to an Integer")
    return int(value)


def _read_number(value: Any, shape: Shape) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise unreadable(f"{_kind(value)} can not be converted to a Float")
    return value


def _read_timestamp(value: Any, shape: Shape) -> datetime:
    return datetime.fromtimestamp(_read_number(value, shape), timezone.utc)


_READERS: dict[str, Callable[[Any, Any], Any]] = {
    "structure": _read_structure,
    "list": _read_list,
    "map": _read_map,
    "string": _read_string,
    "boolean": _read_boolean,
    "integer": _read_integer,
    "long": _read_integer,
    "float": _read_number,
    "double": _read_number,
    "timestamp": _read_timestamp,
}


def _expect(value: Any, kind: type, name: str) -> None:
    if not isinstance(value, kind):
        raise unreadable(f"{_kind(value)} can not be converted to a {name}")


def _kind(value: Any) -> str:
    """What the service calls a JSON value of the wrong type."""
    if value is None:
        return "NULL_VALUE"
    if isinstance(value, bool):
        return f"{str(value).upper()}_VALUE"
    names: dict[type, str] = {dict: "START_OBJECT", list: "START_ARRAY", str: "STRING_VALUE"}
    return names.get(type(value), "NUMBER_VALUE")


def _write(value: Any, shape: Shape) -> Any:
    if isinstance(shape, StructureShape):
        members = shape.members
        return {name: _write(item, members[name]) for name, item in value.items() if item is not None}
    if isinstance(shape, ListShape):
        return [_write(item, shape.member) for item in value]
    if isinstance(shape, MapShape):
        return {key: _write(item, shape.value) for key, item in value.items()}
    if shape.type_name == "timestamp":
        return round(value.timestamp(), 3)
    if shape.type_name == "float":
        # The service keeps single precision: -3.5415 comes back as -3.5415000915527344.
        return struct.unpack("f", struct.pack("f", value))[0]
    return value
