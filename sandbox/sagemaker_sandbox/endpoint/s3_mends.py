"""What moto's S3 does otherwise than S3, mended.

moto takes the conditions of a bucket policy for met, so the usual denial of requests without TLS would deny them all.
A sandbox is reached on its own machine only, and without TLS: its requests count as secure.

moto cannot empty a bucket whose versioning is suspended while it holds delete markers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket, FakeDeleteMarker

__all__ = ["mend_s3"]


def mend_s3() -> None:
    """Change moto for as long as this process lasts; it has no place for either."""
    FakeBucket.get_permission = _permission  # type: ignore[assignment, method-assign]
    FakeDeleteMarker.dispose = lambda self: None  # type: ignore[attr-defined]  # it has no content to let go


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
