"""What AWS says about a tuning job, in the shape of the declared spec.

Decides which members of a Describe response a user can declare, and which tags are the user's. Whether a difference
matters is `plan`'s to say: nothing is compared, filled in or left out here because of its value.
Facts: the SageMaker API reference of DescribeHyperParameterTuningJob and ListTags; recorded responses in
tests/fixtures/describe.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sagemaker_tuning.errors import UnexpectedResponse
from sagemaker_tuning.names import OWN_TAG_PREFIX, snake
from sagemaker_tuning.paths import MAPS
from sagemaker_tuning.times import aware_time

__all__ = ["FINISHED", "MISSING", "TERMINAL", "Identity", "Observed", "normalize"]

FINISHED = ("Completed", "Failed", "Stopped")
"""Statuses of a tuning job whose run is over; such a job may be a parent, and may be run again."""

TERMINAL = frozenset({*FINISHED, "DeleteFailed"})
"""Statuses that a tuning job does not leave by itself."""

MISSING = "Missing"
"""The status of a job that AWS does not have, or not any more; the service has no word for it."""

_AWS_TAG_PREFIX = "aws:"  # reserved: AWS writes them, nobody can change them

_DECLARABLE = (
    "HyperParameterTuningJobName",
    "HyperParameterTuningJobConfig",
    "TrainingJobDefinition",
    "TrainingJobDefinitions",
    "WarmStartConfig",
    "Autotune",
)


@dataclass(frozen=True)
class Identity:
    """What tells one tuning job from another that was given the same name later."""

    name: str
    arn: str
    creation_time: datetime | None = None


@dataclass(frozen=True)
class Observed:
    """A tuning job as AWS describes it.

    `spec` is a native document; it has `tags` only if the tags were asked for, and then only the user's own.
    `own_tags` are this provider's. Times are timezone-aware UTC. Counters and results keep AWS's values under
    snake_case names.
    """

    spec: Mapping[str, Any]
    name: str
    arn: str = ""
    status: str = ""
    creation_time: datetime | None = None
    last_modified_time: datetime | None = None
    end_time: datetime | None = None
    failure_reason: str | None = None
    training_job_status_counters: Mapping[str, int] = field(default_factory=dict)
    objective_status_counters: Mapping[str, int] = field(default_factory=dict)
    best_training_job: Mapping[str, Any] | None = None
    overall_best_training_job: Mapping[str, Any] | None = None
    tuning_job_completion_details: Mapping[str, Any] | None = None
    consumed_resources: Mapping[str, Any] | None = None
    own_tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def identity(self) -> Identity:
        """The job's identity, as `plan` compares it with the one in state."""
        return Identity(self.name, self.arn, self.creation_time)


def normalize(describe: Mapping[str, Any], tags: Sequence[Mapping[str, str]] | None = None) -> Observed:
    """Reduce a Describe response to what a user can declare, and keep status and results beside it.

    Shape: DescribeHyperParameterTuningJob as boto3 or the AWS CLI gives it (times as datetime, ISO 8601 text or epoch
    seconds; null is the same as absent). `tags` is ListTags' list, or None when the tags were not asked for.
    Errors: UnexpectedResponse if the name or the configuration is missing.
    """
    for required in ("HyperParameterTuningJobName", "HyperParameterTuningJobConfig"):
        if describe.get(required) is None:
            raise UnexpectedResponse(
                f"{snake(required)}: missing from the description of a tuning job.\n"
                "Give the whole output of DescribeHyperParameterTuningJob."
            )
    spec = {snake(name): _native(describe[name], snake(name)) for name in _DECLARABLE if describe.get(name) is not None}
    own_tags: dict[str, str] = {}
    if tags is not None:
        everything = {tag["Key"]: tag.get("Value", "") for tag in tags}
        own_tags = {key: value for key, value in everything.items() if key.startswith(OWN_TAG_PREFIX)}
        spec["tags"] = {
            key: value
            for key, value in everything.items()
            if key not in own_tags and not key.startswith(_AWS_TAG_PREFIX)
        }
    return Observed(
        spec=spec,
        name=describe["HyperParameterTuningJobName"],
        arn=describe.get("HyperParameterTuningJobArn") or "",
        status=describe.get("HyperParameterTuningJobStatus") or "",
        creation_time=aware_time(describe.get("CreationTime")),
        last_modified_time=aware_time(describe.get("LastModifiedTime")),
        end_time=aware_time(describe.get("HyperParameterTuningEndTime")),
        failure_reason=describe.get("FailureReason") or None,
        training_job_status_counters=_native(describe.get("TrainingJobStatusCounters") or {}),
        objective_status_counters=_native(describe.get("ObjectiveStatusCounters") or {}),
        best_training_job=_result(describe, "BestTrainingJob"),
        overall_best_training_job=_result(describe, "OverallBestTrainingJob"),
        tuning_job_completion_details=_result(describe, "TuningJobCompletionDetails"),
        consumed_resources=_result(describe, "ConsumedResources"),
        own_tags=own_tags,
    )


_RESULT_MAPS = frozenset({"tuned_hyper_parameters"})


def _native(value: Any, name: str = "") -> Any:
    """The same value with snake_case member names and no null members; keys of the user's own maps stay as they are."""
    if isinstance(value, Mapping):
        if name in MAPS or name in _RESULT_MAPS:
            return dict(value)
        members = ((snake(key), member) for key, member in value.items() if member is not None)
        return {key: _native(member, key) for key, member in members}
    if isinstance(value, (list, tuple)):
        return [_native(item) for item in value]
    return value


def _result(describe: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = _native(describe[name]) if describe.get(name) else None
    return found
