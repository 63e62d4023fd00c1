"""Tuning configurations in the API's form, and a loop that plays the endpoint's part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sagemaker_sandbox.search import Search, Suggestion

CONTINUOUS = {"Name": "x", "MinValue": "-5", "MaxValue": "10", "ScalingType": "Linear"}


def config(strategy: str = "Random", *, trials: int | None = 20, parallel: int = 1, **more: Any) -> dict[str, Any]:
    """A HyperParameterTuningJobConfig; ranges by the API's names, x in -5..10 if none are given."""
    names = ("CategoricalParameterRanges", "IntegerParameterRanges", "ContinuousParameterRanges", "AutoParameters")
    ranges = {name: more.pop(name) for name in names if name in more}
    limits: dict[str, Any] = {"MaxParallelTrainingJobs": parallel}
    if trials is not None:
        limits["MaxNumberOfTrainingJobs"] = trials
    return {
        "Strategy": strategy,
        "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
        "ResourceLimits": limits,
        "ParameterRanges": ranges or {"ContinuousParameterRanges": [CONTINUOUS]},
        **more,
    }


def play(search: Search, objective: Callable[[dict[str, str]], float | None]) -> list[tuple[Suggestion, float | None]]:
    """Run one trial after the other to the search's end; an objective of None is a failed trial."""
    history = []
    while suggestion := search.ask():
        value = objective(suggestion.hyper_parameters)
        search.tell(suggestion.trial_id, value, "Failed" if value is None else "Completed")
        history.append((suggestion, value))
    return history
