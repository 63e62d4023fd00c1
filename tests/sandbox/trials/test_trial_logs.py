"""Logs as CloudWatch Logs streams: where clients look for what a trial printed."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import Any

from sagemaker_sandbox.trials.events import now
from sagemaker_sandbox.trials.logs import GROUP, LogStream
from training_jobs import DEADLINE_SECONDS, SCRIPT_IMAGE, Jobs, logs_client, training_job


def streams(logs: Any) -> list[str]:
    if not logs.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"]:
        return []
    return [stream["logStreamName"] for stream in logs.describe_log_streams(logGroupName=GROUP)["logStreams"]]


def lines(logs: Any, stream: str) -> list[str]:
    """Every line of a stream, page by page, as the clients' wait-and-print loops do."""
    found: list[str] = []
    token: dict[str, str] = {}
    while True:
        page = logs.get_log_events(logGroupName=GROUP, logStreamName=stream, startFromHead=True, **token)
        if not page["events"]:
            return found
        found += [event["message"] for event in page["events"]]
        token = {"nextToken": page["nextForwardToken"]}


def test_a_training_job_has_a_stream_with_the_lines_of_its_log(logging_jobs: Jobs, logs: Any) -> None:
    run = logging_jobs.script("print('a\\tb'); print(); print('last')")
    assert run.result().status == "Completed"
    (stream,) = streams(logs)
    assert re.fullmatch(r"tune-001-0badcafe/algo-1-\d{10}", stream)
    assert lines(logs, stream) == ["a#011b", "last"]
    assert run.trial.log.read_text() == "a#011b\n\nlast\n"


def test_a_log_can_be_followed_while_the_trial_runs(logging_jobs: Jobs, logs: Any) -> None:
    run = logging_jobs.script("import time; print('ready=1'); time.sleep(600)", metrics=("ready",))
    run.wait_for_log("ready")
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not (found := streams(logs)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert lines(logs, found[0]) == ["ready=1"]
    run.trial.stop()
    run.result()


def test_every_training_job_has_a_stream_of_its_own(logging_jobs: Jobs, logs: Any) -> None:
    for name in ("first", "second"):
        assert logging_jobs.script(f"print('{name}')", TrainingJobName=name).result().status == "Completed"
    found = {stream.partition("/")[0]: lines(logs, stream) for stream in streams(logs)}
    assert found == {"first": ["first"], "second": ["second"]}


def test_more_lines_than_one_request_takes_arrive_in_order(logs: Any) -> None:
    stream = LogStream(logs, "job/algo-1-1")
    expected = [f"line {number}" for number in range(10_050)] + ["x" * 60_000] * 20
    for line in expected:
        stream.add(line, now())
    stream.send()
    assert lines(logs, "job/algo-1-1") == expected


def test_a_line_longer_than_an_event_may_be_is_cut(logs: Any) -> None:
    stream = LogStream(logs, "job/algo-1-1")
    stream.add("é" * 300_000, now())
    stream.send()
    (line,) = lines(logs, "job/algo-1-1")
    assert 60_000 < len(line) < 1 << 16


def test_a_training_job_whose_log_cannot_be_sent_completes_all_the_same(jobs: Jobs, caplog: Any) -> None:
    unreachable = logs_client("http://127.0.0.1:9")
    run = replace(jobs, logs=unreachable).script("print('done')")
    assert run.result().status == "Completed"
    assert run.trial.log.read_text() == "done\n"
    assert "lines of log stream tune-001-0badcafe/algo-1-" in caplog.text
    unreachable.close()


def test_requirements_are_not_installed_and_the_log_says_so(jobs: Jobs) -> None:
    code = jobs.code({"train.py": "print('ran')", "requirements.txt": "surely-no-such-package==1.0"})
    parameters = {"sagemaker_program": "train.py", "sagemaker_submit_directory": code}
    run = jobs.start(training_job(SCRIPT_IMAGE, parameters, []))
    assert run.result().status == "Completed"
    assert run.trial.log.read_text().splitlines() == [
        "The sandbox does not install requirements.txt: the script runs with the packages of its Python.",
        "ran",
    ]
