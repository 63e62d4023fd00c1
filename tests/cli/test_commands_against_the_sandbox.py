"""The live commands by HTTP, on jobs that really ran and that Pulumi knows nothing of."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sagemaker_sandbox.testing import ServedSandbox, serve
from sagemaker_tuning.cli import app
from sagemaker_tuning.gateway import calls as gateway_calls
from typer.testing import CliRunner, Result

BUCKET = "command-tests"
TRUST = """{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
  "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}]}"""
TRAIN = """
import argparse, sys
arguments = argparse.ArgumentParser()
arguments.add_argument("-x", type=float)
x = arguments.parse_args().x
print(f"trying x = {x}", flush=True)
if x > 0.5:
    raise ValueError(f"x = {x} is too much")
print(f"score={x};", flush=True)
"""
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSandbox]:
    """A sandbox with two jobs that boto3 created: `half`, of which some trials fail, and `none`, of which all do."""
    with serve(tmp_path_factory.mktemp("commands"), speed=20) as sandbox:
        s3, iam, sagemaker = (sandbox.client(service) for service in ("s3", "iam", "sagemaker"))
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w:gz") as tar:
            member = tarfile.TarInfo("train.py")
            member.size = len(TRAIN)
            tar.addfile(member, io.BytesIO(TRAIN.encode()))
        s3.create_bucket(Bucket=BUCKET)
        s3.put_object(Bucket=BUCKET, Key="code.tar.gz", Body=archive.getvalue())
        role = iam.create_role(RoleName="training", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
        for name, low in (("half", "0"), ("none", "0.6")):
            sagemaker.create_hyper_parameter_tuning_job(**tuning_job(name, low, role))
        yield sandbox


def tuning_job(name: str, low: str, role: str) -> dict[str, Any]:
    return {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobConfig": {
            "Strategy": "Random",
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "score"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 4, "MaxParallelTrainingJobs": 2},
            "ParameterRanges": {"ContinuousParameterRanges": [{"Name": "x", "MinValue": low, "MaxValue": "1"}]},
            "RandomSeed": 7,
        },
        "TrainingJobDefinition": {
            "StaticHyperParameters": {
                "sagemaker_program": "train.py",
                "sagemaker_submit_directory": f"s3://{BUCKET}/code.tar.gz",
            },
            "AlgorithmSpecification": {
                "TrainingImage": "123456789012.dkr.ecr.us-east-1.amazonaws.com/own:1",
                "TrainingInputMode": "File",
                "MetricDefinitions": [{"Name": "score", "Regex": "score=([0-9.]+);"}],
            },
            "RoleArn": role,
            "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/models"},
            "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 5},
            "StoppingCondition": {"MaxRuntimeInSeconds": 600},
        },
    }


@pytest.fixture
def run(sandbox: ServedSandbox, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in this process, with clients of its own."""
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(gateway_calls, "_gateways", {})
    return lambda *arguments: CliRunner().invoke(app, list(arguments), env={"COLUMNS": None, "NO_COLOR": None})


def test_a_watch_ends_with_the_jobs_and_lists_once_a_look(sandbox: ServedSandbox) -> None:
    with sandbox.recorded_calls() as calls:
        done = subprocess.run(
            [sys.executable, "-m", "sagemaker_tuning", "watch", "half", "none"],
            env={**os.environ, **sandbox.environment()},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 1, done
    assert "half is Completed: 4/4 trials, 0 running" in done.stdout
    assert "none is Failed: No training job succeeded after 4 attempts." in done.stdout
    assert set(calls) <= {"ListHyperParameterTuningJobs", "DescribeHyperParameterTuningJob"}


def test_trials_logs_show_and_compare_agree_about_the_same_jobs(run: Run, sandbox: ServedSandbox) -> None:
    ended(sandbox, "half", "none")
    trials = json.loads(run("trials", "half", "--json", "--billing").stdout)
    failed = [trial for trial in trials if trial["status"] == "Failed"]
    best = max((trial for trial in trials if trial["status"] == "Completed"), key=lambda one: one["objective_value"])
    assert failed
    assert all(trial["billable_seconds"] >= 1 for trial in trials)

    x = float(failed[-1]["tuned_hyper_parameters"]["x"])
    log = run("logs", "half", "--trial", str(failed[-1]["number"]))
    assert log.stdout.splitlines()[0] == f"trying x = {x}"
    assert log.stdout.splitlines()[-1] == f"ValueError: x = {x} is too much"
    assert run("logs", "half").stdout == log.stdout
    assert run("logs", "half", "--trial", best["name"], "--tail", "1", "-f").stdout.startswith("score=")

    shown = run("show", "half").stdout
    assert f"{len(failed)} of 4 trials gave no result:" in shown
    assert f"  {len(failed)} × script_error: The training script failed: ValueError: x = " in shown
    assert "(train.py, line 8)" in shown
    assert best["name"] in shown

    half, none = json.loads(run("compare", "half", "none", "--json").stdout)
    assert half["best"]["training_job_name"] == best["name"]
    assert half["trials_by_status"] == {"Completed": 4 - len(failed), "Failed": len(failed)}
    assert (none["best"], none["trials_by_status"]) == (None, {"Failed": 4})
    assert half["cost_usd"] > 0
    assert run("watch", "half").exit_code == 0


@pytest.mark.parametrize("command", [["show"], ["trials"], ["logs"], ["watch"], ["compare", "half"]])
def test_a_job_of_another_region_is_not_there(run: Run, command: list[str]) -> None:
    done = run(*command, "none", "--region", "eu-west-1")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("error: ")


def ended(sandbox: ServedSandbox, *names: str) -> None:
    """Wait for the jobs, if this test runs alone."""
    sagemaker = sandbox.client("sagemaker")
    deadline = time.monotonic() + 60
    for name in names:
        while sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)[
            "HyperParameterTuningJobStatus"
        ] not in ("Completed", "Failed"):
            assert time.monotonic() < deadline
            time.sleep(0.1)
