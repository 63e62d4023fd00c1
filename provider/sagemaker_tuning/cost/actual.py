"""What training jobs did use and cost, from their Describe responses.

Billed are BillableTimeInSeconds and the time that a warm pool was kept, for each instance; with spot training the
discount is in the billable time already, so that the on-demand price applies. A training job that the service gives no
billable time of is unknown, never 0.
Source: botocore's texts of BillableTimeInSeconds and ResourceRetainedBillableTimeInSeconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sagemaker_tuning.cost.bounds import Cluster, Instances
from sagemaker_tuning.cost.estimate import cluster_price
from sagemaker_tuning.cost.prices import Prices

__all__ = ["Actual", "actual"]


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


def actual(training_jobs: Iterable[Mapping[str, Any]], prices: Prices | None) -> Actual:
    """The sum over training jobs, each as DescribeTrainingJob gives it; its ARN says the region."""
    used = [_used(job, prices) for job in training_jobs]
    hours = [amount for amount, _ in used if amount is not None]
    costs = [amount for _, amount in used if amount is not None]
    return Actual(
        training_jobs=len(used),
        instance_hours=sum(hours) if hours else None,
        cost_usd=sum(costs) if costs else None,
        hours_unknown=len(used) - len(hours),
        cost_unknown=len(used) - len(costs),
    )


def _used(job: Mapping[str, Any], prices: Prices | None) -> tuple[float | None, float | None]:
    """Instance-hours and dollars of one training job."""
    billable, cluster = job.get("BillableTimeInSeconds"), _cluster(job.get("ResourceConfig") or {})
    if billable is None or cluster is None:
        return None, None
    kept_warm = (job.get("WarmPoolStatus") or {}).get("ResourceRetainedBillableTimeInSeconds") or 0
    cluster_hours = (billable + kept_warm) / 3600
    hours = cluster_hours * sum(instances.count for instances in cluster)
    region = job["TrainingJobArn"].split(":")[3]
    price = None if prices is None or _is_of_a_plan(job) else cluster_price(cluster, prices, region)
    return hours, None if price is None else cluster_hours * price


def _cluster(resources: Mapping[str, Any]) -> Cluster | None:
    nodes = resources.get("InstanceGroups") or [resources]
    instances = []
    for node in nodes:
        instance_type = node.get("SelectedInstanceType") or node.get("InstanceType")
        number = node.get("SelectedInstanceCount") or node.get("InstanceCount")
        if instance_type is None or number is None:
            return None
        instances.append(Instances(instance_type, number))
    return tuple(instances)


def _is_of_a_plan(job: Mapping[str, Any]) -> bool:
    resources = job.get("ResourceConfig") or {}
    plans = [preference.get("TrainingPlanArns") for preference in resources.get("InstancePreferences") or ()]
    return bool(resources.get("TrainingPlanArn") or any(plans))
