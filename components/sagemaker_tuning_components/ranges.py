"""Ranges of hyperparameters as a program writes them: numbers as numbers, one word for the scale.

What is allowed in a range is the provider's to check, at preview and with the path; nothing is checked here but the
range's class and the scale's word, which have no path in SageMaker's own terms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pulumi

__all__ = ["Categorical", "Continuous", "Integer", "Range", "Scale", "parameter_ranges"]

Scale = Literal["auto", "linear", "log", "reverse_log"]

_SCALING_TYPES = {"auto": "Auto", "linear": "Linear", "log": "Logarithmic", "reverse_log": "ReverseLogarithmic"}


@dataclass(frozen=True)
class Integer:
    """Whole numbers from `min` to `max`, both included."""

    min: pulumi.Input[int]
    max: pulumi.Input[int]
    scale: Scale = "auto"


@dataclass(frozen=True)
class Continuous:
    """Numbers from `min` to `max`. On a `log` scale the search takes as much interest in 0.01-0.1 as in 0.1-1."""

    min: pulumi.Input[float]
    max: pulumi.Input[float]
    scale: Scale = "auto"


@dataclass(frozen=True)
class Categorical:
    """One of some values, which have no order."""

    values: Sequence[pulumi.Input[str | float | bool]]


Range = Integer | Continuous | Categorical


def parameter_ranges(ranges: Mapping[str, Range]) -> dict[str, Any]:
    """The `parameter_ranges` of a tuning job, in the order given. Errors: ValueError for no range, no scale."""
    if not isinstance(ranges, Mapping):
        raise ValueError(f"ranges: {ranges!r} has no names.\nGive each hyperparameter its range by name.")
    found: dict[str, list[dict[str, Any]]] = {}
    for name, range_ in ranges.items():
        kind, values = _described(name, range_)
        found.setdefault(f"{kind}_parameter_ranges", []).append({"name": name, **values})
    return dict(found)


def _described(name: str, range_: Range) -> tuple[str, dict[str, Any]]:
    if not isinstance(range_, Range):
        raise ValueError(
            f"ranges[{name}]: {range_!r} is no range.\n"
            "Use Integer(2, 12), Continuous(0.01, 0.5) or Categorical([...]); one value goes into `hyperparameters`."
        )
    if isinstance(range_, Categorical):
        return "categorical", {"values": list(range_.values)}
    if range_.scale not in _SCALING_TYPES:
        raise ValueError(
            f"ranges[{name}].scale: {range_.scale!r} is not one of {', '.join(_SCALING_TYPES)}.\nUse one of these."
        )
    kind = "integer" if isinstance(range_, Integer) else "continuous"
    ends = {"min_value": range_.min, "max_value": range_.max}
    return kind, ends if range_.scale == "auto" else {**ends, "scaling_type": _SCALING_TYPES[range_.scale]}
