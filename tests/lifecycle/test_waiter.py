from __future__ import annotations

import pytest
from fakes.clock import FakeClock
from sagemaker_tuning.errors import TuningError
from sagemaker_tuning.waiter import SystemClock, poll, poll_interval


def test_an_answer_at_hand_costs_no_wait(clock: FakeClock) -> None:
    assert poll(lambda: "here", clock=clock) == "here"
    assert clock.sleeps == []


@pytest.mark.parametrize("duration", [0.5, 5, 60, 600, 3600])
def test_an_end_is_noticed_within_a_tenth_of_the_time_it_took(clock: FakeClock, duration: float) -> None:
    poll(lambda: clock.now() >= duration or None, clock=clock, longest_interval_seconds=30)
    assert clock.now() - duration <= max(1.0, min(duration / 10, 30))


def test_a_long_wait_costs_few_looks(clock: FakeClock) -> None:
    poll(lambda: clock.now() >= 3600 or None, clock=clock, longest_interval_seconds=30)
    assert len(clock.sleeps) < 3600 / 30 + 40


def test_a_short_longest_interval_holds_from_the_start() -> None:
    assert poll_interval(0, longest_seconds=0.2) == 0.2


def test_a_deadline_is_an_error_of_the_caller(clock: FakeClock) -> None:
    with pytest.raises(TuningError, match="too late"):
        poll(lambda: None, clock=clock, deadline_seconds=10, overdue=lambda: TuningError("too late"))
    assert clock.now() >= 10


def test_the_systems_clock_never_goes_back() -> None:
    clock = SystemClock()
    before = clock.now()
    clock.sleep(0)
    assert clock.now() >= before
