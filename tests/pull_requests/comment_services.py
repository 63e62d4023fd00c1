"""The comments API of GitHub and of GitLab, as far as a script that keeps one comment needs it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

__all__ = ["TOKEN", "Service", "serving"]

TOKEN = "a token for the test"
_CONVERSATIONS = {
    "/repos/acme/models/issues/7/comments": "/repos/acme/models/issues/comments/",  # where GitHub has single ones
    "/projects/42/merge_requests/7/notes": "/projects/42/merge_requests/7/notes/",
}


@dataclass
class Service:
    """What a service has and was asked. `refuses` is the status of every answer to a writing call, if there is one."""

    url: str = ""
    comments: list[dict[str, Any]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    refuses: int | None = None

    def add(self, body: str) -> dict[str, Any]:
        comment = {"id": 1000 + len(self.comments), "body": body}
        self.comments.append(comment)
        return comment

    def answer(self, method: str, target: str, document: dict[str, Any]) -> tuple[int, Any]:
        url = urlsplit(target)
        self.calls.append(f"{method} {url.path}")
        if self.refuses and method != "GET":
            return self.refuses, {"message": "Resource not accessible by integration"}
        if url.path in _CONVERSATIONS:
            return self._conversation(method, parse_qs(url.query), document)
        found = [
            item
            for item in self.comments
            if any(url.path == f"{single}{item['id']}" for single in _CONVERSATIONS.values())
        ]
        if not found or method != ("PATCH" if "/repos/" in url.path else "PUT"):
            return 404, {"message": "Not Found"}
        found[0]["body"] = document["body"]
        return 200, found[0]

    def _conversation(self, method: str, query: dict[str, list[str]], document: dict[str, Any]) -> tuple[int, Any]:
        if method == "POST":
            return 201, self.add(document["body"])
        size, page = int(query.get("per_page", ["20"])[0]), int(query.get("page", ["1"])[0])
        return 200, self.comments[(page - 1) * size : page * size]


@contextmanager
def serving() -> Iterator[Service]:
    """A service on a port of its own, for the time of the block."""
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            document = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
            known = (f"Bearer {TOKEN}", TOKEN)
            if self.headers.get("Authorization") in known or self.headers.get("PRIVATE-TOKEN") in known:
                status, body = service.answer(self.command, self.path, document)
            else:
                status, body = 401, {"message": "Bad credentials"}
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = _answer

        def log_message(self, *_arguments: object) -> None:
            """The calls are in `calls`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield service
    server.shutdown()
    thread.join()
    server.server_close()
