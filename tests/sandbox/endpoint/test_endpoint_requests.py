"""What the service refuses: every kind of constraint of the model, the rules beyond it, and what is no request."""

from __future__ import annotations

import json
import urllib.request
from typing import Any
from urllib.error import HTTPError

import pytest
from botocore.exceptions import ClientError
from endpoint_clients import Aws
from endpoint_requests import XGBOOST_IMAGE, edited, tuning_request

CONFIG = "HyperParameterTuningJobConfig"
DEFINITION = "TrainingJobDefinition"
LIMITS = f"{CONFIG}.ResourceLimits"
RANGE = f"{CONFIG}.ParameterRanges.ContinuousParameterRanges.0"
CHANNEL = f"{DEFINITION}.InputDataConfig.0"

DEFINITION_OF_SEVERAL = {
    **tuning_request("any", "arn:aws:iam::123456789012:role/training")[DEFINITION],
    "TuningObjective": {"Type": "Maximize", "MetricName": "score"},
    "HyperParameterRanges": {"ContinuousParameterRanges": [{"Name": "x", "MinValue": "0", "MaxValue": "1"}]},
}

# kind of constraint: (edits, what the one error says)
BROKEN_CONSTRAINTS: dict[str, tuple[dict[str, Any], str]] = {
    "a required member": (
        {f"{DEFINITION}.RoleArn": None},
        "Value null at 'trainingJobDefinition.roleArn' failed to satisfy constraint: Member must not be null",
    ),
    "a pattern": (
        {"HyperParameterTuningJobName": "under_score"},
        "Value 'under_score' at 'hyperParameterTuningJobName' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}",
    ),
    "a greatest length of a text": (
        {f"{CHANNEL}.ContentType": "t" * 257},
        f"Value '{'t' * 257}' at 'trainingJobDefinition.inputDataConfig.1.member.contentType' failed to satisfy "
        "constraint: Member must have length less than or equal to 256",
    ),
    "a least length of a text": (
        {"Tags": [{"Key": "", "Value": "v"}]},
        "Value '' at 'tags.1.member.key' failed to satisfy constraint: "
        "Member must have length greater than or equal to 1",
    ),
    "a least number": (
        {f"{LIMITS}.MaxParallelTrainingJobs": 0},
        "Value '0' at 'hyperParameterTuningJobConfig.resourceLimits.maxParallelTrainingJobs' failed to satisfy "
        "constraint: Member must have value greater than or equal to 1",
    ),
    "a greatest number": (
        {f"{LIMITS}.MaxRuntimeInSeconds": 15768001},
        "Value '15768001' at 'hyperParameterTuningJobConfig.resourceLimits.maxRuntimeInSeconds' failed to satisfy "
        "constraint: Member must have value less than or equal to 15768000",
    ),
    "an enum": (
        {f"{CONFIG}.Strategy": "Guess"},
        "Value 'Guess' at 'hyperParameterTuningJobConfig.strategy' failed to satisfy constraint: "
        "Member must satisfy enum value set: [Bayesian, Random, Hyperband, Grid]",
    ),
    "a list's least number of items": (
        {f"{DEFINITION}.InputDataConfig": []},
        "Value '[]' at 'trainingJobDefinition.inputDataConfig' failed to satisfy constraint: "
        "Member must have length greater than or equal to 1",
    ),
    "the items of a list of texts": (
        {f"{DEFINITION}.VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": ["a b"]}},
        "Value '[a b]' at 'trainingJobDefinition.vpcConfig.subnets' failed to satisfy constraint: Member must satisfy "
        "constraint: [Member must have length less than or equal to 32, Member must have length greater than or equal "
        "to 0, Member must satisfy regular expression pattern: [-0-9a-zA-Z]+]",
    ),
    "a map's keys": (
        {f"{DEFINITION}.Environment": {"1x": "y"}},
        "Value '{1x=y}' at 'trainingJobDefinition.environment' failed to satisfy constraint: Map keys must satisfy "
        "constraint: [Member must have length less than or equal to 512, Member must have length greater than or "
        "equal to 0, Member must satisfy regular expression pattern: [a-zA-Z_][a-zA-Z0-9_]*]",
    ),
    "a map's number of entries": (
        {f"{DEFINITION}.Environment": {f"K{number}": "" for number in range(49)}},
        "at 'trainingJobDefinition.environment' failed to satisfy constraint: Member must have length less than or "
        "equal to 48",
    ),
}

# rule: (edits, what the error says)
BROKEN_RULES: dict[str, tuple[dict[str, Any], str]] = {
    "neither form of definition": (
        {DEFINITION: None},
        "Exactly one of TrainingJobDefinition and TrainingJobDefinitions must be provided.",
    ),
    "the objective is no metric of an own image": (
        {f"{CONFIG}.HyperParameterTuningJobObjective.MetricName": "accuracy"},
        "A metric is required for this hyperparameter tuning job objective.",
    ),
    "a name both tuned and static": (
        {f"{DEFINITION}.StaticHyperParameters.x": "1"},
        "Hyperparameters must be defined once, as a range or as a static value: [x].",
    ),
    "bounds the wrong way around": (
        {f"{RANGE}.MinValue": "2"},
        "MinValue of hyperparameter x must not be greater than its MaxValue.",
    ),
    "a bound that is no number": (
        {f"{RANGE}.MinValue": "low"},
        "MinValue and MaxValue of hyperparameter x must be numbers.",
    ),
    "a logarithm of zero": (
        {f"{RANGE}.ScalingType": "Logarithmic"},
        "Logarithmic scaling of hyperparameter x requires all values to be greater than 0.",
    ),
    "a reverse logarithm of one": (
        {f"{RANGE}.ScalingType": "ReverseLogarithmic"},
        "ReverseLogarithmic scaling of hyperparameter x requires all values to be in 0 <= x < 1.0.",
    ),
    "a grid over a continuous range": (
        {f"{CONFIG}.Strategy": "Grid"},
        "Grid search supports categorical parameter ranges only.",
    ),
    "more trials than combinations": (
        {
            f"{CONFIG}.ParameterRanges": {"CategoricalParameterRanges": [{"Name": "x", "Values": ["1", "2"]}]},
            f"{LIMITS}.MaxNumberOfTrainingJobs": 3,
        },
        "You don't have enough combinations of hyperparameter ranges.",
    ),
    "Hyperband without a resource": (
        {f"{CONFIG}.Strategy": "Hyperband"},
        "MaxResource parameter is not provided and could not be inferred from provided static hyperparameters of "
        "TrainingJobDefinition.",
    ),
    "spot without a longest wait": (
        {f"{DEFINITION}.EnableManagedSpotTraining": True},
        "MaxWaitTimeInSeconds is required when EnableManagedSpotTraining is true.",
    ),
    "a parent that does not exist": (
        {
            "WarmStartConfig": {
                "WarmStartType": "TransferLearning",
                "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "nobody"}],
            }
        },
        "Could not find parent hyperparameter tuning job 'nobody'.",
    ),
    "a channel twice": (
        {f"{DEFINITION}.InputDataConfig": [tuning_request("a", "b")[DEFINITION]["InputDataConfig"][0]] * 2},
        "Channel names in InputDataConfig must be unique.",
    ),
    "an integer range with a fraction": (
        {
            f"{CONFIG}.ParameterRanges": {
                "IntegerParameterRanges": [{"Name": "n", "MinValue": "1.5", "MaxValue": "3"}],
            }
        },
        "MinValue and MaxValue of hyperparameter n must be integers.",
    ),
    "a reverse logarithm of integers": (
        {
            f"{CONFIG}.ParameterRanges": {
                "IntegerParameterRanges": [
                    {"Name": "n", "MinValue": "0", "MaxValue": "0", "ScalingType": "ReverseLogarithmic"},
                ],
            }
        },
        "ReverseLogarithmic scaling of hyperparameter n is for continuous ranges only.",
    ),
    "more than thirty searched": (
        {
            f"{CONFIG}.ParameterRanges": {
                family: [{"Name": f"{family[0]}{number}", "MinValue": "1", "MaxValue": "2"} for number in range(16)]
                for family in ("IntegerParameterRanges", "ContinuousParameterRanges")
            }
        },
        "At most 30 hyperparameters can be searched; 32 are given.",
    ),
    "more than a hundred hyperparameters": (
        {f"{DEFINITION}.StaticHyperParameters": {f"s{number}": "1" for number in range(99)}},
        "A training job can have at most 100 hyperparameters, static and searched together.",
    ),
    "Hyperband with early stopping": (
        {f"{CONFIG}.Strategy": "Hyperband", f"{CONFIG}.TrainingJobEarlyStoppingType": "Auto"},
        "TrainingJobEarlyStoppingType must be Off with Hyperband",
    ),
    "Hyperband over too many epochs": (
        {
            f"{CONFIG}.Strategy": "Hyperband",
            f"{CONFIG}.StrategyConfig.HyperbandStrategyConfig": {"MaxResource": 20001},
        },
        "MaxResource must be at most 20000.",
    ),
    "several definitions with a common objective": (
        {DEFINITION: None, "TrainingJobDefinitions": [{**DEFINITION_OF_SEVERAL, "DefinitionName": "one"}]},
        "HyperParameterTuningJobObjective must be given in each of the TrainingJobDefinitions",
    ),
    "several definitions of one name": (
        {DEFINITION: None, "TrainingJobDefinitions": [{**DEFINITION_OF_SEVERAL, "DefinitionName": "one"}] * 2},
        "Every training job definition must have a unique DefinitionName.",
    ),
    "several definitions with early stopping": (
        {
            DEFINITION: None,
            f"{CONFIG}.HyperParameterTuningJobObjective": None,
            f"{CONFIG}.ParameterRanges": None,
            f"{CONFIG}.TrainingJobEarlyStoppingType": "Auto",
            "TrainingJobDefinitions": [{**DEFINITION_OF_SEVERAL, "DefinitionName": name} for name in ("one", "two")],
        },
        "TrainingJobEarlyStoppingType Auto is not supported with more than one training job definition.",
    ),
    "two forms of resources": (
        {f"{DEFINITION}.HyperParameterTuningResourceConfig": {"InstanceType": "ml.m5.large"}},
        "Exactly one of ResourceConfig and HyperParameterTuningResourceConfig must be provided.",
    ),
    "instance configurations beside an instance type": (
        {
            f"{DEFINITION}.ResourceConfig": None,
            f"{DEFINITION}.HyperParameterTuningResourceConfig": {
                "InstanceType": "ml.m5.large",
                "InstanceConfigs": [{"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 5}],
            },
        },
        "InstanceConfigs cannot be given together with InstanceType.",
    ),
    "instance groups beside an instance type": (
        {
            f"{DEFINITION}.ResourceConfig.InstanceGroups": [
                {"InstanceType": "ml.m5.large", "InstanceCount": 1, "InstanceGroupName": "g"}
            ]
        },
        "InstanceGroups cannot be given together with InstanceType, InstanceCount.",
    ),
    "what the service selects": (
        {f"{DEFINITION}.ResourceConfig.SelectedInstanceCount": 1},
        "SelectedInstanceCount is set by the service",
    ),
    "an augmented manifest as files": (
        {f"{CHANNEL}.DataSource.S3DataSource.S3DataType": "AugmentedManifestFile"},
        "Channel train has an augmented manifest, which needs the input mode Pipe; it has File.",
    ),
    "a compressed channel as files": (
        {f"{CHANNEL}.CompressionType": "Gzip"},
        "Channel train has the compression type Gzip, which needs the input mode Pipe; it has File.",
    ),
    "a channel without a source": (
        {f"{CHANNEL}.DataSource": {}},
        "Channel train must have exactly one data source.",
    ),
    "a spot wait shorter than the training": (
        {
            f"{DEFINITION}.EnableManagedSpotTraining": True,
            f"{DEFINITION}.StoppingCondition": {"MaxRuntimeInSeconds": 600, "MaxWaitTimeInSeconds": 599},
        },
        "MaxWaitTimeInSeconds must be greater than or equal to MaxRuntimeInSeconds.",
    ),
    "a long spot wait of a built-in algorithm without checkpoints": (
        {
            f"{DEFINITION}.AlgorithmSpecification.TrainingImage": XGBOOST_IMAGE,
            f"{DEFINITION}.EnableManagedSpotTraining": True,
            f"{DEFINITION}.StoppingCondition": {"MaxRuntimeInSeconds": 600, "MaxWaitTimeInSeconds": 3601},
        },
        "MaxWaitTimeInSeconds of a built-in algorithm must be at most 3600 without a CheckpointConfig.",
    ),
    "a training longer than 28 days": (
        {f"{DEFINITION}.StoppingCondition.MaxRuntimeInSeconds": 28 * 86400 + 1},
        "MaxRuntimeInSeconds must be at most 2419200.",
    ),
    "Autotune of an own image without ranges": (
        {"Autotune": {"Mode": "Enabled"}, f"{CONFIG}.ParameterRanges": None},
        "Autotune needs parameter ranges or AutoParameters for an algorithm that is not built in.",
    ),
    "Autotune of an own image without a metric": (
        {
            "Autotune": {"Mode": "Enabled"},
            f"{CONFIG}.HyperParameterTuningJobObjective": None,
            f"{DEFINITION}.AlgorithmSpecification.MetricDefinitions": None,
        },
        "A metric is required for this hyperparameter tuning job objective.",
    ),
    "both an image and an algorithm": (
        {f"{DEFINITION}.AlgorithmSpecification.AlgorithmName": "mine"},
        "Exactly one of TrainingImage and AlgorithmName must be provided in AlgorithmSpecification.",
    ),
    "a reserved tag": (
        {"Tags": [{"Key": "aws:owner", "Value": "me"}]},
        "Tag keys starting with 'aws:' are reserved for system use: aws:owner",
    ),
}


def refused(aws: Aws, edits: dict[str, Any]) -> tuple[str, str]:
    request = edited(tuning_request("refused", aws.role_arn), edits)
    with pytest.raises(ClientError) as raised:
        aws.sagemaker.create_hyper_parameter_tuning_job(**request)
    error = raised.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.mark.parametrize(("edits", "text"), BROKEN_CONSTRAINTS.values(), ids=BROKEN_CONSTRAINTS)
def test_a_broken_constraint_is_named_with_its_path(aws: Aws, edits: dict[str, Any], text: str) -> None:
    code, message = refused(aws, edits)
    assert code == "ValidationException"
    assert message.startswith("1 validation error detected: ")
    assert message.endswith(text)


def test_all_broken_constraints_are_reported_at_once(aws: Aws) -> None:
    _, message = refused(aws, {f"{CONFIG}.Strategy": "Guess", f"{DEFINITION}.RoleArn": "me"})
    # The role's ARN breaks a length and a pattern.
    assert message.startswith("3 validation errors detected: ")
    assert message.count("; ") == 2


@pytest.mark.parametrize(("edits", "text"), BROKEN_RULES.values(), ids=BROKEN_RULES)
def test_a_broken_rule_is_said_in_words(aws: Aws, edits: dict[str, Any], text: str) -> None:
    code, message = refused(aws, edits)
    assert code == "ValidationException"
    assert message.startswith(text)


def test_a_built_in_image_needs_no_metric_definitions(aws: Aws) -> None:
    request = edited(
        tuning_request("built-in", aws.role_arn, does="fail"),
        {
            f"{DEFINITION}.AlgorithmSpecification": {"TrainingImage": XGBOOST_IMAGE, "TrainingInputMode": "File"},
            f"{CONFIG}.HyperParameterTuningJobObjective.MetricName": "validation:auc",
        },
    )
    assert aws.sagemaker.create_hyper_parameter_tuning_job(**request)["HyperParameterTuningJobArn"]


def test_a_refused_request_leaves_nothing(aws: Aws) -> None:
    refused(aws, {f"{RANGE}.MinValue": "2"})
    listed = aws.sagemaker.list_hyper_parameter_tuning_jobs(NameContains="refused")
    assert listed["HyperParameterTuningJobSummaries"] == []


def send(aws: Aws, target: str, body: bytes) -> tuple[int, dict[str, Any]]:
    """A request as no client of AWS would send it."""
    headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"}
    request = urllib.request.Request(aws.sandbox.url, data=body, headers=headers, method="POST")
    with pytest.raises(HTTPError) as raised:
        urllib.request.urlopen(request)
    with raised.value as answer:
        return answer.code, json.load(answer)


UNREADABLE = {
    "what is not JSON": (b"{", "The request's body is not JSON."),
    "a list for a structure": (b"[]", "START_ARRAY can not be converted to a Structure"),
    "a number for a text": (b'{"HyperParameterTuningJobName": 1}', "NUMBER_VALUE can not be converted to a String"),
}


@pytest.mark.parametrize(("body", "text"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_wrong_type_cannot_be_read(aws: Aws, body: bytes, text: str) -> None:
    status, error = send(aws, "SageMaker.DescribeHyperParameterTuningJob", body)
    assert (status, error) == (400, {"__type": "SerializationException", "message": text})


def test_an_operation_that_would_invent_results_is_refused_by_name(aws: Aws) -> None:
    with pytest.raises(ClientError) as raised:
        aws.sagemaker.describe_processing_job(ProcessingJobName="any")
    error = raised.value.response["Error"]
    assert error["Code"] == "UnsupportedOperation"
    assert "DescribeProcessingJob" in error["Message"]


def test_an_operation_that_does_not_exist_is_unknown(aws: Aws) -> None:
    status, error = send(aws, "SageMaker.TuneEverything", b"{}")
    assert (status, error["__type"]) == (400, "UnknownOperationException")


def test_plain_records_of_sagemaker_are_kept_by_moto(aws: Aws) -> None:
    aws.sagemaker.create_model(ModelName="best", ExecutionRoleArn=aws.role_arn, PrimaryContainer={"Image": "i"})
    arn = aws.sagemaker.describe_model(ModelName="best")["ModelArn"]
    aws.sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "team", "Value": "ml"}])
    assert aws.sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "ml"}]
