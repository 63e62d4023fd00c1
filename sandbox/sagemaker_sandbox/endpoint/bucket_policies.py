"""Bucket policies, as far as moto does not read them.

moto takes the conditions of a bucket policy for met, so the usual denial of requests without TLS would deny them all.
A sandbox is reached on its own machine only, and without TLS: its requests count as secure.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket

__all__ = ["count_requests_as_secure"]


def count_requests_as_secure() -> None:
    """From now on, what a bucket's policy says of requests without TLS holds for none."""
    FakeBucket.get_permission = _permission  # type: ignore[method-assign]  # moto has no place for it


def _permission(bucket: FakeBucket, action: str, resource: str) -> PermissionResult:
    if bucket.policy is None:
        return PermissionResult.NEUTRAL
    document = json.loads(bucket.policy)
    statements = document["Statement"]
    listed = statements if isinstance(statements, list) else [statements]
    kept = [statement for statement in listed if not _is_about_insecure_requests(statement)]
    return IAMPolicy(json.dumps({**document, "Statement": kept})).is_action_permitted(action, resource)


def _is_about_insecure_requests(statement: Mapping[str, Any]) -> bool:
    condition = statement.get("Condition", {}).get("Bool", {})
    return str(condition.get("aws:SecureTransport")).lower() == "false"
