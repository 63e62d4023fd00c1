"""The gateway over real HTTP: what it sends, how it tries again, and what an AWS error becomes."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import Any

import pytest
from sagemaker_tuning.errors import (
    AccessDenied,
    AlreadyExists,
    AwsError,
    InvalidRequest,
    LimitExceeded,
    NotFound,
    Throttled,
)
from sagemaker_tuning.gateway import Gateway, gateway_for, is_transient, propagation_cause
from sagemaker_tuning.settings import AssumedRole, Settings
from wire import DROPPED, REQUEST_ID, Answer, refusal, serving

ARN = "arn:aws:sagemaker:eu-west-1:111122223333:hyper-parameter-tuning-job/churn"
DESCRIBED = {
    "HyperParameterTuningJobName": "churn",
    "HyperParameterTuningJobArn": ARN,
    "HyperParameterTuningJobStatus": "InProgress",
    "CreationTime": 1767225600,
}


def gateway_to(url: str, **settings: Any) -> Gateway:
    values = {"region": "eu-west-1", "access_key": "test", "secret_key": "test", "max_attempts": 3, **settings}
    return Gateway(Settings(**values, endpoints=(("sagemaker", url), ("sts", url), ("logs", url), ("pricing", url))))


@pytest.fixture(autouse=True)
def _no_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    """botocore tries again at once: it waits with a random exponential backoff and with a token bucket."""
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    monkeypatch.setattr("botocore.retries.bucket.TokenBucket.acquire", lambda *_args, **_kwargs: True)


def test_a_description_has_only_what_the_api_defines() -> None:
    with serving(Answer(DESCRIBED)) as wire:
        described = gateway_to(wire.url).describe("churn")
    assert described == {**DESCRIBED, "CreationTime": datetime(2026, 1, 1, tzinfo=timezone.utc)}
    assert wire.received == [("DescribeHyperParameterTuningJob", {"HyperParameterTuningJobName": "churn"})]


def test_the_service_can_tell_our_calls_from_others() -> None:
    with serving(Answer(DESCRIBED)) as wire:
        gateway_to(wire.url).describe("churn")
    assert "pulumi-sagemaker-tuning" in wire.headers[0]["User-Agent"]


RETRIED = {
    "throttling": refusal("ThrottlingException", "Rate exceeded"),
    "a failure of the service": refusal("InternalFailure", "", 500),
    "an unavailable service": refusal("ServiceUnavailable", "", 503),
    "a dropped connection": DROPPED,
}


@pytest.mark.parametrize("trouble", RETRIED.values(), ids=RETRIED)
def test_a_call_is_made_again_after(trouble: Answer) -> None:
    with serving(trouble, trouble, Answer(DESCRIBED)) as wire:
        assert gateway_to(wire.url).describe("churn")["HyperParameterTuningJobName"] == "churn"
    assert len(wire.received) == 3


def test_retries_adapt_to_what_the_service_bears() -> None:
    assert gateway_to("http://127.0.0.1:9")._client.meta.config.retries == {"mode": "adaptive", "total_max_attempts": 3}


def test_throttling_without_end_is_told_as_such() -> None:
    with serving(*[RETRIED["throttling"]] * 3) as wire, pytest.raises(Throttled) as raised:
        gateway_to(wire.url).describe("churn")
    assert len(wire.received) == 3
    assert is_transient(raised.value)


def test_a_refused_request_is_not_made_again() -> None:
    with serving(refusal("ValidationException", "1 validation error detected")) as wire, pytest.raises(InvalidRequest):
        gateway_to(wire.url).stop("churn")
    assert wire.operations == ["StopHyperParameterTuningJob"]


ERRORS = {
    "ResourceNotFound": ("can't find the job", NotFound),
    "ResourceInUse": ("a job with the name, churn, already exists", AlreadyExists),
    "ResourceLimitExceeded": ("limit 'ml.m4.xlarge for training job usage' is 0", LimitExceeded),
    "AccessDeniedException": ("User is not authorized to perform sagemaker:Describe…", AccessDenied),
    "ExpiredTokenException": ("The security token included in the request is expired", AccessDenied),
    "ValidationException": ("The job is not in a terminal state", InvalidRequest),
    "SomethingNew": ("never seen before", AwsError),
}


@pytest.mark.parametrize("code", ERRORS)
def test_an_error_keeps_code_request_id_and_cause(code: str) -> None:
    message, kind = ERRORS[code]
    with serving(refusal(code, message)) as wire, pytest.raises(AwsError) as raised:
        gateway_to(wire.url).describe("churn")
    error = raised.value
    assert type(error) is kind
    assert (error.code, error.request_id, error.operation) == (code, REQUEST_ID, "DescribeHyperParameterTuningJob")
    assert str(error).startswith(
        f"DescribeHyperParameterTuningJob(churn): {code}: {message} (request id {REQUEST_ID})\n"
    )
    assert error.__cause__ is not None


@pytest.mark.parametrize(
    "ask",
    [
        lambda gateway: gateway.describe("churn"),
        lambda gateway: gateway.describe_training_job("churn-1"),
        lambda gateway: list(gateway.list_training_jobs("churn")),
    ],
)
def test_what_is_missing_is_missing_in_a_region(ask: Callable[[Gateway], Any]) -> None:
    with serving(refusal("ResourceNotFound", "no such job")) as wire, pytest.raises(NotFound) as raised:
        ask(gateway_to(wire.url))
    assert "It was looked for in eu-west-1. Check the name and the region." in str(raised.value)


NOT_FOUND_TEXTS = {
    "describe_training_job": "Requested resource not found.",
    "delete": "Could not find hyper parameter tuning job 'churn'.",
}


@pytest.mark.parametrize("call", NOT_FOUND_TEXTS)
def test_a_missing_resource_is_recognized_where_the_service_calls_it_invalid(call: str) -> None:
    with serving(refusal("ValidationException", NOT_FOUND_TEXTS[call])) as wire, pytest.raises(NotFound):
        getattr(gateway_to(wire.url), call)("churn")


def test_a_create_that_does_not_find_its_data_is_invalid() -> None:
    # botocore checks the request's own form first, so this one has to be complete.
    request = {
        "HyperParameterTuningJobName": "churn",
        "HyperParameterTuningJobConfig": {"Strategy": "Random", "ResourceLimits": {"MaxParallelTrainingJobs": 1}},
    }
    refused = refusal("ValidationException", "Not found: No S3 objects found under S3 URL")
    with serving(refused) as wire, pytest.raises(InvalidRequest) as raised:
        gateway_to(wire.url).create(request)
    assert propagation_cause(raised.value) == "the training data to become visible in S3"


PROPAGATION = {
    "Could not assume role arn:… Please ensure that the role exists": "the execution role",
    "no identity-based policy allows the s3:ListBucket action": "policy",
    "No S3 objects found under S3 URL": "training data",
    "The AWS Access Key Id you provided does not exist in our records": "access key",
    "Access denied when describing algorithm": "algorithm",
}


@pytest.mark.parametrize("text", PROPAGATION)
def test_what_has_not_spread_yet_is_said_in_words(text: str) -> None:
    assert PROPAGATION[text] in (propagation_cause(InvalidRequest(f"Create: ValidationException: {text} …")) or "")


def test_other_refusals_do_not_pass_by_themselves() -> None:
    assert propagation_cause(InvalidRequest("Create: ValidationException: 1 validation error")) is None
    assert propagation_cause(AccessDenied("Create: AccessDenied: Could not assume role")) is None


def test_a_malformed_request_is_refused_before_it_is_sent() -> None:
    with serving() as wire, pytest.raises(InvalidRequest, match="HyperParameterTuningJobConfig"):
        gateway_to(wire.url).create({"HyperParameterTuningJobName": "churn"})
    assert wire.received == []


def test_a_missing_region_says_how_to_set_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    with pytest.raises(AwsError, match="pulumi config set aws:region"):
        Gateway(Settings()).describe("churn")


def test_a_missing_profile_names_the_keys_to_correct() -> None:
    with pytest.raises(AwsError, match="sagemaker-tuning:profile") as raised:
        Gateway(Settings(region="eu-west-1", profile="no-such-profile")).describe("churn")
    assert raised.value.code == "ProfileNotFound"


def test_an_unreachable_endpoint_is_worth_another_try() -> None:
    with pytest.raises(AwsError) as raised:
        gateway_to("http://127.0.0.1:9").describe("churn")
    assert raised.value.code == "EndpointConnectionError"
    assert is_transient(raised.value)


def test_a_list_asks_for_a_page_only_when_it_gets_there() -> None:
    first = {"HyperParameterTuningJobSummaries": [{"HyperParameterTuningJobName": "b"}], "NextToken": "more"}
    with serving(Answer(first)) as wire:
        summaries = gateway_to(wire.url).list_tuning_jobs(name_contains="b")
        assert next(summaries)["HyperParameterTuningJobName"] == "b"
    sent = {"NameContains": "b", "SortBy": "CreationTime", "SortOrder": "Descending", "MaxResults": 100}
    assert wire.received == [("ListHyperParameterTuningJobs", sent)]


def test_tags_are_read_over_all_pages() -> None:
    pages = [
        Answer({"Tags": [{"Key": "a", "Value": "1"}], "NextToken": "more"}),
        Answer({"Tags": [{"Key": "b", "Value": "2"}]}),
    ]
    with serving(*pages) as wire:
        assert [tag["Key"] for tag in gateway_to(wire.url).list_tags(ARN)] == ["a", "b"]


def log_page(*lines: str, forward: str = "f/0", backward: str = "b/0") -> Answer:
    events = [{"timestamp": 1767225600000, "message": line, "ingestionTime": 1767225600000} for line in lines]
    return Answer({"events": events, "nextForwardToken": forward, "nextBackwardToken": backward})


def test_a_log_is_read_until_a_token_comes_again_not_until_a_page_is_empty() -> None:
    with serving(log_page("one", forward="f/1"), log_page(forward="f/2"), log_page("two", forward="f/2")) as wire:
        events, token = gateway_to(wire.url).log_events("group", "stream")
    assert [event["message"] for event in events] == ["one", "two"]
    assert token == "f/2"
    assert [body.get("nextToken") for _, body in wire.received] == [None, "f/1", "f/2"]
    assert all(body["startFromHead"] for _, body in wire.received)


def test_the_end_of_a_log_is_sought_backwards_until_there_are_enough_lines() -> None:
    with serving(log_page(backward="b/2"), log_page("three", backward="b/1"), log_page("one", "two")) as wire:
        events = gateway_to(wire.url).last_log_events("group", "stream", 2)
    assert [event["message"] for event in events] == ["two", "three"]
    assert [body.get("nextToken") for _, body in wire.received] == [None, "b/2", "b/1"]


def test_a_log_is_not_asked_for_over_and_over() -> None:
    with serving(*[RETRIED["throttling"]] * 3) as wire, pytest.raises(Throttled):
        gateway_to(wire.url, max_attempts=12).log_streams("group", "prefix")
    assert len(wire.received) == 3


PRICE_FILTERS = [{"Type": "TERM_MATCH", "Field": "regionCode", "Value": "eu-west-1"}]


def test_prices_are_asked_once_over_all_pages_where_the_price_list_is_served() -> None:
    with serving(Answer({"PriceList": ["{}"], "NextToken": "2"}), Answer({"PriceList": ["[]"]})) as wire:
        gateway = gateway_to(wire.url)
        assert gateway.price_list(PRICE_FILTERS) == ["{}", "[]"]
        assert gateway.price_list(PRICE_FILTERS) == ["{}", "[]"]
    request = {"ServiceCode": "AmazonSageMaker", "FormatVersion": "aws_v1", "Filters": PRICE_FILTERS}
    assert wire.received == [("GetProducts", request), ("GetProducts", {**request, "NextToken": "2"})]
    assert "/us-east-1/pricing/" in wire.headers[0]["Authorization"]


def test_prices_that_may_not_be_asked_are_an_error_that_says_so() -> None:
    refused = refusal("AccessDeniedException", "User is not authorized to perform: pricing:GetProducts")
    with serving(refused) as wire, pytest.raises(AccessDenied, match=r"GetProducts: AccessDeniedException"):
        gateway_to(wire.url).price_list(PRICE_FILTERS)


def test_an_assumed_role_signs_the_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    class Sts:
        def assume_role(self, **arguments: Any) -> dict[str, Any]:
            assumed.append(arguments)
            expires = datetime(2099, 1, 1, tzinfo=timezone.utc)
            keys = {"AccessKeyId": "ASSUMED", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": expires}
            return {"Credentials": keys}

    import boto3

    assumed: list[dict[str, Any]] = []
    real = boto3.Session.client
    monkeypatch.setattr(
        boto3.Session, "client", lambda self, name, *a, **k: Sts() if name == "sts" else real(self, name, *a, **k)
    )
    role = AssumedRole("arn:aws:iam::111122223333:role/deploy", external_id="e", duration_seconds=900)
    with serving(Answer(DESCRIBED)) as wire:
        gateway_to(wire.url, assumed_roles=(role,)).describe("churn")
    assert [(call["RoleArn"], call["ExternalId"], call["DurationSeconds"]) for call in assumed] == [
        (role.role_arn, "e", 900)
    ]
    assert "Credential=ASSUMED/" in wire.headers[0]["Authorization"]


def test_equal_settings_share_one_gateway() -> None:
    assert gateway_for(Settings(region="eu-west-1")) is gateway_for(Settings(region="eu-west-1"))
    assert gateway_for(Settings(region="eu-west-1")) is not gateway_for(Settings(region="us-east-1"))


def test_threads_share_one_client(monkeypatch: pytest.MonkeyPatch) -> None:
    import boto3

    built: list[str] = []
    real = boto3.Session.client
    monkeypatch.setattr(
        boto3.Session, "client", lambda self, name, *a, **k: built.append(name) or real(self, name, *a, **k)
    )
    threads = 8
    barrier = threading.Barrier(threads)
    with serving(*[Answer(DESCRIBED)] * threads) as wire:
        gateway = gateway_to(wire.url)

        def describe(_number: int) -> str:
            barrier.wait()
            return str(gateway.describe("churn")["HyperParameterTuningJobName"])

        with ThreadPoolExecutor(threads) as pool:
            assert list(pool.map(describe, range(threads))) == ["churn"] * threads
    assert built == ["sagemaker"]


def test_boto3_is_not_imported_before_the_first_call() -> None:
    program = (
        "import sys\n"
        "from sagemaker_tuning import completion, gateway, lifecycle, settings, training_jobs\n"
        "gateway.gateway_for(settings.Settings.from_environment())\n"
        "assert not {'boto3', 'botocore'} & sys.modules.keys(), 'imported'\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
