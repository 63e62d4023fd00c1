"""Resource options."""

import pytest
from box_programs import rewrite


def test_a_protected_resource_is_neither_deleted_nor_replaced(boxes, cloud):
    stack = boxes('Box("a", ResourceOptions(protect=True), size=1)\n')
    stack.up()
    refused = stack.destroy()
    assert refused.exit_code != 0
    assert "protect" in refused.output
    rewrite(stack, 'Box("a", ResourceOptions(protect=True), size=2)\n')
    refused = stack.up()
    assert refused.exit_code != 0
    assert "unable to replace resource" in refused.output
    assert cloud.named("a") == [{"name": "a", "size": 1}]
    rewrite(stack, 'Box("a", size=1)\n')
    assert stack.up().exit_code == 0
    assert stack.destroy().exit_code == 0
    assert cloud.boxes() == {}


def test_a_retained_resource_leaves_the_state_but_not_the_cloud(boxes, cloud):
    stack = boxes('Box("a", ResourceOptions(retain_on_delete=True))\n')
    stack.up()
    assert stack.destroy().exit_code == 0
    assert len(cloud.named("a")) == 1
    assert stack.export().get("resources", []) == []


def test_deleted_with_leaves_the_deletion_to_the_other_resource(boxes, cloud):
    stack = boxes('a = Box("a")\nBox("b", ResourceOptions(deleted_with=a))\n')
    stack.up()
    assert stack.destroy().exit_code == 0
    assert [call for call in cloud.calls() if call.startswith("delete")] == ["delete a"]


@pytest.mark.slow
def test_ignored_changes_stay_as_they_were(boxes, cloud):
    source = 'Box("a", ResourceOptions(ignore_changes=["tags.team"]), tags={{"team": "{team}", "env": "{env}"}})\n'
    stack = boxes(source.format(team="ml", env="test"))
    stack.up()
    rewrite(stack, source.format(team="risk", env="test"))
    assert stack.preview("--expect-no-changes").exit_code == 0
    rewrite(stack, source.format(team="risk", env="prod"))
    stack.up()
    assert cloud.named("a")[0]["tags"] == {"team": "ml", "env": "prod"}


@pytest.mark.slow
def test_an_alias_takes_over_the_state_of_another_name(boxes, cloud):
    stack = boxes('Box("a", tags={"team": "ml"})\n')
    stack.up()
    before = stack.resources()["a"]["id"]
    rewrite(stack, 'Box("b", ResourceOptions(aliases=[pulumi.Alias(name="a")]), tags={"team": "ml"})\n')
    done = stack.up()
    assert done.exit_code == 0, done.output
    assert stack.resources()["b"]["id"] == before
    assert "a" not in stack.resources()
    assert len(cloud.boxes()) == 1


@pytest.mark.slow
def test_a_child_follows_its_aliased_parent(boxes, cloud):
    stack = boxes('Case("old")\n')
    stack.up()
    before = stack.resources()["old-box"]["id"]
    rewrite(stack, 'Case("new", ResourceOptions(aliases=[pulumi.Alias(name="old")]))\n')
    done = stack.up()
    assert done.exit_code == 0, done.output
    assert stack.resources()["new-box"]["id"] == before
    assert len(cloud.boxes()) == 1


def test_additional_secret_outputs_are_secret_in_the_state(boxes):
    stack = boxes('a = Box("a", ResourceOptions(additional_secret_outputs=["made"]))\npulumi.export("made", a.made)\n')
    stack.up()
    assert "ciphertext" in stack.resources()["a"]["outputs"]["made"]
    assert stack.run("stack", "output", "--json").json == {"made": "[secret]"}


@pytest.mark.slow
def test_targets_leave_the_rest_alone(boxes, cloud):
    source = 'Box("a", tags={{"v": "{v}"}})\nBox("b", tags={{"v": "{v}"}})\n'
    stack = boxes(source.format(v=1))
    stack.up()
    urn = stack.resources()["a"]["urn"]
    rewrite(stack, source.format(v=2))
    assert stack.up("--target", urn).exit_code == 0
    assert cloud.named("a")[0]["tags"] == {"v": "2"}
    assert cloud.named("b")[0]["tags"] == {"v": "1"}


@pytest.mark.slow
def test_a_dependency_without_data_orders_creation_and_deletion(boxes, cloud):
    stack = boxes('a = Box("a", slow=0.3)\nBox("b", ResourceOptions(depends_on=[a]))\n')
    stack.up()
    stack.destroy()
    calls = [call for call in cloud.calls() if "check" not in call]
    assert calls == ["create a", "create b", "delete b", "delete a"]
