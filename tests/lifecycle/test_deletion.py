"""A delete ends with the job gone, whoever else is at work on it, and never touches another job."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any, ClassVar

import pytest
from fakes.clock import FakeClock
from fakes.jobs import request
from fakes.memory_gateway import MemoryGateway
from sagemaker_tuning.errors import AccessDenied, AwsError, InvalidRequest, Throttled, TuningError
from sagemaker_tuning.lifecycle import Options, delete
from sagemaker_tuning.lifecycle.ownership import RELEASED_TAG
from sagemaker_tuning.observed import Identity, normalize

Delete = Callable[..., None]


@pytest.fixture
def identity(aws: MemoryGateway) -> Identity:
    """A running job, as the state knows it."""
    aws.create(request("churn"))
    identity = normalize(aws.describe("churn")).identity
    aws.calls.clear()
    return identity


@pytest.fixture
def down(aws: MemoryGateway, clock: FakeClock, said: list[str]) -> Delete:
    def run(identity: Identity, **options: Any) -> None:
        delete(identity, Options(**options), aws, clock=clock, say=said.append)

    return run


class TestDelete:
    def test_a_running_job_is_stopped_waited_for_and_deleted(
        self, aws: MemoryGateway, identity: Identity, down: Delete, said: list[str]
    ) -> None:
        down(identity)
        assert aws.names == []
        assert (aws.calls.count("Stop"), aws.calls.count("Delete")) == (1, 1)
        assert said == ["stopping churn before its record can be deleted"]

    @pytest.mark.parametrize("status", ["Completed", "Failed", "Stopped"])
    def test_a_job_that_has_ended_is_not_stopped(
        self, aws: MemoryGateway, identity: Identity, down: Delete, status: str
    ) -> None:
        aws.finish("churn", status)
        down(identity)
        assert aws.names == []
        assert "Stop" not in aws.calls

    def test_a_job_already_gone_is_success(self, aws: MemoryGateway, identity: Identity, down: Delete) -> None:
        aws.vanish("churn")
        down(identity)
        assert aws.calls == ["Describe"]

    RACES: ClassVar[dict[str, tuple[str, Callable[[MemoryGateway], None]]]] = {
        "it ends before we stop it": ("Stop", lambda aws: aws.finish("churn")),
        "somebody deletes it before we stop it": ("Stop", lambda aws: aws.vanish("churn")),
        "somebody deletes it before we do": ("Delete", lambda aws: aws.vanish("churn")),
        "its status lags behind when we delete it": ("Delete", lambda aws: aws.finish("churn", "Stopping")),
    }

    @pytest.mark.parametrize(("call", "event"), RACES.values(), ids=RACES)
    def test_a_race_is_won(
        self, aws: MemoryGateway, identity: Identity, down: Delete, call: str, event: Callable[[MemoryGateway], None]
    ) -> None:
        aws.before_next(call, lambda: event(aws))
        down(identity)
        assert aws.names == []

    def test_a_delete_that_failed_is_made_again(self, aws: MemoryGateway, identity: Identity, down: Delete) -> None:
        aws.finish("churn", "DeleteFailed")
        down(identity)
        assert aws.names == []

    def test_a_delete_that_fails_every_time_tells_the_reason(
        self, aws: MemoryGateway, identity: Identity, down: Delete
    ) -> None:
        def fail() -> None:
            aws.finish("churn", "DeleteFailed", "the index is out of order")
            aws.before_next("Describe", fail)

        fail()
        with pytest.raises(TuningError, match="the index is out of order"):
            down(identity)
        assert aws.calls.count("Delete") == 3

    def test_a_job_that_never_stops_ends_in_an_error_that_names_its_status(
        self, aws: MemoryGateway, identity: Identity, down: Delete, clock: FakeClock
    ) -> None:
        def stuck() -> None:
            aws.finish("churn", "Stopping")
            aws.before_next("Describe", stuck)

        stuck()
        with pytest.raises(TuningError, match="still Stopping after 60 s"):
            down(identity, delete_timeout_seconds=60)
        assert 60 <= clock.now() < 60 + 15

    def test_a_refusal_that_is_no_race_is_told(self, aws: MemoryGateway, identity: Identity, down: Delete) -> None:
        aws.finish("churn")
        aws.fail_next("Delete", InvalidRequest("the record is locked", code="ValidationException"))
        with pytest.raises(InvalidRequest, match="the record is locked"):
            down(identity)

    def test_a_throttled_look_does_not_end_the_wait(self, aws: MemoryGateway, identity: Identity, down: Delete) -> None:
        aws.fail_next("Describe", Throttled("Rate exceeded", code="ThrottlingException"), times=2)
        down(identity)
        assert aws.names == []

    def test_a_later_job_of_the_same_name_is_left_alone(self, aws: MemoryGateway, down: Delete) -> None:
        arn = aws.create(request("churn"))
        down(Identity("churn", arn, datetime(2020, 1, 1, tzinfo=timezone.utc)))
        assert aws.names == ["churn"]


class TestOtherPolicies:
    def test_stop_leaves_the_record(self, aws: MemoryGateway, identity: Identity, down: Delete) -> None:
        down(identity, on_delete="stop")
        assert aws.names == ["churn"]
        assert aws.describe("churn")["HyperParameterTuningJobStatus"] == "Stopping"

    def test_stop_leaves_a_job_that_has_ended(self, aws: MemoryGateway, identity: Identity, down: Delete) -> None:
        aws.finish("churn")
        down(identity, on_delete="stop")
        assert "Stop" not in aws.calls

    def test_retain_only_marks_the_job_as_released(self, aws: MemoryGateway, identity: Identity, down: Delete) -> None:
        down(identity, on_delete="retain")
        assert aws.calls == ["AddTags"]
        assert {"Key": RELEASED_TAG, "Value": "true"} in aws.list_tags(identity.arn)

    @pytest.mark.parametrize("policy", ["stop", "retain"])
    def test_a_job_already_gone_is_success(
        self, aws: MemoryGateway, identity: Identity, down: Delete, policy: str
    ) -> None:
        aws.vanish("churn")
        down(identity, on_delete=policy)
        assert aws.names == []

    @pytest.mark.parametrize(
        "refusal",
        [
            AccessDenied("sagemaker:AddTags is not allowed", code="AccessDeniedException"),
            InvalidRequest("a job has 50 tags at most", code="ValidationException"),
        ],
        ids=["no permission", "no room for one more tag"],
    )
    def test_retain_does_without_the_tag(
        self, aws: MemoryGateway, identity: Identity, down: Delete, said: list[str], refusal: AwsError
    ) -> None:
        aws.fail_next("AddTags", refusal)
        down(identity, on_delete="retain")
        assert "cannot be marked as released" in said[0]
