"""Names for jobs that the program does not name.

SageMaker allows 32 characters of `[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}`, and a name stays taken until the job's record is
deleted; so a random suffix is what makes create-before-delete possible.
"""

from __future__ import annotations

import hashlib
import re

__all__ = ["auto_name", "auto_name_stem", "logical_name", "new_auto_name"]

_MAX_LENGTH = 32
_OWNER_DIGITS = 3
_RANDOM_DIGITS = 4
_SUFFIX_LENGTH = _OWNER_DIGITS + _RANDOM_DIGITS


def auto_name(logical_name: str, suffix: str) -> str:
    """A name that SageMaker accepts: the logical name, cleaned and cut, a hyphen and the suffix (7 hex digits)."""
    cleaned = re.sub(r"[^a-zA-Z0-9]+", "-", logical_name).strip("-")
    base = cleaned[: _MAX_LENGTH - _SUFFIX_LENGTH - 1].rstrip("-") or "tuning"
    return f"{base}-{suffix}"


def logical_name(owner: str) -> str:
    """What the user calls the resource: the name in `project/stack/name`, or in `project/stack/types::name`."""
    return owner.split("/", 2)[-1].rpartition("::")[2]


def new_auto_name(owner: str, random_id: str) -> str:
    """A new automatic name for a resource; `random_id` begins with hex digits."""
    return auto_name_stem(owner) + random_id[:_RANDOM_DIGITS]


def auto_name_stem(owner: str) -> str:
    """What all automatic names of the owner's resource begin with.

    It has digits of the owner, so that one filtered List finds a resource's own jobs and nearly no others: stacks of
    one project differ in nothing else.
    """
    return auto_name(logical_name(owner), hashlib.sha256(owner.encode()).hexdigest()[:_OWNER_DIGITS])
