"""Numbers as a person reads them."""

from __future__ import annotations

import pytest
from sagemaker_tuning.reporting.search_space import Hyperparameter
from sagemaker_tuning.reporting.words import dollars, short

SHORT = {
    "0.07630828937395717": "0.0763083",
    "-0.07630828937395717": "-0.0763083",
    "1.5e-07": "1.5e-07",
    "1234567890": "1234567890",
    "-1234567890": "-1234567890",
    "gradient boosting": "gradient boosting",
}


@pytest.mark.parametrize(("text", "shown"), SHORT.items(), ids=SHORT)
def test_only_fractions_are_shortened(text: str, shown: str) -> None:
    assert short(text) == shown


def test_a_range_of_whole_numbers_has_them_whole() -> None:
    assert Hyperparameter("seed", "integer", "linear", 1, 4294967295).range_text == "1 to 4294967295"


@pytest.mark.parametrize(
    ("amount", "shown"), [(0, "$0.00"), (0.004, "< $0.01"), (0.0128, "$0.01"), (1234.5, "$1,234.50")]
)
def test_what_was_spent_is_told_to_the_nearest_cent(amount: float, shown: str) -> None:
    assert dollars(amount) == shown
