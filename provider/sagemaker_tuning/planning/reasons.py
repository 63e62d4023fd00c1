"""The words in which a plan tells its differences."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sagemaker_tuning.paths import Item, Parts, format
from sagemaker_tuning.planning.comparison import Difference
from sagemaker_tuning.planning.rules import Default
from sagemaker_tuning.unknown import is_unknown

__all__ = ["FORM_CHANGE", "SECRET", "TAGS_UNKNOWN", "explain", "unreported"]

SECRET = "[secret]"

FORM_CHANGE = (
    "a job keeps the form it was created with: training_job_definition and training_job_definitions are never "
    "changed into each other"
)

TAGS_UNKNOWN = "tags are not compared: they are not part of a job's description, and were not given beside it"

_LONGEST = 60  # characters of one value; a reason is read in a terminal
_SHARED = 20  # of those that the old value and the new one begin with, when they begin with many


def explain(difference: Difference, *, secret: bool = False) -> str:
    """Why the difference means what it means: "strategy is immutable: Bayesian → Hyperband"."""
    claim = f"{_label(difference.parts)} {difference.rule.reason}"
    if _may_be_equal(difference):
        return f"{claim}: not known until up; may change"
    if secret:
        return f"{claim}: {SECRET}"
    default = difference.rule.left_out if isinstance(difference.rule.left_out, Default) else None
    old, new = _shortened(_shown(difference.observed, default), _shown(difference.declared, default))
    return f"{claim}: {old} → {new}"


def unreported(difference: Difference) -> str:
    """What is said of a declared field that Describe has been seen to leave out."""
    return f"{_label(difference.parts)} is not in the description: the service may not report this field"


def _may_be_equal(difference: Difference) -> bool:
    """Only what is not known yet makes the difference."""
    declared, observed = difference.declared, difference.observed
    if isinstance(declared, (list, tuple)) and observed:
        return any(map(is_unknown, declared))
    return is_unknown(declared)


def _label(parts: Parts) -> str:
    """The field's name, with the list item or map entry it belongs to."""
    items = [index for index, part in enumerate(parts) if isinstance(part, Item)]
    if not items:
        return str(parts[-1])
    nearest = items[-1]
    item = format(parts[nearest - 1 : nearest + 1])
    return item if nearest == len(parts) - 1 else f"{parts[-1]} of {item}"


def _shown(value: Any, default: Default | None = None) -> str:
    if value is None:
        return "not set" if default is None else f"{_shown(default.value)} (the default)"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{" + ", ".join(sorted(map(str, value))) + "}"  # in whatever order the engine has them
    if isinstance(value, (list, tuple)):
        plain = not any(isinstance(item, (Mapping, list)) for item in value)
        return ", ".join(map(str, value)) if plain else f"{len(value)} item{'s' * (len(value) != 1)}"
    return str(value) or '""'


def _shortened(old: str, new: str) -> tuple[str, str]:
    """Both so short that they fit, and with the place in them where they differ."""
    shared = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    is_early = shared < _LONGEST - _SHARED
    begin = 0 if is_early or max(len(old), len(new)) <= _LONGEST else shared - _SHARED
    return _cut(old, begin), _cut(new, begin)


def _cut(text: str, begin: int) -> str:
    text = f"…{text[begin:]}" if begin else text
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
