"""Times two things in turn, so that whatever else the machine does falls on both."""

from __future__ import annotations

import time
from collections.abc import Callable
from timeit import Timer

__all__ = ["milliseconds_in_turn", "seconds", "seconds_in_turn"]

_LEAST_SECONDS = 0.1
"""A function is called in a loop for at least so long, for the clock's sake."""


def seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def seconds_in_turn(
    action: Callable[[], object], floor: Callable[[], object], runs: int
) -> tuple[list[float], list[float]]:
    """The seconds of `action` and of `floor`, one number for each run; a first run of both is not counted."""
    action(), floor()
    pairs = [(seconds(action), seconds(floor)) for _ in range(runs)]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def milliseconds_in_turn(
    action: Callable[[], object], floor: Callable[[], object], runs: int
) -> tuple[list[float], list[float]]:
    """The same for what takes so little that it has to be called many times."""
    timers = (Timer(action), Timer(floor))
    counts = [_count(timer) for timer in timers]
    pairs = [
        [timer.timeit(count) / count * 1000 for timer, count in zip(timers, counts, strict=True)] for _ in range(runs)
    ]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def _count(timer: Timer) -> int:
    once = min(timer.repeat(2, 1))
    return max(1, round(_LEAST_SECONDS / once))
