"""Stacks of one tuning job, through an engine and the real provider process, with the project's own pytest plugin."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sagemaker_sandbox.testing import PulumiStack, ServedSandbox, available_engines
from tuning_stacks import BUCKET, PROGRAMS, Aws


@pytest.fixture(scope="session")
def aws(sagemaker_sandbox: ServedSandbox) -> Aws:
    return Aws(sagemaker_sandbox)


@pytest.fixture(params=available_engines())
def pulumi_engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def engine(pulumi_engine: str) -> str:
    return pulumi_engine


@pytest.fixture
def stack(aws: Aws, pulumi_stack: Callable[..., PulumiStack], request: pytest.FixtureRequest) -> PulumiStack:
    """A stack of `programs/tuning`, whose config is the edit that a user would make in the program."""
    # Tests share the sandbox. Each has a stack's name of its own, and so its jobs have an owner of their own.
    name = f"t{abs(hash(request.node.nodeid))}"
    return pulumi_stack(PROGRAMS / "tuning", stack=name, config={"bucket": BUCKET, "roleArn": aws.role_arn})
