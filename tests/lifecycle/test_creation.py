"""A create: how many calls it makes, whose job it takes, and that no trouble loses a job or makes two."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any, ClassVar

import pytest
from fakes.clock import FakeClock
from fakes.jobs import declared, request
from fakes.memory_gateway import MemoryGateway
from sagemaker_tuning.errors import (
    AccessDenied,
    AdoptionRefused,
    AlreadyExists,
    AwsError,
    InvalidRequest,
    NotFound,
    Throttled,
)
from sagemaker_tuning.lifecycle import Created, Options, create, delete
from sagemaker_tuning.lifecycle.naming import auto_name_stem
from sagemaker_tuning.lifecycle.ownership import OWNER_TAG, TOKEN_TAG
from sagemaker_tuning.observed import Identity
from sagemaker_tuning.planning import plan

OWNER = "shop/dev/churn"
Create = Callable[..., Created]


@pytest.fixture
def up(aws: MemoryGateway, clock: FakeClock, said: list[str]) -> Create:
    """A create as an adapter makes it; ids are counted, so that names and tokens are known."""
    numbers = count(1)

    def make(spec: Any, options: Options | None = None, **changes: Any) -> Created:
        arguments = {"owner": OWNER, "known_names": (), **changes}
        return create(
            spec,
            options or Options(),
            aws,
            clock=clock,
            ids=lambda: f"{next(numbers):04x}{'0' * 28}",
            say=said.append,
            **arguments,
        )

    return make


def tags_of(aws: MemoryGateway, arn: str) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in aws.list_tags(arn)}


def refused(text: str) -> InvalidRequest:
    return InvalidRequest(f"CreateHyperParameterTuningJob: ValidationException: {text}", code="ValidationException")


def throttled() -> Throttled:
    return Throttled("Rate exceeded", code="ThrottlingException")


class TestCalls:
    def test_a_fixed_name_costs_two_calls(self, aws: MemoryGateway, up: Create) -> None:
        up(declared("churn"))
        assert aws.calls == ["Create", "Describe"]

    def test_an_automatic_name_costs_one_list_more(self, aws: MemoryGateway, up: Create) -> None:
        up(declared())
        assert aws.calls == ["List", "Create", "Describe"]

    def test_other_jobs_with_a_similar_name_cost_nothing(self, aws: MemoryGateway, up: Create) -> None:
        for _ in range(3):
            up(declared(), owner="shop/prod/churn", known_names=aws.names)
        aws.create(request(f"0-{auto_name_stem(OWNER)}0000"))
        aws.calls.clear()
        up(declared())
        assert aws.calls == ["List", "Create", "Describe"]


class TestTheCreatedJob:
    def test_it_runs_and_nothing_is_left_to_plan(self, up: Create) -> None:
        created = up(declared())
        assert created.status == "InProgress"
        assert created.observed is not None
        assert plan(created.declared, created.observed, rewrites=created.rewrites).action == "none"

    def test_an_automatic_name_is_told(self, up: Create) -> None:
        created = up(declared())
        assert created.name == f"{auto_name_stem(OWNER)}0001"
        assert created.declared["hyper_parameter_tuning_job_name"] == created.name

    def test_it_carries_owner_and_token_which_the_user_does_not_see(self, aws: MemoryGateway, up: Create) -> None:
        created = up(declared("churn"))
        written = tags_of(aws, created.arn)
        assert written == {"team": "ml", OWNER_TAG: OWNER, TOKEN_TAG: f"0001{'0' * 28}"}
        assert created.observed is not None
        assert created.observed.spec["tags"] == created.declared["tags"] == {"team": "ml"}


class TestPropagation:
    def test_a_role_that_cannot_be_assumed_yet_is_waited_for_and_said_once(
        self, aws: MemoryGateway, clock: FakeClock, up: Create, said: list[str]
    ) -> None:
        aws.fail_next("Create", refused("Could not assume role arn:aws:iam::111122223333:role/tuning."), times=4)
        assert up(declared("churn")).status == "InProgress"
        assert aws.calls.count("Create") == 5
        assert said == ["waiting up to 120 s for SageMaker to be able to assume the execution role"]
        assert 0 < clock.now() < 120

    def test_the_wait_ends_with_the_services_own_words(self, aws: MemoryGateway, clock: FakeClock, up: Create) -> None:
        aws.fail_next("Create", refused("Could not assume role"), times=100)
        with pytest.raises(InvalidRequest, match="Could not assume role"):
            up(declared("churn"), Options(propagation_timeout_seconds=30))
        assert 30 <= clock.now() < 30 + 16

    def test_a_validation_error_is_told_at_once(self, aws: MemoryGateway, clock: FakeClock, up: Create) -> None:
        aws.fail_next("Create", refused("1 validation error detected"))
        with pytest.raises(InvalidRequest, match="1 validation error"):
            up(declared("churn"))
        assert (aws.calls, clock.sleeps) == (["Create"], [])


class TestAHalfMadeJob:
    def test_a_describe_that_fails_for_a_while_is_made_again(
        self, aws: MemoryGateway, up: Create, said: list[str]
    ) -> None:
        aws.fail_next("Describe", throttled(), times=2)
        assert up(declared("churn")).rewrites == {}
        assert said == ["SageMaker answers ThrottlingException; trying again for up to 60 s"]

    def test_a_job_that_is_not_visible_yet_is_looked_for_again(self, aws: MemoryGateway, up: Create) -> None:
        aws.fail_next("Describe", NotFound("not there yet", code="ResourceNotFound"), times=3)
        assert up(declared("churn")).observed is not None

    LASTING: ClassVar[dict[str, AwsError]] = {
        "throttling": throttled(),
        "a missing permission": AccessDenied("sagemaker:Describe… is not allowed", code="AccessDeniedException"),
    }

    @pytest.mark.parametrize("trouble", LASTING.values(), ids=LASTING)
    def test_an_accepted_job_reaches_the_state_even_if_it_cannot_be_described(
        self, aws: MemoryGateway, up: Create, said: list[str], trouble: AwsError
    ) -> None:
        aws.fail_next("Describe", trouble, times=1000)
        created = up(declared("churn"))
        assert (created.name, created.status) == ("churn", "InProgress")
        assert created.arn.endswith("/churn")
        assert (created.observed, created.rewrites) == (None, None)
        assert "pulumi refresh" in said[-1]

    def test_a_create_whose_answer_was_lost_is_taken_by_its_token(self, aws: MemoryGateway, up: Create) -> None:
        def retried_by_botocore() -> None:
            aws.create({**sent, "Tags": [{"Key": TOKEN_TAG, "Value": f"0001{'0' * 28}"}]})

        sent = request("churn")
        aws.before_next("Create", retried_by_botocore)
        assert up(declared("churn")).name == "churn"
        assert aws.names == ["churn"]


class TestAnInterruptedCreate:
    def test_its_job_is_taken_and_never_a_second_one_made(
        self, aws: MemoryGateway, up: Create, said: list[str]
    ) -> None:
        lost = up(declared())
        found = up(declared())
        assert (found.name, found.arn) == (lost.name, lost.arn)
        assert found.rewrites == lost.rewrites
        assert len(aws.names) == 1
        assert lost.name in said[0]

    def test_its_job_is_taken_under_a_fixed_name_too(self, aws: MemoryGateway, up: Create) -> None:
        lost = up(declared("churn"))
        assert up(declared("churn")).arn == lost.arn
        assert aws.names == ["churn"]

    @pytest.mark.parametrize("name", [None, "churn"])
    def test_its_job_gets_the_tags_that_were_edited_since(
        self, aws: MemoryGateway, up: Create, name: str | None
    ) -> None:
        lost = up(declared(name, tags={"team": "ml", "env": "dev"}))
        found = up(declared(name, tags={"team": "risk"}))
        assert found.arn == lost.arn
        assert {key: value for key, value in tags_of(aws, lost.arn).items() if key in ("team", "env")} == {
            "team": "risk"
        }

    def test_a_job_that_the_state_knows_is_not_taken(self, aws: MemoryGateway, up: Create) -> None:
        known = up(declared())
        replacement = up(declared(), known_names=[known.name])
        assert replacement.name != known.name
        assert len(aws.names) == 2

    def test_jobs_older_than_one_that_the_state_knows_are_not_taken(self, aws: MemoryGateway, up: Create) -> None:
        up(declared())
        known = up(declared(), known_names=aws.names)
        assert up(declared(), known_names=[known.name]).name not in aws.names[:2]

    def test_a_job_that_differs_by_now_is_told_and_left(self, aws: MemoryGateway, up: Create, said: list[str]) -> None:
        lost = up(declared())
        created = up(declared(strategy="Bayesian"))
        assert created.name != lost.name
        assert lost.name in said[0]
        assert "hyper_parameter_tuning_job_config.strategy" in said[0]

    def test_a_job_of_another_owner_is_not_taken(self, aws: MemoryGateway, up: Create) -> None:
        up(declared(), owner="shop/prod/churn")
        up(declared())
        assert len(aws.names) == 2

    def test_a_job_to_be_run_again_on_its_status_is_not_taken(self, aws: MemoryGateway, up: Create) -> None:
        lost = up(declared())
        aws.finish(lost.name, "Failed")
        assert up(declared(), Options(rerun_on=("Failed",))).name != lost.name

    @pytest.mark.parametrize("policy", ["stop", "retain"])
    def test_a_job_that_was_let_go_of_is_not_taken_back(
        self, aws: MemoryGateway, up: Create, clock: FakeClock, said: list[str], policy: Any
    ) -> None:
        released = up(declared())
        delete(Identity(released.name, released.arn), Options(on_delete=policy), aws, clock=clock, say=said.append)
        assert up(declared()).name != released.name

    def test_a_fixed_name_that_was_let_go_of_is_taken_back_only_on_demand(
        self, aws: MemoryGateway, up: Create, clock: FakeClock, said: list[str]
    ) -> None:
        released = up(declared("churn"))
        delete(Identity("churn", released.arn), Options(on_delete="retain"), aws, clock=clock, say=said.append)
        with pytest.raises(AlreadyExists):
            up(declared("churn"))
        up(declared("churn"), Options(adopt_existing=True))
        assert up(declared("churn")).arn == released.arn

    def test_without_the_permission_to_list_a_create_goes_on(
        self, aws: MemoryGateway, up: Create, said: list[str]
    ) -> None:
        aws.fail_next("List", AccessDenied("sagemaker:List… is not allowed", code="AccessDeniedException"))
        assert up(declared()).status == "InProgress"
        assert "cannot look for a job" in said[0]


class TestATakenName:
    def test_a_job_of_somebody_else_names_the_way_out(self, aws: MemoryGateway, up: Create) -> None:
        aws.create(request("churn"))
        with pytest.raises(AlreadyExists, match="adopt_existing=True") as raised:
            up(declared("churn"))
        assert raised.value.code == "ResourceInUse"

    def test_adoption_takes_the_job_and_adds_the_missing_tags(self, aws: MemoryGateway, up: Create) -> None:
        arn = aws.create(request("churn", tags={"cost": "7"}))
        adopted = up(declared("churn"), Options(adopt_existing=True))
        assert adopted.arn == arn
        assert tags_of(aws, arn).items() >= {"cost": "7", "team": "ml", OWNER_TAG: OWNER}.items()
        assert aws.calls.count("AddTags") == 1

    def test_adoption_asks_for_no_create_which_may_be_refused_by_now(self, aws: MemoryGateway, up: Create) -> None:
        arn = aws.create(request("churn"))
        aws.calls.clear()
        aws.fail_next("Create", InvalidRequest("Could not assume role", code="ValidationException"))
        assert up(declared("churn"), Options(adopt_existing=True)).arn == arn
        assert aws.calls == ["Describe", "ListTags", "AddTags"]

    def test_a_job_to_adopt_that_is_not_there_is_created(self, aws: MemoryGateway, up: Create) -> None:
        assert up(declared("churn"), Options(adopt_existing=True)).status == "InProgress"
        assert aws.calls == ["Describe", "Create", "Describe"]

    def test_an_adopted_job_is_the_resources_own_afterwards(self, aws: MemoryGateway, up: Create) -> None:
        aws.create(request("churn"))
        adopted = up(declared("churn"), Options(adopt_existing=True))
        assert up(declared("churn")).arn == adopted.arn

    def test_adoption_is_refused_with_the_differences(self, aws: MemoryGateway, up: Create) -> None:
        arn = aws.create(request("churn"))
        with pytest.raises(AdoptionRefused, match=r"hyper_parameter_tuning_job_config\.strategy: .*Bayesian"):
            up(declared("churn", strategy="Bayesian"), Options(adopt_existing=True))
        assert tags_of(aws, arn) == {"team": "ml"}

    def test_the_differences_tell_no_secret(self, aws: MemoryGateway, up: Create) -> None:
        aws.create(request("churn"))
        path = "hyper_parameter_tuning_job_config.strategy"
        with pytest.raises(AdoptionRefused) as refusal:
            up(declared("churn", strategy="Bayesian"), Options(adopt_existing=True), secret_paths=[path])
        assert path in str(refusal.value)
        assert "Bayesian" not in str(refusal.value)

    def test_a_job_that_is_being_deleted_is_waited_for(self, aws: MemoryGateway, up: Create, clock: FakeClock) -> None:
        aws.create(request("churn"))
        aws.finish("churn")
        aws.delete("churn")
        assert up(declared("churn")).status == "InProgress"
        assert clock.sleeps
