"""What came of a tuning job: values for outputs and lines for people.

Facts: DescribeHyperParameterTuningJob for the job, DescribeTrainingJob for its best training jobs. What the service did
not say is None, never 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sagemaker_tuning.gateway import Document
from sagemaker_tuning.names import snake
from sagemaker_tuning.progress import MISSING
from sagemaker_tuning.training_jobs import ApiDocument, TrainingJob, TuningJob

__all__ = ["BestTrainingJob", "JobResult", "job_result", "missing_result"]

DescribeTrainingJob = Callable[[str], "Document | None"]


@dataclass(frozen=True)
class BestTrainingJob:
    """The training job that did best; `tuned_hyper_parameters` and `final_metrics` have the user's own keys."""

    training_job_name: str
    training_job_arn: str | None
    training_job_status: str | None
    training_job_definition_name: str | None
    tuning_job_name: str | None
    tuned_hyper_parameters: Mapping[str, str]
    objective_metric_name: str | None
    objective_value: float | None
    model_artifacts: str | None
    final_metrics: Mapping[str, float]
    training_time_in_seconds: int | None
    billable_time_in_seconds: int | None
    spot_savings_percent: float | None


@dataclass(frozen=True)
class JobResult:
    """A tuning job that has ended."""

    name: str
    status: str
    arn: str | None = None
    failure_reason: str | None = None
    training_job_status_counters: Mapping[str, int] | None = None
    objective_status_counters: Mapping[str, int] | None = None
    best_training_job: BestTrainingJob | None = None
    overall_best_training_job: BestTrainingJob | None = None

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
        return ", ".join([f"{self.name} is {self.status}", *_best_words(self.best_training_job)])


def job_result(described: Document, describe_training_job: DescribeTrainingJob) -> JobResult:
    """The result of a described job; its best training jobs are described once each."""
    job = TuningJob.from_api(described)
    best = _best_training_job(job.best_training_job, describe_training_job)
    overall = job.overall_best_training_job
    if best is not None and overall is not None and overall.training_job_name == best.training_job_name:
        overall_best: BestTrainingJob | None = best  # no parent of a warm start did better
    else:
        overall_best = _best_training_job(overall, describe_training_job)
    return JobResult(
        name=job.hyper_parameter_tuning_job_name,
        status=job.hyper_parameter_tuning_job_status,
        arn=job.hyper_parameter_tuning_job_arn,
        failure_reason=job.failure_reason,
        training_job_status_counters=_counters(described.get("TrainingJobStatusCounters")),
        objective_status_counters=_counters(described.get("ObjectiveStatusCounters")),
        best_training_job=best,
        overall_best_training_job=overall_best,
    )


def missing_result(name: str, region: str) -> JobResult:
    """The result of a job that is not there, or no more."""
    return JobResult(name, MISSING, failure_reason=f"there is no tuning job of this name in {region}; was it deleted?")


def _best_training_job(summary: ApiDocument | None, describe: DescribeTrainingJob) -> BestTrainingJob | None:
    if summary is None:
        return None
    training_job = TrainingJob.from_api(describe(summary.training_job_name) or {})
    objective = summary.final_hyper_parameter_tuning_job_objective_metric
    artifacts = training_job.model_artifacts
    return BestTrainingJob(
        training_job_name=summary.training_job_name,
        training_job_arn=summary.training_job_arn,
        training_job_status=summary.training_job_status,
        training_job_definition_name=summary.training_job_definition_name,
        tuning_job_name=summary.tuning_job_name,
        tuned_hyper_parameters=summary.tuned_hyper_parameters or {},
        objective_metric_name=objective.metric_name if objective else None,
        objective_value=objective.value if objective else None,
        model_artifacts=artifacts.s3_model_artifacts if artifacts else None,
        final_metrics=training_job.final_metrics,
        training_time_in_seconds=training_job.training_time_in_seconds,
        billable_time_in_seconds=training_job.billable_time_in_seconds,
        spot_savings_percent=training_job.spot_savings_percent,
    )


def _best_words(best: BestTrainingJob | None) -> list[str]:
    if best is None or best.objective_value is None:
        return []
    return [f"best {best.objective_metric_name} {best.objective_value:.4g}"]


def _counters(counters: Mapping[str, int] | None) -> Mapping[str, int] | None:
    return None if counters is None else {snake(name): count for name, count in counters.items()}
