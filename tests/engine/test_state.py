"""The deployment format, the journal that keeps it valid, its encryption, and the order of deletions."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sagemaker_sandbox.engine import deletions
from sagemaker_sandbox.engine.errors import EngineError
from sagemaker_sandbox.engine.goals import _seconds
from sagemaker_sandbox.engine.journal import Journal
from sagemaker_sandbox.engine.properties import Secret
from sagemaker_sandbox.engine.secrets import Crypter
from sagemaker_sandbox.engine.state import Deployment, DeploymentWriter, ResourceState

# Made by the Pulumi CLI 3.272 with the passphrase "x", as it stood in its Pulumi.<stack>.yaml and state file.
CLI_SALT = "v1:LrISgljwJBs=:v1:K8lsf19xXBUmBj3d:6/TgR2AppHAyQfqTzP511jybG0Ls2g=="
CLI_CIPHERTEXT = "v1:6azkjazDMtDQpkGc:guZVEIAEL8dAXCV88NvflhZt1VwLJQ=="


@pytest.fixture(scope="module")
def crypter():
    return Crypter.new("phrase")


def _state(name, *dependencies, **members):
    return ResourceState(
        urn=f"urn:pulumi:s::p::t:m:T::{name}", type="t:m:T", dependencies=list(dependencies), **members
    )


def test_secrets_of_the_pulumi_cli_are_read():
    assert Crypter.from_salt("x", CLI_SALT).decrypt(CLI_CIPHERTEXT) == '"hush"'


def test_another_passphrase_is_refused():
    with pytest.raises(EngineError, match="incorrect passphrase"):
        Crypter.from_salt("y", CLI_SALT)


def test_a_ciphertext_is_never_the_same_twice(crypter):
    first, second = crypter.encrypt("text"), crypter.encrypt("text")
    assert first != second
    assert crypter.decrypt(first) == crypter.decrypt(second) == "text"


def test_a_state_goes_through_unchanged_with_members_this_engine_does_not_know(crypter):
    document = {
        "urn": "urn:pulumi:s::p::t:m:T::a",
        "custom": True,
        "id": "1",
        "type": "t:m:T",
        "inputs": {"pw": {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "…"}},
        "taint": True,
        "stackTrace": [{}],
    }
    document["inputs"]["pw"]["ciphertext"] = crypter.encrypt('"hush"')
    writer = DeploymentWriter(crypter)
    deployment = writer.read({"resources": [document], "metadata": {}})
    assert deployment.resources[0].inputs == {"pw": Secret("hush")}
    assert json.loads(writer.deployment(deployment))["resources"] == [document]
    writer.changed(deployment.resources[0])
    rewritten = json.loads(writer.deployment(deployment))["resources"][0]
    assert rewritten["inputs"]["pw"]["ciphertext"] != document["inputs"]["pw"]["ciphertext"]
    assert {key: rewritten[key] for key in ("taint", "stackTrace", "id")} == {
        "taint": True,
        "stackTrace": [{}],
        "id": "1",
    }


def test_the_journal_keeps_settled_states_first_and_the_untouched_after_them(crypter):
    saved = []
    a, b, c = _state("a"), _state("b"), _state("c")
    journal = Journal(Deployment([a, b, c]), DeploymentWriter(crypter), saved.append)
    new_b, new = _state("b"), _state("new")
    journal.settle(new_b, b)
    journal.begin(new, "creating")
    document = json.loads(saved[-1])
    assert [item["urn"][-1] for item in document["resources"]] == ["b", "a", "c"]
    assert [(item["resource"]["urn"][-3:], item["type"]) for item in document["pending_operations"]] == [
        ("new", "creating")
    ]
    journal.settle(new, None)
    journal.settle(None, a)
    document = json.loads(saved[-1])
    assert [item["urn"][-1] for item in document["resources"]] == ["b", "w", "c"]
    assert "pending_operations" not in document


def test_a_vanished_resource_is_no_longer_a_dependency(crypter):
    a = _state("a")
    b = _state("b", a.urn, property_dependencies={"x": [a.urn]})
    base = Deployment([a, b])
    Journal(base, DeploymentWriter(crypter), None).replace_in_place(None, a)
    assert base.resources == [b]
    assert b.all_dependencies == set()


@given(st.lists(st.sets(st.integers(0, 20), max_size=4), max_size=20))
def test_nothing_is_deleted_before_what_depends_on_it(edges):
    # Resource i depends on those of its set that come before it, as in every valid state.
    states = []
    for index, needed in enumerate(edges):
        states.append(_state(str(index), *(states[other].urn for other in needed if other < index)))
    order = [state for wave in deletions.waves(states) for state in wave]
    assert sorted(order, key=states.index) == states
    for position, state in enumerate(order):
        assert not any(state.urn in later.all_dependencies for later in order[position:])


def test_dependents_are_found_through_others():
    a = _state("a")
    b = _state("b", a.urn)
    c = _state("c", b.urn)
    other = _state("other")
    assert list(deletions.dependents_of(a, [a, b, other, c])) == [b, c]


DURATIONS = {"5m": 300, "40s": 40, "1h30m": 5400, "1.5h": 5400, "250ms": 0.25}


@pytest.mark.parametrize(("text", "seconds"), DURATIONS.items())
def test_timeouts_are_read(text, seconds):
    assert _seconds(text) == seconds


def test_a_timeout_that_is_none_is_refused():
    with pytest.raises(EngineError, match="'soon' is no duration"):
        _seconds("soon")
