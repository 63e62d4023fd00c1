"""A SageMaker endpoint over HTTP, and the dynamic host in front of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import boto3
import pytest
from dynamic_host import DynamicHost, serialized
from moto.server import ThreadedMotoServer

REGION = "eu-west-1"


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def aws(endpoint: str) -> dict[str, str]:
    """The environment in which every AWS client reaches the endpoint."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_REGION": REGION,
    }


@pytest.fixture
def sagemaker(endpoint: str) -> Iterator[Any]:
    """A client of the test's own."""
    client = boto3.client(
        "sagemaker",
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    yield client
    for job in client.list_hyper_parameter_tuning_jobs()["HyperParameterTuningJobSummaries"]:
        client.delete_hyper_parameter_tuning_job(HyperParameterTuningJobName=job["HyperParameterTuningJobName"])
    client.close()


Start = Callable[..., DynamicHost]


@pytest.fixture(scope="session")
def providers() -> dict[str, str]:
    """The serialized providers, each made in a process of its own."""
    return {kind: serialized(kind) for kind in ("job", "completion")}


@pytest.fixture
def start(aws: Mapping[str, str], providers: Mapping[str, str]) -> Iterator[Start]:
    """Start the host for a kind of resource, with Pulumi configuration and further environment."""
    with ExitStack() as hosts:

        def start_host(kind: str = "job", config: Mapping[str, Any] | None = None, **environment: str) -> DynamicHost:
            return hosts.enter_context(DynamicHost(providers[kind], config or {}, {**aws, **environment}))

        yield start_host


@pytest.fixture(scope="module")
def host(aws: Mapping[str, str], providers: Mapping[str, str]) -> Iterator[DynamicHost]:
    """A host of the job's provider, for tests that mind neither what it knows already nor what it prints."""
    with DynamicHost(providers["job"], {}, aws) as shared:
        yield shared
