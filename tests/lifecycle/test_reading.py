from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fakes.jobs import declared, request
from fakes.memory_gateway import MemoryGateway
from sagemaker_tuning.lifecycle import current_status, observe, read
from sagemaker_tuning.observed import MISSING, Identity
from sagemaker_tuning.planning import service_rewrites


@pytest.fixture
def state(aws: MemoryGateway) -> dict[str, Any]:
    """What the state records of a job that was created as declared."""
    aws.create(request("churn"))
    observed = observe("churn", aws)
    assert observed is not None
    native = declared("churn").to_native()
    aws.calls.clear()
    return {"declared": native, "rewrites": service_rewrites(native, observed), "identity": observed.identity}


def test_a_read_costs_two_calls_and_finds_what_is_declared(aws: MemoryGateway, state: dict[str, Any]) -> None:
    found = read("churn", aws, **state)
    assert found is not None
    assert found.effective == state["declared"]
    assert found.identity_drift is None
    assert aws.calls == ["Describe", "ListTags"]


def test_a_job_that_is_gone_is_nothing(aws: MemoryGateway, state: dict[str, Any]) -> None:
    aws.vanish("churn")
    assert read("churn", aws, **state) is None


def test_a_job_that_is_being_deleted_is_nothing(aws: MemoryGateway, state: dict[str, Any]) -> None:
    aws.finish("churn")
    aws.delete("churn")
    assert read("churn", aws, **state) is None


def test_a_job_deleted_between_the_two_calls_is_nothing(aws: MemoryGateway, state: dict[str, Any]) -> None:
    aws.before_next("ListTags", lambda: aws.vanish("churn"))
    assert read("churn", aws, **state) is None


def test_a_tag_edited_by_hand_is_drift(aws: MemoryGateway, state: dict[str, Any]) -> None:
    aws.add_tags(state["identity"].arn, {"team": "risk"})
    found = read("churn", aws, **state)
    assert found is not None
    assert found.effective == {**state["declared"], "tags": {"team": "risk"}}


def test_an_import_reads_the_job_as_if_it_had_been_declared_so(aws: MemoryGateway, state: dict[str, Any]) -> None:
    found = read("churn", aws)
    assert found is not None
    assert (
        found.effective["hyper_parameter_tuning_job_config"] == state["declared"]["hyper_parameter_tuning_job_config"]
    )
    assert found.effective["tags"] == {"team": "ml"}


def test_the_first_read_of_a_job_that_could_not_be_described_takes_the_rewrites(
    aws: MemoryGateway, state: dict[str, Any]
) -> None:
    found = read("churn", aws, **{**state, "rewrites": None})
    assert found is not None
    assert found.rewrites == state["rewrites"]


def test_another_job_under_the_same_name_is_drift_by_name(aws: MemoryGateway, state: dict[str, Any]) -> None:
    earlier: Identity = replace(state["identity"], creation_time=state["identity"].creation_time - timedelta(hours=1))
    found = read("churn", aws, **{**state, "identity": earlier})
    assert found is not None
    assert "churn" in (found.identity_drift or "")


def test_the_status_of_a_job_that_is_gone_is_not_the_recorded_one(aws: MemoryGateway, state: dict[str, Any]) -> None:
    assert current_status("InProgress", state["identity"], aws) == "InProgress"
    aws.vanish("churn")
    assert current_status("InProgress", state["identity"], aws) == MISSING
