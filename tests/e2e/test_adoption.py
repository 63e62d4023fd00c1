"""Jobs that boto3 made in the sandbox, adopted by the programs that `adopt` writes, through an engine."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from existing_jobs import EXISTING, PARENTS
from sagemaker_tuning.lifecycle.ownership import OWNER_TAG
from tuning_stacks import eventually

pytestmark = pytest.mark.e2e

BIN = Path(sys.executable).parent


@pytest.fixture(scope="module", autouse=True)
def _data(aws) -> None:
    """What the jobs of the table train on."""
    aws.new_object("train")


@pytest.fixture(scope="module")
def existing(aws) -> dict[str, str]:
    """Every job of the table, made by boto3: its ARN by its name."""
    arns = {name: _create(aws, name, request) for name, request in PARENTS.items()}
    eventually(lambda: {aws.jobs()[name] for name in PARENTS} <= {"Completed", "Failed"})
    return arns | {name: _create(aws, name, request) for name, request in EXISTING.items()}


def _create(aws, name, request) -> str:
    answer = aws.sagemaker.create_hyper_parameter_tuning_job(HyperParameterTuningJobName=name, **request)
    return str(answer["HyperParameterTuningJobArn"])


def adopt(aws, names, folder: Path) -> list[str]:
    """Write the program into a folder; the commands that `adopt` prints beside it."""
    command = [sys.executable, "-m", "sagemaker_tuning", "adopt", *names, "--out", str(folder)]
    done = subprocess.run(
        command, env=_environment(aws), capture_output=True, text=True, timeout=120, check=False, cwd=folder.parent
    )
    assert done.returncode == 0, done.stderr
    return [line.strip() for line in done.stdout.splitlines() if line.startswith("  ")]


def configure(aws, stack, commands) -> None:
    """Do what the commands say: those for secrets as they stand, the plain ones in one go, without a process each."""
    plain = [shlex.split(command) for command in commands if " | " not in command]
    assert all(words[:3] == ["pulumi", "config", "set"] for words in plain)
    stack.configure({key: value for *_, key, value in plain})
    for command in (command for command in commands if " | " in command):
        told, set_secret = map(shlex.split, command.split(" | "))
        secret = subprocess.run(told, env=_environment(aws), capture_output=True, text=True, timeout=120, check=True)
        done = stack.run(*set_secret[1:], "--stack", stack.name, stdin=secret.stdout)
        assert done.ok, done


def _environment(aws) -> dict[str, str]:
    return {**os.environ, **aws.environment, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}


def test_every_existing_job_is_adopted_by_one_program_and_then_there_is_no_change(
    aws, existing, pulumi_stack, tmp_path, engine
):
    names = list(existing)
    commands = adopt(aws, names, tmp_path / "program")
    stack = pulumi_stack(tmp_path / "program", stack=f"all-{engine}")
    configure(aws, stack, commands)
    with aws.calls() as calls:
        adopted = stack.up()
    assert adopted.ok, adopted
    assert adopted.changes["create"] == len(names) + 1
    assert "CreateHyperParameterTuningJob" not in calls
    assert calls.count("AddTags") == len(names)
    resources = stack.resources()
    assert {name: resources[name]["outputs"]["arn"] for name in names} == existing
    assert {aws.tags(arn)[OWNER_TAG] for arn in existing.values()} == {f"tuning-jobs/{stack.name}/{n}" for n in names}

    with aws.calls() as calls:
        again = stack.up("--expect-no-changes")
    assert again.ok, again
    assert calls == []
    refreshed = stack.preview("--refresh", "--expect-no-changes")
    assert refreshed.ok, refreshed


ONE_BY_ONE = ["made-in-the-console", "made-by-ack", "made-by-terraform", "made-by-the-sagemaker-sdk"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ONE_BY_ONE)
def test_a_job_is_adopted_by_a_program_of_its_own(aws, pulumi_stack, tmp_path, engine, name):
    job = f"{name}-{engine}"[-32:].strip("-")
    arn = _create(aws, job, EXISTING[name])
    program = tmp_path / "program"
    stack_commands = adopt(aws, [job], program)
    stack = pulumi_stack(program, stack=engine)
    configure(aws, stack, stack_commands)
    assert f"adopts {job} (" in stack.preview().output
    adopted = stack.up()
    assert adopted.ok, adopted
    assert f"adopted {job} (" in adopted.output
    assert stack.outputs == {job: arn}
    assert stack.up("--expect-no-changes").ok
    assert stack.preview("--refresh", "--expect-no-changes").ok
