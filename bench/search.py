"""What the sandbox's search finds, over random draws: three standard functions, the same seeds and budget for both.

Branin and Hartmann-6 are the usual test functions of global optimization (Dixon and Szegő, 1978); the third has its
minimum at three powers of ten and is seen through noise. What counts is the regret: how far the best trial's true
value is from the function's minimum. Hyperband's trials learn along a curve that ends at the function's value; its
training time is the number of epochs of all trials.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from sagemaker_sandbox.search import Search

from bench.figures import Figure

__all__ = ["measure_bayesian", "measure_hyperband"]

_TRIALS, _EPOCHS = 50, 27
_BEATEN, _HALF = 0.99, 0.5

_HARTMANN_WEIGHTS = (1.0, 1.2, 3.0, 3.2)
_HARTMANN_SCALES = (
    (10, 3, 17, 3.5, 1.7, 8),
    (0.05, 10, 17, 0.1, 8, 14),
    (3, 3.5, 1.7, 10, 17, 8),
    (17, 8, 0.05, 10, 0.1, 14),
)
_HARTMANN_CENTERS = (
    (0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886),
    (0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991),
    (0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650),
    (0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381),
)


@dataclass(frozen=True)
class _Function:
    """`regret` is the value at a point less the minimum; a trial's objective has Gaussian noise on it."""

    name: str
    bounds: Sequence[tuple[float, float]]
    regret: Callable[[Sequence[float]], float]
    scaling: str = "Linear"
    noise: float = 0.0

    def config(self, strategy: str) -> dict[str, Any]:
        """A HyperParameterTuningJobConfig that searches the function's minimum."""
        trials = _TRIALS * (_EPOCHS if strategy == "Hyperband" else 1)
        ranges = [
            {"Name": f"x{index}", "MinValue": str(low), "MaxValue": str(high), "ScalingType": self.scaling}
            for index, (low, high) in enumerate(self.bounds)
        ]
        return {
            "Strategy": strategy,
            "StrategyConfig": {"HyperbandStrategyConfig": {"MinResource": 1, "MaxResource": _EPOCHS}},
            "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": trials, "MaxParallelTrainingJobs": 1},
            "ParameterRanges": {"ContinuousParameterRanges": ranges},
        }

    def at(self, hyper_parameters: dict[str, str]) -> float:
        return self.regret([float(hyper_parameters[f"x{index}"]) for index in range(len(self.bounds))])


def _branin(point: Sequence[float]) -> float:
    x, y = point
    bend = y - 5.1 / (4 * math.pi**2) * x**2 + 5 / math.pi * x - 6
    return bend**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10 - 0.397887


def _hartmann(point: Sequence[float]) -> float:
    depths = (
        weight
        * math.exp(-sum(scale * (x - center) ** 2 for scale, x, center in zip(scales, point, centers, strict=True)))
        for weight, scales, centers in zip(_HARTMANN_WEIGHTS, _HARTMANN_SCALES, _HARTMANN_CENTERS, strict=True)
    )
    return 3.32237 - sum(depths)


def _powers(point: Sequence[float]) -> float:
    return sum((math.log10(x) - power) ** 2 for x, power in zip(point, (-4, -2, -1), strict=True))


_FUNCTIONS = (
    _Function("Branin", ((-5, 10), (0, 15)), _branin),
    _Function("Hartmann-6", ((0, 1),) * 6, _hartmann),
    _Function("powers of ten, noisy", ((1e-6, 1),) * 3, _powers, "Logarithmic", noise=0.05),
)


@dataclass(frozen=True)
class _Found:
    """What a search has found after each of its trials: the least regret so far, and the epochs that it took."""

    regrets: Sequence[float]
    epochs: Sequence[int]

    @property
    def regret(self) -> float:
        return self.regrets[-1]

    def epochs_to(self, regret: float) -> int:
        """The epochs of all trials until one is as good; all epochs if none is."""
        pairs = zip(self.regrets, self.epochs, strict=True)
        return next((epochs for found, epochs in pairs if found <= regret), self.epochs[-1])


def measure_bayesian(seeds: int) -> Iterator[Figure]:
    for function in _FUNCTIONS:
        found, floor = (_found(function, strategy, seeds) for strategy in ("Bayesian", "Random"))
        won = sum(one.regret < other.regret for one, other in zip(found, floor, strict=True))
        # Means, because a lucky seed would decide the least of them.
        yield Figure(
            f"regret of the Bayesian strategy over Random's, {_TRIALS} trials each",
            function.name,
            [fmean(one.regret for one in found)],
            "Random",
            [fmean(one.regret for one in floor)],
            "",
            ceiling=_BEATEN,
            note=f"mean of {seeds} seeds, better with {won}",
        )


def measure_hyperband(seeds: int) -> Iterator[Figure]:
    for function in _FUNCTIONS:
        found, floor = (_found(function, strategy, seeds) for strategy in ("Hyperband", "Random"))
        spent = [one.epochs_to(other.regret) for one, other in zip(found, floor, strict=True)]
        equal = sum(one.regret <= other.regret for one, other in zip(found, floor, strict=True))
        yield Figure(
            f"training time of Hyperband, to an objective as good as Random's, over that of Random's {_TRIALS} trials",
            function.name,
            [fmean(spent)],
            "Random",
            [fmean(one.epochs[-1] for one in floor)],
            "epochs",
            ceiling=_HALF,
            note=f"mean of {seeds} seeds, as good with {equal}",
        )


def _found(function: _Function, strategy: str, seeds: int) -> list[_Found]:
    return [_search(function, function.config(strategy), seed) for seed in range(seeds)]


def _search(function: _Function, config: dict[str, Any], seed: int) -> _Found:
    """Run trials one after the other. A trial's loss falls to its function's value with its epochs.

    Hyperband has more trials than the others, as it stops most of them, but never more epochs.
    """
    search = Search(config, [{}], seed=seed)
    noise = random.Random(seed)
    least, spent = math.inf, 0
    regrets, epochs = [], []
    while spent < _TRIALS * _EPOCHS and (suggestion := search.ask()):
        regret = function.at(suggestion.hyper_parameters)
        for epoch in range(1, _EPOCHS + 1):
            loss = regret + 10 / epoch - 10 / _EPOCHS + noise.gauss(0, function.noise)
            spent += 1
            if search.report(suggestion.trial_id, epoch, loss):
                search.tell(suggestion.trial_id, loss, "Stopped")
                break
        else:
            search.tell(suggestion.trial_id, loss, "Completed")
            least = min(least, regret)
        regrets.append(least)
        epochs.append(spent)
    return _Found(regrets, epochs)
