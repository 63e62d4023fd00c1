"""How a trial is ended: by a request, by its time limit, or with the sandbox; and that nothing is left of it."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from sagemaker_sandbox.trials import Event, Metric, Trial
from training_jobs import BUCKET, DEADLINE_SECONDS, SCRIPT_IMAGE, Jobs, Run, training_job

SLEEP = "import time; print('ready=1'); time.sleep(600)"

SAVES_ON_TERM = """
    import os, pathlib, signal, sys, time
    def save(*_):
        pathlib.Path(os.environ["SM_MODEL_DIR"], "partial").write_text("so far")
        sys.exit(0)
    signal.signal(signal.SIGTERM, save)
    print("ready=1")
    time.sleep(600)
"""

IGNORES_TERM = """
    import signal, time
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("ready=1")
    time.sleep(600)
"""

# Three processes besides the script: a child, one in a session of its own, and one that was orphaned there.
HAS_CHILDREN = """
    import os, subprocess, sys, time
    sleep = [sys.executable, "-c", "import time; time.sleep(600)", os.environ["TRAINING_JOB_NAME"]]
    subprocess.Popen(sleep)
    subprocess.Popen(sleep, start_new_session=True)
    subprocess.run([sys.executable, "-c", f"import subprocess; subprocess.Popen({sleep!r}, start_new_session=True)"])
"""


def stopped(run: Run) -> Run:
    run.wait_for_log("ready")
    run.trial.stop()
    return run


def processes_of(name: str) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(name in part for part in process.info["cmdline"] or ())
    ]


def wait_until_gone(name: str) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while left := processes_of(name):
        assert time.monotonic() < deadline, f"still running: {left}"
        time.sleep(0.02)


def test_a_stopped_trial_ends_at_once_and_goes_through_stopping(jobs: Jobs) -> None:
    run = stopped(jobs.script(SLEEP, metrics=("ready",)))
    result = run.result()
    assert (result.status, result.secondary_status) == ("Stopped", "Stopped")
    assert result.failure_reason is None
    assert run.statuses() == ["Starting", "Downloading", "Training", "Stopping", "Uploading"]


def test_a_script_may_save_its_model_on_sigterm(jobs: Jobs) -> None:
    result = stopped(jobs.script(SAVES_ON_TERM, metrics=("ready",))).result()
    assert result.status == "Stopped"
    assert jobs.archive(result.model_artifacts or "") == {"partial": b"so far"}


def test_a_script_that_ignores_sigterm_is_killed_after_the_grace_period(jobs: Jobs) -> None:
    run = stopped(jobs.script(IGNORES_TERM, metrics=("ready",)))
    before = time.monotonic()
    result = run.result()
    assert time.monotonic() - before >= jobs.runner.stop_grace_seconds * 0.9
    assert (result.status, result.exit_code) == ("Stopped", 137)


def test_kill_leaves_no_grace(jobs: Jobs) -> None:
    graceful = replace(jobs, runner=replace(jobs.runner, stop_grace_seconds=600))
    run = graceful.script(IGNORES_TERM, metrics=("ready",))
    run.wait_for_log("ready")
    run.trial.kill()
    assert (run.result().status, run.result().exit_code) == ("Stopped", 137)


def test_kill_ends_a_trial_that_is_stopping_already(jobs: Jobs) -> None:
    graceful = replace(jobs, runner=replace(jobs.runner, stop_grace_seconds=600))
    run = stopped(graceful.script(IGNORES_TERM, metrics=("ready",)))
    run.trial.kill()
    assert (run.result().status, run.result().exit_code) == ("Stopped", 137)


def test_a_crash_fails_the_training_job(jobs: Jobs) -> None:
    run = jobs.script(IGNORES_TERM, metrics=("ready",))
    run.wait_for_log("ready")
    assert run.trial.crash()
    assert (run.result().status, run.result().exit_code) == ("Failed", 137)


def test_a_trial_that_has_ended_cannot_crash_or_be_killed(jobs: Jobs) -> None:
    run = jobs.script("print('done')")
    result = run.result()
    assert not run.trial.crash()
    run.trial.kill()
    assert run.result() is result
    assert result.status == "Completed"


def test_stopping_twice_or_after_the_end_changes_nothing(jobs: Jobs) -> None:
    run = stopped(jobs.script(SLEEP, metrics=("ready",)))
    run.trial.stop()
    result = run.result()
    run.trial.stop()
    assert run.result() is result
    assert run.statuses().count("Stopping") == 1


def test_a_trial_that_is_stopped_before_its_process_starts_never_starts_it(jobs: Jobs) -> None:
    class StopsItself(Jobs):
        def start(self, job: dict[str, Any]) -> Run:
            run = super().start(job)
            run.trial.stop()
            return run

    early = StopsItself(SlowS3(jobs.s3), jobs.folder, jobs.runner)
    run = early.script("print('ran=1')", metrics=("ran",))
    assert run.result().status == "Stopped"
    assert run.statuses() == ["Starting", "Downloading"]
    assert not run.trial.log.exists()


class SlowS3:
    """An S3 client whose downloads take a moment."""

    def __init__(self, s3: Any) -> None:
        self._s3 = s3

    def __getattr__(self, name: str) -> Any:
        return getattr(self._s3, name)

    def get_object(self, **request: Any) -> Any:
        time.sleep(0.3)
        return self._s3.get_object(**request)


def test_the_time_limit_stops_a_trial(jobs: Jobs) -> None:
    run = jobs.script(SLEEP, StoppingCondition={"MaxRuntimeInSeconds": 1})
    result = run.result()
    assert (result.status, result.secondary_status) == ("Stopped", "MaxRuntimeExceeded")
    assert run.statuses() == ["Starting", "Downloading", "Training", "Stopping", "Uploading"]


def test_the_time_limit_stops_a_trial_that_never_stops_printing(jobs: Jobs) -> None:
    run = jobs.script("while True: print('x' * 100)", StoppingCondition={"MaxRuntimeInSeconds": 1})
    assert run.result().secondary_status == "MaxRuntimeExceeded"


def test_a_listener_may_stop_its_trial(jobs: Jobs) -> None:
    parameters = {"sagemaker_program": "train.py", "sagemaker_submit_directory": jobs.code({"train.py": SLEEP})}
    job = training_job(SCRIPT_IMAGE, parameters, [{"Name": "ready", "Regex": "ready=(.)"}])
    trials: list[Trial] = []

    def stop_at_the_first_metric(event: Event) -> None:
        if isinstance(event, Metric):
            trials[0].stop()

    trials.append(jobs.runner.start(job, jobs.folder / "trial", jobs.s3, stop_at_the_first_metric))
    result = trials[0].wait(DEADLINE_SECONDS)
    assert result
    assert result.status == "Stopped"


@pytest.mark.parametrize("ending", ["", "raise SystemExit(1)", "print('ready=1'); time.sleep(600)"])
def test_no_process_outlives_a_trial_whether_it_completes_fails_or_is_stopped(jobs: Jobs, ending: str) -> None:
    name = f"children-{uuid.uuid4().hex}"
    run = jobs.script(
        textwrap.dedent(HAS_CHILDREN) + ending,
        metrics=("ready",),
        TrainingJobName=name,
        HyperParameters={"label": name},
    )
    if "ready" in ending:
        stopped(run)
    run.result()
    assert processes_of(name) == []


RUNNER = """
    import sys, boto3
    from pathlib import Path
    from sagemaker_sandbox.trials import Metric, TrialRunner
    s3 = boto3.client("s3", endpoint_url=sys.argv[1], region_name="us-east-1", aws_access_key_id="test",
                      aws_secret_access_key="test")
    job = {
        "TrainingJobName": sys.argv[4],
        "HyperParameters": {"sagemaker_program": "train.py", "sagemaker_submit_directory": sys.argv[2],
                            "label": sys.argv[4]},
        "AlgorithmSpecification": {"TrainingInputMode": "File",
                                   "MetricDefinitions": [{"Name": "ready", "Regex": "ready=(.)"}]},
        "OutputDataConfig": {"S3OutputPath": "s3://training-data/output"},
    }
    tell = lambda event: print("ready", flush=True) if isinstance(event, Metric) else None
    TrialRunner().start(job, Path(sys.argv[3]), s3, tell).wait()
"""


@pytest.mark.parametrize("signal", ["kill", "terminate"])
def test_no_process_outlives_a_sandbox_that_is_killed(jobs: Jobs, s3_url: str, tmp_path: Path, signal: str) -> None:
    source = textwrap.dedent(HAS_CHILDREN) + "print('ready=1')\ntime.sleep(600)\n"
    code = jobs.code({"train.py": source})
    name = f"orphans-{uuid.uuid4().hex}"
    command = [sys.executable, "-c", textwrap.dedent(RUNNER), s3_url, code, str(tmp_path / "trial"), name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as sandbox:
        assert sandbox.stdout
        assert sandbox.stdout.readline() == "ready\n"
        assert len(processes_of(name)) == 6  # the sandbox, the launcher, the script and its three
        getattr(sandbox, signal)()
    wait_until_gone(name)


def test_a_missing_output_bucket_fails_the_job_after_its_training(jobs: Jobs) -> None:
    run = jobs.script("print('trained')", OutputDataConfig={"S3OutputPath": "s3://missing-bucket/x"})
    result = run.result()
    assert result.status == "Failed"
    assert result.failure_reason
    assert "Artifact upload failed" in result.failure_reason
    assert jobs.keys("output/") == []
    assert BUCKET not in result.failure_reason
