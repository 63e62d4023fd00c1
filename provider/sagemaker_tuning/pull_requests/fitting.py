"""As much as there is room for, and how much is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from sagemaker_tuning.pull_requests.markdown import length

__all__ = ["counted", "fitting", "listing"]

Item = TypeVar("Item")


def fitting(items: Sequence[Item], spelled: Callable[[Item], str], room: int, *, skips: bool = False) -> list[str]:
    """The texts of the items that fit into so many characters, with a line break each, in their order.

    skips: what comes after one that does not fit is tried, too.
    """
    texts = []
    for item in items:
        text = spelled(item)
        if length(text) + 2 <= room:
            texts.append(text)
            room -= length(text) + 2
        elif not skips:
            break
    return texts


def listing(texts: Iterable[str], room: int) -> str:
    """A list of texts that are Markdown already, and the number of those that did not fit."""
    all_texts = list(dict.fromkeys(texts))
    shown = fitting(all_texts, lambda text: f"- {text}", room)
    left = len(all_texts) - len(shown)
    return "\n".join([*shown, f"- and {left:,} more"] if left else shown)


def counted(number: int, singular: str, plural: str = "") -> str:
    """`1 error`, `2 errors`."""
    return f"{number:,} {singular if number == 1 else plural or f'{singular}s'}"
