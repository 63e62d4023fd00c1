"""What training jobs did use and cost.

Billed are the billable time and the time that a warm pool was kept, for each instance. With spot training the discount
is in the billable time already, so that the on-demand price applies. A training job that the service gives no billable
time of is unknown, never free.
Source: botocore's texts of BillableTimeInSeconds and ResourceRetainedBillableTimeInSeconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from sagemaker_tuning.cost.bounds import Instances
from sagemaker_tuning.cost.estimate import cluster_price
from sagemaker_tuning.cost.prices import Prices

__all__ = ["Actual", "Billed", "actual", "cost_of"]


class Billed(Protocol):
    """What must be known of a training job: a described `trials.Trial`. Both times count every instance."""

    @property
    def arn(self) -> str: ...
    @property
    def instances(self) -> Mapping[str, int] | None: ...
    @property
    def billable_seconds(self) -> float | None: ...
    @property
    def warm_pool_seconds(self) -> float | None: ...


@dataclass(frozen=True)
class Actual:
    """What some training jobs used and cost; a figure is the sum of those that are known, None if none is.

    `hours_unknown` and `cost_unknown` count the training jobs that are not in the sum.
    """

    training_jobs: int
    instance_hours: float | None
    cost_usd: float | None
    hours_unknown: int = 0
    cost_unknown: int = 0

    @property
    def is_priced(self) -> bool:
        """Whether the cost counts every training job that was billed."""
        return self.cost_usd is not None and self.cost_unknown == self.hours_unknown


def actual(training_jobs: Iterable[Billed], prices: Prices | None) -> Actual:
    """The sum over training jobs."""
    jobs = list(training_jobs)
    hours = [amount for amount in map(_instance_hours, jobs) if amount is not None]
    costs = [amount for amount in (cost_of(job, prices) for job in jobs) if amount is not None]
    return Actual(
        training_jobs=len(jobs),
        instance_hours=sum(hours) if hours else None,
        cost_usd=sum(costs) if costs else None,
        hours_unknown=len(jobs) - len(hours),
        cost_unknown=len(jobs) - len(costs),
    )


def cost_of(job: Billed, prices: Prices | None) -> float | None:
    """Dollars for one training job, in the region that its ARN says."""
    hours = _instance_hours(job)
    if hours is None or prices is None or not job.instances:
        return None
    cluster = tuple(Instances(instance_type, count) for instance_type, count in job.instances.items())
    price = cluster_price(cluster, prices, job.arn.split(":")[3])
    return None if price is None else hours / sum(job.instances.values()) * price


def _instance_hours(job: Billed) -> float | None:
    if job.billable_seconds is None:
        return None
    return (job.billable_seconds + (job.warm_pool_seconds or 0)) / 3600
