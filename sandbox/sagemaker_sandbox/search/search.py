"""`Search`: the tuning job's brain, one study per training job definition under one budget.

Several definitions take turns: the next trial goes to the definition with the fewest trials. The service documents
that each definition has its own objective and ranges, but not how it divides the budget; turns are our choice.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .completion import Completion, CompletionReason
from .early_stopping import MedianRule, hyperband_resources
from .ranges import SearchError, dimensions
from .sources import GridSource, Source, StudySource

__all__ = ["PriorTrial", "Search", "Suggestion", "TrialStatus"]

TrialStatus = Literal["Completed", "Failed", "Stopped"]

# Source: service quota, training jobs per tuning job.
_MOST_TRAINING_JOBS = 750


@dataclass(frozen=True)
class PriorTrial:
    """A finished training job of a warm start's parent."""

    hyper_parameters: Mapping[str, str]
    value: float


@dataclass(frozen=True)
class Suggestion:
    """A trial to launch. `resource` is Hyperband's largest number of epochs."""

    trial_id: int
    definition_name: str | None
    hyper_parameters: dict[str, str]
    resource: int | None = None


@dataclass
class _Arm:
    """One training job definition's share of the search."""

    definition_name: str | None
    is_maximized: bool
    source: Source
    completion: Completion
    resources: tuple[int, int] | None
    median_rule: MedianRule | None
    launched: int = 0

    def loss(self, value: float | None) -> float | None:
        if value is None or not math.isfinite(value):
            return None
        return -value if self.is_maximized else value


@dataclass
class _RunningTrial:
    arm: _Arm
    last_step: int = 0


class Search:
    """Decides for one tuning job.

    Shapes: `config` is HyperParameterTuningJobConfig and `definitions` the training job definitions, in the API's
    form; a single definition may leave its ranges and objective to the config.
    Errors: SearchError for a configuration that cannot be searched.
    """

    def __init__(
        self,
        config: Mapping[str, Any],
        definitions: Sequence[Mapping[str, Any]],
        *,
        seed: int,
        prior_trials: Sequence[PriorTrial] = (),
    ) -> None:
        limits = config["ResourceLimits"]
        seed = config.get("RandomSeed", seed)
        self._max_parallel: int = limits["MaxParallelTrainingJobs"]
        self._arms = [
            _arm(config, definition, seed + index, prior_trials) for index, definition in enumerate(definitions)
        ]
        self._max_trials: int = limits.get("MaxNumberOfTrainingJobs") or self._default_budget()
        self._running: dict[int, _RunningTrial] = {}
        self._launched = 0

    @property
    def max_trials(self) -> int:
        """The budget: MaxNumberOfTrainingJobs, or what stands for it (a grid's size, the service's quota)."""
        return self._max_trials

    @property
    def trials_without_improvement(self) -> int:
        """TuningJobCompletionDetails$NumberOfTrainingJobsObjectiveNotImproving."""
        return min(arm.completion.trials_without_improvement for arm in self._arms)

    @property
    def has_converged(self) -> bool:
        return all(arm.completion.has_converged for arm in self._arms)

    @property
    def finished(self) -> CompletionReason | None:
        """Why there is nothing more to do, or None while there is. Trials may still run when a criterion is met."""
        reasons = [arm.completion.reason for arm in self._arms]
        if CompletionReason.TARGET_OBJECTIVE_METRIC_VALUE in reasons:
            return CompletionReason.TARGET_OBJECTIVE_METRIC_VALUE
        if all(reasons):
            return reasons[0]
        if not self._running and (
            self._launched >= self._max_trials or all(arm.source.is_exhausted for arm in self._arms)
        ):
            return CompletionReason.MAX_NUMBER_OF_TRAINING_JOBS
        return None

    def ask(self) -> Suggestion | None:
        """The next trial; None if there is none now: the budget is spent, all was tried, enough run, or finished."""
        arms = [arm for arm in self._arms if not arm.source.is_exhausted]
        is_full = self._launched >= self._max_trials or len(self._running) >= self._max_parallel
        if not arms or is_full or self.finished:
            return None
        arm = min(arms, key=lambda arm: arm.launched)
        self._launched += 1
        arm.launched += 1
        self._running[self._launched] = _RunningTrial(arm)
        return Suggestion(
            trial_id=self._launched,
            definition_name=arm.definition_name,
            hyper_parameters=arm.source.draw(self._launched),
            resource=arm.resources[1] if arm.resources else None,
        )

    def report(self, trial_id: int, step: int, value: float) -> bool:
        """Take the objective's value at a step (1, 2, ... in the order emitted); True means: stop this trial."""
        running = self._running[trial_id]
        loss = running.arm.loss(value)
        if loss is None or step <= running.last_step:
            return False
        running.last_step = step
        arm = running.arm
        is_hopeless = arm.source.report(trial_id, step, loss)
        if arm.median_rule and arm.median_rule.report(trial_id, loss):
            return True
        # A trial that ends by itself at its largest resource still has its model to save.
        return is_hopeless or (arm.resources is not None and step > arm.resources[1])

    def tell(self, trial_id: int, value: float | None, status: TrialStatus) -> None:
        """Take the outcome of a trial: its final objective value, or None if it gave none."""
        running = self._running.pop(trial_id)
        arm = running.arm
        loss = None if status == "Failed" else arm.loss(value)
        arm.source.tell(trial_id, loss, was_stopped=status == "Stopped" and running.last_step > 0)
        arm.completion.observe(loss)
        if arm.median_rule:
            arm.median_rule.finish(trial_id)

    def _default_budget(self) -> int:
        grids = [arm.source.combinations for arm in self._arms if isinstance(arm.source, GridSource)]
        return sum(grids) if grids else _MOST_TRAINING_JOBS


def _arm(
    config: Mapping[str, Any], definition: Mapping[str, Any], seed: int, prior_trials: Sequence[PriorTrial]
) -> _Arm:
    objective = definition.get("TuningObjective") or config["HyperParameterTuningJobObjective"]
    is_maximized = objective["Type"] == "Maximize"
    strategy = config["Strategy"]
    resources = (
        hyperband_resources(config, definition.get("StaticHyperParameters", {})) if strategy == "Hyperband" else None
    )
    arm = _Arm(
        definition_name=definition.get("DefinitionName"),
        is_maximized=is_maximized,
        source=_source(config, definition, seed, resources),
        completion=Completion(config.get("TuningJobCompletionCriteria", {}), is_maximized=is_maximized),
        resources=resources,
        median_rule=MedianRule() if config.get("TrainingJobEarlyStoppingType") == "Auto" else None,
    )
    if isinstance(arm.source, StudySource):
        losses = ((trial.hyper_parameters, arm.loss(trial.value)) for trial in prior_trials)
        arm.source.learn((values, loss) for values, loss in losses if loss is not None)
    return arm


def _source(
    config: Mapping[str, Any], definition: Mapping[str, Any], seed: int, resources: tuple[int, int] | None
) -> Source:
    tuned = dimensions(definition.get("HyperParameterRanges") or config.get("ParameterRanges", {}))
    strategy = config["Strategy"]
    if strategy == "Grid":
        return GridSource(tuned)
    if strategy in ("Bayesian", "Random", "Hyperband"):
        return StudySource(tuned, seed=seed, is_random=strategy == "Random", resources=resources)
    raise SearchError(f"Strategy {strategy!r} is not one of Bayesian, Random, Hyperband, Grid.")
