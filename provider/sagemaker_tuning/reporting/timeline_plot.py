"""When each trial ran, and on what: a lane for each cluster that ran at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sagemaker_tuning.reporting.job import ReportedJob
from sagemaker_tuning.reporting.lanes import Lane, Span, lanes
from sagemaker_tuning.reporting.plot import STATUSES, Plot, by_status, hover, instant, layout, plain
from sagemaker_tuning.reporting.words import counted

__all__ = ["timeline_plot"]

_PIXELS_A_LANE = 26


def timeline_plot(job: ReportedJob) -> Plot | None:
    """A bar for each trial from the start on its instances to the end there; None if none has started."""
    filled = lanes(job.trials, job.seen_at)
    if not filled:
        return None
    spans = {span.trial.number: (lane, span) for lane in filled for span in lane.spans}
    started = [trial for trial in job.trials if trial.number in spans]
    waiting = len(job.trials) - len(started)
    traces = [_bars(status, [spans[trial.number] for trial in those]) for status, those in by_status(started).items()]
    return Plot(
        data=traces,
        layout=layout(
            120 + _PIXELS_A_LANE * len(filled),
            barmode="overlay",
            bargap=0.25,
            xaxis={"type": "date", "title": {"text": "Time (UTC)"}, "range": _range(filled)},
            yaxis={
                "type": "category",
                "categoryorder": "array",
                "categoryarray": [plain(lane.label) for lane in filled],
                "autorange": "reversed",
                "automargin": True,
            },
            showlegend=True,
        ),
        title="Timeline",
        summary=f"{counted(len(started), 'trial')} in {counted(len(filled), 'lane')}: "
        "a lane holds what could have run on the same instances, one after the other.",
        note=f"{counted(waiting, 'trial')} did not get to an instance." if waiting else "",
    )


def _range(filled: Sequence[Lane]) -> list[str]:
    start = min(span.start for lane in filled for span in lane.spans)
    end = max(span.end for lane in filled for span in lane.spans)
    margin = (end - start) / 100 or timedelta(seconds=1)
    return [instant(start - margin), instant(end + margin)]


def _bars(status: str, shown: Sequence[tuple[Lane, Span]]) -> Mapping[str, Any]:
    look = STATUSES.get(status, STATUSES["InProgress"])
    return {
        "type": "bar",
        "orientation": "h",
        "name": status,
        "base": [instant(span.start) for _, span in shown],
        # The length of a bar on a time axis is in milliseconds.
        "x": [round((span.end - span.start).total_seconds() * 1000) for _, span in shown],
        "y": [plain(lane.label) for lane, _ in shown],
        "marker": {
            "color": look.color,
            "opacity": 0.85,
            "line": {"width": 1, "color": "rgba(255,255,255,0.6)"},
            "pattern": {"shape": look.pattern, "size": 6, "solidity": 0.3, "fillmode": "overlay", "fgcolor": "#ffffff"},
        },
        "customdata": [span.trial.number for _, span in shown],
        "hovertext": [
            f"{hover(span.trial, span.trial.definition.objective)}<br>{plain(lane.label)}" for lane, span in shown
        ],
        "hoverinfo": "text",
        "textposition": "none",
    }
