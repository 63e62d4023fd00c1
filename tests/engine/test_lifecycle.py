"""Create, update, replace, refresh and destroy, as seen from the state, from the cloud and from the output."""

import pytest
from box_programs import rewrite

TWO = 'a = Box("a", tags={"team": "ml"})\nBox("b", source=a.made)\npulumi.export("made", a.made)\n'


def test_a_stack_is_made_kept_and_unmade(boxes, cloud):
    stack = boxes(TWO)
    assert stack.preview().operations == {"boxes-dev": "create", "a": "create", "b": "create"}
    assert cloud.boxes() == {}

    made = stack.up()
    assert made.exit_code == 0, made.output
    assert "+ 3 created" in made.stdout
    (source,) = [box["source"] for box in cloud.named("b")]
    assert stack.outputs == {"made": source}

    again = stack.preview("--expect-no-changes")
    assert (again.exit_code, "3 unchanged" in again.stdout) == (0, True)

    gone = stack.destroy()
    assert gone.exit_code == 0, gone.output
    assert "- 3 deleted" in gone.stdout
    assert cloud.boxes() == {}
    assert stack.export().get("resources", []) == []
    deletes = [call for call in cloud.calls() if call.startswith("delete")]
    assert deletes == ["delete b", "delete a"]


def test_a_changed_tag_is_an_update_in_place(boxes, cloud):
    stack = boxes('Box("a", tags={"team": "ml"})\n')
    stack.up()
    before = stack.resources()["a"]["id"]
    rewrite(stack, 'Box("a", tags={"team": "risk"})\n')
    shown = stack.preview("--diff").stdout
    assert '~ team: "ml" => "risk"' in shown
    assert stack.preview().operations["a"] == "update"
    assert stack.preview("--expect-no-changes").exit_code != 0
    assert "~ 1 updated" in stack.up().stdout
    assert stack.resources()["a"]["id"] == before
    assert cloud.named("a") == [{"name": "a", "size": 1, "tags": {"team": "risk"}}]


def test_a_replacement_creates_before_it_deletes_and_takes_dependents_along(boxes, cloud):
    stack = boxes('a = Box("a", size=1)\nBox("b", source=a.made)\n')
    stack.up()
    cloud.forget_calls()
    rewrite(stack, 'a = Box("a", size=2)\nBox("b", source=a.made)\n')
    assert stack.preview().operations == {"boxes-dev": "same", "a": "replace", "b": "replace"}
    cloud.forget_calls()
    done = stack.up()
    assert "+-2 replaced" in done.stdout
    assert [call for call in cloud.calls() if "check" not in call] == ["create a", "create b", "delete b", "delete a"]
    # The second check of a replacement knows nothing of the old inputs.
    assert [call for call in cloud.calls() if call.endswith("olds a")] == ["check with olds a", "check without olds a"]
    assert len(cloud.named("a")) == len(cloud.named("b")) == 1


def test_delete_before_replace_deletes_the_dependents_first(boxes, cloud):
    source = 'a = Box("a", size={size}, fixed=True)\nb = Box("b", source=a.made)\nBox("c", tags={{"of": b.made}})\n'
    stack = boxes(source.format(size=1))
    stack.up()
    cloud.forget_calls()
    rewrite(stack, source.format(size=2))
    done = stack.up()
    assert done.exit_code == 0, done.output
    assert "+-2 replaced" in done.stdout
    calls = [call for call in cloud.calls() if "check" not in call]
    assert calls == ["delete b", "delete a", "create a", "create b", "update c"]
    assert stack.preview("--expect-no-changes").exit_code == 0


@pytest.mark.slow
def test_the_option_overrules_the_provider_on_the_order(boxes, cloud):
    source = 'Box("a", ResourceOptions(delete_before_replace={early}), size={size}, fixed={fixed})\n'
    stack = boxes(source.format(early=True, size=1, fixed=False))
    stack.up()
    rewrite(stack, source.format(early=True, size=2, fixed=False))
    cloud.forget_calls()
    stack.up()
    assert [call for call in cloud.calls() if "check" not in call] == ["delete a", "create a"]
    rewrite(stack, source.format(early=False, size=3, fixed=True))
    cloud.forget_calls()
    stack.up()
    assert [call for call in cloud.calls() if "check" not in call] == ["create a", "delete a"]


def test_refresh_records_drift_and_the_next_up_undoes_it(boxes, cloud):
    stack = boxes('Box("a", tags={"team": "ml"})\nBox("b")\n')
    stack.up()
    cloud.edit("a", tags={"team": "risk"})
    done = stack.refresh()
    assert "~ 1 updated" in done.stdout
    assert stack.resources()["a"]["inputs"]["tags"] == {"team": "risk"}
    assert '~ team: "risk" => "ml"' in stack.preview("--diff").stdout
    stack.up()
    assert cloud.named("a")[0]["tags"] == {"team": "ml"}


@pytest.mark.slow
def test_refresh_forgets_what_is_gone_and_the_next_up_makes_it_again(boxes, cloud):
    stack = boxes(TWO)
    stack.up()
    for path in cloud.folder.glob("a-*.box"):
        path.unlink()
    done = stack.refresh()
    assert "- 1 deleted" in done.stdout
    assert "a" not in stack.resources()
    assert stack.resources()["b"].get("dependencies") is None
    assert stack.preview().operations == {"boxes-dev": "same", "a": "create", "b": "replace"}
    assert stack.preview("--refresh").ok


@pytest.mark.slow
def test_up_with_refresh_does_both(boxes, cloud):
    stack = boxes('Box("a", tags={"team": "ml"})\n')
    stack.up()
    cloud.edit("a", tags={"team": "risk"})
    assert stack.up("--refresh").exit_code == 0
    assert cloud.named("a")[0]["tags"] == {"team": "ml"}


def test_what_the_program_no_longer_has_is_deleted(boxes, cloud):
    stack = boxes(TWO)
    stack.up()
    rewrite(stack, 'Box("a", tags={"team": "ml"})\n')
    assert stack.preview().operations["b"] == "delete"
    assert "- 1 deleted" in stack.up().stdout
    assert not cloud.named("b")
    assert stack.outputs == {}


def test_components_hold_their_children(boxes):
    stack = boxes('Case("outer", tags={"team": "ml"})\n')
    assert stack.up().exit_code == 0
    resources = stack.resources()
    assert resources["outer-box"]["parent"] == resources["outer"]["urn"]
    assert "test:index:Case$pulumi-python:dynamic:Resource::outer-box" in resources["outer-box"]["urn"]
    assert resources["outer"]["outputs"] == {"made": resources["outer-box"]["outputs"]["made"]}
    assert stack.preview("--expect-no-changes").exit_code == 0


@pytest.mark.parametrize("width", ["1", "8"])
def test_any_number_of_steps_at_a_time_gives_the_same_stack(boxes, cloud, width):
    stack = boxes('for i in range(12):\n    Box(f"box{i}", slow=0.05)\n')
    assert stack.up("--parallel", width).exit_code == 0
    assert len(cloud.boxes()) == 12
