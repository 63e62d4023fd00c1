"""The plan: nothing, an update in place or a replacement, from what is declared, observed and recorded.

Decides the action and what is told of it. How fields compare is `rules`' and `comparison`'s; nothing here does I/O.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from sagemaker_tuning.observed import Identity, Observed, normalize
from sagemaker_tuning.paths import format, overlap
from sagemaker_tuning.planning import reasons
from sagemaker_tuning.planning.comparison import (
    FROM_SERVICE,
    FROM_STATE,
    STATELESS,
    Comparison,
    Difference,
    compare,
    compare_observed,
)
from sagemaker_tuning.planning.equality import same_name
from sagemaker_tuning.planning.result import Change, Note, Plan
from sagemaker_tuning.planning.rewrites import is_rewrite, was_chosen_by_service
from sagemaker_tuning.planning.rules import OPTION, REGION, RERUN, Rule
from sagemaker_tuning.unknown import is_unknown

__all__ = ["Declared", "plan", "plan_from_state"]


_PARENTS = "warm_start_config"


class Declared(Protocol):
    """A declared job that knows its native form, such as TuningJobSpec."""

    def to_native(self) -> dict[str, Any]:
        """The native document."""


def plan(
    spec: Declared | Mapping[str, Any],
    describe: Observed | Mapping[str, Any],
    *,
    tags: Sequence[Mapping[str, str]] | None = None,
    rewrites: Mapping[str, str] | None = None,
    identity: Identity | None = None,
    replace_on_status: Collection[str] = (),
    any_parents: bool = False,
    secret_paths: Collection[str] = (),
) -> Plan:
    """What an `up` of the spec would do to the job that AWS describes.

    `describe` is DescribeHyperParameterTuningJob's response, with `tags` as ListTags gives them (None: not asked for,
    not compared), or an Observed that holds both. `rewrites` are those of `service_rewrites`; without them everything
    that SageMaker is known to fill in is tolerated, and what it is known not to report becomes a note. `identity` is
    the job's, as recorded. `any_parents`: whatever the job started from is right, unless the spec names parents. Values
    at and under `secret_paths` are never shown.
    """
    observed = describe if isinstance(describe, Observed) else normalize(describe, tags)
    native = _native(spec)
    if any_parents and _PARENTS not in native:
        observed = replace(observed, spec=_without_parents(observed.spec))
    comparison = _compare(native, observed, rewrites)
    changes = [
        *_identity_changes(identity, observed),
        *_status_changes(observed.status, replace_on_status),
        *_changes(comparison.differences, secret_paths),
    ]
    notes = [Note(format(found.parts), reasons.unreported(found)) for found in comparison.unreported]
    if native.get("tags") and "tags" not in observed.spec:
        notes.append(Note("tags", reasons.TAGS_UNKNOWN))
    return Plan.of(changes, notes)


def plan_from_state(
    spec: Declared | Mapping[str, Any],
    recorded: Mapping[str, Any],
    *,
    rewrites: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
    recorded_options: Mapping[str, Any] | None = None,
    region: str = "",
    recorded_region: str = "",
    status: str = "",
    replace_on_status: Collection[str] = (),
    any_parents: bool = False,
    secret_paths: Collection[str] = (),
) -> Plan:
    """What an `up` of the spec would do to the job as state records it, without asking AWS.

    `recorded` is the native document that `effective` gave. `options` are the resource's own (`on_delete` and the
    like): a changed one is an update that calls nobody, but another `rerun_token` is a wish to run the job again.
    `region` is where the program now is; `status` is the job's, as recorded. `any_parents` is as in `plan`.
    """
    native = _native(spec)
    if any_parents and _PARENTS not in native:
        recorded = _without_parents(recorded)
    differences = [
        found
        for found in compare(native, recorded, FROM_STATE).differences
        if not was_chosen_by_service(found, rewrites or {})
    ]
    if region and recorded_region and region != recorded_region:
        differences.append(Difference(("region",), REGION, region, recorded_region))
    now, then = options or {}, recorded_options or {}
    differences += [
        Difference((name,), _rule_of_option(name, now), now.get(name), then.get(name))
        for name in sorted(now.keys() | then.keys())
        if now.get(name) != then.get(name)
    ]
    return Plan.of([*_status_changes(status, replace_on_status), *_changes(differences, secret_paths)])


def _without_parents(document: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in document.items() if name != _PARENTS}


def _rule_of_option(name: str, options: Mapping[str, Any]) -> Rule:
    # A token that is taken away asks for nothing.
    return RERUN if name == "rerun_token" and options.get(name) is not None else OPTION


def _native(spec: Declared | Mapping[str, Any]) -> Mapping[str, Any]:
    return spec if isinstance(spec, Mapping) else spec.to_native()


def _compare(declared: Mapping[str, Any], observed: Observed, rewrites: Mapping[str, str] | None) -> Comparison:
    if rewrites is None:
        return compare_observed(declared, observed, STATELESS)
    found = compare_observed(declared, observed, FROM_SERVICE)
    return Comparison([difference for difference in found.differences if not is_rewrite(difference, rewrites)])


def _identity_changes(recorded: Identity | None, observed: Observed) -> Iterator[Change]:
    if recorded is None:
        return
    created, was_created = observed.creation_time, recorded.creation_time
    if created and was_created and created != was_created:
        yield Change(
            "creation_time",
            created.isoformat(),
            was_created.isoformat(),
            "replace",
            f"drift: another job has taken the name {observed.name}; ours was created {was_created.isoformat()}, "
            f"this one {created.isoformat()}",
        )
    if recorded.arn and observed.arn and not same_name(recorded.arn, observed.arn):
        yield Change(
            "arn",
            observed.arn,
            recorded.arn,
            "replace",
            f"drift: {observed.arn} is not the job of this resource, which is {recorded.arn}",
        )


def _status_changes(status: str, replace_on_status: Collection[str]) -> Iterator[Change]:
    if status and status in replace_on_status:
        reason = f"the job's status is {status}, and rerun_on asks to run such a job again"
        yield Change("status", status, None, "replace", reason)


def _changes(differences: Iterable[Difference], secret_paths: Collection[str]) -> Iterator[Change]:
    differences = list(differences)
    forms = {("training_job_definition",), ("training_job_definitions",)}
    changes_form = forms <= {difference.parts for difference in differences}
    for difference in differences:
        path = format(difference.parts)
        secret = any(overlap(path, other) for other in secret_paths)
        reason = reasons.explain(difference, secret=secret)
        if changes_form and difference.parts in forms:
            reason = reasons.FORM_CHANGE
        before, after = difference.observed, difference.declared
        if secret:
            before, after = _masked(before), _masked(after)
        yield Change(path, before, after, difference.rule.action, reason)


def _masked(value: Any) -> Any:
    return value if value is None or is_unknown(value) else reasons.SECRET
