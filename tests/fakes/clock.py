"""A clock that moves only when somebody sleeps."""

from __future__ import annotations

from collections.abc import Callable


class FakeClock:
    def __init__(self) -> None:
        self.sleeps: list[float] = []
        self._events: list[Callable[[], object]] = []

    def during_sleeps(self, *events: Callable[[], object]) -> None:
        """Let one thing happen in each sleep that follows."""
        self._events.extend(events)

    def now(self) -> float:
        return sum(self.sleeps)

    def sleep(self, seconds: float) -> None:
        assert seconds > 0, "a wait that does not sleep would never end"
        assert len(self.sleeps) < 10_000, "this wait does not end"
        self.sleeps.append(seconds)
        if self._events:
            self._events.pop(0)()
