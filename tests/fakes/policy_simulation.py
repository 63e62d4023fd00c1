"""IAM policies read as moto reads them, statement by statement."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from moto.iam import policy_conditions
from moto.iam.access_control import IAMPolicyStatement, PermissionResult

__all__ = ["allows"]


def allows(policy: Mapping[str, Any], action: str, resource: str, **context: str) -> bool:
    """Whether any statement allows the action. In the keys of the context, `__` stands for a colon.

    Each statement is asked by itself: moto takes a condition that is not met for a denial of the whole policy.
    """
    values = {key.replace("__", ":"): value for key, value in context.items()}
    assert all(statement["Effect"] == "Allow" for statement in policy["Statement"])
    with pytest.MonkeyPatch.context() as patch:
        # The two operators of our conditions that moto does not know; it would take them for met.
        operations = policy_conditions.CONDITION_OPERATIONS
        patch.setitem(operations, "StringLike", _is_like)
        patch.setitem(operations, "ForAnyValue:StringEquals", operations["StringEquals"])
        return any(
            IAMPolicyStatement(statement).is_action_permitted(action, resource, None, values)
            is PermissionResult.PERMITTED
            for statement in policy["Statement"]
        )


def _is_like(patterns: str | Sequence[str], value: str) -> bool:
    listed = [patterns] if isinstance(patterns, str) else patterns
    return any(fnmatch.fnmatchcase(value, pattern) for pattern in listed)
