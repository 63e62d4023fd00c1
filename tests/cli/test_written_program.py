"""`convert --to python`: a program that declares the same job."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fakes.jobs import request
from sagemaker_tuning.cli.program import pulumi_program
from sagemaker_tuning.spec import TuningJobSpec

NATIVE = TuningJobSpec.from_api(request("churn")).to_native()
QUOTED = {
    "no quotes": "plain",
    "single quotes": "it's",
    "double quotes": 'a "b"',
    "both, more double": '"a" \'b',
    "both, more single": "\"a 'b'",
    "a regular expression": r"^\[(\d+)\].*auc='([0-9\.]+)\"$",
    "line breaks and tabs": "a\n\tb\\n",
    "not ASCII": "größe → ∞",
}


def declared_by(program: str) -> tuple[str, dict[str, Any]]:
    """The resource's logical name and arguments."""
    (call,) = [
        node
        for node in ast.walk(ast.parse(program))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "HyperParameterTuningJob"
    ]
    arguments = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}
    return ast.literal_eval(call.args[0]), arguments


def test_the_program_declares_the_same_job():
    name, arguments = declared_by(pulumi_program(NATIVE))
    assert (name, TuningJobSpec.from_native(arguments).to_native()) == ("churn", NATIVE)


NUMBERS = {"0.1": 0.1, "5": 5, "-3": -3, "1e-05": 1e-05, "0.10": "0.10", "5.0": "5.0", "1_0": "1_0", "inf": "inf"}


@pytest.mark.parametrize(("bound", "written"), NUMBERS.items(), ids=NUMBERS)
def test_a_bound_is_a_number_where_that_says_the_same(bound, written):
    native = {"ranges": [{"name": "eta", "min_value": bound}], "environment": {"min_value": bound}}
    declared = declared_by(pulumi_program(native))[1]
    assert declared["ranges"] == [{"name": "eta", "min_value": written}]
    assert type(declared["ranges"][0]["min_value"]) is type(written)
    assert declared["environment"] == {"min_value": bound}


def test_a_job_without_a_name_gets_a_logical_one():
    nameless = {name: value for name, value in NATIVE.items() if name != "hyper_parameter_tuning_job_name"}
    assert declared_by(pulumi_program(nameless))[0] == "tuning"


@pytest.mark.parametrize("text", QUOTED.values(), ids=QUOTED)
def test_any_text_survives(text):
    native = {**NATIVE, "tags": {text: text}}
    assert declared_by(pulumi_program(native))[1]["tags"] == {text: text}


def test_the_program_is_formatted(tmp_path):
    definition = NATIVE["training_job_definition"]
    many = {
        **NATIVE,
        "tags": QUOTED,
        "training_job_definition": {
            **definition,
            "environment": {},
            "enable_managed_spot_training": True,
            "vpc_config": {"subnets": [f"subnet-{n:017x}" for n in range(9)], "security_group_ids": ["sg-1"]},
        },
    }
    program = tmp_path / "__main__.py"
    program.write_text(pulumi_program(many), encoding="utf-8")
    ruff = [Path(sys.executable).with_name("ruff"), "format", "--diff", "--line-length=120", "--isolated", program]
    result = subprocess.run(ruff, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (0, "")


def test_the_program_runs(tmp_path):
    """Pulumi's own mocks stand in for the engine."""
    (tmp_path / "program.py").write_text(pulumi_program(NATIVE), encoding="utf-8")
    script = """
import pulumi, runpy

made = []

class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        made.append((args.name, sorted(args.inputs)))
        return args.name, args.inputs
    def call(self, args):
        return {}

pulumi.runtime.set_mocks(Mocks(), preview=False)

@pulumi.runtime.test
def run():
    runpy.run_path("program.py")

run()
print(made)
"""
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert result.returncode == 0, result.stderr
    ((name, inputs),) = ast.literal_eval(result.stdout)
    assert name == "churn"
    assert {"hyperParameterTuningJobConfig", "trainingJobDefinition", "tags"} <= set(inputs)
