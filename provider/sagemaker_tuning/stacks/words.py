"""Changed values as a person reads them, in one line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagemaker_tuning.masking import texts_of

__all__ = ["change_words"]

_LONGEST = 60  # characters of one value


def change_words(path: str, before: Any, after: Any) -> str:
    """`tags[team]: ml → risk`."""
    return f"{path}: {_shown(before)} → {_shown(after)}"


def _shown(value: Any) -> str:
    if value is None:
        return "not set"
    if isinstance(value, Mapping | list):  # by what is in it: the parents' names, a channel's place
        value = ", ".join(texts_of(value))
    text = str(value).lower() if isinstance(value, bool) else str(value) or '""'
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
