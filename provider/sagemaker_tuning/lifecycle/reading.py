"""What the service says about a job, in the terms that Pulumi's read and refresh need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sagemaker_tuning.errors import NotFound
from sagemaker_tuning.gateway import Document, TuningGateway
from sagemaker_tuning.observed import MISSING, TERMINAL, Identity, Observed, normalize
from sagemaker_tuning.planning import effective, service_rewrites

__all__ = ["Read", "compared", "current_status", "describe_same", "identity_drift", "observe", "read"]


@dataclass(frozen=True)
class Read:
    """A job that exists. `effective` is the native document for state: as declared where that still holds."""

    observed: Observed
    effective: Mapping[str, Any]
    rewrites: Mapping[str, str]
    identity_drift: str | None


def observe(name: str, gateway: TuningGateway) -> Observed | None:
    """The job with its tags, or None if it is gone or being deleted. Two calls."""
    try:
        described = gateway.describe(name)
        if described["HyperParameterTuningJobStatus"] == "Deleting":
            return None
        return normalize(described, gateway.list_tags(described["HyperParameterTuningJobArn"]))
    except NotFound:
        return None


def describe_same(identity: Identity, gateway: TuningGateway) -> Document | None:
    """The job of this identity, or None if it is gone, even if another one has its name by now."""
    try:
        described = gateway.describe(identity.name)
    except NotFound:
        return None
    created = normalize(described).creation_time
    if identity.creation_time is not None and created is not None and created != identity.creation_time:
        return None
    return described


def current_status(recorded: str, identity: Identity, gateway: TuningGateway) -> str:
    """The job's status, asked for only if what was recorded is not final; MISSING if the job is."""
    if recorded in TERMINAL:
        return recorded
    described = describe_same(identity, gateway)
    return str(described["HyperParameterTuningJobStatus"]) if described else MISSING


def read(
    name: str,
    gateway: TuningGateway,
    *,
    declared: Mapping[str, Any] | None = None,
    rewrites: Mapping[str, str] | None = None,
    identity: Identity | None = None,
) -> Read | None:
    """The job as it is now, or None if it is gone.

    `declared`, `rewrites` and `identity` are what the state has; without `declared` (an import) the job is read as if
    it had been declared exactly so.
    """
    observed = observe(name, gateway)
    if observed is None:
        return None
    if declared is None:
        return Read(observed, observed.spec, {}, None)
    return compared(observed, declared=declared, rewrites=rewrites, identity=identity)


def compared(
    observed: Observed, *, declared: Mapping[str, Any], rewrites: Mapping[str, str] | None, identity: Identity | None
) -> Read:
    """What the state would have of an observed job, from what it has now."""
    if rewrites is None:  # the create could not describe the job, so the first read has to
        rewrites = service_rewrites(declared, observed)
    return Read(observed, effective(declared, observed, rewrites), rewrites, identity_drift(identity, observed))


def identity_drift(recorded: Identity | None, observed: Observed) -> str | None:
    """Why the job that has the name now is not the one that was recorded, in words."""
    if recorded is None:
        return None
    if recorded.arn and observed.arn and recorded.arn != observed.arn:
        return f"another job has the name {observed.name} now: {recorded.arn} → {observed.arn}"
    if recorded.creation_time and observed.creation_time and recorded.creation_time != observed.creation_time:
        before, after = recorded.creation_time.isoformat(), observed.creation_time.isoformat()
        return f"another job has the name {observed.name} now: created {before} → {after}"
    return None
