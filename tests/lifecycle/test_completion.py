"""Waiting for tuning jobs: the calls it takes, what the user is told meanwhile, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fakes.clock import FakeClock
from fakes.jobs import request
from fakes.memory_gateway import MemoryGateway
from sagemaker_tuning.completion import wait_for_completion
from sagemaker_tuning.errors import AccessDenied, Throttled, TuningError, TuningJobFailed
from sagemaker_tuning.observed import MISSING
from sagemaker_tuning.progress import TrialCounts
from sagemaker_tuning.results import JobResult

Wait = Callable[..., dict[str, JobResult]]


@pytest.fixture
def wait(aws: MemoryGateway, clock: FakeClock, said: list[str]) -> Wait:
    def run(*names: str, **options: Any) -> dict[str, JobResult]:
        return wait_for_completion(names, aws, say=said.append, clock=clock, **options)

    return run


def nothing() -> None:
    """What happens before most looks."""


class TestOneJob:
    def test_it_is_looked_at_with_one_call_and_its_progress_is_told(
        self, aws: MemoryGateway, wait: Wait, clock: FakeClock, said: list[str]
    ) -> None:
        def half() -> None:
            aws.train("churn", completed=2, running=2)
            aws.best("churn", 0.9131)

        def done() -> None:
            aws.train("churn", completed=3, failed=1)
            aws.finish("churn")

        aws.create(request("churn"))
        aws.train("churn", running=2)
        aws.calls.clear()
        clock.during_sleeps(nothing, half, done)
        wait("churn")
        assert said == [
            "0/4 trials, 2 running",
            "2/4 trials, 2 running, best validation:auc 0.9131",
            "4/4 trials, 0 running, 1 failed, best validation:auc 0.9131",
        ]
        assert aws.calls == ["Describe"] * 4 + ["ListTrialPage", "DescribeTrainingJob"]

    def test_its_result_has_all_that_the_service_says(self, aws: MemoryGateway, wait: Wait) -> None:
        aws.create(request("churn"))
        aws.train("churn", completed=4)
        cluster = {"InstanceType": "ml.m5.large", "InstanceCount": 2}
        figures = {"TrainingTimeInSeconds": 500, "BillableTimeInSeconds": 100}
        best = aws.best("churn", 0.9131, ResourceConfig=cluster, **figures)
        aws.finish("churn")
        result = wait("churn")["churn"]
        assert result.status == "Completed"
        assert result.training_job_status_counters is not None
        assert result.training_job_status_counters["completed"] == 4
        assert result.overall_best_training_job is None
        found = result.best_training_job
        assert found is not None
        assert (found.name, found.objective_metric_name) == (best, "validation:auc")
        assert found.objective_value == 0.9131
        assert found.tuned_hyper_parameters == {"eta": "0.25"}
        assert found.final_metrics == {"validation:auc": 0.9131}
        assert found.model_artifacts == f"s3://models/{best}/output/model.tar.gz"
        assert (found.billable_seconds, found.spot_savings_percent) == (200, 80)

    def test_what_the_service_does_not_say_is_unknown_not_zero(self, aws: MemoryGateway, wait: Wait) -> None:
        aws.create(request("churn"))
        aws.best("churn", 0.9)
        aws.finish("churn")
        found = wait("churn")["churn"].best_training_job
        assert found is not None
        assert (found.billable_seconds, found.training_seconds) == (None, None)
        assert found.spot_savings_percent is None

    def test_a_job_that_ended_long_ago_costs_no_wait(self, aws: MemoryGateway, wait: Wait, clock: FakeClock) -> None:
        aws.create(request("churn"))
        aws.finish("churn")
        assert wait("churn")["churn"].best_training_job is None
        assert clock.sleeps == []

    def test_a_stopped_job_with_a_best_training_job_is_a_result(self, aws: MemoryGateway, wait: Wait) -> None:
        aws.create(request("churn"))
        aws.best("churn", 0.9)
        aws.finish("churn", "Stopped")
        assert wait("churn")["churn"].is_success

    def test_a_warm_start_whose_parent_did_better_tells_both(self, aws: MemoryGateway, wait: Wait) -> None:
        aws.create(request("parent"))
        aws.best("parent", 0.95)
        aws.create(request("churn"))
        aws.best("churn", 0.9)
        aws.finish("churn")
        parent = {**aws.describe("parent")["BestTrainingJob"], "TuningJobName": "parent"}
        aws.overall_best("churn", parent)
        result = wait("churn")["churn"]
        assert result.best_training_job is not None
        assert result.overall_best_training_job is not None
        assert result.best_training_job.objective_value == 0.9
        assert result.best_training_job.tuning_job_name == "churn"
        assert result.overall_best_training_job.objective_value == 0.95
        assert result.overall_best_training_job.tuning_job_name == "parent"
        assert aws.calls.count("DescribeTrainingJob") == 2


class TestManyJobs:
    NAMES = tuple(f"churn-{number:03}" for number in range(150))

    @pytest.fixture(autouse=True)
    def _running(self, aws: MemoryGateway) -> None:
        aws.create(request("first"))
        for name in self.NAMES:
            aws.create(request(name))
        for number in range(250):
            aws.create(request(f"later-{number}"))
        aws.calls.clear()

    def test_a_look_is_one_list_per_hundred_jobs(self, aws: MemoryGateway, wait: Wait, clock: FakeClock) -> None:
        looks, pages = 5, 2
        clock.during_sleeps(*[nothing] * 3, lambda: [aws.finish(name) for name in self.NAMES])
        results = wait(*self.NAMES)
        assert list(results) == list(self.NAMES)
        assert aws.calls.count("List") == looks * pages

    @pytest.mark.parametrize("count", [2, 100])
    def test_a_look_at_up_to_a_hundred_jobs_is_one_list_even_where_hundreds_are_younger(
        self, aws: MemoryGateway, wait: Wait, clock: FakeClock, count: int
    ) -> None:
        names = ("first", *self.NAMES[: count - 1])
        clock.during_sleeps(*[nothing] * 8, lambda: [aws.finish(name) for name in names])
        wait(*names)
        looks = len(clock.sleeps) + 1
        assert looks == aws.calls.count("List") == 10
        younger_at_first, ended = count, count
        assert aws.calls.count("Describe") == younger_at_first + ended

    def test_the_last_one_that_runs_is_described(self, aws: MemoryGateway, wait: Wait, clock: FakeClock) -> None:
        slow, *others = self.NAMES[-3:]
        clock.during_sleeps(lambda: [aws.finish(name) for name in others], *[nothing] * 6, lambda: aws.finish(slow))
        wait(slow, *others)
        assert aws.calls.count("List") == 2

    def test_the_progress_is_that_of_all(
        self, aws: MemoryGateway, wait: Wait, clock: FakeClock, said: list[str]
    ) -> None:
        aws.train("churn-000", completed=4)
        aws.finish("churn-000")
        aws.train("churn-001", completed=1, running=2)
        clock.during_sleeps(lambda: aws.finish("churn-001"))
        wait("churn-000", "churn-001")
        assert said[:2] == ["churn-000 is Completed", "1/2 tuning jobs ended, 5/8 trials, 2 running"]

    def test_a_job_that_lists_do_not_show_yet_is_described(
        self, aws: MemoryGateway, wait: Wait, clock: FakeClock
    ) -> None:
        aws.hide("churn-001")
        aws.finish("churn-000")
        clock.during_sleeps(nothing, lambda: aws.finish("churn-001"))
        assert wait("churn-000", "churn-001")["churn-001"].status == "Completed"


class TestFailure:
    @pytest.fixture(autouse=True)
    def _two(self, aws: MemoryGateway) -> None:
        aws.create(request("good"))
        aws.create(request("bad"))
        aws.finish("good")
        aws.finish("bad", "Failed", "No training job succeeded after 5 attempts.")

    def test_it_is_an_error_with_the_services_reason(self, wait: Wait) -> None:
        with pytest.raises(TuningJobFailed, match=r"bad is Failed: No training job succeeded after 5 attempts\."):
            wait("good", "bad")

    def test_a_completion_can_go_on_without_the_result(self, wait: Wait) -> None:
        results = wait("good", "bad", on_failure="continue")
        assert [(result.status, result.is_success) for result in results.values()] == [
            ("Completed", True),
            ("Failed", False),
        ]
        assert results["bad"].failure_reason == "No training job succeeded after 5 attempts."

    def test_it_is_told_only_when_all_jobs_have_ended(self, aws: MemoryGateway, wait: Wait, clock: FakeClock) -> None:
        aws.create(request("slow"))
        clock.during_sleeps(nothing, lambda: aws.finish("slow"))
        with pytest.raises(TuningJobFailed):
            wait("slow", "bad")
        assert len(clock.sleeps) == 2

    def test_a_job_stopped_before_it_had_a_result_says_so(self, aws: MemoryGateway, wait: Wait) -> None:
        aws.finish("bad", "Stopped")
        with pytest.raises(TuningJobFailed, match="stopped before any training job had an objective value"):
            wait("bad")

    @pytest.mark.parametrize("others", [(), ("good",)])
    def test_a_job_deleted_meanwhile_names_the_region(
        self, aws: MemoryGateway, wait: Wait, others: tuple[str, ...]
    ) -> None:
        aws.vanish("bad")
        with pytest.raises(TuningJobFailed, match=f"no tuning job of this name in {aws.region}"):
            wait("bad", *others)
        assert wait("bad", *others, on_failure="continue")["bad"].status == MISSING


class TestTrouble:
    def test_throttling_does_not_end_the_wait_and_is_told(
        self, aws: MemoryGateway, wait: Wait, said: list[str]
    ) -> None:
        aws.create(request("churn"))
        aws.finish("churn")
        aws.fail_next("Describe", Throttled("Rate exceeded", code="ThrottlingException"), times=5)
        assert wait("churn")["churn"].status == "Completed"
        assert said[0] == "SageMaker answers ThrottlingException; trying again for up to 600 s"

    def test_an_outage_without_end_is_told(self, aws: MemoryGateway, wait: Wait, clock: FakeClock) -> None:
        aws.create(request("churn"))
        aws.fail_next("Describe", Throttled("Rate exceeded", code="ThrottlingException"), times=10_000)
        with pytest.raises(Throttled):
            wait("churn")
        assert clock.now() >= 600

    def test_a_missing_permission_is_told_at_once(self, aws: MemoryGateway, wait: Wait, clock: FakeClock) -> None:
        aws.create(request("churn"))
        aws.fail_next("Describe", AccessDenied("not allowed", code="AccessDeniedException"))
        with pytest.raises(AccessDenied):
            wait("churn")
        assert clock.sleeps == []

    def test_trials_that_nobody_may_see_are_an_error_only_where_they_are_the_result(
        self, aws: MemoryGateway, wait: Wait
    ) -> None:
        denied = AccessDenied("ListTrainingJobsForHyperParameterTuningJob: not allowed", code="AccessDeniedException")
        aws.create(request("good"))
        aws.finish("good")
        aws.fail_next("ListTrialPage", denied)
        with pytest.raises(AccessDenied):
            wait("good")
        aws.create(request("bad"))
        aws.finish("bad", "Failed", "No training job succeeded after 5 attempts.")
        aws.fail_next("ListTrialPage", denied, times=2)
        with pytest.raises(TuningJobFailed, match="No training job succeeded"):
            wait("bad")

    def test_a_deadline_says_how_to_wait_on(self, aws: MemoryGateway, wait: Wait) -> None:
        aws.create(request("churn"))
        with pytest.raises(TuningError, match=r"churn did not end within 90 s\.\nRun the update again"):
            wait("churn", deadline_seconds=90)


def test_the_sum_of_trials_has_a_limit_only_if_every_job_has_one() -> None:
    limited, unlimited = TrialCounts(ended=1, running=1, limit=4), TrialCounts(ended=2, failed=1)
    assert str(TrialCounts.sum([limited, limited])) == "2/8 trials, 2 running"
    assert str(TrialCounts.sum([limited, unlimited])) == "3 trials, 1 running, 1 failed"
