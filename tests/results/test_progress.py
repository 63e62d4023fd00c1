"""How far a job is: the best so far and the time that is left, of what one look saw."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from fakes.clock import FakeClock
from fakes.jobs import request
from fakes.memory_gateway import MemoryGateway
from sagemaker_tuning.observed import MISSING
from sagemaker_tuning.progress import Progress, TrialCounts
from sagemaker_tuning.watch import Watch

CREATED = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
NOW = CREATED + timedelta(minutes=10)


def running(**changes: Any) -> Progress:
    known: dict[str, Any] = {"name": "churn", "status": "InProgress", "creation_time": CREATED}
    return Progress(**{**known, "trials": TrialCounts(ended=10, running=5, limit=50), **changes})


REMAINING = {
    "forty trials take four times as long as ten": (running(), 2400),
    "a job that may not run so long ends before": (running(max_runtime_seconds=900), 300),
    "a job that is over its limit is about to end": (running(max_runtime_seconds=60), 0),
    "more trials than asked for are no time": (running(trials=TrialCounts(ended=51, limit=50)), 0),
    "before the first trial ends nobody knows": (running(trials=TrialCounts(running=5, limit=50)), None),
    "without a limit nobody knows": (running(trials=TrialCounts(ended=10)), None),
    "a job that has ended needs no time": (running(status="Stopped"), None),
    "a job that is gone needs no time": (Progress.missing("churn"), None),
}


@pytest.mark.parametrize(("progress", "expected"), REMAINING.values(), ids=REMAINING)
def test_the_time_that_is_left_follows_from_the_trials_so_far(progress: Progress, expected: float | None) -> None:
    assert progress.remaining_seconds(NOW) == expected


def test_the_time_that_a_job_took_ends_with_it() -> None:
    assert running().elapsed_seconds(NOW) == 600
    assert running(end_time=CREATED + timedelta(minutes=4)).elapsed_seconds(NOW) == 240


def test_a_clock_that_is_behind_takes_no_time_away() -> None:
    assert running().elapsed_seconds(CREATED - timedelta(seconds=3)) == 0


def test_a_watch_of_one_job_sees_its_best_so_far() -> None:
    aws = MemoryGateway()
    aws.create(request("churn"))
    aws.train("churn", completed=2, running=2, failed=1)
    best = aws.best("churn", 0.9131)
    watch = Watch(["churn"], aws, say=print, clock=FakeClock())
    aws.calls.clear()
    progress = watch.look()["churn"]
    assert (progress.status, progress.strategy) == ("InProgress", "Random")
    assert progress.trials == TrialCounts(ended=3, running=2, failed=1, limit=4)
    assert progress.best is not None
    assert (progress.best.name, progress.best.objective_value) == (best, 0.9131)
    assert progress.best.tuned_hyper_parameters == {"eta": "0.25"}
    assert str(progress) == "3/4 trials, 2 running, 1 failed, best validation:auc 0.9131"
    assert aws.calls == ["Describe"]


def test_a_watch_keeps_what_it_saw_of_jobs_that_ended() -> None:
    aws = MemoryGateway()
    for name in ("churn", "risk", "gone", "slow"):
        aws.create(request(name))
    aws.finish("churn", "Failed", "No training job succeeded.")
    aws.vanish("gone")
    watch = Watch(["risk", "Churn", "gone", "slow"], aws, say=print, clock=FakeClock())
    watch.look()
    assert [progress.status for progress in watch.progress.values()] == ["InProgress", "Failed", MISSING, "InProgress"]
    assert watch.progress["Churn"].failure_reason == "No training job succeeded."
    assert (watch.running, list(watch.ended)) == (["risk", "slow"], ["Churn", "gone"])
    aws.finish("risk")
    aws.finish("slow")
    aws.calls.clear()
    watch.look()
    assert aws.calls == ["List", "Describe", "Describe"]
    watch.look()
    assert aws.calls == ["List", "Describe", "Describe"]
    assert watch.running == []
