"""What the service makes of a request before Describe gives it back: additions, defaults, moved and dropped members.

This is where false drift comes from, so the sandbox does all of it. One function for each family of members, with the
source of what it does: A is the ACK SageMaker controller (custom_delta.go and its recorded responses), T is
Terraform's aws_sagemaker_hyper_parameter_tuning_job, S is what the SageMaker Python SDK reads without asking.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from sagemaker_sandbox.trials.builtin_metrics import metric_definitions

from .autotune import autotune
from .jobs import definitions

__all__ = ["training_job_document", "trial_document", "tuning_job_document"]

_KEPT = ("HyperParameterTuningJobConfig", "TrainingJobDefinition", "TrainingJobDefinitions", "WarmStartConfig")
_NOT_FOR_TRAINING_JOBS = (
    "DefinitionName",
    "TuningObjective",
    "HyperParameterRanges",
    "StaticHyperParameters",
    "HyperParameterTuningResourceConfig",
)
_SWITCHES = ("EnableNetworkIsolation", "EnableInterContainerTrafficEncryption", "EnableManagedSpotTraining")
_DEFAULT_MAX_RUNTIME_SECONDS = 86400  # StoppingCondition in the API reference


def tuning_job_document(request: Mapping[str, Any], *, region: str, account: str) -> dict[str, Any]:
    """The declared part of DescribeHyperParameterTuningJob's response for a CreateHyperParameterTuningJob request."""
    document: dict[str, Any] = copy.deepcopy({name: request[name] for name in (*_KEPT, "Autotune") if name in request})
    config = document["HyperParameterTuningJobConfig"]
    config.setdefault("TrainingJobEarlyStoppingType", "Off")
    if "Autotune" in document:
        autotune(document)
    for definition in definitions(document):
        objective = definition.get("TuningObjective") or config.get("HyperParameterTuningJobObjective")
        ranges = definition.get("HyperParameterRanges") or config.get("ParameterRanges", {})
        _complete_ranges(ranges)
        _complete_definition(definition, objective, region, account)
    return document


def trial_document(definition: Mapping[str, Any], tuned: Mapping[str, str], training_job_name: str) -> dict[str, Any]:
    """The declared part of DescribeTrainingJob's response for a training job that a tuning job launches."""
    document = copy.deepcopy({key: value for key, value in definition.items() if key not in _NOT_FOR_TRAINING_JOBS})
    document["HyperParameters"] = {**definition.get("StaticHyperParameters", {}), **tuned}
    document["OutputDataConfig"].setdefault("KmsKeyId", "")  # S
    if "CheckpointConfig" in document:
        # Trials would take up each other's checkpoints; that the service separates them by name is our inference.
        prefix = document["CheckpointConfig"]["S3Uri"].rstrip("/")
        document["CheckpointConfig"]["S3Uri"] = f"{prefix}/{training_job_name}"
    return document


def training_job_document(request: Mapping[str, Any], *, region: str, account: str) -> dict[str, Any]:
    """The declared part of DescribeTrainingJob's response for a CreateTrainingJob request."""
    document: dict[str, Any] = copy.deepcopy(
        {key: value for key, value in request.items() if key not in ("TrainingJobName", "Tags")}
    )
    _complete_definition(document, None, region, account)
    document["OutputDataConfig"].setdefault("KmsKeyId", "")
    return document


def _complete_ranges(ranges: Mapping[str, Any]) -> None:
    for family in ("IntegerParameterRanges", "ContinuousParameterRanges"):
        for item in ranges.get(family, ()):
            item.setdefault("ScalingType", "Auto")  # T: optional and computed


def _complete_definition(
    definition: dict[str, Any], objective: Mapping[str, str] | None, region: str, account: str
) -> None:
    if objective:
        static = definition.setdefault("StaticHyperParameters", {})
        static["_tuning_objective_metric"] = objective["MetricName"]  # A, T, S
    for switch in _SWITCHES:
        definition.setdefault(switch, False)  # A
    _complete_algorithm(definition.get("AlgorithmSpecification", {}), objective, region, account)
    _complete_resources(definition)
    _complete_conditions(definition)
    for channel in definition.get("InputDataConfig", ()):
        channel.setdefault("CompressionType", "None")
        channel.setdefault("RecordWrapperType", "None")
        channel["DataSource"].get("S3DataSource", {}).pop("InstanceGroupNames", None)  # T 5236d41


def _complete_algorithm(
    algorithm: dict[str, Any], objective: Mapping[str, str] | None, region: str, account: str
) -> None:
    name = algorithm.get("AlgorithmName", "")
    if name and not name.startswith("arn:"):
        algorithm["AlgorithmName"] = f"arn:aws:sagemaker:{region}:{account}:algorithm/{name.lower()}"  # T
    metric = objective["MetricName"] if objective else "validation:rmse"
    builtin = metric_definitions(algorithm.get("TrainingImage", ""), metric)
    if builtin is None or algorithm.get("MetricDefinitions"):
        return
    # A: a built-in image's metrics are filled in; ObjectiveMetric is a tuning job's.
    algorithm["MetricDefinitions"] = [item for item in builtin if objective or item["Name"] != "ObjectiveMetric"]


def _complete_resources(definition: dict[str, Any]) -> None:
    chosen = definition.pop("HyperParameterTuningResourceConfig", None)
    if chosen:  # T 5236d41: it comes back as ResourceConfig
        first = (chosen.get("InstanceConfigs") or [chosen])[0]
        names = ("InstanceType", "InstanceCount", "VolumeSizeInGB")
        definition["ResourceConfig"] = {name: first[name] for name in names if name in first}
        if "VolumeKmsKeyId" in chosen:
            definition["ResourceConfig"]["VolumeKmsKeyId"] = chosen["VolumeKmsKeyId"]
    resources = definition.get("ResourceConfig", {})
    if resources:
        resources.setdefault("InstanceCount", 0 if "InstanceGroups" in resources else 1)  # A


def _complete_conditions(definition: dict[str, Any]) -> None:
    condition = definition.setdefault("StoppingCondition", {})
    condition.setdefault("MaxRuntimeInSeconds", _DEFAULT_MAX_RUNTIME_SECONDS)
    condition.pop("MaxPendingTimeInSeconds", None)  # T 5236d41
    output = definition.get("OutputDataConfig", {})
    if output.get("CompressionType") == "GZIP":
        del output["CompressionType"]  # T 5236d41
