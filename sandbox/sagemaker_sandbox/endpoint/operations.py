"""The operations that are the sandbox's own: one function each, from a checked request to its response.

`Operations` is for one region. What a request changes at once is changed here; what takes time is the scheduler's.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sagemaker_sandbox.search import PriorTrial, Search, SearchError

from . import tags
from .arns import training_job_arn, tuning_job_arn
from .errors import in_use, invalid, not_found
from .faults import Faults
from .jobs import TrainingJob, TuningJob, definitions
from .listing import sorted_page, within_times
from .progress import entered, tuning_job_in
from .quotas import check_quotas, instances_of_training_job, instances_of_tuning_job
from .rewriting import training_job_document, tuning_job_document
from .rules import check_request
from .scheduler import Scheduler
from .store import JobStore
from .surroundings import ACCOUNT, check_channels, check_role
from .views import (
    describe_training_job,
    describe_tuning_job,
    summarize_training_job,
    summarize_trial,
    summarize_tuning_job,
)

__all__ = ["OPERATIONS", "Operations"]

_TUNING_JOB = "hyper parameter tuning job"  # in the service's error texts
_TRAINING_JOB = "training job"

Request = Mapping[str, Any]
Response = dict[str, Any] | None


@dataclass(frozen=True)
class Operations:
    store: JobStore
    scheduler: Scheduler
    region: str
    now: Callable[[], datetime]
    faults: Faults

    def create_tuning_job(self, request: Request) -> Response:
        check_request(request, self._find_tuning_job)
        job_tags = tags.new_tags(request.get("Tags", ()))
        name = request["HyperParameterTuningJobName"]
        now = self.now()
        job = TuningJob(
            arn=tuning_job_arn(self.region, ACCOUNT, name),
            name=name,
            document=tuning_job_document(request, region=self.region, account=ACCOUNT),
            creation_time=now,
            last_modified_time=now,
            prior_training_jobs=self._training_jobs_of_parents(request),
        )
        if self.store.tuning_job(job.arn):
            raise in_use("hyperparameter tuning job", name)
        for definition in definitions(request):
            self._check_surroundings(definition)
        search = self.search(job)
        with self.store.exclusively():
            if self.store.tuning_job(job.arn):
                raise in_use("hyperparameter tuning job", name)
            self._check_quotas(instances_of_tuning_job(job.document))
            self.store.put_tuning_job(job)
            self.store.put_tags(job.arn, job_tags)
        self.scheduler.tune(job, search)
        return {"HyperParameterTuningJobArn": job.arn}

    def describe_tuning_job(self, request: Request) -> Response:
        job = self._tuning_job(request["HyperParameterTuningJobName"])
        return describe_tuning_job(job, self.store.training_jobs_of(job.arn), self._prior_trials(job), self.now())

    def list_tuning_jobs(self, request: Request) -> Response:
        keys: dict[str, Callable[[TuningJob], Any]] = {
            "Name": lambda job: job.name.lower(),
            "Status": lambda job: job.status,
            "CreationTime": lambda job: job.creation_time.timestamp(),
        }
        key = keys[request.get("SortBy", "Name")]
        jobs = [
            job
            for job in self.store.tuning_jobs()
            if self._is_here(job.arn)
            and request.get("NameContains", "").lower() in job.name.lower()
            and request.get("StatusEquals", job.status) == job.status
            and within_times(request, job.creation_time, job.last_modified_time)
        ]
        chosen, token = sorted_page(request, jobs, lambda job: (key(job), job.name))
        summaries = [summarize_tuning_job(job, self.store.training_jobs_of(job.arn)) for job in chosen]
        return {"HyperParameterTuningJobSummaries": summaries, "NextToken": token}

    def stop_tuning_job(self, request: Request) -> Response:
        with self.store.exclusively():
            job = self._tuning_job(request["HyperParameterTuningJobName"])
            if job.status != "InProgress":
                raise invalid(f"The request was rejected because the tuning job is already {job.status}.")
            self.store.put_tuning_job(tuning_job_in(job, "Stopping", self.now()))
        self.scheduler.stop_tuning_job(job.arn)
        return None

    def delete_tuning_job(self, request: Request) -> Response:
        with self.store.exclusively():
            job = self._tuning_job(request["HyperParameterTuningJobName"])
            if not job.has_ended and job.status != "DeleteFailed":
                raise invalid(
                    f"The request was rejected because the hyperparameter tuning job {job.name} is in status "
                    f"{job.status}, which is not in a terminal state."
                )
            self.store.put_tuning_job(tuning_job_in(job, "Deleting", self.now()))
        self.scheduler.remove_tuning_job(job.arn)
        return None

    def list_trials(self, request: Request) -> Response:
        job = self._tuning_job(request["HyperParameterTuningJobName"])
        sort_by = request.get("SortBy", "Name")
        keys: dict[str, Callable[[TrainingJob], Any]] = {
            "Name": lambda trial: trial.name,
            "Status": lambda trial: trial.status,
            "CreationTime": lambda trial: trial.creation_time.timestamp(),
            "FinalObjectiveMetricValue": lambda trial: trial.objective_value,
        }
        key = keys[sort_by]
        trials = [
            trial
            for trial in self.store.training_jobs_of(job.arn)
            if request.get("StatusEquals", trial.status) == trial.status
            and (sort_by != "FinalObjectiveMetricValue" or trial.objective_value is not None)
        ]
        chosen, token = sorted_page(request, trials, lambda trial: (key(trial), trial.name))
        return {"TrainingJobSummaries": [summarize_trial(trial) for trial in chosen], "NextToken": token}

    def create_training_job(self, request: Request) -> Response:
        if "RoleArn" not in request or "AlgorithmSpecification" not in request:
            raise invalid("RoleArn and AlgorithmSpecification are required to create a training job.")
        name = request["TrainingJobName"]
        now = self.now()
        self._check_surroundings(request)
        job = TrainingJob(
            arn=training_job_arn(tuning_job_arn(self.region, ACCOUNT, name), name),
            name=name,
            document=training_job_document(request, region=self.region, account=ACCOUNT),
            creation_time=now,
            last_modified_time=now,
        )
        job_tags = tags.new_tags(request.get("Tags", ()))
        with self.store.exclusively():
            if self.store.training_job(job.arn):
                raise in_use("training job", name)
            self._check_quotas(instances_of_training_job(job.document))
            self.store.put_training_job(entered(job, "Starting", "Starting the training job", now))
            self.store.put_tags(job.arn, job_tags)
        self.scheduler.train(job.arn)
        return {"TrainingJobArn": job.arn}

    def describe_training_job(self, request: Request) -> Response:
        return describe_training_job(self._training_job(request["TrainingJobName"]))

    def list_training_jobs(self, request: Request) -> Response:
        """StatusEquals is applied after MaxResults, as in the service: a page may be short, or empty."""
        keys: dict[str, Callable[[TrainingJob], Any]] = {
            "Name": lambda job: job.name.lower(),
            "Status": lambda job: job.status,
            "CreationTime": lambda job: job.creation_time.timestamp(),
        }
        key = keys[request.get("SortBy", "CreationTime")]
        needs_what_no_job_has = "WarmPoolStatusEquals" in request or "TrainingPlanArnEquals" in request
        jobs = [
            job
            for job in self.store.training_jobs()
            if self._is_here(job.arn)
            and not needs_what_no_job_has
            and request.get("NameContains", "").lower() in job.name.lower()
            and within_times(request, job.creation_time, job.last_modified_time)
        ]
        chosen, token = sorted_page(request, jobs, lambda job: (key(job), job.name))
        summaries = [
            summarize_training_job(job) for job in chosen if request.get("StatusEquals", job.status) == job.status
        ]
        return {"TrainingJobSummaries": summaries, "NextToken": token}

    def stop_training_job(self, request: Request) -> Response:
        with self.store.exclusively():
            job = self._training_job(request["TrainingJobName"])
            if job.status != "InProgress":
                raise invalid(f"The request was rejected because the training job is in status {job.status}.")
            self.store.put_training_job(entered(job, "Stopping", "Stopping the training job", self.now()))
        self.scheduler.stop_training_job(job.arn)
        return None

    def add_tags(self, request: Request) -> Response:
        return tags.add_tags(self.store, request)

    def list_tags(self, request: Request) -> Response:
        return tags.list_tags(self.store, request)

    def delete_tags(self, request: Request) -> Response:
        return tags.delete_tags(self.store, request)

    def _check_surroundings(self, definition: Mapping[str, Any]) -> None:
        check_role(definition["RoleArn"], self.now(), self.faults.role_propagation_seconds)
        check_channels(
            definition.get("InputDataConfig", ()),
            definition["RoleArn"],
            self.region,
            self.now(),
            self.faults.object_propagation_seconds,
        )

    def _check_quotas(self, wanted: Mapping[str, int]) -> None:
        tuning_jobs = [job for job in self.store.tuning_jobs() if self._is_here(job.arn)]
        training_jobs = [job for job in self.store.training_jobs() if self._is_here(job.arn)]
        check_quotas(wanted, tuning_jobs, training_jobs, self.faults)

    def search(self, job: TuningJob) -> Search:
        """The job's search. Without a RandomSeed the seed comes from the name, so that a rerun is the same."""
        prior_trials = [
            # All hyperparameters: what was static in a parent may be searched now.
            PriorTrial(trial.document["HyperParameters"], trial.objective_value)
            for trial in self._prior_trials(job)
            if trial.objective_value is not None
        ]
        try:
            return Search(
                job.document["HyperParameterTuningJobConfig"],
                definitions(job.document),
                seed=zlib.crc32(job.name.encode()),
                prior_trials=prior_trials,
            )
        except SearchError as error:
            raise invalid(str(error)) from error

    def _training_jobs_of_parents(self, request: Request) -> tuple[str, ...]:
        """The ARNs of what a warm start begins with."""
        listed = request.get("WarmStartConfig", {}).get("ParentHyperParameterTuningJobs", ())
        found = (self._find_tuning_job(parent.get("HyperParameterTuningJobName", "")) for parent in listed)
        return tuple(trial.arn for parent in found if parent for trial in self.store.training_jobs_of(parent.arn))

    def _prior_trials(self, job: TuningJob) -> list[TrainingJob]:
        found = map(self.store.training_job, job.prior_training_jobs)
        return [trial for trial in found if trial]

    def _find_tuning_job(self, name: str) -> TuningJob | None:
        return self.store.tuning_job(tuning_job_arn(self.region, ACCOUNT, name))

    def _tuning_job(self, name: str) -> TuningJob:
        job = self._find_tuning_job(name)
        if job is None:
            raise not_found(_TUNING_JOB, name)
        return job

    def _training_job(self, name: str) -> TrainingJob:
        job = self.store.training_job(training_job_arn(tuning_job_arn(self.region, ACCOUNT, name), name))
        if job is None:
            raise not_found(_TRAINING_JOB, name)
        return job

    def _is_here(self, arn: str) -> bool:
        return arn.split(":")[3] == self.region


OPERATIONS: Mapping[str, Callable[[Operations, Request], Response]] = {
    "CreateHyperParameterTuningJob": Operations.create_tuning_job,
    "DescribeHyperParameterTuningJob": Operations.describe_tuning_job,
    "ListHyperParameterTuningJobs": Operations.list_tuning_jobs,
    "StopHyperParameterTuningJob": Operations.stop_tuning_job,
    "DeleteHyperParameterTuningJob": Operations.delete_tuning_job,
    "ListTrainingJobsForHyperParameterTuningJob": Operations.list_trials,
    "CreateTrainingJob": Operations.create_training_job,
    "DescribeTrainingJob": Operations.describe_training_job,
    "ListTrainingJobs": Operations.list_training_jobs,
    "StopTrainingJob": Operations.stop_training_job,
    "AddTags": Operations.add_tags,
    "ListTags": Operations.list_tags,
    "DeleteTags": Operations.delete_tags,
}
