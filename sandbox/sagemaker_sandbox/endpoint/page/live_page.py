"""`LivePage`: which request for the page gets what. It only reads."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from urllib.parse import parse_qs

from sagemaker_sandbox.trials.layout import Layout

from ..store import JobStore
from .documents import state

__all__ = ["LivePage", "PageAnswer"]

_FILES = {
    "/_sandbox": ("page.html", "text/html; charset=utf-8"),
    "/_sandbox/page.css": ("page.css", "text/css; charset=utf-8"),
    "/_sandbox/page.js": ("page.js", "text/javascript; charset=utf-8"),
    "/_sandbox/curve.js": ("curve.js", "text/javascript; charset=utf-8"),
}
# The page shows what jobs say of themselves; should it ever come through as markup, it cannot run or call out.
_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-ancestors 'none'"
_LOG_BYTES = 64 * 1024


@dataclass(frozen=True)
class PageAnswer:
    content_type: str
    body: bytes
    status: int = HTTPStatus.OK
    headers: dict[str, str] = field(default_factory=dict)


class LivePage:
    """`folder` is where training jobs have their folders, each by its name."""

    def __init__(self, store: JobStore, folder: Path) -> None:
        self._store = store
        self._folder = folder

    def answer(self, path: str, query: str) -> PageAnswer | None:
        """The answer to a GET; None for a path that is not the page's."""
        given = {key: values[0] for key, values in parse_qs(query, keep_blank_values=True).items()}
        if path in _FILES:
            name, content_type = _FILES[path]
            return PageAnswer(content_type, _file(name), headers={"Content-Security-Policy": _POLICY})
        if path == "/_sandbox/state":
            body = json.dumps(state(self._store, given.get("job")), allow_nan=False).encode()
            return PageAnswer("application/json", body)
        if path == "/_sandbox/log":
            return self._log(given.get("training_job", ""))
        return None

    def _log(self, arn: str) -> PageAnswer:
        """The end of a training job's log. The path comes from the stored job, not from the request."""
        job = self._store.training_job(arn)
        if job is None:
            return PageAnswer("text/plain", b"", HTTPStatus.NOT_FOUND)
        return PageAnswer("text/plain; charset=utf-8", _end_of(Layout(self._folder / job.name).log))


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
