"""Which configuration key wins, and what a wrong one says."""

from __future__ import annotations

import json
import pickle
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sagemaker_tuning.errors import SpecError
from sagemaker_tuning.settings import AssumedRole, Settings


@dataclass(frozen=True)
class Case:
    config: dict[str, Any]
    expected: dict[str, Any]
    environment: dict[str, str] = field(default_factory=dict)


CASES = {
    "without configuration all is left to boto3's chain": Case({}, {"region": None, "profile": None, "endpoints": ()}),
    "our own region wins": Case(
        {"sagemaker-tuning:region": "eu-west-1", "aws:region": "us-east-1"}, {"region": "eu-west-1"}
    ),
    "the AWS provider's region serves": Case({"aws:region": "us-east-1"}, {"region": "us-east-1"}, {"AWS_REGION": "x"}),
    "AWS_REGION serves where boto3 overlooks it": Case({}, {"region": "eu-north-1"}, {"AWS_REGION": "eu-north-1"}),
    "an empty value is no value": Case({"aws:region": "", "aws:profile": ""}, {"region": None, "profile": None}),
    "our own profile is not mixed with keys of the AWS provider": Case(
        {"sagemaker-tuning:profile": "ml", "aws:accessKey": "A", "aws:secretKey": "S"},
        {"profile": "ml", "access_key": None, "secret_key": None},
    ),
    "the AWS provider's keys serve": Case(
        {"aws:accessKey": "A", "aws:secretKey": "S", "aws:token": "T"},
        {"access_key": "A", "secret_key": "S", "session_token": "T"},
    ),
    "the AWS provider's role is assumed": Case(
        {"aws:assumeRole": json.dumps({"roleArn": "arn:r", "externalId": "e", "durationSeconds": 900})},
        {"assumed_roles": (AssumedRole("arn:r", external_id="e", duration_seconds=900),)},
    ),
    "several roles are assumed one after the other": Case(
        {"aws:assumeRoles": json.dumps([{"roleArn": "arn:a"}, {"roleArn": "arn:b", "duration": "1h30m"}])},
        {"assumed_roles": (AssumedRole("arn:a"), AssumedRole("arn:b", duration_seconds=5400))},
    ),
    "our own role wins": Case(
        {"sagemaker-tuning:roleArn": "arn:own", "aws:assumeRole": '{"roleArn": "arn:r"}'},
        {"assumed_roles": (AssumedRole("arn:own"),)},
    ),
    "the AWS provider's endpoints serve, those of other services do not matter": Case(
        {"aws:endpoints": json.dumps([{"sagemaker": "http://s", "sts": "http://t", "s3": "http://x"}])},
        {"endpoints": (("sagemaker", "http://s"), ("sts", "http://t"))},
    ),
    "the endpoint of CloudWatch Logs has the AWS provider's name": Case(
        {"aws:endpoints": json.dumps([{"cloudwatchlogs": "http://l"}])},
        {"endpoints": (("logs", "http://l"),)},
    ),
    "our own endpoint wins": Case(
        {"sagemaker-tuning:endpointUrl": "http://own", "aws:endpoints": '[{"sagemaker": "http://s"}]'},
        {"endpoints": (("sagemaker", "http://own"),)},
    ),
    "the AWS provider's default tags serve": Case(
        {"aws:defaultTags": '{"tags": {"team": "ml", "env": "dev"}}'},
        {"default_tags": (("env", "dev"), ("team", "ml"))},
    ),
    "our own default tags win as a whole": Case(
        {"sagemaker-tuning:defaultTags": {"team": "risk"}, "aws:defaultTags": '{"tags": {"env": "dev"}}'},
        {"default_tags": (("team", "risk"),)},
    ),
    "numbers are read from text": Case(
        {"sagemaker-tuning:pollIntervalSeconds": "0.5", "sagemaker-tuning:maxAttempts": "3"},
        {"poll_interval_seconds": 0.5, "max_attempts": 3},
    ),
    "without configuration there is no ceiling, and AWS is not asked for prices": Case(
        {}, {"prices": None, "asks_for_prices": False, "max_instance_hours": None, "max_cost_usd": None}
    ),
    "ceilings and prices are configured": Case(
        {
            "sagemaker-tuning:prices": "prices.yaml",
            "sagemaker-tuning:pricingApi": "true",
            "sagemaker-tuning:maxInstanceHours": "100",
            "sagemaker-tuning:maxCostUsd": 49.5,
        },
        {"prices": "prices.yaml", "asks_for_prices": True, "max_instance_hours": 100, "max_cost_usd": 49.5},
        {"SAGEMAKER_TUNING_PRICES": "other.yaml"},
    ),
    "checks are silenced by a list or by text": Case(
        {"sagemaker-tuning:silence": '["few-trials"]', "sagemaker-tuning:strict": True},
        {"silence": ("few-trials",), "strict": True},
    ),
    "text with commas is a list too": Case(
        {"sagemaker-tuning:silence": "few-trials, spot-wait"}, {"silence": ("few-trials", "spot-wait"), "strict": False}
    ),
    "the environment names prices where no configuration does": Case(
        {}, {"prices": "other.yaml"}, {"SAGEMAKER_TUNING_PRICES": "other.yaml"}
    ),
    "the endpoint of the price list": Case(
        {"aws:endpoints": json.dumps([{"pricing": "http://p"}])}, {"endpoints": (("pricing", "http://p"),)}
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_right_key_wins(case: Case) -> None:
    settings = Settings.from_config(case.config.get, case.environment)
    assert {name: getattr(settings, name) for name in case.expected} == case.expected


WRONG = {
    "a role without an ARN": ({"aws:assumeRole": '{"externalId": "e"}'}, "aws:assumeRole"),
    "text where a structure belongs": ({"aws:endpoints": "http://s"}, "aws:endpoints"),
    "a list of default tags": ({"sagemaker-tuning:defaultTags": '["team"]'}, "sagemaker-tuning:defaultTags"),
    "an interval in words": ({"sagemaker-tuning:pollIntervalSeconds": "1s"}, "sagemaker-tuning:pollIntervalSeconds"),
    "no attempt at all": ({"sagemaker-tuning:maxAttempts": "0"}, "sagemaker-tuning:maxAttempts"),
    "a duration in words": ({"aws:assumeRole": '{"roleArn": "a", "duration": "an hour"}'}, "aws:assumeRole.duration"),
    "a ceiling in words": ({"sagemaker-tuning:maxCostUsd": "twenty"}, "sagemaker-tuning:maxCostUsd"),
    "neither yes nor no": ({"sagemaker-tuning:pricingApi": "perhaps"}, "sagemaker-tuning:pricingApi"),
    "an access key alone": ({"aws:accessKey": "A"}, "aws:secretKey"),
}  # fmt: skip


@pytest.mark.parametrize(("config", "path"), WRONG.values(), ids=WRONG)
def test_a_wrong_value_names_its_key(config: dict[str, Any], path: str) -> None:
    with pytest.raises(SpecError) as raised:
        Settings.from_config(config.get, {})
    assert [problem.path for problem in raised.value.problems] == [path]


def test_all_wrong_values_are_told_at_once() -> None:
    config = {"aws:endpoints": "x", "sagemaker-tuning:maxAttempts": "none"}
    with pytest.raises(SpecError) as raised:
        Settings.from_config(config.get, {})
    assert len(raised.value.problems) == 2


def test_secrets_are_not_shown() -> None:
    settings = Settings.from_config({"aws:accessKey": "AKIA1", "aws:secretKey": "s3cr3t", "aws:token": "t0k3n"}.get, {})
    assert not [word for word in ("AKIA1", "s3cr3t", "t0k3n") if word in repr(settings)]


def test_settings_survive_pickling_and_serve_as_a_key() -> None:
    settings = Settings.from_config({"aws:defaultTags": '{"tags": {"team": "ml"}}'}.get, {})
    assert {settings: 1}[pickle.loads(pickle.dumps(settings))] == 1


def test_settings_for_another_region_or_profile_keep_the_rest() -> None:
    settings = Settings(region="eu-west-1", access_key="AKIA", secret_key="s", session_token="t", max_attempts=3)
    assert settings.at() == settings
    assert settings.at(region="us-east-2") == replace(settings, region="us-east-2")
    # boto3 takes a profile or keys, not both.
    assert settings.at(profile="research") == Settings(region="eu-west-1", profile="research", max_attempts=3)
