"""The hyperparameters that the built-in XGBoost algorithm takes, as data, and the check that it begins with.

XGBoost itself only warns of a name that it does not know; SageMaker's container fails the training job.
Source: the hyperparameters and the messages of sagemaker-xgboost-container (Apache License 2.0), algorithm mode.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["UserError", "check"]


class UserError(Exception):
    """Something in the hyperparameters or the data that the user has to change."""


@dataclass(frozen=True)
class _Interval:
    """Written as in mathematics: a round bracket leaves its end out."""

    text: str

    def __contains__(self, value: float) -> bool:
        low, high = (float(end) for end in self.text[1:-1].split(","))
        is_above = value > low or (self.text[0] == "[" and value == low)
        is_below = value < high or (self.text[-1] == "]" and value == high)
        return is_above and is_below and not math.isnan(value)

    def __str__(self) -> str:
        return self.text


_REQUIRED = ("num_round",)

_INTEGERS = {
    "num_round": "[1, +inf)",
    "csv_weights": "[0, 1]",
    "early_stopping_rounds": "[1, +inf)",
    "verbosity": "[0, 3]",
    "nthread": "[1, +inf)",
    "max_depth": "[0, +inf)",
    "refresh_leaf": "[0, 1]",
    "max_leaves": "[0, +inf)",
    "max_bin": "[0, +inf)",
    "one_drop": "[0, 1]",
    "num_class": "[2, +inf)",
    "seed": "(-2147483648, 2147483647)",
    "num_parallel_tree": "[1, +inf)",
}

_NUMBERS = {
    "eta": "[0, 1]",
    "gamma": "[0, +inf)",
    "min_child_weight": "[0, +inf)",
    "max_delta_step": "[0, +inf)",
    "subsample": "(0, 1]",
    "colsample_bytree": "(0, 1]",
    "colsample_bylevel": "(0, 1]",
    "colsample_bynode": "(0, 1]",
    "lambda": "[0, +inf)",
    "alpha": "[0, +inf)",
    "sketch_eps": "(0, 1)",
    "scale_pos_weight": "(0, +inf)",
    "rate_drop": "[0, 1]",
    "skip_drop": "[0, 1]",
    "lambda_bias": "[0, 1]",
    "tweedie_variance_power": "(1, 2)",
    "base_score": "[0, +inf)",
    "aft_loss_distribution_scale": "(0, +inf)",
}

_CHOICES = {
    "booster": ("gbtree", "gblinear", "dart"),
    "tree_method": ("auto", "exact", "approx", "hist", "gpu_hist"),
    "dsplit": ("row", "col"),
    "process_type": ("default", "update"),
    "grow_policy": ("depthwise", "lossguide"),
    "predictor": ("auto", "cpu_predictor", "gpu_predictor"),
    "sample_type": ("uniform", "weighted"),
    "normalize_type": ("tree", "forest"),
    "save_model_on_termination": ("true", "false"),
    "aft_loss_distribution": ("normal", "logistic", "extreme"),
    "deterministic_histogram": ("true", "false"),
}

# XGBoost says itself what is wrong with these.
_UNCHECKED = ("objective", "eval_metric", "updater", "monotone_constraints", "interaction_constraints")


def check(parameters: Mapping[str, str]) -> None:
    """Errors: UserError at the first hyperparameter that is missing, unknown or out of its range."""
    for name in _REQUIRED:
        if name not in parameters:
            raise UserError(f"Missing required hyperparameter: {name}")
    for name, value in parameters.items():
        if not name.startswith(("_", "sagemaker_")):  # the service's and the toolkit's
            _check_one(name, value)
    if parameters.get("objective") in ("multi:softmax", "multi:softprob") and "num_class" not in parameters:
        raise UserError("Require input for parameter 'num_class' for multi-classification")


def _check_one(name: str, text: str) -> None:
    value: str | float = text
    allowed: _Interval | tuple[str, ...]
    if name in _CHOICES:
        allowed = _CHOICES[name]
    elif name in _INTEGERS or name in _NUMBERS:
        value = _parse(name, text)
        allowed = _Interval(_INTEGERS.get(name) or _NUMBERS[name])
    elif name in _UNCHECKED:
        return
    else:
        raise UserError(f"Extraneous hyperparameter found: {name}")
    if value not in allowed:  # type: ignore[operator]  # a number meets an interval, a text a tuple
        raise UserError(f"Hyperparameter {name}: {value} is not in {allowed}")


def _parse(name: str, text: str) -> float:
    try:
        return int(text) if name in _INTEGERS else float(text)
    except ValueError as error:
        raise UserError(f"Hyperparameter {name}: could not parse value '{text}'") from error
