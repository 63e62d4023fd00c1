"""The objective as the search went on: the best so far, each trial by number and by time, and jobs side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sagemaker_tuning.reporting.curve import best_so_far
from sagemaker_tuning.reporting.definitions import Objective
from sagemaker_tuning.reporting.job import NumberedTrial, ReportedJob
from sagemaker_tuning.reporting.plot import BEST, Plot, by_status, hover, instant, layout, markers, plain
from sagemaker_tuning.reporting.words import number

__all__ = ["best_so_far_plot", "comparison_plot", "objective_plot"]

_HEIGHT = 380
_JOB_COLORS = ("#2b7bc4", "#d97706", "#1f9d6b", "#8a6fd1", "#e03131", "#0d8a9e", "#b5477f", "#7b8794")
_JOB_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")

Place = Callable[[NumberedTrial], Any]


def best_so_far_plot(job: ReportedJob, objective: Objective, trials: Sequence[NumberedTrial]) -> Plot | None:
    """The best value after each trial, with every trial by its status; None if no trial has a value."""
    curve = best_so_far(trials, objective, lambda trial: trial.number)
    if not curve or objective.is_minimized is None:
        return None
    steps = [*curve, (trials[-1].number, curve[-1][1])]
    line = {
        "type": "scatter",
        "mode": "lines",
        "name": "Best so far",
        "x": [place for place, _ in steps],
        "y": [value for _, value in steps],
        "line": {"shape": "hv", "color": BEST, "width": 2.5},
        "hoverinfo": "skip",
    }
    start, end = curve[0][1], curve[-1][1]
    reached = next(place for place, value in curve if value == end)
    return Plot(
        data=[*_points(trials, objective, lambda trial: trial.number, with_hyperparameters=True), line],
        layout=_layout(objective, trials, {"title": {"text": "Trial"}, "rangemode": "tozero"}),
        title="Best so far",
        summary=f"{objective}: {number(end)} in trial {reached} of {len(job.trials)}; "
        f"the first value was {number(start)}.",
    )


def objective_plot(objective: Objective, trials: Sequence[NumberedTrial]) -> Plot | None:
    """The value of each trial that has started, at the time of its end, by its status."""
    placed = [trial for trial in trials if _end(trial) is not None]
    if not any(trial.value is not None for trial in placed):
        return None
    counts = ", ".join(f"{len(those)} {status}" for status, those in by_status(trials).items())
    return Plot(
        data=list(_points(placed, objective, _end)),
        layout=_layout(objective, placed, {"title": {"text": "End of the trial (UTC)"}, "type": "date"}),
        title="Objective of each trial",
        summary=f"{objective.metric_name} of each trial when it ended. {counts}.",
    )


def comparison_plot(objective: Objective, jobs: Sequence[ReportedJob]) -> Plot | None:
    """The best value so far of several jobs with one objective, trial by trial."""
    data: list[dict[str, Any]] = []
    ends = []
    for index, job in enumerate(jobs):
        curve = best_so_far(job.objectives[objective], objective, lambda trial: trial.number)
        if not curve:
            continue
        ends.append(f"{job.name} {number(curve[-1][1])}")
        look = {"color": _JOB_COLORS[index % len(_JOB_COLORS)], "dash": _JOB_DASHES[index % len(_JOB_DASHES)]}
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": plain(job.name),
                "x": [place for place, _ in curve],
                "y": [value for _, value in curve],
                "line": {"shape": "hv", "width": 2.5, **look},
                "hovertemplate": f"<b>{plain(job.name)}</b><br>trial %{{x}}: %{{y:.6~g}}<extra></extra>",
            }
        )
    if not data or objective.is_minimized is None:
        return None
    return Plot(
        data=data,
        layout=layout(
            _HEIGHT,
            xaxis={"title": {"text": "Trial"}, "rangemode": "tozero"},
            yaxis={"title": {"text": plain(objective.metric_name)}},
            showlegend=True,
        ),
        title=f"Best so far: {objective}",
        summary=f"{objective}, best so far by trial. Reached: {', '.join(ends)}.",
    )


def _points(
    trials: Sequence[NumberedTrial], objective: Objective, place: Place, *, with_hyperparameters: bool = False
) -> list[dict[str, Any]]:
    """A trace of each status; trials without a value have a strip of their own below the values."""
    traces = []
    for status, those in by_status(trials).items():
        with_value = [trial for trial in those if trial.value is not None]
        without = [trial for trial in those if trial.value is None]
        for shown, axis in ((with_value, "y"), (without, "y2")):
            if shown:
                traces.append(
                    {
                        **markers(status, shown),
                        "x": [place(trial) for trial in shown],
                        "y": [trial.value if axis == "y" else 0 for trial in shown],
                        "yaxis": axis,
                        "hovertext": [
                            hover(trial, objective, with_hyperparameters=with_hyperparameters) for trial in shown
                        ],
                        "showlegend": axis == "y" or not with_value,
                    }
                )
    return traces


def _layout(objective: Objective, trials: Sequence[NumberedTrial], xaxis: dict[str, Any]) -> dict[str, Any]:
    value_axis: dict[str, Any] = {"title": {"text": plain(objective.metric_name)}}
    if all(trial.value is not None for trial in trials):
        return layout(_HEIGHT, xaxis=xaxis, yaxis=value_axis, showlegend=True)
    strip = {
        "domain": [0, 0.07],
        "range": [-1, 1],
        "tickvals": [0],
        "ticktext": ["no value"],
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }
    return layout(
        _HEIGHT,
        xaxis={**xaxis, "anchor": "y2"},
        yaxis={**value_axis, "domain": [0.14, 1]},
        yaxis2=strip,
        showlegend=True,
    )


def _end(trial: NumberedTrial) -> str | None:
    end = trial.trial.training_end_time
    return None if end is None else instant(end)
