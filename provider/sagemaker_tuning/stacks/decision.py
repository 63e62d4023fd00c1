"""What an `up` does about a declared job, from the state that the engine has of it and the user's policy."""

from __future__ import annotations

from collections.abc import Callable

from sagemaker_tuning.lifecycle.options import Options
from sagemaker_tuning.planning import Change, Outcome, Parent, Plan, plan_from_state, under_policy
from sagemaker_tuning.stacks.properties import Inputs, State
from sagemaker_tuning.unknown import is_unknown

__all__ = ["decide"]


def decide(
    state: State, inputs: Inputs, options: Options, *, region: str = "", ask_status: Callable[[], str] | None = None
) -> tuple[Outcome, Parent]:
    """The outcome, and the job that it is about.

    `options` are the declared ones, `region` is where the program now is. The recorded status may be from before the
    job ended; `ask_status` is called only where the outcome depends on it, and without it the recorded one counts.
    """
    status = ask_status() if ask_status and options.rerun_on else state.status
    decision = plan_from_state(
        inputs.declared,
        state.inputs.job,
        rewrites=state.rewrites,
        options=inputs.options,
        recorded_options=state.inputs.options,
        region=region,
        recorded_region=state.region,
        status=status,
        replace_on_status=options.rerun_on,
        any_parents=options.takes_previous,
        secret_paths=[*inputs.secret_paths, *state.inputs.secret_paths],
    )
    if moved := _new_owner(state, inputs):
        decision = Plan.of([*decision.changes, moved])
    if ask_status and decision.action == "replace" and options.policy.starts_warm and not options.rerun_on:
        status = ask_status()  # only a job that has ended can be a parent
    old = Parent(
        state.inputs.name,
        status,
        state.inputs.job,
        state.creation_time,
        is_deleted_first=_needs_the_name_of(state, inputs),
    )
    return under_policy(decision, options.policy, declared=inputs.declared, old=old), old


def _new_owner(state: State, inputs: Inputs) -> Change | None:
    """The resource has another name, component, stack or project; by the tag, others would count the job as theirs."""
    before, after = state.inputs.owner, inputs.owner
    if not before or before == after:
        return None
    return Change("owner", before, after, "update", f"the job's owner tag follows its resource: {before} → {after}")


def _needs_the_name_of(state: State, inputs: Inputs) -> bool:
    """A name of the user's own is free for the new job only after the old one is deleted."""
    if inputs.is_auto_named or is_unknown(inputs.name):
        return False
    return bool(inputs.name.casefold() == state.inputs.name.casefold())
