"""What holds of every document."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plan_documents import echo
from plan_strategies import changed, documents, leaves, shuffled, tag_list, to_api, with_additions, with_leaf
from sagemaker_tuning.observed import Observed, normalize
from sagemaker_tuning.paths import format
from sagemaker_tuning.planning import Change, effective, plan, plan_from_state, service_rewrites
from sagemaker_tuning.spec import TuningJobSpec
from strategies import specs

# Whole request documents are slow to draw, never to compare.
whole_documents = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def described(native) -> Observed:
    return normalize(echo(to_api(native)), tag_list(native))


@whole_documents
@given(documents())
def test_what_was_declared_and_then_described_is_nothing_to_do(declared):
    assert plan(declared, described(declared)) == plan(declared, described(declared), rewrites={})
    assert plan(declared, described(declared)).to_dict() == {"action": "none", "changes": []}


@whole_documents
@given(documents())
def test_what_the_service_adds_is_nothing_to_do(declared):
    observed = normalize(with_additions(echo(to_api(declared))), tag_list(declared))
    assert plan(declared, observed).to_dict() == {"action": "none", "changes": []}


@whole_documents
@given(documents())
def test_after_a_create_nothing_is_to_do_and_state_is_what_was_declared(declared):
    observed = normalize(with_additions(echo(to_api(declared))), tag_list(declared))
    rewrites = service_rewrites(declared, observed)
    assert plan(declared, observed, rewrites=rewrites).action == "none"
    assert effective(declared, observed, rewrites) == declared
    assert plan_from_state(declared, declared, rewrites=rewrites).action == "none"


@whole_documents
@given(specs())
def test_a_valid_request_that_was_sent_and_described_is_nothing_to_do(request):
    spec = TuningJobSpec.from_api(request)
    tags = tag_list(spec.to_native())
    assert plan(spec, echo(request), tags=tags).to_dict() == {"action": "none", "changes": []}
    assert plan(spec, with_additions(echo(request)), tags=tags).to_dict() == {"action": "none", "changes": []}


@whole_documents
@given(specs(), st.data())
def test_one_changed_leaf_is_the_only_change(request, data):
    native = TuningJobSpec.from_api(request).to_native()
    parts, value = data.draw(st.sampled_from(list(leaves(native))), label="leaf")
    declared = with_leaf(native, parts, changed(value))
    (change,) = plan(declared, echo(request), tags=tag_list(native)).changes
    assert change == Change(
        format(parts),
        value,
        changed(value),
        "update" if parts[0] == "tags" else "replace",
        change.reason,
    )


@whole_documents
@given(documents(), documents(), st.randoms(use_true_random=False))
def test_order_never_matters(declared, other, rng):
    expected = plan(declared, described(other))
    actual = plan(shuffled(declared, rng), normalize(shuffled(echo(to_api(other)), rng), tag_list(other)))
    assert [(change.path, change.action) for change in actual.changes] == [
        (change.path, change.action) for change in expected.changes
    ]


@whole_documents
@given(documents(), documents(), documents())
def test_state_holds_the_job_as_it_is_and_shows_the_same_drift(created, declared, other):
    observed = normalize(with_additions(echo(to_api(other))), tag_list(other))
    for rewrites in ({}, service_rewrites(created, observed), service_rewrites(declared, observed)):
        recorded = effective(declared, observed, rewrites)
        assert plan(recorded, observed, rewrites=rewrites).action == "none"
        drift = plan(declared, observed, rewrites=rewrites)
        assert [change.path for change in plan_from_state(declared, recorded).changes] == [
            change.path for change in drift.changes
        ]


@whole_documents
@given(documents(), documents())
def test_a_plan_names_every_path_once(declared, other):
    paths = [change.path for change in plan(declared, described(other), rewrites={}).changes]
    assert len(paths) == len(set(paths))
