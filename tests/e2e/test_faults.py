"""Whatever goes wrong between provider and service, in the end state and service agree: no job lost, none twice."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator

import pytest
from tuning_stacks import job_of

pytestmark = pytest.mark.e2e

CREATE, DESCRIBE, DELETE = (f"sagemaker:{verb}HyperParameterTuningJob" for verb in ("Create", "Describe", "Delete"))
EVERYTHING = "sagemaker:*"


@pytest.fixture
def rules(aws) -> Iterator[Callable[..., None]]:
    """Make rules of the sandbox, which are gone at the test's end; without an argument, end those there are."""

    def make(*made, method: str = "POST") -> list:
        body = json.dumps({"seed": 7, "rules": made}).encode()
        page = urllib.request.Request(f"{aws.environment['AWS_ENDPOINT_URL']}/_sandbox/faults", body, method=method)
        with urllib.request.urlopen(page, timeout=60) as answer:
            content = answer.read()
        return json.loads(content) if content else []

    yield make
    make(method="DELETE")


FAULTS = {
    "every other call is throttled": [{"fault": "throttling", "call": EVERYTHING, "every": 2}],
    "every other call fails": [{"fault": "server_error", "call": EVERYTHING, "every": 2}],
    "the service is unavailable for a while": [
        {"fault": "server_error", "call": EVERYTHING, "status": 503, "for_seconds": 5}
    ],
    "every third connection breaks before the call": [{"fault": "connection_reset", "call": EVERYTHING, "every": 3}],
    "every third connection breaks after the call took effect": [
        {"fault": "connection_reset", "call": EVERYTHING, "takes_effect": True, "every": 3}
    ],
    "the answer to the first create is lost": [
        {"fault": "connection_reset", "call": CREATE, "takes_effect": True, "nth": 1}
    ],
    "the answer to the first delete is lost": [
        {"fault": "connection_reset", "call": DELETE, "takes_effect": True, "nth": 1}
    ],
    "the created job cannot be described at first": [{"fault": "server_error", "call": DESCRIBE, "first": 9}],
    "answers are slow": [{"fault": "slow", "call": EVERYTHING, "seconds": 1}],
    "all of it, by chance": [
        {"fault": "throttling", "call": EVERYTHING, "probability": 0.2},
        {"fault": "server_error", "call": EVERYTHING, "probability": 0.1},
        {"fault": "connection_reset", "call": EVERYTHING, "takes_effect": True, "probability": 0.1},
        {"fault": "connection_reset", "call": EVERYTHING, "probability": 0.1},
        {"fault": "slow", "call": EVERYTHING, "seconds": 0.5, "probability": 0.2},
    ],
}


QUICK = (
    "every third connection breaks after the call took effect",
    "the answer to the first create is lost",
)


@pytest.mark.parametrize(
    "made",
    [pytest.param(made, id=name, marks=[] if name in QUICK else [pytest.mark.slow]) for name, made in FAULTS.items()],
)
def test_a_stack_goes_up_changes_and_is_destroyed_although(stack, aws, rules, made):
    before = set(aws.jobs())
    rules(*made)
    up = stack.up()
    rules(method="DELETE")
    assert up.exit_code == 0, up.output
    assert set(aws.jobs()) - before == {job_of(stack)}
    assert stack.preview("--expect-no-changes").exit_code == 0

    rules(*made)
    stack.configure(tags='{"team": "risk"}', maxRate="2")
    replaced = stack.up()
    rules(method="DELETE")
    assert replaced.exit_code == 0, replaced.output
    name = job_of(stack)
    assert set(aws.jobs()) - before == {name}
    assert aws.tags(aws.describe(name)["HyperParameterTuningJobArn"])["team"] == "risk"

    rules(*made)
    destroyed = stack.destroy()
    rules(method="DELETE")
    assert destroyed.exit_code == 0, destroyed.output
    assert set(aws.jobs()) <= before
    assert "churn" not in stack.resources()


@pytest.mark.slow
def test_an_up_that_gives_up_with_the_job_accepted_leaves_it_to_the_next(stack, aws, rules):
    before = set(aws.jobs())
    stack.configure(seconds="2")
    rules({"fault": "connection_reset", "call": CREATE, "takes_effect": True})
    failed = stack.up()
    assert failed.exit_code != 0
    (accepted,) = set(aws.jobs()) - before
    rules(method="DELETE")
    resumed = stack.up()
    assert resumed.exit_code == 0, resumed.output
    assert job_of(stack) == accepted
    assert set(aws.jobs()) - before == {accepted}


def test_a_refused_create_leaves_nothing_and_says_who_may_not_do_what(stack, aws, rules):
    before = set(aws.jobs())
    rules({"fault": "access_denied", "call": CREATE})
    refused = stack.up()
    assert refused.exit_code != 0
    assert "is not authorized to perform: sagemaker:CreateHyperParameterTuningJob" in refused.output
    assert set(aws.jobs()) == before
    rules(method="DELETE")
    assert stack.up().exit_code == 0


def test_a_quota_is_an_error_with_the_services_words(stack, aws, rules):
    before = set(aws.jobs())
    rules({"fault": "instance_quota", "instance_type": "ml.m5.large", "instances": 1})
    refused = stack.up()
    assert refused.exit_code != 0
    assert "service limit 'ml.m5.large for training job usage' is 1 Instances" in refused.output
    assert set(aws.jobs()) == before


PROPAGATION = {
    "role_propagation": "waiting up to 120 s for SageMaker to be able to assume the execution role",
    "object_propagation": "waiting up to 120 s for the training data to become visible in S3",
}


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        pytest.param(*case, id=case[0], marks=[] if case[0] == "role_propagation" else [pytest.mark.slow])
        for case in PROPAGATION.items()
    ],
)
def test_what_has_not_spread_yet_is_waited_for_and_named(stack, aws, rules, fault, said):
    before = set(aws.jobs())
    stack.configure(roleArn=aws.new_role(stack.name), channel=aws.new_object(stack.name))
    rules({"fault": fault, "seconds": 12})
    up = stack.up()
    assert up.exit_code == 0, up.output
    assert said in up.output
    assert set(aws.jobs()) - before == {job_of(stack)}


def test_trials_that_crash_leave_a_job_whose_failure_is_named(stack, aws, rules):
    stack.configure(wait="true", seconds="3", trials="2")
    rules({"fault": "trial_crash"})
    failed = stack.up()
    assert failed.exit_code != 0
    assert "No training job succeeded" in failed.output
    assert job_of(stack) in aws.jobs()
