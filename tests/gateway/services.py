"""The services that the contract holds for, each with a gateway to it and a way to let time pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from fakes.clock import FakeClock
from fakes.memory_gateway import MemoryGateway
from sagemaker_tuning.errors import NotFound, TuningError
from sagemaker_tuning.gateway import TuningGateway
from sagemaker_tuning.waiter import Clock, poll


@dataclass(frozen=True)
class Service:
    gateway: TuningGateway
    clock: Clock

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something that the service does in its own time."""
        poll(
            lambda: condition() or None,
            clock=self.clock,
            longest_interval_seconds=1.0,
            deadline_seconds=60,
            overdue=lambda: TuningError("the service does not get there"),
        )

    def a_moment_later(self) -> None:
        """Let enough time pass for the next job to be younger."""
        self.clock.sleep(1.0)

    def gone(self, name: str) -> bool:
        try:
            self.gateway.describe(name)
        except NotFound:
            return True
        return False

    def stopped(self, name: str) -> None:
        self.gateway.stop(name)
        self.until(lambda: self.gateway.describe(name)["HyperParameterTuningJobStatus"] == "Stopped")


@contextmanager
def _memory() -> Iterator[Service]:
    yield Service(MemoryGateway(), FakeClock())


SERVICES: dict[str, Callable[[], AbstractContextManager[Service]]] = {"memory": _memory}
