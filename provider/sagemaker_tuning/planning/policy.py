"""What is done about a plan's changes, as the user decided with `on_change`.

A change that SageMaker can make in place is made whatever the policy is. One that needs a new job

- `replace`: has one;
- `warm_start`: has one that goes on from what the job has learned, or is refused if the service's rules forbid that;
- `reject`: is refused;
- `ignore`: is left alone, and not recorded, so that it is there again when the policy is another one.

What the user asks to run again (`rerun_on`, `rerun_token`) runs again under every policy, and as it is declared now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sagemaker_tuning.planning.result import Change, Plan
from sagemaker_tuning.planning.warm_start import Obstacle, Parent, WarmStartType, obstacles, warm_start_type
from sagemaker_tuning.unknown import Unknown

__all__ = ["RERUN_PATHS", "OnChange", "Outcome", "WarmStart", "under_policy"]

OnChange = Literal["replace", "warm_start", "reject", "ignore"]

RERUN_PATHS = frozenset({"status", "rerun_token"})
"""Paths of the changes by which the user asks to run the job again."""


@dataclass(frozen=True)
class WarmStart:
    """The job that a replacement begins with. `type` is unknown as long as data or algorithm are."""

    parent: str
    type: WarmStartType | Unknown


@dataclass(frozen=True)
class Outcome:
    """What will be done: `plan` has what is changed, `ignored` what is left alone.

    `refused` are the changes that the policy does not allow, and `obstacles` the rules because of which; then nothing
    is done at all. `undecided` are changes of values that are not known until `up`, which then may refuse them.
    """

    plan: Plan
    on_change: OnChange = "replace"
    ignored: tuple[Change, ...] = ()
    refused: tuple[Change, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    undecided: tuple[Change, ...] = ()
    warm_start: WarmStart | None = None


def under_policy(
    plan: Plan, on_change: OnChange, *, declared: Mapping[str, Any] | None = None, parent: Parent | None = None
) -> Outcome:
    """What is done about the plan. `declared` and `parent`, the job as it is, are needed for `warm_start` only."""
    new_job = [change for change in plan.changes if change.action == "replace"]
    if not new_job or on_change == "replace":
        return Outcome(plan, on_change)
    if on_change == "warm_start":
        if declared is None or parent is None:
            raise ValueError("warm_start is decided by the declared job and the one that it replaces")
        return _warm_started(plan, new_job, declared, parent)
    if any(change.path in RERUN_PATHS for change in new_job):
        return Outcome(plan, on_change)
    in_place = _without(plan, new_job)
    if on_change == "ignore":
        return Outcome(in_place, on_change, ignored=tuple(new_job))
    certain = tuple(change for change in new_job if change.is_certain)
    if certain:
        return Outcome(in_place, on_change, refused=tuple(new_job))
    return Outcome(in_place, on_change, undecided=tuple(new_job))


def _warm_started(plan: Plan, new_job: Sequence[Change], declared: Mapping[str, Any], parent: Parent) -> Outcome:
    in_the_way = obstacles(declared, parent)
    if any(change.path == "region" for change in new_job):
        in_the_way += (Obstacle("region", "a parent has to be in the same region"),)
    if in_the_way:
        return Outcome(_without(plan, new_job), "warm_start", refused=tuple(new_job), obstacles=in_the_way)
    return Outcome(plan, "warm_start", warm_start=WarmStart(parent.name, warm_start_type(declared, [parent])))


def _without(plan: Plan, changes: Iterable[Change]) -> Plan:
    left_out = list(changes)
    return Plan.of((change for change in plan.changes if change not in left_out), plan.notes)
