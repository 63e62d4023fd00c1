"""Every failure that the sandbox can produce has its digest, by HTTP from jobs that really ran."""

from __future__ import annotations

from typing import Any

import pytest
from failing_jobs import BUCKET, KINDS, SECRET, Kind, failing_request
from sagemaker_tuning.errors import AwsError
from sagemaker_tuning.failures import Evidence, FailureDigest, digest_of, likely_cause
from sagemaker_tuning.trials import trials_of

ROLE_ARN = "arn:aws:iam::123456789012:role"
NO_DATA = "TrainingJobDefinition.InputDataConfig.0.DataSource.S3DataSource.S3Uri"


def digest(failed_jobs: Any, kind: str) -> FailureDigest | None:
    return digest_of(
        failed_jobs.described(kind), trials_of(failed_jobs.names[kind], failed_jobs.gateway), failed_jobs.gateway
    )


@pytest.mark.parametrize("name", KINDS)
def test_a_failure_has_its_cause_and_the_end_of_its_log(failed_jobs: Any, name: str) -> None:
    kind: Kind = KINDS[name]
    found = digest(failed_jobs, name)
    assert found is not None
    (group,) = found.groups
    assert group.cause.id == kind.cause
    assert kind.sentence in group.cause.sentence
    assert group.cause.mend
    assert group.example.startswith(failed_jobs.names[name])
    log = "\n".join(group.log_lines)
    assert (kind.log in log) if kind.log else not log
    assert SECRET not in str(found) + "\n".join(found.lines())
    assert found.log_problem is None


def test_the_failures_of_all_jobs_are_read_without_a_describe_for_each_trial(failed_jobs: Any) -> None:
    name = "a script that raises"
    with failed_jobs.sandbox.recorded_calls() as calls:
        found = digest(failed_jobs, name)
    assert found is not None
    assert found.failed == KINDS[name].trials
    assert calls.count("ListTrainingJobsForHyperParameterTuningJob") == 1
    assert set(calls) == {
        "DescribeHyperParameterTuningJob",
        "ListTrainingJobsForHyperParameterTuningJob",
        "DescribeLogStreams",
        "GetLogEvents",
    }


def test_a_log_that_may_not_be_read_hides_nothing(failed_jobs: Any) -> None:
    failed_jobs.faults({"fault": "access_denied", "call": "logs:*"})
    try:
        found = digest(failed_jobs, "a script that raises")
    finally:
        failed_jobs.end_faults()
    assert found is not None
    assert found.groups[0].cause.id == "script_error"
    assert found.log_problem == "DescribeLogStreams answers AccessDeniedException"


REFUSED: dict[str, tuple[Kind, dict[str, Any]]] = {
    "a role that is not there": (
        Kind("permissions", "Could not assume role", edits={"TrainingJobDefinition.RoleArn": f"{ROLE_ARN}/nobody"}),
        {},
    ),
    "a role that is not known yet": (
        Kind("permissions", "Could not assume role"),
        {"fault": "role_propagation", "seconds": 600},
    ),
    "data that is not there": (
        Kind("data_not_found", "No S3 objects found", edits={NO_DATA: f"s3://{BUCKET}/nothing/"}),
        {},
    ),
    "data that is not known yet": (
        Kind("data_not_found", "No S3 objects found"),
        {"fault": "object_propagation", "seconds": 600},
    ),
    "a quota": (
        Kind("quota", "is 1 Instances"),
        {"fault": "instance_quota", "instance_type": "ml.m5.large", "instances": 1},
    ),
    "a caller without the permission": (
        Kind("permissions", "not authorized to perform: sagemaker:CreateHyperParameterTuningJob"),
        {"fault": "access_denied", "call": "sagemaker:CreateHyperParameterTuningJob"},
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_service_refuses_at_once_has_its_cause_too(failed_jobs: Any, name: str) -> None:
    kind, fault = REFUSED[name]
    request = failing_request("refused", failed_jobs.role_arn, kind)
    if fault:
        failed_jobs.faults(fault)
    try:
        with pytest.raises(AwsError) as refused:
            failed_jobs.gateway.create(request)
    finally:
        failed_jobs.end_faults()
    found = likely_cause(Evidence(str(refused.value)))
    assert found.id == kind.cause
    assert kind.sentence in str(refused.value)
