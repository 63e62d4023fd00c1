"""Training jobs as clients see them: their logs in CloudWatch Logs, and what managed spot training costs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import boto3
import pytest
from endpoint_clients import Aws
from endpoint_requests import edited, tuning_request

GROUP = "/aws/sagemaker/TrainingJobs"


def log_of(name: str, region: str = "us-east-1") -> dict[str, list[str]]:
    """The lines of a training job's log streams, by stream, as a client of its region finds them."""
    logs = boto3.session.Session().client("logs", region_name=region)
    try:
        found = logs.describe_log_streams(logGroupName=GROUP, logStreamNamePrefix=f"{name}/")["logStreams"]
        return {
            stream["logStreamName"]: [
                event["message"]
                for event in logs.get_log_events(
                    logGroupName=GROUP, logStreamName=stream["logStreamName"], startFromHead=True
                )["events"]
            ]
            for stream in found
        }
    finally:
        logs.close()


def trials_of(aws: Aws, name: str, **edits: Any) -> list[dict[str, Any]]:
    """What DescribeTrainingJob says of a tuning job's trials, when all have ended."""
    request = tuning_request(name, aws.role_arn)
    aws.sagemaker.create_hyper_parameter_tuning_job(**edited(request, edits))
    assert aws.ended(name)["HyperParameterTuningJobStatus"] == "Completed"
    names = [trial["TrainingJobName"] for trial in aws.trials(name)]
    return [aws.sagemaker.describe_training_job(TrainingJobName=name) for name in names]


def test_every_training_job_has_a_log_stream(aws: Aws) -> None:
    for trial in trials_of(aws, "logged"):
        ((stream, lines),) = log_of(trial["TrainingJobName"]).items()
        assert stream.startswith(f"{trial['TrainingJobName']}/algo-1-")
        score = trial["FinalMetricDataList"][0]["Value"]
        assert [float(line.removeprefix("score=").removesuffix(";")) for line in lines] == [pytest.approx(score)]


def test_a_log_is_in_the_region_of_its_training_job(aws: Aws) -> None:
    elsewhere = boto3.session.Session().client("sagemaker", region_name="eu-west-1")
    for trial in trials_of(replace(aws, sagemaker=elsewhere), "abroad"):
        assert len(log_of(trial["TrainingJobName"], "eu-west-1")) == 1
        assert log_of(trial["TrainingJobName"]) == {}
    elsewhere.close()


def test_the_sandboxs_own_log_calls_are_not_the_clients(aws: Aws) -> None:
    aws.sandbox.calls.clear()
    trials_of(aws, "uncounted")
    assert {call["service"] for call in aws.sandbox.calls.as_json()} == {"sagemaker"}


def test_spot_training_is_billed_for_less_than_it_took(aws: Aws) -> None:
    spot = {
        "TrainingJobDefinition.EnableManagedSpotTraining": True,
        "TrainingJobDefinition.StoppingCondition.MaxWaitTimeInSeconds": 600,
        "TrainingJobDefinition.StaticHyperParameters.does": "pause",
    }
    for trial in trials_of(aws, "spot", **spot):
        assert 0 < trial["BillableTimeInSeconds"] < trial["TrainingTimeInSeconds"]


def test_training_on_demand_is_billed_for_what_it_took(aws: Aws) -> None:
    for trial in trials_of(aws, "on-demand"):
        assert trial["BillableTimeInSeconds"] == trial["TrainingTimeInSeconds"]
