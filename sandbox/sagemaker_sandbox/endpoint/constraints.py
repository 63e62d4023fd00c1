"""Every constraint that botocore's model states for a request, checked as the service checks it.

botocore's client checks required members, types and `min`; `max`, `pattern` and `enum` it leaves to the service. Here
all of them are checked, and reported together in the service's sentence, with paths as it writes them
(`hyperParameterTuningJobConfig.resourceLimits.maxParallelTrainingJobs`, list items counted from 1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import regex  # the model's patterns use \p{L}, which `re` does not know
from botocore.model import ListShape, MapShape, Shape, StructureShape

from .errors import invalid

__all__ = ["check"]

_SIZED = ("string", "list", "map", "blob")


def check(request: Mapping[str, Any], shape: StructureShape) -> None:
    """Raise one ValidationException that names every constraint the request breaks."""
    found = [
        f"Value {_quoted(value)} at '{path}' failed to satisfy constraint: {text}"
        for path, value, text in _violations(request, shape, "")
    ]
    if found:
        noun = "error" if len(found) == 1 else "errors"
        raise invalid(f"{len(found)} validation {noun} detected: {'; '.join(found)}")


_Violation = tuple[str, Any, str]


def _violations(value: Any, shape: Shape, path: str) -> Iterator[_Violation]:
    for text in _broken(value, shape):
        yield path, value, text
    if isinstance(shape, StructureShape):
        yield from _structure(value, shape, path)
    elif isinstance(shape, ListShape):
        yield from _items(value, shape, path)
    elif isinstance(shape, MapShape):
        yield from _entries(value, shape, path)


def _structure(value: Mapping[str, Any], shape: StructureShape, path: str) -> Iterator[_Violation]:
    for name in shape.required_members:
        if name not in value:
            yield _below(path, name), None, "Member must not be null"
    for name, item in value.items():
        yield from _violations(item, shape.members[name], _below(path, name))


def _items(value: Sequence[Any], shape: ListShape, path: str) -> Iterator[_Violation]:
    if isinstance(shape.member, StructureShape | ListShape | MapShape):
        for number, item in enumerate(value, start=1):
            yield from _violations(item, shape.member, f"{path}.{number}.member")
    elif any(_broken(item, shape.member) for item in value):
        yield path, value, f"Member must satisfy constraint: [{', '.join(_stated(shape.member))}]"


def _entries(value: Mapping[str, Any], shape: MapShape, path: str) -> Iterator[_Violation]:
    # The service names the map as a whole, never the entry, and states all that holds for its keys or values.
    if any(_broken(key, shape.key) for key in value):
        yield path, value, f"Map keys must satisfy constraint: [{', '.join(_stated(shape.key))}]"
    if any(_broken(item, shape.value) for item in value.values()):
        yield path, value, f"Map value must satisfy constraint: [{', '.join(_stated(shape.value))}]"


def _broken(value: Any, shape: Shape) -> list[str]:
    """The sentences of the shape's own constraints that the value does not satisfy."""
    limits = shape.metadata
    size = len(value) if shape.type_name in _SIZED else value
    broken = []
    if "min" in limits and size < limits["min"]:
        broken.append(_sentence(shape, "min"))
    if "max" in limits and size > limits["max"]:
        broken.append(_sentence(shape, "max"))
    if "pattern" in limits and not _pattern(limits["pattern"]).fullmatch(value):
        broken.append(_sentence(shape, "pattern"))
    if "enum" in limits and value not in limits["enum"]:
        broken.append(_sentence(shape, "enum"))
    return broken


def _stated(shape: Shape) -> list[str]:
    return [_sentence(shape, kind) for kind in ("max", "min", "pattern", "enum") if kind in shape.metadata]


def _sentence(shape: Shape, kind: str) -> str:
    limit = shape.metadata[kind]
    measure = "length" if shape.type_name in _SIZED else "value"
    return {
        "min": f"Member must have {measure} greater than or equal to {limit}",
        "max": f"Member must have {measure} less than or equal to {limit}",
        "pattern": f"Member must satisfy regular expression pattern: {limit}",
        "enum": f"Member must satisfy enum value set: [{', '.join(limit) if kind == 'enum' else ''}]",
    }[kind]


@cache
def _pattern(text: str) -> regex.Pattern[str]:
    return regex.compile(text)


def _below(path: str, member: str) -> str:
    name = member[0].lower() + member[1:]
    return f"{path}.{name}" if path else name


def _quoted(value: Any) -> str:
    return "null" if value is None else f"'{_java(value)}'"


def _java(value: Any) -> str:
    """A value as the service prints it."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}={_java(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_java, value)) + "]"
    return str(value)
