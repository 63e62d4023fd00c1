"""The most that a tuning job can use and cost, with the arithmetic that gives it.

The price is the on-demand price also for spot training, whose discount nobody guarantees.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sagemaker_tuning.cost.bounds import Bound, Cluster, Gap, bounds
from sagemaker_tuning.cost.prices import Prices
from sagemaker_tuning.cost.words import count, dollars, hours, rate

__all__ = ["Estimate", "Line", "estimate"]


@dataclass(frozen=True)
class Line:
    """The estimate as if every training job were of this definition and ran on this cluster.

    `price_per_hour` is that of the whole cluster; `gaps` say why it, or the cost, is not known.
    """

    bound: Bound
    price_per_hour: float | None = None
    gaps: tuple[Gap, ...] = ()

    @property
    def instance_hours(self) -> float | None:
        """How many instance-hours the training jobs can use."""
        seconds = self.bound.cluster_seconds
        return None if seconds is None else seconds * self._instances / 3600

    @property
    def cost_usd(self) -> float | None:
        """How many dollars they can cost."""
        seconds = self.bound.cluster_seconds
        return None if seconds is None or self.price_per_hour is None else seconds * self.price_per_hour / 3600

    @property
    def arithmetic(self) -> str | None:
        """A line such as `50 trials × 2 × ml.m5.xlarge × 3,600 s = 100 instance-hours, at $0.23 an hour $23.00`."""
        if self.instance_hours is None:
            return None
        priced = self._price_words
        return f"{_bound_words(self.bound)} = {hours(self.instance_hours)}{f', {priced}' if priced else ''}"

    @property
    def _price_words(self) -> str | None:
        if self.cost_usd is None or self.price_per_hour is None:
            return None
        cluster = self.bound.cluster
        if len(cluster) == 1:
            return f"at {rate(self.price_per_hour / max(cluster[0].count, 1))} an hour {dollars(self.cost_usd)}"
        return f"at {rate(self.price_per_hour)} an hour for the cluster {dollars(self.cost_usd)}"

    @property
    def _instances(self) -> int:
        return sum(instances.count for instances in self.bound.cluster)


@dataclass(frozen=True)
class Estimate:
    """The most a tuning job can use. A figure is None if it cannot be told; `gaps` say why.

    `lines` has one for each definition and cluster; the most expensive of them bounds the job.
    """

    lines: tuple[Line, ...]
    prices_name: str | None = None

    @property
    def max_instance_hours(self) -> float | None:
        return _most(self.lines, lambda line: line.instance_hours)

    @property
    def max_cost_usd(self) -> float | None:
        return _most(self.lines, lambda line: line.cost_usd)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Every reason why a figure cannot be told, each once."""
        return tuple(dict.fromkeys([*self.gaps_of_hours, *(gap for line in self.lines for gap in line.gaps)]))

    @property
    def gaps_of_hours(self) -> tuple[Gap, ...]:
        """Why the instance-hours cannot be told, which leaves the cost unknown as well."""
        return tuple(dict.fromkeys(gap for line in self.lines for gap in line.bound.gaps))

    @property
    def unknown(self) -> tuple[str, ...]:
        """The reasons alone, for a person."""
        return tuple(gap.reason for gap in self.gaps)

    @property
    def hours_arithmetic(self) -> str | None:
        """How the most instance-hours come about."""
        return self._arithmetic(lambda line: line.instance_hours)

    @property
    def cost_arithmetic(self) -> str | None:
        """How the highest cost comes about."""
        return self._arithmetic(lambda line: line.cost_usd)

    @property
    def arithmetic(self) -> str:
        """How the figures come about, and why one is missing."""
        found = dict.fromkeys(text for text in (self.hours_arithmetic, self.cost_arithmetic) if text)
        missing = "cost" if found else "instance-hours and cost"
        unknown = [f"{missing} unknown, as {' and '.join(self.unknown)}"] if self.gaps else []
        return "; ".join([*found, *unknown])

    def _arithmetic(self, figure: Callable[[Line], float | None]) -> str | None:
        if _most(self.lines, figure) is None:
            return None
        line = max(self.lines, key=lambda line: figure(line) or 0)
        among = "" if len(self.lines) == 1 else f" ({line.bound.path}, the most of {len(self.lines)} possibilities)"
        return f"{line.arithmetic}{among}"


def estimate(job: Mapping[str, Any], prices: Prices | None, region: str | None) -> Estimate:
    """The most that a tuning job can use and cost in a region.

    `job` is a checked native spec (`TuningJobSpec.to_native()`) and may hold the unknown anywhere. Without prices, the
    cost is unknown.
    """
    return Estimate(tuple(_line(bound, prices, region) for bound in bounds(job)), prices.name if prices else None)


def _line(bound: Bound, prices: Prices | None, region: str | None) -> Line:
    if bound.uses_training_plan:
        return Line(bound, gaps=(_PLAN,))
    if not bound.cluster:
        return Line(bound)
    if prices is None or not region:
        return Line(bound, gaps=(_NO_REGION if prices else _NO_PRICES,))
    gaps = tuple(
        _unpriced(instances.instance_type, region, prices)
        for instances in bound.cluster
        if prices.per_hour(instances.instance_type, region) is None
    )
    return Line(bound, None, gaps) if gaps else Line(bound, cluster_price(bound.cluster, prices, region))


def cluster_price(cluster: Cluster, prices: Prices, region: str | None) -> float | None:
    """Dollars for an hour of the whole cluster; None if one of its prices is not known."""
    priced = [(prices.per_hour(instances.instance_type, region), instances.count) for instances in cluster]
    known = [price * number for price, number in priced if price is not None]
    return sum(known) if len(known) == len(priced) else None


_PLAN = Gap(
    "instances of a training plan are paid for with the plan",
    "Use `max_instance_hours` instead of `max_cost_usd`",
)
_NO_REGION = Gap("the region is not configured", "Set it: `pulumi config set aws:region us-east-1`")
_NO_PRICES = Gap("there are no prices", "Give prices")


def _unpriced(instance_type: str, region: str, prices: Prices) -> Gap:
    return Gap(
        f"the price of {instance_type} in {region} is not in {prices.name}",
        "Give a file with the price as `sagemaker-tuning:prices`, or set `sagemaker-tuning:pricingApi` to true",
    )


def _bound_words(bound: Bound) -> str:
    instances = " + ".join(f"{count(group.count)} × {group.instance_type}" for group in bound.cluster)
    cluster = f"({instances})" if len(bound.cluster) > 1 else instances
    in_trials = None if bound.trials is None or bound.seconds is None else bound.trials * bound.seconds
    in_tuning = bound.in_tuning_seconds
    kept = bound.keep_alive_seconds
    if in_tuning is not None and (in_trials is None or in_tuning < in_trials):
        at_once = min(bound.parallel or 1, bound.trials or bound.parallel or 1)
        warm = f" + {_trials(bound.trials)} × {cluster} × {kept:,} s kept warm" if kept else ""
        return f"{at_once:,} at a time × {cluster} × {bound.tuning_seconds:,} s of the tuning job{warm}"
    seconds = f"({bound.seconds:,} s + {kept:,} s kept warm)" if kept else f"{bound.seconds:,} s"
    return f"{_trials(bound.trials)} × {cluster} × {seconds}"


def _trials(number: int | None) -> str:
    return "1 trial" if number == 1 else f"{number or 0:,} trials"


def _most(lines: tuple[Line, ...], figure: Callable[[Line], float | None]) -> float | None:
    figures = [figure(line) for line in lines]
    known = [amount for amount in figures if amount is not None]
    return max(known, default=None) if len(known) == len(figures) else None
