"""How many AWS calls each operation makes, from the sandbox's own log.

The floor is what the API itself demands: one Create, one AddTags, one Describe and one ListTags, one Delete. The counts
do not depend on the machine, but for the looks at a job that is being stopped or deleted; so each has its ceiling.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from sagemaker_sandbox.testing import LOCAL
from sagemaker_tuning.completion import wait_for_completion
from sagemaker_tuning.errors import TuningError
from sagemaker_tuning.gateway import Gateway
from sagemaker_tuning.settings import Settings

from bench.aws import Aws, aws
from bench.figures import Figure
from bench.stack import Stack

__all__ = ["measure"]

_SPEED = 50.0
_LOOKS = 20
_PATIENCE_SECONDS = 120


def measure(jobs: int) -> Iterator[Figure]:
    """The calls of each operation on a stack of so many jobs, by job; those of a completion by look."""
    with tempfile.TemporaryDirectory() as folder, aws(speed=_SPEED) as sandbox:
        stack = Stack.new(LOCAL, Path(folder))
        stack.environment = sandbox.environment
        stack.configure(kind="jobs", count=jobs)
        yield from _ended_jobs(stack, sandbox, jobs)
        yield from _running_jobs(stack, sandbox, jobs)


def _ended_jobs(stack: Stack, sandbox: Aws, jobs: int) -> Iterator[Figure]:
    with sandbox.calls() as calls:
        stack.preview()
    yield _figure("preview of new jobs", calls, jobs, floor=0)
    with sandbox.calls() as calls:
        stack.up()
    # One List looks for a job that an interrupted create left, one Describe learns what the service made of it.
    yield _figure("up: create", calls, jobs, floor=1, ceiling=3)
    with sandbox.calls() as calls:
        stack.preview()
        stack.up()
    yield _figure("preview and up without a change", calls, jobs, floor=0)
    stack.configure(team="risk")
    with sandbox.calls() as calls:
        stack.up()
    yield _figure("up: edit a tag", calls, jobs, floor=1)
    with sandbox.calls() as calls:
        stack.refresh()
    yield _figure("refresh", calls, jobs, floor=2)
    _wait_for(sandbox, Completed=jobs)
    stack.configure(wait=True)
    with sandbox.calls() as calls:
        stack.up()
    # Results need one Describe of the job and one of its best training job; one List for all tells which have ended.
    yield _figure("results of ended jobs", calls, jobs, floor=2, ceiling=1.5)
    stack.configure(wait=False)
    stack.up()
    with sandbox.calls() as calls:
        stack.destroy()
    # A look before, lest another job of the name is deleted, and one after, or two if it takes time to be gone.
    yield _figure("destroy of ended jobs", calls, jobs, floor=1, ceiling=4)


def _running_jobs(stack: Stack, sandbox: Aws, jobs: int) -> Iterator[Figure]:
    stack.configure(seconds=3600)
    stack.up()
    yield _looks(sandbox, jobs)
    with sandbox.calls() as calls:
        stack.destroy()
    # A look before, one that the job has stopped, one that it is gone; or some more, if that takes time.
    yield _figure("destroy of running jobs: stop, delete", calls, jobs, floor=2, ceiling=4)


def _looks(sandbox: Aws, jobs: int) -> Figure:
    """A completion that waits for running jobs, with a clock that stands for the time between its looks."""
    names = [
        job["HyperParameterTuningJobName"]
        for page in sandbox.sagemaker.get_paginator("list_hyper_parameter_tuning_jobs").paginate()
        for job in page["HyperParameterTuningJobSummaries"]
    ]
    with sandbox.calls() as calls, suppress(TuningError):  # the jobs do not end, so the deadline ends it
        wait_for_completion(
            names,
            Gateway(Settings.from_environment()),
            say=lambda line: None,
            clock=_Clock(),
            poll_interval_seconds=1,
            deadline_seconds=_LOOKS - 1,
        )
    return Figure(
        topic="AWS calls",
        name=f"completion: one look at {jobs} running jobs",
        values=[sum(calls.values()) / _LOOKS],
        floor_name="one List for 100 jobs",
        floors=[-(-jobs // 100)],
        unit="calls",
        ceiling=1,
    )


class _Clock:
    def __init__(self) -> None:
        self._now = 0.0

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += seconds


def _wait_for(sandbox: Aws, **statuses: int) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (found := sandbox.statuses()) != statuses:
        if time.monotonic() > deadline:
            raise RuntimeError(f"expected {statuses}, found {dict(found)}")
        time.sleep(0.5)


def _figure(name: str, calls: Counter[str], jobs: int, *, floor: float, ceiling: float = 1.0) -> Figure:
    return Figure(
        topic="AWS calls",
        name=name,
        values=[sum(calls.values()) / jobs],
        floor_name="what the API demands",
        floors=[floor],
        unit="calls a job",
        ceiling=ceiling,
        note=", ".join(f"{count} {operation}" for operation, count in calls.items()),
    )
