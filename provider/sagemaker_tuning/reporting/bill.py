"""What a job's trials were billed for: instance-hours by kind of instance, what spot training saved, and dollars.

The price of spot training is the on-demand price: the discount is in the billable time already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sagemaker_tuning.cost.prices import Prices
from sagemaker_tuning.figures import savings_percent
from sagemaker_tuning.reporting.job import NumberedTrial, ReportedJob
from sagemaker_tuning.reporting.lanes import instances_text

__all__ = ["Bill", "BillLine", "bill"]


@dataclass(frozen=True)
class BillLine:
    """Trials on instances of one kind. A sum counts the trials of which it is known; None if that is none of them."""

    instances: str
    is_spot: bool
    trials: int
    trials_unknown: int
    trained_seconds: float | None
    """Instance-seconds of the trials, billed or not."""
    billable_seconds: float | None
    warm_pool_seconds: float | None
    price_per_hour: float | None
    """Dollars for an hour of all instances of one trial."""
    cost_usd: float | None
    savings_percent: float | None
    """Of the trials on spot instances."""


@dataclass(frozen=True)
class Bill:
    """All lines of a job; `prices_name` says which prices were used."""

    lines: tuple[BillLine, ...]
    prices_name: str | None

    @property
    def total(self) -> BillLine:
        """The sum of all lines; its cost is known only if all that is billed has a price."""
        costs = [line.cost_usd for line in self.lines if line.billable_seconds is not None]
        spot = [line for line in self.lines if line.is_spot]
        return BillLine(
            instances="Total",
            is_spot=bool(spot),
            trials=sum(line.trials for line in self.lines),
            trials_unknown=sum(line.trials_unknown for line in self.lines),
            trained_seconds=_sum(line.trained_seconds for line in self.lines),
            billable_seconds=_sum(line.billable_seconds for line in self.lines),
            warm_pool_seconds=_sum(line.warm_pool_seconds for line in self.lines),
            price_per_hour=None,
            cost_usd=None if None in costs else _sum(costs),
            savings_percent=savings_percent(
                _sum(line.trained_seconds for line in spot), _sum(line.billable_seconds for line in spot)
            ),
        )


def bill(job: ReportedJob, prices: Prices | None) -> Bill:
    """What the job's trials were billed for, those that still run up to now."""
    kinds: dict[tuple[str, bool, bool], list[NumberedTrial]] = {}
    for trial in job.trials:
        definition = trial.definition
        kinds.setdefault((instances_text(trial), definition.is_spot, definition.uses_training_plan), []).append(trial)
    lines = tuple(
        _line(kind, is_spot, trials, None if is_planned else prices, job.region)
        for (kind, is_spot, is_planned), trials in sorted(kinds.items())
    )
    is_priced = any(line.cost_usd is not None for line in lines)
    return Bill(lines, prices.name if prices and is_priced else None)


def _line(
    instances: str, is_spot: bool, trials: Sequence[NumberedTrial], prices: Prices | None, region: str
) -> BillLine:
    billable = [trial.billable_seconds for trial in trials]
    seconds = _sum(billable)
    trained = _sum(trial.instance_seconds for trial in trials if trial.billable_seconds is not None)
    warm = _sum(trial.trial.warm_pool_seconds for trial in trials)
    cluster = trials[0].instances
    price = _price(cluster, prices, region) if cluster and prices else None
    # The seconds count every instance of the cluster, and the price is that of all of them.
    clusters = None if seconds is None or not cluster else (seconds + (warm or 0)) / sum(cluster.values())
    return BillLine(
        instances=instances,
        is_spot=is_spot,
        trials=len(trials),
        trials_unknown=billable.count(None),
        trained_seconds=trained,
        billable_seconds=seconds,
        warm_pool_seconds=warm,
        price_per_hour=price,
        cost_usd=None if price is None or clusters is None else clusters / 3600 * price,
        savings_percent=savings_percent(trained, seconds) if is_spot else None,
    )


def _price(cluster: Mapping[str, int], prices: Prices, region: str) -> float | None:
    priced = [(prices.per_hour(instance_type, region), count) for instance_type, count in cluster.items()]
    known = [price * count for price, count in priced if price is not None]
    return sum(known) if len(known) == len(priced) else None


def _sum(parts: Iterable[float | None]) -> float | None:
    """The sum of what is known; None if nothing is."""
    known = [part for part in parts if part is not None]
    return sum(known) if known else None
