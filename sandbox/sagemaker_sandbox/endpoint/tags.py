"""AddTags, ListTags, DeleteTags on tuning jobs and training jobs.

Source: the operations' pages in the API reference; 50 tags a resource, keys unique, `aws:` reserved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .errors import invalid, limit_exceeded, not_found
from .listing import page
from .store import JobStore

__all__ = ["add_tags", "delete_tags", "is_ours", "list_tags", "new_tags"]

_MOST_TAGS = 50
_OURS = (":hyper-parameter-tuning-job/", ":training-job/")


def is_ours(request: Mapping[str, Any]) -> bool:
    """Whether a tag request is about a job. Other resources are served elsewhere."""
    return any(kind in request["ResourceArn"] for kind in _OURS)


def new_tags(tags: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """A request's list of tags as a map, if its keys may be used."""
    keys = [tag["Key"] for tag in tags]
    reserved = [key for key in keys if key.lower().startswith("aws:")]
    if reserved:
        raise invalid(f"Tag keys starting with 'aws:' are reserved for system use: {', '.join(reserved)}")
    if len(set(keys)) < len(keys):
        raise invalid("Duplicate tag keys found. Each tag key can be given once.")
    return {tag["Key"]: tag["Value"] for tag in tags}


def add_tags(store: JobStore, request: Mapping[str, Any]) -> dict[str, Any]:
    added = new_tags(request["Tags"])
    with store.exclusively():
        tags = {**_existing(store, request), **added}
        if len(tags) > _MOST_TAGS:
            raise limit_exceeded(
                f"The account-level service limit 'tags per resource' is {_MOST_TAGS} Tags, "
                f"with a request for {len(tags)} Tags."
            )
        store.put_tags(_arn(request), tags)
    return {"Tags": _as_list(tags)}


def list_tags(store: JobStore, request: Mapping[str, Any]) -> dict[str, Any]:
    tags = _as_list(_existing(store, request))
    chosen, token = page(request, tags, lambda tag: ("", tag["Key"]), default_size=_MOST_TAGS)
    return {"Tags": chosen, "NextToken": token}


def delete_tags(store: JobStore, request: Mapping[str, Any]) -> dict[str, Any]:
    """A key that is not there is no error."""
    with store.exclusively():
        tags = _existing(store, request)
        store.put_tags(_arn(request), {key: value for key, value in tags.items() if key not in request["TagKeys"]})
    return {}


def _arn(request: Mapping[str, Any]) -> str:
    prefix, _, name = request["ResourceArn"].rpartition("/")
    return f"{prefix}/{name.lower()}"


def _existing(store: JobStore, request: Mapping[str, Any]) -> dict[str, str]:
    arn = _arn(request)
    if store.tuning_job(arn) is None and store.training_job(arn) is None:
        raise not_found("resource", request["ResourceArn"])
    return store.tags(arn)


def _as_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]
