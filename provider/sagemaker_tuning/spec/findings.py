"""What is found in a native document, and how it becomes a `Problem` that the user can read.

A finding says where by its location: names and indexes, as pydantic has them. A problem says it in the path language,
which needs the document itself, because items of keyed lists go by their key.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sagemaker_tuning import paths
from sagemaker_tuning.errors import SECRET, Problem
from sagemaker_tuning.unknown import UNKNOWN

__all__ = ["Finding", "Location", "path_of", "problem_of", "without_secrets"]

Location = tuple[str | int, ...]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or worth a warning. Neither message nor fix repeats the value: it may be secret."""

    location: Location
    given: Any
    message: str
    fix: str


def problem_of(finding: Finding, document: Any, secret_paths: Collection[str] = ()) -> Problem:
    """The finding as a problem, its value masked if it is a secret, lies in one, or holds one."""
    path = path_of(finding.location, document)
    is_secret = finding.given is not None and any(paths.overlap(path, secret) for secret in secret_paths)
    return Problem(path, SECRET if is_secret else finding.given, finding.message, finding.fix)


def without_secrets(document: dict[str, Any], secret_paths: Collection[str]) -> dict[str, Any]:
    """The same document, changed to hold the unknown in place of every secret, so that no rule can tell of it."""
    for path in secret_paths:
        *parents, last = paths.parse(path)
        container = paths.get(document, parents)
        key = last.key if isinstance(last, paths.Item) else last
        if isinstance(container, dict) and key in container:
            container[key] = UNKNOWN
        elif isinstance(container, list):
            secret = paths.get(document, path)
            container[:] = [UNKNOWN if item is secret else item for item in container]
    return document


def path_of(location: Location, document: Any) -> str:
    """The path of a location in a native document."""
    parts: list[paths.Part] = []
    node, name = document, ""
    for step in location:
        if isinstance(step, int):
            item = node[step] if isinstance(node, list) and step < len(node) else None
            if name not in paths.SETS:
                parts.append(paths.item_of(name, item, step))
            node = item
        else:
            parts.append(paths.Item(step) if name in paths.MAPS else step)
            node = node.get(step) if isinstance(node, dict) else None
            name = step if name not in paths.MAPS else ""
    return paths.format(parts)
