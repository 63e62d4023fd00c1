"""The tags by which a job is known to be a resource's own, and the tags a user gets by default.

- owner: project/stack/logical name, inside a component with its type. It survives an interrupted `up` and tells whose
  job an orphan is.
- token: one per create. A create that meets its own token was retried on the way, and its job is accepted.
- released: the resource let go of the job without deleting it, so it is nobody's to take back.

They are this provider's bookkeeping: `observed` keeps them apart from the user's tags.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sagemaker_tuning.errors import Problem, SpecError
from sagemaker_tuning.names import OWN_TAG_PREFIX
from sagemaker_tuning.observed import Observed

__all__ = [
    "OWNER_TAG",
    "RELEASED_TAG",
    "TOKEN_TAG",
    "has_owner",
    "is_made_for",
    "own_tags",
    "owner_tag",
    "problems_of_tags",
    "was_made_in",
    "with_default_tags",
    "written_tags",
]

OWNER_TAG = f"{OWN_TAG_PREFIX}owner"
TOKEN_TAG = f"{OWN_TAG_PREFIX}token"
RELEASED_TAG = f"{OWN_TAG_PREFIX}released"

_MAX_TAGS, _OWN_TAGS = 50, 2
_MAX_VALUE_LENGTH = 256


def own_tags(owner: str, token: str) -> dict[str, str]:
    """The bookkeeping tags of a job that is created or adopted now."""
    return {**owner_tag(owner), TOKEN_TAG: token}


def owner_tag(owner: str) -> dict[str, str]:
    """The tag that names the resource."""
    return {OWNER_TAG: _tag_value(owner)}


def written_tags(declared: Mapping[str, str], owner: str, token: str) -> dict[str, str]:
    """Every tag that a create sends. Errors: SpecError if there is no room beside the user's own."""
    if problems := problems_of_tags(declared):
        raise SpecError(problems)
    return {**declared, **own_tags(owner, token)}


def problems_of_tags(declared: Any) -> list[Problem]:
    """A problem if there are so many tags that those of `own_tags` have no room."""
    if not isinstance(declared, Mapping) or len(declared) <= _MAX_TAGS - _OWN_TAGS:
        return []
    allowed = _MAX_TAGS - _OWN_TAGS
    message = f"are {len(declared)} tags, default tags included; {allowed} are left beside the provider's own"
    return [Problem("tags", None, message, f"Declare at most {allowed} tags")]


def is_made_for(observed: Observed, owner: str) -> bool:
    """Whether this resource created or adopted the job, and no other has since."""
    return observed.own_tags.get(OWNER_TAG) == _tag_value(owner)


def has_owner(tags: Sequence[Mapping[str, str]], owner: str) -> bool:
    """The same, from the tags as ListTags gives them."""
    return {"Key": OWNER_TAG, "Value": _tag_value(owner)} in tags


def was_made_in(owner_tag: str, owner_prefix: str) -> bool:
    """Whether the value of an owner tag names a resource of a stack, `project/stack/`."""
    return owner_tag.startswith(_cleaned(owner_prefix))


def with_default_tags(declared: Mapping[str, Any], default_tags: Mapping[str, str]) -> dict[str, Any]:
    """The native document with the configured default tags; a tag that the program declares itself wins.

    Tags that are not a map (unknown as yet, or wrong) are left for validation to judge.
    """
    tags = declared.get("tags") or {}
    if not default_tags or not isinstance(tags, Mapping):
        return dict(declared)
    return {**declared, "tags": {**default_tags, **tags}}


def _tag_value(owner: str) -> str:
    """The owner in characters that a tag value may have; a digest keeps a shortened or altered one unique."""
    cleaned = _cleaned(owner)
    if cleaned == owner and len(owner) <= _MAX_VALUE_LENGTH:
        return owner
    digest = hashlib.sha256(owner.encode()).hexdigest()[:12]
    return f"{cleaned[: _MAX_VALUE_LENGTH - len(digest) - 1]}-{digest}"


def _cleaned(owner: str) -> str:
    return re.sub(r"[^\w .:/=+\-@]", "-", owner)
