"""Waiting: for a status, for permissions to spread, for a connection to come back.

Decides how long to sleep between two looks and when to give up; leaves to its callers what to look at. All time goes
through a Clock, so that a test needs none.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, wait_exponential

from sagemaker_tuning.errors import AwsError, TuningError
from sagemaker_tuning.gateway import is_transient, propagation_cause

__all__ = [
    "SYSTEM_CLOCK",
    "Clock",
    "Say",
    "SystemClock",
    "poll",
    "poll_interval",
    "retry_propagation",
    "retry_transient",
]

T = TypeVar("T")
Say = Callable[[str], None]


class Clock(Protocol):
    def now(self) -> float:
        """Seconds from an arbitrary start, never going back."""

    def sleep(self, seconds: float) -> None: ...


class SystemClock:
    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


SYSTEM_CLOCK = SystemClock()


def poll_interval(waited_seconds: float, longest_seconds: float) -> float:
    """A tenth of the time waited so far, between one second and `longest_seconds`.

    A short job is noticed within a tenth of its own duration, and an hour's job costs few calls.
    """
    return min(max(waited_seconds / 10, 1.0), longest_seconds)


def poll(
    look: Callable[[], T | None],
    *,
    clock: Clock,
    longest_interval_seconds: float = 30.0,
    deadline_seconds: float | None = None,
    overdue: Callable[[], TuningError] | None = None,
) -> T:
    """The first answer of `look` that is not None; looks at once, then at growing intervals.

    Errors: whatever `look` raises; what `overdue` makes, when the deadline has passed without an answer.
    """
    started = clock.now()
    while (answer := look()) is None:
        waited = clock.now() - started
        if deadline_seconds is not None and overdue is not None and waited >= deadline_seconds:
            raise overdue()
        clock.sleep(poll_interval(waited, longest_interval_seconds))
    return answer


def retry_propagation(call: Callable[[], T], *, timeout_seconds: float, clock: Clock, say: Say) -> T:
    """Make the call again while new permissions or objects have not spread yet, and `say` once what is waited for."""
    return _retry(
        call,
        reason=propagation_cause,
        announce=lambda cause: say(f"waiting up to {timeout_seconds:g} s for {cause}"),
        timeout_seconds=timeout_seconds,
        clock=clock,
    )


def retry_transient(
    call: Callable[[], T], *, timeout_seconds: float, clock: Clock, say: Say, also: tuple[type[AwsError], ...] = ()
) -> T:
    """Make the call again while it is throttled, the service fails or the network is down, beyond botocore's retries.

    `also` names further errors that pass by themselves where this call is made.
    """
    return _retry(
        call,
        reason=lambda error: (error.code or "error") if is_transient(error) or isinstance(error, also) else None,
        announce=lambda code: say(f"SageMaker answers {code}; trying again for up to {timeout_seconds:g} s"),
        timeout_seconds=timeout_seconds,
        clock=clock,
    )


def _retry(
    call: Callable[[], T],
    *,
    reason: Callable[[AwsError], str | None],
    announce: Say,
    timeout_seconds: float,
    clock: Clock,
) -> T:
    """Call until no error is raised that has a `reason` to call again; the first reason is announced."""
    deadline = clock.now() + timeout_seconds

    def reason_of(error: BaseException | None) -> str | None:
        return reason(error) if isinstance(error, AwsError) else None

    def before_sleep(attempt: RetryCallState) -> None:
        cause = reason_of(attempt.outcome.exception()) if attempt.outcome else None
        if attempt.attempt_number == 1 and cause is not None:
            announce(cause)

    retrying = Retrying(
        retry=retry_if_exception(lambda error: reason_of(error) is not None),
        # tenacity's own stop_after_delay reads the system's clock.
        stop=lambda _attempt: clock.now() >= deadline,
        wait=wait_exponential(min=1, max=15),
        sleep=clock.sleep,
        before_sleep=before_sleep,
        reraise=True,
    )
    return retrying(call)
