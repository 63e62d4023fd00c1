"""The tables of changes: what is done about each, what a person is told, and what it costs.

Each case is decided by the core alone; ten of them also by the provider in its host, which then does what it said.
"""

from __future__ import annotations

import json

import pytest
from change_cases import DEF, Case, explained, told
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


def test_the_whole_explanation_has_every_change_and_the_arithmetic() -> None:
    explanation = explained(CHANGES_BY_DEFAULT["of ten changes eight are told"])
    full = explanation.full.splitlines()
    assert [line for line in full if "static_hyper_parameters[" in line] == [
        told(f"{DEF}.static_hyper_parameters[a{n}]", f"static_hyper_parameters[a{n}] is immutable: 1 → 2")
        for n in range(10)
    ]
    assert "  2 trials × 1 × ml.m5.large × 3,600 s = 2 instance-hours, at $0.128 an hour $0.26" in full
    plain = explanation.to_dict()
    assert plain["action"] == "replace"
    assert [change["path"] for change in plain["changes"]] == [change.path for change in explanation.changes]
    assert list(plain["consequences"]) == ["runs", "cost", "arithmetic", "old_job", "record"]


@pytest.mark.parametrize("case", CHANGES.values(), ids=CHANGES)
def test_an_explanation_is_plain_data_without_secrets(case: Case) -> None:
    text = json.dumps(explained(case).to_dict())
    assert "hush-hush" not in text
    assert json.loads(text)["action"] == case.action


def test_the_tables_are_as_large_as_they_look() -> None:
    tables = (CHANGES_BY_DEFAULT, CHANGES_UNDER_POLICIES, CHANGES_FROM_WARM_STARTS, CHANGES_FROM_PREVIOUS)
    assert sum(map(len, tables)) == len(CHANGES) >= 40
