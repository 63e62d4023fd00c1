"""Where hyperparameters come from: every combination of a grid in turn, or an optuna study.

A source works in losses (lower is better), so that it need not know the objective's type.
"""

from __future__ import annotations

import itertools
import math
import random
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from .ranges import Categorical, Dimension, SearchError

if TYPE_CHECKING:
    import optuna

__all__ = ["GridSource", "Source", "StudySource"]

_REPEATED_DRAWS = 20  # then the untried combinations are counted out
_COUNTABLE_COMBINATIONS = 10_000


class Source(Protocol):
    def draw(self, trial_id: int) -> dict[str, str] | None:
        """The next hyperparameters to try; None if everything was tried."""

    def report(self, trial_id: int, step: int, loss: float) -> bool:
        """Take an intermediate loss and say whether to stop the trial."""

    def tell(self, trial_id: int, loss: float | None, *, was_stopped: bool) -> None:
        """Take the outcome of a trial; None if it gave no value."""


class GridSource:
    """Every combination of categorical values exactly once, in the order in which they are declared."""

    def __init__(self, dimensions: Sequence[Dimension]) -> None:
        ranged = [dimension.name for dimension in dimensions if not isinstance(dimension, Categorical)]
        if ranged:
            raise SearchError(f"Grid search takes categorical ranges only; {', '.join(ranged)} is not categorical.")
        self.combinations = math.prod(dimension.cardinality or 1 for dimension in dimensions)
        self._remaining = _combinations(dimensions)

    def draw(self, trial_id: int) -> dict[str, str] | None:
        return next(self._remaining, None)

    def report(self, trial_id: int, step: int, loss: float) -> bool:
        return False

    def tell(self, trial_id: int, loss: float | None, *, was_stopped: bool) -> None:
        """A grid learns nothing."""


class StudySource:
    """An optuna study: random or TPE draws, and Hyperband's pruning if it is given resources."""

    def __init__(
        self,
        dimensions: Sequence[Dimension],
        *,
        seed: int,
        is_random: bool = False,
        resources: tuple[int, int] | None = None,
    ) -> None:

        self._dimensions = dimensions
        self._distributions = {dimension.name: dimension.distribution() for dimension in dimensions}
        self._is_finite = all(dimension.cardinality for dimension in dimensions)
        self._tried: set[tuple[str, ...]] = set()
        self._trials: dict[int, optuna.Trial] = {}
        self._random = random.Random(seed)
        self._study = _quiet_study(seed, is_random, resources)

    def draw(self, trial_id: int) -> dict[str, str] | None:
        for _ in range(_REPEATED_DRAWS if self._is_finite else 1):
            trial = self._study.ask(self._distributions)
            values = {item.name: item.to_text(trial.params[item.name]) for item in self._dimensions}
            if tuple(values.values()) not in self._tried:
                return self._keep(trial_id, trial, values)
            self._fail(trial)
        return self._draw_untried(trial_id)

    def report(self, trial_id: int, step: int, loss: float) -> bool:
        trial = self._trials[trial_id]
        trial.report(loss, step)
        return trial.should_prune()

    def tell(self, trial_id: int, loss: float | None, *, was_stopped: bool) -> None:
        from optuna.trial import TrialState

        trial = self._trials.pop(trial_id)
        if loss is None:
            self._fail(trial)
        elif was_stopped:
            self._study.tell(trial, state=TrialState.PRUNED)
        else:
            self._study.tell(trial, loss)

    def learn(self, trials: Iterable[tuple[Mapping[str, str], float]]) -> int:
        """Add hyperparameters and losses of earlier tuning jobs; returns how many lie within today's ranges."""
        from optuna.trial import create_trial

        learned = 0
        for values, loss in trials:
            try:
                params = {item.name: item.to_coordinate(values[item.name]) for item in self._dimensions}
            except (KeyError, ValueError):
                continue  # a range that was narrowed or renamed since
            self._study.add_trial(create_trial(params=params, distributions=self._distributions, value=loss))
            learned += 1
        return learned

    def _draw_untried(self, trial_id: int) -> dict[str, str] | None:
        """Any combination that was not tried, when the sampler keeps repeating itself in a small space."""
        size = math.prod(item.cardinality or 1 for item in self._dimensions)
        if size > _COUNTABLE_COMBINATIONS:
            raise SearchError(f"The sampler repeated itself {_REPEATED_DRAWS} times among {size} combinations.")
        untried = [item for item in _combinations(self._dimensions) if tuple(item.values()) not in self._tried]
        if not untried:
            return None
        values = self._random.choice(untried)
        self._study.enqueue_trial({item.name: item.to_coordinate(values[item.name]) for item in self._dimensions})
        return self._keep(trial_id, self._study.ask(self._distributions), values)

    def _keep(self, trial_id: int, trial: optuna.Trial, values: dict[str, str]) -> dict[str, str]:
        self._tried.add(tuple(values.values()))
        self._trials[trial_id] = trial
        return values

    def _fail(self, trial: optuna.Trial) -> None:
        from optuna.trial import TrialState

        self._study.tell(trial, state=TrialState.FAIL)


def _combinations(dimensions: Sequence[Dimension]) -> Any:
    names = [item.name for item in dimensions]
    axes = [_values(item) for item in dimensions]
    return (dict(zip(names, values, strict=True)) for values in itertools.product(*axes))


def _values(dimension: Dimension) -> list[str]:
    """All values of a finite dimension, as text."""
    distribution = dimension.distribution()
    if isinstance(dimension, Categorical):
        return list(dimension.values)
    return [dimension.to_text(low) for low in range(int(distribution.low), int(distribution.high) + 1)]


def _quiet_study(seed: int, is_random: bool, resources: tuple[int, int] | None) -> optuna.Study:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    with warnings.catch_warnings():
        # optuna 4 marks arguments that are the defaults of optuna 5 as experimental.
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        sampler: optuna.samplers.BaseSampler = (
            optuna.samplers.RandomSampler(seed=seed)
            if is_random
            else optuna.samplers.TPESampler(seed=seed, multivariate=True, constant_liar=True)
        )
        pruner: optuna.pruners.BasePruner = (
            optuna.pruners.HyperbandPruner(min_resource=resources[0], max_resource=resources[1])
            if resources
            else optuna.pruners.NopPruner()
        )
        # Hyperband spreads trials over its brackets by the study's name, so a fixed name makes it reproducible.
        return optuna.create_study(study_name="tuning-job", direction="minimize", sampler=sampler, pruner=pruner)
