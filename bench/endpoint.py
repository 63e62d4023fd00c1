"""How the endpoint answers while it holds many jobs, over moto's server with the same jobs.

The endpoint's jobs are put into its data folder first, so that nobody waits for ten thousand trainings. Both servers
are processes of their own, as their users have them.
"""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from sagemaker_sandbox.clients import own_client
from sagemaker_sandbox.endpoint.jobs import TrainingJob, Transition, TuningJob
from sagemaker_sandbox.endpoint.persistence import DataDir, DiskStore
from sagemaker_sandbox.testing.served_sandbox import serve

from bench.documents import USUAL
from bench.figures import Figure
from bench.timing import seconds_in_turn

__all__ = ["measure"]

_TOPIC = "the endpoint over moto's server"
_CEILING = 1.0
_DESCRIBES = 300
_START_SECONDS = 60
_ARN = "arn:aws:sagemaker:us-east-1:123456789012"
_ENDED = datetime(2026, 11, 1, 12, tzinfo=timezone.utc)


def measure(tuning_jobs: int, training_jobs: int, runs: int) -> Iterator[Figure]:
    """Describe, one client, one call after the other."""
    names = [f"job-{number}" for number in range(tuning_jobs)]
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data")
        _fill(data, names, training_jobs)
        with serve(Path(folder), data=data) as ours, _moto(Path(folder, "moto.log")) as theirs:
            for name in names:
                theirs.create_hyper_parameter_tuning_job(**{**USUAL, "HyperParameterTuningJobName": name})
            sagemaker = ours.client("sagemaker")
            pages = sagemaker.get_paginator("list_training_jobs").paginate(PaginationConfig={"PageSize": 100})
            held = sum(len(page["TrainingJobSummaries"]) for page in pages)
            if held != training_jobs:
                raise RuntimeError(f"the endpoint lists {held} of {training_jobs} training jobs")
            values, floors = seconds_in_turn(
                lambda: _describe_all(sagemaker, names), lambda: _describe_all(theirs, names), runs
            )
    name = f"{_DESCRIBES} Describes, {tuning_jobs} tuning jobs"
    # Of one run it cannot be said whether it was disturbed.
    ceiling = _CEILING if runs > 1 else None
    note = f"{_DESCRIBES / min(values):.0f} a second, holding {training_jobs} training jobs"
    yield Figure(_TOPIC, name, values, "moto's server", floors, ceiling=ceiling, note=note)


def _describe_all(sagemaker: Any, names: list[str]) -> None:
    for name in itertools.islice(itertools.cycle(names), _DESCRIBES):
        sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)


def _fill(folder: Path, names: list[str], training_jobs: int) -> None:
    """Write completed tuning jobs, and as many completed training jobs as there are to be, into a data folder."""
    with DataDir(folder).opened() as (jobs, _services):
        store = DiskStore(jobs)
        with store.exclusively():
            for name in names:
                store.put_tuning_job(_tuning_job(name))
            for number in range(training_jobs):
                store.put_training_job(_training_job(names[number % len(names)], number))


def _tuning_job(name: str) -> TuningJob:
    arn = f"{_ARN}:hyper-parameter-tuning-job/{name}"
    document = {**USUAL, "HyperParameterTuningJobName": name}
    started = TuningJob(arn, name, document, _ENDED - timedelta(hours=1), _ENDED)
    return replace(started, status="Completed", end_time=_ENDED)


def _training_job(tuning_job: str, number: int) -> TrainingJob:
    name = f"{tuning_job}-{number:05d}-0badcafe"
    started = _ENDED - timedelta(minutes=10)
    return TrainingJob(
        arn=f"{_ARN}:training-job/{name}",
        name=name,
        document={**USUAL["TrainingJobDefinition"], "HyperParameters": {"eta": "0.1"}},
        creation_time=started,
        last_modified_time=_ENDED,
        tuning_job_arn=f"{_ARN}:hyper-parameter-tuning-job/{tuning_job}",
        tuning_job_name=tuning_job,
        tuned={"eta": "0.1"},
        objective=USUAL["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"],
        status="Completed",
        transitions=(Transition("Completed", "Training job completed", started, _ENDED),),
        start_time=started,
        end_time=_ENDED,
    )


@contextmanager
def _moto(log: Path) -> Iterator[Any]:
    """A client of a moto server of its own."""
    command = [sys.executable, "-m", "moto.server", "--port", "0"]
    with log.open("w") as output, subprocess.Popen(command, stdout=output, stderr=output) as server:
        try:
            deadline = time.monotonic() + _START_SECONDS
            while not (said := re.search(r"Running on (\S+)", log.read_text())):
                if time.monotonic() > deadline:
                    raise RuntimeError(f"moto's server did not start: {log.read_text()}")
                time.sleep(0.1)
            yield own_client("sagemaker", said[1], "bench")
        finally:
            server.kill()
