"""What Describe says otherwise than the request did: a table of requests' edits and the paths that answer them."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from endpoint_clients import Aws
from endpoint_requests import XGBOOST_IMAGE, at, edited, tuning_request
from sagemaker_sandbox.endpoint.rewriting import trial_document, tuning_job_document

CONFIG = "HyperParameterTuningJobConfig"
DEFINITION = "TrainingJobDefinition"
ALGORITHM = f"{DEFINITION}.AlgorithmSpecification"
CHANNEL = f"{DEFINITION}.InputDataConfig.0"
TUNING_RESOURCES = f"{DEFINITION}.HyperParameterTuningResourceConfig"

# sentence: (edits of the request, values of Describe at paths; None: absent)
REWRITES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "the objective's metric is added to the static hyperparameters": (
        {f"{DEFINITION}.StaticHyperParameters": {"a": "1"}},
        {f"{DEFINITION}.StaticHyperParameters": {"a": "1", "_tuning_objective_metric": "score"}},
    ),
    "switches that are not given are false": (
        {},
        {
            f"{DEFINITION}.EnableNetworkIsolation": False,
            f"{DEFINITION}.EnableInterContainerTrafficEncryption": False,
            f"{DEFINITION}.EnableManagedSpotTraining": False,
        },
    ),
    "a switch that is given stays": (
        {f"{DEFINITION}.EnableNetworkIsolation": True},
        {f"{DEFINITION}.EnableNetworkIsolation": True},
    ),
    "an algorithm's name becomes its ARN": (
        {f"{ALGORITHM}.AlgorithmName": "Mine", f"{ALGORITHM}.TrainingImage": None},
        {f"{ALGORITHM}.AlgorithmName": "arn:aws:sagemaker:eu-west-1:123456789012:algorithm/mine"},
    ),
    "an own image's metric definitions are as given": (
        {},
        {f"{ALGORITHM}.MetricDefinitions": [{"Name": "score", "Regex": "score=([0-9.]+);"}]},
    ),
    "an instance count that is not given is there": (
        {f"{DEFINITION}.ResourceConfig.InstanceCount": None},
        {f"{DEFINITION}.ResourceConfig.InstanceCount": 1},
    ),
    "the tuning job's own resource configuration moves": (
        {
            f"{DEFINITION}.ResourceConfig": None,
            TUNING_RESOURCES: {"InstanceType": "ml.c5.xlarge", "InstanceCount": 2, "VolumeSizeInGB": 9},
        },
        {
            f"{DEFINITION}.ResourceConfig": {"InstanceType": "ml.c5.xlarge", "InstanceCount": 2, "VolumeSizeInGB": 9},
            TUNING_RESOURCES: None,
        },
    ),
    "a longest runtime that is not given is a day": (
        {f"{DEFINITION}.StoppingCondition": {"MaxPendingTimeInSeconds": 7200}},
        {f"{DEFINITION}.StoppingCondition": {"MaxRuntimeInSeconds": 86400}},
    ),
    "GZIP is dropped, being the default": (
        {f"{DEFINITION}.OutputDataConfig.CompressionType": "GZIP"},
        {f"{DEFINITION}.OutputDataConfig": {"S3OutputPath": "s3://endpoint-tests/models"}},
    ),
    "a channel's defaults are filled in and its instance groups dropped": (
        {f"{CHANNEL}.DataSource.S3DataSource.InstanceGroupNames": ["all"]},
        {
            f"{CHANNEL}.CompressionType": "None",
            f"{CHANNEL}.RecordWrapperType": "None",
            f"{CHANNEL}.DataSource.S3DataSource.InstanceGroupNames": None,
        },
    ),
    "scaling and early stopping have defaults": (
        {},
        {
            f"{CONFIG}.ParameterRanges.ContinuousParameterRanges.0.ScalingType": "Auto",
            f"{CONFIG}.TrainingJobEarlyStoppingType": "Off",
        },
    ),
    "Autotune adds a completion criterion and retries": (
        {"Autotune": {"Mode": "Enabled"}},
        {
            f"{CONFIG}.TuningJobCompletionCriteria.ConvergenceDetected.CompleteOnConvergence": "Enabled",
            f"{DEFINITION}.RetryStrategy.MaximumRetryAttempts": 1,
        },
    ),
    "Autotune chooses the objective from an own image's metrics": (
        {"Autotune": {"Mode": "Enabled"}, f"{CONFIG}.HyperParameterTuningJobObjective": None},
        {
            f"{CONFIG}.HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "score"},
            f"{DEFINITION}.StaticHyperParameters._tuning_objective_metric": "score",
        },
    ),
    "Autotune knows what to search for the built-in algorithm, and leaves out what is static": (
        {
            "Autotune": {"Mode": "Enabled"},
            f"{CONFIG}.HyperParameterTuningJobObjective": None,
            f"{CONFIG}.ParameterRanges": None,
            f"{ALGORITHM}.TrainingImage": XGBOOST_IMAGE,
            f"{ALGORITHM}.MetricDefinitions": None,
            f"{DEFINITION}.StaticHyperParameters": {"objective": "binary:logistic", "num_round": "10", "eta": "0.3"},
        },
        {
            f"{CONFIG}.HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "train:error"},
            f"{CONFIG}.ParameterRanges": {
                "ContinuousParameterRanges": [
                    {"Name": name, "MinValue": low, "MaxValue": high, "ScalingType": "Auto"}
                    for name, low, high in (
                        ("alpha", "0", "1000"),
                        ("min_child_weight", "0", "120"),
                        ("subsample", "0.5", "1"),
                    )
                ],
            },
        },
    ),
    "numbers in ranges are echoed as they were written": (
        {f"{CONFIG}.ParameterRanges.ContinuousParameterRanges.0.MaxValue": "0.50"},
        {f"{CONFIG}.ParameterRanges.ContinuousParameterRanges.0.MaxValue": "0.50"},
    ),
    "tags are not described": ({"Tags": [{"Key": "a", "Value": "b"}]}, {"Tags": None}),
}


@pytest.mark.parametrize(("edits", "expected"), REWRITES.values(), ids=REWRITES)
def test_describe_says_what_the_service_made_of_it(edits: dict[str, Any], expected: dict[str, Any]) -> None:
    request = edited(tuning_request("rewritten", "arn:aws:iam::123456789012:role/r"), edits)
    before = copy.deepcopy(request)
    document = tuning_job_document(request, region="eu-west-1", account="123456789012")
    assert {path: at(document, path) for path in expected} == expected
    assert request == before


def test_a_built_in_images_metrics_are_filled_in_with_a_copy_of_the_objectives() -> None:
    request = edited(
        tuning_request("rewritten", "arn:aws:iam::123456789012:role/r"),
        {
            f"{ALGORITHM}.MetricDefinitions": None,
            f"{ALGORITHM}.TrainingImage": XGBOOST_IMAGE,
            f"{CONFIG}.HyperParameterTuningJobObjective.MetricName": "validation:auc",
        },
    )
    document = tuning_job_document(request, region="us-east-1", account="123456789012")
    regexes = {item["Name"]: item["Regex"] for item in at(document, f"{ALGORITHM}.MetricDefinitions")}
    assert len(regexes) == 19
    assert regexes["ObjectiveMetric"] == regexes["validation:auc"]


def test_trials_do_not_share_a_checkpoint_folder() -> None:
    definition = {"CheckpointConfig": {"S3Uri": "s3://b/checkpoints/"}, "OutputDataConfig": {"S3OutputPath": "s3://b"}}
    document = trial_document(definition, {"x": "1"}, "job-001-00000000")
    assert document["CheckpointConfig"]["S3Uri"] == "s3://b/checkpoints/job-001-00000000"
    assert definition["CheckpointConfig"]["S3Uri"] == "s3://b/checkpoints/"


def test_floats_come_back_in_single_precision(aws: Aws) -> None:
    criteria = {f"{CONFIG}.TuningJobCompletionCriteria": {"TargetObjectiveMetricValue": 3.5415}}
    aws.sagemaker.create_hyper_parameter_tuning_job(**edited(tuning_request("single", aws.role_arn), criteria))
    described = aws.describe("single")[CONFIG]["TuningJobCompletionCriteria"]["TargetObjectiveMetricValue"]
    assert described == 3.5415000915527344
