"""The hyperparameters that a tuning job searches: their ranges, and the scales that show them as they were searched.

Decides where a value stands on an axis and which values the axis names. Reads the ParameterRanges of a described job;
the range of a hyperparameter that Autotune chose is not described, and follows from the values that were tried.
Source: SageMaker Developer Guide, "Define Hyperparameter Ranges" (scaling types).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["Hyperparameter", "Kind", "Scale", "search_space"]

Kind = Literal["continuous", "integer", "categorical"]
Scale = Literal["linear", "logarithmic", "reverse logarithmic"]

_SCALES: Mapping[str, Scale] = {"Logarithmic": "logarithmic", "ReverseLogarithmic": "reverse logarithmic"}
# SageMaker chooses for "Auto" and does not say what; three orders of magnitude can be read on a logarithmic axis only.
_AUTO_LOGARITHMIC_RATIO = 1000
_FINEST_REVERSE = 1e-12  # where 1 - x is still exact enough to take its logarithm


@dataclass(frozen=True)
class Hyperparameter:
    """One searched hyperparameter. A categorical one has `categories`, any other `low` and `high`."""

    name: str
    kind: Kind
    scale: Scale = "linear"
    low: float = 0.0
    high: float = 0.0
    categories: tuple[str, ...] = ()
    scaling_type: str | None = None
    """What was asked for, in the API's words; `scale` is what follows from it."""

    @property
    def range_text(self) -> str:
        """The range for a person: `0.01 to 0.5`, or the categories."""
        if self.kind == "categorical":
            return ", ".join(self.categories)
        if self.kind == "integer":
            return f"{self.low:.0f} to {self.high:.0f}"
        return f"{_short(self.low)} to {_short(self.high)}"

    @property
    def scale_text(self) -> str:
        """The scale for a person; says so where SageMaker chose it."""
        if self.kind == "categorical":
            return "–"
        return f"{self.scale} (Auto)" if self.scaling_type == "Auto" else self.scale

    def position(self, text: str | None) -> float | None:
        """Where a value stands on the hyperparameter's own scale; None for one that has no place there."""
        if text is None:
            return None
        if self.kind == "categorical":
            return float(self.categories.index(text)) if text in self.categories else None
        number = _number(text)
        return None if number is None else self._on_scale(number)

    def number(self, text: str | None) -> float | None:
        """The value as a number; None for a category and for what is no number."""
        return None if text is None or self.kind == "categorical" else _number(text)

    @property
    def limits(self) -> tuple[float, float]:
        """Both ends of the axis, in positions; never the same place twice."""
        if self.kind == "categorical":
            return (-0.5, len(self.categories) - 0.5)
        low, high = self._on_scale(self.low), self._on_scale(self.high)
        if low is None or high is None:
            return (0.0, 1.0)
        return (low, high) if low < high else (low - 0.5, low + 0.5)

    @property
    def ticks(self) -> Sequence[tuple[float, str]]:
        """Positions and the values to be written there."""
        if self.kind == "categorical":
            return [(float(index), category) for index, category in enumerate(self.categories)]
        low, high = self.limits
        return [
            (place, _short(value))
            for value in dict.fromkeys(self._round_values())
            if (place := self._on_scale(value)) is not None and low <= place <= high
        ]

    def _on_scale(self, number: float) -> float | None:
        if self.scale == "logarithmic":
            return math.log10(number) if number > 0 else None
        if self.scale == "reverse logarithmic":
            return -math.log10(max(1 - number, _FINEST_REVERSE)) if number <= 1 else None
        return number

    def _round_values(self) -> Iterator[float]:
        yield self.low
        if self.scale == "logarithmic" and self.low > 0:
            decades = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
            factors = (1, 2, 5) if len(decades) <= 3 else (1,)
            inner: Iterable[float] = (float(f"{factor}e{power}") for power in decades for factor in factors)
        elif self.scale == "reverse logarithmic":
            inner = (float(f"{1 - float(f'1e-{power}'):.12g}") for power in range(1, 12))
        else:
            inner = _steps(self.low, self.high, whole=self.kind == "integer")
        # A value right beside an end would be written over it.
        yield from (value for value in inner if self._is_apart(value))
        yield self.high

    def _is_apart(self, value: float) -> bool:
        low, high = self.limits
        place = self._on_scale(value)
        margin = (high - low) * 0.06
        return place is not None and low + margin < place < high - margin


def search_space(
    ranges: Mapping[str, Any], tried: Iterable[Mapping[str, str]] = (), autotuned: Iterable[str] = ()
) -> tuple[Hyperparameter, ...]:
    """The hyperparameters of a ParameterRanges structure, in the order continuous, integer, categorical, auto.

    tried: the tuned hyperparameters of trials; `autotuned` names what else Autotune chose.
    """
    tried = list(tried)
    autos = [item["Name"] for item in ranges.get("AutoParameters") or ()]
    declared = (
        *(_numeric(item, "continuous") for item in ranges.get("ContinuousParameterRanges") or ()),
        *(_numeric(item, "integer") for item in ranges.get("IntegerParameterRanges") or ()),
        *(
            Hyperparameter(item["Name"], "categorical", categories=tuple(dict.fromkeys(item["Values"])))
            for item in ranges.get("CategoricalParameterRanges") or ()
        ),
    )
    names = {hyperparameter.name for hyperparameter in declared}
    unranged = [name for name in dict.fromkeys([*autos, *autotuned]) if name not in names]
    return (*declared, *(_as_tried(name, [values[name] for values in tried if name in values]) for name in unranged))


def _numeric(item: Mapping[str, Any], kind: Kind) -> Hyperparameter:
    low, high = _number(item["MinValue"]) or 0.0, _number(item["MaxValue"]) or 0.0
    scaling = item.get("ScalingType") or "Auto"
    scale = _auto_scale(low, high) if scaling == "Auto" else _SCALES.get(scaling, "linear")
    return Hyperparameter(item["Name"], kind, scale, low, high, scaling_type=scaling)


def _as_tried(name: str, values: Sequence[str]) -> Hyperparameter:
    numbers = [_number(value) for value in values]
    known = [number for number in numbers if number is not None]
    if not known or len(known) < len(numbers):
        return Hyperparameter(name, "categorical", categories=tuple(sorted(set(values))))
    kind: Kind = "integer" if all(number.is_integer() for number in known) else "continuous"
    low, high = min(known), max(known)
    return Hyperparameter(name, kind, _auto_scale(low, high), low, high, scaling_type="Auto")


def _auto_scale(low: float, high: float) -> Scale:
    return "logarithmic" if low > 0 and high / low >= _AUTO_LOGARITHMIC_RATIO else "linear"


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _steps(low: float, high: float, *, whole: bool) -> Iterator[float]:
    """Round numbers between two others, about five."""
    if not high > low:
        return
    power = 10.0 ** math.floor(math.log10((high - low) / 5))
    step = next(size for size in (power, 2 * power, 5 * power, 10 * power) if (high - low) / size <= 5)
    step = max(1.0, step) if whole else step
    for number in range(math.ceil(low / step), math.floor(high / step) + 1):
        yield float(f"{number * step:.12g}")


def _short(number: float) -> str:
    return f"{number:.6g}"
