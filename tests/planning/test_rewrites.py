"""What the service made of a job at creation, and what state records of it."""

from __future__ import annotations

import json

import pytest
from plan_documents import ABSENT, REQUEST, echo, edited
from sagemaker_tuning.observed import normalize
from sagemaker_tuning.planning import effective, plan, plan_from_state, service_rewrites

DEFINITION = "TrainingJobDefinition"
BASE = normalize(echo(REQUEST)).spec
METRICS = [{"Name": "validation:auc", "Regex": "auc=(.*)"}]

# What a service of tomorrow might do: fill in, leave out, respell, move.
REWRITTEN = {
    f"{DEFINITION}.AlgorithmSpecification.MetricDefinitions": METRICS,
    f"{DEFINITION}.StaticHyperParameters._tuning_objective_metric": "validation:auc",
    f"{DEFINITION}.OutputDataConfig.S3OutputPath": "s3://bucket/models/",
    f"{DEFINITION}.RetryStrategy": {"MaximumRetryAttempts": 2},
    f"{DEFINITION}.ResourceConfig.VolumeSizeInGB": ABSENT,
}
REWRITES = service_rewrites(BASE, normalize(echo(REQUEST, REWRITTEN)))


def test_what_the_plan_still_finds_after_a_create_is_recorded():
    assert set(REWRITES) == {
        "training_job_definition.algorithm_specification.metric_definitions",
        "training_job_definition.output_data_config.s3_output_path",
        "training_job_definition.retry_strategy",
        "training_job_definition.resource_config.volume_size_in_gb",
    }


def test_rewrites_hold_no_value():
    assert "s3://" not in json.dumps(REWRITES)
    assert "auc" not in json.dumps(list(REWRITES.values()))


def test_a_rewrite_is_no_change():
    assert plan(BASE, echo(REQUEST, REWRITTEN), rewrites=REWRITES).action == "none"


def test_a_rewrite_does_not_depend_on_the_order_of_named_items():
    def rewritten(metrics):
        edits = {f"{DEFINITION}.AlgorithmSpecification.MetricDefinitions": metrics}
        return service_rewrites(BASE, normalize(echo(REQUEST, edits)))

    metrics = [*METRICS, {"Name": "train:auc", "Regex": "train=(.*)"}]
    assert rewritten(metrics) == rewritten(metrics[::-1])


def test_a_rewritten_field_that_the_service_changes_again_is_a_change():
    described = echo(REQUEST, {**REWRITTEN, f"{DEFINITION}.RetryStrategy": {"MaximumRetryAttempts": 9}})
    (change,) = plan(BASE, described, rewrites=REWRITES).changes
    assert change.path == "training_job_definition.retry_strategy"


def test_a_rewritten_field_that_the_program_changes_is_a_change():
    declared = edited(BASE, {"training_job_definition.resource_config.volume_size_in_gb": 99})
    (change,) = plan(declared, echo(REQUEST, REWRITTEN), rewrites=REWRITES).changes
    assert (change.path, change.before, change.after) == (
        "training_job_definition.resource_config.volume_size_in_gb",
        None,
        99,
    )


def test_an_edited_tag_is_never_taken_for_a_rewrite():
    observed = normalize(echo(REQUEST), [{"Key": "team", "Value": "ml"}])
    assert service_rewrites({**BASE, "tags": {"team": "risk"}}, observed) == {}


def test_without_rewrites_to_tolerate_what_the_service_filled_in_is_a_change():
    decision = plan(BASE, echo(REQUEST, REWRITTEN), rewrites={})
    assert {change.path for change in decision.changes} == set(REWRITES)


def test_state_records_what_was_declared_where_only_the_service_differs():
    observed = normalize(echo(REQUEST, REWRITTEN))
    assert effective(BASE, observed, REWRITES) == BASE


DRIFT = {
    "an edited value": (
        {f"{DEFINITION}.RoleArn": "arn:aws:iam::123456789012:role/other"},
        "training_job_definition.role_arn",
    ),
    "a removed hyperparameter": (
        {f"{DEFINITION}.StaticHyperParameters.subsample": ABSENT},
        "training_job_definition.static_hyper_parameters[subsample]",
    ),
    "an added hyperparameter": (
        {f"{DEFINITION}.StaticHyperParameters.alpha": "1"},
        "training_job_definition.static_hyper_parameters[alpha]",
    ),
    "an added structure": (
        {f"{DEFINITION}.CheckpointConfig": {"S3Uri": "s3://bucket/c"}},
        "training_job_definition.checkpoint_config",
    ),
    "a removed structure": ({f"{DEFINITION}.VpcConfig": ABSENT}, "training_job_definition.vpc_config"),
    "a removed channel": (
        {f"{DEFINITION}.InputDataConfig": REQUEST[DEFINITION]["InputDataConfig"][1:]},
        "training_job_definition.input_data_config[train]",
    ),
    "an added channel": (
        {f"{DEFINITION}.InputDataConfig": [*REQUEST[DEFINITION]["InputDataConfig"], {"ChannelName": "test"}]},
        "training_job_definition.input_data_config[test]",
    ),
    "an added environment": (
        {f"{DEFINITION}.Environment": {"LEVEL": "1"}},
        "training_job_definition.environment[LEVEL]",
    ),
    "a field inside a channel": (
        {f"{DEFINITION}.InputDataConfig[1].ContentType": "text/libsvm"},
        "training_job_definition.input_data_config[validation].content_type",
    ),
}


@pytest.mark.parametrize(("edits", "path"), DRIFT.values(), ids=DRIFT)
def test_drift_goes_into_state_so_that_the_next_plan_shows_it(edits, path):
    observed = normalize(echo(REQUEST, {**REWRITTEN, **edits}))
    assert [change.path for change in plan(BASE, observed, rewrites=REWRITES).changes] == [path]
    recorded = effective(BASE, observed, REWRITES)
    assert plan(recorded, observed, rewrites=REWRITES).action == "none"
    assert [change.path for change in plan_from_state(BASE, recorded, rewrites=REWRITES).changes] == [path]


def test_tag_drift_goes_into_state():
    observed = normalize(echo(REQUEST), [{"Key": "team", "Value": "risk"}])
    recorded = effective({**BASE, "tags": {"team": "ml", "cost": "7"}}, observed, {})
    assert recorded["tags"] == {"team": "risk"}


def test_tags_that_were_not_asked_for_stay_as_declared():
    declared = {**BASE, "tags": {"team": "ml"}}
    assert effective(declared, normalize(echo(REQUEST)), {}) == declared


def test_what_the_service_adds_stays_out_of_state_even_inside_drift():
    plural = {**REQUEST[DEFINITION], "DefinitionName": "only"}
    plural["StaticHyperParameters"] = {"_tuning_objective_metric": "validation:auc", "num_round": "1"}
    described = echo(REQUEST, {DEFINITION: ABSENT, "TrainingJobDefinitions": [plural]})
    recorded = effective(BASE, normalize(described), {})
    assert "training_job_definition" not in recorded
    assert recorded["training_job_definitions"][0]["static_hyper_parameters"] == {"num_round": "1"}


def test_state_keeps_the_order_of_the_program_and_shares_nothing_with_it():
    declared = dict(reversed(BASE.items()))
    recorded = effective(declared, normalize(echo(REQUEST)), {})
    assert list(recorded) == list(declared)
    recorded["training_job_definition"]["role_arn"] = "changed"
    assert BASE["training_job_definition"]["role_arn"] != "changed"


def test_declaring_what_the_service_had_chosen_is_no_change():
    declared = edited(BASE, {"training_job_definition.retry_strategy": {"maximum_retry_attempts": 2}})
    assert plan_from_state(declared, BASE, rewrites=REWRITES).action == "none"
    other = edited(BASE, {"training_job_definition.retry_strategy": {"maximum_retry_attempts": 3}})
    assert plan_from_state(other, BASE, rewrites=REWRITES).action == "replace"
