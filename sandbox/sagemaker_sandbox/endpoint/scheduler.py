"""What happens over time: launches trials within the machine's cores, follows them, and carries jobs through statuses.

A timeline owns all running work. Everybody else (requests, trials' threads, timers) posts an action to it, so that
nothing in here needs a lock; records are read and replaced in the store.
"""

from __future__ import annotations

import logging
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from sagemaker_sandbox.search import Search, Suggestion
from sagemaker_sandbox.trials import Event, Finished, Listener, Metric

from .arns import training_job_arn
from .jobs import TrainingJob, TuningJob, definitions
from .progress import after_event, ended_before_start, entered, tuning_job_in
from .rewriting import trial_document
from .store import JobStore
from .timeline import Action, RealTimeline, Timeline
from .tuner import Ending, Tuner
from .views import describe_training_job

__all__ = ["Scheduler", "StartTrial", "TrialHandle"]

# The service's minutes, cut to what a person or a poller can still see. `speed` divides them.
_STARTING_SECONDS = 1.0
_STOPPING_SECONDS = 1.0
_DELETING_SECONDS = 1.0

_log = logging.getLogger(__name__)


class TrialHandle(Protocol):
    def stop(self) -> None: ...

    def kill(self) -> None: ...

    def wait(self, timeout_seconds: float | None = None) -> object: ...


# Shape: the first argument is what DescribeTrainingJob says.
StartTrial = Callable[[dict[str, Any], Listener], TrialHandle]


class Scheduler:
    """`workers` is how many trials run at a time, over all jobs; `now` gives the time that records show."""

    def __init__(
        self,
        store: JobStore,
        start_trial: StartTrial,
        *,
        workers: int,
        speed: float,
        now: Callable[[], datetime],
        timeline: Timeline | None = None,
    ) -> None:
        self._store = store
        self._start_trial = start_trial
        self._workers = workers
        self._speed = speed
        self._now = now
        self._timeline = timeline or RealTimeline()
        self._tuners: dict[str, Tuner] = {}
        self._tuner_of: dict[str, Tuner] = {}  # by training job's ARN
        self._waiting: deque[str] = deque()  # training jobs of no tuning job, or of an earlier process
        self._handles: dict[str, TrialHandle | None] = {}  # who has a worker; None while Starting

    def start(self) -> None:
        self._timeline.start(after_each=self._launch)

    def close(self, timeout_seconds: float) -> None:
        """End the loop and the trials that still run: stop them, wait for each at most this long, and kill them."""
        self._timeline.close()
        handles = [handle for handle in self._handles.values() if handle]
        for handle in handles:
            handle.stop()
        for handle in handles:
            handle.wait(timeout_seconds)
            handle.kill()

    def tune(self, job: TuningJob, search: Search) -> None:
        self._timeline.post(partial(self._tune, job, search))

    def resume(self, job: TuningJob, new_search: Callable[[], Search]) -> None:
        """Go on with an unfinished job of an earlier process, which ran the same search; its trials run again."""
        self._timeline.post(partial(self._resume, job, new_search))

    def stop_tuning_job(self, arn: str) -> None:
        """Go on from Stopping to Stopped."""
        self._timeline.post(partial(self._drain, arn))

    def remove_tuning_job(self, arn: str) -> None:
        """Go on from Deleting to gone."""
        self._timeline.post(partial(self._after, _DELETING_SECONDS, partial(self._store.remove_tuning_job, arn)))

    def train(self, arn: str) -> None:
        self._timeline.post(partial(self._waiting.append, arn))

    def stop_training_job(self, arn: str) -> None:
        self._timeline.post(partial(self._stop_trial, arn))

    def _after(self, seconds: float, action: Action) -> None:
        self._timeline.after(seconds / self._speed, action)

    def _tune(self, job: TuningJob, search: Search) -> None:
        self._tuners[job.arn] = self._tuner(job, search)
        self._limit_runtime(job)

    def _resume(self, job: TuningJob, new_search: Callable[[], Search]) -> None:
        try:
            tuner = self._tuner(job, new_search())
            tuner.is_draining = job.status == "Stopping"
            tuner.replay(self._store.search_events(job.arn), self._training_job)
        except Exception as error:
            _log.exception("the search of %s cannot go on", job.arn)
            self._give_up(job, error)
            return
        self._tuners[job.arn] = tuner
        trials = [self._training_job(arn) for arn in tuner.running]
        self._tuner_of.update((trial.arn, tuner) for trial in trials)
        with self._store.exclusively():
            for trial in trials:
                if not trial.has_ended:
                    tuner.restarted(trial.arn)
                    self._waiting.append(trial.arn)
            for trial in trials:
                if trial.has_ended:
                    self._on_ended(trial)
        self._limit_runtime(job)
        if tuner.is_draining:
            self._drain(job.arn)
        elif job.arn in self._tuners:
            self._settle(tuner)

    def _give_up(self, job: TuningJob, error: Exception) -> None:
        with self._store.exclusively():
            now = self._now()
            for trial in self._store.training_jobs_of(job.arn):
                if not trial.has_ended:
                    self._store.put_training_job(ended_before_start(trial, now))
            self._store.put_tuning_job(_ended(job, Ending("Failed", f"InternalServerError: {error}"), now))

    def _tuner(self, job: TuningJob, search: Search) -> Tuner:
        return Tuner(job.arn, search, partial(self._store.add_search_event, job.arn))

    def _limit_runtime(self, job: TuningJob) -> None:
        limit = job.document["HyperParameterTuningJobConfig"]["ResourceLimits"].get("MaxRuntimeInSeconds")
        if limit is not None:
            left = limit - (self._now() - job.creation_time).total_seconds()
            self._timeline.after(left, partial(self._run_out, job.arn))

    def _launch(self) -> None:
        """Give free workers to the waiting training jobs, then in turns to the tuning jobs with the fewest."""
        while len(self._handles) < self._workers:
            if self._waiting:
                self._begin(self._waiting.popleft())
            elif not self._launch_trial():
                return

    def _launch_trial(self) -> bool:
        for tuner in sorted(self._tuners.values(), key=lambda tuner: len(tuner.running)):
            try:
                suggestion = tuner.ask()
            except Exception as error:
                _log.exception("the search of %s failed", tuner.arn)
                self._end(tuner.arn, Ending("Failed", f"InternalServerError: {error}"))
                return True  # the tuners have changed: look again
            if suggestion:
                self._begin(self._new_trial(tuner, suggestion))
                return True
        return False

    def _new_trial(self, tuner: Tuner, suggestion: Suggestion) -> str:
        """Record a training job for a suggestion. The tags of the tuning job go to the training job too."""
        owner = self._tuning_job(tuner.arn)
        config = owner.document["HyperParameterTuningJobConfig"]
        definition = next(
            item for item in definitions(owner.document) if item.get("DefinitionName") == suggestion.definition_name
        )
        name = f"{owner.name}-{suggestion.trial_id:03d}-{uuid.uuid4().hex[:8]}"
        now = self._now()
        job = TrainingJob(
            arn=training_job_arn(owner.arn, name),
            name=name,
            document=trial_document(definition, suggestion.hyper_parameters, name),
            creation_time=now,
            last_modified_time=now,
            tuning_job_arn=owner.arn,
            tuning_job_name=owner.name,
            definition_name=suggestion.definition_name,
            tuned=suggestion.hyper_parameters,
            objective=definition.get("TuningObjective") or config["HyperParameterTuningJobObjective"],
        )
        with self._store.exclusively():
            self._store.put_training_job(entered(job, "Starting", "Starting the training job", now))
            self._store.put_tags(job.arn, self._store.tags(owner.arn))
            tuner.launched(job.arn, suggestion)
        self._tuner_of[job.arn] = tuner
        return job.arn

    def _begin(self, arn: str) -> None:
        self._handles[arn] = None
        self._after(_STARTING_SECONDS, partial(self._run_trial, arn))

    def _run_trial(self, arn: str) -> None:
        if arn in self._handles:  # else it was stopped meanwhile
            record = self._training_job(arn)
            present = {key: value for key, value in describe_training_job(record).items() if value is not None}
            if record.retries and record.start_time:
                spent = (self._now() - record.start_time).total_seconds()
                present["StoppingCondition"] = _left_of(present["StoppingCondition"], round(spent))
            self._handles[arn] = self._start_trial(
                present, lambda event: self._timeline.post(partial(self._on_event, arn, event))
            )

    def _on_event(self, arn: str, event: Event) -> None:
        """Record the event and what follows from it, all at once."""
        with self._store.exclusively():
            job = after_event(self._training_job(arn), event)
            self._store.put_training_job(job)
            tuner = self._tuner_of.get(arn)
            if isinstance(event, Finished):
                self._on_finished(job)
            elif tuner and isinstance(event, Metric) and event.name == job.objective["MetricName"]:
                is_hopeless = tuner.report(arn, event.value)
                if is_hopeless:
                    self._stop_trial(arn)

    def _on_finished(self, job: TrainingJob) -> None:
        """A trial is over, and its training job with it, unless that is retried."""
        if job.has_ended:
            self._on_ended(job)
            return
        if tuner := self._tuner_of.get(job.arn):
            tuner.restarted(job.arn)
        self._begin(job.arn)

    def _on_ended(self, job: TrainingJob) -> None:
        self._handles.pop(job.arn, None)
        tuner = self._tuner_of.pop(job.arn, None)
        if tuner is None:
            return
        tuner.tell(job)
        if tuner.ending:
            self._stop_trials(tuner.arn)
        self._settle(tuner)

    def _run_out(self, arn: str) -> None:
        """MaxRuntimeInSeconds is over: the job ends as if it had been stopped."""
        if arn in self._tuners:
            with self._store.exclusively():
                self._store.put_tuning_job(tuning_job_in(self._tuning_job(arn), "Stopping", self._now()))
            self.stop_tuning_job(arn)

    def _drain(self, arn: str) -> None:
        """Launch nothing more and stop what runs; Stopped follows after a while, so that Stopping can be seen."""
        if arn in self._tuners:
            self._tuners[arn].is_draining = True
            self._stop_trials(arn)
            self._after(_STOPPING_SECONDS, partial(self._end, arn, Ending("Stopped")))

    def _end(self, arn: str, ending: Ending) -> None:
        tuner = self._tuners.get(arn)
        if tuner:
            tuner.ending = ending
            self._stop_trials(arn)
            self._settle(tuner)

    def _stop_trials(self, arn: str) -> None:
        for trial in self._tuners[arn].running if arn in self._tuners else ():
            self._stop_trial(trial)

    def _stop_trial(self, arn: str) -> None:
        handle = self._handles.get(arn)
        if handle:
            handle.stop()
            return
        with self._store.exclusively():
            job = self._training_job(arn)
            if job.has_ended:
                return
            job = ended_before_start(job, self._now())
            self._store.put_training_job(job)
            if arn in self._waiting:
                self._waiting.remove(arn)
            self._on_ended(job)

    def _settle(self, tuner: Tuner) -> None:
        """Bring a job that has an ending and no running trial to its terminal status; Stopping ends as Stopped."""
        if tuner.arn not in self._tuners:
            return  # it came to its end with its last trial
        with self._store.exclusively():
            job = replace(self._tuning_job(tuner.arn), completion_details=tuner.completion_details)
            if tuner.ending and not tuner.running:
                del self._tuners[tuner.arn]
                ending = Ending("Stopped") if job.status == "Stopping" else tuner.ending
                job = _ended(job, ending, self._now())
            self._store.put_tuning_job(job)

    def _tuning_job(self, arn: str) -> TuningJob:
        job = self._store.tuning_job(arn)
        assert job is not None, arn  # it has a tuner, so it cannot have been deleted
        return job

    def _training_job(self, arn: str) -> TrainingJob:
        job = self._store.training_job(arn)
        assert job is not None, arn  # training jobs are never removed
        return job


def _ended(job: TuningJob, ending: Ending, now: datetime) -> TuningJob:
    return replace(tuning_job_in(job, ending.status, now), end_time=now, failure_reason=ending.failure_reason)


def _left_of(condition: Mapping[str, int], spent_seconds: int) -> dict[str, int]:
    """A StoppingCondition holds for all attempts of a retried training job together."""
    limits = ("MaxRuntimeInSeconds", "MaxWaitTimeInSeconds")
    return {name: max(1, value - spent_seconds) if name in limits else value for name, value in condition.items()}
