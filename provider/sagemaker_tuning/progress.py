"""How far tuning jobs are: counts, the best so far and the time that is left, for lines and bars.

Pure: what follows from one Describe response, or from one summary of a List, which has no best training job.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sagemaker_tuning.observed import MISSING, TERMINAL
from sagemaker_tuning.times import aware_time
from sagemaker_tuning.trials import Trial

__all__ = ["ENDED", "Progress", "TrialCounts"]

Document = Mapping[str, Any]

ENDED = TERMINAL | {MISSING}
"""Statuses after which there is nothing more to watch."""


@dataclass(frozen=True)
class TrialCounts:
    """How many training jobs have ended, run and failed; `limit` is None where the service chose it silently."""

    ended: int = 0
    running: int = 0
    failed: int = 0
    limit: int | None = None

    @classmethod
    def of(cls, document: Document) -> TrialCounts:
        """The counts in a Describe response or in a summary of a List."""
        counters = document.get("TrainingJobStatusCounters") or {}
        failed = counters.get("NonRetryableError", 0)
        return cls(
            ended=counters.get("Completed", 0) + counters.get("Stopped", 0) + failed,
            running=counters.get("InProgress", 0),
            failed=failed,
            limit=_limits(document).get("MaxNumberOfTrainingJobs"),
        )

    @classmethod
    def sum(cls, parts: Iterable[TrialCounts]) -> TrialCounts:
        """All of them together; without a limit if one has none."""
        parts = list(parts)
        limits = [part.limit for part in parts]
        return cls(
            ended=sum(part.ended for part in parts),
            running=sum(part.running for part in parts),
            failed=sum(part.failed for part in parts),
            limit=None if None in limits else sum(limit for limit in limits if limit is not None),
        )

    def __str__(self) -> str:
        counted = f"{self.ended}/{self.limit} trials" if self.limit is not None else f"{self.ended} trials"
        failed = f", {self.failed} failed" if self.failed else ""
        return f"{counted}, {self.running} running{failed}"


@dataclass(frozen=True)
class Progress:
    """A tuning job as it was when it was last looked at. `best` is known only if the job was described."""

    name: str
    status: str
    trials: TrialCounts = TrialCounts()
    best: Trial | None = None
    strategy: str | None = None
    creation_time: datetime | None = None
    end_time: datetime | None = None
    max_runtime_seconds: float | None = None
    failure_reason: str | None = None

    @classmethod
    def of(cls, document: Document) -> Progress:
        """The progress in a Describe response or in a summary of a List."""
        best = document.get("BestTrainingJob")
        return cls(
            name=document["HyperParameterTuningJobName"],
            status=document["HyperParameterTuningJobStatus"],
            trials=TrialCounts.of(document),
            best=Trial.from_summary(best) if best else None,
            strategy=_config(document).get("Strategy"),
            creation_time=aware_time(document.get("CreationTime")),
            end_time=aware_time(document.get("HyperParameterTuningEndTime")),
            max_runtime_seconds=_limits(document).get("MaxRuntimeInSeconds"),
            failure_reason=document.get("FailureReason") or None,
        )

    @classmethod
    def missing(cls, name: str) -> Progress:
        """The progress of a job that is not there, or no more."""
        return cls(name, MISSING)

    @property
    def is_ended(self) -> bool:
        return self.status in ENDED

    def elapsed_seconds(self, now: datetime) -> float | None:
        """How long the job has run, up to its end."""
        if self.creation_time is None:
            return None
        return max(((self.end_time or now) - self.creation_time).total_seconds(), 0)  # our clock may be behind AWS's

    def remaining_seconds(self, now: datetime) -> float | None:
        """How long the job may still run if the further trials take as long as those so far; None if nobody knows.

        A job may end before: by a completion criterion, or because a search such as Hyperband needs fewer trials.
        """
        elapsed = self.elapsed_seconds(now)
        if self.is_ended or elapsed is None:
            return None
        estimates = []
        if self.trials.limit is not None and self.trials.ended:
            remaining = max(self.trials.limit - self.trials.ended, 0)
            estimates.append(elapsed / self.trials.ended * remaining)
        if self.max_runtime_seconds is not None:
            estimates.append(max(self.max_runtime_seconds - elapsed, 0))
        return min(estimates, default=None)

    def __str__(self) -> str:
        """A line such as `12/50 trials, 3 running, best validation:auc 0.913`."""
        if self.best is None or self.best.objective_value is None:
            return str(self.trials)
        return f"{self.trials}, best {self.best.objective_metric_name} {self.best.objective_value:.4g}"


def _config(document: Document) -> Document:
    return document.get("HyperParameterTuningJobConfig") or document


def _limits(document: Document) -> Document:
    return _config(document).get("ResourceLimits") or {}
