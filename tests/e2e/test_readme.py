"""The README's program is a program, and its test a test."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from tuning_stacks import BUCKET, PROGRAMS

pytestmark = pytest.mark.e2e

IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
README = Path(__file__).parents[2] / "README.md"
PROGRAM, COMPONENT, TEST = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


def test_the_program_of_the_readme_previews_as_it_stands(pulumi_stack, aws, tmp_path):
    folder = tmp_path / "churn"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: churn\nruntime: python\n")
    (folder / "__main__.py").write_text(PROGRAM)
    stack = pulumi_stack(folder, config={"bucket": BUCKET, "roleArn": aws.role_arn, "image": IMAGE})
    with aws.calls() as calls:
        preview = stack.preview()
    assert preview.exit_code == 0, preview.output
    assert preview.operations == {"churn-test": "create", "churn": "create", "churn-done": "create"}
    assert calls == []


def test_the_component_of_the_readme_previews_as_it_stands(pulumi_stack, aws, tmp_path):
    folder = tmp_path / "whole"
    (folder / "data").mkdir(parents=True)
    for name in ("train", "validation"):
        (folder / "data" / f"{name}.csv").write_text("1,2\n")
    (folder / "Pulumi.yaml").write_text("name: whole\nruntime: python\n")
    (folder / "__main__.py").write_text(f"image = {IMAGE!r}\n{COMPONENT}")
    preview = pulumi_stack(folder).preview()
    assert preview.exit_code == 0, preview.output
    assert set(preview.operations.values()) == {"create"}
    assert any("RolePolicy" in step.type for step in preview.steps)


def test_the_test_of_the_readme_passes(pulumi_stack, aws, sagemaker_sandbox):
    surroundings = {"bucket": BUCKET, "roleArn": aws.role_arn, "wait": "true"}
    before = len(sagemaker_sandbox.calls)  # of other tests, which share the sandbox

    def stack(program_dir: str, config: dict[str, Any], secrets: dict[str, str]) -> Any:
        return pulumi_stack(PROGRAMS / "tuning", config={**surroundings, **config}, secrets=secrets, stack="readme")

    class OwnCalls:
        calls = property(lambda self: sagemaker_sandbox.calls[before:])

    namespace: dict[str, Any] = {}
    exec(TEST, namespace)
    namespace["test_the_stack_tunes"](stack, OwnCalls())
