"""After a restart: what becomes of the jobs that an earlier process of the sandbox left unfinished.

A trial that ran was killed with its process. It runs again, once, under the same training job name; the search is
where it was. What was being stopped or deleted is stopped or deleted.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from sagemaker_sandbox.search import Search

from .jobs import TuningJob
from .progress import restarted
from .scheduler import Scheduler
from .store import JobStore

__all__ = ["recover"]


def recover(store: JobStore, scheduler: Scheduler, new_search: Callable[[TuningJob], Search], now: datetime) -> None:
    """Hand everything unfinished to a scheduler. `new_search` makes a job's search as at its creation."""
    for trial in store.training_jobs():
        if not trial.has_ended:
            trial = restarted(trial, now)
            store.put_training_job(trial)
            if not trial.has_ended and trial.tuning_job_arn is None:
                scheduler.train(trial.arn)
    for job in store.tuning_jobs():
        if job.status == "Deleting":
            scheduler.remove_tuning_job(job.arn)
        elif not job.has_ended:
            scheduler.resume(job, partial(new_search, job))
