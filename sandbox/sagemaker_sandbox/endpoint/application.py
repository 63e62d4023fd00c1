"""The WSGI application: SageMaker's tuning, training and tag operations are ours, all else is moto's.

Of moto's own SageMaker, only what keeps plain records is let through: an operation that would invent results (moto
completes jobs at once, with made-up metrics) is refused by name instead.
"""

from __future__ import annotations

import io
import json
import logging
import re
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from http import HTTPStatus
from typing import Any

from . import tags
from .calls import Call, CallLog, name_call, signed_for
from .errors import ServiceError
from .operations import OPERATIONS, Operations
from .protocol import CONTENT_TYPE, operation_names, read_request, write_error, write_response

__all__ = ["OWN_USER_AGENT", "Application"]

# The sandbox's own S3 client says so in its user agent: what trials read and write is no call of a client's.
OWN_USER_AGENT = "sagemaker-sandbox-trials"

_TARGET_PREFIX = "SageMaker."
_RECORDS_ONLY = re.compile(r"(Create|Describe|List|Delete|Update)(Model|ModelPackage(Group)?|EndpointConfig)s?")
_FORM = "application/x-www-form-urlencoded"
_DEFAULT_REGION = "us-east-1"

_log = logging.getLogger(__name__)

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WsgiApp = Callable[[Environ, StartResponse], Iterable[bytes]]


class Application:
    """`operations` gives the operations of a region, `elsewhere` is moto's application."""

    def __init__(self, operations: Callable[[str], Operations], elsewhere: WsgiApp, calls: CallLog) -> None:
        self._operations = operations
        self._elsewhere = elsewhere
        self._calls = calls

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith("/_sandbox/"):
            return self._own_page(environ, start_response)
        # moto reads S3 keys from the path as it was sent.
        environ["RAW_URI"] = environ.get("REQUEST_URI", "")
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        if target.startswith(_TARGET_PREFIX):
            return self._sagemaker(target.removeprefix(_TARGET_PREFIX), environ, start_response)
        body = _take_body(environ) if environ.get("CONTENT_TYPE", "").startswith(_FORM) else None
        return self._forward(environ, start_response, *name_call(environ, body))

    def _sagemaker(self, operation: str, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        body = _take_body(environ)
        region = signed_for(environ)[1] or _DEFAULT_REGION
        try:
            if operation not in OPERATIONS:
                _check_harmless(operation)
                return self._forward(environ, start_response, "sagemaker", operation)
            request = read_request(operation, body)
            if operation.endswith("Tags") and not tags.is_ours(request):
                return self._forward(environ, start_response, "sagemaker", operation)
            answer = write_response(operation, OPERATIONS[operation](self._operations(region), request))
        except ServiceError as error:
            return self._answer(start_response, operation, error.http_status, write_error(error), error.code)
        except Exception as error:
            _log.exception("%s failed", operation)
            failure = ServiceError("InternalFailure", f"A bug in the sandbox: {type(error).__name__}: {error}", 500)
            return self._answer(start_response, operation, 500, write_error(failure), failure.code)
        return self._answer(start_response, operation, 200, answer)

    def _answer(
        self, start_response: StartResponse, operation: str, status: int, body: bytes, error: str | None = None
    ) -> Iterable[bytes]:
        self._calls.add(Call("sagemaker", operation, status, _now(), error))
        request_id = ("x-amzn-RequestId", str(uuid.uuid4()))
        start_response(_line(status), [("Content-Type", CONTENT_TYPE), ("Content-Length", str(len(body))), request_id])
        return [body]

    def _forward(
        self, environ: Environ, start_response: StartResponse, service: str, operation: str
    ) -> Iterable[bytes]:
        """Let moto answer, and log its status."""
        is_own = OWN_USER_AGENT in environ.get("HTTP_USER_AGENT", "")

        def log_and_start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            if not is_own:
                self._calls.add(Call(service, operation, int(status.split()[0]), _now()))
            return start_response(status, headers, exc_info)

        return self._elsewhere(environ, log_and_start)

    def _own_page(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """GET and DELETE /_sandbox/calls."""
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        status, content = 200, b""
        if path != "/_sandbox/calls":
            status = 404
        elif method == "GET":
            content = json.dumps(self._calls.as_json()).encode()
        elif method == "DELETE":
            self._calls.clear()
        else:
            status = 405
        start_response(_line(status), [("Content-Type", "application/json"), ("Content-Length", str(len(content)))])
        return [content]


def _check_harmless(operation: str) -> None:
    if operation not in operation_names():
        raise ServiceError("UnknownOperationException", f"{operation} is not an operation of SageMaker.")
    if not _RECORDS_ONLY.fullmatch(operation):
        raise ServiceError(
            "UnsupportedOperation",
            f"The sandbox does not serve SageMaker's {operation}. It serves tuning jobs, training jobs, their tags, "
            "and the records of models and endpoint configurations.",
            501,
        )


def _take_body(environ: Environ) -> bytes:
    """Read the request's body and leave it to be read again."""
    size = int(environ.get("CONTENT_LENGTH") or 0)
    body: bytes = environ["wsgi.input"].read(size) if size else b""
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _line(status: int) -> str:
    return f"{status} {HTTPStatus(status).phrase}"


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")
