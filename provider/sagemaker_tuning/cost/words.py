"""Amounts as a person reads them. A bound is rounded up, so that it is still one."""

from __future__ import annotations

import math

__all__ = ["count", "dollars", "hours"]


def dollars(amount: float) -> str:
    """`$1,234.50`, rounded up to whole cents; a rate such as $0.0125 keeps its digits with `rate`."""
    return f"${_up(amount):,.2f}"


def rate(amount: float) -> str:
    """A price: `$0.23`, `$4.5125`; at least two decimals and none too many."""
    text = f"{amount:,.6f}".rstrip("0")
    whole, _, decimals = text.partition(".")
    return f"${whole}.{decimals:0<2}"


def hours(amount: float) -> str:
    """`1 instance-hour`, `1,250.5 instance-hours`."""
    return f"{count(_up(amount))} {'instance-hour' if amount == 1 else 'instance-hours'}"


def count(amount: float) -> str:
    """A number with thousands set apart and no needless decimals."""
    return f"{amount:,.2f}".rstrip("0").rstrip(".")


def _up(amount: float) -> float:
    return math.ceil(round(amount * 100, 6)) / 100  # the inner rounding takes away what binary fractions add
