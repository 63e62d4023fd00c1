from __future__ import annotations

import pickle

import pytest
from sagemaker_tuning import errors
from sagemaker_tuning.errors import SECRET, Problem, ProviderBug, SpecError

PROBLEMS = {
    "the value, what is wrong with it, and what to do": (
        Problem("name", "x" * 8, "has 8 characters; SageMaker allows 4", "Shorten it"),
        "name: 'xxxxxxxx' has 8 characters; SageMaker allows 4.\nShorten it.",
    ),
    "nothing given": (Problem("strategy", None, "is missing", "Add it"), "strategy: is missing.\nAdd it."),
    "no path": (Problem("", None, "This is no tuning job", "Give one"), "This is no tuning job.\nGive one."),
    "a question for a fix": (Problem("a", 1, "is wrong", "Did you mean 2?"), "a: 1 is wrong.\nDid you mean 2?"),
    "a secret": (Problem("a", SECRET, "is wrong", "Mend it"), "a: [secret] is wrong.\nMend it."),
}


@pytest.mark.parametrize(("problem", "text"), PROBLEMS.values(), ids=PROBLEMS)
def test_a_problem_reads_as_where_what_and_fix(problem: Problem, text: str) -> None:
    assert str(problem) == text


def test_a_long_value_is_shortened() -> None:
    assert len(str(Problem("a", "x" * 5000, "is long", "Cut it"))) < 150


def test_every_error_is_one_of_ours_and_survives_a_pickle() -> None:
    assert all(
        issubclass(getattr(errors, name), errors.TuningError)
        for name in errors.__all__
        if name[0].isupper()
        and isinstance(getattr(errors, name), type)
        and issubclass(getattr(errors, name), Exception)
    )
    spec_error = SpecError([PROBLEMS["nothing given"][0]])
    assert pickle.loads(pickle.dumps(spec_error)).problems == spec_error.problems
    bug = ProviderBug("Two and two made five.")
    assert str(pickle.loads(pickle.dumps(bug))) == str(bug)
