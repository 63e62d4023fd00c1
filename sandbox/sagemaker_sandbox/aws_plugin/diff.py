"""Declared inputs against the state: which properties change, by path, and whether that replaces the resource."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pulumi.provider.experimental.provider import DiffResponse, PropertyDiff, PropertyDiffKind

from sagemaker_sandbox.aws_plugin.resource import ResourceType, Values

__all__ = ["difference"]

_KINDS = {
    ("add", False): PropertyDiffKind.ADD,
    ("add", True): PropertyDiffKind.ADD_REPLACE,
    ("delete", False): PropertyDiffKind.DELETE,
    ("delete", True): PropertyDiffKind.DELETE_REPLACE,
    ("update", False): PropertyDiffKind.UPDATE,
    ("update", True): PropertyDiffKind.UPDATE_REPLACE,
}


def difference(type_: ResourceType, logical_name: str, state: Values, inputs: Values) -> DiffResponse:
    """The engine's answer to `diff`. What stands in its successor's way, by a fixed name, is deleted before it."""
    changed = [name for name in type_.inputs if not type_.is_same(name, state, inputs)]
    replaces = [name for name in changed if type_.inputs[name].replaces]
    detailed = {
        path: PropertyDiff(kind=_KINDS[action, name in replaces], input_diff=True)
        for name in changed
        for path, action in _leaves(name, state.get(name), inputs.get(name))
    }
    return DiffResponse(
        changes=bool(changed),
        diffs=changed,
        replaces=replaces,
        delete_before_replace=bool(replaces) and _stands_in_the_way(type_, logical_name, state, inputs),
        detailed_diff=detailed,
    )


def _stands_in_the_way(type_: ResourceType, logical_name: str, state: Values, inputs: Values) -> bool:
    if type_.name is None:
        return type_.is_one_of_a_kind
    name = inputs.get(type_.name.input)
    return name == state.get(type_.name.input) and not type_.name.is_automatic(logical_name, name)


def _leaves(path: str, old: Any, new: Any) -> Iterator[tuple[str, str]]:
    """Maps are compared key by key; anything else is one change."""
    if _is_absent(old) or _is_absent(new):
        yield path, "add" if _is_absent(old) else "delete"
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}):
            if old.get(key) != new.get(key):
                yield from _leaves(_child(path, key), old.get(key), new.get(key))
    else:
        yield path, "update"


def _is_absent(value: Any) -> bool:
    return value is None or value in ({}, [])


def _child(path: str, key: str) -> str:
    return f"{path}.{key}" if re.fullmatch(r"[A-Za-z_]\w*", key) else f'{path}["{key}"]'
