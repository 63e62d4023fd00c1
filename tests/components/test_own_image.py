"""An image of one's own: pulumi_aws's ECR resources through an engine, and the role that may pull it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fakes.policy_simulation import allows
from sagemaker_sandbox.testing import PulumiStack, ServedSandbox

pytestmark = pytest.mark.e2e

PROGRAM = """\
import json
import pulumi
import pulumi_aws as aws
from sagemaker_tuning_components import ExecutionRole

config = pulumi.Config()
repository = aws.ecr.Repository("trainer", image_tag_mutability="IMMUTABLE", force_delete=True)
selection = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": config.get_int("images") or 10}
rule = {"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}
aws.ecr.LifecyclePolicy("trainer", repository=repository.name, policy=json.dumps({"rules": [rule]}))
pull = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": ["ecr:BatchGetImage"]}
policy = json.dumps({"Version": "2012-10-17", "Statement": [pull]})
aws.ecr.RepositoryPolicy("trainer", repository=repository.name, policy=policy)
image = pulumi.Output.concat(repository.repository_url, ":1")
definition = {
    "algorithm_specification": {"training_image": image},
    "output_data_config": {"s3_output_path": "s3://models/trainer"},
}
role = ExecutionRole("trainer", definitions=[definition])
pulumi.export("role", role.name)
pulumi.export("repository", repository.arn)
"""


@pytest.mark.slow
def test_a_role_may_pull_from_the_repository_that_the_stack_makes_and_from_no_other(
    pulumi_stack: Callable[..., PulumiStack], sagemaker_sandbox: ServedSandbox, tmp_path: Path
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: images\nruntime: python\n")
    (tmp_path / "__main__.py").write_text(PROGRAM)
    stack = pulumi_stack(tmp_path)
    made = stack.up()
    assert made.ok, made
    iam = sagemaker_sandbox.client("iam")
    (name,) = iam.list_role_policies(RoleName=stack.outputs["role"])["PolicyNames"]
    policy = iam.get_role_policy(RoleName=stack.outputs["role"], PolicyName=name)["PolicyDocument"]
    assert allows(policy, "ecr:BatchGetImage", stack.outputs["repository"])
    assert not allows(policy, "ecr:BatchGetImage", stack.outputs["repository"].replace("trainer", "payroll"))
    again = stack.up("--expect-no-changes")
    assert again.ok, again

    stack.configure(images=20)
    changed = stack.up()
    assert changed.ok, changed
    changes = {step.type: step.op for step in changed.steps if step.op != "same"}
    assert changes == {"aws:ecr/lifecyclePolicy:LifecyclePolicy": "replace"}
    kept = sagemaker_sandbox.client("ecr").get_lifecycle_policy(
        repositoryName=stack.outputs["repository"].partition("/")[2]
    )
    assert '"countNumber": 20' in kept["lifecyclePolicyText"]
