"""What the live page shows of the store, as JSON that JavaScript reads: times in milliseconds, no NaN."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sagemaker_sandbox.endpoint.jobs import TrainingJob, TuningJob
from sagemaker_sandbox.endpoint.store import JobStore
from sagemaker_sandbox.endpoint.views import best_training_job

__all__ = ["state"]

_SINGLE_JOBS = ""


def state(store: JobStore, selected: str | None) -> dict[str, Any]:
    """Every tuning job in short, newest first, and one of them with its trials.

    `selected` is its ARN; the newest one if it is None or gone; the training jobs of no tuning job if it is empty.
    """
    jobs = sorted(store.tuning_jobs(), key=lambda job: job.creation_time, reverse=True)
    single = [job for job in store.training_jobs() if not job.tuning_job_arn]
    shown: dict[str, Any] | None = None
    if selected == _SINGLE_JOBS:
        shown = {"arn": _SINGLE_JOBS, "name": "Training jobs of no tuning job", "trials": [*map(_trial, single)]}
    elif job := next((job for job in jobs if job.arn == selected), jobs[0] if jobs else None):
        shown = _with_trials(job, store.training_jobs_of(job.arn))
    return {
        "tuningJobs": [_tuning_job(job, store.training_jobs_of(job.arn)) for job in jobs],
        "singleTrainingJobs": len(single),
        "shown": shown,
    }


def _tuning_job(job: TuningJob, trials: Sequence[TrainingJob]) -> dict[str, Any]:
    config = job.document["HyperParameterTuningJobConfig"]
    best = best_training_job(trials)
    return {
        "arn": job.arn,
        "name": job.name,
        "status": job.status,
        "strategy": config["Strategy"],
        "trialCounts": Counter(trial.status for trial in trials),
        "mostTrials": config["ResourceLimits"].get("MaxNumberOfTrainingJobs"),
        "best": best and _number(best.objective_value),
    }


def _with_trials(job: TuningJob, trials: Sequence[TrainingJob]) -> dict[str, Any]:
    best = best_training_job(trials)
    objectives = {trial.objective["MetricName"]: trial.objective["Type"] for trial in trials if trial.objective}
    return {
        **_tuning_job(job, trials),
        "created": _milliseconds(job.creation_time),
        "ended": _milliseconds(job.end_time),
        "failureReason": job.failure_reason,
        "objectives": objectives,
        "bestTrial": best and best.arn,
        "trials": [_trial(trial) for trial in trials],
    }


def _trial(job: TrainingJob) -> dict[str, Any]:
    return {
        "arn": job.arn,
        "name": job.name,
        "status": job.status if job.has_ended else job.secondary_status,
        "hasEnded": job.has_ended,
        "definition": job.definition_name,
        "objective": _number(job.objective_value),
        "tuned": dict(job.tuned),
        "started": _milliseconds(job.start_time),
        "ended": _milliseconds(job.end_time),
        "failureReason": job.failure_reason,
    }


def _number(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _milliseconds(time: datetime | None) -> int | None:
    return None if time is None else int(time.timestamp() * 1000)
