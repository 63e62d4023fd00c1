"""The README's program is a program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e

IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
README = Path(__file__).parents[2] / "README.md"


def test_the_program_of_the_readme_previews_as_it_stands(pulumi_stack, aws, tmp_path):
    (program,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    folder = tmp_path / "churn"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: churn\nruntime: python\n")
    (folder / "__main__.py").write_text(program)
    stack = pulumi_stack(folder, config={"bucket": "data", "roleArn": aws.role_arn, "image": IMAGE})
    with aws.calls() as calls:
        preview = stack.preview()
    assert preview.exit_code == 0, preview.output
    assert preview.operations == {"churn-test": "create", "churn": "create", "churn-done": "create"}
    assert calls == []
