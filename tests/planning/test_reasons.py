"""How a reason shows an old value beside a new one."""

from __future__ import annotations

from typing import Any

import pytest
from sagemaker_tuning.planning.comparison import Difference
from sagemaker_tuning.planning.reasons import explain
from sagemaker_tuning.planning.rules import Rule

FOLDER = "s3://churn-654d981/a-project-with-a-long-name/production/churn/data/train"
CASES: dict[str, tuple[Any, Any, str]] = {
    "short values are shown whole": ("Bayesian", "Random", "Bayesian → Random"),
    "so are long ones that fit": (f"s3://{'a' * 54}1", f"s3://{'a' * 54}2", f"s3://{'a' * 54}1 → s3://{'a' * 54}2"),
    "values that differ late are shown from shortly before there": (
        f"{FOLDER}/3e1dc173366b/",
        f"{FOLDER}/c7b9862ed52b/",
        "…on/churn/data/train/3e1dc173366b/ → …on/churn/data/train/c7b9862ed52b/",
    ),
    "values that differ early are cut at their end": ("a" * 70, "b" * 70, f"{'a' * 59}… → {'b' * 59}…"),
    "a value that was not set is not cut for the other's sake": (None, "b" * 70, f"not set → {'b' * 59}…"),
    "a value that only grew shows what was added": (
        FOLDER,
        f"{FOLDER}-2",
        "…ion/churn/data/train → …ion/churn/data/train-2",
    ),
    "long lists are shown from where they differ": (
        [f"subnet-{number}" for number in range(9)],
        [f"subnet-{number}" for number in range(8)],
        "…, subnet-6, subnet-7, subnet-8 → …, subnet-6, subnet-7",
    ),
    "a structure is shown by its members, in whatever order the engine has them": (
        {"type": "Maximize", "metric_name": "auc"},
        None,
        "{metric_name, type} → not set",
    ),
}


@pytest.mark.parametrize(("old", "new", "shown"), CASES.values(), ids=CASES)
def test_values(old: Any, new: Any, shown: str) -> None:
    assert explain(Difference(("s3_uri",), Rule(("s3_uri",)), new, old)) == f"s3_uri is immutable: {shown}"
