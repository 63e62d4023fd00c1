"""The digest of a job's failures: what it groups, what it asks for, and what it says when something cannot be had."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from fakes.jobs import request
from fakes.memory_gateway import MemoryGateway
from sagemaker_tuning.errors import AccessDenied, AwsError
from sagemaker_tuning.failures import FailureDigest, digest_of
from sagemaker_tuning.trials import trials_of

GROUP = "/aws/sagemaker/TrainingJobs"
START = datetime(2026, 1, 1, tzinfo=timezone.utc)


@pytest.fixture
def aws() -> MemoryGateway:
    gateway = MemoryGateway()
    gateway.create(request("churn"))
    gateway.finish("churn", "Failed", "No training job succeeded after 5 attempts.")
    return gateway


def digest(aws: MemoryGateway) -> FailureDigest | None:
    described, trials = aws.describe("churn"), trials_of("churn", aws)
    aws.calls.clear()
    return digest_of(described, trials, aws)


def found(aws: MemoryGateway) -> FailureDigest:
    result = digest(aws)
    assert result is not None
    return result


def script_error(message: str) -> str:
    command = 'Command "/opt/conda/bin/python train.py --eta 0.25"'
    return f'AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "{message}"\n{command}, exit code: 1'


def ran(seconds: float) -> dict[str, Any]:
    return {"CreationTime": START, "TrainingStartTime": START, "TrainingEndTime": START + timedelta(seconds=seconds)}


def test_trials_that_failed_alike_are_one_group_and_the_largest_comes_first(aws: MemoryGateway) -> None:
    aws.add_trial("churn", FailureReason="AlgorithmError: , exit code: 137")
    first = aws.add_trial("churn", FailureReason=script_error("ValueError: row 17"))
    aws.add_trial("churn", FailureReason=script_error("ValueError: row 4"))
    aws.add_trials("churn", 2)
    result = found(aws)
    assert (result.failed, result.total) == (3, 5)
    assert [(group.count, group.cause.id) for group in result.groups] == [(2, "script_error"), (1, "out_of_memory")]
    largest = result.groups[0]
    assert largest.example == first
    assert largest.example_reason is not None
    assert "ValueError: row 17" in largest.example_reason
    assert "ValueError: row <n>" in largest.reason
    assert "--eta" not in str(result)


def test_a_job_whose_trials_all_gave_a_result_has_no_digest(aws: MemoryGateway) -> None:
    aws.add_trials("churn", 3)
    assert digest(aws) is None
    assert aws.calls == []


def test_a_hundred_failures_cost_the_logs_of_three_examples(aws: MemoryGateway) -> None:
    for number in range(100):
        name = aws.add_trial("churn", FailureReason=f"AlgorithmError: E{number % 5}, exit code: 1")
        aws.log(GROUP, f"{name}/algo-1-1", "the end")
    result = found(aws)
    assert [group.count for group in result.groups] == [20] * 5
    assert aws.calls == ["LogStreams", "LogEvents"] * 3
    assert [bool(group.log_lines) for group in result.groups] == [True, True, True, False, False]


def test_what_never_ran_has_no_log_to_ask_for(aws: MemoryGateway) -> None:
    aws.add_trial("churn", FailureReason="ClientError: Cannot pull algorithm container.")
    assert found(aws).groups[0].cause.id == "image_pull"
    assert aws.calls == []


def test_all_instances_logs_are_shown_in_the_order_of_time(aws: MemoryGateway) -> None:
    name = aws.add_trial("churn", FailureReason="AlgorithmError: , exit code: 1")
    aws.log(GROUP, f"{name}/algo-2-1", "one of two")
    aws.log(GROUP, f"{name}/algo-1-1", "two of one", "\x1b[31mthree\x1b[0m of one")
    aws.log(GROUP, f"{name}/algo-2-1", "four of two")
    assert found(aws).groups[0].log_lines == ("one of two", "two of one", "three of one", "four of two")


def test_a_log_is_shown_from_its_last_traceback(aws: MemoryGateway) -> None:
    name = aws.add_trial("churn", FailureReason=script_error("KeyError: 'x'"))
    traceback = ["Traceback (most recent call last):", '  File "t.py", line 1, in <module>', "KeyError: 'x'"]
    aws.log(GROUP, f"{name}/algo-1-1", *["epoch"] * 30, *traceback)
    assert found(aws).groups[0].log_lines == tuple(traceback)


@pytest.mark.parametrize("reason", [None, "ClientError: Data download failed: NoSuchKey"])
def test_a_missing_log_leaves_the_digest_as_it_is(aws: MemoryGateway, reason: str | None) -> None:
    aws.add_trial("churn", **({"FailureReason": reason} if reason else {}))
    result = found(aws)
    assert (result.groups[0].log_lines, result.log_problem) == ((), None)


DENIALS: dict[str, AwsError] = {
    "LogStreams": AccessDenied("no", code="AccessDeniedException", operation="DescribeLogStreams"),
    "LogEvents": AwsError("no way", code="EndpointConnectionError", operation="GetLogEvents"),
}


@pytest.mark.parametrize("call", DENIALS)
def test_a_log_that_cannot_be_read_is_said_once_and_hides_nothing(aws: MemoryGateway, call: str) -> None:
    for number in range(3):
        name = aws.add_trial("churn", FailureReason=f"AlgorithmError: E{number}, exit code: 1")
        aws.log(GROUP, f"{name}/algo-1-1", "the end")
    error = DENIALS[call]
    aws.fail_next(call, error, times=3)
    result = found(aws)
    assert len(result.groups) == 3
    assert aws.calls.count(call) == 1
    assert result.log_problem == f"{error.operation} answers {error.code}"
    assert result.lines()[-1] == f"  The log could not be read: {error.operation} answers {error.code}"


def stopped(secondary_status: str, *passed: str) -> dict[str, Any]:
    return {
        "SecondaryStatus": secondary_status,
        "SecondaryStatusTransitions": [{"Status": status} for status in (*passed, secondary_status)],
    }


def test_a_time_limit_is_recognized_by_the_time_and_confirmed_once(aws: MemoryGateway) -> None:
    for _ in range(20):
        aws.add_trial("churn", "Stopped", **ran(600), describe=stopped("MaxRuntimeExceeded", "Training"))
    (group,) = found(aws).groups
    assert (group.count, group.cause.id) == (20, "out_of_time")
    assert aws.calls.count("DescribeTrainingJob") == 1


def test_an_interruption_is_seen_in_the_examples_history(aws: MemoryGateway) -> None:
    aws.add_trial("churn", "Stopped", **ran(700), describe=stopped("MaxWaitTimeExceeded", "Training", "Interrupted"))
    assert found(aws).groups[0].cause.id == "spot_interruption"


def test_a_stop_matters_only_where_it_made_the_job_fail(aws: MemoryGateway) -> None:
    aws.add_trial("churn", "Stopped", **ran(5), describe=stopped("Stopped", "Training"))
    assert found(aws).groups[0].cause.id == "stopped"
    aws.finish("churn", "Completed")
    assert digest(aws) is None
    aws.finish("churn", "Failed", "InternalServerError: the search is lost")
    assert digest(aws) is None


def test_the_logs_of_trials_that_were_meant_to_stop_are_not_read(aws: MemoryGateway) -> None:
    for _ in range(3):
        aws.add_trial("churn", "Stopped", **ran(5), describe=stopped("Stopped", "Training"))
    failed = [aws.add_trial("churn", FailureReason=f"AlgorithmError: E{number}, exit code: 1") for number in range(3)]
    for name in failed:
        aws.log(GROUP, f"{name}/algo-1-1", "the end")
    aws.finish("churn")
    assert [group.log_lines for group in found(aws).groups] == [("the end",)] * 3
    assert aws.calls.count("LogStreams") == 3


def test_a_trial_that_was_stopped_with_a_value_is_no_failure(aws: MemoryGateway) -> None:
    objective = {"MetricName": "validation:auc", "Value": 0.5}
    aws.add_trial(
        "churn", "Stopped", FinalHyperParameterTuningJobObjectiveMetric=objective, ObjectiveStatus="Succeeded"
    )
    assert digest(aws) is None


def test_a_stopped_trial_whose_record_is_gone_keeps_what_the_list_says(aws: MemoryGateway) -> None:
    name = aws.add_trial("churn", "Stopped", **ran(600))
    aws.forget_training_job(name)
    assert found(aws).groups[0].cause.id == "out_of_time"


def test_a_trial_without_the_metric_names_metric_and_regex(aws: MemoryGateway) -> None:
    aws.finish("churn", "Completed")
    aws.add_trial("churn", "Completed")
    assert found(aws).groups[0].cause.sentence == (
        "No line of the log matches the regex of 'validation:auc', `auc=([0-9.]+)`."
    )


def test_secrets_are_masked_by_the_names_of_what_they_are_the_values_of() -> None:
    gateway = MemoryGateway()
    declared = request("churn")
    declared["TrainingJobDefinition"]["StaticHyperParameters"]["db_password"] = "hush-hush-42"
    declared["TrainingJobDefinition"]["Environment"] = {"API_TOKEN": "tell-nobody", "LOG_LEVEL": "debug"}
    gateway.create(declared)
    name = gateway.add_trial("churn", FailureReason=script_error("RuntimeError: hush-hush-42 was refused"))
    gateway.log(GROUP, f"{name}/algo-1-1", "level debug", "using tell-nobody")
    result = found(gateway)
    assert result.groups[0].log_lines == ("level debug", "using [secret]")
    assert "hush" not in str(result)
    assert "RuntimeError: [secret] was refused" in result.groups[0].cause.sentence


def test_the_lines_are_few_and_say_how_many_more_there_are(aws: MemoryGateway) -> None:
    for number in range(6):
        for _ in range(6 - number):
            name = aws.add_trial("churn", FailureReason=f"AlgorithmError: E{number}, exit code: 1")
            aws.log(GROUP, f"{name}/algo-1-1", *(f"line {index}" for index in range(100)))
    lines = found(aws).lines(groups=2, log_lines=3)
    assert lines[0] == "21 of 21 trials gave no result:"
    assert lines[1].startswith("  6 × script_error: The training script failed: E0")
    assert [line for line in lines if line.startswith("      | ")] == [
        f"      | line {index}" for index in (97, 98, 99)
    ]
    assert lines[-1] == "  10 × other failures, of 4 kinds"
    assert len(lines) == 11


def test_the_digest_is_plain_data_for_outputs(aws: MemoryGateway) -> None:
    name = aws.add_trial("churn", FailureReason="CapacityError: Unable to provision requested ML compute capacity.")
    document = found(aws).to_dict()
    cause = document["groups"][0].pop("cause")
    assert set(cause) == {"id", "sentence", "mend"}
    assert document == {
        "failed": 1,
        "total": 1,
        "groups": [
            {
                "count": 1,
                "reason": "CapacityError: Unable to provision requested ML compute capacity.",
                "example": name,
                "example_reason": "CapacityError: Unable to provision requested ML compute capacity.",
            }
        ],
    }
