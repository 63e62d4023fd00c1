"""Why a job failed, as a completion tells it: in its error, in its outputs, and without what is secret."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pytest
from adapter_jobs import BUCKET, SECRET, job
from dynamic_host import DynamicHost

OWNER = {"__owner": "shop/dev/churn-done"}
NICKNAME = "the-silent-one"
SECRET_PATHS = [["training_job_definition", "environment", name] for name in ("API_TOKEN", "NICKNAME")]

Submit = Callable[..., str]


@pytest.fixture(scope="module")
def completions(aws: Any, providers: Any) -> Iterator[DynamicHost]:
    with DynamicHost(providers["completion"], {"sagemaker-tuning:pollIntervalSeconds": 0.2}, aws) as shared:
        yield shared


@pytest.fixture
def submit(host: Any, sagemaker: Any) -> Submit:
    """Create a job whose trials end in a given way, and return its name."""

    def submit_job(does: str, trials: int = 1) -> str:
        static = {
            "sagemaker_program": "train.py",
            "sagemaker_submit_directory": f"s3://{BUCKET}/code.tar.gz",
            "does": does,
        }
        declared = job(
            trainingJobDefinition__staticHyperParameters=static,
            trainingJobDefinition__environment={"API_TOKEN": SECRET, "NICKNAME": NICKNAME},
            hyperParameterTuningJobConfig__resourceLimits__maxNumberOfTrainingJobs=trials,
        )
        checked, failures = host.check(declared | {"__owner": f"shop/dev/{does}", "__secretPaths": SECRET_PATHS})
        assert failures == []
        return str(host.create(checked)[0])

    return submit_job


def test_the_error_says_why_and_what_to_do_in_few_lines(completions: DynamicHost, submit: Submit) -> None:
    name = submit("fail", trials=3)
    with pytest.raises(grpc.RpcError) as failed:
        completions.create({"jobName": name} | OWNER)
    lines = failed.value.details().splitlines()
    assert len(lines) <= 20
    said = "\n".join(lines)
    assert f"{name} is Failed: No training job succeeded after 3 attempts." in said
    assert "3 of 3 trials gave no result:" in lines
    assert "  3 × script_error: The training script failed: the data is not what it was" in lines
    assert "      | the data is not what it was" in lines
    assert lines[-1].endswith("set on_failure='continue' to go on without its result.")


def test_several_failed_jobs_have_one_group_each(completions: DynamicHost, submit: Submit) -> None:
    names = [submit("fail"), submit("tell")]
    with pytest.raises(grpc.RpcError) as failed:
        completions.create({"jobNames": names, "__jobSecretPaths": SECRET_PATHS} | OWNER)
    said = failed.value.details()
    assert len(said.splitlines()) <= 20
    for name in names:
        assert f"{name} is Failed" in said
    assert "failed: the data is not what it was" in said
    assert "failed: [secret] was refused with [secret]" in said
    assert SECRET not in said
    assert NICKNAME not in said


def test_a_completion_that_goes_on_has_the_digest_as_an_output(completions: DynamicHost, submit: Submit) -> None:
    name = submit("tell", trials=2)
    secrets = {"__jobSecretPaths": SECRET_PATHS}
    _, state = completions.create({"jobName": name, "onFailure": "continue"} | OWNER | secrets)
    result = state["results"][name]
    failures = result["failures"]
    (group,) = failures.pop("groups")
    assert failures == {"failed": 2, "total": 2}
    assert (group["cause"], group["count"]) == ("script_error", 2)
    assert group["example"] in {trial["name"] for trial in result["trials"]}
    assert group["logLines"] == ["[secret] was refused with [secret]"]
    assert {trial["failureReason"] for trial in result["trials"]} == {group["exampleReason"]}
    for text in (SECRET, NICKNAME, "Command"):
        assert text not in str(state["results"])


def test_a_refresh_keeps_the_digest_and_reads_no_log(completions: DynamicHost, submit: Submit, sandbox: Any) -> None:
    name = submit("fail")
    inputs = {"jobName": name, "onFailure": "continue"} | OWNER
    _, state = completions.create(inputs)
    sandbox.calls.clear()
    _, read, _ = completions.read("shop/dev/churn-done", state)
    assert read["results"][name]["failures"] == state["results"][name]["failures"]
    assert not {"DescribeLogStreams", "GetLogEvents"} & {call["operation"] for call in sandbox.calls.as_json()}


def test_a_job_without_failures_has_none_and_reads_no_log(
    completions: DynamicHost, submit: Submit, sandbox: Any
) -> None:
    name = submit("finish")
    sandbox.calls.clear()
    _, state = completions.create({"jobName": name} | OWNER)
    assert "failures" not in state["results"][name]
    assert not {"DescribeLogStreams", "GetLogEvents"} & {call["operation"] for call in sandbox.calls.as_json()}
