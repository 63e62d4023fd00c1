"""Every kind of drift, made by hand in the sandbox behind the back of a stack, and named by `drift`."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from sagemaker_tuning.lifecycle.ownership import OWNER_TAG
from tuning_stacks import BUCKET, PROGRAMS, eventually

pytestmark = pytest.mark.e2e

READS = {"DescribeHyperParameterTuningJob", "ListTags"}


ENDING: dict[str, dict[str, object]] = {"finished": {}, "failed": {"script": "missing.py"}}
RUNNING = ("stopped", "gone", "tagged", "reused", "changed", "owned", "running")


@pytest.fixture
def fleet(aws, pulumi_stack, engine):
    """A stack with a job for each kind of drift, made before it happens."""
    running = {name: {"seconds": 600} for name in RUNNING}
    running["stopped"]["inTeam"] = True
    running["reused"]["fixedName"] = f"reused-{engine}"
    stack = pulumi_stack(
        PROGRAMS / "fleet",
        stack=f"drift-{engine}",
        config={"bucket": BUCKET, "roleArn": aws.role_arn, "jobs": ENDING},
        secrets={"token": "hunter2"},
    )
    assert stack.up().ok
    # The sandbox trains as many jobs at once as there are cores; so those that are to end have to end first.
    _until_ended(aws, [stack.resources()[name]["id"] for name in ENDING])
    stack.configure(jobs=ENDING | running)
    made = stack.up()
    assert made.ok, made
    return stack


def _until_ended(aws, names):
    eventually(lambda: {aws.jobs()[name] for name in names} <= {"Completed", "Failed", "Stopped"})


def drift(aws, stack, *arguments):
    """Run the command in the project's folder, with the stack's engine as `pulumi`."""
    shim = stack.home / "bin" / "pulumi"
    if stack.engine == "local" and not shim.exists():
        shim.parent.mkdir()
        shim.write_text(f'#!/bin/sh\nexec {sys.executable} -m sagemaker_sandbox.engine "$@"\n')
        shim.chmod(0o755)
    environment = stack.full_environment()
    environment["PATH"] = f"{shim.parent}{os.pathsep}{environment['PATH']}"
    return subprocess.run(
        [sys.executable, "-m", "sagemaker_tuning", "drift", *arguments],
        cwd=stack.program,
        env={**environment, **aws.environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def kinds_of(result):
    assert result.returncode == 2, result.stdout + result.stderr
    return {job["name"]: job["kinds"] for job in json.loads(result.stdout)["jobs"]}


def test_every_kind_of_drift_is_named_and_nothing_is_touched(aws, fleet, tmp_path):
    resources = {name: item for name, item in fleet.resources().items() if name in (*ENDING, *RUNNING)}
    _make_drift(aws, resources)
    export = fleet.run("stack", "export", "--stack", fleet.name).stdout
    file = tmp_path / "stack.json"
    file.write_text(_with_another_strategy(export, "changed"))
    before = file.read_bytes(), fleet.state_file.read_bytes()

    with aws.calls() as calls:
        result = drift(aws, fleet, "--stack-export", str(file), "--json", "--junit", str(tmp_path / "drift.xml"))
    assert kinds_of(result) == {
        "finished": ["finished"],
        "failed": ["failed"],
        "stopped": ["stopped-outside"],
        "gone": ["gone"],
        "tagged": ["still-running", "tags-edited"],
        "reused": ["name-reused"],
        "changed": ["still-running", "spec-differs"],
        "owned": ["still-running", "owner-changed"],
        "running": ["still-running"],
    }
    assert set(calls) == READS
    assert (calls.count("DescribeHyperParameterTuningJob"), calls.count("ListTags")) == (9, 7)
    assert "hunter2" not in result.stdout + result.stderr

    with aws.calls() as calls:
        by_itself = drift(aws, fleet, "--json")
    assert kinds_of(by_itself) == {**kinds_of(result), "changed": ["still-running"]}
    assert set(calls) == READS
    assert (file.read_bytes(), fleet.state_file.read_bytes()) == before

    expected = {job["name"]: job["up_after_refresh"]["action"] for job in json.loads(by_itself.stdout)["jobs"]}
    assert fleet.refresh().ok
    preview = fleet.preview()
    assert {name: op for name, op in preview.operations.items() if name in expected} == {
        name: {"none": "same", "refuse": "create"}.get(action, action) for name, action in expected.items()
    }
    again = drift(aws, fleet, "--ignore", "owner-changed")
    assert (again.returncode, again.stdout.splitlines()[-1][:8]) == (0, "No drift"), again.stdout


def _make_drift(aws, resources):
    """Do by hand what nobody should."""
    sagemaker, names = aws.sagemaker, {name: item["id"] for name, item in resources.items()}
    sagemaker.add_tags(ResourceArn=resources["tagged"]["outputs"]["arn"], Tags=[{"Key": "team", "Value": "intruder"}])
    owner = {"Key": OWNER_TAG, "Value": "other/stack/owned"}
    sagemaker.add_tags(ResourceArn=resources["owned"]["outputs"]["arn"], Tags=[owner])
    described = aws.describe(names["reused"])
    stopped = [names[name] for name in ("stopped", "gone", "reused")]
    for name in stopped:
        sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
    _until_ended(aws, stopped)
    for name in stopped[1:]:
        sagemaker.delete_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
    eventually(lambda: not {*stopped[1:]} & aws.jobs().keys())
    members = ("HyperParameterTuningJobName", "HyperParameterTuningJobConfig", "TrainingJobDefinition")
    sagemaker.create_hyper_parameter_tuning_job(**{member: described[member] for member in members})


def _with_another_strategy(export, name):
    """The export after somebody has edited it by hand."""
    document = json.loads(export)
    (resource,) = (item for item in document["deployment"]["resources"] if item["urn"].endswith(f"::{name}"))
    for properties in (resource["inputs"], resource["outputs"]):
        properties["hyperParameterTuningJobConfig"]["strategy"] = "Bayesian"
    return json.dumps(document)
