"""Where AWS has something else than a stack's state: per tuning job what it is, and what an `up` would do about it.

Read-only: a Describe and a ListTags for each job, a few at once, and no call that changes anything. Decides which kind
of drift there is; what an `up` makes of it is what the provider itself would decide from the state, as it is and as a
refresh would leave it, if the program still says what it said at the last `up`. A secret that the export does not show
is taken to be unchanged.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sagemaker_tuning.errors import NotFound
from sagemaker_tuning.gateway import TuningGateway
from sagemaker_tuning.lifecycle.ownership import OWNER_TAG, is_made_for
from sagemaker_tuning.lifecycle.reading import Read, compared, identity_drift
from sagemaker_tuning.observed import MISSING, TERMINAL, Observed, normalize
from sagemaker_tuning.paths import overlap
from sagemaker_tuning.planning import Change, plan
from sagemaker_tuning.stacks.expectation import Expectation, after_refresh, next_up, without_the_job
from sagemaker_tuning.stacks.export import StackExport, TuningResource
from sagemaker_tuning.stacks.secrets import hidden_paths, with_observed_secrets
from sagemaker_tuning.stacks.words import change_words

__all__ = ["Finding", "JobDrift", "Kind", "drift_of"]

_JOBS_AT_ONCE = 8  # below the ten connections that botocore keeps


class Kind(str, enum.Enum):
    """What may have become of a job since the state was written; the last three are no drift."""

    FINISHED = "finished"
    FAILED = "failed"
    STOPPED = "stopped-outside"
    GONE = "gone"
    TAGS = "tags-edited"
    REUSED = "name-reused"
    SPEC = "spec-differs"
    OWNER = "owner-changed"
    RUNNING = "still-running"
    IN_SYNC = "in-sync"
    PENDING = "to-be-deleted"

    @property
    def label(self) -> str:
        """The kind in words."""
        return self.value.replace("-", " ")

    @property
    def is_drift(self) -> bool:
        return self not in (Kind.RUNNING, Kind.IN_SYNC, Kind.PENDING)


@dataclass(frozen=True)
class Finding:
    """One thing about a job, in a sentence without its full stop."""

    kind: Kind
    detail: str


@dataclass(frozen=True)
class JobDrift:
    """What was found of one resource's job. `status` is empty if it is gone; `unseen` are paths of hidden secrets."""

    resource: TuningResource
    status: str
    findings: tuple[Finding, ...]
    up: Expectation
    up_after_refresh: Expectation
    unseen: tuple[str, ...] = ()

    @property
    def kinds(self) -> list[Kind]:
        return list(dict.fromkeys(finding.kind for finding in self.findings))

    @property
    def has_drifted(self) -> bool:
        return any(kind.is_drift for kind in self.kinds)


def drift_of(export: StackExport, gateway_in: Callable[[str], TuningGateway]) -> list[JobDrift]:
    """The drift of each of the stack's own jobs, in the order of the state; `gateway_in` serves a region.

    Errors: AwsError if a call is refused.
    """
    own = [resource for resource in export.jobs if not resource.is_external]
    gateways = {region: gateway_in(region) for region in {resource.region for resource in own}}
    with ThreadPoolExecutor(_JOBS_AT_ONCE, thread_name_prefix="drift") as pool:
        return list(pool.map(lambda resource: _look(resource, gateways[resource.region]), own))


def _look(resource: TuningResource, gateway: TuningGateway) -> JobDrift:
    identity = resource.state.identity
    if resource.is_pending_replacement:
        finding = Finding(Kind.GONE, "was deleted to be replaced, and the new job was not created")
        create = Expectation("create", "the replacement that was begun is finished")
        return JobDrift(resource, "", (finding,), create, create)
    try:
        described = gateway.describe(identity.name)
    except NotFound:
        return _without_job(resource, Finding(Kind.GONE, f"{identity.name} is gone"))
    observed = normalize(described)
    if observed.status == "Deleting":
        return _without_job(resource, Finding(Kind.GONE, f"{identity.name} is being deleted"))
    if other := identity_drift(identity, observed):
        return _without_job(resource, Finding(Kind.REUSED, other), is_name_taken=True)
    return _compared(resource, normalize(described, gateway.list_tags(observed.arn)))


def _without_job(resource: TuningResource, finding: Finding, *, is_name_taken: bool = False) -> JobDrift:
    if resource.is_pending_deletion:
        delete = Expectation("delete", "there is nothing left to delete")
        return JobDrift(resource, "", (finding,), delete, Expectation("none", "a refresh forgets the job"))
    anew = without_the_job(resource, is_name_taken=is_name_taken)
    recorded = resource.state.status
    up = next_up(resource, recorded if recorded in TERMINAL else MISSING)
    return JobDrift(resource, "", (finding,), up, anew)


def _compared(resource: TuningResource, observed: Observed) -> JobDrift:
    """The drift of a job that is there, and is the one that the state knows."""
    unseen = hidden_paths(resource)
    known = with_observed_secrets(resource, observed)
    found = compared(
        observed,
        declared=known.state.inputs.job,
        rewrites=known.state.rewrites,
        identity=known.state.identity,
    )
    findings = tuple(_findings(known, found, unseen))
    if resource.is_pending_deletion:
        pending = Finding(Kind.PENDING, "was replaced; its deletion is still to be done")
        delete = Expectation("delete", "the replacement that was begun is finished")
        return JobDrift(resource, observed.status, (pending,), delete, delete)
    up, later = next_up(known, observed.status), after_refresh(known, found)
    return JobDrift(resource, observed.status, findings, up, later, tuple(unseen))


def _findings(resource: TuningResource, found: Read, unseen: Sequence[str]) -> Iterator[Finding]:
    changes = _changes(resource, found, unseen)
    tags = [change for change in changes if change.path.startswith("tags")]
    spec = [change for change in changes if change not in tags]
    status = _status(resource.state.status, found.observed)
    if status is not None:
        yield status
    if tags:
        yield Finding(Kind.TAGS, _listed(tags))
    if spec:
        yield Finding(Kind.SPEC, _listed(spec))
    owner = resource.state.inputs.owner
    if owner and not is_made_for(found.observed, owner):
        yield Finding(Kind.OWNER, _other_owner(found.observed))
    if status is None and not (tags or spec):
        yield Finding(Kind.IN_SYNC, f"{found.observed.status}, as the state says")


def _changes(resource: TuningResource, found: Read, unseen: Sequence[str]) -> list[Change]:
    decision = plan(
        resource.state.inputs.job, found.observed, rewrites=found.rewrites, secret_paths=resource.secret_paths
    )
    return [change for change in decision.changes if not any(overlap(change.path, path) for path in unseen)]


def _status(recorded: str, observed: Observed) -> Finding | None:
    now = observed.status
    if now == "InProgress":
        return Finding(Kind.RUNNING, f"{_count(observed)} so far")
    if now == recorded:
        return None
    when, then = f"{now}{_when(observed)}", f"the state says {recorded}"
    if now == "Completed":
        return Finding(Kind.FINISHED, f"{when}; {then}; {_count(observed)}")
    if now in ("Stopped", "Stopping"):
        return Finding(Kind.STOPPED, f"{when}, and not by this stack; {then}")
    reason = f": {observed.failure_reason.rstrip('.')}" if observed.failure_reason else ""
    return Finding(Kind.FAILED, f"{when}; {then}{reason}")


def _when(observed: Observed) -> str:
    return f" at {observed.end_time.isoformat(timespec='seconds')}" if observed.end_time else ""


def _count(observed: Observed) -> str:
    done = observed.training_job_status_counters.get("completed", 0)
    return f"{done} training job{'' if done == 1 else 's'} completed"


def _other_owner(observed: Observed) -> str:
    owner = observed.own_tags.get(OWNER_TAG)
    if owner:
        return f"its owner tag names {owner}: another stack has adopted it, and both may delete it"
    return "its owner tag is gone: `orphans` and `history` will not find it"


def _listed(changes: Sequence[Change]) -> str:
    """What the state has → what the job has."""
    return "; ".join(change_words(change.path, change.after, change.before) for change in changes)
