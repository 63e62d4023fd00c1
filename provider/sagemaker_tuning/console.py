"""Where a person looks at a job: its pages in the AWS consoles and its log in CloudWatch.

Everything follows from the job's ARN, which has partition, region and name. Source: the addresses that the consoles
show; the log group and the streams' names are in "Log groups and streams that Amazon SageMaker AI sends".
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LogLocation", "log_location", "log_url", "training_job_url", "tuning_job_url"]

_DOMAINS = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}


@dataclass(frozen=True)
class LogLocation:
    """A log group of CloudWatch Logs and the beginning of a stream's name: its end is the time when it was opened."""

    group: str
    stream_prefix: str


def log_location(training_job_name: str) -> LogLocation:
    """Where a training job's instances log, each in a stream of its own."""
    return LogLocation("/aws/sagemaker/TrainingJobs", f"{training_job_name}/")


def tuning_job_url(arn: str, name: str | None = None) -> str:
    """The tuning job's page; `name` where the ARN's, which is in lower case, is not as it was given."""
    return f"{_home(arn, 'sagemaker')}#/hyper-tuning-jobs/{name or _name(arn)}"


def training_job_url(arn: str, name: str | None = None) -> str:
    """The training job's page."""
    return f"{_home(arn, 'sagemaker')}#/jobs/{name or _name(arn)}"


def log_url(arn: str, name: str | None = None) -> str:
    """The training job's log streams."""
    location = log_location(name or _name(arn))
    group, prefix = (text.replace("/", _ENCODED_SLASH) for text in (location.group, location.stream_prefix))
    return f"{_home(arn, 'cloudwatch')}#logsV2:log-groups/log-group/{group}$3FlogStreamNameFilter$3D{prefix}"


# The console reads a fragment whose text is encoded twice, with $ for the outer %.
_ENCODED_SLASH = "$252F"


def _home(arn: str, service: str) -> str:
    _, partition, _, region, *_ = arn.split(":")
    domain = _DOMAINS.get(partition, _DOMAINS["aws"])
    return f"https://{region}.{domain}/{service}/home?region={region}"


def _name(arn: str) -> str:
    return arn.rpartition("/")[2]
