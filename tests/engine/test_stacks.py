"""Stacks, their configuration and secrets, locks, and moving a state from one engine to another."""

import re

import pytest
import yaml
from box_programs import rewrite
from sagemaker_sandbox.testing import CLI, LOCAL, available_engines

SECRET = 'a = Box("a", secret=config.require_secret("pw"))\npulumi.export("pw", a.secret)\n'


def test_secrets_are_encrypted_everywhere_and_shown_only_on_demand(boxes):
    stack = boxes(SECRET)
    assert stack.run("config", "set", "--secret", "pw", "hush").exit_code == 0
    settings = (stack.program / "Pulumi.dev.yaml").read_text()
    assert re.fullmatch(r"v1:\S{12}:v1:\S{16}:\S+", yaml.safe_load(settings)["encryptionsalt"])
    assert "hush" not in settings
    assert stack.run("config", "get", "pw").stdout.strip() == "hush"
    shown = stack.preview("--diff")
    assert "secret: [secret]" in re.sub(r" +:", ":", shown.stdout)
    assert stack.up().exit_code == 0
    assert "hush" not in stack.state_file.read_text()
    inputs = stack.resources()["a"]["inputs"]
    assert inputs["secret"]["4dabf18193072939515e22adb298388d"] == "1b47061264138c4ac30d75fd1eb44270"
    assert stack.run("stack", "output", "--json").json == {"pw": "[secret]"}
    assert stack.outputs == {"pw": "hush"}
    again = stack.preview("--expect-no-changes")
    assert (again.exit_code, "hush" in again.output) == (0, False)


def test_a_wrong_passphrase_is_told_as_such(boxes):
    stack = boxes('Box("a")\n')
    stack.environment = {**stack.environment, "PULUMI_CONFIG_PASSPHRASE": "wrong"}
    refused = stack.up()
    assert refused.exit_code != 0
    assert "incorrect passphrase" in refused.output


def test_configuration_reaches_the_program(boxes):
    stack = boxes('pulumi.export("all", [config.require("x"), config.require_int("n"), config.require_object("o")])\n')
    stack.configure(x="text", n="3")
    settings = yaml.safe_load((stack.program / "Pulumi.dev.yaml").read_text())
    settings["config"]["boxes:o"] = {"deep": [1, True]}
    (stack.program / "Pulumi.dev.yaml").write_text(yaml.safe_dump(settings))
    assert stack.up("--config", "x=other").exit_code == 0
    assert stack.outputs == {"all": ["other", 3, {"deep": [1, True]}]}
    assert stack.run("config", "rm", "x").exit_code == 0
    assert "Missing required configuration variable 'boxes:x'" in stack.preview().output


def test_one_stack_reads_the_outputs_of_another(boxes):
    first = boxes('a = Box("a")\npulumi.export("made", a.made)\npulumi.export("pw", pulumi.Output.secret("hush"))\n')
    assert first.up().exit_code == 0
    source = 'r = pulumi.StackReference("organization/boxes/dev")\n'
    source += 'pulumi.export("made", r.require_output("made"))\npulumi.export("pw", r.require_output("pw"))\n'
    second = boxes(source, name="reader")
    done = second.up()
    assert done.exit_code == 0, done.output
    assert second.outputs == {"made": first.outputs["made"], "pw": "hush"}
    assert second.run("stack", "output", "pw").stdout == "[secret]\n"
    assert second.preview("--expect-no-changes").exit_code == 0


@pytest.mark.slow
def test_stacks_are_listed_selected_and_removed(boxes):
    stack = boxes('Box("a")\n')
    assert stack.run("stack", "init", "other").exit_code == 0
    listed = {item["name"]: item["current"] for item in stack.run("stack", "ls", "--json").json}
    assert listed == {"dev": False, "other": True}
    assert stack.run("stack", "init", "dev").exit_code != 0
    assert stack.run("stack", "select", "dev").exit_code == 0
    assert stack.run("stack", "select", "missing").exit_code != 0
    assert stack.up().exit_code == 0
    assert "still has resources" in stack.run("stack", "rm", "dev", "--yes").output
    assert stack.run("stack", "rm", "other", "--yes").exit_code == 0
    assert [item["name"] for item in stack.run("stack", "ls", "--json").json] == ["dev"]


@pytest.mark.parametrize(
    ("arguments", "exit_code", "message"),
    [
        (["preview", "--stack", "missing"], 6, "no stack named 'missing' found"),
        (["up", "--stack", "dev"], 2, "must be passed in to proceed when running in non-interactive mode"),
        (["stack", "output", "missing", "--stack", "dev"], 1, "does not have output property 'missing'"),
    ],
)
def test_refusals_have_the_exit_codes_of_the_pulumi_cli(boxes, arguments, exit_code, message):
    stack = boxes("")
    refused = stack.run(*arguments)
    assert message in refused.output
    assert refused.exit_code == exit_code


def test_changes_that_were_not_expected_have_an_exit_code_of_their_own(boxes):
    assert boxes('Box("a")\n').preview("--expect-no-changes").exit_code == 7


@pytest.mark.skipif(CLI not in available_engines(), reason="needs the Pulumi CLI on PATH")
def test_each_engine_takes_over_the_others_state_with_no_changes(boxes, engine):
    stack = boxes(SECRET + 'Case("case", tags={"number": 1.5, "text": "ü"})\n')
    stack.run("config", "set", "--secret", "pw", "hush")
    assert stack.up().exit_code == 0
    other = stack.with_engine(CLI if engine == LOCAL else LOCAL)
    taken = other.preview("--expect-no-changes")
    assert taken.exit_code == 0, taken.output
    rewrite(stack, SECRET)
    assert other.up().exit_code == 0
    exported = other.run("stack", "export", "--stack", "dev").stdout
    assert stack.run("stack", "import", "--stack", "dev", stdin=exported).exit_code == 0
    assert stack.preview("--expect-no-changes").exit_code == 0
    assert stack.destroy().exit_code == 0
