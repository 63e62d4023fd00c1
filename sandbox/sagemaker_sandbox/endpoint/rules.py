"""What CreateHyperParameterTuningJob rejects beyond its shapes: rules between members, and about warm start's parents.

Only rules whose rejection is recorded somewhere or documented as an error; the provider's own check before the call
may be stricter. Sources: the SageMaker Developer Guide's pages on automatic model tuning, the API reference, and
error texts quoted in public issues, named at the rule where the text is the service's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sagemaker_sandbox.trials.builtin_metrics import is_xgboost

from .errors import invalid
from .jobs import TuningJob, definitions

__all__ = ["check_request"]

_MOST_COMBINATIONS = 750
_MOST_TRAINING_SECONDS = 28 * 86400

FindJob = Callable[[str], TuningJob | None]


def check_request(request: Mapping[str, Any], find_job: FindJob) -> None:
    """Raise a ValidationException for the first rule that the request breaks. `find_job` knows jobs by name."""
    for problem in _problems(request, find_job):
        raise invalid(problem)


def _problems(request: Mapping[str, Any], find_job: FindJob) -> Iterator[str]:
    if ("TrainingJobDefinition" in request) == ("TrainingJobDefinitions" in request):
        yield "Exactly one of TrainingJobDefinition and TrainingJobDefinitions must be provided."
    config = request["HyperParameterTuningJobConfig"]
    yield from _definition_names(request)
    for definition in definitions(request):
        objective = definition.get("TuningObjective") or config.get("HyperParameterTuningJobObjective")
        ranges = definition.get("HyperParameterRanges") or config.get("ParameterRanges")
        if "Autotune" not in request and (objective is None or ranges is None):
            yield (
                "A hyperparameter tuning job objective and parameter ranges are required for every training job "
                "definition."
            )
        yield from _ranges(ranges or {}, definition.get("StaticHyperParameters", {}))
        yield from _budget(config, ranges or {})
        yield from _algorithm(definition["AlgorithmSpecification"], objective)
        yield from _resources(definition)
        yield from _conditions(definition)
    yield from _parents(request, find_job)


def _definition_names(request: Mapping[str, Any]) -> Iterator[str]:
    if "TrainingJobDefinitions" not in request:
        return
    names = [definition.get("DefinitionName") for definition in request["TrainingJobDefinitions"]]
    if None in names or len(set(names)) < len(names):
        yield "Every training job definition must have a unique DefinitionName."
    if "WarmStartConfig" in request and len(names) > 1:
        yield "WarmStartConfig is not supported with more than one training job definition."


def _ranges(ranges: Mapping[str, Any], static: Mapping[str, str]) -> Iterator[str]:
    names = [item["Name"] for family in ranges.values() for item in family]
    twice = sorted({name for name in names if names.count(name) > 1 or name in static})
    if twice:
        yield f"Hyperparameters must be defined once, as a range or as a static value: [{', '.join(twice)}]."
    for item in (*ranges.get("IntegerParameterRanges", ()), *ranges.get("ContinuousParameterRanges", ())):
        yield from _bounds(item)


def _bounds(item: Mapping[str, Any]) -> Iterator[str]:
    name, scaling = item["Name"], item.get("ScalingType")
    try:
        low, high = float(item["MinValue"]), float(item["MaxValue"])
    except ValueError:
        yield f"MinValue and MaxValue of hyperparameter {name} must be numbers."
        return
    if low > high:
        yield f"MinValue of hyperparameter {name} must not be greater than its MaxValue."
    if scaling == "Logarithmic" and low <= 0:
        yield f"Logarithmic scaling of hyperparameter {name} requires all values to be greater than 0."
    if scaling == "ReverseLogarithmic" and not 0 <= low <= high < 1:
        yield f"ReverseLogarithmic scaling of hyperparameter {name} requires all values to be in 0 <= x < 1.0."


def _budget(config: Mapping[str, Any], ranges: Mapping[str, Any]) -> Iterator[str]:
    wanted = config["ResourceLimits"].get("MaxNumberOfTrainingJobs")
    combinations = _combinations(ranges)
    if config["Strategy"] == "Grid":
        if combinations is None:
            yield "Grid search supports categorical parameter ranges only."
        elif combinations > _MOST_COMBINATIONS:
            yield f"Grid search has {combinations} combinations; the most is {_MOST_COMBINATIONS}."
        elif wanted not in (None, combinations):
            yield f"MaxNumberOfTrainingJobs of a grid search must be its number of combinations, {combinations}."
    elif wanted is not None and combinations is not None and combinations < wanted:
        # Source: amazon-sagemaker-operator-for-k8s issue 123.
        yield (
            "You don't have enough combinations of hyperparameter ranges. The number of combinations is "
            f"{combinations}, MaxNumberOfTrainingJobs is {wanted}."
        )


def _combinations(ranges: Mapping[str, Any]) -> int | None:
    """How many different trials there are; None if a range is continuous."""
    if ranges.get("ContinuousParameterRanges") or ranges.get("AutoParameters"):
        return None
    categorical = [len(set(item["Values"])) for item in ranges.get("CategoricalParameterRanges", ())]
    try:
        integers = [
            int(item["MaxValue"]) - int(item["MinValue"]) + 1 for item in ranges.get("IntegerParameterRanges", ())
        ]
    except ValueError:
        return None
    return math.prod((*categorical, *integers))


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


def _resources(definition: Mapping[str, Any]) -> Iterator[str]:
    if ("ResourceConfig" in definition) == ("HyperParameterTuningResourceConfig" in definition):
        yield "Exactly one of ResourceConfig and HyperParameterTuningResourceConfig must be provided."
    channels = [channel["ChannelName"] for channel in definition.get("InputDataConfig", ())]
    if len(set(channels)) < len(channels):
        yield "Channel names in InputDataConfig must be unique."
    for channel in definition.get("InputDataConfig", ()):
        if len(channel["DataSource"]) != 1:
            yield f"Channel {channel['ChannelName']} must have exactly one data source."


def _conditions(definition: Mapping[str, Any]) -> Iterator[str]:
    condition = definition["StoppingCondition"]
    runtime, wait = condition.get("MaxRuntimeInSeconds"), condition.get("MaxWaitTimeInSeconds")
    if runtime is not None and runtime > _MOST_TRAINING_SECONDS:
        yield f"MaxRuntimeInSeconds must be at most {_MOST_TRAINING_SECONDS}."
    if not definition.get("EnableManagedSpotTraining"):
        return
    if wait is None:
        yield "MaxWaitTimeInSeconds is required when EnableManagedSpotTraining is true."
    elif runtime is not None and wait < runtime:
        yield "MaxWaitTimeInSeconds must be greater than or equal to MaxRuntimeInSeconds."


def _parents(request: Mapping[str, Any], find_job: FindJob) -> Iterator[str]:
    warm_start = request.get("WarmStartConfig")
    if warm_start is None:
        return
    if request["HyperParameterTuningJobConfig"]["Strategy"] not in ("Bayesian", "Random"):
        yield "WarmStartConfig is supported with the strategies Bayesian and Random only."
    for parent in warm_start["ParentHyperParameterTuningJobs"]:
        name = parent.get("HyperParameterTuningJobName", "")
        job = find_job(name)
        if job is None:
            yield f"Could not find parent hyperparameter tuning job '{name}'."
        elif not job.has_ended:
            yield f"Parent hyperparameter tuning job '{name}' is in status {job.status}, which is not terminal."
