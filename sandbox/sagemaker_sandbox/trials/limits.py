"""How long a training job may train, and how long all of it may take with managed spot's waiting.

Source: SageMaker API reference, StoppingCondition (MaxRuntimeInSeconds, MaxWaitTimeInSeconds).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import Any

from .events import LastSecondaryStatus

__all__ = ["TimeLimits"]

_DEFAULT_MAX_RUNTIME_SECONDS = 86_400

# What the sandbox takes for the price of spot capacity. The service's figure changes by the hour; "up to 90 %" off.
_SPOT_PRICE = 0.3


class TimeLimits:
    """Made when the job starts. Training time is counted between `begin` and `pause`."""

    def __init__(self, job: Mapping[str, Any], clock: Callable[[], float] = time.monotonic) -> None:
        condition = job.get("StoppingCondition", {})
        self._is_spot = bool(job.get("EnableManagedSpotTraining"))
        self._max_runtime = condition.get("MaxRuntimeInSeconds", _DEFAULT_MAX_RUNTIME_SECONDS)
        self._max_wait = condition.get("MaxWaitTimeInSeconds", math.inf) if self._is_spot else math.inf
        self._clock = clock
        self._created = clock()
        self._began: float | None = None
        self._trained = 0.0
        self._has_begun = False

    def begin(self) -> None:
        self._began = self._clock()
        self._has_begun = True

    def pause(self) -> None:
        self._trained = self._trained_so_far()
        self._began = None

    @property
    def waiting_seconds_left(self) -> float:
        return max(0.0, self._max_wait - (self._clock() - self._created))

    def next_limit(self) -> tuple[float, LastSecondaryStatus]:
        """The seconds of training left, and the secondary status of a job that is stopped after them."""
        runtime = max(0.0, self._max_runtime - self._trained_so_far())
        if self.waiting_seconds_left < runtime:
            return self.waiting_seconds_left, "MaxWaitTimeExceeded"
        return runtime, "MaxRuntimeExceeded"

    @property
    def training_seconds(self) -> int | None:
        """TrainingTimeInSeconds: from the download to the upload, without what was waited in between; at least 1."""
        return max(1, round(self._trained_so_far())) if self._has_begun else None

    @property
    def billable_seconds(self) -> int | None:
        """BillableTimeInSeconds: the training time; on spot capacity the share of it that is its price."""
        seconds = self.training_seconds
        return seconds if seconds is None or not self._is_spot else math.ceil(seconds * _SPOT_PRICE)

    def _trained_so_far(self) -> float:
        return self._trained + (self._clock() - self._began if self._began is not None else 0.0)
