"""The dynamic host, and a sandbox that it calls."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from adapter_jobs import BUCKET, TRAIN, delete_job
from dynamic_host import DynamicHost, serialized
from sagemaker_sandbox.endpoint import Sandbox

REGION = "eu-west-1"


TRUST = """{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
  "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}]}"""


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """A sandbox in which the jobs of these tests can run."""
    with Sandbox(speed=20) as sandbox:
        session = _session(sandbox)
        with closing(session.client("s3")) as s3, closing(session.client("iam")) as iam:
            s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
            s3.put_object(Bucket=BUCKET, Key="code.tar.gz", Body=_code_archive())
            iam.create_role(RoleName="tuning", AssumeRolePolicyDocument=TRUST)
        yield sandbox


@pytest.fixture
def sagemaker(sandbox: Sandbox) -> Iterator[Any]:
    """A client of the test's own; the test's jobs are gone afterwards."""
    with closing(_session(sandbox).client("sagemaker")) as client:
        yield client
        for job in client.list_hyper_parameter_tuning_jobs(MaxResults=100)["HyperParameterTuningJobSummaries"]:
            delete_job(client, job["HyperParameterTuningJobName"])


def _session(sandbox: Sandbox) -> Any:
    variables = sandbox.environment()
    session = boto3.session.Session(
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
        region_name=REGION,
    )
    return SimpleNamespace(client=lambda service: session.client(service, endpoint_url=sandbox.url))


def _code_archive() -> bytes:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        member = tarfile.TarInfo("train.py")
        member.size = len(TRAIN)
        tar.addfile(member, io.BytesIO(TRAIN.encode()))
    return archive.getvalue()


@pytest.fixture(scope="session")
def aws(sandbox: Sandbox) -> dict[str, str]:
    """The environment in which every AWS client reaches the sandbox."""
    return {**sandbox.environment(), "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}


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
