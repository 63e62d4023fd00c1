"""Tuning jobs with trials as AWS describes them, made from a few words, and a gateway that answers with them."""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from sagemaker_tuning.errors import NotFound

ACCOUNT = "arn:aws:sagemaker:us-east-1:123456789012"
START = datetime(2026, 11, 1, 12, tzinfo=timezone.utc)
RANGES = {
    "ContinuousParameterRanges": [
        {"Name": "eta", "MinValue": "0.001", "MaxValue": "0.5", "ScalingType": "Logarithmic"},
        {"Name": "momentum", "MinValue": "0.5", "MaxValue": "0.999", "ScalingType": "ReverseLogarithmic"},
        {"Name": "subsample", "MinValue": "0.5", "MaxValue": "1", "ScalingType": "Linear"},
    ],
    "IntegerParameterRanges": [{"Name": "max_depth", "MinValue": "2", "MaxValue": "12", "ScalingType": "Auto"}],
    "CategoricalParameterRanges": [{"Name": "booster", "Values": ["gbtree", "dart", "gblinear"]}],
}


class DocumentGateway:
    """Answers with the documents that it was given; `calls` lists what was asked."""

    region = "us-east-1"

    def __init__(self, *jobs: tuple[dict[str, Any], Sequence[dict[str, Any]]], **described: dict[str, Any]) -> None:
        """jobs: a Describe response and the List's summaries; `described`: DescribeTrainingJob responses by name."""
        self.calls: list[str] = []
        self.logs: dict[str, list[str]] = {}  # lines by stream
        self._jobs = {job["HyperParameterTuningJobName"]: (job, trials) for job, trials in jobs}
        self._described = described

    def describe(self, name: str) -> dict[str, Any]:
        self.calls.append("Describe")
        if name not in self._jobs:
            raise NotFound(f"DescribeHyperParameterTuningJob({name}): ResourceNotFound: no such job.")
        return copy.deepcopy(self._jobs[name][0])

    def list_training_jobs(self, name: str) -> Iterator[dict[str, Any]]:
        self.calls.append("List")
        return iter(copy.deepcopy(self._jobs[name][1]))

    def describe_training_job(self, name: str) -> dict[str, Any]:
        self.calls.append("DescribeTrainingJob")
        if name not in self._described:
            raise NotFound(f"DescribeTrainingJob({name}): ValidationException: Requested resource not found.")
        return self._described[name]

    def log_streams(self, group: str, prefix: str) -> list[str]:
        self.calls.append("LogStreams")
        return [name for name in self.logs if name.startswith(prefix)]

    def last_log_events(self, group: str, stream: str, count: int) -> list[dict[str, Any]]:
        self.calls.append("LogEvents")
        return [{"timestamp": number, "message": line} for number, line in enumerate(self.logs[stream])][-count:]


def definition(**changes: Any) -> dict[str, Any]:
    """A TrainingJobDefinition."""
    return {
        "StaticHyperParameters": {"_tuning_objective_metric": "validation:auc", "password": "hunter2"},
        "AlgorithmSpecification": {"TrainingImage": "123456789012.dkr.ecr.us-east-1.amazonaws.com/own:1"},
        "RoleArn": "arn:aws:iam::123456789012:role/tuning",
        "OutputDataConfig": {"S3OutputPath": "s3://models/out"},
        "ResourceConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 10},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        "EnableManagedSpotTraining": False,
        "Environment": {"API_TOKEN": "hunter3"},
        **changes,
    }


def described(
    name: str = "churn", *, objective: str = "Maximize", ranges: Any = None, **changes: Any
) -> dict[str, Any]:
    """A DescribeHyperParameterTuningJob response of a job with one definition, that has ended."""
    config = {
        "Strategy": "Bayesian",
        "HyperParameterTuningJobObjective": {"Type": objective, "MetricName": "validation:auc"},
        "ResourceLimits": {"MaxNumberOfTrainingJobs": 500, "MaxParallelTrainingJobs": 4},
        "ParameterRanges": RANGES if ranges is None else ranges,
        "TrainingJobEarlyStoppingType": "Auto",
    }
    return {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobArn": f"{ACCOUNT}:hyper-parameter-tuning-job/{name}",
        "HyperParameterTuningJobConfig": config,
        "TrainingJobDefinition": definition(),
        "HyperParameterTuningJobStatus": "Completed",
        "CreationTime": START,
        "HyperParameterTuningEndTime": START + timedelta(hours=3),
        "TrainingJobStatusCounters": {},
        "ObjectiveStatusCounters": {},
        **changes,
    }


def several_definitions(name: str, definitions: Sequence[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    """The same with training job definitions, which have objectives and ranges of their own."""
    job = described(name, TrainingJobDefinitions=list(definitions), **changes)
    config = job["HyperParameterTuningJobConfig"]
    del job["TrainingJobDefinition"], config["ParameterRanges"], config["HyperParameterTuningJobObjective"]
    return job


def summary(number: int, value: float | None = None, status: str = "Completed", **changes: Any) -> dict[str, Any]:
    """A HyperParameterTrainingJobSummary; `tuned=` has its hyperparameters."""
    name = f"churn-{number:03}-0badcafe"
    tuned = changes.pop("tuned", {"eta": "0.1"})
    started = START + timedelta(minutes=number)
    is_running = status in ("InProgress", "Stopping")
    found: dict[str, Any] = {
        "TrainingJobName": name,
        "TrainingJobArn": f"{ACCOUNT}:training-job/{name}",
        "CreationTime": started,
        "TrainingStartTime": started + timedelta(seconds=30),
        "TrainingJobStatus": status,
        "TunedHyperParameters": tuned,
        "ObjectiveStatus": "Pending" if is_running else "Failed" if value is None else "Succeeded",
    }
    if not is_running:
        found["TrainingEndTime"] = started + timedelta(seconds=150)
    if value is not None:
        found["FinalHyperParameterTuningJobObjectiveMetric"] = {"MetricName": "validation:auc", "Value": value}
    return {**found, **changes}


def search(count: int, seed: int = 0, prefix: str = "churn") -> list[dict[str, Any]]:
    """Trials over RANGES that become better, some stopped early, some failed; four run at a time."""
    draw = random.Random(seed)
    free = [START] * 4
    trials = []
    for number in range(1, count + 1):
        tuned = {
            "eta": repr(0.001 * 500 ** draw.random()),
            "momentum": repr(1 - 0.5 * 0.002 ** draw.random()),
            "subsample": repr(draw.uniform(0.5, 1)),
            "max_depth": str(draw.randint(2, 12)),
            "booster": draw.choice(["gbtree", "dart", "gblinear"]),
        }
        away = abs(math.log10(float(tuned["eta"])) + 1.3) + abs(int(tuned["max_depth"]) - 6) / 12
        away = away * (0.3 + math.exp(-number / 60)) + (0.2 if tuned["booster"] == "gblinear" else 0)
        value = 0.93 - 0.1 * away + draw.gauss(0, 0.004)
        lane = min(range(4), key=free.__getitem__)
        started, seconds = free[lane], draw.uniform(60, 400)
        dice = draw.random()
        status = "Failed" if dice < 0.04 else "Stopped" if dice < 0.12 else "Completed"
        free[lane] = started + timedelta(seconds=seconds + 90)
        name = f"{prefix}-{number:03}-0badcafe"
        reason = 'AlgorithmError: ExecuteUserScriptError: ExitCode 1 ErrorMessage "ValueError: bad value"\n  line 2'
        trials.append(
            summary(
                number,
                None if status == "Failed" else value,
                status,
                tuned=tuned,
                TrainingJobName=name,
                TrainingJobArn=f"{ACCOUNT}:training-job/{name}",
                CreationTime=started,
                TrainingStartTime=started + timedelta(seconds=60),
                TrainingEndTime=started + timedelta(seconds=60 + seconds),
                **({"FailureReason": reason} if status == "Failed" else {}),
            )
        )
    return trials


def with_best(job: dict[str, Any], trials: Sequence[dict[str, Any]]) -> tuple[dict[str, Any], Sequence[dict[str, Any]]]:
    """The job with the best of the trials as its best training job, and the trials."""
    objective = job["HyperParameterTuningJobConfig"].get("HyperParameterTuningJobObjective", {})
    choose = min if objective.get("Type") == "Minimize" else max
    valued = [trial for trial in trials if "FinalHyperParameterTuningJobObjectiveMetric" in trial]
    best = choose(valued, key=lambda trial: trial["FinalHyperParameterTuningJobObjectiveMetric"]["Value"], default=None)
    return {**job, **({"BestTrainingJob": best} if best else {})}, trials
