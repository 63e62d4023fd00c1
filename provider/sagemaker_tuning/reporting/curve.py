"""The best objective value so far: how a search came to its result."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from sagemaker_tuning.reporting.definitions import Objective
from sagemaker_tuning.reporting.job import NumberedTrial

__all__ = ["best_so_far"]

Place = TypeVar("Place")


def best_so_far(
    trials: Iterable[NumberedTrial], objective: Objective, place: Callable[[NumberedTrial], Place]
) -> list[tuple[Place, float]]:
    """The place of each trial that has a value and the best value up to it, in the order of the trials."""
    curve: list[tuple[Place, float]] = []
    for trial in trials:
        if trial.value is None:
            continue
        best = objective.best([curve[-1][1], trial.value]) if curve else trial.value
        curve.append((place(trial), best))
    return curve
