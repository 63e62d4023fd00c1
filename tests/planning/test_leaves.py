"""Every leaf of the request: unchanged it is nothing, changed it is named exactly, whichever way it changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from plan_documents import echo, edited
from sagemaker_tuning.paths import KEYED_LISTS
from sagemaker_tuning.planning import plan
from sagemaker_tuning.spec.fields import FIELDS

API_BASE = {"HyperParameterTuningJobName": "churn", "HyperParameterTuningJobConfig": {"Strategy": "Bayesian"}}
NATIVE_BASE = {
    "hyper_parameter_tuning_job_name": "churn",
    "hyper_parameter_tuning_job_config": {"strategy": "Bayesian"},
}

PAIRS = {  # two values for a leaf of each kind, neither of them a default
    "integer": (7, 8),
    "float": (0.5, 0.75),
    "boolean": (True, False),
    "list": (["a", "b"], ["a", "c"]),
    "map": ({"key": "a"}, {"key": "b"}),
    "string": ("left", "right"),
}


@dataclass(frozen=True)
class Leaf:
    """One leaf, and documents with nothing in them but the way to it. A value of None leaves the leaf out."""

    path: str  # generic, as in FIELDS

    @property
    def list_name(self) -> str:
        """The list whose items have this leaf as their member, or nothing."""
        parent = self.path.rpartition(".")[0]
        return parent.removesuffix("[]").rpartition(".")[2] if parent.endswith("[]") else ""

    @property
    def is_key(self) -> bool:
        """Items of a list are told apart by this leaf."""
        return self.path.rpartition(".")[2] == KEYED_LISTS.get(self.list_name)

    @property
    def pair(self) -> tuple[Any, Any]:
        return PAIRS[FIELDS[self.path].kind]

    def native(self, value: Any) -> dict[str, Any]:
        return self._document(NATIVE_BASE, self.path.split("."), value)

    def api(self, value: Any) -> dict[str, Any]:
        return self._document(API_BASE, FIELDS[self.path].api_path.split("."), value)

    @property
    def named(self) -> str:
        """The path by which a plan should name the leaf; every named item is called "item"."""
        path = self.path
        for name in KEYED_LISTS:
            path = path.replace(f"{name}[]", f"{name}[item]")
        return path.replace("[]", "[0]") + ("[key]" if FIELDS[self.path].kind == "map" else "")

    def _document(self, base: dict[str, Any], steps: list[str], value: Any) -> dict[str, Any]:
        document = edited(base, {})
        container: dict[str, Any] = document
        generic = self.path.split(".")
        for depth, step in enumerate(steps[:-1], start=1):
            name = step.removesuffix("[]")
            if name == step:
                container = container.setdefault(name, {})
            else:
                container[name] = [_item(".".join(generic[:depth]), in_api=base is API_BASE)]
                container = container[name][0]
        container.pop(steps[-1], None)
        if value is not None:
            container[steps[-1]] = value
        return document


def _item(list_path: str, *, in_api: bool) -> dict[str, Any]:
    """An item of a list that has its key and nothing else."""
    key = KEYED_LISTS.get(list_path.removesuffix("[]").rpartition(".")[2])
    if key is None:
        return {}
    return {FIELDS[f"{list_path}.{key}"].api_path.rpartition(".")[2] if in_api else key: "item"}


LEAVES = {
    path: Leaf(path)
    for path, field in FIELDS.items()
    if field.is_leaf and not path.endswith(("{key}", "{value}", "[]")) and path != "tags"  # Describe has no tags
}
every_leaf = pytest.mark.parametrize("leaf", LEAVES.values(), ids=LEAVES)

# A key left out is another item, and the name left out is a generated one: both have their own tests.
OPTIONAL = {
    path: leaf for path, leaf in LEAVES.items() if not leaf.is_key and path != "hyper_parameter_tuning_job_name"
}
every_optional_leaf = pytest.mark.parametrize("leaf", OPTIONAL.values(), ids=OPTIONAL)


@every_leaf
def test_an_unchanged_leaf_is_nothing(leaf):
    value, _ = leaf.pair
    described = echo(leaf.api(value))
    assert plan(leaf.native(value), described).to_dict() == {"action": "none", "changes": []}
    assert plan(leaf.native(value), described, rewrites={}).action == "none"


@every_leaf
def test_a_changed_leaf_is_named_exactly(leaf):
    before, after = leaf.pair
    decision = plan(leaf.native(after), echo(leaf.api(before)))
    assert decision.action == "replace"
    paths = [change.path for change in decision.changes]
    if leaf.is_key:  # another key is another item
        item = leaf.named.rpartition("[item]")[0]
        assert paths == [f"{item}[{key}]" for key in sorted((before, after))]
    else:
        assert paths == [leaf.named]
        if FIELDS[leaf.path].kind == "map":
            before, after = before["key"], after["key"]
        assert (decision.changes[0].before, decision.changes[0].after) == (before, after)


@every_optional_leaf
def test_a_removed_leaf_is_named_exactly(leaf):
    value, _ = leaf.pair
    (change,) = plan(leaf.native(None), echo(leaf.api(value)), rewrites={}).changes
    assert (change.path, change.after, change.action) == (leaf.named, None, "replace")


@every_optional_leaf
def test_an_added_leaf_is_named_exactly(leaf):
    value, _ = leaf.pair
    (change,) = plan(leaf.native(value), echo(leaf.api(None)), rewrites={}).changes
    assert (change.path, change.before, change.action) == (leaf.named, None, "replace")


def test_a_name_left_out_keeps_the_job():
    declared = {"hyper_parameter_tuning_job_config": {"strategy": "Bayesian"}}
    assert plan(declared, echo(API_BASE), rewrites={}).action == "none"


def test_no_leaf_of_the_request_is_missing():
    assert len(LEAVES) > 180  # the shape of a definition counts twice, singular and plural
