"""The ARNs of jobs. The service writes a job's name in lower case in its ARN."""

from __future__ import annotations

__all__ = ["region_of", "training_job_arn", "tuning_job_arn"]

_TUNING_JOB = "hyper-parameter-tuning-job"


def tuning_job_arn(region: str, account: str, name: str) -> str:
    return f"arn:aws:sagemaker:{region}:{account}:{_TUNING_JOB}/{name.lower()}"


def training_job_arn(sibling: str, name: str) -> str:
    """The ARN of a training job in the account and region of another ARN."""
    return f"{':'.join(sibling.split(':')[:5])}:training-job/{name.lower()}"


def region_of(arn: str) -> str:
    return arn.split(":")[3]
