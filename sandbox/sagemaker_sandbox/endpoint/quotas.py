"""How many instances jobs take, and whether a quota allows them.

A tuning job takes what its trials may take at a time, from its creation to its end, whether they run at this moment
or not; so the answer does not depend on how far it is.
Source: the text of the error as users of the service quote it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from .errors import limit_exceeded
from .faults import Faults
from .jobs import TrainingJob, TuningJob, definitions

__all__ = ["check_quotas", "instances_of_training_job", "instances_of_tuning_job"]

Instances = Mapping[str, int]  # by instance type


def check_quotas(
    wanted: Instances, tuning_jobs: Iterable[TuningJob], training_jobs: Iterable[TrainingJob], faults: Faults
) -> None:
    """ResourceLimitExceeded if the wanted instances and those of the unfinished jobs are more than a rule allows."""
    quotas = {kind: quota for kind in wanted if (quota := faults.instance_quota(kind)) is not None}
    if not quotas:
        return
    used = _in_use(tuning_jobs, training_jobs)
    for kind, quota in quotas.items():
        if used[kind] + wanted[kind] > quota:
            raise limit_exceeded(
                f"The account-level service limit '{kind} for training job usage' is {quota} Instances, with current "
                f"utilization of {used[kind]} Instances and a request delta of {wanted[kind]} Instances. Please "
                "contact AWS support to request an increase for this limit."
            )


def instances_of_tuning_job(document: Mapping[str, Any]) -> Instances:
    """What the trials of a tuning job take when as many as possible run: each could be of any definition."""
    parallel = document["HyperParameterTuningJobConfig"]["ResourceLimits"]["MaxParallelTrainingJobs"]
    most: Counter[str] = Counter()
    for definition in definitions(document):
        most |= Counter(instances_of_training_job(definition))
    return Counter({kind: count * parallel for kind, count in most.items()})


def instances_of_training_job(document: Mapping[str, Any]) -> Instances:
    resources = document.get("ResourceConfig") or document.get("HyperParameterTuningResourceConfig", {})
    # Of a list of instances to choose from, the first is taken.
    groups = resources.get("InstanceGroups") or resources.get("InstanceConfigs", ())[:1] or [resources]
    count: Counter[str] = Counter()
    for group in groups:
        if "InstanceType" in group:
            count[group["InstanceType"]] += group.get("InstanceCount", 1)
    return count


def _in_use(tuning_jobs: Iterable[TuningJob], training_jobs: Iterable[TrainingJob]) -> Counter[str]:
    used: Counter[str] = Counter()
    for tuning_job in tuning_jobs:
        if tuning_job.status in ("InProgress", "Stopping"):
            used.update(instances_of_tuning_job(tuning_job.document))
    for training_job in training_jobs:
        if not training_job.has_ended and not training_job.tuning_job_arn:
            used.update(instances_of_training_job(training_job.document))
    return used
