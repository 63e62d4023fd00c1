"""Which earlier jobs a new one starts from, when nobody names them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from fakes.clock import FakeClock
from fakes.jobs import declared, request
from fakes.memory_gateway import MemoryGateway
from sagemaker_tuning.errors import AccessDenied, ChangeRefused
from sagemaker_tuning.lifecycle import Created, Options, Predecessor, create, delete
from sagemaker_tuning.planning import plan_from_state

OWNER = "shop/dev/churn"
PREVIOUS = Options(warm_start_config={"parents": "previous"})
WARM = Options(on_change="warm_start")
Create = Callable[..., Created]


@pytest.fixture
def up(aws: MemoryGateway, clock: FakeClock, said: list[str]) -> Create:
    """A create as an adapter makes it, after one that the state knows if `after` is given."""
    numbers = count(1)

    def make(options: Options = PREVIOUS, after: Created | None = None, **changes: Any) -> Created:
        said.clear()
        known = () if after is None else (after.name,)
        predecessor = None if after is None else Predecessor(after.name, after.parents)
        return create(
            declared(**changes.pop("spec", {})),
            options,
            aws,
            owner=changes.pop("owner", OWNER),
            known_names=changes.pop("known_names", known),
            predecessor=predecessor,
            clock=clock,
            ids=lambda: f"{next(numbers):04x}{'0' * 28}",
            say=said.append,
        )

    return make


def parents(aws: MemoryGateway, name: str) -> list[str]:
    config = aws.describe(name).get("WarmStartConfig", {})
    return [parent["HyperParameterTuningJobName"] for parent in config.get("ParentHyperParameterTuningJobs", ())]


def ended(aws: MemoryGateway, job: Created, status: str = "Completed") -> Created:
    aws.finish(job.name, status)
    return job


class TestPrevious:
    def test_the_first_job_starts_from_nothing_and_says_so(
        self, aws: MemoryGateway, up: Create, said: list[str]
    ) -> None:
        first = up()
        assert parents(aws, first.name) == []
        assert first.parents == ()
        assert said == ["there is no earlier job to start from, so this one begins without a warm start"]

    def test_a_replacement_starts_from_the_job_that_it_replaces(
        self, aws: MemoryGateway, up: Create, said: list[str]
    ) -> None:
        first = ended(aws, up())
        second = up(after=first)
        assert parents(aws, second.name) == [first.name]
        assert second.parents == (first.name,)
        assert said == [f"starts from what {first.name} learned (IdenticalDataAndAlgorithm)"]

    def test_what_was_found_is_no_part_of_what_is_declared_and_no_change(self, aws: MemoryGateway, up: Create) -> None:
        second = up(after=ended(aws, up()))
        assert "warm_start_config" not in second.declared
        assert plan_from_state(second.declared, second.declared, rewrites=second.rewrites).action == "none"

    def test_a_replacement_starts_from_all_earlier_jobs_that_are_still_there(
        self, aws: MemoryGateway, up: Create
    ) -> None:
        """A warm start is not recursive: the parents of a parent have to be named again."""
        first = ended(aws, up())
        second = ended(aws, up(after=first))
        third = up(after=second)
        assert parents(aws, third.name) == [second.name, first.name]

    def test_a_job_that_is_gone_is_done_without(self, aws: MemoryGateway, up: Create) -> None:
        first = ended(aws, up())
        second = ended(aws, up(after=first))
        aws.vanish(first.name)
        assert parents(aws, up(after=second).name) == [second.name]

    def test_five_parents_are_the_most(self, aws: MemoryGateway, up: Create) -> None:
        jobs = [ended(aws, up())]
        for _ in range(6):
            jobs.append(ended(aws, up(after=jobs[-1])))
        newest_first = [job.name for job in reversed(jobs)]
        assert parents(aws, newest_first[0]) == newest_first[1:6]

    def test_jobs_that_were_let_go_of_are_found_by_their_owner(self, aws: MemoryGateway, up: Create) -> None:
        """After a destroy that retained them, no state knows them."""
        first = ended(aws, up())
        assert first.observed is not None
        delete(first.observed.identity, Options(on_delete="retain"), aws, say=print)
        ended(aws, up(owner="shop/prod/churn"))
        second = up()
        assert parents(aws, second.name) == [first.name]

    def test_a_job_that_still_runs_is_left_out_and_named(self, aws: MemoryGateway, up: Create, said: list[str]) -> None:
        first = up()
        second = up(after=first)
        assert parents(aws, second.name) == []
        assert said == [
            f"does not start from {first.name}: {first.name} is InProgress; a parent has to have ended: "
            "wait for it, or stop it",
            "there is no earlier job to start from, so this one begins without a warm start",
        ]

    def test_a_job_that_the_rules_forbid_is_left_out_and_the_others_are_taken(
        self, aws: MemoryGateway, up: Create, said: list[str]
    ) -> None:
        objective = {"type": "Minimize", "metric_name": "validation:auc"}
        first = ended(aws, up())
        other = ended(aws, up(after=first, spec={"hyper_parameter_tuning_job_objective": objective}))
        assert parents(aws, other.name) == []
        third = up(after=other)
        assert parents(aws, third.name) == [first.name]
        assert said[0].startswith(f"does not start from {other.name}: ")
        assert "hyper_parameter_tuning_job_objective.type: must be the same as the parent's" in said[0]

    def test_the_type_may_be_the_users_choice(self, aws: MemoryGateway, up: Create) -> None:
        options = Options(warm_start_config={"parents": "previous", "warm_start_type": "TransferLearning"})
        second = up(options, after=ended(aws, up()))
        assert aws.describe(second.name)["WarmStartConfig"]["WarmStartType"] == "TransferLearning"

    def test_without_the_permission_to_list_the_known_job_is_enough(
        self, aws: MemoryGateway, up: Create, said: list[str]
    ) -> None:
        first = ended(aws, up())
        aws.fail_next("List", AccessDenied("not you", code="AccessDeniedException"), times=2)
        second = up(after=first)
        assert parents(aws, second.name) == [first.name]
        assert "cannot look for earlier jobs to start from (not you)" in said

    def test_only_jobs_of_the_resource_cost_calls(self, aws: MemoryGateway, up: Create) -> None:
        for _ in range(3):
            ended(aws, up(owner="shop/prod/other"))
        first = ended(aws, up())
        aws.calls.clear()
        up(after=first)
        assert aws.calls == ["List", "Describe", "ListTags", "Describe", "List", "Create", "Describe"]

    def test_a_job_that_is_adopted_starts_from_nothing_new(
        self, aws: MemoryGateway, clock: FakeClock, said: list[str]
    ) -> None:
        aws.create(request("nightly"))
        aws.calls.clear()
        options = Options(adopt_existing=True, warm_start_config={"parents": "previous"})
        create(declared("nightly"), options, aws, owner=OWNER, clock=clock, say=said.append)
        assert said == ["adopted nightly (InProgress)"]
        assert "List" not in aws.calls


class TestAnInterruptedCreate:
    def test_a_create_that_was_retried_does_not_take_itself_as_parent(self, aws: MemoryGateway, up: Create) -> None:
        first = ended(aws, up())
        lost = ended(aws, up(after=first))  # its state was never written
        again = up(after=first)
        assert again.name == lost.name
        assert again.parents == (first.name,)
        assert parents(aws, again.name) == [first.name]
        assert len(aws.names) == 2

    def test_nor_does_one_of_a_name_of_its_own(self, aws: MemoryGateway, clock: FakeClock, said: list[str]) -> None:
        def up() -> Created:
            spec = declared("nightly")
            return create(spec, PREVIOUS, aws, owner=OWNER, clock=clock, ids=lambda: "f" * 32, say=said.append)

        first = ended(aws, up())
        assert up().name == first.name
        assert parents(aws, "nightly") == []

    def test_a_child_by_policy_is_taken_back_too(self, aws: MemoryGateway, up: Create) -> None:
        first = ended(aws, up(Options()))
        lost = up(WARM, after=first)
        assert parents(aws, lost.name) == [first.name]
        assert up(WARM, after=first).name == lost.name


class TestPolicy:
    def test_a_first_job_needs_no_parent(self, aws: MemoryGateway, up: Create, said: list[str]) -> None:
        assert parents(aws, up(WARM).name) == []
        assert said == []

    def test_a_job_of_an_earlier_life_is_not_taken(self, aws: MemoryGateway, up: Create) -> None:
        first = ended(aws, up(WARM))
        assert first.observed is not None
        delete(first.observed.identity, Options(on_delete="retain"), aws, say=print)
        assert parents(aws, up(WARM).name) == []

    def test_a_replacement_goes_on_from_the_job_and_its_parents(self, aws: MemoryGateway, up: Create) -> None:
        first = ended(aws, up(WARM))
        second = ended(aws, up(WARM, after=first))
        third = up(WARM, after=second)
        assert parents(aws, third.name) == [second.name, first.name]

    @pytest.mark.parametrize("status", ["InProgress", None])
    def test_without_the_job_there_is_no_replacement(self, aws: MemoryGateway, up: Create, status: str | None) -> None:
        first = up(WARM)
        if status is None:
            aws.vanish(first.name)
        with pytest.raises(ChangeRefused, match=f"cannot go on from {first.name}"):
            up(WARM, after=first)
        assert len(aws.names) == (status is not None)


class TestDeletion:
    def test_a_parent_stays_until_its_child_has_begun(
        self, aws: MemoryGateway, up: Create, clock: FakeClock, said: list[str]
    ) -> None:
        """SageMaker loads what a parent has learned before it starts the child's first training job."""
        first = ended(aws, up())
        second = up(after=first)
        clock.during_sleeps(lambda: None, lambda: aws.train(second.name, running=1))
        assert first.observed is not None
        said.clear()
        aws.before_next("Delete", lambda: said.append("Delete"))
        delete(first.observed.identity, Options(), aws, child=second.name, clock=clock, say=said.append)
        assert said == [f"{first.name} is deleted as soon as {second.name} has begun, which starts from it", "Delete"]
        assert aws.names == [second.name]

    @pytest.mark.parametrize("status", ["Completed", "Failed", None])
    def test_a_child_that_has_ended_or_is_gone_is_not_waited_for(
        self, aws: MemoryGateway, up: Create, clock: FakeClock, status: str | None
    ) -> None:
        first = ended(aws, up())
        second = up(after=first)
        ended(aws, second, status) if status else aws.vanish(second.name)
        assert first.observed is not None
        delete(first.observed.identity, Options(), aws, child=second.name, clock=clock, say=print)
        assert first.name not in aws.names

    def test_a_child_that_does_not_begin_keeps_its_parent(
        self, aws: MemoryGateway, up: Create, clock: FakeClock
    ) -> None:
        first = ended(aws, up())
        second = up(after=first)
        assert first.observed is not None
        options = Options(delete_timeout_seconds=60)
        with pytest.raises(Exception, match=f"{second.name} has not begun after 60 s, so {first.name}"):
            delete(first.observed.identity, options, aws, child=second.name, clock=clock, say=print)
        assert first.name in aws.names
