"""Every field of a tuning job: where it is, what it is called in the API, what it may hold.

Read off the shapes, so nothing is written down twice. A generic path names a field whatever the items are called:
`[]` stands for any item of a list, `{key}` and `{value}` for any entry of a map.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le, Len
from pydantic import StringConstraints
from pydantic.fields import FieldInfo

from sagemaker_tuning.spec.base import Shape
from sagemaker_tuning.spec.shapes import CreateHyperParameterTuningJobRequest
from sagemaker_tuning.unknown import Unknown

__all__ = ["FIELDS", "Field", "Kind", "Value", "members"]

Kind = Literal["structure", "list", "map", "string", "integer", "float", "boolean"]


@dataclass(frozen=True)
class Value:
    """What a field, an item of a list or an entry of a map may hold.

    `minimum` and `maximum` limit a number, the length of a text or the size of a list or map. `parts` are the key and
    the value of a map, or the item of a list.
    """

    kind: Kind
    minimum: int | None = None
    maximum: int | None = None
    pattern: str | None = None
    enum: tuple[str, ...] = ()
    shape: type[Shape] | None = None
    parts: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Field:
    """One field of the spec. `api_path` is its generic path in the API's own names."""

    path: str
    api_path: str
    required: bool
    description: str
    value: Value

    @property
    def kind(self) -> Kind:
        return self.value.kind

    @property
    def is_leaf(self) -> bool:
        """True for a scalar member, and for a list or map of scalars as a whole (not for its items)."""
        if self.path.endswith(("[]", "{key}", "{value}")):
            return False
        return self.kind != "structure" and not any(part.shape for part in self.value.parts)


@dataclass(frozen=True)
class Member:
    """One member of a shape, by its name in the API."""

    api_name: str
    required: bool
    description: str
    value: Value


@cache
def members(shape: type[Shape]) -> Mapping[str, Member]:
    """The members of a shape by their snake_case names."""
    return {name: _member(info) for name, info in shape.model_fields.items()}


def _member(info: FieldInfo) -> Member:
    return Member(
        api_name=info.serialization_alias or "",
        required=info.is_required(),
        description=info.description or "",
        value=_value(info.annotation),
    )


def _value(annotation: Any) -> Value:
    kind, metadata = _peel(annotation)
    limits = _limits(metadata)
    if get_origin(kind) is Literal:
        return Value("string", enum=get_args(kind))
    if get_origin(kind) in (list, dict):
        parts = tuple(_value(part) for part in get_args(kind))
        return Value("list" if get_origin(kind) is list else "map", parts=parts, **limits)
    if isinstance(kind, type) and issubclass(kind, Shape):
        return Value("structure", shape=kind)
    return Value(_SCALARS[kind], **limits)


_SCALARS: Mapping[Any, Kind] = {str: "string", int: "integer", float: "float", bool: "boolean"}


def _peel(annotation: Any) -> tuple[Any, list[Any]]:
    """The bare type inside Annotated, None and Unknown, and the constraints around it."""
    metadata: list[Any] = []
    while True:
        if get_origin(annotation) is Annotated:
            metadata += annotation.__metadata__
            annotation = annotation.__origin__
        elif get_origin(annotation) in (Union, UnionType):
            annotation = next(arm for arm in get_args(annotation) if arm not in (Unknown, type(None)))
        else:
            return annotation, metadata


def _limits(metadata: list[Any]) -> dict[str, Any]:
    limits: dict[str, Any] = {}
    for item in metadata:
        if isinstance(item, StringConstraints):
            limits |= {"minimum": item.min_length, "maximum": item.max_length, "pattern": item.pattern}
        elif isinstance(item, Len):
            limits |= {"minimum": item.min_length, "maximum": item.max_length}
        elif isinstance(item, Ge):
            limits["minimum"] = item.ge
        elif isinstance(item, Le):
            limits["maximum"] = item.le
    return limits


def _walk(shape: type[Shape], path: str, api_path: str) -> Iterator[Field]:
    for name, member in members(shape).items():
        field = Field(path + name, api_path + member.api_name, member.required, member.description, member.value)
        yield from _with_parts(field)


def _with_parts(field: Field) -> Iterator[Field]:
    yield field
    value = field.value
    if value.shape is not None:
        yield from _walk(value.shape, f"{field.path}.", f"{field.api_path}.")
    for mark, part in zip(("[]",) if value.kind == "list" else ("{key}", "{value}"), value.parts, strict=False):
        yield from _with_parts(Field(field.path + mark, field.api_path + mark, True, field.description, part))


FIELDS: Mapping[str, Field] = MappingProxyType(
    {field.path: field for field in _walk(CreateHyperParameterTuningJobRequest, "", "")}
)
"""Every field by its generic path, parents before their members."""
