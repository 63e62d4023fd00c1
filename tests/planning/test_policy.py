"""What holds of every policy, whatever changes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plan_strategies import changed, documents, leaves, with_leaf
from sagemaker_tuning.explanation import explain
from sagemaker_tuning.planning import (
    Change,
    Outcome,
    Parent,
    Plan,
    Policy,
    obstacles,
    plan_from_state,
    under_policy,
)
from sagemaker_tuning.unknown import UNKNOWN, Unknown

REPLACE = Change("strategy", "Bayesian", "Random", "replace", "strategy is immutable: Bayesian → Random")
MAYBE = Change("role_arn", "a", UNKNOWN, "replace", "role_arn is immutable: not known until up; may change")
UPDATE = Change("tags[team]", "ml", "risk", "update", "tags[team] can be edited in place: ml → risk")
TOKEN = Change("rerun_token", "1", "2", "replace", "rerun_token asks to run the job again: 1 → 2")
FAILED = Change("status", "Failed", None, "replace", "the job's status is Failed, and rerun_on asks to run it again")
OLD = Parent("churn", "Completed", {})

on_changes = st.sampled_from(["replace", "warm_start", "reject", "ignore"])
policies = st.builds(Policy, on_changes, st.sampled_from(["delete", "stop", "retain"]), st.booleans())
plans = st.lists(st.sampled_from([REPLACE, MAYBE, UPDATE, TOKEN, FAILED]), unique_by=id).map(Plan.of)
olds = st.builds(
    Parent,
    st.just("churn"),
    st.sampled_from(["InProgress", "Completed", "Failed"]),
    st.just({}),
    is_deleted_first=st.booleans(),
)


@given(plans, policies, olds)
def test_every_change_is_made_or_left_alone_or_refused(plan: Plan, policy: Policy, old: Parent) -> None:
    outcome = under_policy(plan, policy, declared={}, old=old)
    apart = [*outcome.plan.changes, *outcome.ignored, *outcome.refused, *outcome.undecided]
    assert sorted(map(id, apart)) == sorted(map(id, plan.changes))
    assert [change for change in outcome.plan.changes if change.action == "update"] == [
        change for change in plan.changes if change.action == "update"
    ]


@given(plans, policies, olds)
def test_nothing_but_a_wish_to_run_again_replaces_under_reject_and_ignore(
    plan: Plan, policy: Policy, old: Parent
) -> None:
    outcome = under_policy(plan, policy, declared={}, old=old)
    if policy.on_change in ("reject", "ignore") and not {TOKEN, FAILED} & set(plan.changes):
        assert outcome.plan.action != "replace"


@given(plans, policies, olds)
def test_a_refusal_has_a_reason_and_changes_nothing_else(plan: Plan, policy: Policy, old: Parent) -> None:
    outcome = under_policy(plan, policy, declared={}, old=old)
    if outcome.refused:
        assert outcome.plan.action != "replace"
        assert outcome.obstacles or policy.on_change == "reject"
    assert (explain(outcome, old).action == "refuse") == bool(outcome.refused)


@given(plans, policies, olds)
def test_a_child_is_promised_only_where_the_rules_hold(plan: Plan, policy: Policy, old: Parent) -> None:
    outcome = under_policy(plan, policy, declared={}, old=old)
    if outcome.warm_start is not None:
        assert outcome.plan.action == "replace"
        assert policy.starts_warm
        assert not old.is_deleted_first
        assert obstacles({}, old, policy.warm_start_type) == ()
    if policy.on_change == "warm_start" and outcome.plan.action == "replace":
        assert outcome.warm_start is not None


@given(plans, olds)
def test_a_name_is_never_given_twice(plan: Plan, old: Parent) -> None:
    for on_delete in ("stop", "retain"):
        outcome = under_policy(plan, Policy(on_delete=on_delete), declared={}, old=old)  # type: ignore[arg-type]
        assert not (old.is_deleted_first and outcome.plan.action == "replace")


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(documents(), st.data())
def test_one_changed_leaf_of_any_document_is_dealt_with(recorded: dict[str, Any], data: st.DataObject) -> None:
    at, value = data.draw(st.sampled_from(list(leaves(recorded))), label="leaf")
    declared = with_leaf(recorded, at, data.draw(st.sampled_from([changed(value), UNKNOWN]), label="value"))
    plan = plan_from_state(declared, recorded)
    old = Parent("churn", "Completed", recorded)
    outcomes = {
        on_change: under_policy(plan, Policy(on_change), declared=declared, old=old)  # type: ignore[arg-type]
        for on_change in ("replace", "warm_start", "reject", "ignore")
    }
    assert outcomes["replace"] == Outcome(plan, Policy())
    assert outcomes["ignore"].plan.action == ("none" if plan.action == "replace" else plan.action)
    assert outcomes["reject"].plan.action == outcomes["ignore"].plan.action
    if plan.action == "replace":
        assert bool(outcomes["warm_start"].refused) == bool(obstacles(declared, old))
    for outcome in outcomes.values():
        text = "\n".join(explain(outcome, old).short)
        assert repr(Unknown()) not in text, "the stand-in for what is not known is nothing to show"


@pytest.mark.parametrize("on_change", ["reject", "ignore"])
def test_an_edit_of_tags_passes_every_policy(on_change: Any) -> None:
    plan = Plan.of([UPDATE])
    assert under_policy(plan, Policy(on_change), declared={}, old=OLD).plan == plan
