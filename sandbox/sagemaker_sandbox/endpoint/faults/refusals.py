"""How each AWS protocol says that it refuses a call: the codes, texts and documents that clients look for.

Source: botocore's retry rules (`_retry`, `retries/standard`), each service's list of common errors, and responses
quoted in public issue threads.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from xml.sax.saxutils import escape

from .rules import AccessDenied, Refused, Throttling

__all__ = ["Refusal", "refusal"]

_JSON, _QUERY, _EC2, _S3 = "json", "query", "ec2", "s3"
_THROTTLED = {
    _JSON: ("ThrottlingException", 400, "Rate exceeded"),
    _QUERY: ("Throttling", 400, "Rate exceeded"),
    _EC2: ("RequestLimitExceeded", 503, "Request limit exceeded."),
    _S3: ("SlowDown", 503, "Please reduce your request rate."),
}
_DENIED = {
    _JSON: ("AccessDeniedException", 400),
    _QUERY: ("AccessDenied", 403),
    _EC2: ("UnauthorizedOperation", 403),
    _S3: ("AccessDenied", 403),
}
_FAILED = {_JSON: "InternalFailure", _QUERY: "InternalFailure", _EC2: "InternalError", _S3: "InternalError"}
_DOCUMENTS = {
    _QUERY: "<ErrorResponse><Error><Type>{type}</Type><Code>{code}</Code><Message>{message}</Message></Error>"
    "<RequestId>{id}</RequestId></ErrorResponse>",
    _EC2: "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
    "<RequestID>{id}</RequestID></Response>",
    _S3: "<Error><Code>{code}</Code><Message>{message}</Message><RequestId>{id}</RequestId></Error>",
}


@dataclass(frozen=True)
class Refusal:
    code: str
    status: int
    content_type: str
    body: bytes


def refusal(
    fault: Refused,
    service: str,
    operation: str,
    environ: Mapping[str, Any],
    request_id: str,
) -> Refusal:
    """The answer in the protocol of the service called."""
    protocol = _protocol(service, environ)
    code, status, message = _words(fault, protocol, f"{service}:{operation}")
    if protocol == _JSON:
        body = json.dumps({"__type": code, "message": message})
        return Refusal(code, status, "application/x-amz-json-1.1", body.encode())
    kind = "Sender" if status < 500 else "Receiver"
    body = _DOCUMENTS[protocol].format(type=kind, code=code, message=escape(message), id=request_id)
    return Refusal(code, status, "text/xml", body.encode())


def _words(fault: Refused, protocol: str, action: str) -> tuple[str, int, str]:
    if isinstance(fault, Throttling):
        return _THROTTLED[protocol]
    if isinstance(fault, AccessDenied):
        text = (
            f"User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: {action} because no "
            f"identity-based policy allows the {action} action"
        )
        return (*_DENIED[protocol], text)
    if fault.status == HTTPStatus.SERVICE_UNAVAILABLE:
        return "ServiceUnavailable", fault.status, "The service is unavailable. Please try again."
    return _FAILED[protocol], fault.status, "We encountered an internal error. Please try again."


def _protocol(service: str, environ: Mapping[str, Any]) -> str:
    if service in (_S3, _EC2):
        return service
    return _JSON if environ.get("HTTP_X_AMZ_TARGET") else _QUERY
