"""One moto server and one stand-in process for all tests of this folder; what a test makes has names of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from aws_documents import REGION, TRUST, policy
from engine_side import Provider
from moto.server import ThreadedMotoServer
from sagemaker_sandbox.aws_plugin import serve_in_background


@pytest.fixture(scope="session")
def environment() -> Iterator[dict[str, str]]:
    """The environment that points every AWS client at a server of moto's."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    kept = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    yield {
        **kept,
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    server.stop()


@pytest.fixture(scope="session")
def port(environment: dict[str, str]) -> Iterator[int]:
    with serve_in_background(environment) as port:
        yield port


@pytest.fixture
def provider(port: int) -> Iterator[Provider]:
    provider = Provider(port)
    yield provider
    provider.channel.close()


@pytest.fixture(scope="session")
def session(environment: dict[str, str]) -> Any:
    """boto3 clients by service, as an operator beside Pulumi would use them."""
    clients: dict[str, Any] = {}

    def client(service: str) -> Any:
        if service not in clients:
            clients[service] = boto3.client(
                service,
                endpoint_url=environment["AWS_ENDPOINT_URL"],
                region_name=REGION,
                aws_access_key_id="testing",
                aws_secret_access_key="testing",
            )
        return clients[service]

    yield client
    for each in clients.values():
        each.close()


@pytest.fixture(scope="session")
def surroundings(session: Any) -> SimpleNamespace:
    """What the tested resources stand in or point to."""
    for bucket in ("shared", "other"):
        session("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    for role in ("shared", "other"):
        session("iam").create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(TRUST))
    policies = [
        session("iam").create_policy(PolicyName=name, PolicyDocument=json.dumps(policy("s3:GetObject")))
        for name in ("shared", "other")
    ]
    vpcs = [session("ec2").create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"] for _ in range(2)]
    ec2 = session("ec2")
    session("sagemaker").create_model(ModelName="shared", ExecutionRoleArn="arn:aws:iam::123456789012:role/shared")
    return SimpleNamespace(
        policies=[each["Policy"]["Arn"] for each in policies],
        vpcs=vpcs,
        subnets=[
            ec2.create_subnet(VpcId=vpcs[0], CidrBlock=f"10.7.{number}.0/24")["Subnet"]["SubnetId"]
            for number in (200, 201)
        ],
        route_tables=[ec2.create_route_table(VpcId=vpcs[0])["RouteTable"]["RouteTableId"] for _ in range(2)],
        groups=[
            ec2.create_security_group(GroupName=name, Description="d", VpcId=vpcs[0])["GroupId"]
            for name in ("shared", "other")
        ],
        repositories=[
            session("ecr").create_repository(repositoryName=name)["repository"]["repositoryName"]
            for name in ("shared", "other")
        ],
        keys=[session("kms").create_key()["KeyMetadata"]["KeyId"] for _ in range(2)],
    )
