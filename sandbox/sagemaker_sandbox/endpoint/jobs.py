"""The records of the sandbox: tuning jobs and training jobs as frozen values.

A record holds what happened; what the API derives from it (counters, best training job) is in `views`, so that it
cannot disagree. `document` is the job's declaration in the API's form, after the service's rewriting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

__all__ = ["MetricValue", "TrainingJob", "Transition", "TuningJob", "definitions"]

_ENDED = frozenset({"Completed", "Failed", "Stopped"})
_INTERNAL_ERROR = "InternalServerError"  # how the FailureReason starts


@dataclass(frozen=True)
class TuningJob:
    """`prior_training_jobs` are the ARNs of the parents' training jobs, which outlive the parents' records."""

    arn: str
    name: str
    document: Mapping[str, Any]
    creation_time: datetime
    last_modified_time: datetime
    status: str = "InProgress"
    end_time: datetime | None = None
    failure_reason: str | None = None
    completion_details: Mapping[str, Any] = field(default_factory=dict)
    prior_training_jobs: tuple[str, ...] = ()

    @property
    def has_ended(self) -> bool:
        return self.status in _ENDED


@dataclass(frozen=True)
class Transition:
    """One entry of SecondaryStatusTransitions."""

    status: str
    message: str
    start_time: datetime
    end_time: datetime | None = None


@dataclass(frozen=True)
class MetricValue:
    value: float
    time: datetime


@dataclass(frozen=True)
class TrainingJob:
    """`objective` and `tuned` are empty for a training job that no tuning job launched."""

    arn: str
    name: str
    document: Mapping[str, Any]
    creation_time: datetime
    last_modified_time: datetime
    tuning_job_arn: str | None = None
    tuning_job_name: str | None = None
    definition_name: str | None = None
    tuned: Mapping[str, str] = field(default_factory=dict)
    objective: Mapping[str, str] = field(default_factory=dict)
    status: str = "InProgress"
    transitions: tuple[Transition, ...] = ()
    start_time: datetime | None = None
    end_time: datetime | None = None
    failure_reason: str | None = None
    metrics: Mapping[str, MetricValue] = field(default_factory=dict)
    model_artifacts: str | None = None
    training_seconds: int | None = None
    billable_seconds: int | None = None
    retries: int = 0

    @property
    def has_ended(self) -> bool:
        return self.status in _ENDED

    @property
    def has_failed_internally(self) -> bool:
        """Failed for no fault of its own: the only failure that a RetryStrategy retries."""
        return self.status == "Failed" and (self.failure_reason or "").startswith(_INTERNAL_ERROR)

    @property
    def secondary_status(self) -> str:
        return self.transitions[-1].status

    @property
    def objective_value(self) -> float | None:
        """The last value of the objective metric, once the job has ended well or was stopped."""
        metric = self.metrics.get(self.objective.get("MetricName", ""))
        return metric.value if metric and self.status in ("Completed", "Stopped") else None

    @property
    def objective_status(self) -> str:
        if not self.has_ended:
            return "Pending"
        return "Failed" if self.objective_value is None else "Succeeded"


def definitions(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The training job definitions of a request or a tuning job, in whichever form they were sent."""
    if "TrainingJobDefinition" in document:
        return [document["TrainingJobDefinition"]]
    return list(document.get("TrainingJobDefinitions", ()))
