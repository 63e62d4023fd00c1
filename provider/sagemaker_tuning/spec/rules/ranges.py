"""Rules of what is tuned: bounds, scales, and how many hyperparameters there are."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from sagemaker_tuning.spec.findings import Location
from sagemaker_tuning.spec.rules.nodes import Breach, Job, Node, Rule, complete, items, known, ranges, searches

__all__ = ["NUMERIC", "RANGE_RULES", "TUNED", "number"]

NUMERIC = ("integer_parameter_ranges", "continuous_parameter_ranges")
TUNED = (*NUMERIC, "categorical_parameter_ranges")
_BOUNDS = ("min_value", "max_value")
_MOST_TUNED = 30
_MOST_HYPERPARAMETERS = 100
_INJECTED = "_tuning_objective_metric"  # SageMaker's own hyperparameter in every training job; it counts (G-rng)


def number(node: Node, name: str) -> Decimal | None:
    """The number that a text below a node stands for, or None if it is missing, unknown or no finite number."""
    value = known(node, name)
    try:
        found = Decimal(value) if isinstance(value, str) and value == value.strip() else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() else None


def _numeric_ranges(job: Job) -> Iterator[tuple[Location, Node, bool]]:
    for at, node in ranges(job):
        for name in NUMERIC:
            for index, item in items(node, name):
                yield (*at, name, index), item, name == "integer_parameter_ranges"


def _bounds_not_numbers(job: Job) -> Iterator[Breach]:
    for at, item, _ in _numeric_ranges(job):
        for name in _BOUNDS:
            if known(item, name) is not None and number(item, name) is None:
                yield Breach((*at, name), known(item, name))


def _integer_bounds_not_whole(job: Job) -> Iterator[Breach]:
    for at, item, is_integer in _numeric_ranges(job):
        for name in _BOUNDS:
            bound = number(item, name)
            if is_integer and bound is not None and bound != bound.to_integral_value():
                yield Breach((*at, name), known(item, name))


def _bounds_reversed(job: Job) -> Iterator[Breach]:
    for at, item, _ in _numeric_ranges(job):
        low, high = number(item, "min_value"), number(item, "max_value")
        if low is not None and high is not None and low > high:
            yield Breach((*at, "min_value"), known(item, "min_value"))


def _logarithm_of_nothing(job: Job) -> Iterator[Breach]:
    for at, item, _ in _numeric_ranges(job):
        low = number(item, "min_value")
        if known(item, "scaling_type") == "Logarithmic" and low is not None and low <= 0:
            yield Breach((*at, "min_value"), known(item, "min_value"))


def _reverse_logarithm_of_integers(job: Job) -> Iterator[Breach]:
    for at, item, is_integer in _numeric_ranges(job):
        if is_integer and known(item, "scaling_type") == "ReverseLogarithmic":
            yield Breach((*at, "scaling_type"), "ReverseLogarithmic")


def _reverse_logarithm_outside(job: Job) -> Iterator[Breach]:
    for at, item, is_integer in _numeric_ranges(job):
        if is_integer or known(item, "scaling_type") != "ReverseLogarithmic":
            continue
        for name in _BOUNDS:
            bound = number(item, name)
            if bound is not None and not 0 <= bound < 1:
                yield Breach((*at, name), known(item, name))


def _tuned_twice(job: Job) -> Iterator[Breach]:
    for at, node in ranges(job):
        seen: set[str] = set()
        for name in (*TUNED, "auto_parameters"):
            for index, item in items(node, name):
                tuned = known(item, "name")
                if tuned in seen:
                    yield Breach((*at, name, index, "name"), tuned)
                seen |= {tuned} - {None}


def _static_and_tuned(job: Job) -> Iterator[Breach]:
    for at, definition, _, searched in searches(job):
        tuned = {known(item, "name") for name in (*TUNED, "auto_parameters") for _, item in items(searched, name)}
        for name in known(definition, "static_hyper_parameters") or ():
            if name in tuned:
                yield Breach((*at, "static_hyper_parameters", name))


def _tuned_count(searched: Node) -> int | None:
    lists = [complete(searched, name) for name in TUNED]
    return None if None in lists else sum(len(values or ()) for values in lists)


def _too_many_tuned(job: Job) -> Iterator[Breach]:
    for at, searched in ranges(job):
        count = _tuned_count(searched)
        if count is not None and count > _MOST_TUNED:
            yield Breach(at, details={"count": count})


def _too_many_hyperparameters(job: Job) -> Iterator[Breach]:
    for at, definition, _, searched in searches(job):
        static = known(definition, "static_hyper_parameters") or {}
        total = len({*static, _INJECTED}) + (_tuned_count(searched) or 0)
        if total > _MOST_HYPERPARAMETERS:
            yield Breach((*at, "static_hyper_parameters"), details={"count": total})


RANGE_RULES = (
    Rule(
        "logarithmic-positive",
        "4.9 B, G-rng",
        _logarithm_of_nothing,
        "has no logarithm; a Logarithmic scale needs values above 0",
        "Raise `min_value` above 0, or use another scaling type",
    ),
    Rule(
        "reverse-logarithmic-continuous",
        "4.9 G-rng",
        _reverse_logarithm_of_integers,
        "is for continuous ranges only",
        "Use Auto, Linear or Logarithmic",
    ),
    Rule(
        "reverse-logarithmic-below-one",
        "4.9 B, G-rng",
        _reverse_logarithm_outside,
        "is outside 0 <= x < 1, where a ReverseLogarithmic scale is defined",
        "Keep both bounds in 0 <= x < 1, or use another scaling type",
    ),
    Rule("bounds-are-numbers", "4.10 logic", _bounds_not_numbers, "is not a number", "Write a number, such as 0.1"),
    Rule(
        "integer-bounds-are-whole",
        "4.10 logic",
        _integer_bounds_not_whole,
        "is not a whole number, in a range of integers",
        "Round it, or move the hyperparameter to `continuous_parameter_ranges`",
    ),
    Rule("bounds-ordered", "4.10 logic", _bounds_reversed, "is more than `max_value`", "Swap the two"),
    Rule("tuned-once", "4.10 logic", _tuned_twice, "is tuned twice", "Keep one of the ranges, or rename the other"),
    Rule(
        "tuned-or-static",
        "4.10 logic",
        _static_and_tuned,
        "is static and tuned at once",
        "Take it out of `static_hyper_parameters` or out of the ranges",
    ),
    Rule(
        "tuned-limit",
        "4.11 B",
        _too_many_tuned,
        "holds {count} hyperparameters; SageMaker tunes 30 at most",
        "Make some of them static",
    ),
    Rule(
        "hyperparameter-limit",
        "4.12 G-rng",
        _too_many_hyperparameters,
        "makes {count} hyperparameters with the tuned ones and SageMaker's own; it allows 100",
        "Leave some out",
    ),
)
