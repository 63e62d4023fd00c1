"""What came of a tuning job that has ended: values for outputs and lines for people.

Decides what is asked for them: the pages of one List for the trials, and a Describe of the best training job; of every
trial only for what was billed; logs only where trials failed. What the service did not say is None, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sagemaker_tuning.console import tuning_job_url
from sagemaker_tuning.errors import AccessDenied, AwsError
from sagemaker_tuning.failures import FailureDigest, Mask, SecretPath, digest_of, mask_for, masked, may_have_failures
from sagemaker_tuning.figures import savings_percent
from sagemaker_tuning.gateway import Document, TuningGateway
from sagemaker_tuning.names import snake
from sagemaker_tuning.observed import MISSING
from sagemaker_tuning.times import aware_time
from sagemaker_tuning.trials import Trial, described_trials, trials_of

__all__ = ["TRIALS_LISTED", "Asked", "Billing", "JobResult", "job_result", "missing_result"]


@dataclass(frozen=True)
class Asked:
    """How much is to be known of a job that has ended.

    trials: all trials, which is one List call for each hundred.
    billing: what was billed for all of them, which is one Describe call for each.
    failures: why trials failed, if any did, which is a List call for each hundred and the logs of three examples.
    """

    trials: bool = True
    billing: bool = False
    failures: bool = True


TRIALS_LISTED = Asked()


@dataclass(frozen=True)
class Billing:
    """What was billed for trials, on all instances. A figure is the sum of those that are known, None if none is."""

    billable_seconds: float | None
    warm_pool_seconds: float | None
    spot_savings_percent: float | None
    """Of the trials on managed spot instances."""
    trials_unknown: int
    """How many trials have no billable time, as those that failed early."""
    trials: tuple[Trial, ...] = field(default=(), repr=False)

    @property
    def billable_hours(self) -> float | None:
        return None if self.billable_seconds is None else self.billable_seconds / 3600

    @classmethod
    def of(cls, trials: Sequence[Trial]) -> Billing:
        spot = [trial for trial in trials if trial.is_spot and trial.spot_savings_percent is not None]
        trained = _sum([trial.instance_seconds for trial in spot])
        return cls(
            billable_seconds=_sum([trial.billable_seconds for trial in trials]),
            warm_pool_seconds=_sum([trial.warm_pool_seconds for trial in trials]),
            spot_savings_percent=savings_percent(trained, _sum([trial.billable_seconds for trial in spot])),
            trials_unknown=sum(trial.billable_seconds is None for trial in trials),
            trials=tuple(trials),
        )


@dataclass(frozen=True)
class JobResult:
    """A tuning job that has ended. `trials` and `billing` are None unless they were asked for.

    `failures` is None if no trial failed, too. What a script said in its failure has its secrets masked.
    """

    name: str
    status: str
    arn: str | None = None
    failure_reason: str | None = None
    creation_time: datetime | None = None
    end_time: datetime | None = None
    training_job_status_counters: Mapping[str, int] | None = None
    objective_status_counters: Mapping[str, int] | None = None
    best_training_job: Trial | None = None
    overall_best_training_job: Trial | None = None
    """The best of this job and of the parents of its warm start; None where the service names none."""
    trials: tuple[Trial, ...] | None = None
    billing: Billing | None = None
    failures: FailureDigest | None = None

    @property
    def console_url(self) -> str | None:
        return tuning_job_url(self.arn, self.name) if self.arn else None

    @property
    def is_success(self) -> bool:
        """The job gave a result: it completed, or it was stopped when it had a best training job already."""
        return self.status == "Completed" or (self.status == "Stopped" and self.best_training_job is not None)

    @property
    def problem(self) -> str:
        """Why there is no result, in the service's words where it has some."""
        if self.failure_reason:
            return self.failure_reason
        if self.status == "Stopped":
            return "it was stopped before any training job had an objective value"
        return "SageMaker gives no reason"

    @property
    def summary(self) -> str:
        """One line for a person."""
        if not self.is_success:
            return f"{self.name} is {self.status}: {self.problem}"
        best = self.best_training_job
        if best is None or best.objective_value is None:
            return f"{self.name} is {self.status}"
        return f"{self.name} is {self.status}, best {best.objective_metric_name} {best.objective_value:.4g}"


def job_result(
    described: Document,
    gateway: TuningGateway,
    asked: Asked = TRIALS_LISTED,
    *,
    secret_paths: Sequence[SecretPath] = (),
) -> JobResult:
    """The result of a job in a DescribeHyperParameterTuningJob response; its secrets are where `secret_paths` say."""
    mask = mask_for(described, secret_paths)
    listed = _listed(described, gateway, asked)
    known = {trial.name: trial for trial in listed or ()} if asked.billing else {}
    best = _described(described.get("BestTrainingJob"), known, gateway)
    if best and best.tuning_job_name is None:  # the service names only parents
        best = replace(best, tuning_job_name=described["HyperParameterTuningJobName"])
    overall = described.get("OverallBestTrainingJob")
    is_best_of_all = best is not None and overall is not None and overall["TrainingJobArn"] == best.arn
    return JobResult(
        name=described["HyperParameterTuningJobName"],
        status=described["HyperParameterTuningJobStatus"],
        arn=described["HyperParameterTuningJobArn"],
        failure_reason=described.get("FailureReason") or None,
        creation_time=aware_time(described.get("CreationTime")),
        end_time=aware_time(described.get("HyperParameterTuningEndTime")),
        training_job_status_counters=_counters(described.get("TrainingJobStatusCounters")),
        objective_status_counters=_counters(described.get("ObjectiveStatusCounters")),
        best_training_job=best,
        overall_best_training_job=best if is_best_of_all else _described(overall, known, gateway),
        trials=tuple(masked(trial, mask) for trial in listed) if asked.trials and listed is not None else None,
        billing=Billing.of(listed) if asked.billing and listed is not None else None,
        failures=_failures(described, listed or (), gateway, mask) if asked.failures else None,
    )


def missing_result(name: str, region: str) -> JobResult:
    """The result of a job that is not there, or no more."""
    return JobResult(name, MISSING, failure_reason=f"there is no tuning job of this name in {region}; was it deleted?")


def _listed(described: Document, gateway: TuningGateway, asked: Asked) -> list[Trial] | None:
    """The trials; None if they were not asked for, or if nobody may see those of a job that failed."""
    if not (asked.trials or asked.billing):
        return None
    try:
        name = described["HyperParameterTuningJobName"]
        return trials_of(name, gateway, describe="all" if asked.billing else False)
    except AccessDenied:
        if described["HyperParameterTuningJobStatus"] == "Completed":
            raise
        return None  # that the job failed must be told all the same


def _failures(described: Document, listed: Sequence[Trial], gateway: TuningGateway, mask: Mask) -> FailureDigest | None:
    if not may_have_failures(described):
        return None
    try:
        trials = listed or trials_of(described["HyperParameterTuningJobName"], gateway)
    except AwsError:  # that a job failed must be told, even if nobody may see its trials
        return None
    return digest_of(described, trials, gateway, mask=mask)


def _described(summary: Mapping[str, Any] | None, known: Mapping[str, Trial], gateway: TuningGateway) -> Trial | None:
    """The trial of the summary with its description, which is asked for unless it is known."""
    if summary is None:
        return None
    trial = Trial.from_summary(summary)
    if trial.name in known:
        return replace(known[trial.name], tuning_job_name=trial.tuning_job_name)
    (described,) = described_trials([trial], gateway)
    return described


def _counters(counters: Mapping[str, int] | None) -> Mapping[str, int] | None:
    return None if counters is None else {snake(name): count for name, count in counters.items()}


def _sum(parts: Sequence[float | None]) -> float | None:
    """The sum of what is known; None if nothing is."""
    known = [part for part in parts if part is not None]
    return sum(known) if known else None
