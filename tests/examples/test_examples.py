"""Every example from its first preview to its destroy: up, up again, and the one change that its README promises.

Those that are more than one stack, or need something before, have a module of their own beside this one; adoption is
the quick one that every run has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from example_stacks import EXAMPLES, changes_of, writes_among
from fakes.policy_simulation import allows
from sagemaker_sandbox.testing import PulumiStack, ServedSandbox

pytestmark = pytest.mark.e2e

OF_THEIR_OWN = {
    "quickstart": "the demo",
    "adopt_existing": "test_adopt_existing",
    "several_stacks": "test_several_stacks",
    "automation_api": "test_automation_api",
}


@dataclass(frozen=True)
class Example:
    """edit: configuration that changes the program; becomes: what its preview does, to all that does not stay the same.

    reason: a text that the preview shows; found: what the outputs have to say after the first up; then: what else is
    asserted of it.
    """

    edit: Mapping[str, Any]
    becomes: Mapping[tuple[str, str], str]
    reason: str
    found: Callable[[Mapping[str, Any]], bool]
    then: Callable[[PulumiStack, ServedSandbox], None] = lambda stack, sandbox: None


def _new_job(name: str) -> dict[tuple[str, str], str]:
    return {("HyperParameterTuningJob", name): "replace", ("TuningJobCompletion", f"{name}-done"): "update"}


def _is_fitted(loss: float) -> bool:
    """Whether a line is better than the one that the script begins with, whose loss is 4.3; one step is enough."""
    return 0 <= loss < 4.2999


def _serves_this_model_alone(stack: PulumiStack, sandbox: ServedSandbox) -> None:
    model = sandbox.client("sagemaker").describe_model(ModelName=stack.outputs["model"])
    role, iam = model["ExecutionRoleArn"].rsplit("/", 1)[1], sandbox.client("iam")
    (name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    policy = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    artifacts = stack.outputs["model_data"].replace("s3://", "arn:aws:s3:::")
    assert allows(policy, "s3:GetObject", artifacts)
    assert allows(policy, "ecr:BatchGetImage", "arn:aws:ecr:us-east-1:683313688378:repository/sagemaker-xgboost")
    assert not allows(policy, "s3:GetObject", artifacts.replace("/output/model.tar.gz", "/output/other.tar.gz"))
    assert not allows(policy, "s3:GetObject", f"{artifacts.split('/output/')[0]}/data/train/train.csv")
    assert not allows(policy, "s3:PutObject", artifacts)


CASES = {
    "script_mode": Example(
        edit={"most": 20},
        becomes=_new_job("iris"),
        reason="integer_parameter_ranges[neighbors].max_value",
        found=lambda outputs: outputs["best_objective_value"] > 0.9,
    ),
    "vpc_isolated": Example(
        edit={"reads": ["s3://lake/listed/"]},
        becomes={("RolePolicy", "slope"): "update"},
        reason="policy",
        found=lambda outputs: len(outputs["subnets"]) == 2,
    ),
    "deploy_best_model": Example(
        edit={"deepest": 8},
        becomes={
            **_new_job("churn"),
            ("Model", "churn"): "replace",
            ("EndpointConfiguration", "churn"): "replace",
            ("RolePolicy", "serving"): "update",
        },
        reason="integer_parameter_ranges[max_depth].max_value",
        found=lambda outputs: outputs["model_data"].startswith("s3://churn-"),
        then=_serves_this_model_alone,
    ),
    "hyperband_spot": Example(
        edit={"epochs": 27},
        becomes=_new_job("slope"),
        reason="hyperband_strategy_config.max_resource",
        found=lambda outputs: sum(outputs["trials"].values()) >= 6,
    ),
    "warm_start_chain": Example(
        edit={"widest": 0.9},
        becomes=_new_job("narrow"),
        reason="continuous_parameter_ranges[rate].max_value",
        found=lambda outputs: 0 < outputs["narrow"] < 1 and outputs["wide"] > 0,
    ),
    "several_definitions": Example(
        edit={"fastest": 1.1},
        becomes=_new_job("lines"),
        reason="training_job_definitions[hasty]",
        found=lambda outputs: _is_fitted(outputs["best_objective_value"]),
    ),
    "many_jobs": Example(
        edit={"store-07": 1},
        becomes={
            ("HyperParameterTuningJob", "store-07"): "replace",
            ("TuningJobCompletion", "stores-done"): "update",
        },
        reason="static_hyper_parameters[epochs]",
        found=lambda outputs: list(map(_is_fitted, outputs["losses"].values())) == [True] * 20,
    ),
    "ack_manifest": Example(
        edit={"manifest": "tuning-more.yaml"},
        becomes=_new_job("slope"),
        reason="resource_limits.max_number_of_training_jobs",
        found=lambda outputs: _is_fitted(outputs["best_objective_value"]),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_an_example_does_what_its_readme_says(
    pulumi_stack: Callable[..., PulumiStack], sagemaker_sandbox: ServedSandbox, name: str
) -> None:
    example = CASES[name]
    stack = pulumi_stack(EXAMPLES / name)
    with sagemaker_sandbox.recorded_calls() as calls:
        preview = stack.preview()
    assert preview.ok, preview
    assert writes_among(calls) == [], "a preview creates nothing"
    assert "warning " not in preview.output, "preflight has something against an example"

    made = stack.up()
    assert made.ok, made
    assert example.found(stack.outputs), stack.outputs
    example.then(stack, sagemaker_sandbox)
    again = stack.up("--expect-no-changes")
    assert again.ok, again

    stack.configure(example.edit)
    preview = stack.preview("--diff")
    assert preview.ok, preview
    assert changes_of(preview) == example.becomes, preview
    assert example.reason in preview.output
    changed = stack.up()
    assert changed.ok, changed

    destroyed = stack.destroy()
    assert destroyed.ok, destroyed
    assert stack.resources() == {}


def test_every_example_is_tested_and_explained() -> None:
    folders = {folder.name for folder in EXAMPLES.iterdir() if any(folder.rglob("Pulumi.yaml"))}
    assert folders == {*CASES, *OF_THEIR_OWN}
    for folder in folders:
        assert len((EXAMPLES / folder / "README.md").read_text(encoding="utf-8").splitlines()) <= 60
    for project in EXAMPLES.rglob("Pulumi.yaml"):
        assert {"requirements.txt", ".gitignore", "__main__.py"} <= {file.name for file in project.parent.iterdir()}
