"""The other services as SageMaker sees them: whether a role can be assumed, whether a channel has data.

They are moto's, in this same process; its backends are asked directly, because a server that calls itself over HTTP
can wait for its own threads.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.iam.models import Role, iam_backends
from moto.s3.exceptions import MissingBucket
from moto.s3.models import FakeDeleteMarker, FakeKey, s3_backends

from .errors import invalid

__all__ = ["ACCOUNT", "check_channels", "check_role"]

ACCOUNT = DEFAULT_ACCOUNT_ID
_PRINCIPAL = "sagemaker.amazonaws.com"


def check_role(arn: str, now: datetime, propagation_seconds: float) -> None:
    """ValidationException unless the role exists, is old enough to be known, and trusts SageMaker."""
    role = _role(arn)
    known_since = None if role is None else _utc(role.create_date) + timedelta(seconds=propagation_seconds)
    if role is None or known_since is None or known_since > now or not _trusts_sagemaker(role):
        raise invalid(
            f"Could not assume role {arn}. Please ensure that the role exists and allows principal "
            f"'{_PRINCIPAL}' to assume the role."
        )


def check_channels(
    channels: Sequence[Mapping[str, Any]], role_arn: str, region: str, now: datetime, propagation_seconds: float
) -> None:
    """ValidationException unless every S3 channel's prefix has an object that is old enough to be known."""
    for channel in channels:
        source = channel["DataSource"].get("S3DataSource")
        if source:
            _check_prefix(source["S3Uri"], role_arn, region, now - timedelta(seconds=propagation_seconds))


def _check_prefix(uri: str, role_arn: str, region: str, known_until: datetime) -> None:
    parts = urlsplit(uri)
    if parts.scheme != "s3":
        return  # https:// forms name a bucket in ways that depend on the region's host names
    prefix = parts.path.lstrip("/")
    try:
        bucket = s3_backends[ACCOUNT]["aws"].get_bucket(parts.netloc)
    except MissingBucket:
        reason = " Error message from S3: The specified bucket does not exist"
    else:
        if any(key.startswith(prefix) and _is_known(bucket.keys[key], known_until) for key in list(bucket.keys)):
            return
        reason = ""
    raise invalid(
        f'No S3 objects found under S3 URL "{uri}" given in input data source. Please ensure that the bucket exists '
        f"in the selected region ({region}), that objects exist under that S3 prefix, and that the role "
        f'"{role_arn}" has "s3:ListBucket" permissions on bucket "{parts.netloc}".{reason}'
    )


def _is_known(key: FakeKey | FakeDeleteMarker, known_until: datetime) -> bool:
    return isinstance(key, FakeKey) and _utc(key.last_modified) <= known_until


def _role(arn: str) -> Role | None:
    roles = list(iam_backends[ACCOUNT]["aws"].roles.values())
    return next((role for role in roles if role.arn == arn), None)


def _trusts_sagemaker(role: Role) -> bool:
    document = role.assume_role_policy_document
    statements = (json.loads(document) if isinstance(document, str) else document)["Statement"]
    if isinstance(statements, Mapping):
        statements = [statements]
    return any(_is_trust(statement) for statement in statements)


def _is_trust(statement: Mapping[str, Any]) -> bool:
    principal = statement.get("Principal", {})
    services = "*" if principal == "*" else principal.get("Service", [])
    services = [services] if isinstance(services, str) else services
    return statement.get("Effect") == "Allow" and (_PRINCIPAL in services or "*" in services)


def _utc(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=timezone.utc)
