"""A small tuning job: the request for it, and the same job as a program declares it."""

from __future__ import annotations

from typing import Any

from sagemaker_tuning.spec import TuningJobSpec

ROLE = "arn:aws:iam::111122223333:role/tuning"


def request(name: str, *, tags: dict[str, str] | None = None, role: str = ROLE) -> dict[str, Any]:
    """A CreateHyperParameterTuningJob request that every stand-in accepts."""
    return {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobConfig": {
            "Strategy": "Random",
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "validation:auc"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 4, "MaxParallelTrainingJobs": 2},
            "ParameterRanges": {"ContinuousParameterRanges": [{"Name": "eta", "MinValue": "0.1", "MaxValue": "0.5"}]},
        },
        "TrainingJobDefinition": {
            "StaticHyperParameters": {"num_round": "5"},
            "AlgorithmSpecification": {
                "TrainingImage": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/trainer:1",
                "TrainingInputMode": "File",
                "MetricDefinitions": [{"Name": "validation:auc", "Regex": "auc=([0-9.]+)"}],
            },
            "RoleArn": role,
            "OutputDataConfig": {"S3OutputPath": "s3://models/out"},
            "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
            "StoppingCondition": {"MaxRuntimeInSeconds": 600},
        },
        "Tags": [{"Key": key, "Value": value} for key, value in (tags or {"team": "ml"}).items()],
    }


def declared(name: str | None = None, **changes: Any) -> TuningJobSpec:
    """The same job declared, with or without a name; `changes` replace members of its configuration or its tags."""
    native = TuningJobSpec.from_api(request(name or "unnamed")).to_native()
    if name is None:
        del native["hyper_parameter_tuning_job_name"]
    for member, value in changes.items():
        (native if member == "tags" else native["hyper_parameter_tuning_job_config"])[member] = value
    return TuningJobSpec.from_native(native)
