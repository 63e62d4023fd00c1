"""What only the local engine does: saying what it is, refusing what it lacks, and its own lock and processes."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from sagemaker_sandbox.testing import LOCAL, PulumiStack


@pytest.fixture
def engine():
    return LOCAL


def test_the_first_line_says_which_engine_runs(boxes):
    first = boxes("").preview().stdout.splitlines()[0]
    assert "local engine" in first
    assert "not for production" in first


def test_version_does_not_pass_for_the_pulumi_cli(boxes):
    assert "local engine" in boxes("").run("version").stdout


def test_json_alone_is_on_standard_output(boxes):
    shown = boxes('print("from the program")\nBox("a")\n').preview("--json")
    assert shown.json["changeSummary"] == {"create": 2}
    assert [item["message"] for item in shown.json["diagnostics"]] == ["from the program\n\n"]
    assert "local engine" in shown.stderr


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("pulumi.runtime.register_stack_transformation(lambda a: None)\nBox('a')\n", None),
        ("pulumi.runtime.register_resource_transform(lambda a: None)\n", "stack transforms"),
        ("Box('a', ResourceOptions(transforms=[lambda a: None]))\n", "transforms"),
        ("pulumi.ResourceHook('h', lambda a: None)\n", "resource hooks ('h')"),
        ("pulumi.CustomResource('gcp:storage:Bucket', 'b', {})\n", "no provider for package 'gcp'"),
    ],
)
def test_what_is_missing_is_named(boxes, source, message):
    done = boxes(source).preview()
    if message is None:  # the older transformations run in the program itself
        assert done.exit_code == 0, done.output
    else:
        assert done.exit_code == 1
        assert message in done.output


def test_an_unknown_flag_is_refused(boxes):
    refused = boxes("").run("up", "--policy-pack", "x")
    assert refused.exit_code == 1
    assert "--policy-pack" in refused.stderr


@pytest.mark.slow
def test_a_second_operation_on_a_stack_is_refused_while_the_first_runs(boxes, cloud):
    stack = boxes('Box("a", slow=6)\n')
    running = stack.start("up", "--yes", "--skip-preview")
    while "create a" not in cloud.calls():
        time.sleep(0.02)
    refused = stack.up()
    assert refused.exit_code == 1
    assert "currently locked" in refused.output
    output, _ = running.communicate(timeout=120)
    assert running.returncode == 0, output


def test_the_second_interrupt_ends_everything_and_leaves_word_in_the_state(boxes, cloud):
    stack = boxes('Box("a", slow=60)\n')
    running = stack.start("up", "--yes", "--skip-preview")
    while "create a" not in cloud.calls():
        time.sleep(0.02)
    children = psutil.Process(running.pid).children(recursive=True)
    running.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert running.poll() is None, "the first interrupt waits for what runs"
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=60)
    assert running.returncode == 8
    assert [item["type"] for item in stack.export()["pending_operations"]] == ["creating"]
    _, alive = psutil.wait_procs(children, timeout=60)
    assert alive == []


def test_no_provider_outlives_a_killed_engine(boxes, cloud):
    stack = boxes('Box("a", slow=60)\n')
    running = stack.start("up", "--yes", "--skip-preview")
    while "create a" not in cloud.calls():
        time.sleep(0.02)
    children = psutil.Process(running.pid).children(recursive=True)
    running.send_signal(signal.SIGKILL)
    running.communicate(timeout=60)
    _, alive = psutil.wait_procs(children, timeout=60)
    assert alive == []


@pytest.mark.slow
def test_without_a_yes_the_terminal_is_asked(boxes):
    stack = boxes('Box("a")\n')
    answered = {answer: _ask_in_a_terminal(stack, answer) for answer in ("no", "yes")}
    assert "Do you want to perform this update?" in answered["no"][1]
    assert answered["no"][0] == 8
    assert answered["yes"][0] == 0
    assert "a" in stack.resources()


def _ask_in_a_terminal(stack: PulumiStack, answer: str) -> tuple[int, str]:
    """Run `up` in a pseudo-terminal and type the answer."""
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "sagemaker_sandbox.engine", "up", "--stack", "dev"],
        cwd=stack.program,
        env=stack.full_environment(),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    os.write(ours, f"{answer}\n".encode())
    output = b""
    while True:
        try:
            chunk = os.read(ours, 4096)
        except OSError:  # the terminal is closed when the process has ended
            break
        if not chunk:
            break
        output += chunk
    os.close(ours)
    return process.wait(timeout=60), output.decode()
