from __future__ import annotations

from typing import Any

import pytest
from sagemaker_tuning.errors import SpecError
from sagemaker_tuning.lifecycle import Options
from sagemaker_tuning.unknown import UNKNOWN


def test_options_are_read_beside_other_members() -> None:
    values = {"on_delete": "stop", "replace_on_status": ["Failed"], "tags": {"team": "ml"}, "adopt_existing": None}
    assert Options.from_native(values) == Options(on_delete="stop", rerun_on=("Failed",))


def test_a_default_stands_in_for_what_is_not_set() -> None:
    defaults = {"propagation_timeout_seconds": 5.0}
    assert Options.from_native({}, **defaults).propagation_timeout_seconds == 5.0
    assert Options.from_native({"propagation_timeout_seconds": 9}, **defaults).propagation_timeout_seconds == 9


def test_an_unknown_option_waits_for_the_up() -> None:
    assert Options.from_native({"on_delete": UNKNOWN}) == Options()


WRONG: dict[str, Any] = {
    "on_delete": "keep",
    "adopt_existing": "yes",
    "propagation_timeout_seconds": -1,
    "delete_timeout_seconds": True,
    "replace_on_status": ["InProgress"],
    "on_change": "stop",
    "rerun_token": 7,
    "max_instance_hours": 0,
    "max_cost_usd": "20",
}


def test_every_wrong_option_is_named() -> None:
    with pytest.raises(SpecError) as raised:
        Options.from_native(WRONG)
    assert sorted(problem.path for problem in raised.value.problems) == sorted(WRONG)


PREVIOUS: dict[str, Any] = {"warm_start_config": {"parents": "previous"}}
BY_NAME = {
    "parent_hyper_parameter_tuning_jobs": [{"hyper_parameter_tuning_job_name": "wide"}],
    "warm_start_type": "TransferLearning",
}


def test_parents_that_the_provider_finds_are_an_option_and_named_ones_part_of_the_job() -> None:
    assert Options.from_native(PREVIOUS).policy.takes_previous
    assert not Options.from_native({"warm_start_config": BY_NAME}).policy.takes_previous
    assert Options.from_native({"warm_start_config": UNKNOWN}) == Options()


@pytest.mark.parametrize("kind", ["IdenticalDataAndAlgorithm", "TransferLearning"])
def test_the_type_of_a_warm_start_may_be_chosen(kind: str) -> None:
    chosen = {"warm_start_config": {"parents": "previous", "warm_start_type": kind}}
    assert Options.from_native(chosen).policy.warm_start_type == kind


TOGETHER: dict[str, tuple[dict[str, Any], str, str]] = {
    "both names of rerun_on": (
        {"rerun_on": ["Failed"], "replace_on_status": ["Failed"]},
        "replace_on_status",
        "is given beside `rerun_on`, of which it is the earlier name",
    ),
    "a parent that is none": (
        {"warm_start_config": {"parents": ["wide"]}},
        "warm_start_config.parents",
        "is not 'previous'",
    ),
    "parents found and parents named": (
        {"warm_start_config": {"parents": "previous", **BY_NAME}},
        "warm_start_config.parent_hyper_parameter_tuning_jobs",
        "is given beside `parents`",
    ),
    "a type that is none": (
        {"warm_start_config": {"parents": "previous", "warm_start_type": "Warm"}},
        "warm_start_config.warm_start_type",
        "is not a type of warm start",
    ),
    "the old job as parent beside named ones": (
        {"on_change": "warm_start", "warm_start_config": BY_NAME},
        "on_change",
        "wants the new job to start from the old one, but `warm_start_config` names its parents",
    ),
}


@pytest.mark.parametrize(("values", "path", "message"), TOGETHER.values(), ids=TOGETHER)
def test_what_does_not_go_together_is_named(values: dict[str, Any], path: str, message: str) -> None:
    with pytest.raises(SpecError) as raised:
        Options.from_native(values)
    assert [(problem.path, problem.message) for problem in raised.value.problems] == [(path, message)]


def test_policies_go_together_with_previous_parents() -> None:
    policy = Options.from_native({**PREVIOUS, "on_change": "warm_start", "on_delete": "retain"}).policy
    assert (policy.on_change, policy.on_delete, policy.starts_warm) == ("warm_start", "retain", True)
