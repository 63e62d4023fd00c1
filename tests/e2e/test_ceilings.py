"""A job that can use or cost more than its user allows, and one that a colleague would warn of, from preview to up."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sagemaker_sandbox.testing import PulumiStack
from tuning_stacks import BUCKET, PROGRAMS, Aws, job_of

pytestmark = pytest.mark.e2e

ARITHMETIC = "4 trials × 1 × ml.m5.large × 3,600 s = 4 instance-hours, at $0.115 an hour $0.46"
TABLE = "the package's price table of 2026-09-23"


@pytest.fixture
def stack(aws: Aws, pulumi_stack: Callable[..., PulumiStack], request: pytest.FixtureRequest) -> PulumiStack:
    """A stack of `programs/ceilings`, in the one region that the package has many prices for."""
    name = f"c{abs(hash(request.node.nodeid))}"
    config = {"bucket": BUCKET, "roleArn": aws.role_arn, "sagemaker-tuning:region": "us-east-1"}
    return pulumi_stack(PROGRAMS / "ceilings", stack=name, config=config)


def test_a_preview_over_the_ceiling_fails_with_the_arithmetic_and_one_under_it_passes(stack, aws):
    stack.configure(maxCostUsd=0.45, maxInstanceHours=3)
    with aws.calls() as calls:
        refused = stack.preview()
    assert not refused.ok
    for line in (
        f"max_cost_usd: 0.45 is less than the $0.46 that this job can cost by {TABLE}: {ARITHMETIC}.",
        f"max_instance_hours: 3 is less than the 4 instance-hours that this job can use: {ARITHMETIC}.",
    ):
        assert line in refused.output
    assert "or raise `max_cost_usd` to 0.46" in refused.output
    assert calls == []
    assert not stack.up().ok
    assert "churn" not in stack.resources()

    stack.configure(maxCostUsd=0.46, maxInstanceHours=4)
    assert stack.preview().ok
    made = stack.up()
    assert made.ok, made
    assert stack.outputs == {"hours": 4, "cost": pytest.approx(0.46)}


@pytest.mark.slow
def test_a_lower_ceiling_is_an_update_of_a_job_that_is_there_and_refuses_the_next(stack, aws):
    stack.configure(maxCostUsd=1)
    assert stack.up().ok
    name = job_of(stack)

    stack.configure(maxCostUsd=0.1)
    preview = stack.preview()
    assert preview.ok, preview
    assert preview.operations["churn"] == "update"
    with aws.calls() as calls:
        assert stack.up().ok
    assert calls == []
    assert job_of(stack) == name
    assert stack.outputs["cost"] == pytest.approx(0.46)

    stack.configure(maxRate=2)  # which would run the job again
    preview = stack.preview()
    assert not preview.ok
    assert "max_cost_usd: 0.1 is less than the $0.46" in preview.output


@pytest.mark.slow
def test_what_only_up_knows_is_a_warning_at_preview_and_refused_by_up_before_it_runs(stack, aws):
    stack.configure(trialsKnownAtUp="true", maxInstanceHours=3)
    preview = stack.preview()
    assert preview.ok, preview
    assert "max_number_of_training_jobs is not known until up" in preview.output
    with aws.calls() as calls:
        refused = stack.up()
    assert not refused.ok
    assert "max_instance_hours: 3 is less than the 4 instance-hours" in refused.output
    assert calls.count("CreateHyperParameterTuningJob") == 1  # the pilot's
    assert "churn" not in stack.resources()


@pytest.mark.slow
def test_a_configured_ceiling_holds_for_a_job_without_its_own_at_prices_from_the_projects_folder(stack, aws):
    stack.configure({"sagemaker-tuning:maxCostUsd": "3", "sagemaker-tuning:prices": "prices.yaml"})
    refused = stack.preview()
    assert not refused.ok
    assert "max_cost_usd: 3 is less than the $4.00 that this job can cost by prices.yaml: " in refused.output


def test_preflight_warns_at_preview_until_it_is_silenced_and_refuses_where_it_is_strict(stack, aws):
    told = "churn: warning instance-generation: training_job_definition.resource_config.instance_type: 'ml.m4.xlarge'"
    stack.configure(instanceType="ml.m4.xlarge")
    preview = stack.preview()
    assert preview.ok, preview
    assert told in preview.output

    stack.configure(silence=["instance-generation"])
    quiet = stack.preview()
    assert quiet.ok, quiet
    assert "instance-generation" not in quiet.output

    stack.configure({"sagemaker-tuning:strict": "true"}, silence=None)
    refused = stack.preview()
    assert not refused.ok
    assert "'ml.m4.xlarge' is of a previous generation" in refused.output
