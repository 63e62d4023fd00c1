"""What is kept of a Describe response."""

from datetime import datetime, timezone

import pytest
from plan_documents import ABSENT, ARN, REQUEST, echo, edited
from sagemaker_tuning.errors import UnexpectedResponse
from sagemaker_tuning.observed import Identity, normalize

NOON = datetime(2026, 11, 1, 12, tzinfo=timezone.utc)


def test_what_can_be_declared_is_in_spec_and_the_rest_beside_it():
    observed = normalize(
        echo(REQUEST, {"BestTrainingJob": {"TrainingJobName": "churn-001", "TunedHyperParameters": {"Eta": "0.3"}}})
    )
    assert set(observed.spec) == {
        "hyper_parameter_tuning_job_name",
        "hyper_parameter_tuning_job_config",
        "training_job_definition",
    }
    assert observed.identity == Identity("churn", ARN, NOON)
    assert observed.status == "InProgress"
    assert observed.training_job_status_counters["in_progress"] == 2
    assert observed.objective_status_counters == {"succeeded": 0, "pending": 2, "failed": 0}
    assert observed.best_training_job == {"training_job_name": "churn-001", "tuned_hyper_parameters": {"Eta": "0.3"}}
    assert observed.failure_reason is None


def test_keys_of_the_user_keep_their_spelling():
    observed = normalize(echo(REQUEST, {"TrainingJobDefinition.Environment": {"LogLevel": "debug"}}))
    assert observed.spec["training_job_definition"]["environment"] == {"LogLevel": "debug"}


def test_a_null_member_is_absent():
    observed = normalize(echo(REQUEST, {"TrainingJobDefinition.RetryStrategy": None, "WarmStartConfig": None}))
    assert "retry_strategy" not in observed.spec["training_job_definition"]
    assert "warm_start_config" not in observed.spec


def test_tags_of_aws_are_dropped_and_ours_kept_apart():
    tags = {"team": "ml", "aws:cloudformation:stack-name": "x", "sagemaker-tuning:owner": "a/b/c"}
    observed = normalize(echo(REQUEST), [{"Key": key, "Value": value} for key, value in tags.items()])
    assert observed.spec["tags"] == {"team": "ml"}
    assert observed.own_tags == {"sagemaker-tuning:owner": "a/b/c"}


def test_tags_that_were_not_asked_for_are_not_said_to_be_none():
    assert "tags" not in normalize(echo(REQUEST)).spec
    assert normalize(echo(REQUEST), []).spec["tags"] == {}


@pytest.mark.parametrize(
    "time", [NOON, NOON.replace(tzinfo=None), NOON.timestamp(), "2026-11-01T12:00:00Z", "2026-11-01T13:00:00+01:00"]
)
def test_times_are_utc_whatever_client_wrote_them(time):
    assert normalize(echo(REQUEST, {"CreationTime": time})).creation_time == NOON


@pytest.mark.parametrize("time", ["yesterday", 1e20, [2026]])
def test_what_is_no_time_is_refused(time):
    with pytest.raises(UnexpectedResponse, match="is not a time"):
        normalize(echo(REQUEST, {"CreationTime": time}))


@pytest.mark.parametrize("required", ["HyperParameterTuningJobName", "HyperParameterTuningJobConfig"])
def test_a_document_that_describes_no_job_is_refused(required):
    with pytest.raises(UnexpectedResponse, match="missing from the description"):
        normalize(edited(echo(REQUEST), {required: ABSENT}))
