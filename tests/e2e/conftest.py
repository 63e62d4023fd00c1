"""Stacks of one tuning job, through an engine and the real provider process, against a sandbox of their own."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import tarfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from stacks import StackRunner, available_engines

PROGRAMS = Path(__file__).parent / "programs"
BUCKET = "data"
CREATE, DESCRIBE, DELETE = (f"{verb}HyperParameterTuningJob" for verb in ("Create", "Describe", "Delete"))


@dataclass
class Aws:
    """The sandbox, as a test that looks past the engine sees it."""

    environment: dict[str, str]
    session: boto3.session.Session = field(init=False)
    role_arn: str = ""

    def __post_init__(self) -> None:
        self.session = boto3.session.Session(
            aws_access_key_id=self.environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.environment["AWS_SECRET_ACCESS_KEY"],
            region_name=self.environment["AWS_REGION"],
        )
        self.sagemaker = self.client("sagemaker")

    def client(self, service: str) -> Any:
        return self.session.client(service, endpoint_url=self.environment["AWS_ENDPOINT_URL"])

    def jobs(self) -> dict[str, str]:
        """The status of every tuning job by name."""
        pages = self.sagemaker.get_paginator("list_hyper_parameter_tuning_jobs").paginate()
        summaries = [summary for page in pages for summary in page["HyperParameterTuningJobSummaries"]]
        return {job["HyperParameterTuningJobName"]: job["HyperParameterTuningJobStatus"] for job in summaries}

    def describe(self, name: str) -> dict[str, Any]:
        return self.sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)

    def tags(self, arn: str) -> dict[str, str]:
        return {tag["Key"]: tag["Value"] for tag in self.sagemaker.list_tags(ResourceArn=arn)["Tags"]}

    @contextmanager
    def calls(self) -> Iterator[list[str]]:
        """The operations that clients call in the block, filled in at its end."""
        before = len(self._call_log())
        made: list[str] = []
        yield made
        made += [call["operation"] for call in self._call_log()[before:]]

    def _call_log(self) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.environment['AWS_ENDPOINT_URL']}/_sandbox/calls", timeout=10) as answer:
            return json.load(answer)


@pytest.fixture(scope="session")
def aws() -> Iterator[Aws]:
    command = [sys.executable, "-m", "sagemaker_sandbox", "serve", "--speed", "10"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        environment = {}
        while "no_proxy" not in environment:
            name, _, value = server.stdout.readline().removeprefix("export ").rstrip("\n").partition("=")
            assert name, "the sandbox ended before it was ready"
            environment[name] = value
        yield _furnished(Aws(environment))
        server.terminate()
        server.communicate()


def _furnished(aws: Aws) -> Aws:
    """With a bucket, the training script in it, and a role that SageMaker may assume."""
    s3, iam = aws.client("s3"), aws.client("iam")
    s3.create_bucket(Bucket=BUCKET)
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        tar.add(PROGRAMS / "train.py", "train.py")
    s3.put_object(Bucket=BUCKET, Key="code/sourcedir.tar.gz", Body=archive.getvalue())
    trust = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = iam.create_role(
        RoleName="training", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )
    aws.role_arn = role["Role"]["Arn"]
    return aws


@pytest.fixture(params=available_engines())
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@dataclass
class Stack(StackRunner):
    """The stack of `programs/tuning`, whose config is the edit that a user would make in the program."""

    def edit(self, **config: Any) -> None:
        """Set config values in the stack's file, which is quicker than one command for each."""
        file = self.program / f"Pulumi.{self.stack}.yaml"
        settings = yaml.safe_load(file.read_text()) if file.exists() else {}
        values = {f"{self.project}:{key}": value for key, value in config.items()}
        settings["config"] = {**settings.get("config", {}), **values}
        file.write_text(yaml.safe_dump(settings))

    @property
    def project(self) -> str:
        return str(yaml.safe_load((self.program / "Pulumi.yaml").read_text())["name"])

    def job(self) -> str:
        """The job's name, as state has it."""
        return str(self.resources()["churn"]["id"])


@pytest.fixture
def stack(engine: str, aws: Aws, tmp_path: Path) -> Iterator[Stack]:
    program = tmp_path / "tuning"
    shutil.copytree(PROGRAMS / "tuning", program)
    # Each test's project has a name of its own, and so its jobs have an owner of their own.
    settings = program / "Pulumi.yaml"
    settings.write_text(settings.read_text().replace("name: tuning", f"name: {tmp_path.name.replace('_', '-')[:40]}"))
    runner = Stack(engine, program, tmp_path / "home", aws.environment)
    runner.init()
    runner.edit(bucket=BUCKET, roleArn=aws.role_arn)
    yield runner
    destroyed = runner.destroy()
    assert destroyed.exit_code == 0, destroyed.output


def eventually(check: Callable[[], Any], *, seconds: float = 60) -> Any:
    """The check's first true result; fails if there is none in time."""
    deadline = time.monotonic() + seconds
    while not (result := check()):
        assert time.monotonic() < deadline, "this did not come true in time"
        time.sleep(0.1)
    return result
