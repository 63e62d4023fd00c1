"""The examples run on every engine that can run here."""

from __future__ import annotations

import pytest
from sagemaker_sandbox.testing import available_engines


@pytest.fixture(params=available_engines())
def pulumi_engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)
