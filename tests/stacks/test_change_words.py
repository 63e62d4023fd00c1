"""Changed values in one line, as `drift` and `history` tell them."""

from __future__ import annotations

from typing import Any

import pytest
from sagemaker_tuning.stacks.words import change_words

PARENTS = {
    "parent_hyper_parameter_tuning_jobs": [{"hyper_parameter_tuning_job_name": "churn-0a1b2c3"}],
    "warm_start_type": "TransferLearning",
}
CASES: dict[str, tuple[Any, Any, str]] = {
    "text": ("ml", "risk", "ml → risk"),
    "nothing": (None, "", 'not set → ""'),
    "a boolean is spelled as in JSON": (True, False, "true → false"),
    "a structure is told by what is in it": (None, PARENTS, "not set → churn-0a1b2c3, TransferLearning"),
    "a list as well": (["a", "b"], ["a"], "a, b → a"),
    "an empty one is shown as empty": ([], ["a"], '"" → a'),
    "long values are cut": ("x" * 80, None, f"{'x' * 59}… → not set"),
}


@pytest.mark.parametrize(("before", "after", "words"), CASES.values(), ids=CASES)
def test_a_change_is_told_in_one_line(before: Any, after: Any, words: str) -> None:
    assert change_words("tags[team]", before, after) == f"tags[team]: {words}"
