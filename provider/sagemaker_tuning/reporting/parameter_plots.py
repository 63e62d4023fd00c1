"""Hyperparameters against the objective: all at once, one by one on their own scales, and which of them matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sagemaker_tuning.reporting.definitions import Definition, Objective
from sagemaker_tuning.reporting.importance import Importance
from sagemaker_tuning.reporting.job import NumberedTrial
from sagemaker_tuning.reporting.plot import BEST, STATUSES, Plot, by_status, cut, layout, markers, plain
from sagemaker_tuning.reporting.search_space import Hyperparameter
from sagemaker_tuning.reporting.words import counted, share, short

__all__ = ["importance_plot", "parallel_plot", "scatter_plot"]

_PIXELS_A_DIMENSION = 96
_LONGEST_TICK, _LONGEST_NAME = 20, 32
_MOST_DIMENSIONS = 60  # plotly's own limit
# From the worst to the best trial: gray, blue, orange. All three can be seen on light and on dark ground.
_SCALE = [[0, "#98a2b0"], [0.5, "#8fa9c4"], [0.85, "#3f87cc"], [1, "#d96206"]]
_SPREAD = 0.36  # of the room that a category has on its axis
_GOLDEN = 0.618034  # multiples of it, without their whole part, are spread evenly


def parallel_plot(definition: Definition, trials: Sequence[NumberedTrial]) -> Plot | None:
    """One line a trial through its hyperparameters to its value; None if there are fewer than two such trials."""
    searched = definition.hyperparameters[: _MOST_DIMENSIONS - 1]
    shown = [trial for trial in trials if trial.value is not None and _is_placed(trial, searched)]
    if len(shown) < 2 or not searched:
        return None
    # The best come last, and so are drawn over the others. Colors go by rank: most values of a good search are close.
    shown.sort(key=lambda trial: trial.value or 0, reverse=bool(definition.objective.is_minimized))
    metric = definition.objective.metric_name
    dimensions = [_dimension(one, shown) for one in searched]
    line = {"color": list(range(len(shown))), "colorscale": _SCALE}
    left_out = len(definition.hyperparameters) - len(searched)
    return Plot(
        data=[{"type": "parcoords", "dimensions": [*dimensions, _value_dimension(metric, shown)], "line": line}],
        layout=layout(420, margin={"l": _tick_room(dimensions[0]), "r": 64, "t": 64, "b": 24}),
        title="Parallel coordinates",
        summary=f"{counted(len(shown), 'trial')} as lines through {counted(len(searched), 'hyperparameter')} to "
        f"{metric}; the best trials are orange, the worst gray. "
        "Drag along an axis to keep only the lines that pass there.",
        note=f"{counted(left_out, 'hyperparameter')} more: plotly draws {_MOST_DIMENSIONS} axes." if left_out else "",
        least_width=_PIXELS_A_DIMENSION * (len(dimensions) + 1),
    )


def scatter_plot(definition: Definition, hyperparameter: Hyperparameter, trials: Sequence[NumberedTrial]) -> Plot:
    """The objective's value by one hyperparameter's, on the scale on which it was searched."""
    objective = definition.objective
    shown = [trial for trial in trials if trial.value is not None and _value(trial, hyperparameter) is not None]
    traces = [
        {
            **markers(status, those, size=7),
            "x": [_place(trial, hyperparameter) for trial in those],
            "y": [trial.value for trial in those],
            **_hover(status, those, hyperparameter, objective),
        }
        for status, those in by_status(shown).items()
    ]
    best = _best(shown, objective)
    if best is not None:
        traces.append(
            {
                **markers("Completed", [best], size=15),
                "name": "Best",
                "legendgroup": "Best",
                "marker": {"color": BEST, "symbol": "star", "size": 15, "line": {"width": 1}},
                "x": [_place(best, hyperparameter)],
                "y": [best.value],
                **_hover(best.trial.status, [best], hyperparameter, objective),
            }
        )
    scale = "Categories" if hyperparameter.kind == "categorical" else f"{hyperparameter.scale} scale".capitalize()
    at_best = f" Best at {short(_value(best, hyperparameter) or '')}." if best else ""
    return Plot(
        data=traces,
        layout=layout(
            300,
            xaxis=_axis(hyperparameter),
            yaxis={"title": {"text": plain(objective.metric_name)}},
            showlegend=False,
            margin={"l": 64, "r": 16, "t": 12, "b": 48},
        ),
        title=hyperparameter.name,
        summary=f"{scale}.{at_best}",
    )


def importance_plot(definition: Definition, importance: Importance) -> Plot | None:
    """A bar for each hyperparameter, the most important on top; None if the importance is not known."""
    if not importance.shares:
        return None
    names = list(importance.shares)
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": [importance.shares[name] * 100 for name in names],
        "y": list(range(len(names))),
        "text": [share(importance.shares[name]) for name in names],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": STATUSES["Completed"].color},
        "hoverinfo": "skip",
    }
    return Plot(
        data=[bars],
        layout=layout(
            90 + 30 * len(names),
            xaxis={"title": {"text": "Share of the variance explained"}, "ticksuffix": " %", "rangemode": "tozero"},
            yaxis={
                "autorange": "reversed",
                "tickvals": list(range(len(names))),
                "ticktext": [plain(name, _LONGEST_NAME) for name in names],
                "automargin": True,
                "zeroline": False,
            },
            margin={"l": 64, "r": 64, "t": 12, "b": 48},
        ),
        title="Importance",
        summary=f"How much of the differences in {definition.objective.metric_name} each hyperparameter explains by "
        f"itself: fANOVA over {counted(importance.trials, 'trial')}.",
    )


def _is_placed(trial: NumberedTrial, searched: Sequence[Hyperparameter]) -> bool:
    values = trial.trial.tuned_hyper_parameters
    return all(one.position(values.get(one.name)) is not None for one in searched)


def _dimension(hyperparameter: Hyperparameter, trials: Sequence[NumberedTrial]) -> dict[str, Any]:
    values = [trial.trial.tuned_hyper_parameters.get(hyperparameter.name) for trial in trials]
    ticks = hyperparameter.ticks
    return {
        "label": plain(hyperparameter.name, _LONGEST_TICK),
        "values": [hyperparameter.position(value) for value in values],
        "range": list(hyperparameter.limits),
        "tickvals": [place for place, _ in ticks],
        # Unlike all its other texts, plotly writes these as they are.
        "ticktext": [cut(text, _LONGEST_TICK) for _, text in ticks],
    }


def _tick_room(dimension: Mapping[str, Any]) -> int:
    return max(64, 16 + 6 * max(len(text) for text in dimension["ticktext"]))


def _value_dimension(metric: str, trials: Sequence[NumberedTrial]) -> dict[str, Any]:
    values = [trial.value for trial in trials if trial.value is not None]
    low, high = min(values), max(values)
    margin = 0 if low < high else abs(low) / 10 or 0.5
    return {
        "label": plain(metric, _LONGEST_TICK),
        "values": values,
        "range": [low - margin, high + margin],
        "tickformat": ".4~g",
    }


def _axis(hyperparameter: Hyperparameter) -> Mapping[str, Any]:
    title = {"title": {"text": plain(hyperparameter.name)}, "automargin": True}
    if hyperparameter.scale == "logarithmic":
        return {**title, "type": "log", "dtick": 1} if _decades(hyperparameter) >= 3 else {**title, "type": "log"}
    if hyperparameter.kind == "categorical" or hyperparameter.scale == "reverse logarithmic":
        places, texts = zip(*hyperparameter.ticks, strict=True)
        named = {"tickvals": list(places), "ticktext": [plain(text, _LONGEST_TICK) for text in texts]}
        return {**title, **named, "range": _widened(hyperparameter.limits), "zeroline": False}
    return title


def _widened(limits: tuple[float, float]) -> list[float]:
    margin = (limits[1] - limits[0]) * 0.05
    return [limits[0] - margin, limits[1] + margin]


def _decades(hyperparameter: Hyperparameter) -> float:
    low, high = hyperparameter.limits
    return high - low


def _place(trial: NumberedTrial, hyperparameter: Hyperparameter) -> float | None:
    """Where a trial stands on `_axis`: plotly takes logarithms itself, but knows no reverse ones.

    Trials of one category stand beside each other.
    """
    value = _value(trial, hyperparameter)
    position = hyperparameter.position(value)
    if hyperparameter.kind == "categorical" and position is not None:
        return round(position + (trial.number * _GOLDEN % 1 - 0.5) * _SPREAD, 4)
    return position if hyperparameter.scale == "reverse logarithmic" else hyperparameter.number(value)


def _value(trial: NumberedTrial, hyperparameter: Hyperparameter) -> str | None:
    value = trial.trial.tuned_hyper_parameters.get(hyperparameter.name)
    return value if hyperparameter.position(value) is not None else None


def _best(trials: Sequence[NumberedTrial], objective: Objective) -> NumberedTrial | None:
    if not trials or objective.is_minimized is None:
        return None
    best = objective.best([trial.value for trial in trials if trial.value is not None])
    return next(trial for trial in trials if trial.value == best)


def _hover(
    status: str, trials: Sequence[NumberedTrial], hyperparameter: Hyperparameter, objective: Objective
) -> dict[str, Any]:
    """One template for all points: of thirty hyperparameters, a text for each point would be most of the page."""
    name, metric = (plain(text).replace("%", "&#37;") for text in (hyperparameter.name, objective.metric_name))
    is_named = hyperparameter.kind == "categorical" or hyperparameter.scale == "reverse logarithmic"
    texts = [plain(short(_value(trial, hyperparameter) or "")) for trial in trials]
    lines = [
        f"<b>Trial %{{customdata}}</b> · {plain(status)}",
        f"{name} = {'%{text}' if is_named else '%{x:.6~g}'}",
        f"{metric} = %{{y:.6~g}}",
    ]
    return {"hovertemplate": "<br>".join(lines) + "<extra></extra>", **({"text": texts} if is_named else {})}
