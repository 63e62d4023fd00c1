"""One figure of a report, and what all figures have in common.

A plot is plain data in plotly's own schema, so that nothing is imported to make one. Its colors have at least 3:1
contrast on light and on dark ground, and every status has a marker of its own besides; what belongs to a theme (ground,
text, grid) is the page's. Plotly reads a little HTML in its texts: whatever a job contains goes through `plain`.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from sagemaker_tuning.reporting.definitions import Objective
from sagemaker_tuning.reporting.job import NumberedTrial
from sagemaker_tuning.reporting.words import duration, number, short

__all__ = [
    "BEST",
    "STATUSES",
    "Look",
    "Plot",
    "by_status",
    "cut",
    "hover",
    "instant",
    "layout",
    "markers",
    "plain",
]

BEST = "#d97706"
_LONGEST_TEXT = 160
_MOST_LINES = 14


@dataclass(frozen=True)
class Look:
    """How trials of a status look: as points, and as bars."""

    color: str
    symbol: str
    pattern: str


STATUSES: Mapping[str, Look] = {
    "Completed": Look("#2b7bc4", "circle", ""),
    "Stopped": Look("#8a6fd1", "diamond", "/"),
    "Failed": Look("#e03131", "x", "x"),
    "Stopping": Look("#8a6fd1", "diamond-open", "\\"),
    "InProgress": Look("#1f9d6b", "triangle-up-open", "."),
}
_OTHER = Look("#7b8794", "square-open", "+")


@dataclass(frozen=True)
class Plot:
    """`data` and `layout` are plotly's; `summary` says in words what is to be seen, for those who do not see it."""

    data: Sequence[Mapping[str, Any]]
    layout: Mapping[str, Any]
    title: str
    summary: str
    note: str = ""
    least_width: int = 0
    """Pixels below which the plot scrolls sideways instead of becoming unreadable."""

    @property
    def height(self) -> int:
        """Pixels."""
        return int(self.layout["height"])


def plain(text: str, longest: int = _LONGEST_TEXT) -> str:
    """Text that plotly shows as it is, cut where it would fill the screen."""
    return html.escape(cut(text, longest), quote=False)


def cut(text: str, longest: int) -> str:
    """At most so many characters of a text."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def layout(height: int, **more: Any) -> dict[str, Any]:
    """What the figures' layouts share."""
    return {
        "height": height,
        "autosize": True,
        "margin": {"l": 64, "r": 16, "t": 36, "b": 48},
        "hovermode": "closest",
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        **more,
        # As the tables write small numbers; plotly's own choice is 10µ.
        **{name: {"exponentformat": "e", **axis} for name, axis in more.items() if name[1:5] == "axis"},
    }


def by_status(trials: Iterable[NumberedTrial]) -> Mapping[str, Sequence[NumberedTrial]]:
    """The trials by status, in the order of `STATUSES`, without the statuses that none has."""
    found: dict[str, list[NumberedTrial]] = {status: [] for status in STATUSES}
    for trial in trials:
        found.setdefault(trial.trial.status, []).append(trial)
    return {status: those for status, those in found.items() if those}


def markers(status: str, trials: Sequence[NumberedTrial], size: int = 8) -> dict[str, Any]:
    """A scatter trace of trials of one status, but for its x and y. `customdata` has the trials' numbers."""
    look = STATUSES.get(status, _OTHER)
    return {
        "type": "scatter",
        "mode": "markers",
        "name": status,
        "legendgroup": status,
        "marker": {"color": look.color, "symbol": look.symbol, "size": size, "opacity": 0.85},
        "customdata": [trial.number for trial in trials],
        "hoverinfo": "text",
    }


def hover(trial: NumberedTrial, objective: Objective, *, with_hyperparameters: bool = False) -> str:
    """The lines of a trial's hover label."""
    lines = [f"<b>Trial {trial.number}</b> · {plain(trial.trial.status)}"]
    if trial.value is not None:
        lines.append(f"{plain(objective.metric_name)} = {number(trial.value)}")
    values = sorted(trial.trial.tuned_hyper_parameters.items()) if with_hyperparameters else []
    lines += [f"{plain(name)} = {plain(short(value))}" for name, value in values[:_MOST_LINES]]
    if len(values) > _MOST_LINES:
        lines.append(f"and {len(values) - _MOST_LINES} more")
    if trial.trial.training_seconds is not None:
        lines.append(duration(trial.trial.training_seconds))
    if trial.trial.failure_reason:
        lines.append(plain(trial.trial.failure_reason))
    return "<br>".join(lines)


def instant(time: datetime) -> str:
    """A time as plotly reads it; plotly knows no time zones, all of ours are UTC."""
    return time.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
