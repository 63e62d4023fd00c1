"""Finds the values of secrets in any text, and puts a mark in their places.

Decides only how a value is found. Where the secrets are is said by those who know: a resource by what the program
marked, a failed job by its declaration or by the looks of its values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from sagemaker_tuning.errors import SECRET

__all__ = ["Mask", "mask_of", "texts_of"]

Mask = Callable[[str], str]

_SHORTEST_ANYWHERE = 6


def mask_of(secrets: Iterable[Any]) -> Mask:
    """What masks every text that is in one of the secrets, which may be values, lists or maps."""
    texts = {text for secret in secrets for text in texts_of(secret)} - {""}
    if not texts:
        return lambda text: text
    pattern = re.compile("|".join(map(_pattern, sorted(texts, key=len, reverse=True))))
    return lambda text: pattern.sub(repr(SECRET), text)


def texts_of(value: Any) -> Iterator[str]:
    """The texts and numbers in plain data, as text; without the keys of maps."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from texts_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_of(item)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield str(value)


def _pattern(value: str) -> str:
    """Finds a secret anywhere, but one as short as `on` only as a word: else no text could be read any more."""
    return re.escape(value) if len(value) >= _SHORTEST_ANYWHERE else rf"(?<!\w){re.escape(value)}(?!\w)"
