"""The metrics of the built-in XGBoost algorithm, as data.

Source: a DescribeHyperParameterTuningJob response recorded by the ACK SageMaker controller's tests (xgboost:1), which
shows 18 metric definitions and a copy of the objective's, named ObjectiveMetric; SageMaker Developer Guide, "Tune an
XGBoost Model", for the metrics that later versions compute besides.
"""

from __future__ import annotations

import re

__all__ = ["XGBOOST_METRICS", "is_xgboost", "metric_definitions"]

_XGBOOST_IMAGE = re.compile(r"(^|/)(sagemaker-)?xgboost(:|@|$)")
_NAMES = ("mae", "auc", "merror", "error", "logloss", "rmse", "mlogloss", "ndcg", "map")


def _definition(name: str, metric: str) -> dict[str, str]:
    logged = metric.replace(":", "-", 1)
    return {"Name": name, "Regex": rf".*\[[0-9]+\].*#011{logged}:([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?).*"}


XGBOOST_METRICS: tuple[dict[str, str], ...] = tuple(
    _definition(f"{channel}:{name}", f"{channel}:{name}") for name in _NAMES for channel in ("train", "validation")
)


def is_xgboost(image: str) -> bool:
    """Whether an image URI names the built-in XGBoost algorithm, in any registry and version."""
    return bool(_XGBOOST_IMAGE.search(image))


def metric_definitions(image: str, objective: str) -> list[dict[str, str]] | None:
    """The MetricDefinitions that the service fills in for a built-in image; None for any other image.

    An objective that is not among the 18 (validation:f1, say) is added under its own name.
    """
    if not is_xgboost(image):
        return None
    known = any(item["Name"] == objective for item in XGBOOST_METRICS)
    extra = [] if known else [_definition(objective, objective)]
    return [dict(item) for item in XGBOOST_METRICS] + extra + [_definition("ObjectiveMetric", objective)]
