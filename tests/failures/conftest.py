"""A sandbox in which every kind of failing job has run to its end."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from failing_jobs import BUCKET, FAULTY_CALL, KINDS, ROLE_TRUST, failing_request, objects
from sagemaker_sandbox.testing import ServedSandbox, serve
from sagemaker_tuning.gateway import Gateway
from sagemaker_tuning.settings import Settings

_DEADLINE_SECONDS = 120


@pytest.fixture(scope="session")
def failed_jobs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FailedJobs]:
    """All of KINDS, run at once: each test looks at one of them."""
    with serve(tmp_path_factory.mktemp("failing-jobs"), speed=20) as sandbox:
        jobs = FailedJobs(sandbox)
        jobs.run()
        yield jobs


class FailedJobs:
    def __init__(self, sandbox: ServedSandbox) -> None:
        self.sandbox = sandbox
        self._sagemaker = sandbox.client("sagemaker")
        s3, iam = sandbox.client("s3"), sandbox.client("iam")
        s3.create_bucket(Bucket=BUCKET)
        for key, content in objects().items():
            s3.put_object(Bucket=BUCKET, Key=key, Body=content)
        self.role_arn = iam.create_role(RoleName="training", AssumeRolePolicyDocument=ROLE_TRUST)["Role"]["Arn"]
        self.names = {kind: f"job-{number}" for number, kind in enumerate(KINDS)}
        settings = Settings(region="us-east-1", access_key="test", secret_key="test", endpoints=(
            ("logs", sandbox.url), ("sagemaker", sandbox.url)
        ))  # fmt: skip
        self.gateway = Gateway(settings)

    def run(self) -> None:
        self.faults(
            {"fault": "access_denied", "call": FAULTY_CALL},
            *({**kind.fault, "training_job": f"{self.names[name]}-*"} for name, kind in KINDS.items() if kind.fault),
        )
        for name, kind in KINDS.items():
            request = failing_request(self.names[name], self.role_arn, kind)
            self._sagemaker.create_hyper_parameter_tuning_job(**request)
        self._until(self._have_ended)

    def faults(self, *rules: dict[str, Any]) -> None:
        body = json.dumps({"rules": rules}).encode()
        with urllib.request.urlopen(urllib.request.Request(f"{self.sandbox.url}/_sandbox/faults", body)):
            pass

    def end_faults(self) -> None:
        """No rule outlasts the jobs, which have all ended."""
        with urllib.request.urlopen(urllib.request.Request(f"{self.sandbox.url}/_sandbox/faults", method="DELETE")):
            pass

    def described(self, kind: str) -> dict[str, Any]:
        return self.gateway.describe(self.names[kind])

    def _have_ended(self) -> bool:
        for kind in (kind for kind in KINDS if KINDS[kind].stop):
            self._stop_training(self.names[kind])
        jobs = self._sagemaker.list_hyper_parameter_tuning_jobs(MaxResults=100)["HyperParameterTuningJobSummaries"]
        return all(job["HyperParameterTuningJobStatus"] in ("Completed", "Failed", "Stopped") for job in jobs)

    def _stop_training(self, name: str) -> None:
        """Stop the job's trials that train; one that only starts has no log yet."""
        for trial in self._sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
            HyperParameterTuningJobName=name, StatusEquals="InProgress"
        )["TrainingJobSummaries"]:
            if self.gateway.log_streams("/aws/sagemaker/TrainingJobs", f"{trial['TrainingJobName']}/"):
                with suppress(self._sagemaker.exceptions.ClientError):  # it has ended meanwhile
                    self._sagemaker.stop_training_job(TrainingJobName=trial["TrainingJobName"])

    def _until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _DEADLINE_SECONDS
        while not condition():
            assert time.monotonic() < deadline, f"jobs still run:\n{self.sandbox.log}"
            time.sleep(0.2)
