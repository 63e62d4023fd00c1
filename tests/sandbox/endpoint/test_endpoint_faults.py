"""Faults by rule: which calls and trials are struck, and what a client sees of it."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args
from urllib.error import HTTPError

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError
from endpoint_clients import Aws
from endpoint_requests import BUCKET, TRUST_SAGEMAKER, edited, tuning_request
from sagemaker_sandbox.endpoint import faults
from sagemaker_sandbox.endpoint.faults import FaultPlanError, Faults, load_plan
from sagemaker_sandbox.endpoint.faults.rules import Rule

ONCE = Config(retries={"total_max_attempts": 1, "mode": "standard"})


class Seconds:
    """A clock for tests to set."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def struck(rule: dict[str, Any], calls: int, *, seed: int = 0) -> list[int]:
    """Which of so many calls a throttling rule strikes."""
    at_work = Faults(load_plan({"seed": seed, "rules": [{"fault": "throttling", "call": "iam:*", **rule}]}))
    return [number for number in range(1, calls + 1) if at_work.on_call("iam", "GetRole")]


FREQUENCIES = {
    "without a frequency, each call": ({}, [1, 2, 3, 4, 5, 6]),
    "the first n": ({"first": 2}, [1, 2]),
    "the nth and no other": ({"nth": 3}, [3]),
    "every nth": ({"every": 2}, [2, 4, 6]),
    "a probability of one": ({"probability": 1}, [1, 2, 3, 4, 5, 6]),
    "a probability of none": ({"probability": 0}, []),
    "another service": ({"call": "s3:*"}, []),
    "another operation": ({"call": "iam:Create*"}, []),
    "every service and operation": ({"call": "*", "nth": 1}, [1]),
}


@pytest.mark.parametrize(("rule", "expected"), FREQUENCIES.values(), ids=FREQUENCIES)
def test_a_rule_strikes(rule: dict[str, Any], expected: list[int]) -> None:
    assert struck(rule, 6) == expected


def test_a_probability_strikes_its_share_and_the_same_calls_with_the_same_seed() -> None:
    first = struck({"probability": 0.3}, 1000, seed=1)
    assert struck({"probability": 0.3}, 1000, seed=1) == first
    assert struck({"probability": 0.3}, 1000, seed=2) != first
    assert 250 < len(first) < 350


def test_a_rule_counts_only_what_it_could_strike() -> None:
    at_work = Faults(load_plan({"rules": [{"fault": "throttling", "call": "iam:GetRole", "nth": 2}]}))
    calls = ["GetRole", "ListRoles", "ListRoles", "GetRole"]
    assert [bool(at_work.on_call("iam", call)) for call in calls] == [False, False, False, True]
    (shown,) = at_work.as_json()
    assert shown == {"fault": "throttling", "call": "iam:GetRole", "nth": 2, "seen": 2, "struck": 1}


def test_a_fault_lasts_for_some_seconds_after_a_call_or_after_the_rule() -> None:
    clock = Seconds()
    after_call = {"fault": "access_denied", "call": "iam:PassRole", "after": "iam:CreateRole", "for_seconds": 10}
    after_rule = {"fault": "access_denied", "call": "sts:*", "for_seconds": 10}
    at_work = Faults(load_plan({"rules": [after_call, after_rule]}), clock)

    def is_denied(service: str, operation: str) -> bool:
        return bool(at_work.on_call(service, operation))

    assert not is_denied("iam", "PassRole")
    assert is_denied("sts", "GetCallerIdentity")
    clock.now += 5
    is_denied("iam", "CreateRole")
    clock.now += 9
    assert is_denied("iam", "PassRole")
    assert not is_denied("sts", "GetCallerIdentity")
    clock.now += 2
    assert not is_denied("iam", "PassRole")


WRONG_PLANS = {
    "an unknown fault": (
        {"rules": [{"fault": "flood"}]},
        "rules[0]: Input tag 'flood' found using 'fault' does not match any of the expected tags",
    ),
    "an operation without its service": (
        {"rules": [{"fault": "throttling", "call": "CreateRole"}]},
        "rules[0]: call: 'CreateRole' names no operation; write service:Operation, such as sagemaker:Create*",
    ),
    "two frequencies": (
        {"rules": [{"fault": "throttling", "call": "*", "nth": 1, "every": 2}]},
        "rules[0]: nth and every are given; keep one of first, nth, every, probability",
    ),
    "no such probability": (
        {"rules": [{"fault": "throttling", "call": "*", "probability": 2}]},
        "rules[0].probability: Input should be less than or equal to 1, not 2",
    ),
    "a status that is no server error": (
        {"rules": [{"fault": "server_error", "call": "*", "status": 404}]},
        "rules[0].status: Input should be greater than or equal to 500, not 404",
    ),
    "a member that is none": (
        {"rules": [{"fault": "role_propagation", "seconds": 1, "role": "r"}]},
        "rules[0].role: Extra inputs are not permitted, not 'r'",
    ),
    "a time without its length": (
        {"rules": [{"fault": "throttling", "call": "*", "after": "iam:CreateRole"}]},
        "rules[0]: after is given without for_seconds; say how long after it the fault lasts",
    ),
    "text that is no YAML": ("rules: [", "neither YAML nor JSON: "),
}


@pytest.mark.parametrize(("plan", "message"), WRONG_PLANS.values(), ids=WRONG_PLANS)
def test_a_wrong_plan_is_refused_with_where_and_what(plan: Any, message: str) -> None:
    with pytest.raises(FaultPlanError) as refused:
        load_plan(plan)
    assert str(refused.value).startswith(message)


def test_every_problem_of_a_plan_is_named_at_once() -> None:
    with pytest.raises(FaultPlanError) as refused:
        load_plan({"rules": [{"fault": "slow", "call": "*"}, {"fault": "trial_crash", "after_seconds": -1}]})
    assert [line.partition(":")[0] for line in str(refused.value).splitlines()] == [
        "rules[0].seconds",
        "rules[1].after_seconds",
    ]


@pytest.fixture
def rules(aws: Aws) -> Iterator[Callable[..., None]]:
    """Make rules of the module's sandbox, which are gone after the test."""

    def add(*rules: dict[str, Any]) -> None:
        aws.sandbox.faults.add(load_plan({"rules": rules}))

    yield add
    aws.sandbox.faults.clear()


REFUSALS = {
    ("throttling", "sagemaker"): ("ThrottlingException", 400),
    ("throttling", "iam"): ("Throttling", 400),
    ("throttling", "sts"): ("Throttling", 400),
    ("throttling", "ec2"): ("RequestLimitExceeded", 503),
    ("throttling", "s3"): ("SlowDown", 503),
    ("server_error", "sagemaker"): ("InternalFailure", 500),
    ("server_error", "iam"): ("InternalFailure", 500),
    ("server_error", "ec2"): ("InternalError", 500),
    ("server_error", "s3"): ("InternalError", 500),
    ("access_denied", "sagemaker"): ("AccessDeniedException", 400),
    ("access_denied", "sts"): ("AccessDenied", 403),
    ("access_denied", "ec2"): ("UnauthorizedOperation", 403),
    ("access_denied", "s3"): ("AccessDenied", 403),
}
CALLS: dict[str, Callable[[Any], Any]] = {
    "sagemaker": lambda client: client.list_hyper_parameter_tuning_jobs(),
    "iam": lambda client: client.list_roles(),
    "sts": lambda client: client.get_caller_identity(),
    "ec2": lambda client: client.describe_vpcs(),
    "s3": lambda client: client.list_objects_v2(Bucket=BUCKET),
}


@pytest.mark.parametrize(("fault", "service"), REFUSALS)
def test_each_service_refuses_in_its_own_words(aws: Aws, rules: Callable[..., None], fault: str, service: str) -> None:
    rules({"fault": fault, "call": f"{service}:*"})
    client = boto3.session.Session().client(service, config=ONCE)
    with pytest.raises(ClientError) as refused:
        CALLS[service](client)
    client.close()
    response = refused.value.response
    assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == REFUSALS[fault, service]
    assert response["Error"]["Message"]


def test_a_client_that_tries_again_gets_through(aws: Aws, rules: Callable[..., None]) -> None:
    rules(
        {"fault": "throttling", "call": "iam:ListRoles", "first": 2},
        {"fault": "server_error", "call": "iam:ListRoles", "nth": 3},
    )
    client = boto3.session.Session().client("iam", config=Config(retries={"total_max_attempts": 4, "mode": "standard"}))
    assert client.list_roles()["ResponseMetadata"]["RetryAttempts"] == 3
    client.close()


@pytest.mark.parametrize("takes_effect", [True, False])
def test_a_reset_connection_gives_no_answer_whether_the_call_took_effect_or_not(
    aws: Aws, rules: Callable[..., None], takes_effect: bool
) -> None:
    name = f"reset-{str(takes_effect).lower()}"
    rules({"fault": "connection_reset", "call": "sagemaker:Create*", "takes_effect": takes_effect, "nth": 1})
    client = boto3.session.Session().client("sagemaker", config=ONCE)
    with pytest.raises(ConnectionClosedError):
        client.create_hyper_parameter_tuning_job(**tuning_request(name, aws.role_arn))
    client.close()
    listed = aws.sagemaker.list_hyper_parameter_tuning_jobs(NameContains=name)["HyperParameterTuningJobSummaries"]
    assert [job["HyperParameterTuningJobName"] for job in listed] == ([name] if takes_effect else [])


def test_other_calls_go_on_beside_a_reset_connection(aws: Aws, rules: Callable[..., None]) -> None:
    rules({"fault": "connection_reset", "call": "s3:PutObject"})
    client = boto3.session.Session().client("s3", config=ONCE)
    for _ in range(30):  # more than the server has threads
        with pytest.raises(ConnectionClosedError):
            client.put_object(Bucket=BUCKET, Key="lost", Body=b"x" * 100_000)
    assert "Contents" not in client.list_objects_v2(Bucket=BUCKET, Prefix="lost")
    client.close()


def test_a_slow_answer_comes_and_is_the_answer(aws: Aws, rules: Callable[..., None]) -> None:
    rules({"fault": "slow", "call": "sts:*", "seconds": 0.5, "nth": 1})
    client = boto3.session.Session().client("sts", config=ONCE)
    started = time.monotonic()
    assert client.get_caller_identity()["Account"] == "123456789012"
    assert time.monotonic() - started >= 0.5
    client.close()


def test_a_new_role_and_new_objects_are_unknown_for_a_while(aws: Aws, rules: Callable[..., None]) -> None:
    rules({"fault": "role_propagation", "seconds": 1.5})
    role = aws.iam.create_role(RoleName="new", AssumeRolePolicyDocument=TRUST_SAGEMAKER)["Role"]["Arn"]
    _refused_at_first(aws, tuning_request("new-role", role), "Could not assume role")
    aws.sandbox.faults.clear()
    rules({"fault": "object_propagation", "seconds": 1.5})
    aws.s3.put_object(Bucket=BUCKET, Key="new/rows.csv", Body=b"1,2\n")
    uri = "TrainingJobDefinition.InputDataConfig.0.DataSource.S3DataSource.S3Uri"
    request = edited(tuning_request("new-objects", aws.role_arn), {uri: f"s3://{BUCKET}/new/"})
    _refused_at_first(aws, request, "No S3 objects found under S3 URL")


def _refused_at_first(aws: Aws, request: dict[str, Any], text: str) -> None:
    with pytest.raises(ClientError, match=text) as refused:
        aws.sagemaker.create_hyper_parameter_tuning_job(**request)
    assert refused.value.response["Error"]["Code"] == "ValidationException"
    time.sleep(1.6)
    aws.sagemaker.create_hyper_parameter_tuning_job(**request)


def test_more_instances_than_the_quota_are_refused_until_others_are_free(aws: Aws, rules: Callable[..., None]) -> None:
    rules({"fault": "instance_quota", "instance_type": "ml.c5.xlarge", "instances": 3})
    on_quota = {"TrainingJobDefinition.ResourceConfig.InstanceType": "ml.c5.xlarge"}
    first = edited(tuning_request("quota-1", aws.role_arn, does="wait"), on_quota)
    second = edited(tuning_request("quota-2", aws.role_arn), on_quota)
    aws.sagemaker.create_hyper_parameter_tuning_job(**first)
    with pytest.raises(ClientError) as refused:
        aws.sagemaker.create_hyper_parameter_tuning_job(**second)
    assert refused.value.response["Error"] == {
        "Code": "ResourceLimitExceeded",
        "Message": "The account-level service limit 'ml.c5.xlarge for training job usage' is 3 Instances, with current "
        "utilization of 2 Instances and a request delta of 2 Instances. Please contact AWS support to request an "
        "increase for this limit.",
    }
    aws.sagemaker.create_hyper_parameter_tuning_job(**tuning_request("other-type", aws.role_arn))
    aws.sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName="quota-1")
    aws.ended("quota-1")
    aws.sagemaker.create_hyper_parameter_tuning_job(**second)


def test_a_crashed_trial_fails_with_its_exit_code_and_no_other_does(aws: Aws, rules: Callable[..., None]) -> None:
    rules({"fault": "trial_crash", "training_job": "crash-*", "nth": 1})
    slow = {"TrainingJobDefinition.StaticHyperParameters.does": "pause"}
    aws.sagemaker.create_hyper_parameter_tuning_job(**edited(tuning_request("crash", aws.role_arn, trials=2), slow))
    aws.ended("crash")
    by_status = {trial["TrainingJobStatus"]: trial for trial in aws.trials("crash")}
    assert set(by_status) == {"Failed", "Completed"}
    assert by_status["Failed"]["FailureReason"].startswith("AlgorithmError: ")
    assert by_status["Failed"]["FailureReason"].endswith("exit code: 137")


def test_an_interrupted_spot_trial_starts_again_and_ends_well(aws: Aws, rules: Callable[..., None]) -> None:
    rules({"fault": "spot_interruption", "training_job": "spot-*", "nth": 1})
    on_spot = {
        "TrainingJobDefinition.StaticHyperParameters.does": "pause",
        "TrainingJobDefinition.EnableManagedSpotTraining": True,
        "TrainingJobDefinition.StoppingCondition.MaxWaitTimeInSeconds": 900,
    }
    aws.sagemaker.create_hyper_parameter_tuning_job(**edited(tuning_request("spot", aws.role_arn, trials=1), on_spot))
    aws.ended("spot")
    (trial,) = aws.trials("spot")
    job = aws.sagemaker.describe_training_job(TrainingJobName=trial["TrainingJobName"])
    assert job["TrainingJobStatus"] == "Completed"
    entered = [transition["Status"] for transition in job["SecondaryStatusTransitions"]]
    assert entered.count("Interrupted") == 1
    assert entered.count("Training") == 2


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sagemaker_sandbox", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_command_line_takes_a_file_of_rules(tmp_path: Path) -> None:
    file = tmp_path / "faults.yaml"
    file.write_text("rules:\n- {fault: access_denied, call: 'sts:GetCallerIdentity'}\n")
    done = run("exec", "--faults", str(file), "--", sys.executable, "-m", "awscli", "sts", "get-caller-identity")
    assert done.returncode != 0
    assert "(AccessDenied)" in done.stderr
    assert "not authorized to perform: sts:GetCallerIdentity" in done.stderr


@pytest.mark.parametrize("command", [["exec", "--faults", "FILE", "--", "true"], ["serve", "--faults", "FILE"]])
def test_the_command_line_refuses_a_wrong_file_and_starts_nothing(tmp_path: Path, command: list[str]) -> None:
    file = tmp_path / "faults.yaml"
    file.write_text("rules:\n- {fault: slow, call: '*'}\n")
    done = run(*(str(file) if part == "FILE" else part for part in command))
    assert done.returncode == 2
    assert "rules[0].seconds: Field required" in " ".join(done.stderr.replace("│", "").split())


def over_http(aws: Aws, method: str, document: object = None) -> Any:
    body = None if document is None else json.dumps(document).encode()
    request = urllib.request.Request(f"{aws.sandbox.url}/_sandbox/faults", body, method=method)
    with urllib.request.urlopen(request) as answer:
        content = answer.read()
    return json.loads(content) if content else None


def test_rules_are_made_shown_and_ended_over_http(aws: Aws, rules: Callable[..., None]) -> None:
    rule = {"fault": "access_denied", "call": "sagemaker:Describe*", "nth": 1}
    assert over_http(aws, "POST", {"rules": [rule]}) == [{**rule, "seen": 0, "struck": 0}]
    with pytest.raises(ClientError, match="AccessDeniedException"):
        aws.describe("nobody")
    assert over_http(aws, "GET") == [{**rule, "seen": 1, "struck": 1}]
    assert over_http(aws, "DELETE") is None
    assert over_http(aws, "GET") == []


def test_a_wrong_document_over_http_changes_nothing_and_says_why(aws: Aws) -> None:
    with pytest.raises(HTTPError) as refused:
        over_http(aws, "POST", {"rules": [{"fault": "throttling", "call": "*"}, {"fault": "slow", "call": "*"}]})
    with refused.value as answer:
        assert answer.code == 400
        assert json.load(answer) == {"problems": ["rules[1].seconds: Field required"]}
    assert over_http(aws, "GET") == []


def test_the_example_in_the_documentation_is_a_plan_with_every_fault() -> None:
    text = faults.__doc__ or ""
    example = textwrap.dedent(text[text.index("    seed: 7") : text.index("Calls are counted")])
    kinds = {rule.fault for rule in load_plan(example).rules}
    assert kinds == {kind.model_fields["fault"].annotation.__args__[0] for kind in get_args(get_args(Rule)[0])}
