"""The completions of a preview: whether an `up` would wait in them, and for which jobs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sagemaker_tuning.pull_requests.preview import Preview, Step
from sagemaker_tuning.stacks.export import COMPLETION_TYPE, JOB_TYPE
from sagemaker_tuning.stacks.values import read_values
from sagemaker_tuning.unknown import is_unknown

__all__ = ["Wait", "waits"]

_WAITED_FOR = ("jobName", "jobNames", "__generations")


@dataclass(frozen=True)
class Wait:
    """A completion that waits. `jobs` are what the program calls them where that is known, else their names in AWS."""

    urn: str
    name: str
    jobs: tuple[str, ...]


def waits(preview: Preview) -> tuple[Wait, ...]:
    """The completions in which an `up` of the preview would wait."""
    completions = (step for step in preview.steps if step.type == COMPLETION_TYPE)
    return tuple(Wait(step.urn, step.name, tuple(_jobs(step))) for step in completions if _waits(step))


def _waits(step: Step) -> bool:
    if step.op == "create":
        return True
    if step.op not in ("update", "replace"):
        return False
    before, after = _inputs(step.old), _inputs(step.new)
    return any(before.get(key) != after.get(key) for key in _WAITED_FOR)


def _jobs(step: Step) -> Iterator[str]:
    resources = [urn for urn in (step.new or {}).get("dependencies") or () if f"{JOB_TYPE}::" in urn]
    if resources:
        yield from sorted(urn.split("::", 3)[-1] for urn in resources)
        return
    properties = read_values(_inputs(step.new)).properties
    names = properties.get("jobNames") or [properties.get("jobName")]
    yield from (str(name) for name in (names if isinstance(names, list) else []) if name and not is_unknown(name))


def _inputs(state: Mapping[str, Any] | None) -> Mapping[str, Any]:
    return (state or {}).get("inputs") or {}
