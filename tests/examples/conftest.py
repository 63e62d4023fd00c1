"""The examples run on every engine that can run here; on the Pulumi CLI they are slow."""

from __future__ import annotations

import pytest
from sagemaker_sandbox.testing import LOCAL, available_engines

ENGINES = [pytest.param(engine, marks=() if engine == LOCAL else pytest.mark.slow) for engine in available_engines()]


@pytest.fixture(params=ENGINES)
def pulumi_engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)
