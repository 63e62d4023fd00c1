"""The default display: a tree of what would happen, or a line for each thing that happens."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from sagemaker_sandbox.engine import urns
from sagemaker_sandbox.engine.display.printer import changed_keys_text
from sagemaker_sandbox.engine.display.summary import counts_text, diagnostics_text, message_text, outputs_text
from sagemaker_sandbox.engine.display.words import MARKS, WORDS, paint
from sagemaker_sandbox.engine.events import Diagnostic, Summary, is_shown
from sagemaker_sandbox.engine.state import ResourceState
from sagemaker_sandbox.engine.steps import Op, Step


@dataclass
class _Row:
    """A resource in the tree of a preview."""

    state: ResourceState
    op: Op
    info: str


class ProgressDisplay:
    """Implements events.Display. write: takes text, ends no line; root: the URN of the stack's root resource."""

    def __init__(self, write: Callable[[str], None], root: str, *, preview: bool, show_secrets: bool) -> None:
        self._write = write
        self._root = root
        self._preview = preview
        self._show_secrets = show_secrets
        self._diagnostics: list[Diagnostic] = []
        self._rows: dict[str, _Row] = {}
        self._open: dict[str, tuple[Step, float]] = {}  # components under way, and when they began

    def begin(self, title: str) -> None:
        self._write(f"{title}\n")

    def step_started(self, step: Step) -> None:
        if not self._preview and step.op not in (Op.SAME, Op.REPLACE) and is_shown(step.state):
            self._line(step.op, step.urn, f"{WORDS[step.op][1]} (0s)", _change_info(step))

    def step_finished(self, step: Step, seconds: float) -> None:
        if not is_shown(step.state) or step.is_skipped:
            return
        if self._preview:
            self._add_row(step)
        elif not step.state.custom and step.op in (Op.CREATE, Op.UPDATE, Op.CREATE_REPLACEMENT):
            self._open[step.urn] = (step, time.monotonic())  # done when its children are: when it has outputs
        elif step.result_op is not Op.SAME:
            self._done(step, seconds)

    def step_failed(self, step: Step, seconds: float) -> None:
        if self._preview:
            self._add_row(step)
        else:
            self._line(step.op, step.urn, f"**{WORDS[step.op][1]} failed**", _change_info(step))

    def outputs_registered(self, state: ResourceState) -> None:
        """A component is done. Outputs themselves are shown at the end, those of the stack only."""
        if state.urn in self._open:
            step, began = self._open.pop(state.urn)
            self._done(step, time.monotonic() - began)

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        self._diagnostics.append(diagnostic)
        if not self._preview:
            first_line = message_text(diagnostic).strip("\n").split("\n", 1)[0]
            self._line(Op.SAME, diagnostic.urn or self._root, "", first_line)

    def end(self, summary: Summary) -> None:
        if self._preview:
            self._write(self._tree())
        self._write("\n")
        self._write(diagnostics_text(self._diagnostics, self._root))
        self._write(outputs_text(summary, show_secrets=self._show_secrets))
        self._write(counts_text(summary))

    def _done(self, step: Step, seconds: float) -> None:
        op = step.result_op
        self._line(op, step.urn, f"{WORDS[op][2]} ({seconds:.2f}s)", _change_info(step))

    def _line(self, op: Op, urn: str, status: str, info: str) -> None:
        head = f" {MARKS[op]} {urns.type_of(urn)} {urns.name_of(urn)}"
        self._write(paint(op, " ".join(part for part in (head, status, info) if part)) + "\n")

    # --------------------------------------------------------------------------------------------------------- tree

    def _add_row(self, step: Step) -> None:
        """A resource has one row; of the steps of a replacement, the one that names it wins."""
        known = self._rows.get(step.urn)
        if known is None or step.op is Op.REPLACE or known.op is Op.SAME:
            self._rows[step.urn] = _Row(step.state, step.result_op, _change_info(step))

    def _tree(self) -> str:
        """Changed resources below their parents, in a table; a parent is shown for its children."""
        wanted: set[str] = set()
        for urn, row in self._rows.items():
            if row.op is Op.SAME and urn != self._root:
                continue
            while urn in self._rows and urn not in wanted:
                wanted.add(urn)
                urn = self._rows[urn].state.parent
        tops = [urn for urn in self._rows if urn in wanted and self._rows[urn].state.parent not in wanted]
        lines = [line for urn in tops for line in self._branch(urn, "", "", wanted)]
        if not lines:
            return ""
        table = [("", "Type", "Name", "Plan", "Info"), *lines]
        widths = [max(len(line[column]) for line in table) for column in range(4)]
        return "".join(self._table_line(line, widths) for line in table)

    def _branch(self, urn: str, own: str, below: str, wanted: set[str]) -> list[tuple[str, ...]]:
        row = self._rows[urn]
        name, word = urns.name_of(urn), WORDS[row.op][0]
        lines: list[tuple[str, ...]] = [(row.op.value, own + urns.type_of(urn), name, word, row.info)]
        children = [key for key in self._rows if key in wanted and self._rows[key].state.parent == urn]
        for child in children:
            is_last = child == children[-1]
            lines += self._branch(
                child, below + ("└─ " if is_last else "├─ "), below + ("   " if is_last else "│  "), wanted
            )
        return lines

    def _table_line(self, line: tuple[str, ...], widths: list[int]) -> str:
        op = Op(line[0]) if line[0] else Op.SAME
        cells = "  ".join(cell.ljust(width) for cell, width in zip(line[1:4], widths[1:], strict=True))
        return paint(op, f" {MARKS[op]}  {cells}  {line[4]}".rstrip()) + "\n"


def _change_info(step: Step) -> str:
    if step.old is None or step.new is None or step.result_op in (Op.SAME, Op.DELETE):
        return ""
    if step.op is Op.REFRESH:
        return changed_keys_text(step.old.outputs, step.new.outputs)
    return changed_keys_text(step.old.inputs, step.new.inputs)
