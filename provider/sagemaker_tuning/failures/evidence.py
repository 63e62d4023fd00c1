"""What is known of a failed trial before anything more is asked: equal for trials that failed alike.

Decides which trials count as failed: those with the status Failed, those that completed without a value of the
objective, and those that were stopped without one. A stopped trial that ran as long as it may is taken to have met its
time limit; the list of trials does not say so, and Describe has to confirm it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemaker_tuning.failures.reasons import normalized
from sagemaker_tuning.trials import Trial

__all__ = ["Evidence", "evidence_of", "may_have_failures"]

_DEFAULT_MAX_RUNTIME_SECONDS = 86_400
_NEARLY = 0.9  # of a time limit: the list's times are those of the instances, not of the limit's own clock


@dataclass(frozen=True)
class Evidence:
    """What is known of one training job. `metric` and `regex` are the objective's; `log` is its log's last lines."""

    reason: str = ""
    status: str = "Failed"
    secondary_status: str | None = None
    was_interrupted: bool = False
    log: Sequence[str] = ()
    metric: str | None = None
    regex: str | None = None


def may_have_failures(described: Mapping[str, Any]) -> bool:
    """Whether the counters of a described tuning job leave room for a trial without a result."""
    trials, objectives = (
        described.get("TrainingJobStatusCounters") or {},
        described.get("ObjectiveStatusCounters") or {},
    )
    failed = trials.get("NonRetryableError") or trials.get("RetryableError") or objectives.get("Failed")
    return bool(failed) or described.get("HyperParameterTuningJobStatus") == "Failed"


def evidence_of(trial: Trial, described: Mapping[str, Any]) -> Evidence | None:
    """What the lists say of a trial of a described tuning job, its reason normalized; None if it did not fail."""
    if trial.status == "Failed":
        return Evidence(normalized(trial.failure_reason or ""))
    definition = _definition(trial, described)
    if trial.status == "Completed" and trial.objective_status == "Failed":
        metric = _objective(definition, described)
        return Evidence(status="Completed", metric=metric, regex=_regex(metric, definition))
    if trial.status == "Stopped" and trial.objective_value is None:
        return Evidence(status="Stopped", secondary_status=_limit_met(trial, definition))
    return None


def _definition(trial: Trial, described: Mapping[str, Any]) -> Mapping[str, Any]:
    definitions = described.get("TrainingJobDefinitions") or [described.get("TrainingJobDefinition") or {}]
    named = (item for item in definitions if item.get("DefinitionName") == trial.definition_name)
    return next(named, definitions[0])


def _objective(definition: Mapping[str, Any], described: Mapping[str, Any]) -> str | None:
    config = described.get("HyperParameterTuningJobConfig") or {}
    objective = definition.get("TuningObjective") or config.get("HyperParameterTuningJobObjective") or {}
    name: str | None = objective.get("MetricName")
    return name


def _regex(metric: str | None, definition: Mapping[str, Any]) -> str | None:
    metrics = (definition.get("AlgorithmSpecification") or {}).get("MetricDefinitions") or []
    return next((item.get("Regex") for item in metrics if item.get("Name") == metric), None)


def _limit_met(trial: Trial, definition: Mapping[str, Any]) -> str | None:
    condition = definition.get("StoppingCondition") or {}
    runtime = condition.get("MaxRuntimeInSeconds") or _DEFAULT_MAX_RUNTIME_SECONDS
    if trial.training_seconds is not None and trial.training_seconds >= _NEARLY * runtime:
        return "MaxRuntimeExceeded"
    wait = condition.get("MaxWaitTimeInSeconds")
    if wait and trial.creation_time and trial.training_end_time:
        waited = (trial.training_end_time - trial.creation_time).total_seconds()
        return "MaxWaitTimeExceeded" if waited >= _NEARLY * wait else None
    return None
