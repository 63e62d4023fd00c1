"""What the built-in XGBoost algorithm takes for hyperparameters."""

from __future__ import annotations

import pytest
from sagemaker_sandbox.trials.xgboost_hyperparameters import UserError, check

VALID = {
    "nothing but the rounds": {},
    "the ends of closed ranges": {"eta": "0", "colsample_bytree": "1", "max_depth": "0", "verbosity": "3"},
    "a choice": {"booster": "dart", "tree_method": "hist"},
    "what XGBoost checks itself": {"objective": "binary:logistic", "eval_metric": "auc,error"},
    "the service's and the toolkit's own": {"_tuning_objective_metric": "validation:auc", "sagemaker_job_name": "x"},
    "classes with their number": {"objective": "multi:softmax", "num_class": "3"},
}


@pytest.mark.parametrize("parameters", VALID.values(), ids=VALID)
def test_valid_hyperparameters_pass(parameters: dict[str, str]) -> None:
    check({"num_round": "1", **parameters})


INVALID = {
    "an unknown name": ({"max_dept": "3"}, "Extraneous hyperparameter found: max_dept"),
    "a number out of its range": ({"eta": "1.5"}, "Hyperparameter eta: 1.5 is not in [0, 1]"),
    "the open end of a range": ({"subsample": "0"}, "Hyperparameter subsample: 0.0 is not in (0, 1]"),
    "no number at all": ({"gamma": "much"}, "Hyperparameter gamma: could not parse value 'much'"),
    "not a number": ({"gamma": "nan"}, "Hyperparameter gamma: nan is not in [0, +inf)"),
    "a fraction for an integer": ({"max_depth": "3.5"}, "Hyperparameter max_depth: could not parse value '3.5'"),
    "an unknown choice": ({"booster": "tree"}, "Hyperparameter booster: tree is not in ('gbtree', 'gblinear', 'dart')"),
    "no rounds": ({"num_round": "0"}, "Hyperparameter num_round: 0 is not in [1, +inf)"),
    "classes without their number": (
        {"objective": "multi:softmax"},
        "Require input for parameter 'num_class' for multi-classification",
    ),
}


@pytest.mark.parametrize(("parameters", "message"), INVALID.values(), ids=INVALID)
def test_an_invalid_hyperparameter_is_named(parameters: dict[str, str], message: str) -> None:
    with pytest.raises(UserError) as caught:
        check({"num_round": "1", **parameters})
    assert str(caught.value) == message


def test_a_missing_hyperparameter_is_named() -> None:
    with pytest.raises(UserError, match="Missing required hyperparameter: num_round"):
        check({"eta": "0.3"})
