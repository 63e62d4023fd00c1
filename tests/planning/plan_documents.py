"""Documents that the plan's tests start from, in the API's own form, and small edits of them.

REQUEST follows the fixtures of the ACK controller (aws-controllers-k8s/sagemaker-controller, testdata/v1alpha1):
XGBoost on two channels. `echo` is what Describe makes of it when the service adds nothing.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

ABSENT = object()
"""As the new value of an edit: take the member away."""

ARN = "arn:aws:sagemaker:us-east-1:123456789012:hyper-parameter-tuning-job/churn"
CREATED = "2026-11-01T12:00:00+00:00"


def _channel(name: str) -> dict[str, Any]:
    return {
        "ChannelName": name,
        "DataSource": {
            "S3DataSource": {
                "S3DataType": "S3Prefix",
                "S3Uri": f"s3://bucket/{name}/",
                "S3DataDistributionType": "FullyReplicated",
            }
        },
        "ContentType": "text/csv",
        "CompressionType": "None",
        "RecordWrapperType": "None",
        "InputMode": "File",
    }


REQUEST: dict[str, Any] = {
    "HyperParameterTuningJobName": "churn",
    "HyperParameterTuningJobConfig": {
        "Strategy": "Bayesian",
        "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "validation:auc"},
        "ResourceLimits": {"MaxNumberOfTrainingJobs": 10, "MaxParallelTrainingJobs": 2},
        "ParameterRanges": {
            "IntegerParameterRanges": [
                {"Name": "max_depth", "MinValue": "3", "MaxValue": "10", "ScalingType": "Linear"}
            ],
            "ContinuousParameterRanges": [
                {"Name": "eta", "MinValue": "0.1", "MaxValue": "0.5", "ScalingType": "Auto"},
                {"Name": "gamma", "MinValue": "0", "MaxValue": "5", "ScalingType": "Auto"},
            ],
            "CategoricalParameterRanges": [{"Name": "booster", "Values": ["gbtree", "dart"]}],
        },
        "TrainingJobEarlyStoppingType": "Auto",
    },
    "TrainingJobDefinition": {
        "StaticHyperParameters": {"eval_metric": "auc", "num_round": "100", "subsample": "0.8"},
        "AlgorithmSpecification": {
            "TrainingImage": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1",
            "TrainingInputMode": "File",
        },
        "RoleArn": "arn:aws:iam::123456789012:role/sagemaker",
        "InputDataConfig": [_channel("train"), _channel("validation")],
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/models"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        "VpcConfig": {"SecurityGroupIds": ["sg-1", "sg-2"], "Subnets": ["subnet-1", "subnet-2"]},
    },
}

_PLURAL_CONFIG = {
    name: value
    for name, value in REQUEST["HyperParameterTuningJobConfig"].items()
    if name not in ("HyperParameterTuningJobObjective", "ParameterRanges", "TrainingJobEarlyStoppingType")
}


def _definition(name: str) -> dict[str, Any]:
    return {
        **copy.deepcopy(REQUEST["TrainingJobDefinition"]),
        "DefinitionName": name,
        "TuningObjective": {"Type": "Maximize", "MetricName": "validation:auc"},
        "HyperParameterRanges": copy.deepcopy(REQUEST["HyperParameterTuningJobConfig"]["ParameterRanges"]),
    }


PLURAL_REQUEST: dict[str, Any] = {
    "HyperParameterTuningJobName": "churn",
    "HyperParameterTuningJobConfig": _PLURAL_CONFIG,
    "TrainingJobDefinitions": [_definition("deep"), _definition("wide")],
}

Edits = Mapping[str, Any]


def edited(document: Mapping[str, Any], edits: Edits) -> dict[str, Any]:
    """A copy in which the members at these paths (`A.B[0].C`, in the document's own names) have new values."""
    result = copy.deepcopy(dict(document))
    for path, value in edits.items():
        *parents, last = [int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", path)]
        container: Any = result
        for step in parents:
            container = container[step] if isinstance(step, int) else container.setdefault(step, {})
        if value is ABSENT:
            del container[last]
        else:
            container[last] = copy.deepcopy(value)
    return result


def echo(request: Mapping[str, Any], edits: Edits | None = None) -> dict[str, Any]:
    """A Describe response that repeats the request, with the edits made to it."""
    described = {name: value for name, value in copy.deepcopy(dict(request)).items() if name != "Tags"}
    described |= {
        "HyperParameterTuningJobArn": ARN,
        "HyperParameterTuningJobStatus": "InProgress",
        "CreationTime": CREATED,
        "LastModifiedTime": CREATED,
        "TrainingJobStatusCounters": {
            "Completed": 0,
            "InProgress": 2,
            "RetryableError": 0,
            "NonRetryableError": 0,
            "Stopped": 0,
        },
        "ObjectiveStatusCounters": {"Succeeded": 0, "Pending": 2, "Failed": 0},
    }
    return edited(described, edits or {})
