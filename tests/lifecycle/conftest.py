"""The in-memory service and a clock that moves only when somebody sleeps."""

from __future__ import annotations

import pytest
from fakes.clock import FakeClock
from fakes.memory_gateway import MemoryGateway


@pytest.fixture
def aws() -> MemoryGateway:
    return MemoryGateway()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def said() -> list[str]:
    """Every line that the user was told: pass `said.append` as `say`."""
    return []
