"""How much of the objective's variance each hyperparameter explains: fANOVA, from optuna.

Decides when there is enough to go by. Positions on the searched scale go in, so that a logarithmic range counts as the
search drew from it. Seeded: the same trials give the same figures.
Source: Hutter, Hoos, Leyton-Brown, "An Efficient Approach for Assessing Hyperparameter Importance", ICML 2014.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sagemaker_tuning.reporting.definitions import Definition
from sagemaker_tuning.reporting.job import NumberedTrial
from sagemaker_tuning.reporting.search_space import Hyperparameter
from sagemaker_tuning.reporting.words import counted

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

__all__ = ["Importance", "importance"]

_FEWEST_TRIALS = 10
# Its time grows with the square of a tree's leaves, which a depth bounds: 500 trials take half a second instead of five
# (64 trees of any depth), and the shares differ by about a hundredth, as they do with another seed.
_TREES, _DEPTH, _SEED = 24, 8, 0


@dataclass(frozen=True)
class Importance:
    """Shares by hyperparameter, the largest first, with the sum 1. Without any, `why_not` says why."""

    shares: Mapping[str, float] = field(default_factory=dict)
    trials: int = 0
    why_not: str = ""


def importance(definition: Definition, trials: Sequence[NumberedTrial]) -> Importance:
    """The importance of each hyperparameter of a definition, from its trials that have a value."""
    searched = [hyperparameter for hyperparameter in definition.hyperparameters if _is_searched(hyperparameter)]
    if not searched:
        return Importance(why_not="No hyperparameter has more than one value to choose from.")
    if len(searched) == 1:
        return Importance(why_not=f"{searched[0].name} is the only hyperparameter: all differences come from it.")
    placed = [(positions, trial.value) for trial in trials if (positions := _positions(searched, trial))]
    usable = [(positions, value) for positions, value in placed if value is not None]
    if len(usable) < _FEWEST_TRIALS:
        having = f"Only {counted(len(usable), 'trial')}" if usable else "No trial"
        return Importance(why_not=f"{having} with a value; at least {_FEWEST_TRIALS} are needed.")
    if len({value for _, value in usable}) == 1:
        return Importance(why_not="All trials have the same value: no hyperparameter made a difference.")
    return Importance(_fanova(searched, usable), len(usable))


def _is_searched(hyperparameter: Hyperparameter) -> bool:
    if hyperparameter.kind == "categorical":
        return len(hyperparameter.categories) > 1
    return hyperparameter.low < hyperparameter.high


def _positions(searched: Sequence[Hyperparameter], trial: NumberedTrial) -> dict[str, float] | None:
    values = trial.trial.tuned_hyper_parameters
    found = {one.name: one.position(values.get(one.name)) for one in searched}
    known = {name: position for name, position in found.items() if position is not None}
    return known if len(known) == len(found) else None


def _fanova(
    searched: Sequence[Hyperparameter], trials: Sequence[tuple[Mapping[str, float], float]]
) -> Mapping[str, float]:
    import optuna
    from optuna.importance import FanovaImportanceEvaluator

    distributions = {hyperparameter.name: _distribution(hyperparameter) for hyperparameter in searched}
    with _quiet():
        study = optuna.create_study()
        study.add_trials([_trial(searched, distributions, positions, value) for positions, value in trials])
    evaluator = FanovaImportanceEvaluator(n_trees=_TREES, max_depth=_DEPTH, seed=_SEED)
    shares = {name: float(share) for name, share in evaluator.evaluate(study).items()}
    whole = sum(shares.values())
    return {name: share / whole for name, share in shares.items()} if whole > 0 else shares


def _distribution(hyperparameter: Hyperparameter) -> BaseDistribution:
    from optuna.distributions import CategoricalDistribution, FloatDistribution

    if hyperparameter.kind == "categorical":
        return CategoricalDistribution(hyperparameter.categories)
    return FloatDistribution(*hyperparameter.limits)


def _trial(
    searched: Sequence[Hyperparameter],
    distributions: dict[str, BaseDistribution],
    positions: Mapping[str, float],
    value: float,
) -> FrozenTrial:
    from optuna.trial import create_trial

    values = {
        one.name: one.categories[int(positions[one.name])]
        if one.kind == "categorical"
        # SageMaker may round a value a little out of its range.
        else min(max(positions[one.name], one.limits[0]), one.limits[1])
        for one in searched
    }
    return create_trial(params=values, distributions=distributions, value=value)


@contextmanager
def _quiet() -> Iterator[None]:
    """optuna tells of every study it makes; its verbosity is the user's own in a notebook, and is given back."""
    import optuna

    verbosity = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        yield
    finally:
        optuna.logging.set_verbosity(verbosity)
