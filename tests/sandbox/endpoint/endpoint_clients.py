"""The endpoint's clients in tests: boto3's own, and ways to wait for what takes time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sagemaker_sandbox.endpoint import Sandbox


@dataclass(frozen=True)
class Aws:
    sandbox: Sandbox
    s3: Any
    iam: Any
    sagemaker: Any
    role_arn: str

    def describe(self, name: str) -> dict[str, Any]:
        description: dict[str, Any] = self.sagemaker.describe_hyper_parameter_tuning_job(
            HyperParameterTuningJobName=name
        )
        return description

    def trials(self, name: str) -> list[dict[str, Any]]:
        response = self.sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
            HyperParameterTuningJobName=name, MaxResults=100, SortBy="CreationTime"
        )
        summaries: list[dict[str, Any]] = response["TrainingJobSummaries"]
        return summaries

    def wait_for_status(self, name: str, *statuses: str) -> dict[str, Any]:
        return wait_until(lambda: self.describe(name), lambda job: job["HyperParameterTuningJobStatus"] in statuses)

    def ended(self, name: str) -> dict[str, Any]:
        return self.wait_for_status(name, "Completed", "Failed", "Stopped")


def wait_until(look: Callable[[], Any], is_there: Callable[[Any], bool], seconds: float = 60) -> Any:
    """What `look` gives as soon as it is as it should be."""
    deadline = time.monotonic() + seconds
    while not is_there(seen := look()):
        assert time.monotonic() < deadline, f"still {seen}"
        time.sleep(0.05)
    return seen
