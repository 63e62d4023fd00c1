"""The display of `preview --json`: one document with every step.

Shape: config, steps (op, urn, provider, oldState, newState, diffReasons, replaceReasons, detailedDiff), diagnostics,
duration in nanoseconds, changeSummary; as the Pulumi CLI writes it, which describes a step before it is tried: a new
state has what the program asks for, and no outputs yet. Source positions and stack traces are left out.
Source of the names: display.PreviewDigest of the Pulumi CLI.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sagemaker_sandbox.engine import urns
from sagemaker_sandbox.engine.display.summary import message_text, printed_severity
from sagemaker_sandbox.engine.events import Diagnostic, Summary, is_shown
from sagemaker_sandbox.engine.properties import SECRET_SIGNATURE, SIGNATURE, reveal
from sagemaker_sandbox.engine.stack import Stack
from sagemaker_sandbox.engine.state import ResourceState
from sagemaker_sandbox.engine.steps import PARTS_OF_A_REPLACEMENT, Op, Step


class DocumentDisplay:
    """Implements events.Display; writes at the end. write: takes text, ends no line."""

    def __init__(self, write: Callable[[str], None], stack: Stack, *, show_sames: bool, show_secrets: bool) -> None:
        self._write = write
        self._stack = stack
        self._show_sames = show_sames
        self._show_secrets = show_secrets
        self._steps: list[dict[str, Any]] = []
        self._diagnostics: list[dict[str, str]] = []

    def begin(self, title: str) -> None:
        """The document has no title."""

    def step_started(self, step: Step) -> None:
        if not self._is_shown(step):
            return
        entry: dict[str, Any] = {"op": step.op.value, "urn": step.urn}
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

    def step_finished(self, step: Step, seconds: float) -> None:
        """The step was told before."""

    def step_failed(self, step: Step, seconds: float) -> None:
        """The diagnostics say why."""

    def outputs_registered(self, state: ResourceState) -> None:
        """Not known before an update."""

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        entry = {"urn": diagnostic.urn} if diagnostic.urn else {}
        end = "\n\n" if diagnostic.severity == "output" else "\n"
        text, severity = message_text(diagnostic) + end, printed_severity(diagnostic)
        self._diagnostics.append({**entry, "message": text, "severity": severity})

    def end(self, summary: Summary) -> None:
        config = sorted(self._stack.config.decrypted().items())
        document = {
            **({"config": self._shown_config(config)} if config else {}),
            **({"steps": self._steps} if self._steps else {}),
            **({"diagnostics": self._diagnostics} if self._diagnostics else {}),
            "duration": int(summary.seconds * 1e9),
            "changeSummary": {op.value: count for op, count in sorted(summary.changes.items())},
        }
        self._write(json.dumps(document, indent=4, ensure_ascii=False) + "\n")

    def _shown_config(self, config: list[tuple[str, tuple[str, bool]]]) -> dict[str, str]:
        return {key: "[secret]" if secret and not self._show_secrets else text for key, (text, secret) in config}

    def _is_shown(self, step: Step) -> bool:
        if not is_shown(step.state) or step.is_skipped or step.op in PARTS_OF_A_REPLACEMENT:
            return False
        if step.op is not Op.SAME or step.state.type == urns.STACK_TYPE or self._show_sames:
            return True
        return step.old is not None and step.new is not None and step.old.protect != step.new.protect

    def _state(self, state: ResourceState) -> dict[str, Any]:
        shown = state
        if self._show_secrets:
            shown = state.copy()
            shown.inputs, shown.outputs = reveal(state.inputs), reveal(state.outputs)
        document: dict[str, Any] = _hide_secrets(shown.to_json(lambda text: text))
        return document


def _hide_secrets(value: Any) -> Any:
    """The state's JSON with `[secret]` where a ciphertext would stand."""
    if isinstance(value, dict):
        is_secret = value.get(SIGNATURE) == SECRET_SIGNATURE
        return "[secret]" if is_secret else {key: _hide_secrets(item) for key, item in value.items()}
    return [_hide_secrets(item) for item in value] if isinstance(value, list) else value
