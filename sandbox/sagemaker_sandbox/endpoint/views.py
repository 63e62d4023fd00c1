"""What the API says about a record: Describe responses and List summaries, with the derived figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from .jobs import TrainingJob, TuningJob

__all__ = [
    "best_training_job",
    "describe_training_job",
    "describe_tuning_job",
    "summarize_training_job",
    "summarize_trial",
    "summarize_tuning_job",
]


def describe_tuning_job(
    job: TuningJob, trials: Sequence[TrainingJob], parents_trials: Sequence[TrainingJob], now: datetime
) -> dict[str, Any]:
    """DescribeHyperParameterTuningJob's response. `parents_trials` counts for OverallBestTrainingJob."""
    best = best_training_job(trials)
    warm_start = job.document.get("WarmStartConfig", {}).get("WarmStartType")
    overall = best_training_job([*trials, *parents_trials]) if warm_start == "IdenticalDataAndAlgorithm" else None
    return {
        **summarize_tuning_job(job, trials, with_limits=False),
        **job.document,
        "BestTrainingJob": best and _without(summarize_trial(best), "TuningJobName"),
        "OverallBestTrainingJob": overall and {**summarize_trial(overall), "TuningJobName": overall.tuning_job_name},
        "FailureReason": job.failure_reason,
        "TuningJobCompletionDetails": job.completion_details or None,
        "ConsumedResources": {"RuntimeInSeconds": int(((job.end_time or now) - job.creation_time).total_seconds())},
    }


def summarize_tuning_job(job: TuningJob, trials: Sequence[TrainingJob], *, with_limits: bool = True) -> dict[str, Any]:
    """HyperParameterTuningJobSummary. Its counters are counted from the training jobs, so they add up."""
    config = job.document["HyperParameterTuningJobConfig"]
    listed = {"Strategy": config["Strategy"], "ResourceLimits": config["ResourceLimits"]} if with_limits else {}
    return {
        "HyperParameterTuningJobName": job.name,
        "HyperParameterTuningJobArn": job.arn,
        "HyperParameterTuningJobStatus": job.status,
        "CreationTime": job.creation_time,
        "HyperParameterTuningEndTime": job.end_time,
        "LastModifiedTime": job.last_modified_time,
        "TrainingJobStatusCounters": _status_counters(trials),
        "ObjectiveStatusCounters": _objective_counters(trials),
        **listed,
    }


def best_training_job(trials: Sequence[TrainingJob]) -> TrainingJob | None:
    """The trial with the best objective value; the earliest of equals."""
    scored = [(trial.objective_value, trial) for trial in trials if trial.objective_value is not None]
    if not scored:
        return None
    sign = -1 if scored[0][1].objective["Type"] == "Maximize" else 1
    return min(scored, key=lambda item: sign * item[0])[1]


def summarize_trial(job: TrainingJob) -> dict[str, Any]:
    """HyperParameterTrainingJobSummary."""
    final = job.objective_value
    return {
        "TrainingJobDefinitionName": job.definition_name,
        "TrainingJobName": job.name,
        "TrainingJobArn": job.arn,
        "TuningJobName": job.tuning_job_name,
        "CreationTime": job.creation_time,
        "TrainingStartTime": job.start_time,
        "TrainingEndTime": job.end_time,
        "TrainingJobStatus": job.status,
        "TunedHyperParameters": job.tuned,
        "FailureReason": job.failure_reason,
        "FinalHyperParameterTuningJobObjectiveMetric": None
        if final is None
        else {"MetricName": job.objective["MetricName"], "Value": final},
        "ObjectiveStatus": job.objective_status,
    }


def describe_training_job(job: TrainingJob) -> dict[str, Any]:
    """DescribeTrainingJob's response."""
    return {
        "TrainingJobName": job.name,
        "TrainingJobArn": job.arn,
        "TuningJobArn": job.tuning_job_arn,
        **job.document,
        "ModelArtifacts": {"S3ModelArtifacts": job.model_artifacts or _artifacts_to_come(job)},
        "TrainingJobStatus": job.status,
        "SecondaryStatus": job.secondary_status,
        "FailureReason": job.failure_reason,
        "CreationTime": job.creation_time,
        "TrainingStartTime": job.start_time,
        "TrainingEndTime": job.end_time,
        "LastModifiedTime": job.last_modified_time,
        "SecondaryStatusTransitions": [
            {
                "Status": entry.status,
                "StartTime": entry.start_time,
                "EndTime": entry.end_time,
                "StatusMessage": entry.message,
            }
            for entry in job.transitions
        ],
        "FinalMetricDataList": [
            {"MetricName": name, "Value": metric.value, "Timestamp": metric.time}
            for name, metric in job.metrics.items()
        ]
        or None,
        "TrainingTimeInSeconds": job.training_seconds,
        "BillableTimeInSeconds": job.billable_seconds,
    }


def summarize_training_job(job: TrainingJob) -> dict[str, Any]:
    """TrainingJobSummary."""
    return {
        "TrainingJobName": job.name,
        "TrainingJobArn": job.arn,
        "CreationTime": job.creation_time,
        "TrainingEndTime": job.end_time,
        "LastModifiedTime": job.last_modified_time,
        "TrainingJobStatus": job.status,
        "SecondaryStatus": job.secondary_status,
    }


def _status_counters(trials: Sequence[TrainingJob]) -> dict[str, int]:
    count = Counter(trial.status for trial in trials)
    internal = sum(trial.has_failed_internally for trial in trials)
    return {
        "Completed": count["Completed"],
        "InProgress": count["InProgress"] + count["Stopping"],
        "RetryableError": internal,
        "NonRetryableError": count["Failed"] - internal,
        "Stopped": count["Stopped"],
    }


def _objective_counters(trials: Sequence[TrainingJob]) -> dict[str, int]:
    count = Counter(trial.objective_status for trial in trials)
    return {name: count[name] for name in ("Succeeded", "Pending", "Failed")}


def _artifacts_to_come(job: TrainingJob) -> str:
    # ModelArtifacts is required in the response; the service says where the model will be.
    return f"{job.document['OutputDataConfig']['S3OutputPath'].rstrip('/')}/{job.name}/output/model.tar.gz"


def _without(document: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != key}
