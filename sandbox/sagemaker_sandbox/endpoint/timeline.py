"""What is to happen, and when: actions that one thread carries out, each at its time, one after the other."""

from __future__ import annotations

import heapq
import itertools
import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Protocol

__all__ = ["Action", "RealTimeline", "Timeline"]

_log = logging.getLogger(__name__)

Action = Callable[[], None]


class Timeline(Protocol):
    def start(self, after_each: Action) -> None:
        """Begin; `after_each` is carried out after every action."""

    def close(self) -> None:
        """End after the actions that were posted before; those of a later time never happen."""

    def post(self, action: Action) -> None:
        """Carry out an action as soon as those before it are done. May be called from any thread."""

    def after(self, seconds: float, action: Action) -> None:
        """Carry out an action so much later. For actions to call, not for other threads."""


class RealTimeline:
    """A timeline of real seconds."""

    def __init__(self) -> None:
        self._posted: queue.SimpleQueue[Action | None] = queue.SimpleQueue()
        self._timers: list[tuple[float, int, Action]] = []
        self._order = itertools.count()
        self._after_each: Action = lambda: None
        self._thread = threading.Thread(target=self._run, name="scheduler", daemon=True)

    def start(self, after_each: Action) -> None:
        self._after_each = after_each
        self._thread.start()

    def close(self) -> None:
        self._posted.put(None)
        self._thread.join()

    def post(self, action: Action) -> None:
        self._posted.put(action)

    def after(self, seconds: float, action: Action) -> None:
        heapq.heappush(self._timers, (time.monotonic() + seconds, next(self._order), action))

    def _run(self) -> None:
        while (action := self._next_action()) is not None:
            self._do(action)
            self._do(self._after_each)

    def _do(self, action: Action) -> None:
        try:
            action()
        except Exception:  # a bug in one action must not end the jobs of all others
            _log.exception("the sandbox's scheduler failed at %s", action)

    def _next_action(self) -> Action | None:
        """The next posted action or due timer; None to end."""
        timeout = max(0.0, self._timers[0][0] - time.monotonic()) if self._timers else None
        try:
            return self._posted.get(timeout=timeout)
        except queue.Empty:
            return heapq.heappop(self._timers)[2]
