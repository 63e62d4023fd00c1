"""The log of calls: what clients did, and nothing of what the sandbox did itself."""

from __future__ import annotations

import json
import urllib.request
from typing import Any
from urllib.error import HTTPError

import pytest
from botocore.exceptions import ClientError
from endpoint_clients import Aws
from endpoint_requests import BUCKET, tuning_request


def page(aws: Aws, method: str, path: str = "/_sandbox/calls") -> Any:
    request = urllib.request.Request(aws.sandbox.url + path, method=method)
    with urllib.request.urlopen(request) as answer:
        body = answer.read()
    return json.loads(body) if body else None


def logged(aws: Aws) -> list[tuple[str, str, int, str | None]]:
    return [(call["service"], call["operation"], call["status"], call["error"]) for call in page(aws, "GET")]


def test_each_call_is_logged_with_its_operation_and_outcome(aws: Aws) -> None:
    page(aws, "DELETE")
    aws.iam.get_role(RoleName="training")
    aws.s3.head_object(Bucket=BUCKET, Key="data/rows.csv")
    with pytest.raises(ClientError):
        aws.describe("nobody")
    assert logged(aws) == [
        ("iam", "GetRole", 200, None),
        ("s3", "HeadObject", 200, None),
        ("sagemaker", "DescribeHyperParameterTuningJob", 400, "ResourceNotFound"),
    ]
    assert all(call["time"].endswith("+00:00") for call in page(aws, "GET"))


def test_what_trials_read_and_store_is_no_call_of_a_client(aws: Aws) -> None:
    page(aws, "DELETE")
    aws.sagemaker.create_hyper_parameter_tuning_job(**tuning_request("logged", aws.role_arn))
    aws.ended("logged")
    assert {operation for _, operation, _, _ in logged(aws)} == {
        "CreateHyperParameterTuningJob",
        "DescribeHyperParameterTuningJob",
    }


def test_other_pages_and_methods_are_refused(aws: Aws) -> None:
    for method, path, status in (("GET", "/_sandbox/nothing", 404), ("PUT", "/_sandbox/calls", 405)):
        with pytest.raises(HTTPError) as raised:
            page(aws, method, path)
        assert raised.value.code == status
        raised.value.close()
