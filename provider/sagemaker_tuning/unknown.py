"""The stand-in for a value that Pulumi does not know yet during a preview.

It may take the place of any value or whole subtree of a spec. Nothing is decided about it here: validation lets it
through, and the plan says "may change".
"""

from __future__ import annotations

from typing import Any, TypeGuard

__all__ = ["UNKNOWN", "Unknown", "is_unknown"]


class Unknown:
    """The type of `UNKNOWN`, its only instance: copies and pickles of it are the same object."""

    __slots__ = ()
    _instance: Unknown | None = None

    def __new__(cls) -> Unknown:
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __repr__(self) -> str:
        return "<unknown>"

    def __reduce__(self) -> tuple[type[Unknown], tuple[()]]:
        return (Unknown, ())  # also what copy and deepcopy use


UNKNOWN = Unknown()


def is_unknown(value: Any) -> TypeGuard[Unknown]:
    """True if the value is the unknown itself; a dict or list that holds one somewhere is not."""
    return value is UNKNOWN
