"""What the clients' programs need around them: a role before, and somebody to tell at the end."""

import json
from pathlib import Path
from typing import Any

import boto3


def create_role() -> str:
    """The ARN of a role that SageMaker may assume."""
    trust = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    return boto3.client("iam").create_role(RoleName="training", AssumeRolePolicyDocument=policy)["Role"]["Arn"]


def say(**facts: Any) -> None:
    """Tell the test what the client saw. Standard output is the client's own."""
    Path("said.json").write_text(json.dumps(facts))
