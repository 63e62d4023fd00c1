"""Parameter ranges in the API's form, as dimensions that a search draws from and writes back as strings.

Source: SageMaker Developer Guide, "Define Hyperparameter Ranges" (scaling types) and the ParameterRanges shape.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

__all__ = ["Categorical", "Continuous", "Dimension", "Integer", "SearchError", "dimensions"]

# The service chooses the scale for "Auto" without saying how; ours: two orders of magnitude call for logarithms.
_AUTO_LOGARITHMIC_RATIO = 100
_AUTOTUNE_FACTOR = 10


class SearchError(ValueError):
    """A tuning configuration that cannot be searched; the text is what the service would answer."""


class Dimension(Protocol):
    """One tuned hyperparameter. Inside the search it has a coordinate, outside it is SageMaker's string."""

    @property
    def name(self) -> str: ...

    @property
    def cardinality(self) -> int | None:
        """How many different values it has; None if it is continuous."""

    def text_at(self, index: int) -> str:
        """The value number `index` of a dimension that has a cardinality."""

    def distribution(self) -> BaseDistribution:
        """The coordinate's distribution in optuna's terms."""

    def to_text(self, coordinate: Any) -> str:
        """The value at a coordinate, as SageMaker passes it to a training job."""

    def to_coordinate(self, text: str) -> Any:
        """The coordinate of a value; ValueError if the value lies outside the range."""


@dataclass(frozen=True)
class Categorical:
    name: str
    values: tuple[str, ...]

    @property
    def cardinality(self) -> int:
        return len(self.values)

    def text_at(self, index: int) -> str:
        return self.values[index]

    def distribution(self) -> BaseDistribution:
        from optuna.distributions import CategoricalDistribution

        return CategoricalDistribution(self.values)

    def to_text(self, coordinate: Any) -> str:
        return str(coordinate)

    def to_coordinate(self, text: str) -> str:
        if text not in self.values:
            raise ValueError(f"{self.name}: {text!r} is not one of {self.values}")
        return text


@dataclass(frozen=True)
class Integer:
    name: str
    low: int
    high: int
    logarithmic: bool

    @property
    def cardinality(self) -> int:
        return self.high - self.low + 1

    def text_at(self, index: int) -> str:
        return str(self.low + index)

    def distribution(self) -> BaseDistribution:
        from optuna.distributions import IntDistribution

        return IntDistribution(self.low, self.high, log=self.logarithmic)

    def to_text(self, coordinate: Any) -> str:
        return str(int(coordinate))

    def to_coordinate(self, text: str) -> int:
        value = int(text)
        if not self.low <= value <= self.high:
            raise ValueError(f"{self.name}: {text} is outside {self.low}..{self.high}")
        return value


@dataclass(frozen=True)
class Continuous:
    """A real range. Reverse logarithmic ranges are searched as 1 - x on a logarithmic scale."""

    name: str
    low: float
    high: float
    scaling: str

    @property
    def cardinality(self) -> int | None:
        return 1 if self.low == self.high else None

    def text_at(self, index: int) -> str:
        return repr(self.low)

    def distribution(self) -> BaseDistribution:
        from optuna.distributions import FloatDistribution

        if self.scaling == "ReverseLogarithmic":
            return FloatDistribution(1 - self.high, 1 - self.low, log=True)
        return FloatDistribution(self.low, self.high, log=self.scaling == "Logarithmic")

    def to_text(self, coordinate: Any) -> str:
        value = 1 - coordinate if self.scaling == "ReverseLogarithmic" else coordinate
        return repr(float(min(max(value, self.low), self.high)))  # 1 - (1 - x) may round out of the range

    def to_coordinate(self, text: str) -> float:
        value = float(text)
        if not self.low <= value <= self.high:
            raise ValueError(f"{self.name}: {text} is outside {self.low}..{self.high}")
        return 1 - value if self.scaling == "ReverseLogarithmic" else value


def dimensions(ranges: Mapping[str, Sequence[Mapping[str, Any]]]) -> tuple[Dimension, ...]:
    """Read a ParameterRanges structure, in the order categorical, integer, continuous, auto."""
    return (
        *(_categorical(item) for item in ranges.get("CategoricalParameterRanges", ())),
        *(_integer(item) for item in ranges.get("IntegerParameterRanges", ())),
        *(_continuous(item) for item in ranges.get("ContinuousParameterRanges", ())),
        *(_auto(item) for item in ranges.get("AutoParameters", ())),
    )


def _categorical(item: Mapping[str, Any]) -> Categorical:
    return Categorical(item["Name"], tuple(dict.fromkeys(item["Values"])))


def _integer(item: Mapping[str, Any]) -> Integer:
    name, low, high = item["Name"], int(item["MinValue"]), int(item["MaxValue"])
    scaling = _resolve(name, item.get("ScalingType", "Auto"), low, high)
    if scaling == "ReverseLogarithmic":
        raise SearchError(f"{name}: ReverseLogarithmic scaling is for continuous ranges only.")
    return Integer(name, low, high, logarithmic=scaling == "Logarithmic")


def _continuous(item: Mapping[str, Any]) -> Continuous:
    name, low, high = item["Name"], float(item["MinValue"]), float(item["MaxValue"])
    return Continuous(name, low, high, _resolve(name, item.get("ScalingType", "Auto"), low, high))


def _resolve(name: str, scaling: str, low: float, high: float) -> str:
    """Check a scaling type against its range, and choose one for Auto."""
    if low > high:
        raise SearchError(f"{name}: MinValue {low} is greater than MaxValue {high}.")
    if scaling == "Auto":
        return "Logarithmic" if low > 0 and high / low >= _AUTO_LOGARITHMIC_RATIO else "Linear"
    if scaling == "Logarithmic" and low <= 0:
        raise SearchError(f"{name}: Logarithmic scaling needs values greater than 0; MinValue is {low}.")
    if scaling == "ReverseLogarithmic" and not 0 <= low <= high < 1:
        raise SearchError(f"{name}: ReverseLogarithmic scaling needs 0 <= x < 1.0; the range is {low}..{high}.")
    return scaling


def _auto(item: Mapping[str, Any]) -> Dimension:
    """A range around Autotune's ValueHint. How the service picks its ranges is not published; this is ours."""
    name, hint = item["Name"], item["ValueHint"]
    try:
        value = float(hint)
    except ValueError:
        return Categorical(name, (hint,))
    if value <= 0:
        return Categorical(name, (hint,))
    bounds = {"Name": name, "ScalingType": "Logarithmic"}
    if value.is_integer() and "." not in hint:
        low, high = max(1, int(value) // _AUTOTUNE_FACTOR), int(value) * _AUTOTUNE_FACTOR
        return _integer({**bounds, "MinValue": low, "MaxValue": high})
    return _continuous({**bounds, "MinValue": value / _AUTOTUNE_FACTOR, "MaxValue": value * _AUTOTUNE_FACTOR})
