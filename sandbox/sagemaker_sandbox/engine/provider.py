"""What the engine asks of a provider, and the answers: values only, whoever serves them.

Served by ProviderClient (a process), ProviderRegistry (provider resources) and BuiltinProvider (the package `pulumi`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sagemaker_sandbox.engine.properties import Properties

DIFF_UNKNOWN, DIFF_NONE, DIFF_SOME = 0, 1, 2


@dataclass(frozen=True)
class CheckFailure:
    property: str
    reason: str


@dataclass(frozen=True)
class PropertyChange:
    """One entry of a detailed diff; kind is the protocol's name in lower case, such as `update_replace`."""

    kind: str
    input_diff: bool = False


@dataclass
class Diff:
    """What a provider says about a change. `detailed` is None where it gave no detailed diff."""

    changes: int = DIFF_UNKNOWN
    replaces: list[str] = field(default_factory=list)
    diffs: list[str] = field(default_factory=list)
    stables: list[str] = field(default_factory=list)
    delete_before_replace: bool = False
    detailed: dict[str, PropertyChange] | None = None

    @property
    def requires_replacement(self) -> bool:
        return bool(self.replaces) or any(item.kind.endswith("replace") for item in (self.detailed or {}).values())


@dataclass
class Outcome:
    """What a create, read or update left behind. `init_errors`: it exists, but did not come up right."""

    id: str = ""
    outputs: Properties = field(default_factory=dict)
    inputs: Properties | None = None
    init_errors: list[str] = field(default_factory=list)


class Provider(Protocol):
    """What the planner and the steps need; also implemented for provider resources and the built-in package."""

    def check(
        self, urn: str, olds: Properties, news: Properties, *, unknowns: bool
    ) -> tuple[Properties, list[CheckFailure]]: ...
    def diff(
        self,
        urn: str,
        resource_id: str,
        old_inputs: Properties,
        old_outputs: Properties,
        news: Properties,
        *,
        unknowns: bool,
        ignore_changes: Sequence[str],
    ) -> Diff: ...
    def create(self, urn: str, news: Properties, *, preview: bool, timeout: float) -> Outcome: ...
    def update(
        self,
        urn: str,
        resource_id: str,
        old_inputs: Properties,
        old_outputs: Properties,
        news: Properties,
        *,
        preview: bool,
        timeout: float,
        ignore_changes: Sequence[str],
    ) -> Outcome: ...
    def read(
        self, urn: str, resource_id: str, inputs: Properties, state: Properties, *, timeout: float
    ) -> Outcome | None: ...
    def delete(
        self, urn: str, resource_id: str, inputs: Properties, outputs: Properties, *, timeout: float
    ) -> None: ...


class DiffUnavailable(Exception):
    """The provider cannot be asked during this preview; the text says why."""
