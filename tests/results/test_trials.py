"""Trials: what a list says of each, what Describe adds, and how many calls that costs."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from fakes.jobs import request
from fakes.memory_gateway import MemoryGateway
from sagemaker_tuning.errors import NotFound
from sagemaker_tuning.trials import Trial, trials_of

START = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
ARN = "arn:aws:sagemaker:eu-west-1:111122223333:training-job/churn-001"

SUMMARY = {
    "TrainingJobDefinitionName": "wide",
    "TrainingJobName": "churn-001",
    "TrainingJobArn": ARN,
    "CreationTime": START,
    "TrainingStartTime": START + timedelta(minutes=2),
    "TrainingEndTime": START + timedelta(minutes=7),
    "TrainingJobStatus": "Completed",
    "TunedHyperParameters": {"eta": "0.25"},
    "FinalHyperParameterTuningJobObjectiveMetric": {"MetricName": "validation:auc", "Value": 0.91},
    "ObjectiveStatus": "Succeeded",
}
DESCRIBED = {
    "TrainingJobName": "churn-001",
    "TrainingJobStatus": "Completed",
    "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 2, "VolumeSizeInGB": 10},
    "EnableManagedSpotTraining": True,
    "TrainingTimeInSeconds": 300,
    "BillableTimeInSeconds": 60,
    "FinalMetricDataList": [{"MetricName": "validation:auc", "Value": 0.91, "Timestamp": START}],
    "ModelArtifacts": {"S3ModelArtifacts": "s3://models/churn-001/output/model.tar.gz"},
}


@pytest.fixture
def aws() -> MemoryGateway:
    gateway = MemoryGateway()
    gateway.create(request("churn"))
    gateway.calls.clear()
    return gateway


def test_a_summary_gives_what_was_tried_and_what_came_of_it() -> None:
    assert Trial.from_summary(SUMMARY) == Trial(
        name="churn-001",
        arn=ARN,
        status="Completed",
        definition_name="wide",
        objective_metric_name="validation:auc",
        objective_value=0.91,
        objective_status="Succeeded",
        tuned_hyper_parameters={"eta": "0.25"},
        creation_time=START,
        training_start_time=START + timedelta(minutes=2),
        training_end_time=START + timedelta(minutes=7),
        training_seconds=300,
    )


def test_what_was_not_asked_or_not_said_is_none() -> None:
    waiting = {"TrainingJobName": "churn-002", "TrainingJobArn": ARN, "TrainingJobStatus": "InProgress"}
    trial = Trial.from_summary(waiting)
    unknown = {name: value for name, value in trial.to_dict().items() if value is not None}
    assert unknown == {
        "name": "churn-002",
        "arn": ARN,
        "status": "InProgress",
        "tuned_hyper_parameters": {},
        "console_url": trial.console_url,
        "log_url": trial.log_url,
        "log_group": "/aws/sagemaker/TrainingJobs",
        "log_stream_prefix": "churn-002/",
    }


def test_a_description_adds_what_was_billed() -> None:
    trial = Trial.from_summary(SUMMARY).described(DESCRIBED)
    assert (trial.instance_type, trial.instance_count) == ("ml.m5.large", 2)
    assert (trial.billable_seconds, trial.spot_savings_percent) == (120, 80)
    assert trial.final_metrics == {"validation:auc": 0.91}
    assert trial.model_artifacts == "s3://models/churn-001/output/model.tar.gz"
    assert trial.upload_seconds is None


def test_trials_are_listed_and_nothing_is_described(aws: MemoryGateway) -> None:
    aws.add_trials("churn", 250)
    trials = trials_of("churn", aws)
    assert len({trial.name for trial in trials}) == 250
    assert aws.calls == ["ListTrialPage"] * 3


def test_each_trial_is_described_once_if_asked(aws: MemoryGateway) -> None:
    aws.add_trials("churn", 12, BillableTimeInSeconds=60, ResourceConfig=DESCRIBED["ResourceConfig"])
    aws.forget_training_job(trials_of("churn", aws)[3].name)
    aws.calls.clear()
    billed: list[Any] = [trial.billable_seconds for trial in trials_of("churn", aws, describe="all")]
    assert billed == [120] * 3 + [None] + [120] * 8
    assert sorted(aws.calls) == ["DescribeTrainingJob"] * 12 + ["ListTrialPage"]


def test_the_trials_of_a_job_that_is_not_there_are_an_error(aws: MemoryGateway) -> None:
    with pytest.raises(NotFound):
        trials_of("nobody", aws)
