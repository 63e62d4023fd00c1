"""What the sandbox's S3 does otherwise than moto's; each of these fails without its mend."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from endpoint_clients import Aws

ONLY_OVER_TLS = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


@pytest.fixture
def bucket(aws: Aws, request: pytest.FixtureRequest) -> str:
    name = request.node.name.replace("_", "-")[-60:].strip("-")
    aws.s3.create_bucket(Bucket=name)
    return name


def set_policy(aws: Aws, bucket: str, *statements: dict[str, Any]) -> None:
    resources = {"Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]}
    document = {"Version": "2012-10-17", "Statement": [{**each, **resources} for each in statements]}
    aws.s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(document))


def test_a_bucket_that_is_closed_without_tls_is_open_to_the_sandbox(aws: Aws, bucket: str) -> None:
    set_policy(aws, bucket, ONLY_OVER_TLS)
    aws.s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    assert aws.s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"1"
    assert json.loads(aws.s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"][0]["Effect"] == "Deny"


def test_every_other_denial_holds(aws: Aws, bucket: str) -> None:
    aws.s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    set_policy(aws, bucket, ONLY_OVER_TLS, {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject"})
    with pytest.raises(ClientError, match="403"):
        aws.s3.put_object(Bucket=bucket, Key="a", Body=b"2")
    assert aws.s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"1"


def test_a_bucket_with_delete_markers_and_suspended_versions_can_be_emptied(aws: Aws, bucket: str) -> None:
    def set_versioning(status: str) -> None:
        aws.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})

    set_versioning("Enabled")
    aws.s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    aws.s3.delete_object(Bucket=bucket, Key="a")
    set_versioning("Suspended")
    found = aws.s3.list_object_versions(Bucket=bucket)
    versions = [
        {"Key": each["Key"], "VersionId": each["VersionId"]} for each in found["Versions"] + found["DeleteMarkers"]
    ]
    deleted = aws.s3.delete_objects(Bucket=bucket, Delete={"Objects": versions})
    assert len(deleted["Deleted"]) == 2
    aws.s3.delete_bucket(Bucket=bucket)
