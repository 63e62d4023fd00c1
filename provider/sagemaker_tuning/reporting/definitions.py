"""The training job definitions of a described tuning job: what each searched, for which objective, on which instances.

A job declares one definition, and the objective and the ranges beside it, or several with their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemaker_tuning.figures import instances_of
from sagemaker_tuning.reporting.search_space import Hyperparameter, search_space
from sagemaker_tuning.trials import Trial

__all__ = ["Definition", "Objective", "definitions_of"]


@dataclass(frozen=True)
class Objective:
    """What is tuned for. `is_minimized` is None where the service does not describe the direction."""

    metric_name: str
    is_minimized: bool | None

    def best(self, values: Sequence[float]) -> float:
        """The best of these values."""
        return min(values) if self.is_minimized else max(values)

    def __str__(self) -> str:
        verb = {True: "Minimize ", False: "Maximize ", None: ""}[self.is_minimized]
        return f"{verb}{self.metric_name}"


@dataclass(frozen=True)
class Definition:
    """A training job definition; `name` is empty for the only one of a job, which needs none."""

    name: str
    objective: Objective
    hyperparameters: tuple[Hyperparameter, ...]
    instances: Mapping[str, int] | None
    """What each training job runs on; None if that is chosen from several types."""
    is_spot: bool
    keeps_instances: bool
    """Whether a warm pool is kept after a training job, which is billed too."""
    uses_training_plan: bool
    algorithm: str | None

    @property
    def bill_needs_describe(self) -> bool:
        """Whether the list of trials does not tell what they are billed for."""
        return self.is_spot or self.keeps_instances or self.instances is None


def definitions_of(described: Mapping[str, Any], trials: Sequence[Trial]) -> Iterator[Definition]:
    """The definitions in a Describe response; `trials` tell what Autotune chose."""
    config = described["HyperParameterTuningJobConfig"]
    several = described.get("TrainingJobDefinitions")
    has_autotune = described.get("Autotune") is not None
    for definition in several or [described["TrainingJobDefinition"]]:
        own = [trial for trial in trials if not several or trial.definition_name == definition["DefinitionName"]]
        tried = [trial.tuned_hyper_parameters for trial in own]
        autotuned = {name for values in tried for name in values} if has_autotune else set()
        ranges = definition.get("HyperParameterRanges") or config.get("ParameterRanges") or {}
        objective = definition.get("TuningObjective") or config.get("HyperParameterTuningJobObjective")
        resources = definition.get("HyperParameterTuningResourceConfig") or definition.get("ResourceConfig") or {}
        algorithm = definition.get("AlgorithmSpecification") or {}
        yield Definition(
            name=definition["DefinitionName"] if several else "",
            objective=_objective(objective, own),
            hyperparameters=search_space(ranges, tried, sorted(autotuned)),
            instances=instances_of({"ResourceConfig": resources}),
            is_spot=bool(definition.get("EnableManagedSpotTraining")),
            keeps_instances=bool(resources.get("KeepAlivePeriodInSeconds")),
            uses_training_plan=bool(resources.get("TrainingPlanArn")),
            algorithm=algorithm.get("TrainingImage") or algorithm.get("AlgorithmName"),
        )


def _objective(declared: Mapping[str, Any] | None, trials: Sequence[Trial]) -> Objective:
    if declared:
        return Objective(declared["MetricName"], declared["Type"] == "Minimize")
    # Autotune may choose the metric; then only the trials name it.
    named = (trial.objective_metric_name for trial in trials if trial.objective_metric_name)
    return Objective(next(named, "objective"), None)
