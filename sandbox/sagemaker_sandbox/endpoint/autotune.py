"""What Autotune fills in where a request leaves it out: objective, ranges, completion criterion, retries.

Source: Autotune in the API reference says what may be left out; the SageMaker Developer Guide, "Tune an XGBoost
Model", has the metrics and the ranges that it recommends to search. What the service chooses for other algorithms is
not published. Ours: the first metric definition, to be minimized if its name says that it is a loss or an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sagemaker_sandbox.trials.builtin_metrics import is_xgboost

from .jobs import definitions

__all__ = ["autotune", "autotune_problems"]

_XGBOOST_METRICS = {"binary": "error", "multi": "merror", "rank": "map"}  # by the objective's family, else rmse
_XGBOOST_INTEGERS = {"num_round": ("1", "4000")}
_XGBOOST_REALS = {
    "alpha": ("0", "1000"),
    "eta": ("0.1", "0.5"),
    "min_child_weight": ("0", "120"),
    "subsample": ("0.5", "1"),
}
_IS_MINIMIZED = re.compile(r"loss|err|rmse|mse|mae|perplexity", re.IGNORECASE)

Document = dict[str, Any]


def autotune_problems(request: Mapping[str, Any]) -> Iterator[str]:
    """What Autotune cannot choose for an algorithm that it does not know."""
    for holder, definition, objective, ranges in _places(request):
        algorithm = definition["AlgorithmSpecification"]
        if is_xgboost(algorithm.get("TrainingImage", "")):
            continue
        if ranges not in holder:
            yield "Autotune needs parameter ranges or AutoParameters for an algorithm that is not built in."
        if objective not in holder and not algorithm.get("MetricDefinitions"):
            # Source: amazon-sagemaker-examples issue 1207.
            yield (
                "A metric is required for this hyperparameter tuning job objective. Provide a metric in the metric "
                "definitions."
            )


def autotune(document: Document) -> None:
    """Complete a tuning job's document in place."""
    criteria = document["HyperParameterTuningJobConfig"].setdefault("TuningJobCompletionCriteria", {})
    criteria.setdefault("ConvergenceDetected", {"CompleteOnConvergence": "Enabled"})
    for holder, definition, objective, ranges in _places(document):
        definition.setdefault("RetryStrategy", {"MaximumRetryAttempts": 1})
        if objective not in holder:  # there may be nothing to choose one from
            holder[objective] = _objective(definition)
        if ranges not in holder:
            holder[ranges] = _xgboost_ranges(definition.get("StaticHyperParameters", {}))


def _places(document: Mapping[str, Any]) -> Iterator[tuple[Document, Document, str, str]]:
    """For each definition: what holds its objective and its ranges, the definition, and the names of the two."""
    config = document["HyperParameterTuningJobConfig"]
    for definition in definitions(document):
        if "TrainingJobDefinition" in document:
            yield config, definition, "HyperParameterTuningJobObjective", "ParameterRanges"
        else:
            yield definition, definition, "TuningObjective", "HyperParameterRanges"


def _objective(definition: Document) -> dict[str, str]:
    algorithm = definition["AlgorithmSpecification"]
    if is_xgboost(algorithm.get("TrainingImage", "")):
        family = definition.get("StaticHyperParameters", {}).get("objective", "reg").partition(":")[0]
        channels = [channel["ChannelName"] for channel in definition.get("InputDataConfig", ())]
        channel = "validation" if "validation" in channels else "train"
        name = f"{channel}:{_XGBOOST_METRICS.get(family, 'rmse')}"
    else:
        name = algorithm["MetricDefinitions"][0]["Name"]
    return {"Type": "Minimize" if _IS_MINIMIZED.search(name) else "Maximize", "MetricName": name}


def _xgboost_ranges(static: Mapping[str, str]) -> dict[str, Any]:
    families = {"IntegerParameterRanges": _XGBOOST_INTEGERS, "ContinuousParameterRanges": _XGBOOST_REALS}
    found = {
        family: [
            {"Name": name, "MinValue": low, "MaxValue": high}
            for name, (low, high) in bounds.items()
            if name not in static
        ]
        for family, bounds in families.items()
    }
    return {family: items for family, items in found.items() if items}
