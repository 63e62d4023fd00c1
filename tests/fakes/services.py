"""The services that the contract holds for, each with a gateway to it and a way to let time pass."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import boto3
from sagemaker_sandbox.endpoint import Sandbox
from sagemaker_tuning.errors import InvalidRequest, NotFound, TuningError
from sagemaker_tuning.gateway import Gateway, TuningGateway
from sagemaker_tuning.observed import TERMINAL
from sagemaker_tuning.settings import Settings
from sagemaker_tuning.waiter import Clock, SystemClock, poll

from . import jobs
from .clock import FakeClock
from .memory_gateway import MemoryGateway


@dataclass(frozen=True)
class Service:
    gateway: TuningGateway
    clock: Clock
    log: Callable[..., None]
    """`log(group, stream, *lines)`: let lines come into a log stream, as a training job's instance does."""
    role: str = jobs.ROLE

    def create(self, name: str, tags: dict[str, str] | None = None) -> str:
        """Create a small job under a role that the service knows; its ARN."""
        return self.gateway.create(self.request(name, tags))

    def request(self, name: str, tags: dict[str, str] | None = None) -> dict[str, Any]:
        return jobs.request(name, tags=tags, role=self.role)

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

    def with_trials(self, name: str) -> list[str]:
        """Create a job and wait until it has started training jobs; their names."""
        self.create(name)
        if isinstance(self.gateway, MemoryGateway):
            self.gateway.add_trials(name, 2)
        self.until(lambda: len(list(self.gateway.list_training_jobs(name))) > 1)
        return [summary["TrainingJobName"] for summary in self.gateway.list_training_jobs(name)]

    def gone(self, name: str) -> bool:
        try:
            self.gateway.describe(name)
        except NotFound:
            return True
        return False

    def ended(self, name: str) -> None:
        """Stop the job, unless it has failed by itself meanwhile, and wait until nothing of it runs."""
        with suppress(InvalidRequest):
            self.gateway.stop(name)
        self.until(lambda: self.gateway.describe(name)["HyperParameterTuningJobStatus"] in TERMINAL)


@contextmanager
def _memory() -> Iterator[Service]:
    memory = MemoryGateway()
    yield Service(memory, FakeClock(), memory.log)


@contextmanager
def _sandbox() -> Iterator[Service]:
    with Sandbox() as sandbox:
        account = {"region_name": "eu-west-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
        trust = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
        iam = boto3.client("iam", endpoint_url=sandbox.url, **account)
        role = iam.create_role(
            RoleName="tuning", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        )
        iam.close()
        settings = Settings(
            region="eu-west-1",
            access_key="test",
            secret_key="test",
            endpoints=(("sagemaker", sandbox.url), ("logs", sandbox.url)),
        )
        with closing(boto3.client("logs", endpoint_url=sandbox.url, **account)) as logs:
            yield Service(Gateway(settings), SystemClock(), partial(_put_log, logs), role["Role"]["Arn"])


def _put_log(logs: Any, group: str, stream: str, *lines: str) -> None:
    now = int(time.time() * 1000)
    with suppress(logs.exceptions.ResourceAlreadyExistsException):
        logs.create_log_group(logGroupName=group)
    with suppress(logs.exceptions.ResourceAlreadyExistsException):
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
    events = [{"timestamp": now + number, "message": line} for number, line in enumerate(lines)]
    logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)


SERVICES: dict[str, Callable[[], AbstractContextManager[Service]]] = {"memory": _memory, "sandbox": _sandbox}
