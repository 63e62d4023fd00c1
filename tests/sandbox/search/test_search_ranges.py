"""Ranges: bounds, scaling types and the strings that training jobs get."""

from __future__ import annotations

import math
from statistics import median
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sagemaker_sandbox.search import Search, SearchError
from tuning_configs import config, play

SCALINGS = st.sampled_from(["Linear", "Logarithmic", "Auto"])


def draws(ranges: dict[str, Any], *, trials: int = 200, seed: int = 1) -> list[dict[str, str]]:
    search = Search(config("Random", trials=trials, **ranges), [{}], seed=seed)
    return [suggestion.hyper_parameters for suggestion, _ in play(search, lambda _: 0.0)]


def continuous(low: str, high: str, scaling: str) -> dict[str, Any]:
    return {"ContinuousParameterRanges": [{"Name": "x", "MinValue": low, "MaxValue": high, "ScalingType": scaling}]}


@settings(max_examples=40, deadline=None)
@given(
    bounds=st.tuples(
        st.floats(1e-9, 1e9, allow_nan=False, allow_infinity=False), st.floats(1e-9, 1e9, allow_nan=False)
    ).map(sorted),
    scaling=SCALINGS,
)
def test_continuous_values_lie_within_their_bounds(bounds: list[float], scaling: str) -> None:
    low, high = bounds
    values = [float(item["x"]) for item in draws(continuous(repr(low), repr(high), scaling), trials=10)]
    assert values
    assert all(low <= value <= high for value in values)


@settings(max_examples=40, deadline=None)
@given(bounds=st.tuples(st.integers(1, 10**6), st.integers(1, 10**6)).map(sorted), scaling=SCALINGS)
def test_integers_lie_within_their_bounds_and_are_written_without_a_point(bounds: list[int], scaling: str) -> None:
    low, high = bounds
    ranges = {
        "IntegerParameterRanges": [
            {"Name": "n", "MinValue": str(low), "MaxValue": str(high), "ScalingType": scaling},
        ]
    }
    values = [item["n"] for item in draws(ranges, trials=10)]
    assert values
    assert all(value == str(int(value)) and low <= int(value) <= high for value in values)


@settings(max_examples=40, deadline=None)
@given(bounds=st.tuples(st.floats(0, 0.9999), st.floats(0, 0.9999)).map(sorted))
def test_reverse_logarithmic_values_lie_within_their_bounds(bounds: list[float]) -> None:
    low, high = bounds
    values = [float(item["x"]) for item in draws(continuous(repr(low), repr(high), "ReverseLogarithmic"), trials=10)]
    assert values
    assert all(low <= value <= high for value in values)


MEDIANS = {
    "a linear range is halved in its middle": ("0", "1", "Linear", 0.4, 0.6),
    "a logarithmic range is halved at its geometric mean": ("0.0001", "1", "Logarithmic", 0.004, 0.025),
    "a reverse logarithmic range is halved close to one": ("0", "0.9999", "ReverseLogarithmic", 0.975, 0.996),
    "Auto takes logarithms over orders of magnitude": ("0.0001", "1", "Auto", 0.004, 0.025),
    "Auto is linear in a narrow range": ("0.5", "1", "Auto", 0.7, 0.8),
    "Auto is linear in a range that has zero": ("0", "1", "Auto", 0.4, 0.6),
}


@pytest.mark.parametrize(("low", "high", "scaling", "at_least", "at_most"), MEDIANS.values(), ids=MEDIANS)
def test_the_scaling_type_shapes_the_draws(low: str, high: str, scaling: str, at_least: float, at_most: float) -> None:
    values = [float(item["x"]) for item in draws(continuous(low, high, scaling))]
    assert at_least <= median(values) <= at_most


def test_categorical_values_are_passed_verbatim() -> None:
    values = ['"sgd"', "0.10", "a b"]
    seen = {item["c"] for item in draws({"CategoricalParameterRanges": [{"Name": "c", "Values": values}]}, trials=3)}
    assert seen == set(values)


def test_a_fractional_value_keeps_all_its_digits() -> None:
    assert all(
        item["x"] == repr(float(item["x"])) and math.isfinite(float(item["x"]))
        for item in draws(continuous("0.1", "0.5", "Linear"), trials=20)
    )


def test_an_auto_parameter_is_searched_around_its_hint() -> None:
    hints = [
        {"Name": "eta", "ValueHint": "0.1"},
        {"Name": "depth", "ValueHint": "6"},
        {"Name": "mode", "ValueHint": "fast"},
    ]
    for item in draws({"AutoParameters": hints}, trials=20):
        assert 0.01 <= float(item["eta"]) <= 1
        assert 1 <= int(item["depth"]) <= 60
        assert item["mode"] == "fast"


WRONG = {
    "a logarithmic range cannot have zero": (continuous("0", "1", "Logarithmic"), "greater than 0"),
    "a reverse logarithmic range ends below one": (continuous("0.5", "1", "ReverseLogarithmic"), r"x < 1\.0"),
    "the lower bound is not above the upper": (continuous("2", "1", "Linear"), "greater than MaxValue"),
    "integers have no reverse logarithmic scale": (
        {
            "IntegerParameterRanges": [
                {"Name": "n", "MinValue": "0", "MaxValue": "0", "ScalingType": "ReverseLogarithmic"},
            ]
        },
        "continuous ranges only",
    ),
}


@pytest.mark.parametrize(("ranges", "message"), WRONG.values(), ids=WRONG)
def test_a_range_that_cannot_be_searched_is_refused(ranges: dict[str, Any], message: str) -> None:
    with pytest.raises(SearchError, match=message):
        Search(config(**ranges), [{}], seed=1)
