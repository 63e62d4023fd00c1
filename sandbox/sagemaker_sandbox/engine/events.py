"""What an operation tells its display, and what it amounts to in the end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol

from sagemaker_sandbox.engine import urns
from sagemaker_sandbox.engine.state import ResourceState
from sagemaker_sandbox.engine.steps import Op, Step


@dataclass(frozen=True)
class Diagnostic:
    """A message of the program, a provider or the engine; without a URN it belongs to the stack.

    severity: debug, info, warning or error; `output` for a line that a process printed. stream groups lines.
    """

    severity: str
    message: str
    urn: str = ""
    stream: str = ""


@dataclass
class Summary:
    """The end of an operation. changes counts what a user would count: a replacement is one."""

    preview: bool
    changes: Counter[Op] = field(default_factory=Counter)
    errored: int = 0
    seconds: float = 0.0
    old_outputs: dict[str, object] = field(default_factory=dict)
    new_outputs: dict[str, object] = field(default_factory=dict)
    failed: bool = False

    @property
    def has_changes(self) -> bool:
        return any(count for op, count in self.changes.items() if op not in (Op.SAME, Op.READ))


class Display(Protocol):
    """Receives the events of an operation, from several threads, one at a time."""

    def begin(self, title: str) -> None: ...
    def step_started(self, step: Step) -> None: ...
    def step_finished(self, step: Step, seconds: float) -> None: ...
    def step_failed(self, step: Step, seconds: float) -> None: ...
    def outputs_registered(self, state: ResourceState) -> None: ...
    def diagnostic(self, diagnostic: Diagnostic) -> None: ...
    def end(self, summary: Summary) -> None: ...


def is_shown(state: ResourceState) -> bool:
    """Whether a user wants to hear of a resource: default providers are the engine's own."""
    return not (urns.is_provider_type(state.type) and urns.name_of(state.urn).split("_")[0] == "default")


def counts(step: Step) -> bool:
    return is_shown(step.state) and (step.is_logical or step.op is Op.REFRESH) and not step.is_skipped
