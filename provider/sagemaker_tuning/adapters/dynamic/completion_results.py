"""What came of tuning jobs, as outputs: the types that a program sees, and the properties that the engine keeps.

A property has the name of its field in camelCase; what SageMaker did not say, or was not asked, is left out. So is a
metric's value that is no number: the engine keeps NaN, but shows it as an object with a signature.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from sagemaker_tuning.adapters.dynamic.plain import known, plain
from sagemaker_tuning.failures import FailureDigest
from sagemaker_tuning.names import camel
from sagemaker_tuning.results import JobResult
from sagemaker_tuning.trials import Trial

__all__ = ["TuningJobFailure", "TuningJobFailures", "TuningJobResult", "TuningJobTrial", "result_properties"]


@pulumi.output_type
class TuningJobTrial(dict):  # type: ignore[type-arg]  # the SDK fills an output type as a bare dict
    """One training job of a tuning job. The fields from `instance_type` on are known only with `billing=True`."""

    name: str
    status: str
    definition_name: str | None = pulumi.property("definitionName", default=None)
    objective_metric: str | None = pulumi.property("objectiveMetric", default=None)
    objective_value: float | None = pulumi.property("objectiveValue", default=None)
    objective_status: str | None = pulumi.property("objectiveStatus", default=None)
    hyperparameters: Mapping[str, str] | None = pulumi.property("hyperparameters", default=None)
    creation_time: str | None = pulumi.property("creationTime", default=None)
    training_start_time: str | None = pulumi.property("trainingStartTime", default=None)
    training_end_time: str | None = pulumi.property("trainingEndTime", default=None)
    training_seconds: float | None = pulumi.property("trainingSeconds", default=None)
    failure_reason: str | None = pulumi.property("failureReason", default=None)
    instance_type: str | None = pulumi.property("instanceType", default=None)
    instance_count: int | None = pulumi.property("instanceCount", default=None)
    billable_seconds: float | None = pulumi.property("billableSeconds", default=None)
    warm_pool_seconds: float | None = pulumi.property("warmPoolSeconds", default=None)
    spot_savings_percent: float | None = pulumi.property("spotSavingsPercent", default=None)
    queue_seconds: float | None = pulumi.property("queueSeconds", default=None)
    download_seconds: float | None = pulumi.property("downloadSeconds", default=None)
    algorithm_seconds: float | None = pulumi.property("algorithmSeconds", default=None)
    upload_seconds: float | None = pulumi.property("uploadSeconds", default=None)
    model_artifacts: str | None = pulumi.property("modelArtifacts", default=None)
    final_metrics: Mapping[str, float] | None = pulumi.property("finalMetrics", default=None)


@pulumi.output_type
class TuningJobFailure(dict):  # type: ignore[type-arg]  # as above
    """Trials that failed alike. `cause` is one word for programs, `sentence` and `mend` are for people."""

    cause: str
    sentence: str
    mend: str
    count: int
    example: str
    reason: str | None = pulumi.property("reason", default=None)
    example_reason: str | None = pulumi.property("exampleReason", default=None)
    log_lines: Sequence[str] | None = pulumi.property("logLines", default=None)


@pulumi.output_type
class TuningJobFailures(dict):  # type: ignore[type-arg]  # as above
    """How many of a tuning job's trials gave no result, and why: the groups of those that failed alike, largest first.

    `log_problem` says why no log could be read, if so.
    """

    failed: int
    total: int
    groups: Sequence[TuningJobFailure]
    log_problem: str | None = pulumi.property("logProblem", default=None)


@pulumi.output_type
class TuningJobResult(dict):  # type: ignore[type-arg]  # as above
    """What came of one tuning job. None where SageMaker did not say, as for times of a training job that never ran.

    `best_*` is the best training job of this tuning job, `overall_best_*` the best of it and of its warm start parents.
    Billable seconds count every instance.
    """

    status: str
    failure_reason: str | None = pulumi.property("failureReason", default=None)
    creation_time: str | None = pulumi.property("creationTime", default=None)
    end_time: str | None = pulumi.property("endTime", default=None)
    console_url: str | None = pulumi.property("consoleUrl", default=None)
    training_job_status_counters: Mapping[str, int] | None = pulumi.property("trainingJobStatusCounters", default=None)
    objective_status_counters: Mapping[str, int] | None = pulumi.property("objectiveStatusCounters", default=None)
    trials: Sequence[TuningJobTrial] | None = pulumi.property("trials", default=None)
    billable_seconds: float | None = pulumi.property("billableSeconds", default=None)
    billable_hours: float | None = pulumi.property("billableHours", default=None)
    warm_pool_seconds: float | None = pulumi.property("warmPoolSeconds", default=None)
    cost_usd: float | None = pulumi.property("costUsd", default=None)
    spot_savings_percent: float | None = pulumi.property("spotSavingsPercent", default=None)
    trials_without_billable_time: int | None = pulumi.property("trialsWithoutBillableTime", default=None)
    failures: TuningJobFailures | None = pulumi.property("failures", default=None)

    best_training_job: str | None = pulumi.property("bestTrainingJob", default=None)
    best_training_job_arn: str | None = pulumi.property("bestTrainingJobArn", default=None)
    best_training_job_definition: str | None = pulumi.property("bestTrainingJobDefinition", default=None)
    best_tuning_job: str | None = pulumi.property("bestTuningJob", default=None)
    best_hyperparameters: Mapping[str, str] | None = pulumi.property("bestHyperparameters", default=None)
    best_objective_metric: str | None = pulumi.property("bestObjectiveMetric", default=None)
    best_objective_value: float | None = pulumi.property("bestObjectiveValue", default=None)
    best_model_artifacts: str | None = pulumi.property("bestModelArtifacts", default=None)
    best_training_image: str | None = pulumi.property("bestTrainingImage", default=None)
    best_final_metrics: Mapping[str, float] | None = pulumi.property("bestFinalMetrics", default=None)
    best_training_seconds: float | None = pulumi.property("bestTrainingSeconds", default=None)
    best_billable_seconds: float | None = pulumi.property("bestBillableSeconds", default=None)
    best_spot_savings_percent: float | None = pulumi.property("bestSpotSavingsPercent", default=None)
    best_console_url: str | None = pulumi.property("bestConsoleUrl", default=None)
    best_log_url: str | None = pulumi.property("bestLogUrl", default=None)

    overall_best_training_job: str | None = pulumi.property("overallBestTrainingJob", default=None)
    overall_best_training_job_arn: str | None = pulumi.property("overallBestTrainingJobArn", default=None)
    overall_best_training_job_definition: str | None = pulumi.property("overallBestTrainingJobDefinition", default=None)
    overall_best_tuning_job: str | None = pulumi.property("overallBestTuningJob", default=None)
    overall_best_hyperparameters: Mapping[str, str] | None = pulumi.property("overallBestHyperparameters", default=None)
    overall_best_objective_metric: str | None = pulumi.property("overallBestObjectiveMetric", default=None)
    overall_best_objective_value: float | None = pulumi.property("overallBestObjectiveValue", default=None)
    overall_best_model_artifacts: str | None = pulumi.property("overallBestModelArtifacts", default=None)
    overall_best_training_image: str | None = pulumi.property("overallBestTrainingImage", default=None)
    overall_best_final_metrics: Mapping[str, float] | None = pulumi.property("overallBestFinalMetrics", default=None)
    overall_best_training_seconds: float | None = pulumi.property("overallBestTrainingSeconds", default=None)
    overall_best_billable_seconds: float | None = pulumi.property("overallBestBillableSeconds", default=None)
    overall_best_spot_savings_percent: float | None = pulumi.property("overallBestSpotSavingsPercent", default=None)
    overall_best_console_url: str | None = pulumi.property("overallBestConsoleUrl", default=None)
    overall_best_log_url: str | None = pulumi.property("overallBestLogUrl", default=None)


def result_properties(result: JobResult, cost_usd: float | None = None) -> dict[str, Any]:
    """A result in the spelling of `TuningJobResult`."""
    billing = result.billing
    return _spelled(
        status=result.status,
        failure_reason=result.failure_reason,
        creation_time=result.creation_time,
        end_time=result.end_time,
        console_url=result.console_url,
        training_job_status_counters=result.training_job_status_counters,
        objective_status_counters=result.objective_status_counters,
        trials=None if result.trials is None else [_trial_properties(trial) for trial in result.trials],
        billable_seconds=billing and billing.billable_seconds,
        billable_hours=billing and billing.billable_hours,
        warm_pool_seconds=billing and billing.warm_pool_seconds,
        cost_usd=cost_usd,
        spot_savings_percent=billing and billing.spot_savings_percent,
        trials_without_billable_time=billing and billing.trials_unknown,
        failures=result.failures and _failures_properties(result.failures),
        **_best("best", result.best_training_job),
        **_best("overall_best", result.overall_best_training_job),
    )


def _failures_properties(failures: FailureDigest) -> dict[str, Any]:
    return _spelled(
        failed=failures.failed,
        total=failures.total,
        groups=[
            _spelled(
                cause=group.cause.id,
                sentence=group.cause.sentence,
                mend=group.cause.mend,
                count=group.count,
                example=group.example,
                reason=group.reason or None,
                example_reason=group.example_reason,
                log_lines=list(group.log_lines) or None,
            )
            for group in failures.groups
        ],
        log_problem=failures.log_problem,
    )


def _trial_properties(trial: Trial) -> dict[str, Any]:
    return _spelled(
        name=trial.name,
        status=trial.status,
        definition_name=trial.definition_name,
        objective_metric=trial.objective_metric_name,
        objective_value=trial.objective_value,
        objective_status=trial.objective_status,
        hyperparameters=trial.tuned_hyper_parameters,
        creation_time=trial.creation_time,
        training_start_time=trial.training_start_time,
        training_end_time=trial.training_end_time,
        training_seconds=trial.training_seconds,
        failure_reason=trial.failure_reason,
        instance_type=trial.instance_type,
        instance_count=trial.instance_count,
        billable_seconds=trial.billable_seconds,
        warm_pool_seconds=trial.warm_pool_seconds,
        spot_savings_percent=trial.spot_savings_percent,
        queue_seconds=trial.queue_seconds,
        download_seconds=trial.download_seconds,
        algorithm_seconds=trial.algorithm_seconds,
        upload_seconds=trial.upload_seconds,
        model_artifacts=trial.model_artifacts,
        final_metrics=trial.final_metrics,
    )


def _best(prefix: str, trial: Trial | None) -> dict[str, Any]:
    if trial is None:
        return {}
    fields = {
        "training_job": trial.name,
        "training_job_arn": trial.arn,
        "training_job_definition": trial.definition_name,
        "tuning_job": trial.tuning_job_name,
        "hyperparameters": trial.tuned_hyper_parameters,
        "objective_metric": trial.objective_metric_name,
        "objective_value": trial.objective_value,
        "model_artifacts": trial.model_artifacts,
        "training_image": trial.training_image,
        "final_metrics": trial.final_metrics,
        "training_seconds": trial.training_seconds,
        "billable_seconds": trial.billable_seconds,
        "spot_savings_percent": trial.spot_savings_percent,
        "console_url": trial.console_url,
        "log_url": trial.log_url,
    }
    return {f"{prefix}_{name}": value for name, value in fields.items()}


def _spelled(**fields: Any) -> dict[str, Any]:
    return known({camel(name): _plain(value) for name, value in fields.items()})


def _plain(value: Any) -> Any:
    return known({key: plain(item) for key, item in value.items()}) if isinstance(value, Mapping) else plain(value)
