"""The rows cover what can be declared, each path once."""

from collections import Counter

import pytest
from sagemaker_tuning.planning.rules import RULES, expand
from sagemaker_tuning.spec.fields import FIELDS

ROWS = Counter(path for rule in RULES for pattern in rule.paths for path in expand(pattern))
LEAVES = [path for path, field in FIELDS.items() if field.is_leaf and not path.endswith(("{key}", "{value}", "[]"))]


@pytest.mark.parametrize("path", LEAVES)
def test_a_declarable_path_has_exactly_one_row(path):
    assert ROWS[path] == 1


def test_no_row_names_a_path_that_cannot_be_declared():
    assert not ROWS.keys() - FIELDS.keys()


def test_no_path_has_two_rows():
    assert {path for path, rows in ROWS.items() if rows > 1} == set()


def test_a_pattern_stands_for_every_choice():
    assert list(expand("{a,b[]}.c.{d,e}")) == ["a.c.d", "a.c.e", "b[].c.d", "b[].c.e"]


def test_only_tags_are_edited_in_place():
    assert [rule.paths for rule in RULES if rule.action == "update"] == [("tags",)]
