"""Rules about one training job definition: its algorithm, instances, channels and time limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sagemaker_sandbox.trials.builtin_metrics import is_xgboost

__all__ = ["definition_problems"]

_MOST_TRAINING_SECONDS = 28 * 86400
_MOST_SPOT_WAIT_WITHOUT_CHECKPOINTS = 3600

Definition = Mapping[str, Any]


def definition_problems(definition: Definition, objective: Mapping[str, str] | None) -> Iterator[str]:
    yield from _algorithm(definition["AlgorithmSpecification"], objective)
    yield from _resources(definition)
    yield from _channels(definition)
    yield from _time_limits(definition)


def _algorithm(algorithm: Mapping[str, Any], objective: Mapping[str, str] | None) -> Iterator[str]:
    if ("TrainingImage" in algorithm) == ("AlgorithmName" in algorithm):
        yield "Exactly one of TrainingImage and AlgorithmName must be provided in AlgorithmSpecification."
    if objective is None or "TrainingImage" not in algorithm or is_xgboost(algorithm["TrainingImage"]):
        return
    if objective["MetricName"] not in [item["Name"] for item in algorithm.get("MetricDefinitions", ())]:
        # Source: amazon-sagemaker-examples issue 1207.
        yield (
            "A metric is required for this hyperparameter tuning job objective. Provide a metric in the metric "
            "definitions."
        )


def _resources(definition: Definition) -> Iterator[str]:
    if ("ResourceConfig" in definition) == ("HyperParameterTuningResourceConfig" in definition):
        yield "Exactly one of ResourceConfig and HyperParameterTuningResourceConfig must be provided."
    resources = definition.get("ResourceConfig", {})
    for member in ("SelectedInstanceType", "SelectedInstanceCount"):
        if member in resources:
            yield f"{member} is set by the service; it cannot be part of a request's ResourceConfig."
    yield from _either(resources, "InstanceGroups", ("InstanceType", "InstanceCount", "InstancePreferences"))
    yield from _either(resources, "InstancePreferences", ("InstanceType", "InstancePlacementConfig"))
    if "InstancePreferences" in resources and definition.get("EnableManagedSpotTraining"):
        yield "InstancePreferences cannot be used with managed spot training."
    chosen = definition.get("HyperParameterTuningResourceConfig", {})
    yield from _either(chosen, "InstanceConfigs", ("InstanceType", "InstanceCount", "VolumeSizeInGB"))


def _either(document: Mapping[str, Any], member: str, others: tuple[str, ...]) -> Iterator[str]:
    both = [other for other in others if other in document]
    if member in document and both:
        yield f"{member} cannot be given together with {', '.join(both)}."


def _channels(definition: Definition) -> Iterator[str]:
    channels = definition.get("InputDataConfig", ())
    names = [channel["ChannelName"] for channel in channels]
    if len(set(names)) < len(names):
        yield "Channel names in InputDataConfig must be unique."
    for channel in channels:
        name = channel["ChannelName"]
        mode = channel.get("InputMode") or definition["AlgorithmSpecification"]["TrainingInputMode"]
        if len(channel["DataSource"]) != 1:
            yield f"Channel {name} must have exactly one data source."
        kind = channel["DataSource"].get("S3DataSource", {}).get("S3DataType")
        if kind == "AugmentedManifestFile" and mode != "Pipe":
            yield f"Channel {name} has an augmented manifest, which needs the input mode Pipe; it has {mode}."
        if channel.get("CompressionType") == "Gzip" and mode != "Pipe":
            yield f"Channel {name} has the compression type Gzip, which needs the input mode Pipe; it has {mode}."


def _time_limits(definition: Definition) -> Iterator[str]:
    condition = definition["StoppingCondition"]
    runtime, wait = condition.get("MaxRuntimeInSeconds"), condition.get("MaxWaitTimeInSeconds")
    if runtime is not None and runtime > _MOST_TRAINING_SECONDS:
        yield f"MaxRuntimeInSeconds must be at most {_MOST_TRAINING_SECONDS}."
    if not definition.get("EnableManagedSpotTraining"):
        return
    if wait is None:
        yield "MaxWaitTimeInSeconds is required when EnableManagedSpotTraining is true."
        return
    if runtime is not None and wait < runtime:
        yield "MaxWaitTimeInSeconds must be greater than or equal to MaxRuntimeInSeconds."
    is_built_in = is_xgboost(definition["AlgorithmSpecification"].get("TrainingImage", ""))
    if is_built_in and "CheckpointConfig" not in definition and wait > _MOST_SPOT_WAIT_WITHOUT_CHECKPOINTS:
        yield (
            f"MaxWaitTimeInSeconds of a built-in algorithm must be at most {_MOST_SPOT_WAIT_WITHOUT_CHECKPOINTS} "
            "without a CheckpointConfig."
        )
