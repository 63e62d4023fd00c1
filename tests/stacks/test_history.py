"""The generations of a resource's job, and what each changed."""

from __future__ import annotations

import pytest
from fakes.jobs import declared, request
from fakes.memory_gateway import MemoryGateway
from sagemaker_tuning.lifecycle import Options, create
from sagemaker_tuning.lifecycle.ownership import OWNER_TAG, RELEASED_TAG
from sagemaker_tuning.stacks.history import generations_of

OWNER = "ml/prod/churn"


@pytest.fixture
def aws():
    return MemoryGateway()


def run(aws, **changes):
    """One more generation, under an automatic name; what ran before is let go of."""
    for name in aws.names:
        aws.add_tags(aws.describe(name)["HyperParameterTuningJobArn"], {RELEASED_TAG: "true"})
    return create(declared(**changes), Options(), aws, owner=OWNER, say=lambda _line: None).name


def changes(generation):
    return None if generation.changes is None else [(c.path, c.before, c.after) for c in generation.changes]


STRATEGY = "hyper_parameter_tuning_job_config.strategy"


def test_generations_are_told_in_order_with_what_each_changed(aws):
    first = run(aws)
    second = run(aws, strategy="Bayesian")
    third = run(aws, strategy="Bayesian", tags={"team": "risk"})
    current = {third: aws.describe(third)["HyperParameterTuningJobArn"]}
    aws.calls.clear()
    found = generations_of(OWNER, aws, current=current)
    assert [one.observed.name for one in found] == [first, second, third]
    assert [one.number for one in found] == [1, 2, 3]
    assert [changes(one) for one in found] == [
        None,
        [(STRATEGY, "Random", "Bayesian")],
        [("tags[team]", "ml", "risk")],
    ]
    assert [one.is_current for one in found] == [False, False, True]
    assert [one.is_released for one in found] == [True, True, False]
    assert sorted(aws.calls) == ["Describe"] * 3 + ["List"] + ["ListTags"] * 3


def test_the_same_job_again_changed_nothing(aws):
    run(aws)
    run(aws)
    assert generations_of(OWNER, aws)[1].changes == ()


def test_what_the_service_derives_from_a_change_is_no_change_of_its_own(aws):
    run(aws)
    native = declared().to_native()
    native["hyper_parameter_tuning_job_config"]["hyper_parameter_tuning_job_objective"]["metric_name"] = "validation:f1"
    algorithm = native["training_job_definition"]["algorithm_specification"]
    algorithm["metric_definitions"].append({"name": "validation:f1", "regex": "f1=([0-9.]+)"})
    create(declared().from_native(native), Options(), aws, owner=OWNER, say=lambda _line: None)
    paths = [change.path for change in generations_of(OWNER, aws)[1].changes]
    assert paths == [
        "hyper_parameter_tuning_job_config.hyper_parameter_tuning_job_objective.metric_name",
        "training_job_definition.algorithm_specification.metric_definitions[validation:f1]",
    ]


def test_jobs_of_other_resources_are_not_among_them(aws):
    own = run(aws)
    stem = own[:-4]
    aws.create(request(f"{stem}ffff", tags={OWNER_TAG: "ml/test/churn"}))
    aws.create(request("churn-by-hand"))
    assert [one.observed.name for one in generations_of(OWNER, aws)] == [own]


def test_a_name_of_the_users_own_is_found_among_all_jobs_only(aws):
    aws.create(request("nightly-1", tags={OWNER_TAG: OWNER}))
    aws.create(request("nightly-2", tags={OWNER_TAG: OWNER}))
    current = {"nightly-2": aws.describe("nightly-2")["HyperParameterTuningJobArn"]}
    assert [one.observed.name for one in generations_of(OWNER, aws, current=current)] == ["nightly-2"]
    found = generations_of(OWNER, aws, current=current, every_job=True)
    assert [one.observed.name for one in found] == ["nightly-1", "nightly-2"]


def test_secrets_are_masked_those_that_are_known_and_those_that_look_like_one(aws):
    for value in ("first secret", "second secret"):
        native = declared().to_native()
        native["training_job_definition"]["environment"] = {"API_TOKEN": value, "PLAIN": value}
        create(declared().from_native(native), Options(), aws, owner=OWNER, say=lambda _line: None)
    path = "training_job_definition.environment"
    found = generations_of(OWNER, aws, secret_paths=[f"{path}[PLAIN]"])
    assert changes(found[1]) == [
        (f"{path}[API_TOKEN]", "[secret]", "[secret]"),
        (f"{path}[PLAIN]", "[secret]", "[secret]"),
    ]
