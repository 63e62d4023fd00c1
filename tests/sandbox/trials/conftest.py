"""A real S3 endpoint (moto's server) with one bucket, for channels and artifacts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer
from sagemaker_sandbox.trials import TrialRunner
from sagemaker_sandbox.trials.logs import GROUP
from training_jobs import BUCKET, Jobs, logs_client


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(s3_url: str) -> Iterator[Any]:
    client = boto3.client(
        "s3", endpoint_url=s3_url, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
    )
    client.create_bucket(Bucket=BUCKET)
    yield client
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
        for item in page.get("Contents", ()):
            client.delete_object(Bucket=BUCKET, Key=item["Key"])
    client.delete_bucket(Bucket=BUCKET)
    client.close()


@pytest.fixture
def jobs(s3: Any, tmp_path: Path) -> Jobs:
    return Jobs(s3, tmp_path, TrialRunner(cpus=1, stop_grace_seconds=1.0, sync_seconds=0.05, spot_wait_seconds=0.1))


@pytest.fixture
def logs(s3_url: str) -> Iterator[Any]:
    """The same server's CloudWatch Logs."""
    client = logs_client(s3_url)
    yield client
    if client.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"]:
        client.delete_log_group(logGroupName=GROUP)
    client.close()


@pytest.fixture
def logging_jobs(jobs: Jobs, logs: Any) -> Jobs:
    return replace(jobs, logs=logs)
