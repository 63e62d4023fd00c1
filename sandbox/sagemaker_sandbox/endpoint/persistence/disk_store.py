"""A JobStore that is on disk as well: memory answers, and every change is written before it can be seen."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from sagemaker_sandbox.endpoint.jobs import TrainingJob, TuningJob
from sagemaker_sandbox.endpoint.store import MemoryStore, OnChange, SearchEvent

from .shelf import Shelf

__all__ = ["DiskStore"]

_TUNING_JOB, _TRAINING_JOB, _TAGS = "tuning job", "training job", "tags"


class DiskStore(MemoryStore):
    """Starts with what the shelf has. What changes within one `exclusively()` is on disk together."""

    def __init__(self, shelf: Shelf, on_change: OnChange = lambda job: None) -> None:
        super().__init__()
        self._shelf = shelf
        self._fill()
        self._on_change = on_change

    def exclusively(self) -> AbstractContextManager[object]:
        return self._exclusively()

    def tuning_job(self, arn: str) -> TuningJob | None:
        with self._lock:  # so that nobody sees what is not on disk yet
            return super().tuning_job(arn)

    def training_job(self, arn: str) -> TrainingJob | None:
        with self._lock:
            return super().training_job(arn)

    def put_tuning_job(self, job: TuningJob) -> None:
        with self.exclusively():
            self._shelf.put(_TUNING_JOB, job.arn, pickle.dumps(job))
            super().put_tuning_job(job)

    def remove_tuning_job(self, arn: str) -> None:
        with self.exclusively():
            self._shelf.remove(_TUNING_JOB, arn)
            self._shelf.remove(_TAGS, arn)
            self._shelf.remove_all(_search_of(arn))
            super().remove_tuning_job(arn)

    def put_training_job(self, job: TrainingJob) -> None:
        with self.exclusively():
            self._shelf.put(_TRAINING_JOB, job.arn, pickle.dumps(job))
            super().put_training_job(job)

    def put_tags(self, arn: str, tags: Mapping[str, str]) -> None:
        with self.exclusively():
            self._shelf.put(_TAGS, arn, pickle.dumps(dict(tags)))
            super().put_tags(arn, tags)

    def add_search_event(self, tuning_job_arn: str, event: SearchEvent) -> None:
        with self.exclusively():
            number = len(self._search_events.get(tuning_job_arn, ()))
            self._shelf.put(_search_of(tuning_job_arn), str(number), pickle.dumps(event))
            super().add_search_event(tuning_job_arn, event)

    @contextmanager
    def _exclusively(self) -> Iterator[None]:
        with self._lock, self._shelf.transaction():
            yield

    def _fill(self) -> None:
        for job in self._kept(_TUNING_JOB):
            super().put_tuning_job(job)
            for event in self._kept(_search_of(job.arn)):
                super().add_search_event(job.arn, event)
        for job in self._kept(_TRAINING_JOB):
            super().put_training_job(job)
        for arn, tags in self._shelf.items(_TAGS):
            super().put_tags(arn, pickle.loads(tags))

    def _kept(self, kind: str) -> list[Any]:
        return [pickle.loads(value) for _, value in self._shelf.items(kind)]


def _search_of(tuning_job_arn: str) -> str:
    return f"search of {tuning_job_arn}"
