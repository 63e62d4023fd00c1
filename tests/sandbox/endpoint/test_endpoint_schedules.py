"""Whatever happens to a tuning job and its trials, in whichever order: what is said of them always adds up."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from endpoint_requests import edited, tuning_request
from hypothesis import given, settings
from hypothesis import strategies as st
from sagemaker_sandbox.endpoint.arns import tuning_job_arn
from sagemaker_sandbox.endpoint.errors import ServiceError
from sagemaker_sandbox.endpoint.faults import Faults
from sagemaker_sandbox.endpoint.jobs import TrainingJob, TuningJob
from sagemaker_sandbox.endpoint.operations import Operations
from sagemaker_sandbox.endpoint.rewriting import tuning_job_document
from sagemaker_sandbox.endpoint.scheduler import Scheduler
from sagemaker_sandbox.endpoint.store import MemoryStore
from sagemaker_sandbox.endpoint.surroundings import ACCOUNT
from sagemaker_sandbox.search import Search
from sagemaker_sandbox.trials import Event, Finished, Listener, Metric, SecondaryStatus

START = datetime(2026, 11, 21, tzinfo=timezone.utc)
REGION, NAMES = "us-east-1", ("first", "second")
NEXT = {
    TuningJob: {
        None: {"InProgress"},
        "InProgress": {"Stopping", "Completed", "Failed", "Stopped"},
        "Stopping": {"Stopped"},
        **{ended: {"Deleting"} for ended in ("Completed", "Failed", "Stopped")},
    },
    TrainingJob: {
        None: {"InProgress"},
        "InProgress": {"Stopping", "Completed", "Failed", "Stopped"},
        "Stopping": {"Stopped", "Completed", "Failed"},
    },
}


class FakeTimeline:
    """A timeline whose next action is carried out by `step`, at once. What is posted waits `latency` seconds."""

    def __init__(self, latency: float) -> None:
        self.time = START
        self._latency = latency
        self._due: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = itertools.count()

    def start(self, after_each: Callable[[], None]) -> None:
        self._after_each = after_each

    def close(self) -> None:
        self._due.clear()

    def post(self, action: Callable[[], None]) -> None:
        self.after(self._latency, action)

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._due, (self.time + timedelta(seconds=seconds), next(self._order), action))

    def step(self) -> bool:
        """Whether there was anything left to do."""
        if not self._due:
            return False
        self.time, _, action = heapq.heappop(self._due)
        action()
        self._after_each()
        return True


@dataclass(frozen=True)
class Fate:
    """What a trial does if nobody stops it: how it ends, what it reports before, and how long all takes."""

    reason: str | None
    values: tuple[float, ...]
    seconds: int

    def events(self) -> list[Callable[[datetime], Event]]:
        status = "Failed" if self.reason else "Completed"
        return [
            lambda time: SecondaryStatus("Downloading", "", time),
            lambda time: SecondaryStatus("Training", "", time),
            *(lambda time, value=value: Metric("score", value, time) for value in self.values),
            lambda time: Finished(status, status, "", time, failure_reason=self.reason),
        ]


@dataclass
class FakeTrials:
    """Trials that meet their fates one after the other; those beyond the last fate complete with a value."""

    timeline: FakeTimeline
    fates: list[Fate]
    running: int = 0
    most_running: int = 0

    def start(self, training_job: dict[str, Any], on_event: Listener) -> FakeTrial:
        fate = self.fates.pop(0) if self.fates else Fate(None, (0.5,), 3)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        trial = FakeTrial(self, on_event)
        events = fate.events()
        for number, event in enumerate(events, start=1):
            self.timeline.after(fate.seconds * number / len(events), lambda event=event: trial.tell(event))
        return trial


@dataclass
class FakeTrial:
    trials: FakeTrials
    on_event: Listener
    has_ended: bool = False

    def tell(self, event: Callable[[datetime], Event]) -> None:
        if self.has_ended:
            return
        told = event(self.trials.timeline.time)
        if isinstance(told, Finished):
            self.has_ended = True
            self.trials.running -= 1
        self.on_event(told)

    def stop(self) -> None:
        self.tell(lambda time: SecondaryStatus("Stopping", "", time))
        self.trials.timeline.after(0.5, lambda: self.tell(lambda time: Finished("Stopped", "Stopped", "", time)))

    def wait(self, timeout_seconds: float | None = None) -> None:
        """Nothing runs that could be waited for."""


@dataclass
class Service:
    """Two tuning jobs, and everything that a client can do to them."""

    workers: int
    fates: list[Fate]
    timeline: FakeTimeline
    statuses: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.trials = FakeTrials(self.timeline, self.fates)
        self.store = MemoryStore(self._check_order)
        self.scheduler = Scheduler(
            self.store, self.trials.start, workers=self.workers, speed=1, now=self.now, timeline=self.timeline
        )
        self.scheduler.start()
        self.operations = Operations(self.store, self.scheduler, REGION, self.now, Faults())

    def now(self) -> datetime:
        return self.timeline.time

    def create(self, name: str, edits: dict[str, Any]) -> None:
        request = edited(tuning_request(name, "arn:aws:iam::123456789012:role/r"), edits)
        document = tuning_job_document(request, region=REGION, account=ACCOUNT)
        job = TuningJob(tuning_job_arn(REGION, ACCOUNT, name), name, document, self.now(), self.now())
        self.store.put_tuning_job(job)
        definition = document["TrainingJobDefinition"]
        self.scheduler.tune(job, Search(document["HyperParameterTuningJobConfig"], [definition], seed=1))

    def act(self, call: str, name: str) -> None:
        """A client's call; the service may refuse it."""
        with suppress(ServiceError):
            if call == "stop a trial":
                trials = self.store.training_jobs_of(tuning_job_arn(REGION, ACCOUNT, name))
                for trial in trials[-1:]:
                    self.operations.stop_training_job({"TrainingJobName": trial.name})
            else:
                getattr(self.operations, call)({"HyperParameterTuningJobName": name})

    def _check_order(self, job: TuningJob | TrainingJob) -> None:
        before = self.statuses.get(job.arn)
        assert before == job.status or job.status in NEXT[type(job)][before], (before, job.status)
        self.statuses[job.arn] = job.status

    def check(self) -> None:
        assert self.trials.running <= self.workers
        for job in self.store.tuning_jobs():
            self._check_job(job, self.operations.describe_tuning_job({"HyperParameterTuningJobName": job.name}))

    def _check_job(self, job: TuningJob, described: dict[str, Any]) -> None:
        trials = self.store.training_jobs_of(job.arn)
        counters, objectives = described["TrainingJobStatusCounters"], described["ObjectiveStatusCounters"]
        limits = described["HyperParameterTuningJobConfig"]["ResourceLimits"]
        assert sum(counters.values()) == sum(objectives.values()) == len(trials)
        assert counters["InProgress"] == objectives["Pending"] == sum(not trial.has_ended for trial in trials)
        assert counters["InProgress"] <= limits["MaxParallelTrainingJobs"]
        assert len(trials) <= limits["MaxNumberOfTrainingJobs"]
        assert objectives["Succeeded"] <= counters["Completed"] + counters["Stopped"]
        values = [trial.objective_value for trial in trials if trial.objective_value is not None]
        best = described["BestTrainingJob"]
        assert (best is None) == (not values)
        if best:
            assert best["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] == max(values)
        assert (described["HyperParameterTuningEndTime"] is not None) == (job.status not in ("InProgress", "Stopping"))
        if job.has_ended:
            assert counters["InProgress"] == 0
        for trial in trials:
            _check_times(trial)


def _check_times(trial: TrainingJob) -> None:
    assert trial.transitions[0].status == "Starting"
    assert trial.transitions[0].start_time == trial.creation_time
    for entry, following in itertools.pairwise(trial.transitions):
        assert entry.start_time <= entry.end_time == following.start_time
    last = trial.transitions[-1]
    assert (last.end_time is not None) == trial.has_ended == (trial.end_time is not None)
    assert trial.last_modified_time == (trial.end_time or last.start_time)


FATES = st.builds(
    Fate,
    reason=st.sampled_from([None, None, None, "AlgorithmError: exit code: 1", "InternalServerError: lost"]),
    values=st.lists(st.floats(0, 1), max_size=3).map(tuple),
    seconds=st.integers(1, 12),
)
CALLS = st.tuples(
    st.integers(0, 40),
    st.sampled_from(["stop_tuning_job", "delete_tuning_job", "stop a trial", "stop a trial"]),
    st.sampled_from(NAMES),
)
CONFIG = "HyperParameterTuningJobConfig"
EDITS = st.fixed_dictionaries(
    {
        f"{CONFIG}.ResourceLimits": st.fixed_dictionaries(
            {
                "MaxNumberOfTrainingJobs": st.integers(1, 8),
                "MaxParallelTrainingJobs": st.integers(1, 4),
                "MaxRuntimeInSeconds": st.sampled_from([15, 10_000]),
            }
        ),
        f"{CONFIG}.TrainingJobEarlyStoppingType": st.sampled_from(["Off", "Auto"]),
        f"{CONFIG}.TuningJobCompletionCriteria": st.sampled_from([{}, {"TargetObjectiveMetricValue": 0.9}]),
        "TrainingJobDefinition.RetryStrategy": st.sampled_from([{"MaximumRetryAttempts": n} for n in (1, 2)]),
    }
)


@settings(max_examples=150, deadline=None)
@given(
    workers=st.integers(1, 3),
    latency=st.sampled_from([0, 2]),
    fates=st.lists(FATES, max_size=12),
    edits=st.tuples(EDITS, EDITS),
    calls=st.lists(CALLS, max_size=6),
)
def test_counters_statuses_and_times_add_up_at_every_moment(
    workers: int,
    latency: float,
    fates: list[Fate],
    edits: tuple[dict[str, Any], ...],
    calls: list[tuple[int, str, str]],
) -> None:
    service = Service(workers, fates, FakeTimeline(latency))
    for name, edit in zip(NAMES, edits, strict=True):
        service.create(name, edit)
    for seconds, call, name in calls:
        service.timeline.after(seconds, lambda call=call, name=name: service.act(call, name))
    while service.timeline.step():
        service.check()
    assert all(job.has_ended for job in service.store.tuning_jobs())
    assert all(trial.has_ended for trial in service.store.training_jobs())
    assert service.trials.running == 0
