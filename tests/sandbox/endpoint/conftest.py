"""One sandbox for each module's tests, with a bucket, a role and a script in it."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from botocore.config import Config
from endpoint_clients import Aws
from endpoint_requests import BUCKET, TRUST_SAGEMAKER, code_archive
from sagemaker_sandbox.endpoint import Sandbox


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    with Sandbox(speed=10) as sandbox, pytest.MonkeyPatch.context() as patch:
        for name, value in sandbox.environment().items():
            patch.setenv(name, value)
        # A session of its own: boto3's default one would keep the first sandbox's variables.
        session = boto3.session.Session()
        s3, iam = session.client("s3"), session.client("iam")
        # The endpoint's checks are the subject, not the client's.
        unchecked = Config(parameter_validation=False, retries={"max_attempts": 1, "mode": "standard"})
        sagemaker = session.client("sagemaker", config=unchecked)
        s3.create_bucket(Bucket=BUCKET)
        s3.put_object(Bucket=BUCKET, Key="code.tar.gz", Body=code_archive())
        s3.put_object(Bucket=BUCKET, Key="data/rows.csv", Body=b"1,2\n")
        role = iam.create_role(RoleName="training", AssumeRolePolicyDocument=TRUST_SAGEMAKER)["Role"]
        yield Aws(sandbox, s3, iam, sagemaker, role["Arn"])
        for client in (s3, iam, sagemaker):
            client.close()
