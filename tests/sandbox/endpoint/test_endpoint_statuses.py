"""Stop and Delete in every status that a job can have, and what is said of a job in each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from endpoint_requests import tuning_request
from sagemaker_sandbox.endpoint.arns import training_job_arn, tuning_job_arn
from sagemaker_sandbox.endpoint.errors import ServiceError
from sagemaker_sandbox.endpoint.faults import Faults
from sagemaker_sandbox.endpoint.jobs import TrainingJob, TuningJob
from sagemaker_sandbox.endpoint.operations import Operations
from sagemaker_sandbox.endpoint.progress import entered
from sagemaker_sandbox.endpoint.rewriting import trial_document, tuning_job_document
from sagemaker_sandbox.endpoint.store import MemoryStore
from sagemaker_sandbox.endpoint.surroundings import ACCOUNT

REGION = "us-east-1"
CREATED = datetime(2026, 11, 21, 9, 0, tzinfo=timezone.utc)
NOW = CREATED + timedelta(minutes=90)
ARN = tuning_job_arn(REGION, ACCOUNT, "job")
TRIAL_ARN = training_job_arn(ARN, "trial")
TUNING = {"HyperParameterTuningJobName": "job"}
TRAINING = {"TrainingJobName": "trial"}


@dataclass
class Orders:
    """In the scheduler's place: notes what it is told."""

    given: list[tuple[str, str]] = field(default_factory=list)

    def __getattr__(self, order: str) -> Any:
        return lambda arn: self.given.append((order, arn))


def operations(job: TuningJob | TrainingJob | None) -> tuple[Operations, Orders]:
    store, orders = MemoryStore(), Orders()
    if isinstance(job, TuningJob):
        store.put_tuning_job(job)
    elif job:
        store.put_training_job(job)
    return Operations(store, orders, REGION, lambda: NOW, Faults()), orders  # type: ignore[arg-type]  # it has the orders used


def tuning_job(status: str) -> TuningJob:
    document = tuning_job_document(tuning_request("job", "arn:aws:iam::1:role/r"), region=REGION, account=ACCOUNT)
    return TuningJob(ARN, "job", document, CREATED, CREATED, status)


def training_job(status: str) -> TrainingJob:
    definition = tuning_request("job", "arn:aws:iam::1:role/r")["TrainingJobDefinition"]
    job = TrainingJob(TRIAL_ARN, "trial", trial_document(definition, {}, "trial"), CREATED, CREATED)
    secondary = "Training" if status == "InProgress" else status
    job = entered(job, secondary, "", CREATED)
    return TrainingJob(**{**vars(job), "status": status})


REFUSED_STOPS = ["Stopping", "Completed", "Failed", "Stopped", "Deleting", "DeleteFailed"]
TERMINAL = ["Completed", "Failed", "Stopped", "DeleteFailed"]


def test_stop_takes_a_job_in_progress_to_stopping() -> None:
    service, orders = operations(tuning_job("InProgress"))
    assert service.stop_tuning_job(TUNING) is None
    described = service.describe_tuning_job(TUNING)
    assert (described["HyperParameterTuningJobStatus"], described["LastModifiedTime"]) == ("Stopping", NOW)
    assert orders.given == [("stop_tuning_job", ARN)]


@pytest.mark.parametrize("status", REFUSED_STOPS)
def test_stop_is_refused_in_any_other_status(status: str) -> None:
    service, orders = operations(tuning_job(status))
    with pytest.raises(ServiceError) as raised:
        service.stop_tuning_job(TUNING)
    assert raised.value.code == "ValidationException"
    assert raised.value.message == f"The request was rejected because the tuning job is already {status}."
    assert service.describe_tuning_job(TUNING)["HyperParameterTuningJobStatus"] == status
    assert orders.given == []


@pytest.mark.parametrize("status", TERMINAL)
def test_delete_takes_a_job_that_has_ended_to_deleting(status: str) -> None:
    service, orders = operations(tuning_job(status))
    assert service.delete_tuning_job(TUNING) is None
    assert service.describe_tuning_job(TUNING)["HyperParameterTuningJobStatus"] == "Deleting"
    assert orders.given == [("remove_tuning_job", ARN)]


@pytest.mark.parametrize("status", ["InProgress", "Stopping", "Deleting"])
def test_delete_is_refused_before_the_end_and_while_it_goes_on(status: str) -> None:
    service, orders = operations(tuning_job(status))
    with pytest.raises(ServiceError) as raised:
        service.delete_tuning_job(TUNING)
    assert raised.value.code == "ValidationException"
    assert raised.value.message.endswith(f"is in status {status}, which is not in a terminal state.")
    assert orders.given == []


@pytest.mark.parametrize("call", ["stop_tuning_job", "delete_tuning_job", "describe_tuning_job", "list_trials"])
def test_a_tuning_job_that_is_not_there_is_not_found(call: str) -> None:
    service, _ = operations(None)
    with pytest.raises(ServiceError) as raised:
        getattr(service, call)(TUNING)
    assert (raised.value.code, raised.value.message) == (
        "ResourceNotFound",
        "Could not find hyper parameter tuning job 'job'.",
    )


def test_stop_takes_a_training_job_in_progress_to_stopping() -> None:
    service, orders = operations(training_job("InProgress"))
    service.stop_training_job(TRAINING)
    described = service.describe_training_job(TRAINING)
    assert (described["TrainingJobStatus"], described["SecondaryStatus"]) == ("Stopping", "Stopping")
    before, stopping = described["SecondaryStatusTransitions"]
    assert before["EndTime"] == stopping["StartTime"] == NOW
    assert orders.given == [("stop_training_job", TRIAL_ARN)]


@pytest.mark.parametrize("status", ["Stopping", "Completed", "Failed", "Stopped"])
def test_stop_of_a_training_job_is_refused_in_any_other_status(status: str) -> None:
    service, _ = operations(training_job(status))
    with pytest.raises(ServiceError) as raised:
        service.stop_training_job(TRAINING)
    assert raised.value.code == "ValidationException"
    assert raised.value.message == f"The request was rejected because the training job is in status {status}."


def test_the_runtime_of_a_job_is_counted_until_its_end() -> None:
    running, _ = operations(tuning_job("InProgress"))
    assert running.describe_tuning_job(TUNING)["ConsumedResources"] == {"RuntimeInSeconds": 5400}
    ended = TuningJob(**{**vars(tuning_job("Completed")), "end_time": CREATED + timedelta(seconds=61)})
    service, _ = operations(ended)
    assert service.describe_tuning_job(TUNING)["ConsumedResources"] == {"RuntimeInSeconds": 61}
