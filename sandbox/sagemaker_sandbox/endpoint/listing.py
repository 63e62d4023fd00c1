"""What all List operations share: filters, sorting, and pages that stay right while jobs come and go."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from .errors import invalid

__all__ = ["page", "sorted_page", "within_times"]

_DEFAULT_MAX_RESULTS = 10

Item = TypeVar("Item")
Key = tuple[Any, str]


def within_times(request: Mapping[str, Any], created: datetime, modified: datetime) -> bool:
    """Whether a job passes the CreationTime and LastModifiedTime filters."""
    return all(
        (f"{name}After" not in request or time > request[f"{name}After"])
        and (f"{name}Before" not in request or time < request[f"{name}Before"])
        for name, time in (("CreationTime", created), ("LastModifiedTime", modified))
    )


def sorted_page(
    request: Mapping[str, Any], items: Sequence[Item], key: Callable[[Item], Key]
) -> tuple[list[Item], str | None]:
    """Sort by key in the request's SortOrder, and give one page and the token of the next."""
    is_descending = request.get("SortOrder") == "Descending"
    return page(request, sorted(items, key=key, reverse=is_descending), key, is_descending=is_descending)


def page(
    request: Mapping[str, Any],
    items: Sequence[Item],
    key: Callable[[Item], Key],
    *,
    is_descending: bool = False,
    default_size: int = _DEFAULT_MAX_RESULTS,
) -> tuple[list[Item], str | None]:
    """One page of sorted items and the token of the next.

    The token holds the last item's key, so that items that come or go before it shift nothing.
    """
    size = request.get("MaxResults", default_size)
    if token := request.get("NextToken"):
        last = _read_token(token)
        items = [item for item in items if (key(item) < last if is_descending else key(item) > last)]
    chosen = list(items[:size])
    return chosen, _write_token(key(chosen[-1])) if len(items) > size else None


def _write_token(key: Key) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def _read_token(token: str) -> Key:
    try:
        value, name = json.loads(base64.urlsafe_b64decode(token.encode()))
    except ValueError as error:
        raise invalid(f"Invalid NextToken: {token}") from error
    return value, name
