"""Property paths as resource options write them: `tags.team`, `rules[0].port`, `labels["a.b"]`, `rules[*]`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sagemaker_sandbox.engine.errors import EngineError

Part = str | int
_MISSING = object()
_TOKEN = re.compile(r"""\.?([^.\[\]"]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\[\*\]""")


def parse(text: str) -> tuple[Part, ...]:
    """The parts of a path; `*` stands for every item."""
    parts: list[Part] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise EngineError(f"{text!r} is no property path: cannot read it from character {position + 1} on")
        name, index, quoted = match.groups()
        parts.append(int(index) if index is not None else name or quoted or "*")
        position = match.end()
    return tuple(parts)


def covers(path: Sequence[Part], other: Sequence[Part]) -> bool:
    """Whether `other` is `path` or lies below it."""
    return len(path) <= len(other) and all(part in ("*", given) for part, given in zip(path, other, strict=False))


def restore(path: Sequence[Part], old: Any, new: Any) -> tuple[Any, bool]:
    """`new` with what `old` has at the path, and whether that could be done.

    What old lacks is removed from new. It cannot be done where an item on the way exists on one side only.
    """
    if not path:
        return old, True
    first, rest = path[0], path[1:]
    if first == "*":
        return _restore_all(rest, old, new)
    before, after = _item(old, first), _item(new, first)
    if not rest:
        return _with_item(new, first, before)
    if before is _MISSING and after is _MISSING:
        return new, True
    if before is _MISSING or after is _MISSING:
        return new, False
    restored, done = restore(rest, before, after)
    return _with_item(new, first, restored)[0], done


def _restore_all(rest: Sequence[Part], old: Any, new: Any) -> tuple[Any, bool]:
    done = True
    keys: set[Part] = set()
    for side in (old, new):
        keys.update(side if isinstance(side, dict) else range(len(side)) if isinstance(side, list) else ())
    for key in sorted(keys, key=str):
        new, restored = restore((key, *rest), old, new)
        done = done and restored
    return new, done


def _item(container: Any, part: Part) -> Any:
    if isinstance(container, dict):
        return container.get(str(part), _MISSING)
    if isinstance(container, list) and isinstance(part, int) and part < len(container):
        return container[part]
    return _MISSING


def _with_item(container: Any, part: Part, value: Any) -> tuple[Any, bool]:
    if isinstance(container, dict):
        changed = {key: item for key, item in container.items() if key != str(part)}
        return (changed if value is _MISSING else {**changed, str(part): value}), True
    if isinstance(container, list) and isinstance(part, int) and part < len(container) and value is not _MISSING:
        return [*container[:part], value, *container[part + 1 :]], True
    return container, value is _MISSING and _item(container, part) is _MISSING
