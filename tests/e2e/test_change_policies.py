"""Changes under each policy, through an engine: what a preview says, what an `up` does, what the service has then."""

from __future__ import annotations

import pytest
from tuning_stacks import eventually, job_of, kill_all, release_lock

pytestmark = pytest.mark.e2e

MAX_VALUE = "continuous_parameter_ranges[rate].max_value"


def finished(stack, aws) -> str:
    """The stack's job, after it has ended."""
    name = job_of(stack)
    eventually(lambda: aws.describe(name)["HyperParameterTuningJobStatus"] == "Completed")
    return name


def parents(aws, name: str) -> list[str]:
    config = aws.describe(name).get("WarmStartConfig", {})
    return [parent["HyperParameterTuningJobName"] for parent in config.get("ParentHyperParameterTuningJobs", ())]


def test_reject_stops_preview_and_up_until_it_is_allowed(stack, aws):
    stack.configure(onChange="reject")
    stack.up()
    name = job_of(stack)
    stack.configure(maxRate="2")
    with aws.calls() as calls:
        for refused in (stack.preview(), stack.up()):
            assert refused.exit_code != 0
            assert (
                f"{name} would be replaced (on_change='reject'): 3 trials run again, 3 instance-hours" in refused.output
            )
            assert f"{MAX_VALUE}: max_value of continuous_parameter_ranges[rate]" in refused.output
            assert "To allow it once, change rerun_token" in refused.output
            assert "/sagemaker_tuning/" not in refused.output, "a stack of ours is shown to the user"
    assert calls == []
    assert job_of(stack) == name

    stack.configure(rerunToken="allowed")
    allowed = stack.up()
    assert allowed.exit_code == 0, allowed.output
    assert job_of(stack) != name


@pytest.mark.slow
def test_what_is_ignored_is_told_each_time_and_comes_true_under_another_policy(stack, aws):
    stack.configure(onChange="ignore", tags={"team": "ml"}, secrets={"token": "hunter2"})
    stack.up()
    name = job_of(stack)
    stack.configure(maxRate="2", token=None, tags={"team": "risk"})

    edited = stack.up()
    assert edited.exit_code == 0, edited.output
    assert "to be updated in place, 2 changes left alone (on_change='ignore')" in edited.output
    assert aws.tags(stack.outputs["arn"])["team"] == "risk"
    assert "hunter2" not in stack.state_file.read_text(), "the program no longer marks it, and the job still has it"
    again = stack.up("--expect-no-changes")
    assert again.exit_code == 0, again.output
    assert "stays as it is, 2 changes left alone" in again.output
    assert stack.refresh("--expect-no-changes").exit_code == 0
    assert "hunter2" not in stack.state_file.read_text()
    assert job_of(stack) == name

    stack.configure(onChange=None)
    replaced = stack.up()
    assert replaced.exit_code == 0, replaced.output
    assert "1 → 2" in replaced.output
    assert job_of(stack) != name
    for text in (edited.output, again.output, replaced.output, stack.state_file.read_text()):
        assert "hunter2" not in text


def test_a_child_begins_with_what_its_parent_has_learned(stack, aws):
    stack.configure(onChange="warm_start", strategy="Bayesian", trials="6")
    stack.up()
    parent = finished(stack, aws)
    best = aws.describe(parent)["BestTrainingJob"]["TrainingJobName"]

    stack.configure(maxRate="0.2")  # nothing in this range is as good as what is known of the wider one
    preview = stack.preview()
    assert f"the new job goes on from what {parent} has learned (IdenticalDataAndAlgorithm)" in preview.output
    replaced = stack.up()
    assert replaced.exit_code == 0, replaced.output
    child = finished(stack, aws)
    assert parents(aws, child) == [parent]
    assert parent not in aws.jobs()
    overall = aws.describe(child)["OverallBestTrainingJob"]
    assert (overall["TuningJobName"], overall["TrainingJobName"]) == (parent, best)
    assert stack.resources()["churn"]["outputs"]["warmStartParents"] == [parent]
    assert stack.up("--expect-no-changes").exit_code == 0
    assert stack.refresh("--expect-no-changes").exit_code == 0

    stack.configure(onChange="warm_start", secrets={"token": "hunter2"})
    with aws.calls() as calls:
        refused = stack.preview()
    assert refused.exit_code != 0
    assert calls == ["DescribeHyperParameterTuningJob"] or calls == []
    assert f"cannot go on from {child} (on_change='warm_start')" in refused.output
    assert "environment[TOKEN]: must be the same as the parent's; a warm start may not change it" in refused.output
    assert "hunter2" not in refused.output


@pytest.mark.slow
def test_previous_parents_are_all_that_were_kept_and_a_killed_up_is_not_its_own(stack, aws):
    stack.configure(previous="true", onDelete="retain")
    first_up = stack.up()
    assert "there is no earlier job to start from" in first_up.output
    first = finished(stack, aws)
    stack.configure(maxRate="2")
    stack.up()
    second = finished(stack, aws)
    assert parents(aws, second) == [first]

    before = set(aws.jobs())
    stack.configure(maxRate="3", seconds="0")
    process = stack.start("up", "--stack", stack.name, "--yes", "--skip-preview")
    (lost,) = eventually(lambda: set(aws.jobs()) - before)
    kill_all(process)
    release_lock(stack)
    eventually(lambda: aws.describe(lost)["HyperParameterTuningJobStatus"] == "Completed")
    resumed = stack.up()
    assert resumed.exit_code == 0, resumed.output
    assert job_of(stack) == lost
    assert parents(aws, lost) == [second, first]
    assert set(aws.jobs()) - before == {lost}
    assert stack.up("--expect-no-changes").exit_code == 0
