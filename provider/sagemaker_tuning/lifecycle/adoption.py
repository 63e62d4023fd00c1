"""When a job that already exists may become the resource's own.

Three ways: it carries the token of this very create (the call was retried on its way); it was made for this resource
earlier (the create was interrupted before its state was written); or the user asked for it with `adopt_existing`. The
last two only if the declared job would not have to replace it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sagemaker_tuning.errors import AccessDenied, AdoptionRefused, Problem
from sagemaker_tuning.gateway import TuningGateway
from sagemaker_tuning.lifecycle.naming import auto_name_stem
from sagemaker_tuning.lifecycle.options import Options
from sagemaker_tuning.lifecycle.ownership import RELEASED_TAG, TOKEN_TAG, is_made_for, own_tags
from sagemaker_tuning.lifecycle.reading import observe
from sagemaker_tuning.lifecycle.tagging import update_tags
from sagemaker_tuning.observed import Observed
from sagemaker_tuning.planning import Plan, plan
from sagemaker_tuning.spec import TuningJobSpec
from sagemaker_tuning.waiter import Say

__all__ = ["adopt", "adoptable", "find_interrupted"]


def find_interrupted(
    spec: TuningJobSpec,
    options: Options,
    gateway: TuningGateway,
    *,
    owner: str,
    known_names: Collection[str],
    secret_paths: Collection[str] = (),
    say: Say,
) -> Observed | None:
    """The job of an earlier create of this resource that no state knows, if it need not be replaced."""
    try:
        newest = _newest_own_job(gateway, owner)
    except AccessDenied as denied:
        say(f"cannot look for a job that an interrupted update may have left ({denied})")
        return None
    if newest is None or _same_name(newest.name, known_names) or RELEASED_TAG in newest.own_tags:
        return None
    decision = _plan_against(spec, newest, options, secret_paths)
    if decision.action != "replace":
        return _take_back(spec, newest, gateway, say)
    say(
        f"{newest.name} was created for this resource, is not in the state and differs from what is declared; "
        f"delete it if nobody needs it:\n{_listed(decision)}"
    )
    return None


def _newest_own_job(gateway: TuningGateway, owner: str) -> Observed | None:
    """The last job made for the resource. Any older one was already there, known or lost, when this was made."""
    stem = auto_name_stem(owner)
    for summary in gateway.list_tuning_jobs(name_contains=stem):
        name = summary["HyperParameterTuningJobName"]
        observed = observe(name, gateway) if name.startswith(stem) else None
        if observed is not None and is_made_for(observed, owner):
            return observed
    return None


def _same_name(name: str, names: Collection[str]) -> bool:
    return name.casefold() in {other.casefold() for other in names}


def adopt(
    spec: TuningJobSpec,
    existing: Observed,
    options: Options,
    gateway: TuningGateway,
    *,
    owner: str,
    token: str,
    secret_paths: Collection[str] = (),
    say: Say,
) -> Observed | None:
    """The existing job as the resource's own, its missing tags added; None if it is somebody else's to keep.

    Errors: AdoptionRefused, with the differences, if it would have to be replaced.
    """
    if existing.own_tags.get(TOKEN_TAG) == token:
        return existing
    decision = _plan_against(spec, existing, options, secret_paths)
    is_lost = is_made_for(existing, owner) and RELEASED_TAG not in existing.own_tags
    if is_lost and decision.action != "replace":
        return _take_back(spec, existing, gateway, say)
    if not options.adopt_existing:
        return None
    if decision.action == "replace":
        raise _refusal(existing, decision)
    return _adopt_as_asked(spec, existing, gateway, owner=owner, token=token, say=say)


def adoptable(
    spec: TuningJobSpec, options: Options, gateway: TuningGateway, *, secret_paths: Collection[str] = ()
) -> Observed | None:
    """The job that a create of this spec, which has a name, would adopt; None if there is none of the name.

    Errors: AdoptionRefused if it is certain by now that the job would have to be replaced.
    """
    existing = observe(str(spec.hyper_parameter_tuning_job_name), gateway)
    if existing is None:
        return None
    decision = _plan_against(spec, existing, options, secret_paths)
    if any(change.action == "replace" and change.is_certain for change in decision.changes):
        raise _refusal(existing, decision)
    return existing


def _refusal(existing: Observed, decision: Plan) -> AdoptionRefused:
    message = f"is not the declared job; taking it over would mean to replace it:\n{_listed(decision)}"
    fix = "Declare the job as it is, or choose another name"
    return AdoptionRefused([Problem("adopt_existing", existing.name, message, fix)])


def _take_back(spec: TuningJobSpec, lost: Observed, gateway: TuningGateway, say: Say) -> Observed:
    """The resource's own job, with the tags that are declared by now."""
    say(f"taking over {lost.name}, which an interrupted update of this resource created")
    declared = spec.to_native().get("tags", {})
    update_tags(lost.arn, lost.spec.get("tags", {}), declared, gateway)
    return replace(lost, spec={**lost.spec, "tags": declared})


def _adopt_as_asked(
    spec: TuningJobSpec, existing: Observed, gateway: TuningGateway, *, owner: str, token: str, say: Say
) -> Observed:
    """The job as found, with the declared tags and ours added; tags that others gave it stay."""
    declared = spec.to_native().get("tags", {})
    gateway.add_tags(existing.arn, {**declared, **own_tags(owner, token)})
    if RELEASED_TAG in existing.own_tags:
        gateway.delete_tags(existing.arn, [RELEASED_TAG])
    say(f"adopted {existing.name} ({existing.status})")
    return replace(
        existing,
        spec={**existing.spec, "tags": {**existing.spec.get("tags", {}), **declared}},
        own_tags=own_tags(owner, token),
    )


def _plan_against(spec: TuningJobSpec, observed: Observed, options: Options, secret_paths: Collection[str]) -> Plan:
    # An automatic name is no part of what is declared, so the job's own name stands in for it.
    declared = {**spec.to_native(), "hyper_parameter_tuning_job_name": observed.name}
    return plan(
        declared,
        observed,
        replace_on_status=options.rerun_on,
        any_parents=options.policy.starts_warm,
        secret_paths=secret_paths,
    )


def _listed(decision: Plan) -> str:
    return "\n".join(f"  {change.path}: {change.reason}" for change in decision.changes)
