"""What is done about a plan's changes, as the user decided with `on_change`.

A change that SageMaker can make in place is made whatever the policy is. One that needs a new job

- `replace`: has one;
- `warm_start`: has one that goes on from what the job has learned, or is refused if the service's rules forbid that;
- `reject`: is refused;
- `ignore`: is left alone, and not recorded, so that it is there again when the policy is another one.

What the user asks to run again (`rerun_on`, `rerun_token`) runs again under every policy, and as it is declared now.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sagemaker_tuning.planning.result import Change, Plan
from sagemaker_tuning.planning.warm_start import (
    Obstacle,
    Parent,
    WarmStartType,
    counted_trials,
    obstacles,
    warm_start_type,
)
from sagemaker_tuning.unknown import Unknown

__all__ = ["OnChange", "OnDelete", "Outcome", "Policy", "WarmStart", "under_policy"]

OnChange = Literal["replace", "warm_start", "reject", "ignore"]
OnDelete = Literal["delete", "stop", "retain"]

_RERUNS = frozenset({"status", "rerun_token"})  # paths of the changes by which the user asks to run the job again
_NAME = "hyper_parameter_tuning_job_name"


@dataclass(frozen=True)
class Policy:
    """What the user decided. `takes_previous`: any new job is to go on from earlier ones where the rules allow it;
    `warm_start_type` is then how, if the user chose it.
    """

    on_change: OnChange = "replace"
    on_delete: OnDelete = "delete"
    takes_previous: bool = False
    warm_start_type: WarmStartType | None = None

    @property
    def starts_warm(self) -> bool:
        """A replacement goes on from the job that it replaces, or should."""
        return self.takes_previous or self.on_change == "warm_start"

    def withholds_name(self, old: Parent) -> bool:
        """The old job keeps the name that the new one is to have, so that there can be no new one."""
        return old.is_deleted_first and self.on_delete != "delete"


@dataclass(frozen=True)
class WarmStart:
    """The job that a replacement begins with. `type` is unknown as long as data or algorithm are.

    `trials` is the most training jobs that both have together, if it can be told.
    """

    parent: str
    type: WarmStartType | Unknown
    trials: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What will be done: `plan` has what is changed, `ignored` what is left alone.

    `refused` are the changes that are not allowed; then nothing is done at all. `obstacles` are the rules because of
    which they are not, or because of which the new job begins without a warm start. `undecided` are changes of values
    that are not known until `up`, which then may refuse them.
    """

    plan: Plan
    policy: Policy = Policy()
    ignored: tuple[Change, ...] = ()
    refused: tuple[Change, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    undecided: tuple[Change, ...] = ()
    warm_start: WarmStart | None = None


def under_policy(plan: Plan, policy: Policy, *, declared: Mapping[str, Any], old: Parent) -> Outcome:
    """What is done about the plan of a declared job, a native document, that may replace the old one."""
    new_job = tuple(change for change in plan.changes if change.action == "replace")
    is_rerun = any(change.path in _RERUNS for change in new_job)
    if new_job and policy.on_change == "ignore" and not is_rerun:
        return Outcome(_without(plan, new_job), policy, ignored=new_job)
    if new_job and policy.on_change == "reject" and not is_rerun:
        if any(change.is_certain for change in new_job):
            return Outcome(_without(plan, new_job), policy, refused=new_job)
        return Outcome(_without(plan, new_job), policy, undecided=new_job)
    return _replacement(plan, new_job, policy, declared, old) if new_job else Outcome(plan, policy)


def _replacement(
    plan: Plan, new_job: Sequence[Change], policy: Policy, declared: Mapping[str, Any], old: Parent
) -> Outcome:
    if policy.withholds_name(old):
        reason = f"{old.name} keeps its name, as on_delete={policy.on_delete!r} does not delete it; choose another name"
        return Outcome(_without(plan, new_job), policy, refused=tuple(new_job), obstacles=(Obstacle(_NAME, reason),))
    in_the_way: tuple[Obstacle, ...] = ()
    if policy.starts_warm:
        in_the_way = (*_of_the_place(new_job), *obstacles(declared, old, policy.warm_start_type))
    if in_the_way and (policy.on_change == "warm_start" or old.is_deleted_first):
        return Outcome(_without(plan, new_job), policy, refused=tuple(new_job), obstacles=in_the_way)
    if in_the_way or not policy.starts_warm:
        return Outcome(plan, policy, obstacles=in_the_way)
    kind = policy.warm_start_type or warm_start_type(declared, [old])
    return Outcome(plan, policy, warm_start=WarmStart(old.name, kind, counted_trials(declared, [old])))


def _of_the_place(new_job: Sequence[Change]) -> Sequence[Obstacle]:
    is_moved = any(change.path == "region" for change in new_job)
    return [Obstacle("region", "a parent has to be in the same region")] if is_moved else []


def _without(plan: Plan, changes: Collection[Change]) -> Plan:
    return Plan.of((change for change in plan.changes if change not in changes), plan.notes)
