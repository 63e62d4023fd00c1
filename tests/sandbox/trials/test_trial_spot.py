"""Managed spot training: interruptions, what survives them, what is billed, and how long a job may wait."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sagemaker_sandbox.trials.limits import TimeLimits
from training_jobs import BUCKET, Jobs, Run

# Prints run_1, run_2, ... by what it finds of its earlier runs; only the third ends by itself.
COUNTS_ITS_RUNS = """
    import os, pathlib, signal, time
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    model = pathlib.Path(os.environ["SM_MODEL_DIR"])
    checkpoints = model.parent / "checkpoints"
    checkpoints.mkdir(exist_ok=True)
    number = len(list(checkpoints.iterdir())) + 1
    (checkpoints / f"run-{number}").write_text("x")
    (model / f"of-run-{number}").write_text("x")
    print(f"run_{number}=1")
    if number < 3:
        time.sleep(600)
"""
CHECKPOINTS = {"S3Uri": f"s3://{BUCKET}/checkpoints"}
SLEEP = "import time; print('run_1=1'); time.sleep(600)"


def spot(jobs: Jobs, source: str = COUNTS_ITS_RUNS, *, max_wait: int = 120, **changes: Any) -> Run:
    return jobs.script(
        source,
        metrics=("run_1", "run_2", "run_3"),
        EnableManagedSpotTraining=True,
        StoppingCondition={"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": max_wait},
        **changes,
    )


def interrupted(run: Run, number: int) -> None:
    run.wait_for_log(f"run_{number}")
    assert run.trial.interrupt()


def test_an_interrupted_job_goes_on_from_its_checkpoints_on_a_fresh_instance(jobs: Jobs) -> None:
    run = spot(jobs, CheckpointConfig=CHECKPOINTS)
    interrupted(run, 1)
    interrupted(run, 2)
    result = run.result()
    assert result.status == "Completed", result.failure_reason
    training = ["Starting", "Downloading", "Training"]
    assert run.statuses() == [*training, "Interrupted", *training, "Interrupted", *training, "Uploading"]
    assert run.metrics() == [("run_1", 1.0), ("run_2", 1.0), ("run_3", 1.0)]
    assert set(jobs.archive(result.model_artifacts or "")) == {"of-run-3"}
    assert run.trial.log.read_text().splitlines() == ["run_1=1", "run_2=1", "run_3=1"]


def test_without_checkpoints_an_interrupted_job_begins_from_nothing(jobs: Jobs) -> None:
    run = spot(jobs)
    interrupted(run, 1)
    with run.changed:
        again = run.changed.wait_for(lambda: run.metrics() == [("run_1", 1.0)] * 2, 60)
    assert again, run.events
    run.trial.kill()
    assert run.result().status == "Stopped"


def test_a_job_that_is_not_on_spot_capacity_cannot_be_interrupted(jobs: Jobs) -> None:
    run = jobs.script(SLEEP, metrics=("run_1",))
    run.wait_for_log("run_1")
    assert not run.trial.interrupt()
    run.trial.stop()
    assert run.result().status == "Stopped"
    assert "Interrupted" not in run.statuses()


def test_a_job_that_has_ended_cannot_be_interrupted(jobs: Jobs) -> None:
    run = spot(jobs, "print('done')")
    assert run.result().status == "Completed"
    assert not run.trial.interrupt()


def test_a_job_that_is_stopping_cannot_be_interrupted(jobs: Jobs) -> None:
    run = spot(jobs)
    run.wait_for_log("run_1")
    run.trial.stop()
    assert not run.trial.interrupt()
    assert run.result().secondary_status == "Stopped"


def test_a_job_that_is_stopped_while_it_waits_for_capacity_stops_at_once(jobs: Jobs) -> None:
    patient = replace(jobs, runner=replace(jobs.runner, spot_wait_seconds=600))
    run = spot(patient, SLEEP)
    interrupted(run, 1)
    with run.changed:
        assert run.changed.wait_for(lambda: run.statuses()[-1] == "Interrupted", 60)
    run.trial.stop()
    assert run.result().secondary_status == "Stopped"


def test_a_job_that_gets_no_capacity_in_time_stops(jobs: Jobs) -> None:
    patient = replace(jobs, runner=replace(jobs.runner, spot_wait_seconds=600))
    run = spot(patient, SLEEP, max_wait=1)
    interrupted(run, 1)
    result = run.result()
    assert (result.status, result.secondary_status) == ("Stopped", "MaxWaitTimeExceeded")
    assert run.statuses()[-1] == "Interrupted"


def test_the_wait_time_also_limits_the_training_itself(jobs: Jobs) -> None:
    result = spot(jobs, SLEEP, max_wait=1).result()
    assert (result.status, result.secondary_status) == ("Stopped", "MaxWaitTimeExceeded")


def test_spot_capacity_is_billed_for_less_than_the_training_time(jobs: Jobs) -> None:
    run = spot(jobs, "import time; time.sleep(2)")
    result = run.result()
    assert result.training_seconds is not None
    assert result.billable_seconds is not None
    assert result.training_seconds >= 2
    assert 0 < result.billable_seconds < result.training_seconds


def test_a_job_on_demand_is_billed_for_its_training_time(jobs: Jobs) -> None:
    result = jobs.script("print('done')").result()
    assert result.billable_seconds == result.training_seconds == 1


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def limits(clock: Clock, runtime: int, wait: int | None = None) -> TimeLimits:
    condition = {"MaxRuntimeInSeconds": runtime, **({} if wait is None else {"MaxWaitTimeInSeconds": wait})}
    job = {"StoppingCondition": condition, "EnableManagedSpotTraining": wait is not None}
    return TimeLimits(job, clock)


def test_the_runtime_is_counted_over_all_runs_and_not_while_waiting(clock: Clock) -> None:
    times = limits(clock, runtime=100, wait=1000)
    for trained, waited in ((30, 200), (50, 300)):
        times.begin()
        clock.seconds += trained
        times.pause()
        clock.seconds += waited
    times.begin()
    assert times.next_limit() == (20, "MaxRuntimeExceeded")
    assert times.waiting_seconds_left == 1000 - 580
    assert (times.training_seconds, times.billable_seconds) == (80, 24)


def test_the_wait_time_is_the_limit_if_it_is_over_first(clock: Clock) -> None:
    times = limits(clock, runtime=100, wait=120)
    clock.seconds += 50
    times.begin()
    assert times.next_limit() == (70, "MaxWaitTimeExceeded")


def test_a_job_that_has_not_trained_has_no_training_time(clock: Clock) -> None:
    times = limits(clock, runtime=100, wait=120)
    clock.seconds += 50
    assert (times.training_seconds, times.billable_seconds) == (None, None)
