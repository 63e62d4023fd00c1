"""The hyperparameters of a job on their own scales."""

from __future__ import annotations

import math
from typing import Any

import pytest
from reported_jobs import RANGES
from sagemaker_tuning.reporting.search_space import Hyperparameter, search_space


def continuous(low: str, high: str, scaling: str | None = "Linear") -> Hyperparameter:
    item: dict[str, Any] = {"Name": "x", "MinValue": low, "MaxValue": high, "ScalingType": scaling}
    return search_space({"ContinuousParameterRanges": [item]})[0]


SCALES = {
    "Linear is linear": (continuous("0", "1"), "linear"),
    "Logarithmic is logarithmic": (continuous("0.1", "0.2", "Logarithmic"), "logarithmic"),
    "ReverseLogarithmic is reverse logarithmic": (
        continuous("0.5", "0.99", "ReverseLogarithmic"),
        "reverse logarithmic",
    ),
    "Auto is linear within three orders of magnitude": (continuous("0.01", "0.5", "Auto"), "linear"),
    "Auto is logarithmic over three orders of magnitude": (continuous("0.0001", "0.1", "Auto"), "logarithmic"),
    "no scaling type is Auto": (continuous("0.0001", "0.1", None), "logarithmic"),
    "a range from zero can only be linear": (continuous("0", "1000", "Auto"), "linear"),
}


@pytest.mark.parametrize(("hyperparameter", "scale"), SCALES.values(), ids=SCALES)
def test_the_scale_is_the_one_that_was_searched(hyperparameter, scale):
    assert hyperparameter.scale == scale


POSITIONS = {
    "a linear value is its own place": (continuous("0", "1"), "0.25", 0.25),
    "a logarithmic value is at its logarithm": (continuous("0.001", "1", "Logarithmic"), "0.01", -2.0),
    "a reverse logarithmic value is at that of its distance from 1": (
        continuous("0.5", "0.999", "ReverseLogarithmic"),
        "0.99",
        2.0,
    ),
    "a reverse logarithmic value may be 1": (continuous("0.5", "1", "ReverseLogarithmic"), "1", 12.0),
    "a category is at its number": (Hyperparameter("x", "categorical", categories=("a", "b")), "b", 1.0),
    "a category that is not in the range has no place": (
        Hyperparameter("x", "categorical", categories=("a",)),
        "b",
        None,
    ),
    "zero has no place on a logarithmic scale": (continuous("0.001", "1", "Logarithmic"), "0", None),
    "more than 1 has no place on a reverse logarithmic scale": (
        continuous("0.5", "0.9", "ReverseLogarithmic"),
        "1.5",
        None,
    ),
    "what is no number has no place": (continuous("0", "1"), "many", None),
    "nan has no place": (continuous("0", "1"), "nan", None),
    "a value that is missing has no place": (continuous("0", "1"), None, None),
}


@pytest.mark.parametrize(("hyperparameter", "value", "position"), POSITIONS.values(), ids=POSITIONS)
def test_a_value_stands_on_its_scale(hyperparameter, value, position):
    assert hyperparameter.position(value) == pytest.approx(position)


TICKS = {
    "round numbers between the ends": (continuous("0", "1"), ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
    "no number beside an end": (continuous("0.19", "1"), ["0.19", "0.4", "0.6", "0.8", "1"]),
    "decades": (continuous("0.00001", "0.1", "Logarithmic"), ["1e-05", "0.0001", "0.001", "0.01", "0.1"]),
    "parts of a decade where there are few": (continuous("0.1", "1", "Logarithmic"), ["0.1", "0.2", "0.5", "1"]),
    "nines": (continuous("0.5", "0.9999", "ReverseLogarithmic"), ["0.5", "0.9", "0.99", "0.999", "0.9999"]),
    "one value has one tick": (continuous("3", "3"), ["3"]),
}


@pytest.mark.parametrize(("hyperparameter", "texts"), TICKS.values(), ids=TICKS)
def test_the_axis_names_round_values_and_both_ends(hyperparameter, texts):
    assert [text for _, text in hyperparameter.ticks] == texts
    assert all(place == pytest.approx(hyperparameter.position(text)) for place, text in hyperparameter.ticks)


def test_whole_numbers_have_whole_ticks():
    (depth,) = search_space({"IntegerParameterRanges": [{"Name": "depth", "MinValue": "1", "MaxValue": "3"}]})
    assert [text for _, text in depth.ticks] == ["1", "2", "3"]


def test_all_ranges_are_found_in_their_order():
    space = search_space(RANGES)
    assert [(one.name, one.kind) for one in space] == [
        ("eta", "continuous"),
        ("momentum", "continuous"),
        ("subsample", "continuous"),
        ("max_depth", "integer"),
        ("booster", "categorical"),
    ]
    assert all(low < high and math.isfinite(low) and math.isfinite(high) for low, high in (one.limits for one in space))


AUTOTUNED = {
    "whole numbers": (["3", "12"], ("integer", 3, 12, ())),
    "numbers": (["0.5", "2"], ("continuous", 0.5, 2, ())),
    "texts": (["relu", "1"], ("categorical", 0, 0, ("1", "relu"))),
    "nothing tried yet": ([], ("categorical", 0, 0, ())),
}


@pytest.mark.parametrize(("values", "expected"), AUTOTUNED.values(), ids=AUTOTUNED)
def test_the_range_of_an_autotuned_hyperparameter_is_what_was_tried(values, expected):
    (found,) = search_space(
        {"AutoParameters": [{"Name": "x", "ValueHint": "1"}]}, tried=[{"x": value} for value in values]
    )
    assert (found.kind, found.low, found.high, found.categories) == expected


def test_autotune_may_choose_the_hyperparameters_as_well():
    ranges = {"IntegerParameterRanges": [{"Name": "depth", "MinValue": "1", "MaxValue": "3"}]}
    space = search_space(ranges, tried=[{"depth": "1", "eta": "0.5"}], autotuned=["depth", "eta"])
    assert [one.name for one in space] == ["depth", "eta"]
