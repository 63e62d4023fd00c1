"""`sagemaker-sandbox exec` and `serve` as processes, with the AWS CLI and with signals."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from endpoint_requests import BUCKET, TRUST_SAGEMAKER, code_archive, tuning_request

SANDBOX = [sys.executable, "-m", "sagemaker_sandbox"]
AWS = f"{sys.executable} -m awscli"

CREATE_WATCH_STOP = f"""
set -eu
aws() {{ {AWS} "$@"; }}
aws s3 mb s3://{BUCKET} >&2
aws s3 cp code.tar.gz s3://{BUCKET}/code.tar.gz >&2
aws s3 cp rows.csv s3://{BUCKET}/data/rows.csv >&2
aws iam create-role --role-name training --assume-role-policy-document file://trust.json >&2
aws sagemaker create-hyper-parameter-tuning-job --cli-input-json file://request.json --query HyperParameterTuningJobArn
until [ "$(aws sagemaker list-training-jobs --query 'length(TrainingJobSummaries)')" -ge 1 ]; do :; done
aws sagemaker stop-hyper-parameter-tuning-job --hyper-parameter-tuning-job-name by-cli
status() {{
  aws sagemaker describe-hyper-parameter-tuning-job --hyper-parameter-tuning-job-name by-cli \\
    --query HyperParameterTuningJobStatus --output text
}}
until [ "$(status)" = Stopped ]; do :; done
status
"""


def run(*command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SANDBOX, "exec", "--speed", "20", "--", *command],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_aws_cli_creates_watches_and_stops_a_job(tmp_path: Path) -> None:
    role = "arn:aws:iam::123456789012:role/training"
    (tmp_path / "request.json").write_text(json.dumps(tuning_request("by-cli", role, does="wait")))
    (tmp_path / "trust.json").write_text(TRUST_SAGEMAKER)
    (tmp_path / "rows.csv").write_text("1,2\n")
    (tmp_path / "code.tar.gz").write_bytes(code_archive())
    done = run("sh", "-c", CREATE_WATCH_STOP, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [
        '"arn:aws:sagemaker:us-east-1:123456789012:hyper-parameter-tuning-job/by-cli"',
        "Stopped",
    ]


def test_exec_has_the_commands_exit_code_and_output_and_says_one_line_itself(tmp_path: Path) -> None:
    done = run("sh", "-c", "echo said; exit 7", folder=tmp_path)
    assert (done.returncode, done.stdout) == (7, "said\n")
    (line,) = done.stderr.splitlines()
    assert line.startswith("sagemaker-sandbox: ")
    missing = run("no-such-command", folder=tmp_path)
    assert missing.returncode == 127
    assert missing.stderr.endswith("no-such-command: No such file or directory\n")


def test_exec_gives_pulumi_a_backend_a_passphrase_and_the_local_engine(tmp_path: Path) -> None:
    without_pulumi = os.pathsep.join(
        folder for folder in os.environ["PATH"].split(os.pathsep) if not shutil.which("pulumi", path=folder)
    )
    script = 'echo "$PULUMI_BACKEND_URL"; echo "$PULUMI_CONFIG_PASSPHRASE"; command -v pulumi; echo "$AWS_PROFILE"'
    done = run("sh", "-c", script, folder=tmp_path, PATH=without_pulumi, AWS_PROFILE="production")
    backend, passphrase, engine, profile = done.stdout.split("\n")[:4]
    assert backend.startswith("file:///")
    assert (passphrase, profile) == ("sandbox", "")
    assert engine.endswith("/pulumi")
    assert not Path(backend.removeprefix("file://")).exists()
    kept = run("printenv", "PULUMI_CONFIG_PASSPHRASE", folder=tmp_path, PULUMI_CONFIG_PASSPHRASE="mine")
    assert kept.stdout == "mine\n"


def test_exec_runs_the_aws_stand_in_for_a_pulumi_that_is_on_path(tmp_path: Path) -> None:
    pulumi = tmp_path / "pulumi"
    pulumi.write_text('#!/bin/sh\necho "$PULUMI_DEBUG_PROVIDERS"\n')
    pulumi.chmod(0o755)
    done = run("pulumi", folder=tmp_path, PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert re.fullmatch(r"aws:\d+\n", done.stdout)


def test_exec_leaves_nothing_behind_not_even_what_hid(tmp_path: Path) -> None:
    # A session of its own, and an orphan: neither is in the command's process group or among its children.
    script = "setsid sleep 611 & (sleep 612 &) ; sleep 0.2"
    assert run("sh", "-c", script, folder=tmp_path).returncode == 0
    assert _named("611", "612") == []


def _named(*seconds: str) -> list[list[str]]:
    found = [process.info["cmdline"] for process in psutil.process_iter(["cmdline"])]
    return [command for command in found if command and command[0] == "sleep" and command[1] in seconds]


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """An exec whose command says `ready` and, at SIGTERM, `ended` with exit code 3."""
    script = "trap 'echo ended; exit 3' TERM; echo ready; while :; do sleep 0.05; done"
    with subprocess.Popen(
        [*SANDBOX, "exec", "--", "sh", "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=tmp_path,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def test_a_signal_goes_on_to_the_command(waiting: subprocess.Popen[str]) -> None:
    waiting.terminate()
    output, _ = waiting.communicate(timeout=60)
    assert (output, waiting.returncode) == ("ended\n", 3)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process ask to die with its parent")
def test_a_command_dies_with_its_sandbox(waiting: subprocess.Popen[str]) -> None:
    (command,) = [child for child in psutil.Process(waiting.pid).children() if "trap" in " ".join(child.cmdline())]
    waiting.kill()
    waiting.wait()
    psutil.wait_procs([command], timeout=60)
    assert not command.is_running()


def test_serve_prints_what_to_export_and_each_new_status_until_it_is_ended() -> None:
    process = subprocess.Popen([*SANDBOX, "serve", "--speed", "20"], stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout
        exports = {}
        while "no_proxy" not in exports:
            name, _, value = process.stdout.readline().removeprefix("export ").strip().partition("=")
            exports[name] = value
        assert process.stdout.readline() == f"# ready; watch its jobs at {exports['AWS_ENDPOINT_URL']}/_sandbox\n"
        script = f"""
        set -eu
        {AWS} s3 mb s3://{BUCKET}
        {AWS} s3 cp - s3://{BUCKET}/data/rows.csv < /dev/null
        {AWS} iam create-role --role-name training --assume-role-policy-document '{TRUST_SAGEMAKER}'
        {AWS} sagemaker create-hyper-parameter-tuning-job --cli-input-json "$REQUEST"
        """
        request = json.dumps(tuning_request("served", "arn:aws:iam::123456789012:role/training", trials=1))
        environment = {**os.environ, **exports, "REQUEST": request}
        subprocess.run(["sh", "-c", script], env=environment, check=True, capture_output=True, timeout=120)
        lines = [process.stdout.readline().split("  ", 1)[1].strip()]
        while not lines[-1].startswith("tuning job served Failed"):
            lines.append(process.stdout.readline().split("  ", 1)[1].strip())
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0
    assert lines[0] == "tuning job served InProgress"
    assert lines[1].startswith("training job served-001-")
    assert lines[1].endswith(" Starting")
    assert any(" Failed: ClientError: " in line for line in lines)  # no code was uploaded


def test_pulumi_is_the_local_engine(tmp_path: Path) -> None:
    done = subprocess.run(
        [*SANDBOX, "pulumi", "--help"], capture_output=True, text=True, timeout=60, cwd=tmp_path, check=False
    )
    engine = subprocess.run(
        [sys.executable, "-m", "sagemaker_sandbox.engine", "--help"],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, engine.stdout)
