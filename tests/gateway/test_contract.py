"""What every service behind the gateway does: the in-memory one that other tests rely on, and the sandbox's endpoint.

Facts: the lifecycle, errors and false drift of SageMaker's tuning jobs, as the API reference and users tell them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fakes.services import SERVICES, Service
from sagemaker_tuning.errors import AlreadyExists, InvalidRequest, NotFound
from sagemaker_tuning.observed import normalize


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest) -> Any:
    with SERVICES[request.param]() as service:
        yield service


def test_an_accepted_job_runs_at_once(service: Service) -> None:
    arn = service.create("churn")
    described = service.gateway.describe("churn")
    assert described["HyperParameterTuningJobArn"] == arn
    assert described["HyperParameterTuningJobStatus"] == "InProgress"
    assert normalize(described).creation_time is not None


def test_a_description_echoes_the_request_and_adds_the_objective(service: Service) -> None:
    sent = service.request("churn")
    service.gateway.create(sent)
    described = service.gateway.describe("churn")
    (sent_range,) = sent["HyperParameterTuningJobConfig"]["ParameterRanges"]["ContinuousParameterRanges"]
    (range_,) = described["HyperParameterTuningJobConfig"]["ParameterRanges"]["ContinuousParameterRanges"]
    assert {key: range_[key] for key in sent_range} == sent_range
    assert described["TrainingJobDefinition"]["StaticHyperParameters"] == {
        "num_round": "5",
        "_tuning_objective_metric": "validation:auc",
    }
    assert "Tags" not in described
    assert "TrainingJobDefinitions" not in described


def test_a_name_is_taken_until_its_record_is_deleted(service: Service) -> None:
    service.create("churn")
    with pytest.raises(AlreadyExists) as raised:
        service.create("churn")
    assert raised.value.code == "ResourceInUse"
    service.ended("churn")
    with pytest.raises(AlreadyExists):
        service.create("churn")
    service.gateway.delete("churn")
    service.until(lambda: service.gone("churn"))
    service.create("churn")


MISSING: dict[str, Callable[[Service], Any]] = {
    "describe": lambda service: service.gateway.describe("nobody"),
    "stop": lambda service: service.gateway.stop("nobody"),
    "delete": lambda service: service.gateway.delete("nobody"),
    "describe_training_job": lambda service: service.gateway.describe_training_job("nobody"),
    "list_training_jobs": lambda service: list(service.gateway.list_training_jobs("nobody")),
}


@pytest.mark.parametrize("call", MISSING.values(), ids=MISSING)
def test_what_does_not_exist_is_not_found(service: Service, call: Callable[[Service], Any]) -> None:
    with pytest.raises(NotFound):
        call(service)


def test_a_running_job_cannot_be_deleted(service: Service) -> None:
    service.create("churn")
    with pytest.raises(InvalidRequest, match="terminal state"):
        service.gateway.delete("churn")


def test_a_job_stops_in_its_own_time_and_only_once(service: Service) -> None:
    service.create("churn")
    service.gateway.stop("churn")
    assert service.gateway.describe("churn")["HyperParameterTuningJobStatus"] in ("Stopping", "Stopped")
    service.until(lambda: service.gateway.describe("churn")["HyperParameterTuningJobStatus"] == "Stopped")
    with pytest.raises(InvalidRequest):
        service.gateway.stop("churn")


def test_lists_are_newest_first_and_filtered(service: Service) -> None:
    for name in ("churn-a", "risk-b", "churn-c"):
        service.create(name)
        service.a_moment_later()
    listed = [item["HyperParameterTuningJobName"] for item in service.gateway.list_tuning_jobs(name_contains="churn-")]
    assert listed == ["churn-c", "churn-a"]
    created = service.gateway.describe("risk-b")["CreationTime"]
    moment = timedelta(milliseconds=500)
    window = {"created_after": created - moment, "created_before": created + moment}
    assert [item["HyperParameterTuningJobName"] for item in service.gateway.list_tuning_jobs(**window)] == ["risk-b"]


def test_the_trials_of_a_job_are_listed_in_the_order_asked_for(service: Service) -> None:
    service.with_trials("churn")
    service.ended("churn")  # so that no further one comes between two lists
    gateway = service.gateway

    def names(**asked: Any) -> list[str]:
        return [summary["TrainingJobName"] for summary in gateway.list_training_jobs("churn", **asked)]

    listed = names()
    assert all(name.startswith("churn-") for name in listed)
    assert names(order="Descending") == listed[::-1]
    assert names(sort_by="Name") == sorted(listed)
    created = [summary["CreationTime"] for summary in gateway.list_training_jobs("churn")]
    assert created == sorted(created)
    statuses = {summary["TrainingJobStatus"] for summary in gateway.list_training_jobs("churn")}
    assert sorted(name for status in statuses for name in names(status=status)) == sorted(listed)
    assert names(status="Deleting") == []
    assert len(names(sort_by="FinalObjectiveMetricValue")) == len(
        [
            summary
            for summary in gateway.list_training_jobs("churn")
            if "FinalHyperParameterTuningJobObjectiveMetric" in summary
        ]
    )


def test_all_training_jobs_of_a_region_are_listed_and_filtered(service: Service) -> None:
    churn, risk = service.with_trials("churn"), service.with_trials("risk")
    service.ended("churn")
    service.ended("risk")
    gateway = service.gateway

    def names(**asked: Any) -> list[str]:
        return [summary["TrainingJobName"] for summary in gateway.list_all_training_jobs(**asked)]

    assert set(names()) >= {*churn, *risk}
    assert set(names(name_contains="risk-")) >= set(risk)
    assert not set(names(name_contains="risk-")) & set(churn)
    assert names(sort_by="Name", order="Descending") == sorted(names(), reverse=True)
    assert names(status="Deleting") == []
    created = gateway.describe_training_job(risk[0])["CreationTime"]
    moment = timedelta(milliseconds=1)
    assert risk[0] in names(created_after=created - moment, created_before=created + moment)
    assert risk[0] not in names(created_after=created + moment)
    summary = next(gateway.list_all_training_jobs(name_contains=risk[0]))
    assert summary["TrainingJobArn"].endswith(f":training-job/{risk[0]}")
    assert summary["CreationTime"] == created


def test_a_summary_tells_the_progress(service: Service) -> None:
    service.create("churn")
    summary = next(service.gateway.list_tuning_jobs(name_contains="churn"))
    assert summary["HyperParameterTuningJobStatus"] == "InProgress"
    assert summary["ResourceLimits"]["MaxNumberOfTrainingJobs"] == 4
    assert summary["TrainingJobStatusCounters"].get("Completed", 0) == 0


def test_tags_are_kept_by_key(service: Service) -> None:
    arn = service.create("churn", {"team": "ml", "env": "dev"})
    service.gateway.add_tags(arn, {"team": "risk", "cost": "7"})
    service.gateway.delete_tags(arn, ["env", "never-there"])
    tags = {tag["Key"]: tag["Value"] for tag in service.gateway.list_tags(arn)}
    assert tags == {"team": "risk", "cost": "7"}


GROUP = "/aws/sagemaker/TrainingJobs"


def texts(events: list[dict[str, Any]]) -> list[str]:
    return [event["message"] for event in events]


def test_the_streams_of_a_training_job_are_found_by_their_beginning(service: Service) -> None:
    for stream in ("churn-001/algo-2-7", "churn-001/algo-1-7", "churn-0011/algo-1-7"):
        service.log(GROUP, stream, "a line")
    assert service.gateway.log_streams(GROUP, "churn-001/") == ["churn-001/algo-1-7", "churn-001/algo-2-7"]
    assert service.gateway.log_streams(GROUP, "nobody/") == []


@pytest.mark.parametrize(("count", "first"), [(2, 3), (5, 0), (9, 0)])
def test_a_log_ends_with_its_last_lines(service: Service, count: int, first: int) -> None:
    service.log(GROUP, "churn-001/algo-1-7", *(f"line {number}" for number in range(5)))
    last = service.gateway.last_log_events(GROUP, "churn-001/algo-1-7", count)
    assert texts(last) == [f"line {number}" for number in range(first, 5)]
    assert all(event["timestamp"] > 1_700_000_000_000 for event in last)  # milliseconds since 1970


def test_a_log_is_read_on_from_where_one_was(service: Service) -> None:
    stream = "churn-001/algo-1-7"
    service.log(GROUP, stream, "one", "two")
    events, token = service.gateway.log_events(GROUP, stream)
    assert texts(events) == ["one", "two"]
    events, token = service.gateway.log_events(GROUP, stream, token)
    assert events == []
    service.a_moment_later()
    service.log(GROUP, stream, "three")
    events, token = service.gateway.log_events(GROUP, stream, token)
    assert texts(events) == ["three"]
    assert texts(service.gateway.log_events(GROUP, stream, token)[0]) == []


def test_a_log_that_does_not_exist_is_not_found(service: Service) -> None:
    with pytest.raises(NotFound):
        service.gateway.log_streams("/no/such/group", "churn-001/")
    service.log(GROUP, "churn-001/algo-1-7", "a line")
    with pytest.raises(NotFound):
        service.gateway.last_log_events(GROUP, "nobody/algo-1-7", 5)
    with pytest.raises(NotFound):
        service.gateway.log_events(GROUP, "nobody/algo-1-7")
