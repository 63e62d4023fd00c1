"""Metrics from a log: the regexes of the metric definitions over each line, as SageMaker sees it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from .errors import TrialError

__all__ = ["MetricReader", "as_logged"]

# The platform's log agent writes control characters as octal escapes: XGBoost prints "[0]\ttrain-auc:0.9" and the
# log has "[0]#011train-auc:0.9", which is what the built-in algorithms' documented regexes match.
_ESCAPES = {code: f"#{code:03o}" for code in range(32)}


def as_logged(line: str) -> str:
    return line.rstrip("\r\n").translate(_ESCAPES)


class MetricReader:
    def __init__(self, definitions: Iterable[Mapping[str, str]]) -> None:
        self._patterns = [(item["Name"], _compile(item["Name"], item["Regex"])) for item in definitions]

    def read(self, line: str) -> Iterator[tuple[str, float]]:
        """Each metric that the logged line shows, by name; a regex without a group takes the whole match."""
        for name, pattern in self._patterns:
            found = pattern.search(line)
            if not found:
                continue
            try:
                yield name, float(found[1 if found.lastindex else 0])
            except (TypeError, ValueError):
                continue  # what it caught is not a number


def _compile(name: str, regex: str) -> re.Pattern[str]:
    try:
        return re.compile(regex)
    except re.error as error:
        raise TrialError(f"ClientError: The regex of metric '{name}' is not valid: {error}: {regex}") from error
