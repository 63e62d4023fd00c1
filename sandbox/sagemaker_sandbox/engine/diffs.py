"""What differs between two sets of properties, as a tree that the planner asks and the display prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sagemaker_sandbox.engine.properties import equal


@dataclass
class ObjectDiff:
    """Members by what became of them."""

    adds: dict[str, Any] = field(default_factory=dict)
    deletes: dict[str, Any] = field(default_factory=dict)
    sames: dict[str, Any] = field(default_factory=dict)
    updates: dict[str, ValueDiff] = field(default_factory=dict)

    @property
    def changed_keys(self) -> list[str]:
        return sorted([*self.adds, *self.deletes, *self.updates])

    @property
    def keys(self) -> list[str]:
        return sorted([*self.adds, *self.deletes, *self.sames, *self.updates])

    def __bool__(self) -> bool:
        return bool(self.adds or self.deletes or self.updates)


@dataclass
class ValueDiff:
    """An old and a new value; where both are lists or both objects, also what differs inside."""

    old: Any
    new: Any
    array: ObjectDiff | None = None  # keys are the indexes as text, in order
    object: ObjectDiff | None = None


def diff_properties(old: Mapping[str, Any], new: Mapping[str, Any], *, internal: bool = True) -> ObjectDiff:
    """Compare member by member; with internal=False, members whose name starts with `__` do not count."""
    diff = ObjectDiff()
    for key in sorted(old.keys() | new.keys()):
        if not internal and key.startswith("__"):
            continue
        if key not in old:
            diff.adds[key] = new[key]
        elif key not in new:
            diff.deletes[key] = old[key]
        else:
            _compare(diff, key, old[key], new[key])
    return diff


def _compare(diff: ObjectDiff, key: str, old: Any, new: Any) -> None:
    if equal(old, new):
        diff.sames[key] = new
    elif isinstance(old, dict) and isinstance(new, dict):
        diff.updates[key] = ValueDiff(old, new, object=diff_properties(old, new))
    elif isinstance(old, list) and isinstance(new, list):
        diff.updates[key] = ValueDiff(old, new, array=_diff_lists(old, new))
    else:
        diff.updates[key] = ValueDiff(old, new)


def _diff_lists(old: list[Any], new: list[Any]) -> ObjectDiff:
    diff = ObjectDiff()
    for index in range(max(len(old), len(new))):
        if index >= len(old):
            diff.adds[str(index)] = new[index]
        elif index >= len(new):
            diff.deletes[str(index)] = old[index]
        else:
            _compare(diff, str(index), old[index], new[index])
    return diff
