"""The display of `preview --json`: one document with every step.

Shape: config, steps (op, urn, provider, oldState, newState, diffReasons, replaceReasons, detailedDiff), diagnostics,
duration in nanoseconds, changeSummary; as the Pulumi CLI writes it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sagemaker_sandbox.engine.display.summary import message_text
from sagemaker_sandbox.engine.events import Diagnostic, Summary, is_shown
from sagemaker_sandbox.engine.properties import reveal
from sagemaker_sandbox.engine.stack import Stack
from sagemaker_sandbox.engine.state import ResourceState
from sagemaker_sandbox.engine.steps import Op, Step


class DocumentDisplay:
    """Implements events.Display; writes at the end. write: takes text, ends no line."""

    def __init__(self, write: Callable[[str], None], stack: Stack, *, show_secrets: bool) -> None:
        self._write = write
        self._stack = stack
        self._show_secrets = show_secrets
        self._steps: list[dict[str, Any]] = []
        self._diagnostics: list[dict[str, str]] = []

    def begin(self, title: str) -> None:
        """The document has no title."""

    def step_started(self, step: Step) -> None:
        """Steps are written when they are done."""

    def step_finished(self, step: Step, seconds: float) -> None:
        if not is_shown(step.state) or step.is_skipped or step.op in (Op.CREATE_REPLACEMENT, Op.DELETE_REPLACED):
            return
        entry: dict[str, Any] = {"op": step.result_op.value, "urn": step.urn}
        if step.state.provider:
            entry["provider"] = step.state.provider
        if step.old is not None:
            entry["oldState"] = self._state(step.old)
        if step.new is not None:
            entry["newState"] = self._state(step.new)
        if step.diffs:
            entry["diffReasons"] = step.diffs
        if step.replace_keys:
            entry["replaceReasons"] = step.replace_keys
        entry["detailedDiff"] = step.detailed and {
            path: {"kind": item.kind.replace("_", "-"), "inputDiff": item.input_diff}
            for path, item in step.detailed.items()
        }
        self._steps.append(entry)

    def step_failed(self, step: Step, seconds: float) -> None:
        """The diagnostics say why."""

    def outputs_registered(self, state: ResourceState) -> None:
        """Part of the steps only."""

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        severity = "info" if diagnostic.severity == "output" else diagnostic.severity
        entry = {"urn": diagnostic.urn} if diagnostic.urn else {}
        self._diagnostics.append({**entry, "message": message_text(diagnostic) + "\n", "severity": severity})

    def end(self, summary: Summary) -> None:
        config = self._stack.config.decrypted().items()
        document = {
            "config": {
                key: "[secret]" if secret and not self._show_secrets else text for key, (text, secret) in config
            },
            "steps": self._steps,
            **({"diagnostics": self._diagnostics} if self._diagnostics else {}),
            "duration": int(summary.seconds * 1e9),
            "changeSummary": {op.value: count for op, count in sorted(summary.changes.items())},
        }
        self._write(json.dumps(document, indent=4, ensure_ascii=False) + "\n")

    def _state(self, state: ResourceState) -> dict[str, Any]:
        shown = state
        if self._show_secrets:
            shown = state.copy()
            shown.inputs, shown.outputs = reveal(state.inputs), reveal(state.outputs)
        document: dict[str, Any] = hide_secrets(shown.to_json(lambda text: text))
        return document


def hide_secrets(value: Any) -> Any:
    """The state's JSON with `[secret]` where a ciphertext would stand."""
    if isinstance(value, dict):
        return "[secret]" if "ciphertext" in value else {key: hide_secrets(item) for key, item in value.items()}
    return [hide_secrets(item) for item in value] if isinstance(value, list) else value
