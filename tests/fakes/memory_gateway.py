"""SageMaker's tuning jobs in memory, as far as the provider can see them.

It passes tests/gateway/test_contract.py, as the sandbox's endpoint does. What it adds to a request on its own is what
the service is known to add; statuses move on when somebody looks, or when a test says so.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from sagemaker_tuning.errors import AlreadyExists, AwsError, InvalidRequest, NotFound

REGION, ACCOUNT = "eu-west-1", "111122223333"


class MemoryGateway:
    """`calls` lists what was asked, `fail_next` plans a failure, `finish` and `train` move a job on."""

    region = REGION

    def __init__(self) -> None:
        self.calls: list[str] = []
        self._jobs: dict[str, dict[str, Any]] = {}
        self._training_jobs: dict[str, dict[str, Any]] = {}
        self._trials: dict[str, list[dict[str, Any]]] = {}
        self._tags: dict[str, dict[str, str]] = {}
        self._logs: dict[tuple[str, str], list[dict[str, Any]]] = {}  # events by group and stream
        self.products: list[str] = []  # AWS's price list
        self._failures: dict[str, list[AwsError]] = {}
        self._hidden: set[str] = set()
        self._fading: set[str] = set()
        self._on_call: dict[str, list[Callable[[], None]]] = {}
        self._time = datetime(2026, 1, 1, tzinfo=timezone.utc)

    # What a test does to the service.

    def fail_next(self, operation: str, error: AwsError, *, times: int = 1) -> None:
        """Let the next calls of an operation fail."""
        self._failures.setdefault(operation, []).extend([error] * times)

    def before_next(self, operation: str, event: Callable[[], None]) -> None:
        """Let something happen between the caller's last look and its next call of the operation."""
        self._on_call.setdefault(operation, []).append(event)

    def finish(
        self, name: str, status: str = "Completed", reason: str | None = None, at: datetime | None = None
    ) -> None:
        job = self._jobs[name.lower()]
        job["HyperParameterTuningJobStatus"] = status
        job.pop("FailureReason", None)
        if reason:
            job["FailureReason"] = reason
        if at:
            job["HyperParameterTuningEndTime"] = at

    def train(self, name: str, *, completed: int = 0, running: int = 0, failed: int = 0) -> None:
        """Set the counters of a job's training jobs."""
        self._jobs[name.lower()]["TrainingJobStatusCounters"] = {
            "Completed": completed,
            "InProgress": running,
            "NonRetryableError": failed,
            "RetryableError": 0,
            "Stopped": 0,
        }

    def tag_training_job(self, name: str, tags: Mapping[str, str]) -> None:
        """Give a training job tags."""
        self._tags[self._training_jobs[name]["TrainingJobArn"]] = dict(tags)

    def best(self, name: str, value: float, **described: Any) -> str:
        """Give a job a best training job with this objective value; `described` is laid over its Describe."""
        job = self._jobs[name.lower()]
        training_job_name = f"{name}-001-0a1b2c3d"
        arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:training-job/{training_job_name}"
        job["BestTrainingJob"] = {
            "TrainingJobName": training_job_name,
            "TrainingJobArn": arn,
            "CreationTime": self._now(),
            "TrainingJobStatus": "Completed",
            "TunedHyperParameters": {"eta": "0.25"},
            "FinalHyperParameterTuningJobObjectiveMetric": {"MetricName": "validation:auc", "Value": value},
        }
        self._training_jobs[training_job_name] = {
            "TrainingJobName": training_job_name,
            "TrainingJobArn": arn,
            "CreationTime": job["BestTrainingJob"]["CreationTime"],
            "TrainingJobStatus": "Completed",
            "ModelArtifacts": {"S3ModelArtifacts": f"s3://models/{training_job_name}/output/model.tar.gz"},
            "FinalMetricDataList": [{"MetricName": "validation:auc", "Value": value, "Timestamp": self._now()}],
            **described,
        }
        return training_job_name

    def add_trials(self, name: str, count: int, **described: Any) -> None:
        """Give a job completed training jobs; `described` is what their Describe adds to their summaries."""
        trials = self._trials.setdefault(name.lower(), [])
        for number in range(len(trials) + 1, len(trials) + count + 1):
            training_job_name = f"{name}-{number:03}-trial"
            named = {
                "TrainingJobName": training_job_name,
                "TrainingJobArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:training-job/{training_job_name}",
                "CreationTime": self._now(),
                "TrainingStartTime": self._now(),
                "TrainingEndTime": self._now(),
                "TrainingJobStatus": "Completed",
            }
            objective = {"MetricName": "validation:auc", "Value": round(number / 1000, 3)}
            tried = {"TunedHyperParameters": {"eta": str(number / 1000)}, "ObjectiveStatus": "Succeeded"}
            trials.append({**named, **tried, "FinalHyperParameterTuningJobObjectiveMetric": objective})
            self._training_jobs[training_job_name] = {**named, **described}

    def add_trial(self, name: str, status: str = "Failed", *, describe: Mapping[str, Any] = {}, **summary: Any) -> str:
        """Give a job one more training job, with these members in its summary and its Describe; its name."""
        self.add_trials(name, 1)
        trial = self._trials[name.lower()][-1]
        del trial["FinalHyperParameterTuningJobObjectiveMetric"]
        trial |= {"TrainingJobStatus": status, "ObjectiveStatus": "Failed", **summary}
        self._training_jobs[trial["TrainingJobName"]] |= {"TrainingJobStatus": status, **summary, **describe}
        return str(trial["TrainingJobName"])

    def end_trial(self, name: str, training_job_name: str, status: str) -> None:
        """Let one of a job's training jobs come to its end."""
        for trial in (*self._trials[name.lower()], self._training_jobs[training_job_name]):
            if trial["TrainingJobName"] == training_job_name:
                trial["TrainingJobStatus"] = status

    def make_best(self, name: str, training_job_name: str) -> None:
        """Let one of a job's training jobs be its best one."""
        trials = {trial["TrainingJobName"]: trial for trial in self._trials[name.lower()]}
        self._jobs[name.lower()]["BestTrainingJob"] = trials[training_job_name]

    def forget_training_job(self, name: str) -> None:
        """Delete a training job's record, though the tuning job still lists it."""
        del self._training_jobs[name]

    def overall_best(self, name: str, summary: Mapping[str, Any]) -> None:
        """Let the training job of a parent be better than all of the job's own."""
        self._jobs[name.lower()]["OverallBestTrainingJob"] = dict(summary)

    def log(self, group: str, stream: str, *lines: str) -> None:
        """Let lines come into a log stream."""
        times = [int(self._now().timestamp() * 1000) for _ in lines]
        events = [{"timestamp": time, "message": line} for time, line in zip(times, lines, strict=True)]
        self._logs.setdefault((group, stream), []).extend(events)

    def hide(self, name: str) -> None:
        """Keep a job out of lists, as if they lagged behind."""
        self._hidden.add(name)

    def vanish(self, name: str) -> None:
        """Delete the record, as somebody else would."""
        job = self._jobs.pop(name.lower())
        self._tags.pop(job["HyperParameterTuningJobArn"])

    @property
    def names(self) -> list[str]:
        return [job["HyperParameterTuningJobName"] for job in self._jobs.values()]

    # The calls of TuningGateway.

    def create(self, request: Mapping[str, Any]) -> str:
        return self._call("Create", lambda: self._create(copy.deepcopy(dict(request))))

    def describe(self, name: str) -> dict[str, Any]:
        return self._call("Describe", lambda: self._describe(name))

    def stop(self, name: str) -> None:
        self._call("Stop", lambda: self._stop(name))

    def delete(self, name: str) -> None:
        self._call("Delete", lambda: self._delete(name))

    def list_tuning_jobs(
        self,
        *,
        name_contains: str | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
    ) -> Iterator[dict[str, Any]]:
        def matches(job: Mapping[str, Any]) -> bool:
            return (
                job["HyperParameterTuningJobName"] not in self._hidden
                and (name_contains is None or name_contains in job["HyperParameterTuningJobName"])
                and (created_after is None or job["CreationTime"] > created_after)
                and (created_before is None or job["CreationTime"] < created_before)
            )

        found = sorted(filter(matches, self._jobs.values()), key=lambda job: job["CreationTime"], reverse=True)
        for start in range(0, max(len(found), 1), 100):
            self._call("List", lambda: None)
            yield from (_summary(job) for job in found[start : start + 100])

    def list_training_jobs(
        self, name: str, *, status: str | None = None, sort_by: str = "CreationTime", order: str = "Ascending"
    ) -> Iterator[dict[str, Any]]:
        job = self._job("ListTrainingJobsForHyperParameterTuningJob", name)
        trials = self._trials.get(name.lower(), [])
        best = [job["BestTrainingJob"]] if "BestTrainingJob" in job else []
        summaries = [*(trial for trial in best if trial not in trials), *trials]
        if sort_by == "FinalObjectiveMetricValue":
            summaries = [summary for summary in summaries if _objective(summary) is not None]
        return self._listed_training_jobs("ListTrialPage", summaries, status, sort_by, order)

    def list_all_training_jobs(
        self,
        *,
        name_contains: str | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        status: str | None = None,
        sort_by: str = "CreationTime",
        order: str = "Ascending",
    ) -> Iterator[dict[str, Any]]:
        names = ("TrainingJobName", "TrainingJobArn", "CreationTime", "TrainingEndTime", "TrainingJobStatus")
        summaries = [
            {name: job[name] for name in names if name in job}
            for job in self._training_jobs.values()
            if (name_contains is None or name_contains in job["TrainingJobName"])
            and (created_after is None or job["CreationTime"] > created_after)
            and (created_before is None or job["CreationTime"] < created_before)
        ]
        return self._listed_training_jobs("ListTrainingJobs", summaries, status, sort_by, order)

    def _listed_training_jobs(
        self, call: str, summaries: list[dict[str, Any]], status: str | None, sort_by: str, order: str
    ) -> Iterator[dict[str, Any]]:
        keys: dict[str, Callable[[dict[str, Any]], Any]] = {
            "CreationTime": lambda summary: summary["CreationTime"],
            "Name": lambda summary: summary["TrainingJobName"],
            "Status": lambda summary: summary["TrainingJobStatus"],
            "FinalObjectiveMetricValue": _objective,
        }
        found = [summary for summary in summaries if status in (None, summary["TrainingJobStatus"])]
        found.sort(key=keys[sort_by], reverse=order == "Descending")
        for start in range(0, max(len(found), 1), 100):
            self._call(call, lambda: None)
            yield from copy.deepcopy(found[start : start + 100])

    def describe_training_job(self, name: str) -> dict[str, Any]:
        return self._call("DescribeTrainingJob", lambda: self._describe_training_job(name))

    def list_tags(self, arn: str) -> list[dict[str, str]]:
        return self._call(
            "ListTags", lambda: [{"Key": k, "Value": v} for k, v in self._tags_of("ListTags", arn).items()]
        )

    def add_tags(self, arn: str, tags: Mapping[str, str]) -> None:
        self._call("AddTags", lambda: self._tags_of("AddTags", arn).update(tags))

    def delete_tags(self, arn: str, keys: Sequence[str]) -> None:
        def remove() -> None:
            tags = self._tags_of("DeleteTags", arn)
            for key in keys:
                tags.pop(key, None)

        self._call("DeleteTags", remove)

    def log_streams(self, group: str, prefix: str) -> list[str]:
        return self._call("LogStreams", lambda: self._log_streams(group, prefix))

    def last_log_events(self, group: str, stream: str, count: int) -> list[dict[str, Any]]:
        return self._call("LogEvents", lambda: self._log_events(group, stream)[-count:])

    def log_events(self, group: str, stream: str, token: str | None = None) -> tuple[list[dict[str, Any]], str | None]:
        events = self._call("LogEvents", lambda: self._log_events(group, stream))
        return events[int(token or 0) :], str(len(events))

    def price_list(self, filters: Sequence[Mapping[str, str]]) -> list[str]:
        def products() -> list[str]:
            return [product for product in self.products if all(entry["Value"] in product for entry in filters)]

        return self._call("GetProducts", products)

    # The service's side.

    def _call(self, operation: str, effect: Callable[[], Any]) -> Any:
        self.calls.append(operation)
        for event in self._on_call.pop(operation, []):
            event()
        if self._failures.get(operation):
            raise self._failures[operation].pop(0)
        return effect()

    def _create(self, request: dict[str, Any]) -> str:
        name = request["HyperParameterTuningJobName"]
        if name.lower() in self._jobs:
            message = f"A hyperparameter tuning job with the name, {name}, already exists. Choose a different name."
            raise _error(AlreadyExists, "ResourceInUse", message, "CreateHyperParameterTuningJob")
        arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:hyper-parameter-tuning-job/{name.lower()}"
        self._tags[arn] = {tag["Key"]: tag["Value"] for tag in request.pop("Tags", [])}
        self._jobs[name.lower()] = {
            **request,
            "HyperParameterTuningJobArn": arn,
            "HyperParameterTuningJobStatus": "InProgress",
            "CreationTime": self._now(),
            "LastModifiedTime": self._now(),
            "ObjectiveStatusCounters": {"Succeeded": 0, "Pending": 0, "Failed": 0},
        }
        self.train(name)
        for definition in _definitions(self._jobs[name.lower()]):
            _fill_in(definition, request["HyperParameterTuningJobConfig"])
        return arn

    def _describe(self, name: str) -> dict[str, Any]:
        job = self._job("DescribeHyperParameterTuningJob", name)
        answer = copy.deepcopy(job)
        if job["HyperParameterTuningJobStatus"] == "Stopping":
            job["HyperParameterTuningJobStatus"] = "Stopped"
        elif job["HyperParameterTuningJobStatus"] == "Deleting" and name in self._fading:
            self.vanish(name)
        elif job["HyperParameterTuningJobStatus"] == "Deleting":
            self._fading.add(name)
        return answer

    def _stop(self, name: str) -> None:
        job = self._job("StopHyperParameterTuningJob", name)
        if job["HyperParameterTuningJobStatus"] not in ("InProgress", "Stopping"):
            message = f"The request was rejected because the job is already {job['HyperParameterTuningJobStatus']}."
            raise _error(InvalidRequest, "ValidationException", message, "StopHyperParameterTuningJob")
        job["HyperParameterTuningJobStatus"] = "Stopping"

    def _delete(self, name: str) -> None:
        job = self._job("DeleteHyperParameterTuningJob", name)
        if job["HyperParameterTuningJobStatus"] in ("InProgress", "Stopping"):
            message = f"The hyperparameter tuning job {name} is not in a terminal state."
            raise _error(InvalidRequest, "ValidationException", message, "DeleteHyperParameterTuningJob")
        job["HyperParameterTuningJobStatus"] = "Deleting"

    def _describe_training_job(self, name: str) -> dict[str, Any]:
        if name not in self._training_jobs:
            raise _error(NotFound, "ValidationException", "Requested resource not found.", "DescribeTrainingJob")
        return copy.deepcopy(self._training_jobs[name])

    def _log_streams(self, group: str, prefix: str) -> list[str]:
        if group not in {known for known, _ in self._logs}:
            message = "The specified log group does not exist."
            raise _error(NotFound, "ResourceNotFoundException", message, "DescribeLogStreams")
        return sorted(name for known, name in self._logs if known == group and name.startswith(prefix))

    def _log_events(self, group: str, stream: str) -> list[dict[str, Any]]:
        if (group, stream) not in self._logs:
            message = "The specified log stream does not exist."
            raise _error(NotFound, "ResourceNotFoundException", message, "GetLogEvents")
        return copy.deepcopy(self._logs[group, stream])

    def _job(self, operation: str, name: str) -> dict[str, Any]:
        if name.lower() not in self._jobs:
            message = f"Amazon SageMaker can't find a tuning job with the name {name}."
            raise _error(NotFound, "ResourceNotFound", message, operation)
        return self._jobs[name.lower()]

    def _tags_of(self, operation: str, arn: str) -> dict[str, str]:
        if arn not in self._tags:
            raise _error(NotFound, "ResourceNotFound", f"There is no resource {arn}.", operation)
        return self._tags[arn]

    def _now(self) -> datetime:
        self._time += timedelta(seconds=1)
        return self._time


def _objective(summary: Mapping[str, Any]) -> float | None:
    return summary.get("FinalHyperParameterTuningJobObjectiveMetric", {}).get("Value")


def _definitions(job: Mapping[str, Any]) -> list[dict[str, Any]]:
    return job.get("TrainingJobDefinitions") or [job["TrainingJobDefinition"]]


def _fill_in(definition: dict[str, Any], config: Mapping[str, Any]) -> None:
    """What Describe has although it was not sent (reference of false drift: 2.1, 2.5)."""
    objective = definition.get("TuningObjective") or config["HyperParameterTuningJobObjective"]
    definition.setdefault("StaticHyperParameters", {})["_tuning_objective_metric"] = objective["MetricName"]
    for flag in ("NetworkIsolation", "InterContainerTrafficEncryption", "ManagedSpotTraining"):
        definition.setdefault(f"Enable{flag}", False)


def _summary(job: Mapping[str, Any]) -> dict[str, Any]:
    config = job["HyperParameterTuningJobConfig"]
    names = (
        "HyperParameterTuningJobName",
        "HyperParameterTuningJobArn",
        "HyperParameterTuningJobStatus",
        "CreationTime",
        "LastModifiedTime",
        "TrainingJobStatusCounters",
        "ObjectiveStatusCounters",
    )
    kept = {name: copy.deepcopy(job[name]) for name in names}
    return {**kept, "Strategy": config["Strategy"], "ResourceLimits": dict(config["ResourceLimits"])}


def _error(kind: type[AwsError], code: str, message: str, operation: str) -> AwsError:
    return kind(f"{operation}: {code}: {message}", code=code, request_id="00000000", operation=operation)
