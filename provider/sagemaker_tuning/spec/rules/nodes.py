"""How rules read a document in which anything may be missing or unknown.

A rule speaks up only when it is sure. So `known` gives nothing for what is missing or unknown, and `is_absent` is true
only for a field that is certainly left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sagemaker_tuning.spec.findings import Location
from sagemaker_tuning.unknown import is_unknown

__all__ = [
    "Breach",
    "Job",
    "Node",
    "Rule",
    "complete",
    "definitions",
    "is_absent",
    "items",
    "known",
    "ranges",
    "repeated",
    "searches",
]

Job = Mapping[str, Any]
Node = Any


@dataclass(frozen=True)
class Breach:
    """Where a document breaks a rule, with the value there; `details` fill the rule's message and fix."""

    at: Location
    given: Any = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """One row: what SageMaker demands beyond the shapes, where that is known from, how to find a breach, what to say.

    `source` is a page or a model: B botocore's field text, G-x the developer guide's page on x, T Terraform's AWS
    provider, I an issue with the service's own message, "logic" where no source is needed because the contrary has no
    meaning. A `warning` is for what may be refused or does nothing, but no source says that it is refused.
    """

    id: str
    source: str
    find: Callable[[Job], Iterator[Breach]]
    message: str
    fix: str
    severity: Literal["error", "warning"] = "error"


def known(node: Node, *names: str) -> Any:
    """The value below a node, or None if it, or anything on the way to it, is missing or unknown."""
    for name in names:
        node = node.get(name) if isinstance(node, Mapping) else None
    return None if is_unknown(node) else node


def is_absent(node: Node, name: str) -> bool:
    """True if the node is known and the field is certainly left out."""
    return isinstance(node, Mapping) and name not in node


def items(node: Node, name: str) -> Iterator[tuple[int, Any]]:
    """The known items of a list below a node, with their indexes."""
    values = known(node, name)
    return ((index, item) for index, item in enumerate(values or ()) if not is_unknown(item))


def complete(node: Node, name: str) -> list[Any] | None:
    """All items of a list below a node (none if it is left out), or None if not all are known."""
    if is_absent(node, name):
        return []
    values = known(node, name)
    return None if values is None or any(is_unknown(item) for item in values) else list(values)


def repeated(node: Node, name: str, key: str) -> Iterator[tuple[int, str]]:
    """The items of a list below a node whose key an earlier item has already: index and key."""
    seen: set[str] = set()
    for index, item in items(node, name):
        value = known(item, key)
        if value in seen:
            yield index, value
        elif value is not None:
            seen.add(value)


def definitions(job: Job) -> Iterator[tuple[Location, Node]]:
    """Every training job definition, from either form."""
    single = known(job, "training_job_definition")
    if single is not None:
        yield ("training_job_definition",), single
    for index, definition in items(job, "training_job_definitions"):
        yield ("training_job_definitions", index), definition


def ranges(job: Job) -> Iterator[tuple[Location, Node]]:
    """Every ParameterRanges, the job's own and those of its definitions."""
    own = known(job, "hyper_parameter_tuning_job_config", "parameter_ranges")
    if own is not None:
        yield ("hyper_parameter_tuning_job_config", "parameter_ranges"), own
    for at, definition in definitions(job):
        theirs = known(definition, "hyper_parameter_ranges")
        if theirs is not None:
            yield (*at, "hyper_parameter_ranges"), theirs


def searches(job: Job) -> Iterator[tuple[Location, Node, Location, Node]]:
    """Each definition and where it is, then the ranges that are searched for it and where those are."""
    shared = ("hyper_parameter_tuning_job_config", "parameter_ranges")
    for at, definition in definitions(job):
        if at == ("training_job_definition",) and known(job, *shared) is not None:
            yield at, definition, shared, known(job, *shared)
        elif (own := known(definition, "hyper_parameter_ranges")) is not None:
            yield at, definition, (*at, "hyper_parameter_ranges"), own
