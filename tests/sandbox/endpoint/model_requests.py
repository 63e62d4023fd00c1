"""Requests made from botocore's model: sound ones, and for each constraint one that breaks it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import botocore.session
import regex
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape

ACCEPTS_EVERY_TEXT = r"[\S\s]*"

# One of these satisfies each pattern of the model, and one of those breaks it.
_GOOD = (
    "a",
    "1K",
    "s3://b/k",
    "fs-01234567",
    "arn:aws:iam::123456789012:role/r",
    "arn:aws:lambda:us-east-1:123456789012:function:f",
    "arn:aws:sagemaker:us-east-1:123456789012:training-job/a",
    "arn:aws:sagemaker:us-east-1:123456789012:training-plan/p",
    "arn:aws:sagemaker:us-east-1:123456789012:mlflow-app/a",
    "arn:aws:sagemaker:us-east-1:123456789012:model-package/p",
    "arn:aws:sagemaker:us-east-1:123456789012:model-package-group/g",
    "arn:aws:sagemaker:us-east-1:123456789012:hub-content/h/Model/m",
    "arn:aws:sagemaker:us-east-1:123456789012:hub-content/h/DataSet/d",
)
_BAD = ("!", "\n")
_SCALARS: dict[str, Any] = {"boolean": True, "integer": 1, "long": 1, "float": 1, "double": 1, "timestamp": 0}


@dataclass(frozen=True)
class Breach:
    """A value in which one member breaks one constraint; the service says `sentence` of `path`.

    Of a list's texts and of a map's entries it says so as part of a longer sentence, which starts with `opening`.
    """

    value: Any
    path: str
    sentence: str
    opening: str = ""


@cache
def input_shape(operation: str) -> StructureShape:
    shape = _model().operation_model(operation).input_shape
    assert isinstance(shape, StructureShape)
    return shape


def shapes_below(shape: Shape) -> Iterator[Shape]:
    yield shape
    if isinstance(shape, StructureShape):
        below = list(shape.members.values())
    else:
        below = [getattr(shape, name) for name in ("member", "key", "value") if hasattr(shape, name)]
    for item in below:
        yield from shapes_below(item)


def sound(shape: Shape, *, is_full: bool) -> Any:
    """A value that satisfies every constraint: with required members only, or with all of them."""
    if isinstance(shape, StructureShape):
        names = shape.members if is_full else shape.required_members
        return {name: sound(shape.members[name], is_full=is_full) for name in names}
    if isinstance(shape, ListShape):
        return [sound(shape.member, is_full=is_full)] * max(1, shape.metadata.get("min", 0))
    if isinstance(shape, MapShape):
        return {sound(shape.key, is_full=is_full): sound(shape.value, is_full=is_full)}
    if shape.type_name == "string":
        return _sound_text(shape)
    return max(_SCALARS[shape.type_name], shape.metadata.get("min", 0))


def breaches(value: Any, shape: Shape, path: str = "") -> Iterator[Breach]:
    """One breach for each constraint of a shape and of the shapes below, in a value that is sound."""
    for broken, sentence in _broken(value, shape):
        yield Breach(broken, path, sentence)
    if isinstance(shape, StructureShape):
        yield from _members_breaches(value, shape, path)
    elif isinstance(shape, ListShape):
        yield from _items_breaches(value, shape, path)
    elif isinstance(shape, MapShape):
        yield from _entries_breaches(value, shape, path)


def _members_breaches(value: dict[str, Any], shape: StructureShape, path: str) -> Iterator[Breach]:
    for name, member in shape.members.items():
        below = f"{path}.{name[0].lower()}{name[1:]}".removeprefix(".")
        if name in shape.required_members:
            yield Breach({key: item for key, item in value.items() if key != name}, below, "Member must not be null")
        for breach in breaches(value[name], member, below):
            yield replace(breach, value={**value, name: breach.value})


def _items_breaches(value: list[Any], shape: ListShape, path: str) -> Iterator[Breach]:
    if shape.member.type_name in ("structure", "list", "map"):
        for breach in breaches(value[0], shape.member, f"{path}.1.member"):
            yield replace(breach, value=[breach.value, *value[1:]])
        return
    for broken, sentence in _broken(value[0], shape.member):
        yield Breach([broken, *value[1:]], path, sentence, "Member must satisfy constraint: [")


def _entries_breaches(value: dict[str, Any], shape: MapShape, path: str) -> Iterator[Breach]:
    ((key, item),) = value.items()
    for broken, sentence in _broken(key, shape.key):
        yield Breach({broken: item}, path, sentence, "Map keys must satisfy constraint: [")
    for broken, sentence in _broken(item, shape.value):
        yield Breach({key: broken}, path, sentence, "Map value must satisfy constraint: [")


def _broken(value: Any, shape: Shape) -> Iterator[tuple[Any, str]]:
    """A value that breaks each of the shape's own constraints, and what the service says of it."""
    limits = shape.metadata
    is_sized = shape.type_name in ("string", "list", "map")
    measure = "length" if is_sized else "value"
    if "min" in limits and not (is_sized and limits["min"] == 0):  # nothing is shorter than 0
        yield _of_size(value, limits["min"] - 1), f"Member must have {measure} greater than or equal to {limits['min']}"
    if "max" in limits:
        yield _of_size(value, limits["max"] + 1), f"Member must have {measure} less than or equal to {limits['max']}"
    if "enum" in limits:
        yield "no such value", f"Member must satisfy enum value set: [{', '.join(limits['enum'])}]"
    if limits.get("pattern", ACCEPTS_EVERY_TEXT) != ACCEPTS_EVERY_TEXT:
        pattern = limits["pattern"]
        bad = next(text for text in _BAD if not regex.fullmatch(pattern, text))
        yield bad, f"Member must satisfy regular expression pattern: {pattern}"


def _of_size(value: Any, size: int) -> Any:
    if isinstance(value, str | list):
        return (value * (size + 1))[:size]
    if isinstance(value, dict):
        ((key, item),) = value.items()
        return {f"{key}{number}": item for number in range(size)}
    return size


def _sound_text(shape: Shape) -> str:
    limits = shape.metadata
    if "enum" in limits:
        return str(limits["enum"][0])
    long_enough = (text.ljust(limits.get("min", 0), "0") for text in _GOOD)
    return next(text for text in long_enough if regex.fullmatch(limits.get("pattern", ".*"), text))


@cache
def _model() -> ServiceModel:
    return botocore.session.get_session().get_service_model("sagemaker")
