"""Which earlier jobs a new job starts from, where the program leaves that to the provider.

`on_change="warm_start"` wants the job that is replaced, and fails without it; `parents: "previous"` takes whatever
earlier jobs of the resource it finds and the rules allow, and says which it leaves out. A warm start is not recursive:
what the old job had learned from its own parents is passed on only if they are parents again. So these come next, as
far as they still exist, and with "previous" any other job that bears the resource's owner tag, newest first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemaker_tuning.errors import AccessDenied, ChangeRefused, NotFound
from sagemaker_tuning.gateway import TuningGateway
from sagemaker_tuning.lifecycle.naming import auto_name_stem
from sagemaker_tuning.lifecycle.options import Options
from sagemaker_tuning.lifecycle.ownership import is_made_for
from sagemaker_tuning.lifecycle.reading import observe
from sagemaker_tuning.observed import normalize
from sagemaker_tuning.planning import Obstacle, Parent, obstacles, warm_start_type
from sagemaker_tuning.planning.warm_start import MOST_PARENTS
from sagemaker_tuning.unknown import UNKNOWN
from sagemaker_tuning.waiter import Say

__all__ = ["ANY_PARENTS", "Predecessor", "parent_names", "warm_start"]

ANY_PARENTS: dict[str, Any] = {
    "warm_start_config": {
        "parent_hyper_parameter_tuning_jobs": [{"hyper_parameter_tuning_job_name": UNKNOWN}],
        "warm_start_type": UNKNOWN,
    }
}
"""Stands for parents that are yet to be found, where a job with them is validated."""

_MOST_LOOKED_AT = 20  # each costs two calls, and five are enough


@dataclass(frozen=True)
class Predecessor:
    """The job that a new one replaces, and the parents that it had."""

    name: str
    parents: tuple[str, ...] = ()


def warm_start(
    name: str,
    declared: Mapping[str, Any],
    options: Options,
    gateway: TuningGateway,
    *,
    owner: str,
    predecessor: Predecessor | None,
    say: Say,
) -> dict[str, Any] | None:
    """The warm_start_config of the new job `name`, or None if there is nothing to start from.

    Errors: ChangeRefused if the policy demands the predecessor and the rules forbid it.
    """
    search = _Search(name, declared, options, gateway, owner, say)
    if predecessor is not None and options.on_change == "warm_start":
        accepted = [search.demanded(predecessor.name)]
    elif options.takes_previous:
        accepted = []
    else:
        return None
    for parent in search.candidates(predecessor):
        if len(accepted) == MOST_PARENTS:
            break
        is_new = parent.name not in {other.name for other in accepted}
        if is_new and search.accepts(parent, accepted):
            accepted.append(parent)
    if not accepted:
        say("there is no earlier job to start from, so this one begins without a warm start")
        return None
    # Everything declared is known by now, so the type is.
    kind = str(options.policy.warm_start_type or warm_start_type(declared, accepted))
    say(f"starts from what {', '.join(parent.name for parent in accepted)} learned ({kind})")
    named = [{"hyper_parameter_tuning_job_name": parent.name} for parent in accepted]
    return {"parent_hyper_parameter_tuning_jobs": named, "warm_start_type": kind}


def parent_names(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the parents that a native document has."""
    parents = (document.get("warm_start_config") or {}).get("parent_hyper_parameter_tuning_jobs", ())
    return tuple(parent["hyper_parameter_tuning_job_name"] for parent in parents)


@dataclass(frozen=True)
class _Search:
    """The search for the parents of one new job."""

    name: str
    declared: Mapping[str, Any]
    options: Options
    gateway: TuningGateway
    owner: str
    say: Say

    def demanded(self, name: str) -> Parent:
        """The job that has to be a parent."""
        parent = self._described(name)
        if parent is None:
            raise ChangeRefused(
                f"on_change: the new job cannot go on from {name}: it is gone.\n"
                "Run `pulumi refresh`, after which a new job begins without what it has learned."
            )
        if found := self._obstacles(parent):
            raise ChangeRefused(
                f"on_change: the new job cannot go on from {name}: {'; '.join(map(str, found))}.\n"
                "Set on_change='replace' to begin without what it has learned."
            )
        return parent

    def accepts(self, parent: Parent, accepted: Sequence[Parent]) -> bool:
        """Whether the rules allow this parent beside those accepted; says so if they do not."""
        found = self._obstacles(parent, accepted)
        if found:
            self.say(f"does not start from {parent.name}: {'; '.join(map(str, found))}")
        return not found

    def candidates(self, predecessor: Predecessor | None) -> Iterator[Parent]:
        """Jobs that may be parents, the likeliest first."""
        names = (predecessor.name, *predecessor.parents) if predecessor is not None else ()
        yield from (parent for parent in map(self._described, names) if parent is not None)
        if self.options.takes_previous:
            yield from self._own_jobs(names)

    def _own_jobs(self, seen: Collection[str]) -> Iterator[Parent]:
        """The other jobs with automatic names that bear the owner's tag, newest first."""
        stem = auto_name_stem(self.owner)
        looked_at = 0
        try:
            for summary in self.gateway.list_tuning_jobs(name_contains=stem):
                name = summary["HyperParameterTuningJobName"]
                if looked_at == _MOST_LOOKED_AT:
                    break
                if name in seen or not name.startswith(stem) or self._is_new_job(name):
                    continue
                looked_at += 1
                observed = observe(name, self.gateway)
                if observed is not None and is_made_for(observed, self.owner):
                    yield Parent.of(observed)
        except AccessDenied as denied:
            self.say(f"cannot look for earlier jobs to start from ({denied})")

    def _described(self, name: str) -> Parent | None:
        if self._is_new_job(name):
            return None
        try:
            described = self.gateway.describe(name)
        except NotFound:
            return None
        return None if described["HyperParameterTuningJobStatus"] == "Deleting" else Parent.of(normalize(described))

    def _is_new_job(self, name: str) -> bool:
        """A create that was retried on its way finds the job that it made."""
        return name.casefold() == self.name.casefold()

    def _obstacles(self, parent: Parent, accepted: Sequence[Parent] = ()) -> tuple[Obstacle, ...]:
        return obstacles(self.declared, parent, self.options.policy.warm_start_type, beside=accepted)
