"""The pages under /_sandbox/: what the sandbox says of itself, and the faults it is told to make."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .calls import CallLog
from .faults import FaultPlanError, Faults, load_plan

__all__ = ["OwnPages", "Page"]


@dataclass(frozen=True)
class Page:
    """An answer. `content` is JSON, or nothing."""

    status: int = 200
    content: Any = None

    @property
    def body(self) -> bytes:
        return b"" if self.content is None else json.dumps(self.content).encode()


@dataclass(frozen=True)
class OwnPages:
    calls: CallLog
    faults: Faults

    def answer(self, method: str, path: str, body: bytes) -> Page:
        """The answer to a request for a path under /_sandbox/."""
        routes: dict[str, dict[str, Callable[[], Page]]] = {
            "/_sandbox/calls": {
                "GET": lambda: Page(content=self.calls.as_json()),
                "DELETE": lambda: _done(self.calls.clear),
            },
            "/_sandbox/faults": {
                "GET": lambda: Page(content=self.faults.as_json()),
                "POST": lambda: self._add_faults(body),
                "DELETE": lambda: _done(self.faults.clear),
            },
        }
        if path not in routes:
            return Page(404)
        if method not in routes[path]:
            return Page(405)
        return routes[path][method]()

    def _add_faults(self, body: bytes) -> Page:
        try:
            self.faults.add(load_plan(body))
        except FaultPlanError as error:
            return Page(400, {"problems": str(error).splitlines()})
        return Page(content=self.faults.as_json())


def _done(action: Callable[[], None]) -> Page:
    action()
    return Page()
