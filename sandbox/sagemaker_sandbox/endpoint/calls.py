"""The log of API calls, so that a test can count what a client did: "no AWS call", "one AddTags"."""

from __future__ import annotations

import io
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import parse_qs

from .s3_operations import s3_operation

__all__ = ["Call", "CallLog", "name_call", "signed_for", "take_body"]

_MOST_CALLS = 100_000
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Call:
    """`operation` is the API's name for it; `status` is 0 for a call that a fault left without an answer."""

    service: str
    operation: str
    status: int
    time: str
    error: str | None = None


class CallLog:
    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=_MOST_CALLS)
        self._lock = threading.Lock()

    def add(self, call: Call) -> None:
        with self._lock:
            self._calls.append(call)

    def as_json(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(call) for call in self._calls]

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()


def name_call(environ: dict[str, Any]) -> tuple[str, str]:
    """The service and the operation of a request: from its signature, its target header, or its form's Action."""
    service = signed_for(environ)[0] or "unknown"
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if target:
        return service, target.rpartition(".")[2]
    if service == "s3":
        return service, s3_operation(environ)
    if environ.get("CONTENT_TYPE", "").startswith(_FORM):
        actions = parse_qs(take_body(environ).decode("utf-8", "replace")).get("Action")
        if actions:
            return service, actions[0]
    return service, f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '/')}"


def take_body(environ: dict[str, Any]) -> bytes:
    """Read the request's body and leave it to be read again."""
    size = int(environ.get("CONTENT_LENGTH") or 0)
    body: bytes = environ["wsgi.input"].read(size) if size else b""
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def signed_for(environ: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """The service and region of the credential scope in a signed request's Authorization header."""
    _, _, credential = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")
    scope = credential.split(",")[0].split("/")
    return (scope[3], scope[2]) if len(scope) == 5 else (None, None)
