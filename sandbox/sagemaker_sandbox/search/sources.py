"""Where hyperparameters come from: every combination of a grid in turn, or an optuna study.

A source works in losses (lower is better), so that it need not know the objective's type.
"""

from __future__ import annotations

import itertools
import math
import random
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from .ranges import Categorical, Dimension, SearchError

if TYPE_CHECKING:
    import optuna

__all__ = ["GridSource", "Source", "StudySource"]

_REPEATED_DRAWS = 20  # then any untried combination will do


class Source(Protocol):
    @property
    def is_exhausted(self) -> bool:
        """Whether every combination was drawn."""

    def draw(self, trial_id: int) -> dict[str, str]:
        """The next hyperparameters to try, of a source that is not exhausted."""

    def report(self, trial_id: int, step: int, loss: float) -> bool:
        """Take an intermediate loss and say whether to stop the trial."""

    def tell(self, trial_id: int, loss: float | None, *, was_stopped: bool) -> None:
        """Take the outcome of a trial; None if it gave no value."""


class GridSource:
    """Every combination of categorical values exactly once, in the order in which they are declared."""

    def __init__(self, dimensions: Sequence[Dimension]) -> None:
        axes: dict[str, tuple[str, ...]] = {}
        for dimension in dimensions:
            if not isinstance(dimension, Categorical):
                raise SearchError(f"{dimension.name}: Grid search takes categorical ranges only.")
            axes[dimension.name] = dimension.values
        self.combinations = math.prod(len(values) for values in axes.values())
        self._remaining = (dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values()))
        self._drawn = 0

    @property
    def is_exhausted(self) -> bool:
        return self._drawn == self.combinations

    def draw(self, trial_id: int) -> dict[str, str]:
        self._drawn += 1
        return next(self._remaining)

    def report(self, trial_id: int, step: int, loss: float) -> bool:
        return False

    def tell(self, trial_id: int, loss: float | None, *, was_stopped: bool) -> None:
        """A grid learns nothing."""


class StudySource:
    """An optuna study: random or TPE draws, and Hyperband's pruning if it is given resources.

    It never draws a combination twice: the service asks for at least as many combinations as training jobs.
    """

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
        self._combinations = _count(dimensions)
        self._tried: set[tuple[str, ...]] = set()
        self._trials: dict[int, optuna.Trial] = {}
        self._random = random.Random(seed)
        self._study = _quiet_study(seed, is_random, resources)

    @property
    def is_exhausted(self) -> bool:
        return self._combinations is not None and len(self._tried) >= self._combinations

    def draw(self, trial_id: int) -> dict[str, str]:
        for _ in range(_REPEATED_DRAWS):
            trial = self._study.ask(self._distributions)
            values = {item.name: item.to_text(trial.params[item.name]) for item in self._dimensions}
            if self._combinations is None or tuple(values.values()) not in self._tried:
                return self._keep(trial_id, trial, values)
            self._fail(trial)
        values = self._untried()
        self._study.enqueue_trial({item.name: item.to_coordinate(values[item.name]) for item in self._dimensions})
        return self._keep(trial_id, self._study.ask(self._distributions), values)

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
            self._study.tell(trial, state=TrialState.PRUNED)  # optuna then goes by the last value reported
        else:
            self._study.tell(trial, loss)

    def learn(self, trials: Iterable[tuple[Mapping[str, str], float]]) -> None:
        """Add hyperparameters and losses of earlier tuning jobs, where they lie within today's ranges."""
        from optuna.trial import create_trial

        for values, loss in trials:
            try:
                params = {item.name: item.to_coordinate(values[item.name]) for item in self._dimensions}
            except (KeyError, ValueError):
                continue  # a range that was added or narrowed since
            self._study.add_trial(create_trial(params=params, distributions=self._distributions, value=loss))

    def _untried(self) -> dict[str, str]:
        """A combination of a finite space, for when the sampler keeps coming back to what it likes."""
        count = math.prod(item.cardinality or 1 for item in self._dimensions)
        start = self._random.randrange(count)
        indices = itertools.chain(range(start, count), range(start))
        combinations = (self._combination(index) for index in indices)
        return next(values for values in combinations if tuple(values.values()) not in self._tried)

    def _combination(self, index: int) -> dict[str, str]:
        values = {}
        for item in self._dimensions:
            index, position = divmod(index, item.cardinality or 1)
            values[item.name] = item.text_at(position)
        return values

    def _keep(self, trial_id: int, trial: optuna.Trial, values: dict[str, str]) -> dict[str, str]:
        self._tried.add(tuple(values.values()))
        self._trials[trial_id] = trial
        return values

    def _fail(self, trial: optuna.Trial) -> None:
        from optuna.trial import TrialState

        self._study.tell(trial, state=TrialState.FAIL)


def _count(dimensions: Sequence[Dimension]) -> int | None:
    """How many combinations there are; None if a dimension is continuous."""
    sizes = [dimension.cardinality for dimension in dimensions]
    return None if None in sizes else math.prod(size for size in sizes if size)


def _quiet_study(seed: int, is_random: bool, resources: tuple[int, int] | None) -> optuna.Study:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    with warnings.catch_warnings():
        # optuna 4 calls experimental what optuna 5 has as its defaults.
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
