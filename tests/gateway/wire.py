"""A local HTTP server that answers SageMaker's calls with what a test has written down."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

REQUEST_ID = "3fa85f64-5717-4562-b3fc-2c963f66afa6"


@dataclass(frozen=True)
class Answer:
    body: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    code: str | None = None


def refusal(code: str, message: str, status: int = 400) -> Answer:
    """An error in the form of SageMaker's JSON protocol."""
    return Answer({"__type": code, "message": message}, status, code)


DROPPED = Answer(status=0)
"""The connection is closed without an answer."""


@dataclass
class Wire:
    url: str
    answers: list[Answer]
    received: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def operations(self) -> list[str]:
        return [operation for operation, _body in self.received]


@contextmanager
def serving(*answers: Answer) -> Iterator[Wire]:
    """Answer one call after the other; a call too many is an error of the test."""
    wire = Wire("", list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            wire.received.append((self.headers["X-Amz-Target"].partition(".")[2], json.loads(body)))
            wire.headers.append(dict(self.headers))
            answer = wire.answers.pop(0) if wire.answers else refusal("TestError", "no answer is left")
            if answer.status == 0:
                self.close_connection = True
                return
            content = json.dumps(answer.body).encode()
            self.send_response(answer.status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("x-amzn-RequestId", REQUEST_ID)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    wire.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield wire
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
