"""What is left when something goes wrong."""

import json
import signal
import time

import pytest
from box_programs import rewrite
from sagemaker_sandbox.testing import LOCAL, interrupt


def _wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "nothing happened in time"
        time.sleep(0.02)


def test_check_failures_name_the_property_and_nothing_is_created(boxes, cloud):
    stack = boxes('Box("a", bad="yes")\n')
    refused = stack.preview()
    assert refused.exit_code != 0
    assert "resource 'a': property bad value {yes} has a problem: a box is never bad" in refused.output
    assert "resource 'a' has a problem: nor is it worse" in refused.output
    assert stack.up().exit_code != 0
    assert cloud.boxes() == {}


@pytest.mark.slow
def test_a_failed_diff_is_an_error_of_the_resource(boxes, cloud):
    stack = boxes('Box("a")\n')
    stack.up()
    rewrite(stack, 'Box("a", fail="diff")\n')
    for refused in (stack.preview(), stack.up()):
        assert refused.exit_code != 0
        told = [diagnostic for diagnostic in refused.diagnostics if "a may not change" in diagnostic.message]
        assert [diagnostic.urn.rpartition("::")[2] for diagnostic in told] == ["a"]
        assert "1 errored" in refused.stdout
    assert len(cloud.boxes()) == 1


def test_a_failed_create_keeps_what_was_made_and_the_next_up_goes_on(boxes, cloud):
    source = 'a = Box("a")\nb = Box("b", fail={fail!r}, tags={{"of": a.made}})\nBox("c", tags={{"of": b.made}})\n'
    stack = boxes(source.format(fail="create"))
    failed = stack.up()
    assert failed.exit_code != 0
    assert "no room for b" in failed.output
    assert "1 errored" in failed.stdout or "2 errored" in failed.stdout
    assert "a" in stack.resources()
    assert "b" not in stack.resources()
    assert stack.export().get("pending_operations") is None
    rewrite(stack, source.format(fail=None))
    assert "+ 2 created" in stack.up().stdout
    assert len(cloud.boxes()) == 3


def test_a_failed_delete_keeps_the_resource_in_the_state(boxes, cloud):
    stack = boxes('a = Box("a")\nBox("b", fail="delete", tags={"of": a.made})\n')
    stack.up()
    failed = stack.destroy()
    assert failed.exit_code != 0
    assert "b does not go" in failed.output
    assert {"a", "b"} <= stack.resources().keys()
    assert len(cloud.boxes()) == 2


@pytest.mark.slow
def test_a_replacement_whose_old_resource_stays_is_finished_by_the_next_up(boxes, cloud):
    stack = boxes('Box("a", size=1, fail="delete")\n')
    stack.up()
    rewrite(stack, 'Box("a", size=2)\n')
    assert stack.up().exit_code != 0
    assert len(cloud.named("a")) == 2
    waiting = [item for item in stack.export()["resources"] if item.get("delete")]
    assert [item["inputs"]["size"] for item in waiting] == [1]
    # Mend what keeps the old box, in the state as in the cloud.
    document = stack.run("stack", "export").stdout.replace('"fail": "delete"', '"fail": "no more"')
    assert stack.run("stack", "import", stdin=document).exit_code == 0
    assert stack.up().exit_code == 0
    assert [box["size"] for box in cloud.named("a")] == [2]


def test_a_program_that_raises_deletes_nothing(boxes, cloud):
    stack = boxes('Box("a")\n')
    stack.up()
    rewrite(stack, 'raise ValueError("not today")\n')
    failed = stack.up()
    assert failed.exit_code != 0
    assert "ValueError: not today" in failed.output
    assert "__main__.py" in failed.output
    assert len(cloud.named("a")) == 1
    assert "a" in stack.resources()


def test_after_a_failure_outputs_that_were_not_reached_stay(boxes):
    stack = boxes('a = Box("a")\npulumi.export("made", a.made)\n')
    stack.up()
    made = stack.outputs["made"]
    rewrite(stack, 'a = Box("a", tags={"x": "y"}, fail="update")\npulumi.export("made", a.made)\n')
    assert stack.up().exit_code != 0
    assert stack.outputs == {"made": made}


def test_the_first_interrupt_finishes_what_runs(boxes, cloud):
    stack = boxes('a = Box("a", slow=2)\nBox("b", tags={"of": a.made})\n')
    running = stack.start("up", "--yes", "--skip-preview", "--stack", "dev")
    _wait_for(lambda: "create a" in cloud.calls())
    output = interrupt(running)
    assert running.returncode != 0, output
    assert "a" in stack.resources(), output
    assert "b" not in stack.resources()
    assert stack.export().get("pending_operations") is None
    assert stack.up().exit_code == 0
    assert len(cloud.named("a")) == 1


def test_a_killed_engine_leaves_a_valid_state_that_says_what_was_pending(boxes, cloud, engine):
    stack = boxes('Box("a")\nBox("b", slow=30)\n')
    running = stack.start("up", "--yes", "--skip-preview", "--stack", "dev")
    _wait_for(lambda: "create b" in cloud.calls() and len(cloud.named("a")) == 1)
    _wait_for(lambda: '"type":"creating"' in stack.state_file.read_text())
    running.send_signal(signal.SIGKILL)
    running.communicate()
    document = json.loads(stack.state_file.read_text())["checkpoint"]["latest"]
    pending = [(item["resource"]["urn"].rsplit("::", 1)[1], item["type"]) for item in document["pending_operations"]]
    assert pending == [("b", "creating")]
    if engine != LOCAL:
        stack.run("cancel", "--yes")
    rewrite(stack, 'Box("a")\nBox("b")\n')
    resumed = stack.up()
    assert resumed.exit_code == 0, resumed.output
    assert "1 pending operations from previous deployment" in resumed.output
    assert "interrupted while creating" in resumed.output
    assert len(cloud.named("a")) == 1
