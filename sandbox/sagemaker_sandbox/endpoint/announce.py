"""One line for each new status of a job, for `sagemaker-sandbox serve`."""

from __future__ import annotations

from .jobs import TrainingJob, TuningJob

__all__ = ["announce"]


def announce(job: TuningJob | TrainingJob) -> None:
    print(f"{job.last_modified_time.astimezone():%H:%M:%S}  {_line(job)}", flush=True)


def _line(job: TuningJob | TrainingJob) -> str:
    # A script's own error text may have lines, and this is one.
    reason = f": {' '.join(job.failure_reason.split())}" if job.failure_reason else ""
    if isinstance(job, TuningJob):
        return f"tuning job {job.name} {job.status}{reason}"
    value = job.objective_value
    score = "" if value is None else f", {job.objective['MetricName']} {value:.6g}"
    status = job.status if job.has_ended else job.secondary_status
    return f"  training job {job.name} {status}{score}{reason}"
