"""Where jobs and tags are kept. `JobStore` is all that the rest of the endpoint knows of it.

Keys are ARNs. An ARN has the name in lower case, so names are unique without regard to case, in each region.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, Protocol

from .jobs import TrainingJob, TuningJob

__all__ = ["JobStore", "MemoryStore", "OnChange", "SearchEvent"]

OnChange = Callable[[TuningJob | TrainingJob], None]


@dataclass(frozen=True)
class SearchEvent:
    """What a tuning job's search was asked and told: enough to bring another search to the same point.

    Asked for the trial, reported a `value` of its objective metric, or told that it has ended; a trial that is
    restarted reports its values from the first again.
    """

    kind: Literal["asked", "reported", "restarted", "told"]
    training_job_arn: str
    value: float | None = None


class JobStore(Protocol):
    """Records are replaced as a whole. A change that first reads takes `exclusively()` around both."""

    def exclusively(self) -> AbstractContextManager[object]: ...

    def tuning_job(self, arn: str) -> TuningJob | None: ...

    def tuning_jobs(self) -> list[TuningJob]: ...

    def put_tuning_job(self, job: TuningJob) -> None: ...

    def remove_tuning_job(self, arn: str) -> None: ...

    def training_job(self, arn: str) -> TrainingJob | None: ...

    def training_jobs(self) -> list[TrainingJob]: ...

    def training_jobs_of(self, tuning_job_arn: str) -> list[TrainingJob]: ...

    def put_training_job(self, job: TrainingJob) -> None: ...

    def tags(self, arn: str) -> dict[str, str]: ...

    def put_tags(self, arn: str, tags: Mapping[str, str]) -> None: ...

    def search_events(self, tuning_job_arn: str) -> list[SearchEvent]: ...

    def add_search_event(self, tuning_job_arn: str, event: SearchEvent) -> None: ...


class MemoryStore:
    """A JobStore that lives as long as its process. `on_change` is told of each new status."""

    def __init__(self, on_change: OnChange = lambda job: None) -> None:
        self._on_change = on_change
        self._lock = threading.RLock()
        self._tuning_jobs: dict[str, TuningJob] = {}
        self._training_jobs: dict[str, TrainingJob] = {}
        self._launched: dict[str, list[str]] = {}  # tuning job's ARN -> its training jobs'
        self._tags: dict[str, dict[str, str]] = {}
        self._search_events: dict[str, list[SearchEvent]] = {}

    def exclusively(self) -> AbstractContextManager[object]:
        return self._lock

    def tuning_job(self, arn: str) -> TuningJob | None:
        return self._tuning_jobs.get(arn)

    def tuning_jobs(self) -> list[TuningJob]:
        with self._lock:
            return list(self._tuning_jobs.values())

    def put_tuning_job(self, job: TuningJob) -> None:
        with self._lock:
            before = self._tuning_jobs.get(job.arn)
            self._tuning_jobs[job.arn] = job
        if before is None or before.status != job.status:
            self._on_change(job)

    def remove_tuning_job(self, arn: str) -> None:
        with self._lock:
            del self._tuning_jobs[arn]
            self._tags.pop(arn, None)
            self._launched.pop(arn, None)
            self._search_events.pop(arn, None)

    def training_job(self, arn: str) -> TrainingJob | None:
        return self._training_jobs.get(arn)

    def training_jobs(self) -> list[TrainingJob]:
        with self._lock:
            return list(self._training_jobs.values())

    def training_jobs_of(self, tuning_job_arn: str) -> list[TrainingJob]:
        with self._lock:
            return [self._training_jobs[arn] for arn in self._launched.get(tuning_job_arn, ())]

    def put_training_job(self, job: TrainingJob) -> None:
        with self._lock:
            before = self._training_jobs.get(job.arn)
            self._training_jobs[job.arn] = job
            owner = self._tuning_jobs.get(job.tuning_job_arn or "")
            # A job of the same name may have been made after the one that launched this was deleted.
            if before is None and owner and owner.creation_time <= job.creation_time:
                self._launched.setdefault(owner.arn, []).append(job.arn)
        if before is None or (before.status, before.secondary_status) != (job.status, job.secondary_status):
            self._on_change(job)

    def tags(self, arn: str) -> dict[str, str]:
        with self._lock:
            return dict(self._tags.get(arn, {}))

    def put_tags(self, arn: str, tags: Mapping[str, str]) -> None:
        with self._lock:
            self._tags[arn] = dict(tags)

    def search_events(self, tuning_job_arn: str) -> list[SearchEvent]:
        with self._lock:
            return list(self._search_events.get(tuning_job_arn, ()))

    def add_search_event(self, tuning_job_arn: str, event: SearchEvent) -> None:
        with self._lock:
            self._search_events.setdefault(tuning_job_arn, []).append(event)
