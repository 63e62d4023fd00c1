"""A job that a script made with boto3 comes under Pulumi as it is, and outlives the stack."""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from example_stacks import EXAMPLES, changes_of, writes_among
from sagemaker_sandbox.testing import PulumiStack, ServedSandbox

pytestmark = pytest.mark.e2e

EXAMPLE = EXAMPLES / "adopt_existing"


@pytest.fixture
def made_by_hand(sagemaker_sandbox: ServedSandbox) -> dict[str, str]:
    """The configuration that the example's own script prints, after it has made a job."""
    done = subprocess.run(
        [sys.executable, "make_by_hand.py", f"slope-{uuid.uuid4().hex[:7]}"],
        cwd=EXAMPLE,
        env=sagemaker_sandbox.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    commands = [line.split() for line in done.stdout.splitlines()]
    assert all(command[:3] == ["pulumi", "config", "set"] for command in commands)
    return {key: value for _, _, _, key, value in commands}


def test_a_job_that_was_made_outside_is_taken_over_and_runs_no_trial_again(
    pulumi_stack: Callable[..., PulumiStack], sagemaker_sandbox: ServedSandbox, made_by_hand: dict[str, str]
) -> None:
    job = made_by_hand["job"]
    sagemaker = sagemaker_sandbox.client("sagemaker")

    def describe() -> dict[str, Any]:
        described: dict[str, Any] = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=job)
        return described

    created = describe()["CreationTime"]
    stack = pulumi_stack(EXAMPLE, config=made_by_hand)
    with sagemaker_sandbox.recorded_calls() as calls:
        preview = stack.preview()
    assert preview.ok, preview
    assert writes_among(calls) == []

    adopted = stack.up()
    assert adopted.ok, adopted
    assert f"adopted {job}" in adopted.output
    assert describe()["CreationTime"] == created
    assert describe()["TrainingJobStatusCounters"]["Completed"] == 3
    best = describe()["BestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
    assert stack.outputs["best_objective_value"] == pytest.approx(best)
    with sagemaker_sandbox.recorded_calls() as calls:
        again = stack.up("--expect-no-changes")
    assert again.ok, again
    assert calls == []

    stack.configure(team="risk")
    edited = stack.up()
    assert edited.ok, edited
    assert changes_of(edited) == {("HyperParameterTuningJob", "slope"): "update"}
    tags = sagemaker.list_tags(ResourceArn=describe()["HyperParameterTuningJobArn"])["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags}.items() >= {"owner": "notebook", "team": "risk"}.items()

    destroyed = stack.destroy()
    assert destroyed.ok, destroyed
    assert describe()["CreationTime"] == created


def test_a_declaration_that_differs_is_refused_with_the_differences(
    pulumi_stack: Callable[..., PulumiStack], made_by_hand: dict[str, str]
) -> None:
    refused = pulumi_stack(EXAMPLE, config={**made_by_hand, "trials": 4}).up()
    assert not refused.ok
    assert "taking it over would mean to replace it" in refused.output
    assert "max_number_of_training_jobs is immutable: 3 → 4" in refused.output
