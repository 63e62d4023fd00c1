"""The region and the IAM documents of these tests."""

from __future__ import annotations

from typing import Any

REGION = "eu-west-1"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "sagemaker.amazonaws.com"}},
    ],
}


def policy(*actions: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": sorted(actions), "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def bucket_policy(action: str) -> dict[str, Any]:
    statement = {"Effect": "Deny", "Principal": "*", "Action": action, "Resource": "arn:aws:s3:::shared/*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def pull_policy(*actions: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": [f"ecr:{action}" for action in actions]}
    return {"Version": "2012-10-17", "Statement": [statement]}


def images_kept(number: int) -> dict[str, Any]:
    selection = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": number}
    return {"rules": [{"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}]}
