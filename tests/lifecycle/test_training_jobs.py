"""The read models: every member of the responses by its snake_case name, and nothing lost on the way."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from botocore.model import Shape
from botocore.session import get_session
from fakes.jobs import request
from fakes.memory_gateway import MemoryGateway
from sagemaker_tuning.training_jobs import (
    ApiDocument,
    TrainingJob,
    TuningJob,
    get_hyper_parameter_tuning_job,
    get_training_job,
    list_training_jobs,
)

MODEL = get_session().get_service_model("sagemaker")
MODELS = {"DescribeHyperParameterTuningJobResponse": TuningJob, "DescribeTrainingJobResponse": TrainingJob}


def example(shape: Shape) -> Any:
    """A document of the shape in which every member is there."""
    if shape.type_name == "structure":
        return {name: example(member) for name, member in shape.members.items()}  # type: ignore[attr-defined]
    if shape.type_name == "list":
        return [example(shape.member)]  # type: ignore[attr-defined]
    if shape.type_name == "map":
        return {"UserKey": example(shape.value)}  # type: ignore[attr-defined]
    return f"a {shape.name}"


def assert_reachable(model: Any, shape: Shape, document: Any) -> None:
    """Every member, down to the leaves, is an attribute of the model with botocore's own snake_case name."""
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
        "HyperParameters": {"numRound": "5"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "VolumeSizeInGB": 10},
        "FinalMetricDataList": [{"MetricName": "auc", "Value": 0.9}],
    }
    row = TrainingJob.from_api(document).to_row()
    assert set(row) == {xform_name(name) for name in MODEL.shape_for("DescribeTrainingJobResponse").members}
    assert {name: value for name, value in row.items() if value is not None} == {
        "training_job_name": "churn-001",
        "hyper_parameters": {"numRound": "5"},
        "resource_config": {"instance_type": "ml.m5.large", "volume_size_in_gb": 10},
        "final_metric_data_list": [{"metric_name": "auc", "value": 0.9}],
    }


SAVINGS = {
    "four fifths were not billed": ({"TrainingTimeInSeconds": 500, "BillableTimeInSeconds": 100}, 80),
    "nothing was billed": ({"TrainingTimeInSeconds": 500, "BillableTimeInSeconds": 0}, 100),
    "all was billed": ({"TrainingTimeInSeconds": 500, "BillableTimeInSeconds": 500}, 0),
    "without the billed time nothing is known": ({"TrainingTimeInSeconds": 500}, None),
    "without training nothing is known": ({"TrainingTimeInSeconds": 0, "BillableTimeInSeconds": 0}, None),
}


@pytest.mark.parametrize(("document", "expected"), SAVINGS.values(), ids=SAVINGS)
def test_spot_savings(document: dict[str, int], expected: float | None) -> None:
    assert TrainingJob.from_api(document).spot_savings_percent == pytest.approx(expected)


def test_a_model_survives_pickling() -> None:
    job = TrainingJob.from_api({"ResourceConfig": {"InstanceCount": 2}})
    assert pickle.loads(pickle.dumps(job)) == job
    assert isinstance(job.resource_config, ApiDocument)


def test_jobs_are_read_through_a_gateway(aws: MemoryGateway) -> None:
    aws.create(request("churn"))
    best = aws.best("churn", 0.9)
    job = get_hyper_parameter_tuning_job("churn", aws)
    assert job.hyper_parameter_tuning_job_config.resource_limits.max_parallel_training_jobs == 2
    assert job.best_training_job.training_job_name == best
    assert get_training_job(best, aws).final_metrics == {"validation:auc": 0.9}
    assert [summary.tuned_hyper_parameters for summary in list_training_jobs("churn", aws)] == [{"eta": "0.25"}]
