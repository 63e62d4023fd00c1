"""The component from a few lines to a tuned model, on every engine: what it makes, what changes, and what does not."""

from __future__ import annotations

import io
import random
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xgboost
from sagemaker_sandbox.testing import OperationResult, PulumiStack, ServedSandbox

pytestmark = pytest.mark.e2e

PROGRAM = """\
import pulumi
from sagemaker_tuning_components import Continuous, HyperparameterTuning, Integer

churn = HyperparameterTuning(
    "churn",
    image="683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1",
    data={"train": "data/train.csv", "validation": "data/validation.csv"},
    ranges={"eta": Continuous(0.01, 0.5, scale="log"), "num_round": Integer(2, 12)},
    maximize="validation:auc",
    trials=2,
)
pulumi.export("auc", churn.best_objective_value)
pulumi.export("model", churn.best_model_artifacts)
"""
JOB = {"churn HyperParameterTuningJob": "replace", "churn-done TuningJobCompletion": "update"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A program in a folder with data."""
    (tmp_path / "data").mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: whole\nruntime: python\n")
    (tmp_path / "__main__.py").write_text(PROGRAM)
    dice = random.Random(1)
    for name, rows in (("train", 120), ("validation", 60)):
        (tmp_path / "data" / f"{name}.csv").write_text("".join(_row(dice) for _ in range(rows)))
    return tmp_path


def _row(dice: random.Random) -> str:
    features = [dice.random() for _ in range(3)]
    label = int(sum(features) + dice.gauss(0, 0.2) > 1.5)
    return ",".join(map(str, [label, *features])) + "\n"


def changes_of(result: OperationResult) -> dict[str, str]:
    assert result.ok, result
    return {f"{step.name} {step.type.rsplit(':', 1)[-1]}": step.op for step in result.steps if step.op != "same"}


def test_a_few_lines_are_a_tuned_model(
    pulumi_stack: Callable[..., PulumiStack], sagemaker_sandbox: ServedSandbox, folder: Path
) -> None:
    assert len(PROGRAM.splitlines()) <= 15
    stack = pulumi_stack(folder)
    with sagemaker_sandbox.recorded_calls() as calls:
        assert set(changes_of(stack.preview()).values()) == {"create"}
    assert [call for call in calls if not call.startswith(("Get", "Describe"))] == []

    assert set(changes_of(stack.up()).values()) == {"create"}
    assert _parents(stack.export()["resources"]) == {
        "HyperparameterTuning churn": "Stack whole-test",
        "OutputBucket churn": "HyperparameterTuning churn",
        "Bucket churn": "OutputBucket churn",
        "BucketPublicAccessBlock churn": "OutputBucket churn",
        "BucketPolicy churn": "OutputBucket churn",
        "BucketVersioning churn": "OutputBucket churn",
        "BucketServerSideEncryptionConfiguration churn": "OutputBucket churn",
        "BucketLifecycleConfiguration churn": "OutputBucket churn",
        "ExecutionRole churn": "HyperparameterTuning churn",
        "Role churn": "ExecutionRole churn",
        "RolePolicy churn": "ExecutionRole churn",
        "BucketObjectv2 churn-train": "HyperparameterTuning churn",
        "BucketObjectv2 churn-validation": "HyperparameterTuning churn",
        "HyperParameterTuningJob churn": "HyperparameterTuning churn",
        "TuningJobCompletion churn-done": "HyperparameterTuning churn",
    }
    bucket = stack.outputs["model"].split("/")[2]
    model = _model(sagemaker_sandbox, stack.outputs["model"])
    assert 2 <= model.num_boosted_rounds() <= 12
    assert stack.outputs["auc"] > 0.6

    with sagemaker_sandbox.recorded_calls() as calls:
        assert changes_of(stack.up("--expect-no-changes")) == {}
    assert [call for call in calls if not call.startswith(("Get", "Describe"))] == []

    (folder / "__main__.py").write_text(PROGRAM.replace("trials=2,", 'trials=2, reads=["s3://lake/listed/"],'))
    assert changes_of(stack.up()) == {"churn RolePolicy": "update"}

    role = next(each["id"] for each in stack.export()["resources"] if each["type"] == "aws:iam/role:Role")
    iam = sagemaker_sandbox.client("iam")
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        iam.delete_role_policy(RoleName=role, PolicyName=name)
    sagemaker_sandbox.client("s3").delete_bucket_policy(Bucket=bucket)
    assert stack.refresh().ok
    assert changes_of(stack.preview()) == {"churn RolePolicy": "create", "churn BucketPolicy": "create"}
    assert changes_of(stack.up()) == {"churn RolePolicy": "create", "churn BucketPolicy": "create"}

    with (folder / "data" / "train.csv").open("a") as file:
        file.write("1,0.9,0.9,0.9\n")
    preview = stack.preview("--diff")
    assert changes_of(preview) == {**JOB, "churn-train BucketObjectv2": "replace", "churn RolePolicy": "update"}
    assert "s3_uri of input_data_config[train] is immutable" in preview.output
    assert "input_data_config[validation]" not in preview.output

    kept = stack.destroy()
    assert not kept.ok
    assert "BucketNotEmpty" in kept.output, "models outlive a destroy, unless force_destroy asks otherwise"
    _empty(sagemaker_sandbox, bucket)


def test_a_bucket_in_another_region_than_the_job_is_refused(
    pulumi_stack: Callable[..., PulumiStack], folder: Path
) -> None:
    elsewhere = 'opts=pulumi.ResourceOptions(provider=aws.Provider("elsewhere", region="eu-west-1")),'
    program = PROGRAM.replace("import pulumi\n", "import pulumi\nimport pulumi_aws as aws\n")
    (folder / "__main__.py").write_text(program.replace("trials=2,", f"trials=2, {elsewhere}"))
    preview = pulumi_stack(folder).preview()
    assert not preview.ok
    assert "churn: its aws provider is in eu-west-1, but tuning jobs are made in us-east-1" in preview.output
    assert "Traceback" not in preview.output


def test_a_job_waits_for_its_roles_policy_and_its_buckets_settings(
    pulumi_stack: Callable[..., PulumiStack], folder: Path
) -> None:
    stack = pulumi_stack(folder)
    (folder / "__main__.py").write_text(PROGRAM.replace("trials=2,", "trials=2, wait=False, force_destroy=True,"))
    program = (folder / "__main__.py").read_text()
    (folder / "__main__.py").write_text(program.split("pulumi.export")[0])
    assert stack.up().ok
    job = next(each for each in stack.export()["resources"] if each["type"].endswith(":HyperParameterTuningJob"))
    waited_for = {_label(urn) for urn in job["dependencies"]}
    assert {"RolePolicy churn", "BucketPolicy churn", "BucketServerSideEncryptionConfiguration churn"} <= waited_for


def _parents(resources: list[dict[str, Any]]) -> dict[str, str]:
    """The parent of each resource that is shown in the tree, both as type and name."""
    shown = [each for each in resources if "pulumi:providers:" not in each["urn"] and "parent" in each]
    return {_label(each["urn"]): _label(each["parent"]) for each in shown}


def _label(urn: str) -> str:
    types, name = urn.split("::")[2:]
    return f"{types.rsplit('$', 1)[-1].rsplit(':', 1)[-1]} {name}"


def _empty(sandbox: ServedSandbox, bucket: str) -> None:
    s3 = sandbox.client("s3")
    found = s3.list_object_versions(Bucket=bucket)
    versions = [*found["Versions"], *found.get("DeleteMarkers", ())]
    objects = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in versions]
    s3.delete_objects(Bucket=bucket, Delete={"Objects": objects})


def _model(sandbox: ServedSandbox, uri: str) -> xgboost.Booster:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    archive = sandbox.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        (member,) = tar.getnames()
        content = tar.extractfile(member)
        assert content is not None
        return xgboost.Booster(model_file=bytearray(content.read()))
