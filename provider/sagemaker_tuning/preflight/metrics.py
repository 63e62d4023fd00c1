"""How metrics are read from the log: the regular expressions of the metric definitions, and the objective.

SageMaker does not say which language of regular expressions it takes. These are read by Python's rules; what only
Java's have (`\\p{Alpha}`, `(?<name>`, possessive quantifiers) is left alone.
Source: the developer guide's page on defining metrics; a metric's value is what the first group captures.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator

from sagemaker_tuning.preflight.finding import Check
from sagemaker_tuning.spec.findings import Location
from sagemaker_tuning.spec.rules.nodes import Breach, Job, Node, complete, definitions, items, known
from sagemaker_tuning.spec.rules.training import is_built_in

__all__ = ["METRIC_CHECKS", "compiled", "metric_definitions", "objectives"]

_JAVA_ONLY = re.compile(r"\\[pPQEhHRXGzZ]|\(\?<[A-Za-z]|\(\?>|(?<!\\)[*+?}]\+")
_FIRST_GROUP = re.compile(r"(?<!\\)(?:\\\\)*\((?!\?)")

_HIGHER_IS_BETTER = frozenset(
    {"accuracy", "acc", "auc", "aucpr", "bleu", "f1", "map", "ndcg", "precision", "r2", "recall", "roc_auc"}
)
_LOWER_IS_BETTER = frozenset(
    {"error", "logloss", "loss", "mae", "mape", "merror", "mlogloss", "mse", "perplexity", "rmse", "rmsle", "wer"}
)


def metric_definitions(job: Job) -> Iterator[tuple[Location, Node, Node]]:
    """Each metric definition and where it is, with the training job definition that it belongs to."""
    for at, definition in definitions(job):
        for index, metric in items(known(definition, "algorithm_specification"), "metric_definitions"):
            yield (*at, "algorithm_specification", "metric_definitions", index), metric, definition


def objectives(job: Job) -> Iterator[tuple[Location, Node, Node]]:
    """Each objective and where it is, with the training job definition whose metric it is."""
    shared = ("hyper_parameter_tuning_job_config", "hyper_parameter_tuning_job_objective")
    for at, definition in definitions(job):
        own = known(definition, "tuning_objective")
        if own is not None:
            yield (*at, "tuning_objective"), own, definition
        elif at == ("training_job_definition",) and known(job, *shared) is not None:
            yield shared, known(job, *shared), definition


def compiled(regex: str | None) -> re.Pattern[str] | None:
    """The regular expression; None if it cannot be judged here, or is wrong."""
    if regex is None or _JAVA_ONLY.search(regex):
        return None
    pattern = _compiled(regex)
    return None if isinstance(pattern, re.error) else pattern


def _compiled(regex: str) -> re.Pattern[str] | re.error:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python warns of what it may read differently one day
        try:
            return re.compile(regex)
        except re.error as error:
            return error


def _regexes(job: Job) -> Iterator[tuple[Location, str]]:
    for at, metric, _ in metric_definitions(job):
        regex = known(metric, "regex")
        if regex is not None and not _JAVA_ONLY.search(regex):
            yield (*at, "regex"), regex


def _not_compiling(job: Job) -> Iterator[Breach]:
    for at, regex in _regexes(job):
        error = _compiled(regex)
        if isinstance(error, re.error):
            yield Breach(at, regex, {"error": error})


def _without_group(job: Job) -> Iterator[Breach]:
    for at, regex in _regexes(job):
        pattern = compiled(regex)
        if pattern is not None and pattern.groups == 0:
            yield Breach(at, regex)


def _with_groups(job: Job) -> Iterator[Breach]:
    for at, regex in _regexes(job):
        pattern, first = compiled(regex), _group(regex)
        inside = first.groups if first is not None else 0  # as of an exponent, which the first group captures as well
        if pattern is not None and pattern.groups > 1 + inside:
            yield Breach(at, regex, {"count": pattern.groups})


def _reading_no_exponents(job: Job) -> Iterator[Breach]:
    for at, metric, definition in metric_definitions(job):
        is_minimized = any(
            known(objective, "metric_name") == known(metric, "name") and of is definition
            for _, objective, of in objectives(job)
            if known(objective, "type") == "Minimize"
        )
        group = _group(known(metric, "regex"))
        if is_minimized and group is not None and group.fullmatch("0.5"):
            unread = [text for text in ("5e-05", "-0.5") if not group.fullmatch(text)]
            if unread:
                yield Breach((*at, "regex"), known(metric, "regex"), {"unread": " and ".join(unread)})


def _group(regex: str | None) -> re.Pattern[str] | None:
    """The first group by itself, if it can be told apart."""
    begin = _FIRST_GROUP.search(regex or "")
    if regex is None or begin is None or compiled(regex) is None:
        return None
    inner = regex[begin.end() :]
    for end in (match.start() for match in re.finditer(r"\)", inner)):
        pattern = compiled(inner[:end])
        if pattern is not None:
            return pattern
    return None


def _against_its_name(job: Job) -> Iterator[Breach]:
    for at, objective, _ in objectives(job):
        name, wanted = known(objective, "metric_name"), known(objective, "type")
        if name is None:
            continue
        words = set(re.split(r"[^a-z0-9_]+", name.lower()))
        words |= {part for word in words for part in word.split("_")}
        better = bool(words & _HIGHER_IS_BETTER), bool(words & _LOWER_IS_BETTER)
        if wanted == "Maximize" and better == (False, True):
            yield Breach((*at, "type"), wanted, {"metric": name, "better": "less"})
        if wanted == "Minimize" and better == (True, False):
            yield Breach((*at, "type"), wanted, {"metric": name, "better": "more"})


def _unmeasured(job: Job) -> Iterator[Breach]:
    """Algorithms of SageMaker's own emit `validation:...` for the channel `validation`, and `test:...` for `test`."""
    for at, objective, definition in objectives(job):
        metric, channels = known(objective, "metric_name"), complete(definition, "input_data_config")
        channel = str(metric).partition(":")[0]
        is_script = "sagemaker_program" in (known(definition, "static_hyper_parameters") or ())
        if channels is None or channel not in ("validation", "test") or not is_built_in(definition) or is_script:
            continue  # a script may make its validation data from the training data
        names = [known(item, "channel_name") for item in channels]
        if None not in names and channel not in names:
            yield Breach((*at, "metric_name"), metric, {"channel": channel})


METRIC_CHECKS = (
    Check(
        "regex-broken",
        "error",
        _not_compiling,
        "is no regular expression: {error}",
        "Correct it; a bracket or dot that is meant as such needs a backslash",
        "A metric whose regular expression does not compile is never read, and trials without their objective fail.",
    ),
    Check(
        "regex-without-group",
        "error",
        _without_group,
        "has no group, so that it finds the line but no value in it",
        "Put the number into round brackets, as in `auc=([0-9.]+)`",
        "A metric's value is what the first group of its regular expression captures.",
    ),
    Check(
        "regex-groups",
        "warning",
        _with_groups,
        "has {count} groups, of which only the first is the metric's value",
        "Write the others as `(?:...)`",
        "A metric's value is what the first group captures; a group for a prefix may take its place.",
    ),
    Check(
        "regex-exponent",
        "info",
        _reading_no_exponents,
        "cannot capture {unread} as a whole",
        "Use a group such as `([-+0-9.eE]+)`, if the metric can have such values",
        "A loss of 5e-05 that is read as 5 looks like the worst trial of all.",
    ),
    Check(
        "objective-direction",
        "warning",
        _against_its_name,
        "looks for the worst: {better} of {metric} is usually better",
        "Change `type`, or silence this if the metric means something else by that name",
        "A search in the wrong direction ends with the worst model and says that it succeeded.",
    ),
    Check(
        "objective-channel",
        "error",
        _unmeasured,
        "is measured on the channel `{channel}`, which is not there",
        "Add the channel, or choose another objective",
        "SageMaker's own algorithms emit `validation:` and `test:` metrics only with a channel of that name; without "
        "the objective every trial fails.",
    ),
)
