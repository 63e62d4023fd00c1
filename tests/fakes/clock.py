"""A clock that moves only when somebody sleeps."""

from __future__ import annotations


class FakeClock:
    def __init__(self) -> None:
        self.sleeps: list[float] = []

    def now(self) -> float:
        return sum(self.sleeps)

    def sleep(self, seconds: float) -> None:
        assert seconds > 0, "a wait that does not sleep would never end"
        self.sleeps.append(seconds)
