"""Property values: both encodings, equality, secrets, differences and paths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sagemaker_sandbox.engine import paths
from sagemaker_sandbox.engine.diffs import diff_properties
from sagemaker_sandbox.engine.errors import EngineError
from sagemaker_sandbox.engine.properties import (
    ASSET_SIGNATURE,
    OUTPUT_SIGNATURE,
    SIGNATURE,
    UNKNOWN,
    UNKNOWN_TEXT,
    Asset,
    ResourceReference,
    Secret,
    Wire,
    contains_secrets,
    contains_unknowns,
    equal,
    from_json,
    from_struct,
    mark_secrets,
    reveal,
    to_json,
    to_struct,
    with_hashes,
)

_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: not number.is_integer()),
    st.text(),
    st.just(UNKNOWN),
    st.builds(ResourceReference, st.text(min_size=1), st.text(min_size=1)),
    st.builds(lambda text: Asset(ASSET_SIGNATURE, {"text": text}), st.text()),
)
_KEYS = st.text(max_size=8).filter(lambda key: key not in (SIGNATURE, "ciphertext"))
VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(_KEYS, inner, max_size=4), st.builds(Secret, inner)
    ),
    max_leaves=12,
)
PROPERTIES = st.dictionaries(_KEYS, VALUES, max_size=4)


@given(PROPERTIES)
def test_the_wire_loses_nothing(properties):
    assert equal(from_struct(to_struct(properties, Wire())), properties)


@given(PROPERTIES)
def test_the_state_loses_nothing_and_shows_no_secret(properties):
    sealed = {}

    def encrypt(text):
        return sealed.setdefault(text, f"sealed-{len(sealed)}")

    document = to_json(properties, encrypt)
    opened = {ciphertext: text for text, ciphertext in sealed.items()}
    assert equal(from_json(document, opened.__getitem__), properties)
    assert "plaintext" not in str(document) or "plaintext" in str(properties)


@given(PROPERTIES)
def test_a_receiver_that_takes_nothing_special_gets_plain_values(properties):
    received = from_struct(to_struct(properties, Wire(secrets=False)))
    assert not contains_secrets(received)
    assert equal(received, reveal(properties))


@given(PROPERTIES, PROPERTIES)
def test_a_difference_names_exactly_the_members_that_differ(old, new):
    diff = diff_properties(old, new)
    keys = old.keys() | new.keys()
    assert set(diff.keys) == keys
    assert set(diff.changed_keys) == {
        key for key in keys if key not in old or key not in new or not equal(old[key], new[key])
    }


def test_unknown_members_are_left_out_for_a_receiver_without_unknowns():
    sent = to_struct({"known": 1, "unknown": UNKNOWN, "secret": Secret(UNKNOWN)}, Wire(unknowns=False))
    assert from_struct(sent) == {"known": 1}


def test_an_output_value_becomes_the_value_that_it_stands_for():
    wire = to_struct(
        {
            "known": {SIGNATURE: OUTPUT_SIGNATURE, "value": 1},
            "secret": {SIGNATURE: OUTPUT_SIGNATURE, "value": 1, "secret": True},
            "unknown": {SIGNATURE: OUTPUT_SIGNATURE, "dependencies": ["urn"]},
        },
        Wire(),
    )
    assert from_struct(wire) == {"known": 1, "secret": Secret(1), "unknown": UNKNOWN}


EQUAL = {
    "a number is no boolean": (1, True, False),
    "a whole float is its integer": (1.0, 1, True),
    "a secret is not its value": (Secret(1), 1, False),
    "unknowns are equal": (UNKNOWN, UNKNOWN, True),
    "assets are their content": (
        Asset(ASSET_SIGNATURE, {"path": "a", "hash": "h"}),
        Asset(ASSET_SIGNATURE, {"path": "b", "hash": "h"}),
        True,
    ),
    "the order of members does not count": ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
    "the order of items does": ([1, 2], [2, 1], False),
}


@pytest.mark.parametrize(("left", "right", "expected"), EQUAL.values(), ids=EQUAL)
def test_equality(left, right, expected):
    assert equal(left, right) is expected
    assert equal(right, left) is expected


def test_secrets_are_marked_where_the_input_had_them():
    outputs = {"plain": 1, "key": "k", "deep": {"key": "k", "plain": 1}, "list": [1, 2], "new": 3}
    mark_secrets(outputs, {"plain": 1, "key": Secret("k"), "deep": {"key": Secret("k")}, "list": [1, Secret(2)]})
    assert outputs == {
        "plain": 1,
        "key": Secret("k"),
        "deep": {"key": Secret("k"), "plain": 1},
        "list": Secret([1, 2]),
        "new": 3,
    }


def test_assets_are_known_by_their_content(tmp_path):
    (tmp_path / "file.txt").write_text("text")
    by_path, by_text = (
        with_hashes(Asset(ASSET_SIGNATURE, fields), tmp_path) for fields in ({"path": "file.txt"}, {"text": "text"})
    )
    assert by_path.fields["hash"] == by_text.fields["hash"]
    assert equal(by_path, by_text)


def test_unknowns_are_found_in_depth():
    assert contains_unknowns({"a": [Secret({"b": UNKNOWN})]})
    assert from_json({"a": UNKNOWN_TEXT}, str) == {"a": UNKNOWN}


PATHS = {
    "a.b": ("a", "b"),
    "a[0].b": ("a", 0, "b"),
    'a["x.y"]': ("a", "x.y"),
    "a[*].b": ("a", "*", "b"),
    "*": ("*",),
}


@pytest.mark.parametrize(("text", "parts"), PATHS.items())
def test_paths_are_read(text, parts):
    assert paths.parse(text) == parts


def test_what_is_no_path_is_refused():
    with pytest.raises(EngineError, match="from character 2 on"):
        paths.parse("a[b")


RESTORED = {
    "a member gets its old value": ("a", {"a": 1}, {"a": 2, "b": 3}, {"a": 1, "b": 3}, True),
    "a member that was not there goes": ("a", {}, {"a": 2}, {}, True),
    "a member that is gone comes back": ("a", {"a": 1}, {}, {"a": 1}, True),
    "an item gets its old value": ("a[1]", {"a": [1, 2]}, {"a": [3, 4]}, {"a": [3, 2]}, True),
    "a star means every item": (
        "a[*].x",
        {"a": [{"x": 1}]},
        {"a": [{"x": 2, "y": 3}]},
        {"a": [{"x": 1, "y": 3}]},
        True,
    ),
    "a path into what was not there cannot be restored": ("a.b", {}, {"a": {"b": 1}}, {"a": {"b": 1}}, False),
}


@pytest.mark.parametrize(("path", "old", "new", "expected", "done"), RESTORED.values(), ids=RESTORED)
def test_restoring_a_path(path, old, new, expected, done):
    assert paths.restore(paths.parse(path), old, new) == (expected, done)


COVERS = [("a", "a.b", True), ("a.b", "a", False), ("a[*]", "a[3].c", True), ("*", "x", True), ("a", "b", False)]


@pytest.mark.parametrize(("path", "other", "expected"), COVERS)
def test_a_path_covers_what_lies_below_it(path, other, expected):
    assert paths.covers(paths.parse(path), paths.parse(other)) is expected
