"""The tables of changes: what is done about each, what a person is told, and what it costs.

Each case is decided by the core alone; ten of them also by the provider in its host, which then does what it said.
"""

from __future__ import annotations

import pytest
from change_cases import Case, explained
from changes_by_default import CHANGES_BY_DEFAULT
from changes_from_previous import CHANGES_FROM_PREVIOUS
from changes_from_warm_starts import CHANGES_FROM_WARM_STARTS
from changes_under_policies import CHANGES_UNDER_POLICIES

CHANGES = CHANGES_BY_DEFAULT | CHANGES_UNDER_POLICIES | CHANGES_FROM_WARM_STARTS | CHANGES_FROM_PREVIOUS


@pytest.mark.parametrize("case", CHANGES.values(), ids=CHANGES)
def test_what_a_change_comes_to(case: Case) -> None:
    explanation = explained(case)
    assert explanation.action == case.action
    assert (explanation.short if explanation.is_worth_telling else []) == case.told()


def test_the_tables_are_as_large_as_they_look() -> None:
    tables = (CHANGES_BY_DEFAULT, CHANGES_UNDER_POLICIES, CHANGES_FROM_WARM_STARTS, CHANGES_FROM_PREVIOUS)
    assert sum(map(len, tables)) == len(CHANGES) >= 40
