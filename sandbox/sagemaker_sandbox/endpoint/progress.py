"""How a record moves on: pure functions from a job and what happened to the job after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sagemaker_sandbox.trials import Event, Finished, Metric

from .jobs import MetricValue, TrainingJob, Transition, TuningJob

__all__ = ["after_event", "ended_before_start", "entered", "restarted", "tuning_job_in"]

_WHILE_STOPPING = ("Stopping", "Uploading")


def after_event(job: TrainingJob, event: Event) -> TrainingJob:
    """The training job after an event of its trial."""
    if isinstance(event, Metric):
        return replace(job, metrics={**job.metrics, event.name: MetricValue(event.value, event.time)})
    if isinstance(event, Finished):
        ended = _ended(job, event)
        return _retried(job, event.time) if ended.has_failed_internally and _may_be_retried(job) else ended
    return entered(job, event.status, event.message, event.time)


def entered(job: TrainingJob, secondary_status: str, message: str, time: datetime) -> TrainingJob:
    """The training job in a secondary status; being in it already changes nothing.

    A stop may be recorded before what the trial told a moment earlier: then that is past, and time does not go back.
    """
    is_past = job.status == "Stopping" and secondary_status not in _WHILE_STOPPING
    if is_past or (job.transitions and job.secondary_status == secondary_status):
        return job
    time = max(time, job.last_modified_time)
    is_stopping = secondary_status == "Stopping" or job.status == "Stopping"
    has_begun = secondary_status in ("Downloading", "Training")
    return replace(
        job,
        status="Stopping" if is_stopping else "InProgress",
        transitions=(*_closed(job, time), Transition(secondary_status, message, time)),
        start_time=job.start_time or (time if has_begun else None),
        last_modified_time=time,
    )


def ended_before_start(job: TrainingJob, time: datetime) -> TrainingJob:
    """A training job that was stopped while it waited for its turn."""
    return _ended(job, Finished("Stopped", "Stopped", "Training job stopped", time))


def restarted(job: TrainingJob, time: datetime) -> TrainingJob:
    """An unfinished training job of an earlier process, which nobody runs any more: it ends, or is to run again."""
    if job.status == "Stopping":
        return ended_before_start(job, time)
    job = entered(job, "Restarting", "The sandbox was ended while it ran the training job", time)
    return replace(entered(job, "Starting", "Starting the training job", time), metrics={})


def tuning_job_in(job: TuningJob, status: str, time: datetime) -> TuningJob:
    return replace(job, status=status, last_modified_time=time)


def _may_be_retried(job: TrainingJob) -> bool:
    attempts = job.document.get("RetryStrategy", {}).get("MaximumRetryAttempts", 0)
    return job.status == "InProgress" and job.retries < attempts


def _retried(job: TrainingJob, time: datetime) -> TrainingJob:
    """The API reference: when a job is retried, its SecondaryStatus is changed to Starting."""
    again = entered(job, "Starting", "Retrying the training job after an internal error", time)
    return replace(again, retries=job.retries + 1, metrics={})


def _ended(job: TrainingJob, event: Finished) -> TrainingJob:
    time = max(event.time, job.last_modified_time)
    return replace(
        job,
        status=event.status,
        transitions=(*_closed(job, time), Transition(event.secondary_status, event.message, time, time)),
        start_time=event.training_start_time or job.start_time,
        end_time=event.training_end_time or time,
        last_modified_time=time,
        failure_reason=event.failure_reason,
        model_artifacts=event.model_artifacts,
        training_seconds=event.training_seconds,
        billable_seconds=event.billable_seconds,
    )


def _closed(job: TrainingJob, time: datetime) -> tuple[Transition, ...]:
    if not job.transitions:
        return ()
    return (*job.transitions[:-1], replace(job.transitions[-1], end_time=time))
