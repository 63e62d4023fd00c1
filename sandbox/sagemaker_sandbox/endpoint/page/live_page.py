"""`LivePage`: answers what a browser asks for, and leaves every other request to the endpoint. It only reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from sagemaker_sandbox.endpoint.store import JobStore
from sagemaker_sandbox.trials.layout import Layout

from .documents import state

__all__ = ["LivePage"]

_FILES = {
    "/_sandbox": ("page.html", "text/html; charset=utf-8"),
    "/_sandbox/page.css": ("page.css", "text/css; charset=utf-8"),
    "/_sandbox/page.js": ("page.js", "text/javascript; charset=utf-8"),
    "/_sandbox/curve.js": ("curve.js", "text/javascript; charset=utf-8"),
}
_STATE, _LOG = "/_sandbox/state", "/_sandbox/log"
# Should what a job says of itself ever come through as markup, it could not run, and could not call out.
_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'"
_TEXT = "text/plain; charset=utf-8"
_LOG_BYTES = 64 * 1024

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class LivePage:
    """A WSGI application in front of another one. `folder` is where training jobs have their folders, by name."""

    def __init__(self, store: JobStore, folder: Path, elsewhere: WsgiApp) -> None:
        self._store = store
        self._folder = folder
        self._elsewhere = elsewhere

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"].rstrip("/")
        if environ["REQUEST_METHOD"] != "GET" or path not in (*_FILES, _STATE, _LOG):
            return self._elsewhere(environ, start_response)
        query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        status, content_type, body = self._answer(path, {key: values[0] for key, values in query.items()})
        headers = {
            "Content-Type": content_type,
            "Content-Length": str(len(body)),
            "Content-Security-Policy": _POLICY,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }
        start_response(f"{status.value} {status.phrase}", list(headers.items()))
        return [body]

    def _answer(self, path: str, given: dict[str, str]) -> tuple[HTTPStatus, str, bytes]:
        if path == _STATE:
            document = state(self._store, given.get("job"))
            return HTTPStatus.OK, "application/json", json.dumps(document, allow_nan=False).encode()
        if path == _LOG:
            return self._log(given.get("training_job", ""))
        name, content_type = _FILES[path]
        return HTTPStatus.OK, content_type, _file(name)

    def _log(self, arn: str) -> tuple[HTTPStatus, str, bytes]:
        """The end of a training job's log. The path comes from the stored job, not from the request."""
        job = self._store.training_job(arn)
        if job is None:
            return HTTPStatus.NOT_FOUND, _TEXT, b""
        return HTTPStatus.OK, _TEXT, _end_of(Layout(self._folder / job.name).log)


@cache
def _file(name: str) -> bytes:
    return (files(__package__) / name).read_bytes()


def _end_of(file: Path) -> bytes:
    """The last whole lines of a file; nothing if there is no file yet."""
    if not file.exists():
        return b""
    with file.open("rb") as log:
        size = log.seek(0, 2)
        log.seek(max(0, size - _LOG_BYTES))
        text = log.read()
    return text if size <= _LOG_BYTES else text.partition(b"\n")[2]
