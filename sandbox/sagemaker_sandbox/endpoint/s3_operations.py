"""The API's name for an S3 request. S3 is REST, so the name is not in the request; botocore's model has the rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import botocore.session
from botocore.model import OperationModel

__all__ = ["s3_operation"]


@dataclass(frozen=True)
class _Pattern:
    """What a request must have, besides method and path, to be this operation."""

    operation: str
    query: frozenset[tuple[str, str]]
    members: frozenset[str]  # of the query
    headers: frozenset[str]

    @property
    def weight(self) -> int:
        return len(self.query) + len(self.members) + len(self.headers)

    def fits(self, environ: Mapping[str, Any], query: Mapping[str, str]) -> bool:
        return (
            self.query <= query.items()
            and self.members <= query.keys()
            and all(f"HTTP_{name.upper().replace('-', '_')}" in environ for name in self.headers)
        )


def s3_operation(environ: Mapping[str, Any]) -> str:
    """The operation's name, such as PutObject; for a request that fits none, its method and path."""
    method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "/")
    bucket, _, key = path.lstrip("/").partition("/")
    query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    candidates = _patterns().get((method, bool(bucket) + bool(key)), ())
    return next((item.operation for item in candidates if item.fits(environ, query)), f"{method} {path}")


@cache
def _patterns() -> Mapping[tuple[str, int], list[_Pattern]]:
    """By method and number of path parts (none, a bucket, a key in it); the most particular first."""
    service = botocore.session.get_session().get_service_model("s3")
    found = defaultdict(list)
    for name in service.operation_names:
        operation = service.operation_model(name)
        if not operation.deprecated or name == "ListObjects":
            path = operation.http["requestUri"].partition("?")[0]
            found[operation.http["method"], path.count("{")].append(_pattern(operation))
    return {shape: sorted(items, key=lambda item: -item.weight) for shape, items in found.items()}


def _pattern(operation: OperationModel) -> _Pattern:
    query = parse_qsl(operation.http["requestUri"].partition("?")[2], keep_blank_values=True)
    shape = operation.input_shape
    required = [shape.members[name].serialization for name in shape.required_members] if shape else []
    return _Pattern(
        operation.name,
        frozenset(query),
        frozenset(item["name"] for item in required if item.get("location") == "querystring"),
        frozenset(item["name"] for item in required if item.get("location") == "header"),
    )
