"""What is searched, and how: ranges, scales, the number of trials, strategies.

Source: the developer guide's best practices for hyperparameter tuning, where a check names nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from sagemaker_tuning.preflight.finding import Check
from sagemaker_tuning.spec.findings import Location
from sagemaker_tuning.spec.rules.nodes import Breach, Job, Node, complete, definitions, items, known, ranges
from sagemaker_tuning.spec.rules.ranges import NUMERIC, TUNED, number
from sagemaker_tuning.spec.rules.training import built_in

__all__ = ["SEARCH_CHECKS"]

_CONFIG = "hyper_parameter_tuning_job_config"
_LIMITS = (_CONFIG, "resource_limits")
_HYPERBAND = (_CONFIG, "strategy_config", "hyperband_strategy_config")
_DECADE, _WIDE = Decimal(10), Decimal(1000)
_FEWEST_ROUNDS, _FEWEST_TRIALS = 3, 10
_LONGEST_NAME, _ROOM_FOR_A_SUFFIX = 32, 3

# SageMaker's own algorithms that train in one go, with nothing to compare halfway ("Hyperband can only be used with
# iterative algorithms that publish results at different resource levels", developer guide on how tuning works).
_NOT_ITERATIVE = frozenset({"kmeans", "knn", "lda", "pca", "randomcutforest"})


def _strategy(job: Job) -> str | None:
    strategy: str | None = known(job, _CONFIG, "strategy")
    return strategy


def _limit(job: Job, name: str) -> int | None:
    limit: int | None = known(job, *_LIMITS, name)
    return limit


def _ranges_of(at: Location, searched: Node) -> Iterator[tuple[Location, Node, bool]]:
    """Each range, and whether it holds one value only."""
    for name in TUNED:
        for index, item in items(searched, name):
            yield (*at, name, index), item, _is_fixed(item, name)


def _is_fixed(item: Node, name: str) -> bool:
    if name in NUMERIC:
        low, high = number(item, "min_value"), number(item, "max_value")
        return low is not None and low == high
    values = complete(item, "values")
    return bool(values) and len(set(values or ())) == 1


def _fixed_ranges(job: Job) -> Iterator[Breach]:
    nothing = {breach.at for breach in _nothing_to_search(job)}
    for at, searched in ranges(job):
        for where, item, is_fixed in _ranges_of(at, searched):
            if is_fixed and at not in nothing:
                yield Breach(where, details={"name": known(item, "name")})


def _nothing_to_search(job: Job) -> Iterator[Breach]:
    trials = _limit(job, "max_number_of_training_jobs")
    for at, searched in ranges(job):
        found = list(_ranges_of(at, searched))
        is_all = found and all(is_fixed for _, _, is_fixed in found) and not known(searched, "auto_parameters")
        if is_all and trials is not None and trials > 1:
            yield Breach(at, details={"trials": trials})


def _scaled(job: Job) -> Iterator[tuple[Location, Node, Decimal, Decimal]]:
    for at, searched in ranges(job):
        for name in NUMERIC:
            for index, item in items(searched, name):
                low, high = number(item, "min_value"), number(item, "max_value")
                if low is not None and high is not None and low < high:
                    yield (*at, name, index, "scaling_type"), item, low, high


def _narrow_logarithms(job: Job) -> Iterator[Breach]:
    for at, item, low, high in _scaled(job):
        scale = known(item, "scaling_type")
        if scale == "ReverseLogarithmic" and low >= 0 and high < 1:
            low, high = 1 - high, 1 - low
        elif scale != "Logarithmic" or low <= 0:
            continue
        if high / low < _DECADE:
            yield Breach(at, scale)


def _wide_lines(job: Job) -> Iterator[Breach]:
    for at, item, low, high in _scaled(job):
        if known(item, "scaling_type") == "Linear" and low > 0 and high / low >= _WIDE:
            yield Breach(at, "Linear")


def _few_trials(job: Job) -> Iterator[Breach]:
    trials = _limit(job, "max_number_of_training_jobs")
    if trials is None or _strategy(job) in (None, "Grid"):
        return
    for _, searched in ranges(job):
        lists = [complete(searched, name) for name in TUNED]
        tuned = sum(len(values or ()) for values in lists)
        if None not in lists and trials < tuned:
            yield Breach((*_LIMITS, "max_number_of_training_jobs"), trials, {"tuned": tuned})


def _few_rounds(job: Job) -> Iterator[Breach]:
    trials, parallel = _limit(job, "max_number_of_training_jobs"), _limit(job, "max_parallel_training_jobs")
    if _strategy(job) != "Bayesian" or trials is None or parallel is None:
        return
    if trials >= _FEWEST_TRIALS and trials < _FEWEST_ROUNDS * parallel:  # with fewer trials nothing is learned anyway
        rounds = -(-trials // parallel)
        in_words = "one round" if rounds == 1 else f"{rounds} rounds"
        yield Breach((*_LIMITS, "max_parallel_training_jobs"), parallel, {"trials": trials, "rounds": in_words})


def _equal_resources(job: Job) -> Iterator[Breach]:
    least, most = known(job, *_HYPERBAND, "min_resource"), known(job, *_HYPERBAND, "max_resource")
    if _strategy(job) == "Hyperband" and least is not None and least == most:
        yield Breach((*_HYPERBAND, "min_resource"), least)


def _hyperband_in_one_go(job: Job) -> Iterator[Breach]:
    for at, definition in definitions(job):
        algorithm = built_in(definition)
        if _strategy(job) == "Hyperband" and algorithm in _NOT_ITERATIVE:
            yield Breach((_CONFIG, "strategy"), "Hyperband", {"algorithm": algorithm, "at": at})


def _without_seed(job: Job) -> Iterator[Breach]:
    config = known(job, _CONFIG)
    if _strategy(job) in ("Random", "Hyperband") and config is not None and "random_seed" not in config:
        yield Breach((_CONFIG, "random_seed"))


def _long_name(job: Job) -> Iterator[Breach]:
    name = known(job, "hyper_parameter_tuning_job_name")
    if name is not None and _LONGEST_NAME - len(name) < _ROOM_FOR_A_SUFFIX:
        yield Breach(("hyper_parameter_tuning_job_name",), name, {"length": len(name)})


SEARCH_CHECKS = (
    Check(
        "search-fixed",
        "error",
        _nothing_to_search,
        "holds one value for each hyperparameter, so that all {trials} trials are the same",
        "Widen a range, or run one training job instead of a search",
        "Where no range holds two values there is nothing to find.",
    ),
    Check(
        "range-fixed",
        "warning",
        _fixed_ranges,
        "holds one value only, so that no trial varies {name}",
        "Widen the range, or make it a static hyperparameter",
        "A hyperparameter with one value costs the search a dimension and teaches nothing.",
    ),
    Check(
        "log-narrow",
        "warning",
        _narrow_logarithms,
        "is a scale for several powers of ten, and the range holds less than one",
        "Use Linear or Auto, or widen the range",
        "Within less than a decade a logarithmic scale hardly differs from a linear one; the range is probably not the "
        "one that was meant.",
    ),
    Check(
        "linear-wide",
        "warning",
        _wide_lines,
        "puts nine of ten trials into the highest power of ten of this range, which holds at least three",
        "Use Logarithmic",
        "On a linear scale from 0.0001 to 0.1, the values below 0.001 are hardly ever tried.",
    ),
    Check(
        "few-trials",
        "warning",
        _few_trials,
        "is less than the {tuned} hyperparameters that are tuned",
        "Allow more trials, or tune fewer hyperparameters",
        "Fewer trials than dimensions cannot tell which hyperparameter made the difference.",
    ),
    Check(
        "few-rounds",
        "warning",
        _few_rounds,
        "at a time leaves a Bayesian search of {trials} trials {rounds}, and it learns only from one to the next",
        "Lower `max_parallel_training_jobs` to a third of the trials or less, or use Random",
        "Bayesian search chooses a trial by those that have ended; with few rounds it is hardly better than Random.",
    ),
    Check(
        "hyperband-equal-resources",
        "warning",
        _equal_resources,
        "is `max_resource` as well, so that Hyperband stops no training job early",
        "Lower `min_resource`, or use Random",
        "Hyperband saves by stopping training jobs between the least and the most resource; it stops none before the "
        "least (botocore, HyperbandStrategyConfig).",
    ),
    Check(
        "hyperband-not-iterative",
        "warning",
        _hyperband_in_one_go,
        "needs results halfway, and {algorithm} trains in one go",
        "Use Bayesian or Random",
        "Hyperband can only be used with iterative algorithms that publish results at different resource levels.",
    ),
    Check(
        "seed-missing",
        "info",
        _without_seed,
        "is not set, so that the same search tries other values each time",
        "Set `random_seed`, if the search is to be repeated",
        "With a seed, Random and Hyperband try the same values again.",
    ),
    Check(
        "name-long",
        "info",
        _long_name,
        "has {length} of the 32 characters that SageMaker allows, which leaves no room for a suffix",
        "Shorten it, or leave it out to have a name generated",
        "A job is immutable, so the next version needs another name.",
    ),
)
