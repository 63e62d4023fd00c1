"""Metrics from log lines, and the built-in algorithm's definitions."""

from __future__ import annotations

import pytest
from sagemaker_sandbox.trials.builtin_metrics import XGBOOST_METRICS, is_xgboost, metric_definitions
from sagemaker_sandbox.trials.errors import TrialError
from sagemaker_sandbox.trials.metrics import MetricReader, as_logged

LINES = {
    "a plain number": ("loss=(.*)", "loss=0.5", [0.5]),
    "scientific notation": (r"loss=([-+.\deE]+)", "loss=-1.5e-3,", [-0.0015]),
    "a line without it": ("loss=(.*)", "accuracy=0.5", []),
    "a match that is not a number": ("loss=(.*)", "loss=none", []),
    "a regex without a group": (r"\d+", "step 12", [12.0]),
    "the first of two matches": (r"loss=(\d)", "loss=1 loss=2", [1.0]),
    "a group that took no part": (r"loss=(\d)?", "loss=", []),
}


@pytest.mark.parametrize(("regex", "line", "values"), LINES.values(), ids=LINES)
def test_a_metric_is_what_its_regex_catches(regex: str, line: str, values: list[float]) -> None:
    assert [value for _, value in MetricReader([{"Name": "m", "Regex": regex}]).read(line)] == values


def test_a_regex_that_does_not_compile_is_named() -> None:
    with pytest.raises(TrialError, match=r"metric 'loss'.*\(unclosed"):
        MetricReader([{"Name": "loss", "Regex": "(unclosed"}])


def test_control_characters_are_escaped_as_in_the_services_log() -> None:
    assert as_logged("[0]\ttrain-auc:0.9\r\n") == "[0]#011train-auc:0.9"
    assert as_logged("10%\r20%\n") == "10%#01520%"


def test_there_are_eighteen_built_in_metrics() -> None:
    names = "mae auc merror error logloss rmse mlogloss ndcg map"
    assert sorted(item["Name"] for item in XGBOOST_METRICS) == sorted(
        f"{channel}:{name}" for channel in ("train", "validation") for name in names.split()
    )


@pytest.mark.parametrize("definition", XGBOOST_METRICS, ids=lambda item: item["Name"])
def test_each_built_in_metric_reads_its_own_value_from_a_line_of_all(definition: dict[str, str]) -> None:
    values = {item["Name"]: index / 64 for index, item in enumerate(XGBOOST_METRICS)}
    line = "[12]" + "".join(f"#011{name.replace(':', '-')}:{value}" for name, value in values.items())
    assert list(MetricReader([definition]).read(line)) == [(definition["Name"], values[definition["Name"]])]


def test_the_service_adds_the_objective_under_a_name_of_its_own() -> None:
    definitions = metric_definitions("433757028032.dkr.ecr.us-west-2.amazonaws.com/xgboost:1", "validation:error")
    assert definitions
    assert len(definitions) == 19
    assert definitions[-1] == {
        "Name": "ObjectiveMetric",
        "Regex": r".*\[[0-9]+\].*#011validation-error:([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?).*",
    }


def test_an_objective_of_later_versions_is_added() -> None:
    definitions = metric_definitions("1.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1", "validation:f1")
    assert definitions
    assert [item["Name"] for item in definitions[-2:]] == ["validation:f1", "ObjectiveMetric"]


IMAGES = {
    "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1": True,
    "433757028032.dkr.ecr.us-west-2.amazonaws.com/xgboost:1": True,
    "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost@sha256:00": True,
    "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-xgboost:1": False,
    "123456789012.dkr.ecr.us-east-1.amazonaws.com/xgboost-fork:1": False,
    "": False,
}


@pytest.mark.parametrize(("image", "expected"), IMAGES.items(), ids=str)
def test_the_built_in_image_is_known_by_its_repository(image: str, expected: bool) -> None:
    assert is_xgboost(image) is expected
    assert (metric_definitions(image, "validation:auc") is not None) is expected
