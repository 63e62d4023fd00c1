"""Rules about hyperparameters: the ranges that are searched, the values that are static, and how many trials fit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["budget_problems", "range_problems"]

_MOST_COMBINATIONS = 750
_MOST_TUNED = 30
_MOST_HYPERPARAMETERS = 100  # with _tuning_objective_metric, which the service adds

Ranges = Mapping[str, Any]


def range_problems(ranges: Ranges, static: Mapping[str, str]) -> Iterator[str]:
    names = [item["Name"] for family in ranges.values() for item in family]
    twice = sorted({name for name in names if names.count(name) > 1 or name in static})
    if twice:
        yield f"Hyperparameters must be defined once, as a range or as a static value: [{', '.join(twice)}]."
    if len(names) > _MOST_TUNED:
        yield f"At most {_MOST_TUNED} hyperparameters can be searched; {len(names)} are given."
    if len({*names, *static, "_tuning_objective_metric"}) > _MOST_HYPERPARAMETERS:
        yield f"A training job can have at most {_MOST_HYPERPARAMETERS} hyperparameters, static and searched together."
    for item in ranges.get("IntegerParameterRanges", ()):
        yield from _bounds(item, int)
    for item in ranges.get("ContinuousParameterRanges", ()):
        yield from _bounds(item, float)


def budget_problems(config: Mapping[str, Any], ranges: Ranges) -> Iterator[str]:
    """MaxNumberOfTrainingJobs has to fit to the number of different trials."""
    wanted = config["ResourceLimits"].get("MaxNumberOfTrainingJobs")
    combinations = _combinations(ranges)
    if config["Strategy"] == "Grid":
        if combinations is None or ranges.get("IntegerParameterRanges"):
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


def _bounds(item: Mapping[str, Any], number: type[int] | type[float]) -> Iterator[str]:
    name, scaling = item["Name"], item.get("ScalingType")
    try:
        low, high = number(item["MinValue"]), number(item["MaxValue"])
    except ValueError:
        kind = "integers" if number is int else "numbers"
        yield f"MinValue and MaxValue of hyperparameter {name} must be {kind}."
        return
    if not low <= high:  # nan is no bound either
        yield f"MinValue of hyperparameter {name} must not be greater than its MaxValue."
    if scaling == "Logarithmic" and low <= 0:
        yield f"Logarithmic scaling of hyperparameter {name} requires all values to be greater than 0."
    if scaling == "ReverseLogarithmic" and number is int:
        yield f"ReverseLogarithmic scaling of hyperparameter {name} is for continuous ranges only."
    if scaling == "ReverseLogarithmic" and not 0 <= low <= high < 1:
        yield f"ReverseLogarithmic scaling of hyperparameter {name} requires all values to be in 0 <= x < 1.0."


def _combinations(ranges: Ranges) -> int | None:
    """How many different trials there are; None if a range is continuous."""
    if ranges.get("ContinuousParameterRanges") or ranges.get("AutoParameters"):
        return None
    categorical = [len(set(item["Values"])) for item in ranges.get("CategoricalParameterRanges", ())]
    integers = [int(item["MaxValue"]) - int(item["MinValue"]) + 1 for item in ranges.get("IntegerParameterRanges", ())]
    return math.prod((*categorical, *integers))
