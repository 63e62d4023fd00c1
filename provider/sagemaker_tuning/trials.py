"""The trials of a tuning job: the training jobs that it started, each as one flat record.

Decides how much is asked: the pages of one List for all that most readers want, and a Describe of each training job
only for those who need to know what it cost. What the service did not say, or was not asked, is None, never 0.
Facts: HyperParameterTrainingJobSummary of ListTrainingJobsForHyperParameterTuningJob, and DescribeTrainingJob.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from sagemaker_tuning.console import LogLocation, log_location, log_url, training_job_url
from sagemaker_tuning.errors import NotFound
from sagemaker_tuning.figures import figures_of, seconds_between
from sagemaker_tuning.gateway import Document, TuningGateway
from sagemaker_tuning.times import aware_time

__all__ = ["Trial", "described_trials", "trials_of"]

_CALLS_AT_ONCE = 8  # below the ten connections that botocore keeps


@dataclass(frozen=True)
class Trial:
    """A training job that a tuning job started. The fields from `instances` on are known only if it was described."""

    name: str
    arn: str
    status: str
    definition_name: str | None = None
    tuning_job_name: str | None = None
    objective_metric_name: str | None = None
    objective_value: float | None = None
    objective_status: str | None = None
    tuned_hyper_parameters: Mapping[str, str] = field(default_factory=dict)
    creation_time: datetime | None = None
    training_start_time: datetime | None = None
    training_end_time: datetime | None = None
    failure_reason: str | None = None
    training_seconds: float | None = None
    """From the start on the instances to the end there: downloading, training and uploading."""

    instances: Mapping[str, int] | None = None
    """How many of each instance type; more than one type only in a heterogeneous cluster."""
    billable_seconds: float | None = None
    """Billable time × instances."""
    warm_pool_seconds: float | None = None
    spot_savings_percent: float | None = None
    queue_seconds: float | None = None
    download_seconds: float | None = None
    algorithm_seconds: float | None = None
    upload_seconds: float | None = None
    secondary_status: str | None = None
    is_spot: bool | None = None
    training_image: str | None = None
    model_artifacts: str | None = None
    final_metrics: Mapping[str, float] | None = None

    @classmethod
    def from_summary(cls, summary: Mapping[str, Any]) -> Trial:
        """The trial in a List's summary, or in the best training job of a tuning job's description."""
        objective = summary.get("FinalHyperParameterTuningJobObjectiveMetric") or {}
        start, end = summary.get("TrainingStartTime"), summary.get("TrainingEndTime")
        return cls(
            name=summary["TrainingJobName"],
            arn=summary["TrainingJobArn"],
            status=summary["TrainingJobStatus"],
            definition_name=summary.get("TrainingJobDefinitionName"),
            tuning_job_name=summary.get("TuningJobName"),
            objective_metric_name=objective.get("MetricName"),
            objective_value=objective.get("Value"),
            objective_status=summary.get("ObjectiveStatus"),
            tuned_hyper_parameters=dict(summary.get("TunedHyperParameters") or {}),
            creation_time=aware_time(summary.get("CreationTime")),
            training_start_time=aware_time(start),
            training_end_time=aware_time(end),
            failure_reason=summary.get("FailureReason") or None,
            training_seconds=seconds_between(start, end),
        )

    def described(self, describe: Mapping[str, Any]) -> Trial:
        """The same trial with what its DescribeTrainingJob response adds."""
        figures = figures_of(describe)
        metrics = describe.get("FinalMetricDataList") or []
        return replace(
            self,
            # The list may be a moment behind.
            status=describe.get("TrainingJobStatus") or self.status,
            failure_reason=describe.get("FailureReason") or self.failure_reason,
            training_start_time=aware_time(describe.get("TrainingStartTime")) or self.training_start_time,
            training_end_time=aware_time(describe.get("TrainingEndTime")) or self.training_end_time,
            training_seconds=self.training_seconds if figures.training_seconds is None else figures.training_seconds,
            instances=figures.instances,
            billable_seconds=figures.billable_seconds,
            warm_pool_seconds=figures.warm_pool_seconds,
            spot_savings_percent=figures.spot_savings_percent,
            queue_seconds=figures.queue_seconds,
            download_seconds=figures.download_seconds,
            algorithm_seconds=figures.algorithm_seconds,
            upload_seconds=figures.upload_seconds,
            secondary_status=describe.get("SecondaryStatus"),
            is_spot=describe.get("EnableManagedSpotTraining"),
            training_image=(describe.get("AlgorithmSpecification") or {}).get("TrainingImage"),
            model_artifacts=(describe.get("ModelArtifacts") or {}).get("S3ModelArtifacts"),
            final_metrics={metric["MetricName"]: metric["Value"] for metric in metrics},
        )

    @property
    def instance_type(self) -> str | None:
        """The type of its instances, if all have one."""
        return next(iter(self.instances)) if self.instances and len(self.instances) == 1 else None

    @property
    def instance_count(self) -> int | None:
        return sum(self.instances.values()) if self.instances else None

    @property
    def instance_seconds(self) -> float | None:
        """Training time × instances, billed or not."""
        if self.training_seconds is None or self.instance_count is None:
            return None
        return self.training_seconds * self.instance_count

    @property
    def log_location(self) -> LogLocation:
        """Where the trial's instances log."""
        return log_location(self.name)

    @property
    def console_url(self) -> str:
        return training_job_url(self.arn, self.name)

    @property
    def log_url(self) -> str:
        return log_url(self.arn, self.name)

    def to_dict(self) -> dict[str, Any]:
        """Every field, known or not, as plain data with times as datetime."""
        derived = ("instance_type", "instance_count", "console_url", "log_url")
        log = {"log_group": self.log_location.group, "log_stream_prefix": self.log_location.stream_prefix}
        return {**asdict(self), **{name: getattr(self, name) for name in derived}, **log}


def trials_of(job_name: str, gateway: TuningGateway, *, describe: Literal[False, "all"] = False) -> list[Trial]:
    """The trials of the tuning job, oldest first: one List call for each hundred.

    describe: `all` describes each of them too, which is one call more for each.
    Errors: NotFound if there is no such tuning job.
    """
    trials = [Trial.from_summary(summary) for summary in gateway.list_training_jobs(job_name)]
    return described_trials(trials, gateway) if describe else trials


def described_trials(trials: Iterable[Trial], gateway: TuningGateway) -> list[Trial]:
    """The same trials, each with what Describe says of it; one whose record is gone stays as it is."""

    def describe(trial: Trial) -> Document:
        try:
            return gateway.describe_training_job(trial.name)
        except NotFound:
            return {}

    trials = list(trials)
    with ThreadPoolExecutor(_CALLS_AT_ONCE, thread_name_prefix="describe-trials") as pool:
        documents = list(pool.map(describe, trials))
    pairs = zip(trials, documents, strict=True)
    return [trial.described(document) if document else trial for trial, document in pairs]
