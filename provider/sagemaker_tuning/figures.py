"""What follows from a training job's description: what is billed, what spot saved, where the time went.

Pure functions of one DescribeTrainingJob document. A figure is None where the service gave no data, as it does for jobs
that failed early, still run or did not start; never 0.
Facts: the API reference of DescribeTrainingJob, ResourceConfig and WarmPoolStatus, by which billable time is wall-clock
time, and what is billed is that times the number of instances.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sagemaker_tuning.times import aware_time

__all__ = ["Figures", "figures_of", "instances_of", "savings_percent", "seconds_between", "total"]

Describe = Mapping[str, Any]

# Waiting for instances, at the start or after spot instances were taken away; the last two are no longer sent.
_QUEUE = ("Pending", "Starting", "Interrupted", "Restarting", "LaunchingMLInstances", "PreparingTrainingStack")
_DOWNLOAD = ("Downloading", "DownloadingTrainingImage")


@dataclass(frozen=True)
class Figures:
    """The figures of one training job. What is billed counts every instance; all else is time on the clock."""

    instances: Mapping[str, int] | None
    """How many of each instance type were used."""
    training_seconds: float | None
    """From the start on the instances to the end there: downloading, training and uploading."""
    billable_seconds: float | None
    warm_pool_seconds: float | None
    """Billed for the instances that were kept for a next job."""
    spot_savings_percent: float | None
    queue_seconds: float | None
    download_seconds: float | None
    algorithm_seconds: float | None
    """In the status Training, without downloading and uploading."""
    upload_seconds: float | None

    @property
    def instance_count(self) -> int | None:
        return sum(self.instances.values()) if self.instances else None

    @property
    def billable_hours(self) -> float | None:
        return None if self.billable_seconds is None else self.billable_seconds / 3600


def figures_of(describe: Describe) -> Figures:
    """All figures of a DescribeTrainingJob response."""
    instances = instances_of(describe)
    count = sum(instances.values()) if instances else None
    billable = describe.get("BillableTimeInSeconds")
    warm_pool = (describe.get("WarmPoolStatus") or {}).get("ResourceRetainedBillableTimeInSeconds")
    return Figures(
        instances=instances,
        training_seconds=_training_seconds(describe),
        billable_seconds=_times(billable, count),
        warm_pool_seconds=_times(warm_pool, count),
        # Not of a time between start and end, in which a spot job may have waited for instances.
        spot_savings_percent=savings_percent(describe.get("TrainingTimeInSeconds"), billable),
        queue_seconds=_seconds_in(describe, _QUEUE),
        download_seconds=_seconds_in(describe, _DOWNLOAD),
        algorithm_seconds=_seconds_in(describe, ("Training",)),
        upload_seconds=_seconds_in(describe, ("Uploading",)),
    )


def instances_of(describe: Describe) -> Mapping[str, int] | None:
    """How many instances of each type the job runs on; of several preferred types, the one that was selected."""
    resources = describe.get("ResourceConfig") or {}
    if resources.get("InstancePreferences"):
        groups = [{name: resources.get(f"Selected{name}") for name in ("InstanceType", "InstanceCount")}]
    else:
        groups = resources.get("InstanceGroups") or [resources]
    counts: Counter[str] = Counter()
    for group in groups:
        instance_type, count = group.get("InstanceType"), group.get("InstanceCount")
        if not instance_type or not count:
            return None
        counts[instance_type] += count
    return dict(counts)


def savings_percent(training_seconds: float | None, billable_seconds: float | None) -> float | None:
    """How much less was billed than ran: 500 s of training of which 100 are billed saved 80 %."""
    if not training_seconds or billable_seconds is None:
        return None
    return (1 - billable_seconds / training_seconds) * 100


def seconds_between(start: Any, end: Any) -> float | None:
    """The seconds from one time to another."""
    started, ended = aware_time(start), aware_time(end)
    return (ended - started).total_seconds() if started and ended else None


def total(parts: Iterable[float | None]) -> float | None:
    """The sum; None if there is nothing to sum or a part is unknown."""
    known = list(parts)
    return sum(part for part in known if part is not None) if known and None not in known else None


def _training_seconds(describe: Describe) -> float | None:
    measured: float | None = describe.get("TrainingTimeInSeconds")
    if measured is not None:
        return measured
    return seconds_between(describe.get("TrainingStartTime"), describe.get("TrainingEndTime"))


def _seconds_in(describe: Describe, statuses: tuple[str, ...]) -> float | None:
    """The time in these statuses; None for a status that the job was never in, or is in now."""
    transitions = describe.get("SecondaryStatusTransitions") or []
    return total(
        seconds_between(transition.get("StartTime"), transition.get("EndTime"))
        for transition in transitions
        if transition.get("Status") in statuses
    )


def _times(seconds: float | None, instances: int | None) -> float | None:
    return None if seconds is None or instances is None else seconds * instances
