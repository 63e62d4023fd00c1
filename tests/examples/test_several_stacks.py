"""Two stacks of two projects, one of which lives of what the other exports."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from example_stacks import EXAMPLES, changes_of, writes_among
from sagemaker_sandbox.testing import PulumiStack, ServedSandbox

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

EXAMPLE = EXAMPLES / "several_stacks"
PROJECT = "sagemaker-tuning-forecasts"


def test_a_tuning_stack_takes_role_and_bucket_from_the_platforms_stack(
    pulumi_stack: Callable[..., PulumiStack], sagemaker_sandbox: ServedSandbox
) -> None:
    platform = pulumi_stack(EXAMPLE / "platform")
    shared = {"PULUMI_BACKEND_URL": platform.full_environment()["PULUMI_BACKEND_URL"]}
    with sagemaker_sandbox.recorded_calls() as calls:
        preview = platform.preview()
    assert preview.ok, preview
    assert writes_among(calls) == []
    made = platform.up()
    assert made.ok, made

    tuning = pulumi_stack(EXAMPLE / "tuning", environment=shared)
    with sagemaker_sandbox.recorded_calls() as calls:
        preview = tuning.preview()
    assert preview.ok, preview
    assert writes_among(calls) == []
    made = tuning.up()
    assert made.ok, made
    bucket, role_arns = platform.outputs["bucket"], platform.outputs["role_arns"]
    assert tuning.outputs["best_model_artifacts"].startswith(f"s3://{bucket}/{PROJECT}/test/slope/output/")
    assert not any(":iam/" in resource["type"] for resource in tuning.export()["resources"])
    described = sagemaker_sandbox.client("sagemaker").describe_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=tuning.outputs["job_name"]
    )
    assert described["TrainingJobDefinition"]["RoleArn"] == role_arns[PROJECT]
    for stack in (platform, tuning):
        again = stack.up("--expect-no-changes")
        assert again.ok, again

    platform.configure(path="/ml/")
    moved = platform.up()
    assert moved.ok, moved
    preview = tuning.preview("--diff")
    assert preview.ok, preview
    assert changes_of(preview) == {
        ("HyperParameterTuningJob", "slope"): "replace",
        ("TuningJobCompletion", "slope-done"): "update",
    }
    assert "training_job_definition.role_arn: role_arn is immutable" in preview.output
    changed = tuning.up()
    assert changed.ok, changed

    for stack in (tuning, platform):
        destroyed = stack.destroy()
        assert destroyed.ok, destroyed
        assert stack.resources() == {}
