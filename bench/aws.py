"""The sandbox that stands in for AWS, with what the measured jobs need: a role, a bucket and a training script."""

from __future__ import annotations

import io
import json
import tarfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import boto3
from sagemaker_sandbox.endpoint import Sandbox

__all__ = ["Aws", "aws"]

_SCRIPT = """
import argparse, time
parser = argparse.ArgumentParser()
parser.add_argument("--seconds", type=float)
arguments, _ = parser.parse_known_args()
time.sleep(arguments.seconds)
print("score=0.5", flush=True)
"""
_ROLE, _BUCKET = "training", "data"


@dataclass(frozen=True)
class Aws:
    sandbox: Sandbox
    sagemaker: Any  # boto3 makes the client's class at run time

    @property
    def environment(self) -> dict[str, str]:
        return self.sandbox.environment()

    @contextmanager
    def calls(self) -> Iterator[Counter[str]]:
        """How often each operation is called in the block, filled in at its end."""
        made: Counter[str] = Counter()
        self.sandbox.calls.clear()
        yield made
        made.update(call["operation"] for call in self.sandbox.calls.as_json())

    def statuses(self) -> Counter[str]:
        """How many tuning jobs are in each status."""
        pages = self.sagemaker.get_paginator("list_hyper_parameter_tuning_jobs").paginate()
        return Counter(
            job["HyperParameterTuningJobStatus"] for page in pages for job in page["HyperParameterTuningJobSummaries"]
        )


@contextmanager
def aws(*, speed: float) -> Iterator[Aws]:
    """A fresh sandbox, to which the AWS clients of this process go too. `speed` divides the time between statuses."""
    with Sandbox(speed=speed) as sandbox, patch.dict("os.environ", sandbox.environment()):
        _furnish(boto3.session.Session())
        yield Aws(sandbox, boto3.session.Session().client("sagemaker"))


def _furnish(session: boto3.session.Session) -> None:
    trust = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    session.client("iam").create_role(RoleName=_ROLE, AssumeRolePolicyDocument=policy)
    s3 = session.client("s3")
    s3.create_bucket(Bucket=_BUCKET)
    s3.put_object(Bucket=_BUCKET, Key="code/sourcedir.tar.gz", Body=_archive())


def _archive() -> bytes:
    archive, script = io.BytesIO(), _SCRIPT.encode()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        member = tarfile.TarInfo("train.py")
        member.size = len(script)
        tar.addfile(member, io.BytesIO(script))
    return archive.getvalue()
