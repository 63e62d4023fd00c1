"""Asking the service for tuning jobs and training jobs, for any job of the account.

Region and credentials are those of boto3's own chain unless `region` or `profile` say otherwise, or a gateway is given.
In a Pulumi program the `_output` forms of these functions go by the stack's configuration instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, cast, get_args, overload

from sagemaker_tuning.errors import Problem, SpecError
from sagemaker_tuning.gateway import TuningGateway, gateway_for
from sagemaker_tuning.settings import Settings
from sagemaker_tuning.training_jobs.jobs import TrainingJob, TuningJob
from sagemaker_tuning.training_jobs.shapes import HyperParameterTrainingJobSummary, TrainingJobSummary

__all__ = ["Order", "SortBy", "Status", "get_hyper_parameter_tuning_job", "get_training_job", "list_training_jobs"]

Status = Literal["InProgress", "Completed", "Failed", "Stopping", "Stopped", "Deleting"]
Order = Literal["Ascending", "Descending"]
SortBy = Literal["CreationTime", "Name", "Status", "FinalObjectiveMetricValue"]


def get_hyper_parameter_tuning_job(
    hyper_parameter_tuning_job_name: str,
    gateway: TuningGateway | None = None,
    *,
    tags: bool = False,
    region: str | None = None,
    profile: str | None = None,
) -> TuningJob:
    """The tuning job of this name, with its tags if they are asked for, which is one call more.

    Errors: NotFound if there is none in the region.
    """
    _check_given("hyper_parameter_tuning_job_name", hyper_parameter_tuning_job_name)
    gateway = gateway or _gateway(region, profile)
    document = gateway.describe(hyper_parameter_tuning_job_name)
    return TuningJob(document, gateway.list_tags(document["HyperParameterTuningJobArn"]) if tags else None)


def get_training_job(
    training_job_name: str,
    gateway: TuningGateway | None = None,
    *,
    tags: bool = False,
    region: str | None = None,
    profile: str | None = None,
) -> TrainingJob:
    """The training job of this name, with its tags if they are asked for, which is one call more.

    Errors: NotFound if there is none in the region.
    """
    _check_given("training_job_name", training_job_name)
    gateway = gateway or _gateway(region, profile)
    document = gateway.describe_training_job(training_job_name)
    return TrainingJob(document, gateway.list_tags(document["TrainingJobArn"]) if tags else None)


@overload
def list_training_jobs(
    tuning_job: str,
    gateway: TuningGateway | None = None,
    *,
    status: Status | None = None,
    sort_by: SortBy = "CreationTime",
    order: Order = "Ascending",
    region: str | None = None,
    profile: str | None = None,
) -> list[HyperParameterTrainingJobSummary]: ...


@overload
def list_training_jobs(
    tuning_job: None = None,
    gateway: TuningGateway | None = None,
    *,
    status: Status | None = None,
    sort_by: SortBy = "CreationTime",
    order: Order = "Ascending",
    name_contains: str | None = None,
    created_after: datetime | None = None,
    created_before: datetime | None = None,
    region: str | None = None,
    profile: str | None = None,
) -> list[TrainingJobSummary]: ...


def list_training_jobs(
    tuning_job: str | None = None,
    gateway: TuningGateway | None = None,
    *,
    status: Status | None = None,
    sort_by: SortBy = "CreationTime",
    order: Order = "Ascending",
    name_contains: str | None = None,
    created_after: datetime | None = None,
    created_before: datetime | None = None,
    region: str | None = None,
    profile: str | None = None,
) -> list[HyperParameterTrainingJobSummary] | list[TrainingJobSummary]:
    """Summaries of the training jobs that the tuning job started, or of all in the region if none is named.

    status, sort_by, order: the API's words; the oldest comes first unless they say otherwise. Only training jobs with
    an objective value are listed when they are sorted by it.
    name_contains, created_after, created_before: which training jobs of the region; the API has no such filters for
    those of one tuning job.
    Errors: SpecError for a word that the API does not have; NotFound if there is no such tuning job.
    """
    filters = {"name_contains": name_contains, "created_after": created_after, "created_before": created_before}
    problems = [
        *_not_one_of("status", status, Status),
        *_not_one_of("order", order, Order),
        *_not_one_of("sort_by", sort_by, SortBy),
        *(_only_of_region(tuning_job, filters) if tuning_job is not None else _only_of_tuning_job(sort_by)),
    ]
    if problems:
        raise SpecError(problems)
    gateway = gateway or _gateway(region, profile)
    if tuning_job is None:
        jobs = gateway.list_all_training_jobs(status=status, sort_by=sort_by, order=order, **cast(Any, filters))
        return [TrainingJobSummary(summary) for summary in jobs]
    trials = gateway.list_training_jobs(tuning_job, status=status, sort_by=sort_by, order=order)
    return [HyperParameterTrainingJobSummary(summary) for summary in trials]


def _check_given(parameter: str, name: str | None) -> None:
    """Refuse None, which is the best training job of a tuning job of which none succeeded."""
    if not name:
        fix = "Give a name; a tuning job of which no training job succeeded has no best one"
        raise SpecError([Problem(parameter, name, "is no name of a job", fix)])


def _not_one_of(name: str, given: str | None, allowed: Any) -> Iterable[Problem]:
    words = get_args(allowed)
    if given is not None and given not in words:
        yield Problem(name, given, "is not a word of the API", f"Use one of {', '.join(words)}")


def _only_of_region(tuning_job: str, filters: dict[str, Any]) -> Iterable[Problem]:
    for name, value in filters.items():
        if value is not None:
            fix = "Leave it out and choose from the list, or leave `tuning_job` out"
            yield Problem(name, value, f"cannot be asked of the training jobs of {tuning_job}", fix)


def _only_of_tuning_job(sort_by: str) -> Iterable[Problem]:
    if sort_by == "FinalObjectiveMetricValue":
        fix = "Name a `tuning_job`, or sort by CreationTime, Name or Status"
        yield Problem("sort_by", sort_by, "is only known of the training jobs of one tuning job", fix)


def _gateway(region: str | None, profile: str | None) -> TuningGateway:
    return gateway_for(Settings.from_environment().at(region=region, profile=profile))
