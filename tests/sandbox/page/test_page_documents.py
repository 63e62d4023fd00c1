"""What the live page is told: the state, the logs, and what is not the page's to answer."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import pytest
from page_jobs import eventually, training_request, tuning_request

LINES = 8_000


def ask(watched: Any, path: str, method: str = "GET", **query: str) -> Any:
    address = f"{watched.sandbox.url}/_sandbox{path}?{urllib.parse.urlencode(query)}"
    return urllib.request.urlopen(urllib.request.Request(address, method=method), timeout=60)


def state(watched: Any, **query: str) -> Any:
    with ask(watched, "/state", **query) as answer:
        return json.load(answer)


@pytest.fixture(scope="module")
def jobs(watched):
    """Two tuning jobs and a training job of none, all ended; ARNs by name."""
    for name in ("first", "second"):
        watched.create(tuning_request(name, watched.role_arn, trials=2))
    watched.sagemaker.create_training_job(**training_request("alone", watched.role_arn))
    eventually(
        lambda: watched.sagemaker.describe_training_job(TrainingJobName="alone")["TrainingJobStatus"] != "InProgress"
    )
    return {name: watched.ended(name)["HyperParameterTuningJobArn"] for name in ("first", "second")}


def test_the_newest_job_is_shown_until_another_is_chosen(watched, jobs):
    assert [job["name"] for job in state(watched)["tuningJobs"]] == ["second", "first"]
    assert state(watched)["shown"]["name"] == "second"
    assert state(watched, job=jobs["first"])["shown"]["name"] == "first"
    assert state(watched, job="arn:of:a:job:that:is:gone")["shown"]["name"] == "second"


def test_counts_and_the_best_trial_are_the_services_own(watched, jobs):
    shown = state(watched, job=jobs["first"])["shown"]
    described = watched.ended("first")
    best = described["BestTrainingJob"]
    assert shown["trialCounts"] == {"Completed": described["TrainingJobStatusCounters"]["Completed"]}
    assert shown["bestTrial"] == best["TrainingJobArn"]
    assert shown["best"] == pytest.approx(best["FinalHyperParameterTuningJobObjectiveMetric"]["Value"])
    assert shown["objectives"] == {"score": "Maximize"}
    assert [trial["hasEnded"] for trial in shown["trials"]] == [True, True]


def test_training_jobs_of_no_tuning_job_are_a_list_of_their_own(watched, jobs):
    shown = state(watched, job="")
    assert shown["singleTrainingJobs"] == 1
    assert [trial["name"] for trial in shown["shown"]["trials"]] == ["alone"]


def test_a_log_is_its_last_whole_lines(watched, jobs):
    request = tuning_request("wordy", watched.role_arn, trials=1, lines=str(LINES))
    watched.create(request)
    arn = watched.ended("wordy")["BestTrainingJob"]["TrainingJobArn"]
    with ask(watched, "/log", training_job=arn) as answer:
        log = answer.read().decode()
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert len(log) <= 64 * 1024
    first, *_, last = log.splitlines()
    assert first.startswith("line ")
    assert last.startswith("score=")


@pytest.mark.parametrize("arn", ["", "../../etc/passwd", "arn:aws:sagemaker:us-east-1:123456789012:training-job/.."])
def test_only_a_training_jobs_log_is_served(watched, arn):
    with pytest.raises(urllib.error.HTTPError) as raised:
        ask(watched, "/log", training_job=arn)
    assert raised.value.code == 404
    raised.value.close()


@pytest.mark.parametrize("path", ["", "/", "/page.js", "/state"])
def test_nothing_of_the_page_may_run_or_call_elsewhere(watched, path):
    with ask(watched, path) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert policy.startswith("default-src 'none'; script-src 'self';")


def test_the_page_only_reads_and_is_no_call_of_a_client(watched, jobs):
    before = watched.sandbox.calls
    for path in ("", "/state", "/curve.js"):
        ask(watched, path).close()
    assert watched.sandbox.calls == before
    with pytest.raises(urllib.error.HTTPError) as raised:
        ask(watched, "/state", method="POST")
    assert raised.value.code == 404
    raised.value.close()
