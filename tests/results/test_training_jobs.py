"""The read models: every member of the responses by its snake_case name, and nothing lost on the way."""

from __future__ import annotations

import pickle
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from api_examples import MODEL, example
from botocore import xform_name
from botocore.model import Shape
from fakes.jobs import request
from fakes.memory_gateway import MemoryGateway
from sagemaker_tuning.errors import NotFound, SpecError
from sagemaker_tuning.settings import Settings
from sagemaker_tuning.training_jobs import (
    ApiDocument,
    HyperParameterTrainingJobSummary,
    TrainingJob,
    TrainingJobSummary,
    TuningJob,
    get_hyper_parameter_tuning_job,
    get_training_job,
    list_training_jobs,
    reading,
)

MODELS = {
    "DescribeHyperParameterTuningJobResponse": TuningJob,
    "DescribeTrainingJobResponse": TrainingJob,
    "HyperParameterTrainingJobSummary": HyperParameterTrainingJobSummary,
    "TrainingJobSummary": TrainingJobSummary,
}
NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


def assert_reachable(model: Any, shape: Shape, document: Any) -> None:
    """Every member, down to the leaves, is an attribute of the model with botocore's own snake_case name."""
    assert set(model.members()) >= {xform_name(name) for name in shape.members}  # type: ignore[attr-defined]
    for name, member in shape.members.items():  # type: ignore[attr-defined]
        found, inner, value = getattr(model, xform_name(name)), member, document[name]
        while inner.type_name == "list":
            found, inner, value = found[0], inner.member, value[0]  # type: ignore[attr-defined]
        if inner.type_name == "structure":
            assert_reachable(found, inner, value)
        else:
            assert found == value


@pytest.mark.parametrize("name", MODELS)
def test_every_member_is_reachable_by_its_name(name: str) -> None:
    shape = MODEL.shape_for(name)
    document = example(shape)
    assert_reachable(MODELS[name].from_api(document), shape, document)


@pytest.mark.parametrize("name", MODELS)
def test_nothing_is_lost_on_the_way_back(name: str) -> None:
    document = example(MODEL.shape_for(name))
    assert MODELS[name].from_api(document).to_api() == document


def test_the_generated_shapes_are_those_of_the_installed_botocore() -> None:
    script = Path(__file__).parents[2] / "scripts" / "generate_read_shapes.py"
    assert subprocess.run([sys.executable, str(script), "--check"], check=False).returncode == 0


def test_a_member_without_data_is_none() -> None:
    assert TrainingJob.from_api({}).billable_time_in_seconds is None


def test_a_misspelled_member_is_an_error() -> None:
    with pytest.raises(AttributeError, match="billable_seconds"):
        _ = TrainingJob.from_api({}).billable_seconds


def test_a_member_newer_than_the_generated_shapes_is_found() -> None:
    assert TrainingJob.from_api({"BrandNewField": 7}).brand_new_field == 7


def test_a_row_has_every_column_and_leaves_the_users_keys_alone() -> None:
    document = {
        "TrainingJobName": "churn-001",
        "TrainingJobArn": "arn:aws-us-gov:sagemaker:us-gov-west-1:111122223333:training-job/churn-001",
        "HyperParameters": {"numRound": "5"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "VolumeSizeInGB": 10},
        "FinalMetricDataList": [{"MetricName": "auc", "Value": 0.9, "Timestamp": NOON}],
    }
    row = TrainingJob.from_api(document, [{"Key": "team", "Value": "ml"}, {"Key": "cost", "Value": "a:b"}]).to_row()
    members = {xform_name(name) for name in MODEL.shape_for("DescribeTrainingJobResponse").members}
    assert set(row) == members | {"account_id", "tags"}
    assert {name: value for name, value in row.items() if value is not None} == {
        "account_id": "111122223333",
        "training_job_name": "churn-001",
        "training_job_arn": document["TrainingJobArn"],
        "hyper_parameters": {"numRound": "5"},
        "resource_config": {"instance_type": "ml.m5.large", "volume_size_in_gb": 10},
        "final_metric_data_list": [{"metric_name": "auc", "value": 0.9, "timestamp": NOON}],
        "tags": ["cost:a:b", "team:ml"],
    }


def test_tags_that_were_not_asked_for_are_unknown_not_none_at_all() -> None:
    assert TrainingJob.from_api({}).to_row()["tags"] is None
    assert TrainingJob.from_api({}, []).to_row()["tags"] == []
    assert TuningJob.from_api({}, [{"Key": "team", "Value": "ml"}]).tags == {"team": "ml"}


TIMES = {
    "boto3's local time": NOON.astimezone(timezone(timedelta(hours=9))),
    "text that the AWS CLI wrote": "2026-03-01T13:00:00+01:00",
    "text in UTC": "2026-03-01T12:00:00Z",
    "seconds, as on the wire": NOON.timestamp(),
    "a time without a zone": NOON.replace(tzinfo=None),
}


@pytest.mark.parametrize("given", TIMES.values(), ids=TIMES)
def test_times_are_aware_and_in_utc_whatever_the_document_has(given: Any) -> None:
    document = {"CreationTime": given, "SecondaryStatusTransitions": [{"Status": "Starting", "StartTime": given}]}
    job = TrainingJob.from_api(document)
    (transition,) = job.secondary_status_transitions or []
    for time in (job.creation_time, transition.start_time, job.to_row()["creation_time"]):
        assert (time, time.tzinfo) == (NOON, timezone.utc)
    assert job.to_api() == document


def test_a_model_survives_pickling() -> None:
    job = TrainingJob.from_api({"ResourceConfig": {"InstanceCount": 2}})
    assert pickle.loads(pickle.dumps(job)) == job
    assert isinstance(job.resource_config, ApiDocument)


@pytest.fixture
def aws() -> MemoryGateway:
    gateway = MemoryGateway()
    gateway.create(request("churn"))
    return gateway


def test_jobs_are_read_through_a_gateway(aws: MemoryGateway) -> None:
    best = aws.best("churn", 0.9)
    job = get_hyper_parameter_tuning_job("churn", aws)
    assert job.hyper_parameter_tuning_job_config.resource_limits.max_parallel_training_jobs == 2
    assert job.best_training_job is not None
    assert job.best_training_job.training_job_name == best
    assert get_training_job(best, aws).final_metrics == {"validation:auc": 0.9}
    assert [summary.tuned_hyper_parameters for summary in list_training_jobs("churn", aws)] == [{"eta": "0.25"}]


def test_tags_are_one_call_more(aws: MemoryGateway) -> None:
    best = aws.best("churn", 0.9)
    aws.tag_training_job(best, {"team": "risk"})
    aws.calls.clear()
    assert (get_training_job(best, aws).tags, aws.calls) == (None, ["DescribeTrainingJob"])
    assert get_training_job(best, aws, tags=True).tags == {"team": "risk"}
    assert get_hyper_parameter_tuning_job("churn", aws, tags=True).tags == {"team": "ml"}


def test_training_jobs_are_listed_in_the_order_and_status_asked_for(aws: MemoryGateway) -> None:
    aws.add_trials("churn", 3)

    def values(**asked: Any) -> list[float]:
        summaries = list_training_jobs("churn", aws, **asked)
        metrics = [summary.final_hyper_parameter_tuning_job_objective_metric for summary in summaries]
        return [metric.value for metric in metrics if metric is not None]

    assert values() == [0.001, 0.002, 0.003]
    assert values(sort_by="FinalObjectiveMetricValue", order="Descending") == [0.003, 0.002, 0.001]
    assert values(status="Failed") == []


def test_all_training_jobs_of_a_region_are_listed_without_a_tuning_job(aws: MemoryGateway) -> None:
    aws.create(request("risk"))
    aws.add_trials("churn", 2)
    aws.add_trials("risk", 2)
    listed = list_training_jobs(gateway=aws, order="Descending")
    assert [job.training_job_name for job in listed] == [
        f"{job}-00{n}-trial" for job in ("risk", "churn") for n in (2, 1)
    ]
    assert isinstance(listed[0], TrainingJobSummary)
    created = listed[1].creation_time
    later = list_training_jobs(gateway=aws, name_contains="risk", created_after=created)
    assert [job.training_job_name for job in later] == ["risk-002-trial"]


READS: dict[str, Any] = {
    "a tuning job": lambda **where: get_hyper_parameter_tuning_job("churn", **where),
    "a training job": lambda **where: get_training_job("churn-001-0a1b2c3d", **where),
    "the trials of a tuning job": lambda **where: list_training_jobs("churn", **where),
    "the training jobs of a region": lambda **where: list_training_jobs(**where),
}


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_region_and_profile_are_those_of_the_call_or_of_the_environment(
    read: Any, aws: MemoryGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.best("churn", 0.9)
    asked: list[Settings] = []

    def gateway_for(settings: Settings) -> MemoryGateway:
        asked.append(settings)
        return aws

    monkeypatch.setattr(reading, "gateway_for", gateway_for)
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    read()
    read(region="us-east-2")
    read(profile="research")
    assert [(settings.region, settings.profile) for settings in asked] == [
        ("eu-west-1", None),
        ("us-east-2", None),
        ("eu-west-1", "research"),
    ]


WRONG_LISTS: dict[str, tuple[dict[str, Any], str]] = {
    "a status that the API does not have": (
        {"status": "Done"},
        "status: 'Done' is not a word of the API.\nUse one of InP",
    ),
    "an order in other words": ({"order": "desc"}, "order: 'desc' is not a word of the API.\nUse one of Ascending"),
    "a key to sort by that the API does not have": ({"sort_by": "auc"}, "sort_by: 'auc' is not a word of the API"),
    "an objective without a tuning job": (
        {"sort_by": "FinalObjectiveMetricValue"},
        "is only known of the training jobs of one tuning job.\nName a `tuning_job`",
    ),
    "a filter that only a region has": (
        {"tuning_job": "churn", "name_contains": "a"},
        "name_contains: 'a' cannot be asked of the training jobs of churn.\nLeave it out",
    ),
}


@pytest.mark.parametrize(("asked", "message"), WRONG_LISTS.values(), ids=WRONG_LISTS)
def test_a_list_that_the_api_does_not_have_is_refused_without_a_call(
    aws: MemoryGateway, asked: dict[str, Any], message: str
) -> None:
    aws.calls.clear()
    with pytest.raises(SpecError) as raised:
        list_training_jobs(gateway=aws, **asked)
    assert message in str(raised.value)
    assert aws.calls == []


@pytest.mark.parametrize("get", [get_hyper_parameter_tuning_job, get_training_job, list_training_jobs])
def test_a_job_that_is_not_there_is_an_error(aws: MemoryGateway, get: Any) -> None:
    with pytest.raises(NotFound):
        list(get("nobody", aws))


@pytest.mark.parametrize("get", [get_hyper_parameter_tuning_job, get_training_job])
def test_the_best_of_a_job_that_has_none_is_refused_by_name(aws: MemoryGateway, get: Any) -> None:
    aws.calls.clear()
    with pytest.raises(SpecError, match=r"job_name: is no name of a job\.\nGive a name; a tuning job of which no"):
        get(None, aws)
    assert aws.calls == []
