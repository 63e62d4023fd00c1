"""pytest fixtures with which users test their own Pulumi stacks, offline.

    def test_the_stack_tunes(pulumi_stack, sagemaker_sandbox):
        stack = pulumi_stack("../infrastructure", config={"team": "ml"}, secrets={"token": "for the test"})
        assert stack.up().ok
        assert stack.outputs["status"] == "Completed"
        assert sagemaker_sandbox.calls.count("CreateHyperParameterTuningJob") == 1

pytest loads this module in every run of an environment that has this package, so it imports nothing at all until one
of its fixtures is used.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sagemaker_sandbox.testing import AwsProvider, PulumiStack, ServedSandbox

__all__ = ["pulumi_engine", "pulumi_stack", "sagemaker_sandbox"]

_SCOPES = ("function", "class", "module", "package", "session")
_LOG_LINES = 60


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("sagemaker-sandbox", "SageMaker sandbox and Pulumi stacks")
    group.addoption(
        "--sandbox-speed",
        type=float,
        default=10.0,
        metavar="FACTOR",
        help="how much shorter the sandbox waits between a job's statuses than by itself; training takes its time (10)",
    )
    group.addoption(
        "--sandbox-scope",
        choices=_SCOPES,
        default="function",
        help="how long one sandbox lasts: each test has an empty one of its own (function), or tests share one",
    )
    group.addoption(
        "--pulumi-engine",
        choices=("auto", "local", "cli"),
        default="auto",
        help="what runs stacks: the Pulumi CLI if it is on PATH (auto), the sandbox's local engine, or the CLI",
    )


def _scope(fixture_name: str, config: pytest.Config) -> Any:
    return config.getoption("--sandbox-scope")


@pytest.fixture(scope=_scope)
def sagemaker_sandbox(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServedSandbox]:
    """An offline AWS that really trains, empty at first: `.url`, `.environment()`, `.client("sagemaker")`, `.calls`."""
    from sagemaker_sandbox.testing import serve

    speed = request.config.getoption("--sandbox-speed")
    with serve(tmp_path_factory.mktemp("sagemaker-sandbox"), speed=speed) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def pulumi_engine(request: pytest.FixtureRequest) -> str:
    """The engine of all stacks, `local` or `cli`. Override it to parametrise tests over both."""
    from sagemaker_sandbox.testing import choose_engine

    try:
        return choose_engine(request.config.getoption("--pulumi-engine"))
    except ValueError as error:
        raise pytest.UsageError(f"--pulumi-engine: {error}") from error


@pytest.fixture(scope=_scope)
def _aws_provider(sagemaker_sandbox: ServedSandbox) -> Iterator[AwsProvider]:
    """The Pulumi CLI's aws provider, on the sandbox: the real plugin if it is installed, else the stand-in, running."""
    import os

    from sagemaker_sandbox.clients import without_aws
    from sagemaker_sandbox.testing import aws_provider

    with aws_provider({**without_aws(os.environ), **sagemaker_sandbox.environment()}) as provider:
        yield provider


@pytest.fixture
def pulumi_stack(
    request: pytest.FixtureRequest,
    sagemaker_sandbox: ServedSandbox,
    pulumi_engine: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[..., PulumiStack]]:
    """Makes stacks: `pulumi_stack(program_dir, config={...}, secrets={...}, stack="test", environment={...})`.

    program_dir is the folder of Pulumi.yaml, relative to the test's file; nothing is written there. Plain values of
    its Pulumi.<stack>.yaml hold, if there is one. The stack has `.preview()`, `.up()`, `.refresh()`, `.destroy()`,
    `.outputs`, `.configure(...)`. It is destroyed after the test, and a destroy that fails is an error of the test.
    """
    from sagemaker_sandbox.testing import CLI, AwsProvider, PulumiStack
    from sagemaker_sandbox.testing.projects import make_project

    aws = request.getfixturevalue("_aws_provider") if pulumi_engine == CLI else AwsProvider()

    def make(
        program_dir: Path | str,
        *,
        config: Mapping[str, Any] | None = None,
        secrets: Mapping[str, str] | None = None,
        stack: str = "test",
        environment: Mapping[str, str] | None = None,
    ) -> PulumiStack:
        home = tmp_path_factory.mktemp("pulumi-stack")
        (home / "project").mkdir()
        program = (request.path.parent / program_dir).resolve()
        make_project(program, home / "project", stack, {*(config or {}), *(secrets or {})})
        variables = {**sagemaker_sandbox.environment(), **aws.environment, **(environment or {})}
        made = PulumiStack(pulumi_engine, home / "project", home, variables, stack).init()
        ends.callback(_destroy, made)
        made.configure({**aws.config, **(config or {})}, secrets=secrets)
        return made

    with ExitStack() as ends:
        yield make


def _destroy(stack: PulumiStack) -> None:
    if stack.export().get("resources") and not (destroyed := stack.destroy()).ok:
        pytest.fail(f"the stack could not be destroyed after the test\n{destroyed!r}", pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show beside a failed test what its sandbox has said."""
    report = yield
    log = getattr(getattr(item, "funcargs", {}).get("sagemaker_sandbox"), "log", "")
    if report.failed and log:
        report.sections.append(("SageMaker sandbox", "\n".join(log.splitlines()[-_LOG_LINES:])))
    return report
