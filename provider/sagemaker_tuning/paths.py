"""The path language: `hyper_parameter_tuning_job_config.parameter_ranges.continuous_parameter_ranges[eta].max_value`.

A path names a property as the user knows it. Items of a keyed list and entries of a map stand in brackets by their key,
items of any other list by their index; sets have no item paths. In a key, `]` and the backslash are escaped with a
backslash.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sagemaker_tuning.errors import ProviderBug

__all__ = ["KEYED_LISTS", "MAPS", "SETS", "Item", "Part", "Parts", "format", "get", "item_of", "overlap", "parse"]

KEYED_LISTS: Mapping[str, str] = {
    "integer_parameter_ranges": "name",
    "continuous_parameter_ranges": "name",
    "categorical_parameter_ranges": "name",
    "auto_parameters": "name",
    "metric_definitions": "name",
    "input_data_config": "channel_name",
    "training_job_definitions": "definition_name",
    "instance_groups": "instance_group_name",
    "parent_hyper_parameter_tuning_jobs": "hyper_parameter_tuning_job_name",
}
"""Lists whose items are told apart by a member: the order of the items does not matter."""

SETS = frozenset({"values", "attribute_names", "instance_group_names", "security_group_ids", "subnets"})
"""Lists of plain values whose order does not matter; an item has no path of its own."""

MAPS = frozenset({"static_hyper_parameters", "environment", "tags"})
"""Maps whose keys are the user's own and are never respelled."""


@dataclass(frozen=True)
class Item:
    """The bracketed part of a path: the key of a list's item or of a map's entry, or an index as text."""

    key: str


Part = str | Item
Parts = tuple[Part, ...]

_TO_ESCAPE, _ESCAPED = re.compile(r"([\\\]])"), r"\\\1"
_TOKEN = re.compile(r"\.?(?P<name>[^.\[\]]+)|\[(?P<key>(?:[^\]\\]|\\.)*)\]")


def format(parts: Iterable[Part]) -> str:
    """The text of a path: `("tags", Item("team"))` gives `tags[team]`."""
    text = ""
    for part in parts:
        if isinstance(part, Item):
            text += f"[{_TO_ESCAPE.sub(_ESCAPED, part.key)}]"
        else:
            text += f".{part}" if text else part
    return text


def parse(text: str) -> Parts:
    """The parts of a path, so that `format(parse(text)) == text`."""
    parts: list[Part] = []
    position = 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            raise ProviderBug(f"{text!r} is not a path: cannot read it from character {position} on.")
        key = token["key"]
        parts.append(token["name"] if key is None else Item(re.sub(r"\\(.)", r"\1", key)))
        position = token.end()
    return tuple(parts)


def item_of(list_name: str, item: Any, index: int) -> Item:
    """How a list's item is named in a path: by its key if the list is keyed and the key is text, else by its index."""
    key = item.get(KEYED_LISTS.get(list_name, "")) if isinstance(item, Mapping) else None
    return Item(key if isinstance(key, str) else str(index))


def overlap(path: str, other: str) -> bool:
    """One of the paths is the other one, or inside it. The empty path is the whole document."""
    outer, inner = sorted((path, other), key=len)
    return outer in ("", inner) or inner.startswith((f"{outer}.", f"{outer}["))


def get(tree: Any, path: str | Iterable[Part], default: Any = None) -> Any:
    """The value at a path of a native tree, or the default where there is none."""
    value, name = tree, ""
    for part in parse(path) if isinstance(path, str) else path:
        if isinstance(part, Item):
            value = _entry(value, name, part.key)
        else:
            name = part
            value = value.get(part, _ABSENT) if isinstance(value, Mapping) else _ABSENT
        if value is _ABSENT:
            return default
    return value


_ABSENT = object()


def _entry(container: Any, name: str, key: str) -> Any:
    if isinstance(container, Mapping):
        return container.get(key, _ABSENT)
    if not isinstance(container, list):
        return _ABSENT
    named = (item for index, item in enumerate(container) if item_of(name, item, index).key == key)
    return next(named, _ABSENT)
