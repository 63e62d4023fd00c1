"""The completion's provider in the real dynamic host, waiting for jobs that really run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pytest
from adapter_jobs import BUCKET, delete_job, job
from dynamic_host import DynamicHost
from pulumi import UNKNOWN
from pulumi.runtime.proto import provider_pb2

OWNER = {"__owner": "shop/dev/churn-done"}
SOME, NONE = provider_pb2.DiffResponse.DIFF_SOME, provider_pb2.DiffResponse.DIFF_NONE

Submit = Callable[[str], str]


@pytest.fixture(scope="module")
def completions(aws: Any, providers: Any) -> Iterator[DynamicHost]:
    with DynamicHost(providers["completion"], {"sagemaker-tuning:pollIntervalSeconds": 0.2}, aws) as shared:
        yield shared


@pytest.fixture
def submit(host: Any, sagemaker: Any) -> Submit:
    """Create a job whose trials end in a given way, and return its name."""

    def submit_job(does: str) -> str:
        static = {
            "sagemaker_program": "train.py",
            "sagemaker_submit_directory": f"s3://{BUCKET}/code.tar.gz",
            "does": does,
        }
        declared = job(trainingJobDefinition__staticHyperParameters=static) | {"__owner": f"shop/dev/{does}"}
        checked, failures = host.check(declared)
        assert failures == []
        return str(host.create(checked)[0])

    return submit_job


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no job": ({}, "job_name: is missing"),
    "one and several": ({"jobName": "a", "jobNames": ["b"]}, "job_names: is given beside `job_name`"),
    "an empty list": ({"jobNames": []}, "job_names: [] names no job"),
    "another way to go on": ({"jobName": "a", "onFailure": "ignore"}, "on_failure: 'ignore'"),
    "no time": ({"jobName": "a", "timeoutSeconds": 0}, "timeout_seconds: 0"),
    "no decision": ({"jobName": "a", "billing": "trials"}, "billing: 'trials' is neither true nor false"),
    "no number": ({"jobName": "a", "pollIntervalSeconds": "soon"}, "poll_interval_seconds: 'soon'"),
}


@pytest.mark.parametrize(("inputs", "beginning"), WRONG.values(), ids=WRONG)
def test_wrong_inputs_are_check_failures(completions: DynamicHost, inputs: dict[str, Any], beginning: str) -> None:
    _, failures = completions.check(inputs | OWNER)
    assert len(failures) == 1
    assert failures[0][1].startswith(beginning)


def test_inputs_that_are_not_known_yet_pass(completions: DynamicHost) -> None:
    inputs, failures = completions.check({"jobName": UNKNOWN, "__generations": UNKNOWN} | OWNER)
    assert failures == []
    assert completions.is_unknown(inputs["jobName"])


def test_create_waits_and_has_the_results(completions: DynamicHost, submit: Submit) -> None:
    name = submit("finish")
    id_, state = completions.create({"jobName": name} | OWNER)
    assert id_ == "shop/dev/churn-done"
    result = state["results"][name]
    assert result["status"] == "Completed"
    assert result["bestTrainingJob"].startswith(name)
    assert result["bestObjectiveValue"] == pytest.approx(float(result["bestHyperparameters"]["eta"]), rel=1e-5)
    assert result["bestModelArtifacts"].startswith(f"s3://{BUCKET}/models/")
    assert result["trainingJobStatusCounters"]["completed"] == 1


def test_several_jobs_are_waited_for_at_once(completions: DynamicHost, submit: Submit) -> None:
    names = [submit("finish"), submit("fail")]
    _, state = completions.create({"jobNames": names, "onFailure": "continue"} | OWNER)
    assert {name: result["status"] for name, result in state["results"].items()} == {
        names[0]: "Completed",
        names[1]: "Failed",
    }


def test_a_failed_job_is_one_plain_error_with_its_reason(completions: DynamicHost, submit: Submit) -> None:
    with pytest.raises(grpc.RpcError) as failed:
        completions.create({"jobName": submit("fail")} | OWNER)
    details = failed.value.details()
    assert "Failed" in details
    assert "on_failure='continue'" in details
    assert "Traceback" not in details
    assert 'File "' not in details


def test_a_wait_that_is_too_long_ends_and_may_be_made_again(
    completions: DynamicHost, submit: Submit, sagemaker: Any
) -> None:
    name = submit("wait")
    with pytest.raises(grpc.RpcError) as overdue:
        completions.create({"jobName": name, "timeoutSeconds": 0.5} | OWNER)
    assert f"{name} did not end within 0.5 s" in overdue.value.details()
    assert sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)


def test_progress_is_shown_under_the_resources_name(start: Any, submit: Submit) -> None:
    waiting = start("completion")
    waiting.create({"jobName": submit("finish")} | OWNER)
    assert "churn-done: 1/1 trials, 0 running, best score" in waiting.printed()


STATE = {"jobName": "churn-1", "__generations": ["g1"], "results": {"churn-1": {"status": "Completed"}}} | OWNER
DIFFS: dict[str, tuple[dict[str, Any], Any]] = {
    "nothing": ({}, NONE),
    "another job": ({"jobName": "churn-2"}, SOME),
    "another job of the same name": ({"__generations": ["g2"]}, SOME),
    "a job not known until up": ({"jobName": UNKNOWN, "__generations": [UNKNOWN]}, SOME),
    "an option": ({"timeoutSeconds": 60}, SOME),
}


@pytest.mark.parametrize(("edits", "changes"), DIFFS.values(), ids=DIFFS)
def test_a_change_is_an_update_never_a_replacement(completions: DynamicHost, edits: Any, changes: Any) -> None:
    news = {key: value for key, value in STATE.items() if key != "results"} | edits
    answer = completions.diff("shop/dev/churn-done", STATE, news)
    assert (answer.changes, list(answer.replaces)) == (changes, [])


MANY = {"jobNames": ["a", "b", "c"], "__generations": ["g1", "g2", "g3"]}
TOLD: dict[str, tuple[dict[str, Any], str]] = {
    "one replaced": ({"jobNames": ["a", UNKNOWN, "c"], "__generations": UNKNOWN}, "b → a job not known until up"),
    "two of new names": ({"jobNames": ["a", "d", "e"], "__generations": ["g1", "g4", "g5"]}, "b, c → d, e"),
    "one less": ({"jobNames": ["a", "c"], "__generations": ["g1", "g3"]}, "without b"),
    "one more": ({"jobNames": ["a", "b", "c", "d"], "__generations": ["g1", "g2", "g3", "g4"]}, "for d as well"),
    "another of the same name": ({"__generations": ["g1", "g9", "g3"]}, "b is another job now"),
    "others of the same names": ({"__generations": ["g1", "g8", "g9"]}, "b, c are other jobs now"),
    "other generations, not known of which": ({"__generations": UNKNOWN}, "a, b, c are other jobs now"),
    "another order": (
        {"jobNames": ["b", "a", "c"], "__generations": ["g2", "g1", "g3"]},
        "the same jobs in another order",
    ),
    "jobs not known until up": ({"jobNames": UNKNOWN, "__generations": UNKNOWN}, "a, b, c → jobs not known until up"),
}


def test_of_many_jobs_those_that_are_others_are_named(start: Any) -> None:
    completion = start("completion")
    for edits, _ in TOLD.values():
        completion.diff("shop/dev/churn-done", MANY | OWNER, MANY | OWNER | edits)
    lines = [line for line in completion.printed().splitlines() if "waits again" in line]
    assert lines == [f"churn-done: waits again: {told}" for _, told in TOLD.values()]


def test_an_edited_option_keeps_the_results_without_a_call(completions: DynamicHost, sandbox: Any) -> None:
    sandbox.calls.clear()
    updated = completions.update("shop/dev/churn-done", STATE, STATE | {"timeoutSeconds": 60})
    assert updated["results"] == STATE["results"]
    assert sandbox.calls.as_json() == []


def test_a_bill_that_is_asked_for_later_needs_no_wait(completions: DynamicHost, submit: Submit, sandbox: Any) -> None:
    name = submit("finish")
    id_, state = completions.create({"jobName": name, "keepTrials": False} | OWNER)
    assert "trials" not in state["results"][name]
    sandbox.calls.clear()
    state = completions.update(id_, state, {"jobName": name, "billing": True} | OWNER)
    result = state["results"][name]
    assert [call["operation"] for call in sandbox.calls.as_json()] == [
        "DescribeHyperParameterTuningJob",
        "ListTrainingJobsForHyperParameterTuningJob",
        "DescribeTrainingJob",
    ]
    (trial,) = result["trials"]
    assert trial["name"] == result["bestTrainingJob"]
    assert trial["billableSeconds"] == result["billableSeconds"] == result["bestBillableSeconds"] > 0
    assert trial["finalMetrics"] == result["bestFinalMetrics"]


def test_another_job_is_waited_for(completions: DynamicHost, submit: Submit) -> None:
    name = submit("finish")
    updated = completions.update("shop/dev/churn-done", STATE, {"jobName": name, "__generations": ["g2"]} | OWNER)
    assert list(updated["results"]) == [name]


def test_a_refresh_does_not_wait_and_keeps_the_results_of_a_job_that_is_gone(
    completions: DynamicHost, submit: Submit, sagemaker: Any
) -> None:
    name = submit("wait")
    state = {"jobName": name} | OWNER
    _, running, _ = completions.read("shop/dev/churn-done", state)
    assert running["results"][name]["status"] == "InProgress"
    delete_job(sagemaker, name)
    _, gone, _ = completions.read("shop/dev/churn-done", running)
    assert gone["results"] == running["results"]


def test_delete_deletes_nothing(completions: DynamicHost, submit: Submit, sagemaker: Any) -> None:
    name = submit("finish")
    completions.delete("shop/dev/churn-done", {"jobName": name} | OWNER)
    assert sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
