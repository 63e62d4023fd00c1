"""Rules of how the search goes: Grid, Hyperband, the number of combinations, time, warm start."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from sagemaker_tuning.spec.findings import Location
from sagemaker_tuning.spec.rules.nodes import (
    Breach,
    Job,
    Node,
    Rule,
    complete,
    definitions,
    is_absent,
    items,
    known,
    ranges,
    searches,
)
from sagemaker_tuning.spec.rules.ranges import NUMERIC, TUNED, number

__all__ = ["STRATEGY_RULES", "combinations"]

_CONFIG = "hyper_parameter_tuning_job_config"
_JOBS = (_CONFIG, "resource_limits", "max_number_of_training_jobs")
_HYPERBAND = (_CONFIG, "strategy_config", "hyperband_strategy_config")
_EARLY_STOPPING = (_CONFIG, "training_job_early_stopping_type")

_MOST_GRID_COMBINATIONS = 750
_MOST_HYPERBAND_RESOURCE = 20_000
_LONGEST_TUNING_SECONDS = 30 * 24 * 3600
# Static hyperparameters from which the service reads Hyperband's MaxResource when it is left out.
_EPOCHS = ("epochs", "numepochs", "n-epochs", "n_epochs", "num_epochs")


def _strategy(job: Job) -> Any:
    return known(job, _CONFIG, "strategy")


def combinations(searched: Node) -> int | None:
    """How many combinations the ranges hold; None if there is no end to them or it cannot be told yet."""
    lists = {name: complete(searched, name) for name in (*TUNED, "auto_parameters")}
    if None in lists.values() or lists["continuous_parameter_ranges"] or lists["auto_parameters"]:
        return None
    sizes = [_integer_values(item) for item in lists["integer_parameter_ranges"] or ()]
    for item in lists["categorical_parameter_ranges"] or ():
        values = complete(item, "values")
        sizes.append(None if values is None else len(set(values)))
    told = [size for size in sizes if size is not None]
    return math.prod(told) if told and len(told) == len(sizes) else None


def _integer_values(item: Node) -> int | None:
    low, high = number(item, "min_value"), number(item, "max_value")
    return int(high - low) + 1 if low is not None and high is not None and low <= high else None


def _single_search(job: Job) -> tuple[Location, int] | None:
    """For a job with one definition: where its ranges are, and how many combinations they hold."""
    for at, _, where, searched in searches(job):
        count = combinations(searched)
        if at == ("training_job_definition",) and count is not None:
            return where, count
    return None


def _grid_over_numbers(job: Job) -> Iterator[Breach]:
    if _strategy(job) != "Grid":
        return
    for at, searched in ranges(job):
        for name in (*NUMERIC, "auto_parameters"):
            if known(searched, name):
                yield Breach((*at, name))


def _grid_runs_not_all(job: Job) -> Iterator[Breach]:
    wanted, search = known(job, *_JOBS), _single_search(job)
    if _strategy(job) == "Grid" and search is not None and wanted is not None and wanted != search[1]:
        yield Breach(_JOBS, wanted, {"count": search[1]})


def _grid_too_large(job: Job) -> Iterator[Breach]:
    search = _single_search(job)
    if _strategy(job) == "Grid" and search is not None and search[1] > _MOST_GRID_COMBINATIONS:
        yield Breach(search[0], details={"count": search[1]})


def _jobs_beyond_combinations(job: Job) -> Iterator[Breach]:
    wanted, search = known(job, *_JOBS), _single_search(job)
    if search is None or wanted is None or _strategy(job) in (None, "Grid"):
        return
    if search[1] < wanted:
        yield Breach(_JOBS, wanted, {"count": search[1]})


def _strategy_config_unused(job: Job) -> Iterator[Breach]:
    if _strategy(job) not in (None, "Hyperband") and known(job, _CONFIG, "strategy_config") is not None:
        yield Breach((_CONFIG, "strategy_config"))


def _hyperband_with_early_stopping(job: Job) -> Iterator[Breach]:
    if _strategy(job) == "Hyperband" and known(job, *_EARLY_STOPPING) == "Auto":
        yield Breach(_EARLY_STOPPING, "Auto")


def _hyperband_without_resource(job: Job) -> Iterator[Breach]:
    if _strategy(job) == "Hyperband" and _max_resource_left_out(job):
        untold = [definition for _, definition in definitions(job) if not _may_tell_epochs(definition)]
        if untold:
            yield Breach((*_HYPERBAND, "max_resource"))


def _max_resource_left_out(job: Job) -> bool:
    parents = (known(job, *_HYPERBAND[:depth]) for depth in range(1, 4))
    return any(map(is_absent, parents, (*_HYPERBAND[1:], "max_resource")))


def _may_tell_epochs(definition: Node) -> bool:
    if is_absent(definition, "static_hyper_parameters"):
        return False
    static = known(definition, "static_hyper_parameters")
    return static is None or any(name in static for name in _EPOCHS)


def _hyperband_resource_too_large(job: Job) -> Iterator[Breach]:
    most = known(job, *_HYPERBAND, "max_resource")
    if most is not None and most > _MOST_HYPERBAND_RESOURCE:
        yield Breach((*_HYPERBAND, "max_resource"), most)


def _hyperband_resources_reversed(job: Job) -> Iterator[Breach]:
    least, most = known(job, *_HYPERBAND, "min_resource"), known(job, *_HYPERBAND, "max_resource")
    if least is not None and most is not None and least > most:
        yield Breach((*_HYPERBAND, "min_resource"), least)


def _tuning_too_long(job: Job) -> Iterator[Breach]:
    at = (_CONFIG, "resource_limits", "max_runtime_in_seconds")
    seconds = known(job, *at)
    if seconds is not None and seconds > _LONGEST_TUNING_SECONDS:
        yield Breach(at, seconds)


def _warm_start_strategy(job: Job) -> Iterator[Breach]:
    if known(job, "warm_start_config") is not None and _strategy(job) in ("Hyperband", "Grid"):
        yield Breach((_CONFIG, "strategy"), _strategy(job))


def _parents_without_names(job: Job) -> Iterator[Breach]:
    name = "hyper_parameter_tuning_job_name"
    for index, parent in items(known(job, "warm_start_config"), "parent_hyper_parameter_tuning_jobs"):
        if is_absent(parent, name):
            yield Breach(("warm_start_config", "parent_hyper_parameter_tuning_jobs", index, name))


STRATEGY_RULES = (
    Rule(
        "grid-categorical",
        "4.5 G-how",
        _grid_over_numbers,
        "cannot be searched by Grid, which takes categorical ranges only",
        "Write the values as a categorical range, or choose another strategy",
    ),
    Rule(
        "grid-runs-all",
        "4.5 G-how",
        _grid_runs_not_all,
        "is not the number of combinations, which is {count}; Grid runs each once",
        "Write {count}, or leave it out",
    ),
    Rule(
        "grid-size",
        "4.5 G-lim",
        _grid_too_large,
        "holds {count} combinations; Grid runs 750 at most",
        "Take values out, or choose another strategy",
    ),
    Rule(
        "enough-combinations",
        "4.6 I:amazon-sagemaker-operator-for-k8s#123",
        _jobs_beyond_combinations,
        "is more than the ranges' combinations, of which there are {count}",
        "Use {count} or fewer, or widen the ranges",
    ),
    Rule(
        "strategy-config-used",
        "4.7 B, against T's tests",
        _strategy_config_unused,
        "does nothing: it is for the Hyperband strategy",
        "Leave it out",
        severity="warning",
    ),
    Rule(
        "hyperband-stops-itself",
        "4.8 B",
        _hyperband_with_early_stopping,
        "cannot be used with Hyperband, which stops training jobs itself",
        "Write Off, or leave it out",
    ),
    Rule(
        "hyperband-resource",
        "4.8 I:awslabs/graphstorm#1243",
        _hyperband_without_resource,
        "is missing, and no static hyperparameter tells it",
        f"Add `max_resource`, or one of the static hyperparameters {', '.join(_EPOCHS)}",
    ),
    Rule(
        "hyperband-resource-limit",
        "4.8 B",
        _hyperband_resource_too_large,
        "is more than the 20,000 that SageMaker allows",
        "Use 20000 or less",
    ),
    Rule(
        "hyperband-resources-ordered",
        "4.8 logic",
        _hyperband_resources_reversed,
        "is more than `max_resource`",
        "Swap the two, or lower `min_resource`",
    ),
    Rule(
        "tuning-runtime",
        "4.21 G-lim, against the shape's 15,768,000",
        _tuning_too_long,
        "is more than the 30 days that the developer guide allows a tuning job",
        "Use 2592000 or less",
        severity="warning",
    ),
    Rule(
        "warm-start-strategy",
        "4.23 G-ws",
        _warm_start_strategy,
        "cannot go on from earlier jobs; only Bayesian and Random can",
        "Use Bayesian or Random, or leave `warm_start_config` out",
    ),
    Rule("parents-named", "4.23 T", _parents_without_names, "is missing", "Add the name of the earlier tuning job"),
)
