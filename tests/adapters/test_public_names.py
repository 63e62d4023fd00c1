"""The package's public names: all there, loaded when first used, and never hidden by a subpackage."""

from __future__ import annotations

import subprocess
import sys

import pytest
import sagemaker_tuning


@pytest.mark.parametrize("name", sagemaker_tuning.__all__)
def test_every_public_name_exists(name: str) -> None:
    assert getattr(sagemaker_tuning, name).__name__ == name


def loaded_by(statement: str) -> set[str]:
    """The packages that a fresh process has loaded after the statement."""
    code = f"{statement}\nimport sys\nprint(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.parametrize(
    "statement",
    [
        "import sagemaker_tuning",
        "from sagemaker_tuning import TuningJobSpec, plan",
        "from sagemaker_tuning import TuningJob, TrainingJob",
    ],
)
def test_the_core_loads_neither_pulumi_nor_boto3(statement: str) -> None:
    assert loaded_by(statement).isdisjoint({"pulumi", "boto3", "grpc"})


def test_the_resources_do_not_load_boto3() -> None:
    assert "boto3" not in loaded_by("from sagemaker_tuning import HyperParameterTuningJob, TuningJobCompletion")


@pytest.mark.parametrize(
    "imports",
    [
        "import sagemaker_tuning.planning",
        "from sagemaker_tuning.lifecycle import create",
        "from sagemaker_tuning.planning import Plan",
    ],
)
def test_plan_is_the_function_whatever_was_imported_before(imports: str) -> None:
    imports += "\nfrom sagemaker_tuning import plan\nfrom sagemaker_tuning.planning import plan as own"
    subprocess.run([sys.executable, "-c", f"{imports}\nassert plan is own"], check=True)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Tuner'"):
        sagemaker_tuning.Tuner  # noqa: B018  # the access is the test
