"""The commands, with a SageMaker in memory in place of their gateway."""

from __future__ import annotations

import pytest
from fakes.memory_gateway import MemoryGateway
from sagemaker_tuning import gateway


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> MemoryGateway:
    memory = MemoryGateway()
    monkeypatch.setattr(gateway, "gateway_for", lambda _settings: memory)
    return memory
