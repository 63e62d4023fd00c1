"""The scheduler against a search and trials that do as they are told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from endpoint_clients import wait_until
from endpoint_requests import tuning_request
from sagemaker_sandbox.endpoint.arns import tuning_job_arn
from sagemaker_sandbox.endpoint.jobs import TuningJob
from sagemaker_sandbox.endpoint.rewriting import tuning_job_document
from sagemaker_sandbox.endpoint.scheduler import Scheduler
from sagemaker_sandbox.endpoint.store import MemoryStore
from sagemaker_sandbox.endpoint.views import summarize_tuning_job
from sagemaker_sandbox.search import CompletionReason, Suggestion
from sagemaker_sandbox.trials import Finished, Listener, Metric, SecondaryStatus

ROLE = "arn:aws:iam::123456789012:role/r"


def now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass
class ToldSearch:
    """Suggests up to `budget` trials and stops those whose value is below `hopeless_below`."""

    budget: int
    hopeless_below: float = float("-inf")
    error: Exception | None = None
    told: list[tuple[int, float | None, str]] = field(default_factory=list)
    asked: int = 0
    trials_without_improvement: int = 0
    has_converged: bool = False

    @property
    def finished(self) -> CompletionReason | None:
        return CompletionReason.MAX_NUMBER_OF_TRAINING_JOBS if len(self.told) >= self.budget else None

    def ask(self) -> Suggestion | None:
        if self.error:
            raise self.error
        if self.asked == self.budget:
            return None
        self.asked += 1
        return Suggestion(self.asked, None, {"x": "0.5"})

    def report(self, trial_id: int, step: int, value: float) -> bool:
        return value < self.hopeless_below

    def tell(self, trial_id: int, value: float | None, status: str) -> None:
        self.told.append((trial_id, value, status))


@dataclass
class ToldTrials:
    """Trials that run until `emit` or `finish` is called, or they are stopped."""

    listeners: dict[str, Listener] = field(default_factory=dict)
    started: list[dict[str, Any]] = field(default_factory=list)

    def start(self, training_job: dict[str, Any], on_event: Listener) -> ToldTrial:
        self.started.append(training_job)
        self.listeners[training_job["TrainingJobName"]] = on_event
        return ToldTrial(on_event)

    def emit(self, index: int, value: float) -> None:
        list(self.listeners.values())[index](Metric("score", value, now()))

    def fail(self, index: int, reason: str) -> None:
        listener = list(self.listeners.values())[index]
        listener(SecondaryStatus("Training", "training", now()))
        listener(Finished("Failed", "Failed", "failed", now(), failure_reason=reason))

    def finish(self, index: int) -> None:
        list(self.listeners.values())[index](Finished("Completed", "Completed", "done", now()))


@dataclass
class ToldTrial:
    on_event: Listener

    def stop(self) -> None:
        self.on_event(Finished("Stopped", "Stopped", "stopped", now()))

    def kill(self) -> None:
        pass

    def wait(self, timeout_seconds: float | None = None) -> None:
        pass


@dataclass
class Bench:
    store: MemoryStore
    scheduler: Scheduler
    trials: ToldTrials

    def tune(self, name: str, search: ToldSearch, *, retries: int | None = None, **limits: int) -> str:
        request = tuning_request(name, ROLE)
        if retries is not None:
            request["TrainingJobDefinition"]["RetryStrategy"] = {"MaximumRetryAttempts": retries}
        request["HyperParameterTuningJobConfig"]["ResourceLimits"].update(limits)
        job = TuningJob(
            arn=tuning_job_arn("us-east-1", "123456789012", name),
            name=name,
            document=tuning_job_document(request, region="us-east-1", account="123456789012"),
            creation_time=now(),
            last_modified_time=now(),
        )
        self.store.put_tuning_job(job)
        self.scheduler.tune(job, search)  # type: ignore[arg-type]  # it has what the scheduler uses
        return job.arn

    def job(self, arn: str) -> TuningJob:
        job = self.store.tuning_job(arn)
        assert job
        return job

    def running(self, count: int) -> None:
        wait_until(lambda: len(self.trials.listeners), lambda seen: seen == count)

    def ended(self, arn: str) -> TuningJob:
        job: TuningJob = wait_until(lambda: self.job(arn), lambda seen: seen.has_ended)
        return job


@contextmanager
def bench(workers: int = 2, speed: float = 100, clock: Callable[[], datetime] = now) -> Iterator[Bench]:
    store, trials = MemoryStore(), ToldTrials()
    scheduler = Scheduler(store, trials.start, workers=workers, speed=speed, now=clock)
    scheduler.start()
    yield Bench(store, scheduler, trials)
    scheduler.close(1)


def test_never_more_trials_run_than_there_are_workers_and_jobs_take_turns() -> None:
    with bench(workers=2) as it:
        first = it.tune("first", ToldSearch(budget=4))
        second = it.tune("second", ToldSearch(budget=4))
        it.running(2)
        time.sleep(0.1)
        assert len(it.trials.listeners) == 2
        for index in range(8):
            it.running(min(8, index + 2))
            it.trials.emit(index, 0.5)
            it.trials.finish(index)
        assert it.ended(first).status == it.ended(second).status == "Completed"
        owners = [name.partition("-")[0] for name in it.trials.listeners]
        assert owners[:4] == ["first", "first", "second", "first"]


def test_a_trial_that_the_search_gives_up_is_stopped_and_its_last_value_counts() -> None:
    with bench() as it:
        search = ToldSearch(budget=1, hopeless_below=0.2)
        arn = it.tune("early", search)
        it.running(1)
        it.trials.emit(0, 0.7)
        it.trials.emit(0, 0.1)
        assert it.ended(arn).status == "Completed"
        assert search.told == [(1, 0.1, "Stopped")]
        (trial,) = it.store.training_jobs_of(arn)
        assert (trial.status, trial.objective_status) == ("Stopped", "Succeeded")


def test_a_job_ends_as_stopped_when_its_longest_runtime_is_over() -> None:
    with bench() as it:
        # The API's least is 120 s; the scheduler takes what it is given, and no speed shortens it.
        started = time.monotonic()
        arn = it.tune("long", ToldSearch(budget=9), MaxRuntimeInSeconds=1)
        assert it.ended(arn).status == "Stopped"
        assert time.monotonic() - started >= 1


def test_a_stopped_job_launches_nothing_more_although_workers_are_free() -> None:
    with bench(speed=5) as it:
        search = ToldSearch(budget=9)
        arn = it.tune("drained", search)
        it.running(2)
        it.store.put_tuning_job(replace(it.job(arn), status="Stopping"))
        it.scheduler.stop_tuning_job(arn)
        assert it.ended(arn).status == "Stopped"
        assert search.asked == 2
        assert [status for _, _, status in search.told] == ["Stopped", "Stopped"]


def test_a_training_job_stopped_before_its_turn_never_starts() -> None:
    with bench(workers=1, speed=1) as it:
        arn = it.tune("waits", ToldSearch(budget=1))
        (trial,) = wait_until(lambda: it.store.training_jobs_of(arn), bool)
        it.scheduler.stop_training_job(trial.arn)
        job = it.ended(arn)
        (trial,) = it.store.training_jobs_of(arn)
        assert (job.status, trial.status) == ("Failed", "Stopped")
        time.sleep(1.2)  # past the time at which it would have started
        assert it.trials.listeners == {}


def test_a_search_that_breaks_fails_its_own_job_and_no_other() -> None:
    with bench() as it:
        broken = it.tune("broken", ToldSearch(budget=1, error=ValueError("no more ideas")))
        sound = it.tune("sound", ToldSearch(budget=1))
        assert it.ended(broken).failure_reason == "InternalServerError: no more ideas"
        it.running(1)
        it.trials.emit(0, 1.0)
        it.trials.finish(0)
        assert it.ended(sound).status == "Completed"


def test_an_internal_error_is_retried_as_often_as_the_strategy_says() -> None:
    with bench() as it:
        search = ToldSearch(budget=1)
        arn = it.tune("retried", search, retries=2)
        for attempt in range(1, 4):
            wait_until(lambda: len(it.trials.started), lambda seen, wanted=attempt: seen == wanted)
            it.trials.fail(0, "InternalServerError: no instance left")
        assert it.ended(arn).status == "Failed"
        (trial,) = it.store.training_jobs_of(arn)
        statuses = [entry.status for entry in trial.transitions]
        assert statuses == ["Starting", "Training", "Starting", "Training", "Starting", "Training", "Failed"]
        assert search.told == [(1, None, "Failed")]
        counters = summarize_tuning_job(it.job(arn), [trial])["TrainingJobStatusCounters"]
        assert (counters["RetryableError"], counters["NonRetryableError"]) == (1, 0)


def test_a_retried_job_goes_on_with_its_search_and_what_is_left_of_its_time() -> None:
    ahead = timedelta()
    with bench(clock=lambda: now() + ahead) as it:
        search = ToldSearch(budget=1)
        arn = it.tune("again", search, retries=1)
        it.running(1)
        it.trials.emit(0, 0.3)
        ahead = timedelta(seconds=100)
        it.trials.fail(0, "InternalServerError: no instance left")
        wait_until(lambda: len(it.trials.started), lambda seen: seen == 2)
        it.trials.emit(0, 0.4)
        it.trials.finish(0)
        assert it.ended(arn).status == "Completed"
        assert search.told == [(1, 0.4, "Completed")]
        limits = [job["StoppingCondition"]["MaxRuntimeInSeconds"] for job in it.trials.started]
        assert limits[0] == 600
        assert 480 < limits[1] <= 500


def test_an_error_of_the_algorithm_is_not_retried() -> None:
    with bench() as it:
        arn = it.tune("own-fault", ToldSearch(budget=1), retries=9)
        it.running(1)
        it.trials.fail(0, "AlgorithmError: exit code: 1")
        assert it.ended(arn).status == "Failed"
        (trial,) = it.store.training_jobs_of(arn)
        counters = summarize_tuning_job(it.job(arn), [trial])["TrainingJobStatusCounters"]
        assert (len(it.trials.started), counters["RetryableError"], counters["NonRetryableError"]) == (1, 0, 1)
