"""The four strategies: what they try, in which order, and that a seed repeats it."""

from __future__ import annotations

import math
import subprocess
import sys
from itertools import product
from statistics import fmean, median
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sagemaker_sandbox.search import PriorTrial, Search, SearchError
from tuning_configs import CONTINUOUS, config, play

BRANIN = {
    "ContinuousParameterRanges": [
        {"Name": "x", "MinValue": "-5", "MaxValue": "10"},
        {"Name": "y", "MinValue": "0", "MaxValue": "15"},
    ]
}


def branin(values: dict[str, str]) -> float:
    """Its minimum is 0.3979."""
    x, y = float(values["x"]), float(values["y"])
    bend = y - 5.1 / (4 * math.pi**2) * x**2 + 5 / math.pi * x - 6
    return bend**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def square(values: dict[str, str]) -> float:
    return (float(values["x"]) - 3) ** 2


@pytest.mark.parametrize("strategy", ["Random", "Bayesian"])
def test_the_same_seed_gives_the_same_trials_and_another_seed_others(strategy: str) -> None:
    def run(seed: int) -> list[dict[str, str]]:
        return [s.hyper_parameters for s, _ in play(Search(config(strategy), [{}], seed=seed), square)]

    assert run(7) == run(7)
    assert run(7) != run(8)


def test_the_random_seed_of_the_request_decides_whatever_the_sandbox_seed() -> None:
    first, second = (Search(config(RandomSeed=5), [{}], seed=seed) for seed in (1, 2))
    assert play(first, square) == play(second, square)


def test_bayesian_search_beats_random_search_at_the_same_budget() -> None:
    def best(strategy: str, seed: int) -> float:
        history = play(Search(config(strategy, trials=40, **BRANIN), [{}], seed=seed), branin)
        return min(value for _, value in history if value is not None)

    assert fmean(best("Bayesian", seed) for seed in range(8)) < 0.8 * fmean(best("Random", seed) for seed in range(8))


def test_a_maximized_objective_is_searched_upwards() -> None:
    upwards = config("Bayesian", trials=40, HyperParameterTuningJobObjective={"Type": "Maximize", "MetricName": "auc"})
    history = play(Search(upwards, [{}], seed=1), lambda values: -square(values))
    later = [abs(float(suggestion.hyper_parameters["x"]) - 3) for suggestion, _ in history[20:]]
    assert median(later) < 2.5  # uniform draws give 3.75


@settings(max_examples=25, deadline=None)
@given(axes=st.lists(st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=4, unique=True), max_size=3))
def test_a_grid_tries_every_combination_exactly_once(axes: list[list[str]]) -> None:
    ranges = [{"Name": f"p{index}", "Values": values} for index, values in enumerate(axes)]
    search = Search(config("Grid", trials=None, CategoricalParameterRanges=ranges), [{}], seed=1)
    assert search.max_trials == math.prod(map(len, axes))
    tried = [tuple(suggestion.hyper_parameters.values()) for suggestion, _ in play(search, lambda _: 1.0)]
    assert sorted(tried) == sorted(product(*axes))


def test_a_grid_takes_categorical_ranges_only() -> None:
    with pytest.raises(SearchError, match="x: Grid search takes categorical ranges only"):
        Search(config("Grid"), [{}], seed=1)


@pytest.mark.parametrize("strategy", ["Random", "Bayesian"])
def test_no_combination_is_tried_twice(strategy: str) -> None:
    ranges = {
        "CategoricalParameterRanges": [{"Name": "c", "Values": ["a", "b", "c"]}],
        "IntegerParameterRanges": [{"Name": "n", "MinValue": "1", "MaxValue": "8"}],
    }
    search = Search(config(strategy, trials=100, **ranges), [{}], seed=1)
    tried = [tuple(s.hyper_parameters.values()) for s, _ in play(search, lambda values: float(values["n"]))]
    assert sorted(tried) == sorted(product("abc", "12345678"))


def test_definitions_take_turns_each_with_its_own_ranges_and_objective() -> None:
    definitions = [
        {
            "DefinitionName": name,
            "TuningObjective": {"Type": kind, "MetricName": "m"},
            "HyperParameterRanges": {"ContinuousParameterRanges": [{**CONTINUOUS, "Name": parameter}]},
        }
        for name, kind, parameter in (("low", "Minimize", "x"), ("high", "Maximize", "z"))
    ]
    several = config("Bayesian", trials=60)
    del several["ParameterRanges"], several["HyperParameterTuningJobObjective"]
    search = Search(several, definitions, seed=1)
    history = play(search, lambda values: float(next(iter(values.values()))))
    assert [s.definition_name for s, _ in history[:4]] == ["low", "high", "low", "high"]
    assert {tuple(s.hyper_parameters) for s, _ in history if s.definition_name == "low"} == {("x",)}
    late = {name: fmean(v for s, v in history[40:] if s.definition_name == name and v) for name in ("low", "high")}
    assert late["low"] < 0 < late["high"]


def test_a_warm_start_draws_from_what_the_parents_found_at_once() -> None:
    parents = [PriorTrial({"x": str(x / 4)}, (x / 4 - 3) ** 2) for x in range(-20, 41)]
    warm = play(Search(config("Bayesian", trials=8), [{}], seed=2, prior_trials=parents), square)
    assert median(abs(float(s.hyper_parameters["x"]) - 3) for s, _ in warm) < 1


def test_prior_trials_outside_of_the_ranges_are_left_out() -> None:
    strangers = [PriorTrial({"x": "99"}, 0.0), PriorTrial({"other": "1"}, 0.0), PriorTrial({"x": "1"}, math.nan)]
    cold, warm = (Search(config("Bayesian"), [{}], seed=3, prior_trials=prior) for prior in ((), strangers))
    assert play(cold, square) == play(warm, square)


def test_replaying_the_calls_restores_a_search() -> None:
    def half(search: Search) -> None:
        for _ in range(10):
            suggestion = search.ask()
            assert suggestion
            search.tell(suggestion.trial_id, square(suggestion.hyper_parameters), "Completed")

    original, restored = (Search(config("Bayesian", trials=20), [{}], seed=4) for _ in range(2))
    half(original)
    half(restored)
    assert play(original, square) == play(restored, square)


def test_optuna_is_imported_when_a_search_is_made_and_not_before() -> None:
    code = "import sys, sagemaker_sandbox.search; sys.exit('optuna' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def hyperband(**strategy: Any) -> dict[str, Any]:
    return config("Hyperband", trials=30, StrategyConfig={"HyperbandStrategyConfig": strategy})


def spend(search: Search, epochs: int) -> dict[int, tuple[float, int]]:
    """Train every trial, whose loss after n epochs is |x - 3| + 1/n; gives each trial's quality and its epochs."""
    spent = {}
    while suggestion := search.ask():
        quality = abs(float(suggestion.hyper_parameters["x"]) - 3)
        for epoch in range(1, epochs + 1):
            is_stopped = search.report(suggestion.trial_id, epoch, quality + 1 / epoch)
            if is_stopped:
                break
        search.tell(suggestion.trial_id, quality + 1 / epoch, "Stopped" if is_stopped else "Completed")
        spent[suggestion.trial_id] = (quality, epoch)
    return spent


def test_hyperband_spends_less_and_trains_the_best_to_the_end() -> None:
    spent = spend(Search(hyperband(MinResource=1, MaxResource=27), [{}], seed=1), 27)
    assert sum(epochs for _, epochs in spent.values()) < 30 * 27 / 2
    assert min(spent.values())[1] == 27


def test_hyperband_stops_at_its_rungs() -> None:
    spent = spend(Search(hyperband(MinResource=1, MaxResource=27), [{}], seed=1), 27)
    assert {epochs for _, epochs in spent.values()} <= {1, 3, 9, 27}


def test_a_hyperband_trial_may_finish_its_largest_resource_but_not_exceed_it() -> None:
    search = Search(hyperband(MaxResource=9), [{}], seed=1)
    suggestion = search.ask()
    assert suggestion
    assert suggestion.resource == 9
    assert [search.report(suggestion.trial_id, epoch, 1 / epoch) for epoch in range(1, 11)] == [False] * 9 + [True]


@pytest.mark.parametrize("key", ["epochs", "numepochs", "n-epochs", "n_epochs", "num_epochs"])
def test_hyperband_infers_its_largest_resource_from_the_static_epochs(key: str) -> None:
    suggestion = Search(config("Hyperband"), [{"StaticHyperParameters": {key: "12"}}], seed=1).ask()
    assert suggestion
    assert suggestion.resource == 12


def test_hyperband_without_a_largest_resource_is_refused() -> None:
    with pytest.raises(SearchError, match="MaxResource parameter is not provided and could not be inferred"):
        Search(config("Hyperband"), [{"StaticHyperParameters": {"num_round": "12"}}], seed=1)
    with pytest.raises(SearchError, match="MinResource 10 is greater than MaxResource 3"):
        Search(hyperband(MinResource=10, MaxResource=3), [{}], seed=1)
