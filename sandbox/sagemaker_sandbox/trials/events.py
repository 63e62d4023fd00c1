"""What a trial tells its owner while it runs, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Literal, TypeAlias

__all__ = ["EndStatus", "Event", "Finished", "LastSecondaryStatus", "Listener", "Metric", "SecondaryStatus", "now"]

EndStatus: TypeAlias = Literal["Completed", "Failed", "Stopped"]
LastSecondaryStatus: TypeAlias = Literal["Completed", "Failed", "Stopped", "MaxRuntimeExceeded", "MaxWaitTimeExceeded"]


@dataclass(frozen=True)
class SecondaryStatus:
    """One SecondaryStatusTransition. The last one is left to `Finished`."""

    status: str
    message: str
    time: datetime


@dataclass(frozen=True)
class Metric:
    """A value that a metric definition's regex found in a line of the log. `name` is the definition's."""

    name: str
    value: float
    time: datetime


@dataclass(frozen=True)
class Finished:
    """The end of a trial, always the last event.

    `training_start_time` is None if the trial ended before its process started; `model_artifacts` is the S3 URI of
    what was uploaded, None if nothing was. `failure_reason` is set exactly when the status is Failed.
    `training_seconds` and `billable_seconds` are None if there was no training; they differ on spot capacity.
    """

    status: EndStatus
    secondary_status: LastSecondaryStatus
    message: str
    time: datetime
    failure_reason: str | None = None
    model_artifacts: str | None = None
    training_start_time: datetime | None = None
    training_end_time: datetime | None = None
    training_seconds: int | None = None
    billable_seconds: int | None = None
    exit_code: int | None = None


Event: TypeAlias = SecondaryStatus | Metric | Finished
Listener: TypeAlias = Callable[[Event], None]


def now() -> datetime:
    return datetime.now(timezone.utc)
