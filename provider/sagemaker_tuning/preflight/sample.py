"""What the metric definitions read from a log that a real training job has written.

SageMaker searches every line, and of the objective metric the last value is the one that counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sagemaker_tuning.preflight.finding import Check
from sagemaker_tuning.preflight.metrics import compiled, metric_definitions, objectives
from sagemaker_tuning.spec.findings import Location
from sagemaker_tuning.spec.rules.nodes import Breach, Job, known

__all__ = ["SAMPLE_CHECKS", "Reading", "readings", "sample_breaches"]


@dataclass(frozen=True)
class Reading:
    """What one metric definition read: how many lines it matched, and the text that it captured last."""

    metric: str
    is_objective: bool
    lines: int
    last: str | None
    at: Location = ()
    regex: str = ""

    @property
    def value(self) -> float | None:
        """The last value, if it is a number."""
        try:
            return None if self.last is None else float(self.last)
        except ValueError:
            return None

    def __str__(self) -> str:
        if not self.lines:
            return f"{self.metric}: no line"
        return f"{self.metric}: {self.lines} {'line' if self.lines == 1 else 'lines'}, the last value is {self.last!r}"


def readings(job: Job, log: Iterable[str]) -> list[Reading]:
    """What each metric definition reads from the log; those that cannot be judged here are left out."""
    lines = list(log)
    found = []
    for at, metric, definition in metric_definitions(job):
        pattern, name = compiled(known(metric, "regex")), known(metric, "name")
        if pattern is None or name is None or pattern.groups == 0:
            continue
        captured = [match.group(1) for line in lines if (match := pattern.search(line))]
        is_objective = any(
            of is definition and known(objective, "metric_name") == name for _, objective, of in objectives(job)
        )
        last = captured[-1] if captured else None
        found.append(Reading(name, is_objective, len(captured), last, (*at, "regex"), pattern.pattern))
    return found


def sample_breaches(job: Job, log: Iterable[str]) -> Iterator[tuple[str, Breach]]:
    """What is wrong with what is read, by the id of its check."""
    for reading in readings(job, log):
        details: Mapping[str, Any] = {"last": repr(reading.last)}
        if not reading.lines:
            yield ("sample-objective" if reading.is_objective else "sample-metric"), Breach(reading.at, reading.regex)
        elif reading.value is None:
            yield "sample-number", Breach(reading.at, reading.regex, details)


def _only_with_a_sample(_job: Job) -> Iterator[Breach]:
    return iter(())


SAMPLE_CHECKS = (
    Check(
        "sample-objective",
        "error",
        _only_with_a_sample,
        "matches no line of the sample log, and it reads the objective",
        "Compare it with what the training script prints",
        "With --sample-log: a trial whose objective is never read counts as failed.",
    ),
    Check(
        "sample-number",
        "error",
        _only_with_a_sample,
        "captures {last} from the sample log, which is no number",
        "Capture the number alone",
        "With --sample-log: what the group captures must be a number.",
    ),
    Check(
        "sample-metric",
        "warning",
        _only_with_a_sample,
        "matches no line of the sample log",
        "Compare it with what the training script prints, or leave the metric out",
        "With --sample-log: a metric that is never read is missing from every report.",
    ),
)
