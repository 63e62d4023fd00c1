"""Which trials could have shared an instance: lanes of a timeline in which no two overlap.

SageMaker does not say on which machine a training job ran; a lane stands for one of the clusters that ran at a time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sagemaker_tuning.reporting.job import NumberedTrial

__all__ = ["Lane", "Span", "instances_text", "lanes"]


@dataclass(frozen=True)
class Span:
    """A trial on its instances; `is_open` if it is there still."""

    trial: NumberedTrial
    start: datetime
    end: datetime
    is_open: bool


@dataclass(frozen=True)
class Lane:
    """Spans one after the other on instances of one kind."""

    instances: str
    number: int
    spans: tuple[Span, ...]

    @property
    def label(self) -> str:
        return f"{self.instances} · {self.number}"


def lanes(trials: Iterable[NumberedTrial], now: datetime) -> list[Lane]:
    """As few lanes as hold all trials that have started, by instance type; earlier trials in the lower numbers."""
    spans = sorted((span for trial in trials if (span := _span(trial, now))), key=lambda span: span.start)
    filled: dict[str, list[list[Span]]] = {}
    for span in spans:
        of_type = filled.setdefault(instances_text(span.trial), [])
        free = next((lane for lane in of_type if lane[-1].end <= span.start), None)
        if free is None:
            of_type.append([span])
        else:
            free.append(span)
    return [
        Lane(instances, number, tuple(lane))
        for instances, of_type in sorted(filled.items())
        for number, lane in enumerate(of_type, 1)
    ]


def instances_text(trial: NumberedTrial) -> str:
    """What a trial ran on, for a person: `ml.m5.large`, `2 × ml.m5.large`."""
    if not trial.instances:
        return "instance not known"
    return " + ".join(
        instance_type if count == 1 else f"{count} × {instance_type}"
        for instance_type, count in trial.instances.items()
    )


def _span(trial: NumberedTrial, now: datetime) -> Span | None:
    start, end = trial.trial.training_start_time, trial.trial.training_end_time
    if start is None:
        return None
    return Span(trial, start, end or max(now, start), is_open=end is None)
