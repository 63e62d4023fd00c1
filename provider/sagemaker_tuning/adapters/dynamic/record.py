"""What was read of a job, as plain data that a program can pass on, export and read by attribute."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sagemaker_tuning.adapters.dynamic.plain import known, plain
from sagemaker_tuning.training_jobs import ApiDocument, TrainingJob, TuningJob

__all__ = ["Record", "record_of_training_job", "record_of_tuning_job"]


class Record(dict[str, Any]):
    """A structure of an API response: `job.resource_config.instance_type`, or `job["resource_config"]`.

    The names are botocore's snake_case names. A member that the service did not give is None, and is not among the
    items; nor is a metric's value of NaN, which the engine would show as an object with a signature. Times are ISO 8601
    text, as Pulumi has no times. A member whose name is a method of dict, such as the `values` of a categorical range,
    is read by key.
    """

    def __init__(self, document: ApiDocument, **further: Any) -> None:
        members = {**{name: getattr(document, name) for name in document.names()}, **further}
        super().__init__(_plain(members))
        self._names = frozenset(members)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._names:
            raise AttributeError(f"there is no member {name!r}", name=name, obj=self)
        return self.get(name)

    def __missing__(self, name: str) -> Any:
        if name not in self._names:
            raise KeyError(name)
        return None


def record_of_tuning_job(job: TuningJob) -> Record:
    return Record(job, account_id=job.account_id, tags=job.tags, console_url=job.console_url)


def record_of_training_job(job: TrainingJob) -> Record:
    """The description, and beside it the figures that follow from it."""
    figures = job.figures
    return Record(
        job,
        account_id=job.account_id,
        tags=job.tags,
        console_url=job.console_url,
        log_url=job.log_url,
        final_metrics=job.final_metrics,
        billable_hours=figures.billable_hours,
        **asdict(figures),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, ApiDocument):
        return Record(value)
    if isinstance(value, dict):
        return known({name: _plain(item) for name, item in value.items()})
    return [_plain(item) for item in value] if isinstance(value, list) else plain(value)
