"""Creating a tuning job: accepted once, known to the state whatever happens afterwards, never twice.

A create returns as soon as SageMaker has accepted the job; tuning takes hours, and a create that waited would lose the
job when it is interrupted. Calls: one Create and one Describe; for an automatic name one List before them, which finds
the job of a create that was killed before its state was written. With `adopt_existing` a Describe comes first, and if
it finds the job there is no Create. Looking for parents costs calls of its own.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sagemaker_tuning.errors import AlreadyExists, NotFound, TuningError
from sagemaker_tuning.gateway import TuningGateway
from sagemaker_tuning.lifecycle.adoption import adopt, find_interrupted
from sagemaker_tuning.lifecycle.naming import new_auto_name
from sagemaker_tuning.lifecycle.options import Options
from sagemaker_tuning.lifecycle.ownership import written_tags
from sagemaker_tuning.lifecycle.parents import Predecessor, parent_names, warm_start
from sagemaker_tuning.lifecycle.reading import observe
from sagemaker_tuning.observed import Observed, normalize
from sagemaker_tuning.planning import service_rewrites
from sagemaker_tuning.spec import TuningJobSpec
from sagemaker_tuning.waiter import SYSTEM_CLOCK, Clock, Say, poll, retry_propagation, retry_transient

__all__ = ["Created", "create", "new_id"]

_DESCRIBE_TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True)
class Created:
    """A job that exists and is the resource's own.

    `declared` is the native document with the job's name. `observed` and `rewrites` are None when the job was accepted
    but could not be described: the state must have it all the same, and the next read fills them in. Parents that the
    provider found are among the rewrites, as they are no part of what is declared.
    """

    name: str
    arn: str
    declared: Mapping[str, Any]
    observed: Observed | None
    rewrites: Mapping[str, str] | None
    parents: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        return self.observed.status if self.observed else "InProgress"


def new_id() -> str:
    """A random id: its first digits end a name, the whole is a creation token."""
    return uuid.uuid4().hex


def create(
    spec: TuningJobSpec,
    options: Options,
    gateway: TuningGateway,
    *,
    owner: str,
    known_names: Collection[str] = (),
    predecessor: Predecessor | None = None,
    clock: Clock = SYSTEM_CLOCK,
    ids: Callable[[], str] = new_id,
    secret_paths: Collection[str] = (),
    say: Say,
) -> Created:
    """Create the declared job, or take the existing one that is this resource's own or may be adopted.

    `owner` is as in `ownership`. `known_names` are jobs that the state has, so that none of them is taken for
    that of an interrupted create. `predecessor` is the job that this one replaces. Values at and under `secret_paths`
    are never told.
    Errors: AlreadyExists and AdoptionRefused, with the way out; whatever the service refuses, at once, except for
    permissions and data that have not spread yet.
    """
    if spec.hyper_parameter_tuning_job_name is None:
        interrupted = find_interrupted(
            spec, options, gateway, owner=owner, known_names=known_names, secret_paths=secret_paths, say=say
        )
        if interrupted is not None:
            return _taken(spec, interrupted)
        spec = spec_with_name(spec, new_auto_name(owner, ids()))
    return _Creation(spec, options, gateway, owner, ids(), predecessor, secret_paths, clock, say).run()


@dataclass(frozen=True)
class _Creation:
    """One create under a name that is settled."""

    spec: TuningJobSpec
    options: Options
    gateway: TuningGateway
    owner: str
    token: str
    predecessor: Predecessor | None
    secret_paths: Collection[str]
    clock: Clock
    say: Say

    def run(self) -> Created:
        """A job that is being deleted keeps its name for a while; so ask until the name is free."""
        return poll(
            self._attempt,
            clock=self.clock,
            deadline_seconds=self.options.delete_timeout_seconds,
            overdue=lambda: TuningError(
                f"hyper_parameter_tuning_job_name: {self._name!r} is still taken by a job that is being deleted.\n"
                "Run the update again later, or choose another name."
            ),
        )

    def _attempt(self) -> Created | None:
        # Not by a create that is refused: SageMaker may refuse it for a role or data that are gone since, before it
        # comes to the name.
        if self.options.adopt_existing and (existing := observe(self._name, self.gateway)) is not None:
            return self._taken_over(existing)
        tags = written_tags(self.spec.to_native().get("tags", {}), self.owner, self.token)
        request = {**self._sent.to_api(), "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
        try:
            arn = retry_propagation(
                lambda: self.gateway.create(request),
                timeout_seconds=self.options.propagation_timeout_seconds,
                clock=self.clock,
                say=self.say,
            )
        except AlreadyExists as refusal:
            return self._take_existing(refusal)
        return self._accepted(arn, request["Tags"])

    def _take_existing(self, refusal: AlreadyExists) -> Created | None:
        existing = observe(self._name, self.gateway)
        if existing is None:
            return None
        taken = self._taken_over(existing)
        if taken is None:
            raise AlreadyExists(
                f"hyper_parameter_tuning_job_name: {self._name!r} is the name of an existing job ({existing.status}).\n"
                "Set adopt_existing=True to take it over as it is, or choose another name.",
                code=refusal.code,
                request_id=refusal.request_id,
                operation=refusal.operation,
            ) from refusal
        return taken

    def _taken_over(self, existing: Observed) -> Created | None:
        taken = adopt(
            self.spec,
            existing,
            self.options,
            self.gateway,
            owner=self.owner,
            token=self.token,
            secret_paths=self.secret_paths,
            say=self.say,
        )
        return _taken(self.spec, taken) if taken else None

    def _accepted(self, arn: str, tags: list[dict[str, str]]) -> Created:
        declared = self.spec.to_native()
        try:
            described = retry_transient(
                lambda: self.gateway.describe(self._name),
                timeout_seconds=_DESCRIBE_TIMEOUT_SECONDS,
                clock=self.clock,
                say=self.say,
                also=(NotFound,),  # a job accepted a moment ago may not be visible everywhere yet
            )
            observed = normalize(described, tags)
            return Created(self._name, arn, declared, observed, service_rewrites(declared, observed), self._parents)
        except Exception as error:  # the job runs: nothing that goes wrong in reading it back may lose it
            self.say(f"{self._name} was accepted but cannot be described yet; `pulumi refresh` will. ({error})")
            return Created(self._name, arn, declared, None, None, self._parents)

    @cached_property
    def _sent(self) -> TuningJobSpec:
        """The spec with what the provider finds to start from; looked for once, and only if there is a job to make."""
        declared = self.spec.to_native()
        found = warm_start(
            self._name,
            declared,
            self.options,
            self.gateway,
            owner=self.owner,
            predecessor=self.predecessor,
            say=self.say,
        )
        return self.spec if found is None else TuningJobSpec.from_native({**declared, "warm_start_config": found})

    @property
    def _parents(self) -> tuple[str, ...]:
        return parent_names(self._sent.to_native())

    @property
    def _name(self) -> str:
        return str(self.spec.hyper_parameter_tuning_job_name)


def spec_with_name(spec: TuningJobSpec, name: str) -> TuningJobSpec:
    """The same spec for a job of this name."""
    return TuningJobSpec.from_native({**spec.to_native(), "hyper_parameter_tuning_job_name": name})


def _taken(spec: TuningJobSpec, observed: Observed) -> Created:
    declared = spec_with_name(spec, observed.name).to_native()
    rewrites = service_rewrites(declared, observed)
    return Created(observed.name, observed.arn, declared, observed, rewrites, parent_names(observed.spec))
