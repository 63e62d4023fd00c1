from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sagemaker_tuning.lifecycle.naming import auto_name, auto_name_stem, logical_name, new_auto_name

ALLOWED = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}")

CASES = {
    "a short name is kept": ("churn", "churn-0a1b2c3"),
    "what SageMaker does not allow becomes a hyphen": ("churn_model.v2", "churn-model-v2-0a1b2c3"),
    "a long name is cut to 32 characters in all": ("a" * 40, "a" * 24 + "-0a1b2c3"),
    "a cut never leaves two hyphens": ("a" * 23 + "-tail", "a" * 23 + "-0a1b2c3"),
    "a name of nothing but other characters gets a word": ("тест", "tuning-0a1b2c3"),
}


@pytest.mark.parametrize(("logical_name", "expected"), CASES.values(), ids=CASES)
def test_automatic_names(logical_name: str, expected: str) -> None:
    assert auto_name(logical_name, "0a1b2c3") == expected


@given(st.text(), st.text(alphabet="0123456789abcdef", min_size=7, max_size=32))
def test_every_automatic_name_is_allowed_and_begins_with_its_stem(logical_name: str, random_id: str) -> None:
    owner = f"project/stack/{logical_name}"
    name = new_auto_name(owner, random_id)
    assert len(name) <= 32
    assert ALLOWED.fullmatch(name)
    assert name.startswith(auto_name_stem(owner))


def test_stacks_of_one_project_do_not_share_a_stem() -> None:
    assert auto_name_stem("shop/dev/churn") != auto_name_stem("shop/prod/churn")


OWNERS = {
    "a resource of the stack": ("shop/dev/churn", "churn"),
    "a name with a slash": ("shop/dev/a/b", "a/b"),
    "a resource in components": ("shop/dev/shop:ml:Nightly$shop:ml/part:Part::churn", "churn"),
}


@pytest.mark.parametrize(("owner", "expected"), OWNERS.values(), ids=OWNERS)
def test_the_logical_name_is_what_the_user_wrote(owner: str, expected: str) -> None:
    assert logical_name(owner) == expected
    assert auto_name_stem(owner).startswith(auto_name(expected, ""))
