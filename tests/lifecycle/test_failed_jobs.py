"""What a completion says of failed jobs and of failed trials: how much, and what it must not hide."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fakes.clock import FakeClock
from fakes.jobs import request
from fakes.memory_gateway import MemoryGateway
from sagemaker_tuning.completion import wait_for_completion
from sagemaker_tuning.errors import AccessDenied, TuningJobFailed
from sagemaker_tuning.results import Asked, JobResult

GROUP = "/aws/sagemaker/TrainingJobs"
FAILED = "No training job succeeded after 5 attempts."
Make = Callable[..., None]


@pytest.fixture
def make(aws: MemoryGateway) -> Make:
    """A job that has ended, with trials of which some failed, each kind with a log of its own."""

    def make(name: str, status: str, *kinds: int, completed: int = 0) -> None:
        aws.create(request(name))
        aws.add_trials(name, completed)
        for number, count in enumerate(kinds):
            for _ in range(count):
                trial = aws.add_trial(name, FailureReason=f"AlgorithmError: Error{number}: no, exit code: 1")
                aws.log(GROUP, f"{trial}/algo-1-1", *(f"line {index}" for index in range(80)))
        aws.train(name, completed=completed, failed=sum(kinds))
        aws.finish(name, status, FAILED if status == "Failed" else None)

    return make


def wait(aws: MemoryGateway, *names: str, said: list[str] | None = None, **options: object) -> dict[str, JobResult]:
    say = (said if said is not None else []).append
    return wait_for_completion(names, aws, say=say, clock=FakeClock(), **options)  # type: ignore[arg-type]


def error_of(aws: MemoryGateway, *names: str, **options: object) -> str:
    with pytest.raises(TuningJobFailed) as failed:
        wait(aws, *names, **options)
    return str(failed.value)


def test_one_job_with_many_kinds_of_failures_is_told_in_twenty_lines(aws: MemoryGateway, make: Make) -> None:
    make("churn", "Failed", 9, 8, 7, 6, 5, 4)
    lines = error_of(aws, "churn").splitlines()
    assert len(lines) <= 20
    assert lines[0] == f"churn is Failed: {FAILED}"
    assert lines[1] == "39 of 39 trials gave no result:"
    assert lines[2] == "  9 × script_error: The training script failed: Error0: no"
    assert "  15 × other failures, of 3 kinds" in lines


@pytest.mark.parametrize("count", [2, 3, 5])
def test_several_failed_jobs_share_the_lines(aws: MemoryGateway, make: Make, count: int) -> None:
    names = [f"churn-{number}" for number in range(count)]
    for name in names:
        make(name, "Failed", 3, 2, 1)
    text = error_of(aws, *names)
    assert len(text.splitlines()) <= 20
    assert all(f"{name} is Failed" in text for name in names)
    assert text.count("script_error") == count


def test_a_job_that_completed_tells_of_its_failed_trials_in_one_line(aws: MemoryGateway, make: Make) -> None:
    make("churn", "Completed", 2, 1, completed=5)
    said: list[str] = []
    result = wait(aws, "churn", said=said)["churn"]
    assert said[-1] == "3 of 8 trials gave no result: 3 × script_error"
    assert result.failures is not None
    assert (result.failures.failed, result.failures.total) == (3, 8)


def test_of_several_jobs_each_line_names_its_job(aws: MemoryGateway, make: Make) -> None:
    make("churn", "Completed", 1, completed=5)
    make("risk", "Completed", completed=5)
    said: list[str] = []
    wait(aws, "churn", "risk", said=said)
    assert [line for line in said if "no result" in line] == ["churn: 1 of 6 trials gave no result: 1 × script_error"]


def test_a_completion_that_goes_on_tells_the_digest(aws: MemoryGateway, make: Make) -> None:
    make("churn", "Failed", 5)
    said: list[str] = []
    wait(aws, "churn", said=said, on_failure="continue")
    assert f"churn is Failed: {FAILED}" in said
    assert "5 of 5 trials gave no result:" in said


def test_trials_that_are_not_kept_are_still_looked_at_for_their_failures(aws: MemoryGateway, make: Make) -> None:
    make("churn", "Failed", 5)
    aws.calls.clear()
    results = wait(aws, "churn", on_failure="continue", asked=Asked(trials=False))
    assert results["churn"].trials is None
    assert results["churn"].failures is not None
    assert aws.calls == ["Describe", "ListTrialPage", "LogStreams", "LogEvents"]


def test_a_job_without_failures_costs_no_call_more(aws: MemoryGateway, make: Make) -> None:
    make("churn", "Completed", completed=5)
    aws.calls.clear()
    assert wait(aws, "churn", asked=Asked(trials=False))["churn"].failures is None
    assert aws.calls == ["Describe"]


def test_trials_that_nobody_may_see_do_not_hide_the_failure(aws: MemoryGateway, make: Make) -> None:
    make("churn", "Failed", 5)
    aws.fail_next("ListTrialPage", AccessDenied("no", code="AccessDeniedException"))
    assert error_of(aws, "churn", asked=Asked(trials=False)).startswith(f"churn is Failed: {FAILED}\nCorrect the job")


def test_a_log_that_nobody_may_read_does_not_hide_the_digest(aws: MemoryGateway, make: Make) -> None:
    make("churn", "Failed", 5)
    denied = AccessDenied("no", code="AccessDeniedException", operation="DescribeLogStreams")
    aws.fail_next("LogStreams", denied, times=9)
    text = error_of(aws, "churn")
    assert "5 × script_error" in text
    assert "The log could not be read: DescribeLogStreams answers AccessDeniedException" in text
