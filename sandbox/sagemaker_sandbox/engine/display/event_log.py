"""The log that `--event-log FILE` asks for: one JSON document a line for each thing that happened.

It is written beside what a person sees, as the Pulumi CLI writes it, so that a program need not read the display;
but for its debug messages.
Source of the names: apitype.EngineEvent of the Pulumi SDK for Go.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any, TextIO

from sagemaker_sandbox.engine.display.summary import printed_severity
from sagemaker_sandbox.engine.events import Diagnostic, Display, Summary
from sagemaker_sandbox.engine.state import ResourceState
from sagemaker_sandbox.engine.steps import Op, Step

_PREFIXES = {"warning": "warning: ", "error": "error: "}
_STATE_KEYS = frozenset(
    {
        *("type", "urn", "custom", "delete", "id", "parent", "protect", "taint", "external", "retainOnDelete"),
        *("inputs", "outputs", "provider", "initErrors", "hideDiffs"),
    }
)


class EventLog:
    """Implements events.Display, in front of another one that goes on to show everything."""

    def __init__(
        self,
        file: TextIO,
        display: Display,
        config: Mapping[str, tuple[str, bool]],
        *,
        is_preview: bool,
        is_refresh: bool,
    ) -> None:
        """`config` is a value and whether it is secret, by full key.

        is_refresh: the operation is a refresh, whose steps become what they found; else they stay what they are.
        """
        self._file = file
        self._display = display
        self._planning = {"planning": True} if is_preview else {}
        self._is_refresh = is_refresh
        self._config = {key: "[secret]" if secret else text for key, (text, secret) in config.items()}
        self._sequence = 0
        self._components: dict[str, Step] = {}

    def begin(self, title: str) -> None:
        self._display.begin(title)
        self._write("preludeEvent", {"config": self._config})

    def step_started(self, step: Step) -> None:
        self._display.step_started(step)
        if not step.is_skipped:
            self._write("resourcePreEvent", {"metadata": _metadata(step, step.op), **self._planning})

    def step_finished(self, step: Step, seconds: float) -> None:
        self._display.step_finished(step, seconds)
        if step.is_skipped:
            return
        if not step.state.custom:
            self._components[step.urn] = step
        self._write_outputs(step)

    def step_failed(self, step: Step, seconds: float) -> None:
        self._display.step_failed(step, seconds)
        self._write("resOpFailedEvent", {"metadata": _metadata(step, step.op), "status": 0, "steps": 1})

    def outputs_registered(self, state: ResourceState) -> None:
        self._display.outputs_registered(state)
        if step := self._components.get(state.urn):
            self._write_outputs(step)

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        self._display.diagnostic(diagnostic)
        urn = {"urn": diagnostic.urn} if diagnostic.urn else {}
        prefix = _PREFIXES.get(diagnostic.severity)
        end = "\n\n" if diagnostic.severity == "output" else "\n"
        self._write(
            "diagnosticEvent",
            {
                **urn,
                **({"prefix": prefix} if prefix else {}),
                "message": diagnostic.message + end,
                "color": "never",
                "severity": printed_severity(diagnostic),
            },
        )

    def end(self, summary: Summary) -> None:
        self._display.end(summary)
        self._write(
            "summaryEvent",
            {
                "maybeCorrupt": False,
                "durationSeconds": round(summary.seconds),
                "resourceChanges": {op.value: count for op, count in summary.changes.items()},
                "PolicyPacks": {},
                "isPreview": summary.preview,
                "result": "failed" if summary.failed else "succeeded",
            },
        )
        self._write("cancelEvent", {})

    def _write_outputs(self, step: Step) -> None:
        op = step.result_op if self._is_refresh else step.op
        self._write("resOutputsEvent", {"metadata": _metadata(step, op), **self._planning})

    def _write(self, kind: str, event: dict[str, Any]) -> None:
        document = {"sequence": self._sequence, "timestamp": int(time.time()), kind: event}
        self._file.write(json.dumps(document, ensure_ascii=False) + "\n")
        self._file.flush()
        self._sequence += 1


def _metadata(step: Step, op: Op) -> dict[str, Any]:
    detailed = step.detailed and {
        path: {"diffKind": change.kind.replace("_", "-"), "inputDiff": change.input_diff}
        for path, change in step.detailed.items()
    }
    return {
        "op": op.value,
        "urn": step.urn,
        "type": step.state.type,
        "old": step.old and _state(step.old),
        "new": step.new and _state(step.new),
        **({"keys": step.replace_keys} if step.replace_keys else {}),
        **({"diffs": step.diffs} if step.diffs else {}),
        "detailedDiff": detailed,
        **({"logical": True} if step.is_logical else {}),
        "provider": step.state.provider,
    }


def _state(state: ResourceState) -> dict[str, Any]:
    document = state.to_json(lambda text: "[secret]")
    known = {key: value for key, value in document.items() if key in _STATE_KEYS and value is not False}
    return {"id": "", "parent": "", "inputs": {}, "outputs": {}, "provider": "", **known}
