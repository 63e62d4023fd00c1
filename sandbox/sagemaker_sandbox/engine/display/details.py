"""The display of `--diff`: each step with the properties it makes, changes and removes."""

from __future__ import annotations

from collections.abc import Callable

from sagemaker_sandbox.engine import urns
from sagemaker_sandbox.engine.display.printer import difference_text, object_text
from sagemaker_sandbox.engine.display.summary import counts_text, message_text, outputs_text
from sagemaker_sandbox.engine.display.words import MARKS, paint
from sagemaker_sandbox.engine.events import Diagnostic, Summary, is_shown
from sagemaker_sandbox.engine.state import ResourceState
from sagemaker_sandbox.engine.steps import DELETES, Op, Step

# These only say how a replacement is carried out; the replacement itself shows the properties.
_SILENT = frozenset({Op.CREATE_REPLACEMENT, Op.DELETE_REPLACED})


class DetailDisplay:
    """Implements events.Display. write: takes text, ends no line; root: the URN of the stack's root resource."""

    def __init__(self, write: Callable[[str], None], root: str, *, preview: bool, show_secrets: bool) -> None:
        self._write = write
        self._root = root
        self._preview = preview
        self._show_secrets = show_secrets
        self._depths: dict[str, int] = {}

    def begin(self, title: str) -> None:
        self._write(f"{title}\n")

    def step_started(self, step: Step) -> None:
        """Steps are shown when they are done, with what came of them."""

    def step_finished(self, step: Step, seconds: float) -> None:
        state, op = step.state, step.result_op
        self._depths[step.urn] = self._depths.get(state.parent, -1) + 1 if state.parent else 0
        hidden = (op is Op.SAME and step.urn != self._root) or (self._preview and op in _SILENT)
        if is_shown(state) and not step.is_skipped and not hidden:
            self._write(self._step_text(step, op))

    def step_failed(self, step: Step, seconds: float) -> None:
        self.step_finished(step, seconds)

    def outputs_registered(self, state: ResourceState) -> None:
        """The stack's outputs are shown at the end."""

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        self._write(message_text(diagnostic).rstrip("\n") + "\n")

    def end(self, summary: Summary) -> None:
        if text := outputs_text(summary, show_secrets=self._show_secrets):
            self._write(text.replace("Outputs:", "    --outputs:--", 1))
        self._write(counts_text(summary))

    def _step_text(self, step: Step, op: Op) -> str:
        depth = self._depths[step.urn]
        outer, inner = "    " * depth, "    " * (depth + 1)
        lock = " 🔒" if step.state.protect else ""
        retain = "[retain]" if op in DELETES and step.state.retain_on_delete else ""
        text = paint(op, f"{outer}{MARKS[op]}{step.state.type}: ({op.value}{retain}){lock}") + "\n"
        if step.old is not None and step.old.id:
            text += f"{inner}[id={step.old.id}]\n"
        text += f"{inner}[urn={step.urn}]\n"
        if step.state.provider and urns.name_of(urns.split_reference(step.state.provider)[0]) != "default":
            text += f"{inner}[provider={step.state.provider}]\n"
        return text + self._properties_text(step, op, depth + 1)

    def _properties_text(self, step: Step, op: Op, indent: int) -> str:
        old, new = step.old, step.new
        if new is None or op in DELETES:
            return object_text(step.state.inputs, indent, op, show_secrets=self._show_secrets)
        if old is None:
            return object_text(new.outputs or new.inputs, indent, op, show_secrets=self._show_secrets)
        if op is Op.SAME:
            return ""
        sides = (old.outputs, new.outputs) if step.op is Op.REFRESH else (old.inputs, new.inputs)
        return difference_text(*sides, indent, show_secrets=self._show_secrets)
