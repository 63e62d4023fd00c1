"""The documents that are compared: a usual tuning job and the largest that SageMaker takes, and what Describe says."""

from __future__ import annotations

import copy
from typing import Any

__all__ = ["LARGEST", "USUAL", "describe", "with_another_range"]

Document = dict[str, Any]

_TIME = "2026-11-01T12:00:00+00:00"


def describe(request: Document) -> Document:
    """What DescribeHyperParameterTuningJob says of the job, if the service adds no default."""
    return {
        **copy.deepcopy(request),
        "HyperParameterTuningJobArn": "arn:aws:sagemaker:us-east-1:123456789012:hyper-parameter-tuning-job/churn",
        "HyperParameterTuningJobStatus": "InProgress",
        "CreationTime": _TIME,
        "TrainingJobStatusCounters": {"Completed": 3, "InProgress": 2, "Stopped": 0},
        "ObjectiveStatusCounters": {"Succeeded": 3, "Pending": 2, "Failed": 0},
    }


def with_another_range(request: Document) -> Document:
    """The request with one changed leaf, in the last training job definition."""
    changed = copy.deepcopy(request)
    last = changed["TrainingJobDefinitions"][-1] if "TrainingJobDefinitions" in changed else None
    ranges = last["HyperParameterRanges"] if last else changed["HyperParameterTuningJobConfig"]["ParameterRanges"]
    ranges["ContinuousParameterRanges"][0]["MaxValue"] = "0.75"
    return changed


def _channels(count: int) -> list[Document]:
    return [
        {
            "ChannelName": f"channel-{number}",
            "DataSource": {
                "S3DataSource": {
                    "S3DataType": "S3Prefix",
                    "S3Uri": f"s3://data/channel-{number}/",
                    "S3DataDistributionType": "FullyReplicated",
                }
            },
            "ContentType": "text/csv",
            "CompressionType": "None",
            "RecordWrapperType": "None",
            "InputMode": "File",
        }
        for number in range(count)
    ]


def _ranges(count: int) -> Document:
    return {
        "ContinuousParameterRanges": [
            {"Name": f"parameter-{number}", "MinValue": "0.1", "MaxValue": "0.5", "ScalingType": "Auto"}
            for number in range(count)
        ]
    }


def _definition(channels: int, metrics: int, static: int) -> Document:
    return {
        "StaticHyperParameters": {f"static-{number}": "1" for number in range(static)},
        "AlgorithmSpecification": {
            "TrainingImage": "123456789012.dkr.ecr.us-east-1.amazonaws.com/trainer:1",
            "TrainingInputMode": "File",
            "MetricDefinitions": [
                {"Name": f"metric-{number}", "Regex": f"metric-{number}=([0-9.]+)"} for number in range(metrics)
            ],
        },
        "RoleArn": "arn:aws:iam::123456789012:role/training",
        "InputDataConfig": _channels(channels),
        "OutputDataConfig": {"S3OutputPath": "s3://data/output/"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        "VpcConfig": {"SecurityGroupIds": ["sg-1", "sg-2"], "Subnets": ["subnet-1", "subnet-2"]},
    }


_OBJECTIVE = {"Type": "Maximize", "MetricName": "metric-0"}
_LIMITS = {"MaxNumberOfTrainingJobs": 100, "MaxParallelTrainingJobs": 10}

USUAL: Document = {
    "HyperParameterTuningJobName": "churn",
    "HyperParameterTuningJobConfig": {
        "Strategy": "Bayesian",
        "HyperParameterTuningJobObjective": _OBJECTIVE,
        "ResourceLimits": _LIMITS,
        "ParameterRanges": _ranges(5),
        "TrainingJobEarlyStoppingType": "Auto",
    },
    "TrainingJobDefinition": _definition(channels=2, metrics=2, static=5),
}

# Source: the service's own limits: 10 definitions, each with 20 channels, 40 metrics, 30 ranges, and 100
# hyperparameters together with the one that the service adds.
LARGEST: Document = {
    "HyperParameterTuningJobName": "churn",
    "HyperParameterTuningJobConfig": {"Strategy": "Bayesian", "ResourceLimits": _LIMITS},
    "TrainingJobDefinitions": [
        {
            **_definition(channels=20, metrics=40, static=69),
            "DefinitionName": f"definition-{number}",
            "TuningObjective": _OBJECTIVE,
            "HyperParameterRanges": _ranges(30),
        }
        for number in range(10)
    ],
}
