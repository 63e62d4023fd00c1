from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sagemaker_tuning import paths
from sagemaker_tuning.errors import ProviderBug
from sagemaker_tuning.paths import Item
from spec_jobs import single

names = st.from_regex(r"[a-z][a-z0-9_]*", fullmatch=True)
parts = st.tuples(names, st.lists(names | st.builds(Item, st.text()))).map(lambda pair: (pair[0], *pair[1]))


@given(parts)
def test_a_path_is_parsed_to_what_it_was_formatted_from(path: tuple[paths.Part, ...]) -> None:
    assert paths.parse(paths.format(path)) == path


VALUES = {
    "hyper_parameter_tuning_job_config.parameter_ranges.continuous_parameter_ranges[eta].max_value": "0.5",
    "training_job_definition.input_data_config[train].channel_name": "train",
    "training_job_definition.static_hyper_parameters[num_round]": "100",
    "tags[team]": "ml",
    "tags[nobody]": None,
    "training_job_definition.vpc_config.subnets": None,
    "training_job_definition.role_arn[x]": None,
    "training_job_definition.input_data_config[other].channel_name": None,
}


@pytest.mark.parametrize(("path", "value"), VALUES.items(), ids=VALUES)
def test_a_path_finds_its_value(path: str, value: object) -> None:
    assert paths.get(single(), path) == value


def test_an_item_without_a_key_goes_by_its_index() -> None:
    assert paths.item_of("input_data_config", {"channel_name": "train"}, 3) == Item("train")
    assert paths.item_of("input_data_config", {}, 3) == Item("3")
    assert paths.item_of("instance_preferences", {"instance_type": "ml.m5.xlarge"}, 3) == Item("3")


@pytest.mark.parametrize("text", ["a[b", "a]", "."])
def test_what_is_no_path_is_a_mistake_of_ours(text: str) -> None:
    with pytest.raises(ProviderBug):
        paths.parse(text)


OVERLAPS = {
    "the same path": ("tags[team]", "tags[team]", True),
    "an entry of a map": ("tags[team]", "tags", True),
    "a member of a structure": ("autotune", "autotune.mode", True),
    "the whole document": ("", "tags", True),
    "a longer name": ("tags", "tags_of_another", False),
    "another path of the same length": ("tags[abcd]", "tags[efgh]", False),
}


@pytest.mark.parametrize(("path", "other", "expected"), OVERLAPS.values(), ids=OVERLAPS)
def test_paths_overlap_where_one_holds_the_other(path: str, other: str, expected: bool) -> None:
    assert paths.overlap(path, other) is paths.overlap(other, path) is expected
