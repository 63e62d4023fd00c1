"""What a command of an engine gave, and what an operation did to each resource.

The latter is read from the event log, which both engines write in the same form.
Source of the names: apitype.EngineEvent of the Pulumi SDK for Go.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Diagnostic", "OperationResult", "Result", "Step", "read_events"]

_DEFAULT_PROVIDER = "::default"
# How a replacement is carried out; the step `replace` stands for all of it.
_PARTS_OF_A_REPLACEMENT = frozenset({"create-replacement", "delete-replaced", "read-replacement", "discard-replaced"})


@dataclass(frozen=True, repr=False)
class Result:
    """A finished command."""

    command: str
    exit_code: int
    stdout: str
    stderr: str

    @property
    def ok(self) -> bool:
        return self.exit_code == 0

    @property
    def output(self) -> str:
        return self.stdout + self.stderr

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)

    def __repr__(self) -> str:
        """As a failed assertion shows it: with everything that the command printed."""
        return f"<{self.command} ended with {self.exit_code}>\n{self.output}"


@dataclass(frozen=True)
class Step:
    """What happened, or would happen, to one resource.

    op: `same`, `create`, `update`, `replace`, `delete`, `read`, `import`; a failed one did not come to its end.
    changed: the property paths that differ; replaces: those of them that ask for a replacement.
    """

    urn: str
    op: str
    changed: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    is_failed: bool = False

    @property
    def name(self) -> str:
        return self.urn.split("::", 3)[3]

    @property
    def type(self) -> str:
        return self.urn.split("::", 3)[2].rsplit("$", 1)[-1]


@dataclass(frozen=True)
class Diagnostic:
    """A message of the program, a provider or the engine. severity: `info`, `warning` or `error`."""

    severity: str
    message: str
    urn: str = ""


@dataclass(frozen=True, repr=False)
class OperationResult(Result):
    """A finished preview, up, refresh or destroy.

    changes: how many resources had each op, the unchanged ones under `same`.
    """

    changes: Mapping[str, int]
    steps: tuple[Step, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def operations(self) -> dict[str, str]:
        """The op of each resource by its name; the stack itself is named `<project>-<stack>`."""
        return {step.name: step.op for step in self.steps}

    @property
    def errors(self) -> tuple[str, ...]:
        return tuple(item.message for item in self.diagnostics if item.severity == "error")


def read_events(result: Result, log: Path) -> OperationResult:
    """The result with what the event log tells of it. A command that failed before it began has no log."""
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    events = [json.loads(line) for line in lines]
    summaries = [event["summaryEvent"] for event in events if "summaryEvent" in event]
    return OperationResult(
        result.command,
        result.exit_code,
        result.stdout,
        result.stderr,
        changes=summaries[-1]["resourceChanges"] if summaries else {},
        steps=_steps(events),
        diagnostics=_diagnostics(events),
    )


def _steps(events: Iterable[Mapping[str, Any]]) -> tuple[Step, ...]:
    """One step for each resource, in the order in which they were done."""
    steps: dict[str, Step] = {}
    for event in events:
        for kind, is_failed in (("resOutputsEvent", False), ("resOpFailedEvent", True)):
            if kind not in event or _is_default_provider(event[kind]["metadata"]):
                continue
            step = _step(event[kind]["metadata"], is_failed=is_failed)
            if is_failed or step.op not in _PARTS_OF_A_REPLACEMENT:
                steps[step.urn] = step
    return tuple(steps.values())


def _is_default_provider(metadata: Mapping[str, Any]) -> bool:
    return metadata["type"].startswith("pulumi:providers:") and _DEFAULT_PROVIDER in metadata["urn"]


def _step(metadata: Mapping[str, Any], *, is_failed: bool) -> Step:
    detailed = metadata.get("detailedDiff") or {}
    replaces = [path for path, change in detailed.items() if change["diffKind"].endswith("replace")]
    replaces = replaces or metadata.get("keys") or []
    changed = list(detailed) or metadata.get("diffs") or replaces
    return Step(metadata["urn"], metadata["op"], tuple(changed), tuple(replaces), is_failed)


def _diagnostics(events: Iterable[Mapping[str, Any]]) -> tuple[Diagnostic, ...]:
    told = [event["diagnosticEvent"] for event in events if "diagnosticEvent" in event]
    return tuple(
        Diagnostic(item["severity"].partition("#")[0], item["message"].strip("\n"), item.get("urn", ""))
        for item in told
        if item["severity"] != "debug"
    )
