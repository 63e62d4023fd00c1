"""`sagemaker-sandbox serve --data` killed at random during a tuning job: no finished trial lost, none counted twice."""

from __future__ import annotations

import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import psutil
import pytest
from botocore.config import Config
from endpoint_clients import wait_until
from endpoint_requests import BUCKET, TRUST_SAGEMAKER, code_archive, edited, tuning_request

NAME = "killed"
TERMINAL = ("Completed", "Failed", "Stopped")
LONGEST_UPTIME_SECONDS = 1.5
BUDGET = 700  # trials: more than can end before the last kill


@dataclass(frozen=True)
class Server:
    process: subprocess.Popen[bytes]
    sagemaker: Any
    s3: Any
    iam: Any

    def job(self) -> dict[str, Any]:
        job: dict[str, Any] = self.sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=NAME)
        return job

    def trials(self) -> dict[str, dict[str, Any]]:
        """The training jobs by name. A name that is listed twice fails."""
        pages = self.sagemaker.get_paginator("list_training_jobs_for_hyper_parameter_tuning_job").paginate(
            HyperParameterTuningJobName=NAME
        )
        listed = [trial for page in pages for trial in page["TrainingJobSummaries"]]
        by_name = {trial["TrainingJobName"]: trial for trial in listed}
        assert len(by_name) == len(listed)
        return by_name

    def ended_trials(self) -> dict[str, dict[str, Any]]:
        return {name: trial for name, trial in self.trials().items() if trial["TrainingJobStatus"] in TERMINAL}


@contextmanager
def serving(data: Path) -> Iterator[Server]:
    """A server process that is killed at the end of the block, with whatever it is doing."""
    output = data.parent / "output.txt"
    command = [sys.executable, "-m", "sagemaker_sandbox", "serve", "--data", str(data), "--speed", "20"]
    with output.open("wb") as file, subprocess.Popen(command, stdout=file) as process:
        said = wait_until(output.read_text, lambda text: "# ready" in text)
        (url,) = re.findall(r"^export AWS_ENDPOINT_URL=(.*)$", said, re.MULTILINE)
        session = boto3.session.Session("sandbox", "sandbox", region_name="us-east-1")
        config = Config(retries={"total_max_attempts": 1, "mode": "standard"})
        clients = [session.client(name, endpoint_url=url, config=config) for name in ("sagemaker", "s3", "iam")]
        try:
            yield Server(process, *clients)
        finally:
            process.send_signal(signal.SIGKILL)
            for client in clients:
                client.close()


def at_work_in(folder: Path) -> list[str]:
    """The processes of any user that work in a folder."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            if Path(process.cwd()).is_relative_to(folder):
                found.append(process.name())
    return found


@pytest.mark.timeout(900)
@pytest.mark.parametrize("kills", [5, pytest.param(50, marks=pytest.mark.slow)])
def test_no_finished_trial_is_lost_and_none_counts_twice(tmp_path: Path, kills: int) -> None:
    data = tmp_path / "data"
    dice = random.Random(kills)
    ended: dict[str, dict[str, Any]] = {}
    with serving(data) as server:
        _begin(server)
        time.sleep(dice.uniform(0, LONGEST_UPTIME_SECONDS))
    for _ in range(kills - 1):
        wait_until(lambda: at_work_in(data), lambda found: not found)
        with serving(data) as server:
            _check_kept(server, ended)
            time.sleep(dice.uniform(0, LONGEST_UPTIME_SECONDS))
            ended = server.ended_trials()
            assert server.job()["HyperParameterTuningJobStatus"] == "InProgress"
            time.sleep(dice.uniform(0, 0.1))
    assert ended, "no trial ended between the kills"
    with serving(data) as server:
        _check_kept(server, ended)
        # What was killed runs to its end; what was never begun need not.
        wait_until(lambda: len(server.ended_trials()), lambda count: count >= len(ended) + 3)
        server.sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=NAME)
        wait_until(server.job, lambda job: job["HyperParameterTuningJobStatus"] == "Stopped")
        _check_end(server, ended)


def _begin(server: Server) -> None:
    server.s3.create_bucket(Bucket=BUCKET)
    server.s3.put_object(Bucket=BUCKET, Key="code.tar.gz", Body=code_archive())
    server.s3.put_object(Bucket=BUCKET, Key="data/rows.csv", Body=b"1,2\n")
    role = server.iam.create_role(RoleName="training", AssumeRolePolicyDocument=TRUST_SAGEMAKER)["Role"]["Arn"]
    strategy = {"HyperParameterTuningJobConfig.Strategy": "Bayesian"}
    request = edited(tuning_request(NAME, role, does="linger", trials=BUDGET), strategy)
    server.sagemaker.create_hyper_parameter_tuning_job(**request)


def _check_kept(server: Server, ended: dict[str, dict[str, Any]]) -> None:
    """Each trial that had ended is what it was, to the time of its end and its objective value."""
    now = server.trials()
    assert {name: now.get(name) for name in ended} == ended


def _check_end(server: Server, ended: dict[str, dict[str, Any]]) -> None:
    _check_kept(server, ended)
    trials = server.trials()
    assert all(trial["TrainingJobStatus"] in TERMINAL for trial in trials.values())
    numbers = sorted(int(name.split("-")[1]) for name in trials)
    assert numbers == list(range(1, len(trials) + 1))
    tried = Counter(trial["TunedHyperParameters"]["x"] for trial in trials.values())
    assert max(tried.values()) == 1
    statuses = Counter(trial["TrainingJobStatus"] for trial in trials.values())
    assert statuses["Failed"] == 0
    counters = server.job()["TrainingJobStatusCounters"]
    assert (counters["Completed"], counters["Stopped"]) == (statuses["Completed"], statuses["Stopped"])
    assert sum(counters.values()) == len(trials)
