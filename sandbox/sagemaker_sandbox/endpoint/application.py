"""The WSGI application: SageMaker's tuning, training and tag operations and its prices are ours, all else is moto's.

Of moto's own SageMaker, only what keeps plain records is let through: an operation that would invent results (moto
completes jobs at once, with made-up metrics) is refused by name instead. Faults strike whatever a client calls.
"""

from __future__ import annotations

import json
import logging
import re
import time
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from http import HTTPStatus
from typing import Any

from . import tags
from .calls import Call, CallLog, name_call, signed_for, take_body
from .connections import break_connection
from .errors import ServiceError
from .faults import Faults
from .faults.refusals import refusal
from .faults.rules import ConnectionReset, Refused, Slow
from .operations import OPERATIONS, Operations
from .own_pages import OwnPages
from .price_list import PRICE_LIST_TARGET, get_products
from .protocol import CONTENT_TYPE, operation_names, read_request, write_error, write_response

__all__ = ["OWN_USER_AGENT", "Application", "WsgiApp"]

# The sandbox's own S3 client says so in its user agent: what trials read and write is no call of a client's.
OWN_USER_AGENT = "sagemaker-sandbox-trials"

_TARGET_PREFIX = "SageMaker."
_RECORDS_ONLY = re.compile(r"(Create|Describe|List|Delete|Update)(Model|ModelPackage(Group)?|EndpointConfig)s?")
_DEFAULT_REGION = "us-east-1"

_log = logging.getLogger(__name__)

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WsgiApp = Callable[[Environ, StartResponse], Iterable[bytes]]


class Application:
    """`operations` gives the operations of a region, `elsewhere` is moto's application."""

    def __init__(
        self, operations: Callable[[str], Operations], elsewhere: WsgiApp, calls: CallLog, faults: Faults
    ) -> None:
        self._operations = operations
        self._elsewhere = elsewhere
        self._calls = calls
        self._faults = faults
        self._own_pages = OwnPages(calls, faults)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith("/_sandbox/"):
            return self._own_page(environ, start_response)
        # moto reads S3 keys from the path as it was sent.
        environ["RAW_URI"] = environ.get("REQUEST_URI", "")
        if OWN_USER_AGENT in environ.get("HTTP_USER_AGENT", ""):
            return self._elsewhere(environ, start_response)
        return self._with_faults(*name_call(environ), environ, start_response)

    def _with_faults(
        self, service: str, operation: str, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        for fault in self._faults.on_call(service, operation):
            if not isinstance(fault, Slow):
                return self._hinder(fault, service, operation, environ, start_response)
            time.sleep(fault.seconds)
        return self._carry_out(service, operation, environ, start_response)

    def _hinder(
        self,
        fault: ConnectionReset | Refused,
        service: str,
        operation: str,
        environ: Environ,
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        take_body(environ)  # a body left unread would reset the connection even for an answer
        if isinstance(fault, ConnectionReset):
            if fault.takes_effect:
                list(self._carry_out(service, operation, environ, lambda *_: None))
            else:
                self._log_call(service, operation, 0, "ConnectionReset")
            break_connection(environ)
        refused = refusal(fault, service, operation, environ, str(uuid.uuid4()))
        self._log_call(service, operation, refused.status, refused.code)
        return _answer(start_response, refused.status, refused.content_type, refused.body)

    def _carry_out(
        self, service: str, operation: str, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        if target.startswith(_TARGET_PREFIX):
            return self._sagemaker(operation, environ, start_response)
        if target == f"{PRICE_LIST_TARGET}GetProducts":
            return self._price_list(service, operation, environ, start_response)
        return self._forward(service, operation, environ, start_response)

    def _sagemaker(self, operation: str, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        body = take_body(environ)
        region = signed_for(environ)[1] or _DEFAULT_REGION
        try:
            if operation not in OPERATIONS:
                _check_harmless(operation)
                return self._forward("sagemaker", operation, environ, start_response)
            request = read_request(operation, body)
            if operation.endswith("Tags") and not tags.is_ours(request):
                return self._forward("sagemaker", operation, environ, start_response)
            status, code = 200, None
            answer = write_response(operation, OPERATIONS[operation](self._operations(region), request))
        except ServiceError as error:
            status, code, answer = error.http_status, error.code, write_error(error)
        except Exception as error:
            _log.exception("%s failed", operation)
            failure = ServiceError("InternalFailure", f"A bug in the sandbox: {type(error).__name__}: {error}", 500)
            status, code, answer = 500, failure.code, write_error(failure)
        self._log_call("sagemaker", operation, status, code)
        return _answer(start_response, status, CONTENT_TYPE, answer)

    def _price_list(
        self, service: str, operation: str, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        """moto has no price list."""
        try:
            status, code, answer = 200, None, json.dumps(get_products(take_body(environ))).encode()
        except ServiceError as error:
            status, code, answer = error.http_status, error.code, write_error(error)
        self._log_call(service, operation, status, code)
        return _answer(start_response, status, CONTENT_TYPE, answer)

    def _forward(
        self, service: str, operation: str, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Let moto answer, and log its status."""

        def log_and_start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            self._log_call(service, operation, int(status.split()[0]))
            return start_response(status, headers, exc_info)

        return self._elsewhere(environ, log_and_start)

    def _own_page(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        page = self._own_pages.answer(environ["REQUEST_METHOD"], environ["PATH_INFO"], take_body(environ))
        return _answer(start_response, page.status, "application/json", page.body)

    def _log_call(self, service: str, operation: str, status: int, error: str | None = None) -> None:
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        self._calls.add(Call(service, operation, status, now, error))


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


def _answer(start_response: StartResponse, status: int, content_type: str, body: bytes) -> list[bytes]:
    headers = [("Content-Type", content_type), ("Content-Length", str(len(body)))]
    headers.append(("x-amzn-RequestId", str(uuid.uuid4())))
    start_response(f"{status} {HTTPStatus(status).phrase}", headers)
    return [body]
