"""The sandbox and the stacks of `programs/tuning`, as the end-to-end tests look at them."""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

import psutil
from sagemaker_sandbox.testing import CLI, PulumiStack, ServedSandbox

PROGRAMS = Path(__file__).parent / "programs"
BUCKET = "data"


class Aws:
    """The sandbox, as a test that looks past the engine sees it."""

    def __init__(self, sandbox: ServedSandbox) -> None:
        self._sandbox = sandbox
        self.environment = sandbox.environment()
        self.sagemaker = sandbox.client("sagemaker")
        self.role_arn = _furnish(sandbox)

    def new_role(self, name: str) -> str:
        """The ARN of a role that SageMaker may assume, made just now."""
        return _new_role(self._sandbox, name)

    def new_object(self, name: str) -> str:
        """The URI of an object made just now."""
        self._sandbox.client("s3").put_object(Bucket=BUCKET, Key=f"{name}/rows.csv", Body=b"1,2\n")
        return f"s3://{BUCKET}/{name}/"

    def jobs(self) -> dict[str, str]:
        """The status of every tuning job by name."""
        pages = self.sagemaker.get_paginator("list_hyper_parameter_tuning_jobs").paginate()
        summaries = [summary for page in pages for summary in page["HyperParameterTuningJobSummaries"]]
        return {job["HyperParameterTuningJobName"]: job["HyperParameterTuningJobStatus"] for job in summaries}

    def describe(self, name: str) -> dict[str, Any]:
        return self.sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)

    def tags(self, arn: str) -> dict[str, str]:
        return {tag["Key"]: tag["Value"] for tag in self.sagemaker.list_tags(ResourceArn=arn)["Tags"]}

    def calls(self) -> AbstractContextManager[list[str]]:
        """The operations that clients call in the block, filled in at its end."""
        return self._sandbox.recorded_calls()


def _furnish(sandbox: ServedSandbox) -> str:
    """Make a bucket, the training script in it, and a role that SageMaker may assume; the role's ARN."""
    s3 = sandbox.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        tar.add(PROGRAMS / "train.py", "train.py")
    s3.put_object(Bucket=BUCKET, Key="code/sourcedir.tar.gz", Body=archive.getvalue())
    return _new_role(sandbox, "training")


def _new_role(sandbox: ServedSandbox, name: str) -> str:
    trust = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = sandbox.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=policy)
    return str(role["Role"]["Arn"])


def job_of(stack: PulumiStack) -> str:
    """The job's name, as state has it."""
    return str(stack.resources()["churn"]["id"])


def eventually(check: Callable[[], Any], *, seconds: float = 60) -> Any:
    """The check's first true result; fails if there is none in time."""
    deadline = time.monotonic() + seconds
    while not (result := check()):
        assert time.monotonic() < deadline, "this did not come true in time"
        time.sleep(0.1)
    return result


def kill_all(started: subprocess.Popen[str]) -> None:
    """SIGKILL to the engine and to every process it has started, as when a CI runner is taken away."""
    engine = psutil.Process(started.pid)
    everyone = [engine, *engine.children(recursive=True)]
    for process in everyone:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    started.communicate(timeout=60)


def release_lock(stack: PulumiStack) -> None:
    """What a user of the CLI does after a kill: its file backend keeps the lock of a process that is gone."""
    if stack.engine == CLI:
        assert stack.run("cancel", "--yes", stack.name).exit_code == 0
