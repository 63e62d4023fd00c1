from __future__ import annotations

from typing import Any

import pytest
from sagemaker_tuning.errors import SpecError
from sagemaker_tuning.lifecycle import Options
from sagemaker_tuning.unknown import UNKNOWN


def test_options_are_read_beside_other_members() -> None:
    values = {"on_delete": "stop", "replace_on_status": ["Failed"], "tags": {"team": "ml"}, "adopt_existing": None}
    assert Options.from_native(values) == Options(on_delete="stop", rerun_on=("Failed",))


def test_a_default_stands_in_for_what_is_not_set() -> None:
    defaults = {"propagation_timeout_seconds": 5.0}
    assert Options.from_native({}, **defaults).propagation_timeout_seconds == 5.0
    assert Options.from_native({"propagation_timeout_seconds": 9}, **defaults).propagation_timeout_seconds == 9


def test_an_unknown_option_waits_for_the_up() -> None:
    assert Options.from_native({"on_delete": UNKNOWN}) == Options()


WRONG: dict[str, Any] = {
    "on_delete": "keep",
    "adopt_existing": "yes",
    "propagation_timeout_seconds": -1,
    "delete_timeout_seconds": True,
    "replace_on_status": ["InProgress"],
    "max_instance_hours": 0,
    "max_cost_usd": "20",
}


def test_every_wrong_option_is_named() -> None:
    with pytest.raises(SpecError) as raised:
        Options.from_native(WRONG)
    assert sorted(problem.path for problem in raised.value.problems) == sorted(WRONG)
