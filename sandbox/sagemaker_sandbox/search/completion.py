"""When a tuning job has tried enough: the API's completion criteria over the objective values told so far.

Source: TuningJobCompletionCriteria and ResourceLimits in the SageMaker API reference. The service does not publish
how it detects convergence; `_CONVERGENCE_*` is this sandbox's definition.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

__all__ = ["Completion", "CompletionReason"]

_CONVERGENCE_MIN_TRIALS = 20
_CONVERGENCE_TOLERANCE = 1e-3  # of the spread of all values


class CompletionReason(str, Enum):
    """Why a search launches nothing more. The value is the name of the API member that asked for it."""

    MAX_NUMBER_OF_TRAINING_JOBS = "MaxNumberOfTrainingJobs"
    TARGET_OBJECTIVE_METRIC_VALUE = "TargetObjectiveMetricValue"
    BEST_OBJECTIVE_NOT_IMPROVING = "BestObjectiveNotImproving"
    CONVERGENCE_DETECTED = "ConvergenceDetected"


class Completion:
    """Follows the losses (lower is better, whatever the objective's type) of one objective's trials."""

    def __init__(self, criteria: Mapping[str, Any], *, is_maximized: bool) -> None:
        target = criteria.get("TargetObjectiveMetricValue")
        self._target_loss = None if target is None else (-float(target) if is_maximized else float(target))
        self._patience = criteria.get("BestObjectiveNotImproving", {}).get("MaxNumberOfTrainingJobsNotImproving")
        self._on_convergence = criteria.get("ConvergenceDetected", {}).get("CompleteOnConvergence") == "Enabled"
        self._losses: list[float] = []
        self.trials_without_improvement = 0

    def observe(self, loss: float | None) -> None:
        """Count one finished trial; None for a trial without an objective value."""
        improved = loss is not None and (not self._losses or loss < min(self._losses))
        self.trials_without_improvement = 0 if improved else self.trials_without_improvement + 1
        if loss is not None:
            self._losses.append(loss)

    @property
    def reason(self) -> CompletionReason | None:
        if not self._losses:
            return None
        if self._target_loss is not None and min(self._losses) <= self._target_loss:
            return CompletionReason.TARGET_OBJECTIVE_METRIC_VALUE
        if self._patience is not None and self.trials_without_improvement >= self._patience:
            return CompletionReason.BEST_OBJECTIVE_NOT_IMPROVING
        if self._on_convergence and self.has_converged:
            return CompletionReason.CONVERGENCE_DETECTED
        return None

    @property
    def has_converged(self) -> bool:
        """Whether the later half of at least twenty trials hardly improved on the best of the earlier half."""
        count = len(self._losses)
        if count < _CONVERGENCE_MIN_TRIALS:
            return False
        gain = min(self._losses[: count // 2]) - min(self._losses)
        return gain <= _CONVERGENCE_TOLERANCE * (max(self._losses) - min(self._losses))
