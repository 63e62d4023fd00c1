"""Whatever ends an `up` early, the job is in the state or found again: never lost, never two."""

from __future__ import annotations

import signal
import time

import pytest
from sagemaker_sandbox.testing import interrupt
from tuning_stacks import eventually, job_of, kill_all, release_lock

pytestmark = pytest.mark.e2e


def _wait_for_completion_to_wait(stack, aws) -> str:
    """The name of the job for which the stack's completion is waiting."""

    def waiting() -> str | None:
        if not stack.state_file.exists():
            return None
        job = stack.resources().get("churn")
        return job["id"] if job and job["id"] in aws.jobs() else None

    return str(eventually(waiting))


def _own_jobs(stack, aws) -> list[str]:
    stem = job_of(stack).rpartition("-")[0]
    return [name for name in aws.jobs() if name.rpartition("-")[0] == stem]


@pytest.mark.parametrize("way", [pytest.param("SIGINT", marks=pytest.mark.slow), "SIGKILL"])
def test_an_up_that_is_interrupted_while_it_waits_goes_on_with_the_same_job(stack, aws, way):
    before = set(aws.jobs())
    stack.configure(wait="true", seconds="8", trials="2")
    process = stack.start("up", "--stack", stack.name, "--yes", "--skip-preview")
    name = _wait_for_completion_to_wait(stack, aws)
    if way == "SIGINT":
        # The first asks the engine to finish what is under way, the second not to wait for it.
        process.send_signal(signal.SIGINT)
        time.sleep(1)
        interrupt(process)
    else:
        kill_all(process)
        release_lock(stack)
    assert process.returncode != 0
    assert aws.describe(name)["HyperParameterTuningJobStatus"] == "InProgress"

    resumed = stack.up()
    assert resumed.exit_code == 0, resumed.output
    assert job_of(stack) == name
    assert stack.outputs["status"] == "Completed"
    assert set(aws.jobs()) - before == {name}


def test_a_provider_killed_right_after_the_job_was_accepted_leaves_a_job_that_the_next_up_takes(stack, aws):
    before = set(aws.jobs())
    stack.configure(seconds="5")
    process = stack.start("up", "--stack", stack.name, "--yes", "--skip-preview")
    accepted = eventually(lambda: set(aws.jobs()) - before)
    kill_all(process)
    release_lock(stack)
    (lost,) = accepted

    resumed = stack.up()
    assert resumed.exit_code == 0, resumed.output
    assert job_of(stack) == lost
    assert set(aws.jobs()) - before == {lost}
