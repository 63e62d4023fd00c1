"""What a sandbox has around a job: a role that needs time to be known, names of its own, a folder, an end."""

from __future__ import annotations

import http.client
import json
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import psutil
import pytest
from endpoint_clients import wait_until
from endpoint_requests import BUCKET, TRUST_SAGEMAKER, code_archive, tuning_request
from sagemaker_sandbox.clients import client_environment, without_aws
from sagemaker_sandbox.endpoint import Sandbox
from sagemaker_sandbox.endpoint.errors import ServiceError
from sagemaker_sandbox.endpoint.surroundings import check_role


def session(sandbox: Sandbox) -> boto3.session.Session:
    return boto3.session.Session("sandbox", "sandbox", region_name="us-east-1")


def test_a_role_is_known_only_some_time_after_its_creation() -> None:
    with Sandbox() as sandbox:
        iam = session(sandbox).client("iam", endpoint_url=sandbox.url)
        arn = iam.create_role(RoleName="young", AssumeRolePolicyDocument=TRUST_SAGEMAKER)["Role"]["Arn"]
        iam.close()
        now = datetime.now(timezone.utc)
        with pytest.raises(ServiceError, match="Could not assume role"):
            check_role(arn, now, propagation_seconds=10)
        check_role(arn, now + timedelta(seconds=10), propagation_seconds=10)


def test_a_sandbox_ends_its_trials_keeps_no_folder_and_the_next_starts_empty() -> None:
    for _ in range(2):  # the second would fail on what the first left
        with Sandbox(speed=20) as sandbox:
            folder = sandbox.folder
            clients = [session(sandbox).client(name, endpoint_url=sandbox.url) for name in ("s3", "iam", "sagemaker")]
            s3, iam, sagemaker = clients
            s3.create_bucket(Bucket=BUCKET)
            s3.put_object(Bucket=BUCKET, Key="code.tar.gz", Body=code_archive())
            s3.put_object(Bucket=BUCKET, Key="data/rows.csv", Body=b"1\n")
            role = iam.create_role(RoleName="training", AssumeRolePolicyDocument=TRUST_SAGEMAKER)["Role"]["Arn"]
            sagemaker.create_hyper_parameter_tuning_job(**tuning_request("left", role, does="wait"))
            wait_until(partial(_at_work_in, folder), bool)
            for client in clients:
                client.close()
        assert _at_work_in(folder) == []
        assert not folder.exists()


def _at_work_in(folder: Path) -> list[psutil.Process]:
    return [
        process
        for process in psutil.Process().children(recursive=True)
        if process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()).is_relative_to(folder)
    ]


def test_a_body_in_chunks_is_read_and_a_connection_is_kept() -> None:
    with Sandbox() as sandbox:
        connection = http.client.HTTPConnection(sandbox.url.removeprefix("http://"))
        connection.request("PUT", "/chunk-bucket")
        connection.getresponse().read()
        socket = connection.sock
        connection.request("PUT", "/chunk-bucket/a%2Fkey", body=iter([b"one ", b"two"]))
        connection.getresponse().read()
        assert connection.sock is socket
        connection.close()
        s3 = session(sandbox).client("s3", endpoint_url=sandbox.url)
        assert s3.get_object(Bucket="chunk-bucket", Key="a/key")["Body"].read() == b"one two"
        s3.close()


def test_a_clients_environment_leads_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "intranet")
    variables = client_environment("http://127.0.0.1:1234")
    assert variables["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1234"
    assert variables["NO_PROXY"] == variables["no_proxy"] == "intranet,127.0.0.1"
    users = {"AWS_PROFILE": "prod", "AWS_SESSION_TOKEN": "t", "AWS_ENDPOINT_URL_S3": "https://s3", "HOME": "/h"}
    assert without_aws(users) == {"HOME": "/h"}
    assert json.dumps(variables)  # plain texts only


def test_a_sandbox_listens_on_the_loopback_interface_only() -> None:
    with Sandbox() as sandbox:
        port = urlsplit(sandbox.url).port
        listening = [
            connection.laddr
            for connection in psutil.Process().net_connections(kind="tcp")
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
        ]
    assert [address.ip for address in listening] == ["127.0.0.1"]
