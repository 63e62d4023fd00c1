"""What may differ from a warm start's parent: a table of edits of a job that is otherwise like its parent."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from endpoint_requests import edited, tuning_request
from sagemaker_sandbox.endpoint.arns import tuning_job_arn
from sagemaker_sandbox.endpoint.errors import ServiceError
from sagemaker_sandbox.endpoint.jobs import TuningJob
from sagemaker_sandbox.endpoint.rewriting import tuning_job_document
from sagemaker_sandbox.endpoint.rules import check_request

REGION, ACCOUNT = "us-east-1", "123456789012"
NOW = datetime(2026, 11, 21, tzinfo=timezone.utc)
CONFIG, DEFINITION = "HyperParameterTuningJobConfig", "TrainingJobDefinition"
RANGES = f"{CONFIG}.ParameterRanges"
STATIC = f"{DEFINITION}.StaticHyperParameters"
ALGORITHM = f"{DEFINITION}.AlgorithmSpecification"
TYPE = "WarmStartConfig.WarmStartType"
URI = f"{DEFINITION}.InputDataConfig.0.DataSource.S3DataSource.S3Uri"
X = {"Name": "x", "MinValue": "0", "MaxValue": "1"}
CHOICE = {"Name": "c", "Values": [str(number) for number in range(11)]}

SAME_NAMES = (
    "The set of tunable plus static HyperParameter names is not the same across current and parent tuning jobs."
)
NOT_IDENTICAL = "Input data and algorithm must be the same as those of the parent hyperparameter tuning job 'parent'"

ALLOWED: dict[str, dict[str, Any]] = {
    "nothing": {},
    "ranges and budget": {
        f"{RANGES}.ContinuousParameterRanges.0.MaxValue": "2",
        f"{CONFIG}.ResourceLimits": {"MaxNumberOfTrainingJobs": 9, "MaxParallelTrainingJobs": 1},
    },
    "instances, limits and where results go": {
        f"{DEFINITION}.ResourceConfig.InstanceCount": 2,
        f"{DEFINITION}.StoppingCondition.MaxRuntimeInSeconds": 60,
        f"{DEFINITION}.OutputDataConfig.S3OutputPath": "s3://elsewhere/models",
    },
    "a searched hyperparameter that becomes static": {
        RANGES: {"CategoricalParameterRanges": [CHOICE]},
        f"{STATIC}.x": "0.5",
    },
    "a static hyperparameter that is searched": {
        f"{RANGES}.CategoricalParameterRanges": [CHOICE, {"Name": "does", "Values": ["finish", "wait"]}],
        f"{STATIC}.does": None,
    },
    "data and image in transfer learning": {
        TYPE: "TransferLearning",
        URI: "s3://other/data/",
        f"{ALGORITHM}.TrainingImage": "other:2",
    },
}

# what is different: (edits, what the error says)
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "the objective": (
        {
            f"{CONFIG}.HyperParameterTuningJobObjective.MetricName": "loss",
            f"{ALGORITHM}.MetricDefinitions": [{"Name": "loss", "Regex": "l"}],
        },
        "The objective metric must be the same as that of the parent hyperparameter tuning job 'parent'.",
    ),
    "one hyperparameter more": ({f"{STATIC}.more": "1"}, SAME_NAMES),
    "one hyperparameter less": ({f"{STATIC}.does": None}, SAME_NAMES),
    "another name": ({f"{RANGES}.ContinuousParameterRanges.0.Name": "y"}, SAME_NAMES),
    "the type of a hyperparameter": (
        {
            f"{RANGES}.ContinuousParameterRanges": None,
            f"{RANGES}.IntegerParameterRanges": [{**X, "MaxValue": "9"}],
        },
        "The type of hyperparameters must not change from the parent hyperparameter tuning job 'parent': [x].",
    ),
    "each value of a categorical range that becomes static": (
        {f"{RANGES}.CategoricalParameterRanges": None, f"{STATIC}.c": "1"},
        "There are 11 changes to static hyperparameters over all parent hyperparameter tuning jobs; at most 10",
    ),
    "the data of an identical job": ({URI: "s3://endpoint-tests/newer/"}, NOT_IDENTICAL),
    "the image of an identical job": ({f"{ALGORITHM}.TrainingImage": "own:2"}, NOT_IDENTICAL),
    "the environment of an identical job": (
        {f"{DEFINITION}.Environment": {"A": "1"}},
        "Only the following fields in TrainingJobDefinition are allowed to change: [algorithmSpecification, "
        "inputDataConfig, outputDataConfig, staticHyperParameters, roleArn, resourceConfig, stoppingCondition, "
        "vpcConfig, enableManagedSpotTraining, checkpointConfig].",
    ),
    "a strategy that cannot learn from others": (
        {f"{CONFIG}.Strategy": "Hyperband"},
        "WarmStartConfig is supported with the strategies Bayesian and Random only.",
    ),
}


def request(name: str) -> dict[str, Any]:
    return edited(
        tuning_request(name, "arn:aws:iam::123456789012:role/r"), {f"{RANGES}.CategoricalParameterRanges": [CHOICE]}
    )


def parent(status: str = "Completed") -> TuningJob:
    document = tuning_job_document(request("parent"), region=REGION, account=ACCOUNT)
    return TuningJob(tuning_job_arn(REGION, ACCOUNT, "parent"), "parent", document, NOW, NOW, status)


def check(edits: dict[str, Any], known: TuningJob) -> None:
    warm_start = {
        "WarmStartType": "IdenticalDataAndAlgorithm",
        "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "parent"}],
    }
    child = edited({**request("child"), "WarmStartConfig": warm_start}, edits)
    check_request(child, lambda name: known if name == known.name else None)


@pytest.mark.parametrize("edits", ALLOWED.values(), ids=ALLOWED)
def test_this_may_be_different(edits: dict[str, Any]) -> None:
    check(edits, parent())


@pytest.mark.parametrize(("edits", "text"), REFUSED.values(), ids=REFUSED)
def test_this_may_not_be_different(edits: dict[str, Any], text: str) -> None:
    with pytest.raises(ServiceError) as raised:
        check(edits, parent())
    assert raised.value.code == "ValidationException"
    assert raised.value.message.startswith(text)


@pytest.mark.parametrize("status", ["InProgress", "Stopping", "Deleting", "DeleteFailed"])
def test_a_parent_that_has_not_ended_is_refused(status: str) -> None:
    with pytest.raises(ServiceError, match=f"'parent' is in status {status}, which is not terminal"):
        check({}, parent(status))


@pytest.mark.parametrize("status", ["Completed", "Stopped", "Failed"])
def test_a_parent_that_has_ended_in_any_way_is_taken(status: str) -> None:
    check({}, parent(status))
