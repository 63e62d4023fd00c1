"""What a report tells of one tuning job: its description and its trials, asked once.

Decides which calls a report costs: one Describe of the job, its List pages, and a Describe of each trial only where the
bill cannot be told without it (spot training, warm pools, several instance types to choose from) or it was asked for.
What AWS did not say is None, never 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sagemaker_tuning.console import tuning_job_url
from sagemaker_tuning.failures import FailureDigest, Mask, digest_of, mask_for, masked
from sagemaker_tuning.failures.reasons import error_of
from sagemaker_tuning.gateway import TuningGateway
from sagemaker_tuning.observed import FINISHED
from sagemaker_tuning.reporting.definitions import Definition, Objective, definitions_of
from sagemaker_tuning.times import aware_time
from sagemaker_tuning.trials import Trial, described_trials, trials_of

__all__ = ["NumberedTrial", "ReportedJob", "reported_job", "value_of"]


@dataclass(frozen=True)
class NumberedTrial:
    """A trial and its number, in the order in which the job started its trials."""

    number: int
    trial: Trial
    definition: Definition

    @property
    def value(self) -> float | None:
        """The objective's value, if it counts."""
        return value_of(self.trial)

    @property
    def error(self) -> str:
        """Why it failed, on one line; empty where the service gives no reason."""
        return error_of(self.trial.failure_reason or "")

    @property
    def instances(self) -> Mapping[str, int] | None:
        return self.trial.instances or self.definition.instances

    @property
    def billable_seconds(self) -> float | None:
        """Instance-seconds that are billed; of on-demand training these are its time × its instances."""
        if self.trial.billable_seconds is not None:
            return self.trial.billable_seconds
        if self.definition.is_spot:
            return None
        return self.instance_seconds

    @property
    def bill_needs_describe(self) -> bool:
        """Whether Describe, which was not asked, would tell what more is billed."""
        return self.definition.bill_needs_describe and self.trial.secondary_status is None

    @property
    def instance_seconds(self) -> float | None:
        """Time of training × instances, billed or not."""
        if self.trial.training_seconds is None or self.instances is None:
            return None
        return self.trial.training_seconds * sum(self.instances.values())


@dataclass(frozen=True)
class ReportedJob:
    """A tuning job at one moment. `best` is the service's own choice, among this job's trials that have a value."""

    name: str
    arn: str
    status: str
    strategy: str
    seen_at: datetime
    creation_time: datetime
    end_time: datetime | None
    failure_reason: str | None
    most_trials: int | None
    parallel_trials: int | None
    early_stopping: str | None
    warm_start_type: str | None
    parents: tuple[str, ...]
    definitions: tuple[Definition, ...]
    trials: tuple[NumberedTrial, ...]
    best: NumberedTrial | None
    overall_best: Trial | None
    """A parent's training job that did better than all of this job's, where there is one."""
    failures: FailureDigest | None
    """Why trials gave no result; None if none failed, or nobody asked."""

    @property
    def region(self) -> str:
        return self.arn.split(":")[3]

    @property
    def account_id(self) -> str:
        return self.arn.split(":")[4]

    @property
    def console_url(self) -> str:
        return tuning_job_url(self.arn, self.name)

    @property
    def has_ended(self) -> bool:
        return self.status in FINISHED

    @property
    def seconds(self) -> float:
        """How long the job took, or has taken so far."""
        return max(((self.end_time or self.seen_at) - self.creation_time).total_seconds(), 0)  # our clock may be behind

    @cached_property
    def objectives(self) -> Mapping[Objective, Sequence[NumberedTrial]]:
        """The trials by what they were tuned for; definitions may differ in it."""
        found: dict[Objective, list[NumberedTrial]] = {}
        for definition in self.definitions:
            found.setdefault(definition.objective, []).extend(self.trials_of(definition))
        return {objective: sorted(trials, key=lambda trial: trial.number) for objective, trials in found.items()}

    def trials_of(self, definition: Definition) -> Sequence[NumberedTrial]:
        """The trials of one definition."""
        return [trial for trial in self.trials if trial.definition is definition]


def value_of(trial: Trial) -> float | None:
    """The value with which the service counts a trial: of one that has ended, and a number."""
    if trial.objective_status not in (None, "Succeeded") or trial.objective_value is None:
        return None
    return trial.objective_value if math.isfinite(trial.objective_value) else None


def reported_job(
    name: str,
    gateway: TuningGateway,
    seen_at: datetime,
    *,
    describe_trials: bool | None,
    digest_failures: bool = False,
    described: Mapping[str, Any] | None = None,
) -> ReportedJob:
    """The job of this name, as AWS has it now.

    describe_trials: None for "where the bill needs it". digest_failures: read the logs of a few failed trials as well.
    described: the job's description, if it was asked for already.
    Errors: NotFound if there is no such job.
    """
    described = described or gateway.describe(name)
    config = described["HyperParameterTuningJobConfig"]
    trials = trials_of(name, gateway)
    definitions = tuple(definitions_of(described, trials))
    if describe_trials or (describe_trials is None and any(one.bill_needs_describe for one in definitions)):
        trials = described_trials(trials, gateway)
    mask = mask_for(described)
    failures = digest_of(described, trials, gateway, mask=mask) if digest_failures else None
    numbered = tuple(_numbered(trials, definitions, mask))
    warm_start = described.get("WarmStartConfig") or {}
    limits = config.get("ResourceLimits") or {}
    return ReportedJob(
        name=described["HyperParameterTuningJobName"],
        arn=described["HyperParameterTuningJobArn"],
        status=described["HyperParameterTuningJobStatus"],
        strategy=config["Strategy"],
        seen_at=seen_at,
        creation_time=aware_time(described["CreationTime"]) or seen_at,
        end_time=aware_time(described.get("HyperParameterTuningEndTime")),
        failure_reason=mask(described.get("FailureReason") or "") or None,
        most_trials=limits.get("MaxNumberOfTrainingJobs"),
        parallel_trials=limits.get("MaxParallelTrainingJobs"),
        early_stopping=config.get("TrainingJobEarlyStoppingType"),
        warm_start_type=warm_start.get("WarmStartType"),
        parents=tuple(
            parent["HyperParameterTuningJobName"] for parent in warm_start.get("ParentHyperParameterTuningJobs") or ()
        ),
        definitions=definitions,
        trials=numbered,
        best=_best(described.get("BestTrainingJob"), numbered),
        overall_best=_of_parent(described.get("OverallBestTrainingJob"), numbered),
        failures=failures,
    )


def _named(summary: Mapping[str, Any] | None, trials: Sequence[NumberedTrial]) -> NumberedTrial | None:
    return next((one for one in trials if summary and one.trial.name == summary["TrainingJobName"]), None)


def _best(summary: Mapping[str, Any] | None, trials: Sequence[NumberedTrial]) -> NumberedTrial | None:
    # The service names one even where all values are NaN.
    named = _named(summary, trials)
    return named if named and named.value is not None else None


def _of_parent(summary: Mapping[str, Any] | None, trials: Sequence[NumberedTrial]) -> Trial | None:
    return Trial.from_summary(summary) if summary and _named(summary, trials) is None else None


def _numbered(trials: Sequence[Trial], definitions: Sequence[Definition], mask: Mask) -> Iterator[NumberedTrial]:
    by_name = {definition.name: definition for definition in definitions}
    for number, trial in enumerate(trials, 1):
        definition = definitions[0] if len(definitions) == 1 else by_name.get(trial.definition_name or "")
        yield NumberedTrial(number, masked(trial, mask), definition or definitions[0])
