"""The job's provider in the real dynamic host, called over gRPC as the engine calls it."""

from __future__ import annotations

import copy
import re
from typing import Any

import grpc
import pytest
from adapter_jobs import FIXED, JOB, SECRET, delete_job, job, wait_for_status
from dynamic_host import serialized
from pulumi import UNKNOWN
from pulumi.runtime.proto import provider_pb2

# -- check -------------------------------------------------------------------------------------------------------------


def test_check_returns_the_inputs_as_they_take_effect(host: Any) -> None:
    inputs, failures = host.check(JOB)
    assert failures == []
    ranges = inputs["hyperParameterTuningJobConfig"]["parameterRanges"]["continuousParameterRanges"]
    assert ranges == [{"name": "eta", "minValue": "0", "maxValue": "0.5"}]
    assert inputs["trainingJobDefinition"]["resourceConfig"]["volumeSizeInGb"] == 10
    assert inputs["__secretPaths"] == JOB["__secretPaths"]


def test_check_names_a_job_that_the_program_does_not_name_and_keeps_its_name(host: Any) -> None:
    created, _ = host.check(JOB)
    name = created["hyperParameterTuningJobName"]
    assert name.startswith("churn-")
    assert len(name) <= 32
    kept, _ = host.check(job(tags={"team": "risk"}), olds=created)
    assert kept["hyperParameterTuningJobName"] == name
    replaced, _ = host.check(JOB)
    assert replaced["hyperParameterTuningJobName"] != name


def test_a_preview_leaves_the_name_of_a_new_job_unknown_and_knows_that_of_an_old_one(host: Any) -> None:
    preview = JOB | {"__generation": UNKNOWN}
    inputs, failures = host.check(preview)
    assert failures == []
    assert host.is_unknown(inputs["hyperParameterTuningJobName"])
    olds = JOB | {"hyperParameterTuningJobName": "churn-abc1234", "__generation": "abc1234"}
    existing, _ = host.check(preview, olds=olds)
    assert existing["hyperParameterTuningJobName"] == "churn-abc1234"


def test_a_new_job_has_the_name_that_check_gave_it(host: Any, sagemaker: Any) -> None:
    inputs, _ = host.check(JOB)
    name, _ = host.create(inputs)
    assert name == inputs["hyperParameterTuningJobName"]


WRONG = {
    "a value that is not allowed": (
        job(hyperParameterTuningJobConfig__strategy="Bayes"),
        ["hyper_parameter_tuning_job_config.strategy: 'Bayes'"],
    ),
    "a name too long": (
        FIXED | {"hyperParameterTuningJobName": "n" * 40},
        [f"hyper_parameter_tuning_job_name: '{'n' * 40}' has 40 characters; SageMaker allows 32"],
    ),
    "tags that leave no room for the provider's own": (  # else the old job could be gone before the create fails
        job(tags={f"key-{number}": "" for number in range(49)}),
        ["tags: are 49 tags, default tags included; 48 are left beside the provider's own"],
    ),
    "two problems at once": (
        job(trainingJobDefinition__roleArn=None, hyperParameterTuningJobConfig__strategy="Bayes"),
        ["training_job_definition.role_arn: is missing", "hyper_parameter_tuning_job_config.strategy: 'Bayes'"],
    ),
    "an option and the job": (
        job(onDelete="vanish", hyperParameterTuningJobConfig__strategy="Bayes"),
        ["hyper_parameter_tuning_job_config.strategy: 'Bayes'", "on_delete: 'vanish'"],
    ),
    "an item of a named list": (
        job(
            hyperParameterTuningJobConfig__parameterRanges={
                "continuousParameterRanges": [{"name": "eta", "minValue": 2, "maxValue": 1}]
            }
        ),
        ["hyper_parameter_tuning_job_config.parameter_ranges.continuous_parameter_ranges[eta].min_value: '2'"],
    ),
    "a misspelled key": (
        job(trainingJobDefinition__stoppingCondition={"maxRuntimeInSecond": 60}),
        ["training_job_definition.stopping_condition.max_runtime_in_second: is not a field here"],
    ),
    "a policy that is none": (job(onChange="stop"), ["on_change: 'stop' is not a policy for changes"]),
    "parents of a search that cannot start from any": (
        job(
            warmStartConfig={"parents": "previous"},
            hyperParameterTuningJobConfig__strategy="Hyperband",
            hyperParameterTuningJobConfig__strategyConfig={"hyperbandStrategyConfig": {"maxResource": 9}},
        ),
        ["hyper_parameter_tuning_job_config.strategy: 'Hyperband' cannot go on from earlier jobs"],
    ),
    "the old job as parent beside named ones": (
        job(
            onChange="warm_start",
            warmStartConfig={
                "parentHyperParameterTuningJobs": [{"hyperParameterTuningJobName": "wide"}],
                "warmStartType": "TransferLearning",
            },
        ),
        ["on_change: 'warm_start' wants the new job to start from the old one, but `warm_start_config` names"],
    ),
    "another problem beside an unknown": (
        job(trainingJobDefinition__roleArn=UNKNOWN, hyperParameterTuningJobConfig__strategy="Bayes"),
        ["hyper_parameter_tuning_job_config.strategy: 'Bayes'"],
    ),
}


@pytest.mark.parametrize(("inputs", "expected"), WRONG.values(), ids=WRONG)
def test_problems_are_check_failures(host: Any, inputs: dict[str, Any], expected: list[str]) -> None:
    _, failures = host.check(inputs)
    assert len(failures) == len(expected)
    for beginning in expected:
        assert any(reason.startswith(beginning) for _, reason in failures), (beginning, failures)


def test_failures_name_no_property_because_the_engine_would_show_a_wrong_value_for_it(host: Any) -> None:
    _, failures = host.check(job(hyperParameterTuningJobConfig__strategy="Bayes", onDelete="vanish"))
    assert [path for path, _ in failures] == ["", ""]


def test_configured_default_tags_join_the_programs_own(start: Any) -> None:
    host = start(config={"sagemaker-tuning:defaultTags": '{"cost": "42", "team": "default"}'})
    inputs, _ = host.check(JOB)
    assert inputs["tags"] == {"cost": "42", "team": "ml"}


def test_wrong_configuration_is_one_plain_message(start: Any) -> None:
    host = start(config={"sagemaker-tuning:maxAttempts": "many"})
    with pytest.raises(grpc.RpcError) as refused:
        host.check(JOB)
    assert "Traceback" not in refused.value.details()
    assert "sagemaker-tuning:maxAttempts" in refused.value.details()


# -- create, diff, update, read, delete --------------------------------------------------------------------------------


def created(host: Any, inputs: dict[str, Any]) -> tuple[str, dict[str, Any], dict[str, Any]]:
    checked, failures = host.check(inputs)
    assert failures == []
    id_, state = host.create(checked)
    return id_, state, checked


def test_state_has_the_inputs_under_their_own_keys_and_the_outputs_beside_them(host: Any, sagemaker: Any) -> None:
    id_, state, checked = created(host, JOB)
    described = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=id_)
    assert {key: state[key] for key in checked} == checked
    assert state["arn"] == described["HyperParameterTuningJobArn"]
    assert state["status"] == described["HyperParameterTuningJobStatus"]
    assert state["creationTime"]
    assert state["region"] == "eu-west-1"
    outputs = {"arn", "status", "creationTime", "region", "estimatedInstanceHours", "__serviceRewrites"}
    assert set(state) - set(checked) == outputs


def test_a_diff_calls_nobody(host: Any, sandbox: Any, sagemaker: Any) -> None:
    id_, state, old_inputs = created(host, JOB)
    sandbox.calls.clear()
    host.diff(id_, state, host.check(JOB, olds=old_inputs)[0])
    host.diff(id_, state, host.check(job(hyperParameterTuningJobConfig__strategy="Random"), olds=old_inputs)[0])
    assert [call["operation"] for call in sandbox.calls.as_json() if call["service"] == "sagemaker"] == []


DIFFS = {
    "nothing": ({}, "none", [], False),
    "a tag": ({"tags": {"team": "risk"}}, "some", [], False),
    "a removed tag": ({"tags": None}, "some", [], False),
    "an option": ({"onDelete": "retain"}, "some", [], False),
    "the same number, spelled otherwise": (
        {"trainingJobDefinition__stoppingCondition": {"maxRuntimeInSeconds": 3600.0}},
        "none",
        [],
        False,
    ),
    "a range": (
        {
            "hyperParameterTuningJobConfig__parameterRanges": {
                "continuousParameterRanges": [{"name": "eta", "minValue": 0, "maxValue": 0.7}]
            }
        },
        "some",
        ["hyperParameterTuningJobConfig"],
        False,
    ),
    "two blocks": (
        {
            "hyperParameterTuningJobConfig__strategy": "Random",
            "trainingJobDefinition__roleArn": "arn:aws:iam::123456789012:role/other",
        },
        "some",
        ["hyperParameterTuningJobConfig", "trainingJobDefinition"],
        False,
    ),
    "a value not known until up": (
        {"trainingJobDefinition__roleArn": UNKNOWN},
        "some",
        ["trainingJobDefinition"],
        False,
    ),
}


@pytest.mark.parametrize(("edits", "changes", "replaces", "deletes_first"), DIFFS.values(), ids=DIFFS)
def test_diff_of_an_automatically_named_job(
    host: Any, sagemaker: Any, edits: dict[str, Any], changes: str, replaces: list[str], deletes_first: bool
) -> None:
    id_, state, old_inputs = created(host, JOB)
    news, _ = host.check(job(**edits), olds=old_inputs)
    answer = host.diff(id_, state, news)
    expected = {"none": provider_pb2.DiffResponse.DIFF_NONE, "some": provider_pb2.DiffResponse.DIFF_SOME}[changes]
    assert (answer.changes, list(answer.replaces), answer.deleteBeforeReplace) == (expected, replaces, deletes_first)


def test_a_job_with_a_name_of_the_users_own_is_deleted_before_its_replacement(host: Any, sagemaker: Any) -> None:
    id_, state, old_inputs = created(host, FIXED)
    edited = copy.deepcopy(FIXED)
    edited["hyperParameterTuningJobConfig"]["strategy"] = "Random"
    news, _ = host.check(edited, olds=old_inputs)
    assert host.diff(id_, state, news).deleteBeforeReplace
    renamed, _ = host.check(edited | {"hyperParameterTuningJobName": "weekly"}, olds=old_inputs)
    assert not host.diff(id_, state, renamed).deleteBeforeReplace


def test_reasons_are_printed_once_and_only_for_a_change(start: Any, sagemaker: Any) -> None:
    host = start()
    id_, state, old_inputs = created(host, JOB)
    host.diff(id_, state, host.check(JOB, olds=old_inputs)[0])
    host.diff(id_, state, host.check(job(hyperParameterTuningJobConfig__strategy="Random"), olds=old_inputs)[0])
    reason = "hyper_parameter_tuning_job_config.strategy: strategy is immutable: Bayesian → Random"
    assert host.printed().splitlines() == [
        "churn: to be replaced: 1 trial runs again, 1 instance-hour at most",
        f"  {reason}",
        f"  once the new job is accepted, {id_} is stopped if it still runs, and is deleted",
        "  with it go its record and the ranking of its trials; training jobs, models and artifacts stay "
        "(on_delete='retain' keeps all of it)",
    ]


def test_a_job_that_failed_since_it_was_recorded_is_run_again_if_asked_for(host: Any, sagemaker: Any) -> None:
    inputs = job(
        trainingJobDefinition__staticHyperParameters=JOB["trainingJobDefinition"]["staticHyperParameters"]
        | {"does": "fail"},
        replaceOnStatus=["Failed"],
    )
    id_, state, old_inputs = created(host, inputs)
    assert state["status"] == "InProgress"
    news, _ = host.check(inputs, olds=old_inputs)
    wait_for_status(sagemaker, id_, "Failed")
    assert list(host.diff(id_, state, news).replaces) == ["status"]


def test_without_an_answer_of_aws_the_recorded_status_counts(start: Any, sagemaker: Any) -> None:
    inputs = job(replaceOnStatus=["Failed"])
    id_, state, old_inputs = created(start(), inputs)
    host = start(config={"sagemaker-tuning:maxAttempts": "1"}, AWS_ENDPOINT_URL="http://127.0.0.1:9")
    news, _ = host.check(inputs, olds=old_inputs)
    assert host.diff(id_, state, news).changes == provider_pb2.DiffResponse.DIFF_NONE
    assert "the recorded status InProgress counts, as AWS could not be asked" in host.printed()


def test_an_update_of_tags_changes_them_in_place(host: Any, sagemaker: Any) -> None:
    id_, state, old_inputs = created(host, job(tags={"team": "ml", "stale": "1"}))
    news, _ = host.check(job(tags={"team": "risk"}), olds=old_inputs)
    updated = host.update(id_, state, news)
    assert updated["tags"] == {"team": "risk"}
    assert updated["arn"] == state["arn"]
    assert updated["hyperParameterTuningJobName"] == id_
    tags = {tag["Key"]: tag["Value"] for tag in sagemaker.list_tags(ResourceArn=state["arn"])["Tags"]}
    assert "stale" not in tags
    assert host.diff(id_, updated, news).changes == provider_pb2.DiffResponse.DIFF_NONE


def test_a_renamed_resource_keeps_its_job_which_then_bears_the_new_owner(host: Any, sagemaker: Any) -> None:
    id_, state, old_inputs = created(host, JOB)
    news, _ = host.check(JOB | {"__owner": "shop/prod/weekly"}, olds=old_inputs)
    assert host.diff(id_, state, news).changes == provider_pb2.DiffResponse.DIFF_SOME
    updated = host.update(id_, state, news)
    tags = {tag["Key"]: tag["Value"] for tag in sagemaker.list_tags(ResourceArn=state["arn"])["Tags"]}
    assert (tags["sagemaker-tuning:owner"], tags["team"]) == ("shop/prod/weekly", "ml")
    assert host.diff(id_, updated, news).changes == provider_pb2.DiffResponse.DIFF_NONE


def test_read_finds_nothing_new_in_an_untouched_job(host: Any, sagemaker: Any) -> None:
    id_, state, checked = created(host, JOB)
    read_id, read_state, read_inputs = host.read(id_, state)
    assert read_id == id_
    assert read_inputs == checked
    assert read_state == state | {"status": read_state["status"]}


def test_read_shows_drift_in_inputs_and_state_and_the_next_diff_mends_it(host: Any, sagemaker: Any) -> None:
    id_, state, _ = created(host, JOB)
    sagemaker.add_tags(ResourceArn=state["arn"], Tags=[{"Key": "by-hand", "Value": "yes"}])
    _, read_state, read_inputs = host.read(id_, state)
    assert read_inputs["tags"] == read_state["tags"] == {"team": "ml", "by-hand": "yes"}
    news, _ = host.check(JOB, olds=read_inputs)
    assert host.diff(id_, read_state, news).changes == provider_pb2.DiffResponse.DIFF_SOME


def test_read_of_a_deleted_job_has_no_id(host: Any, sagemaker: Any) -> None:
    id_, state, _ = created(host, JOB)
    delete_job(sagemaker, id_)
    assert host.read(id_, state)[0] == ""


def test_a_job_is_read_by_its_name_alone(host: Any, sagemaker: Any) -> None:
    """What `HyperParameterTuningJob.get` asks for."""
    id_, state, _ = created(host, JOB)
    read_id, found, _ = host.read(id_, {"__owner": "shop/dev/other"})
    assert read_id == id_
    assert found["arn"] == state["arn"]
    assert found["hyperParameterTuningJobConfig"]["strategy"] == "Bayesian"


def test_asking_for_a_job_that_is_not_there_is_one_plain_message(host: Any) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        host.read("nobody", {})
    assert "id: 'nobody' is no tuning job in eu-west-1.\nCheck the name" in refused.value.details()
    assert "Traceback" not in refused.value.details()


def test_delete_deletes_and_may_be_repeated(host: Any, sagemaker: Any) -> None:
    id_, state, _ = created(host, JOB)
    host.delete(id_, state)
    assert sagemaker.list_hyper_parameter_tuning_jobs()["HyperParameterTuningJobSummaries"] == []
    host.delete(id_, state)


def test_a_job_is_found_in_its_own_region_after_the_program_moved(start: Any, sagemaker: Any) -> None:
    id_, state, _ = created(start(), JOB)
    moved = start(config={"sagemaker-tuning:region": "us-east-1"})
    assert moved.read(id_, state)[1]["region"] == "eu-west-1"
    moved.delete(id_, state)
    with pytest.raises(sagemaker.exceptions.ResourceNotFound):
        sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=id_)


def test_a_retained_job_stays(start: Any, sagemaker: Any) -> None:
    host = start()
    id_, state, _ = created(host, job(onDelete="retain"))
    host.delete(id_, state)
    assert sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=id_)


def test_a_create_whose_state_was_lost_finds_its_job_again(start: Any, sagemaker: Any) -> None:
    first, _, _ = created(start(), JOB)
    second, state, _ = created(start(), JOB)  # a new process, that the engine has shown no job
    assert second == first
    assert state["hyperParameterTuningJobName"] == first
    assert len(sagemaker.list_hyper_parameter_tuning_jobs()["HyperParameterTuningJobSummaries"]) == 1


def test_a_replacement_never_takes_the_job_that_it_replaces(host: Any, sagemaker: Any) -> None:
    id_, state, old_inputs = created(host, JOB)
    host.diff(id_, state, host.check(JOB, olds=old_inputs)[0])
    replacement, _, _ = created(host, JOB)  # as with `pulumi up --replace`
    assert replacement != id_


# -- errors and secrets ------------------------------------------------------------------------------------------------


def test_a_taken_name_is_one_plain_message_with_the_way_out(start: Any, sagemaker: Any) -> None:
    created(start(), FIXED | {"__owner": "shop/prod/nightly"})
    host = start()
    checked, _ = host.check(FIXED)
    with pytest.raises(grpc.RpcError) as refused:
        host.create(checked)
    details = refused.value.details()
    assert "Traceback" not in details
    assert 'File "' not in details
    assert "adopt_existing=True" in details


def adopting(name: str) -> dict[str, Any]:
    return FIXED | {"hyperParameterTuningJobName": name, "adoptExisting": True}


def existing(start: Any, name: str) -> None:
    """A job of another resource."""
    created(start(), adopting(name) | {"__owner": "shop/prod/nightly", "adoptExisting": False})


def test_a_check_says_that_a_job_is_adopted_and_reviews_no_run(start: Any) -> None:
    existing(start, "adopted")
    host = start(config={"sagemaker-tuning:maxInstanceHours": "0.001"})
    checked, failures = host.check(adopting("adopted"))
    assert failures == []
    id_, state = host.create(checked)
    # Its own job from now on: nobody is asked any more, and it may be replaced.
    host.diff(id_, state, checked)
    assert host.check(adopting("adopted"))[1] != [], "a replacement is a run, and too long for the ceiling"
    assert re.search(r"churn: adopts adopted \(\w+\); nothing is run", host.printed())


def test_a_check_refuses_to_adopt_another_job_with_the_differences(start: Any) -> None:
    existing(start, "different")
    other = copy.deepcopy(adopting("different"))
    other["hyperParameterTuningJobConfig"]["randomSeed"] = 4711
    ((_, refusal),) = start().check(other)[1]
    assert "adopt_existing: 'different' is not the declared job; taking it over would mean to replace it" in refusal
    assert "random_seed is immutable" in refusal


def test_a_check_says_that_there_is_nothing_to_adopt(start: Any) -> None:
    host = start()
    assert host.check(adopting("missing"))[1] == []
    assert "churn: there is no job missing to adopt, so it is created" in host.printed()


def test_a_bug_of_ours_keeps_its_stack(host: Any) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        host.update("churn-1", {"hyperParameterTuningJobName": "churn-1", "creationTime": "not a time"}, JOB)
    assert "Traceback" in refused.value.details()


def test_no_secret_is_ever_printed_or_part_of_an_answer_for_people(start: Any, sagemaker: Any) -> None:
    host = start()
    seen: list[str] = []
    _, failures = host.check(job(trainingJobDefinition__environment={"API_TOKEN": SECRET * 60}))
    seen += [reason for _, reason in failures]
    assert failures, "a secret that is too long must be refused"
    id_, state, old_inputs = created(host, JOB)
    changed, _ = host.check(job(trainingJobDefinition__environment={"API_TOKEN": f"{SECRET}-new"}), olds=old_inputs)
    assert list(host.diff(id_, state, changed).replaces) == ["trainingJobDefinition"]
    removed = job(trainingJobDefinition__environment=None) | {"__secretPaths": None}
    removed = {key: value for key, value in removed.items() if value is not None}
    host.diff(id_, state, host.check(removed, olds=old_inputs)[0])
    printed = host.printed()
    assert "[secret]" in printed
    assert SECRET not in "\n".join([*seen, printed])


# -- the serialized provider -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["job", "completion"])
def test_the_serialized_provider_is_short_and_the_same_in_every_process(kind: str) -> None:
    one, other = serialized(kind, hash_seed="1"), serialized(kind, hash_seed="4242")
    assert one == other
    assert len(one) < 300
