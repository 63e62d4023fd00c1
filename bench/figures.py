"""A figure beside its floor: both measured in one run, so that their ratio holds on any machine."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

__all__ = ["Figure", "show"]


@dataclass(frozen=True)
class Figure:
    """`values` and `floors` have one number for each run. A ratio above `ceiling` is a failure."""

    topic: str
    name: str
    values: Sequence[float]
    floor_name: str
    floors: Sequence[float]
    unit: str = "s"
    ceiling: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float:
        """Of the least disturbed runs: whatever else the machine does can only add to a time."""
        value, floor = min(self.values), min(self.floors)
        if value == floor:  # nothing over nothing as well
            return 1.0
        return value / floor if floor else math.inf

    @property
    def is_exceeded(self) -> bool:
        return self.ceiling is not None and self.ratio > self.ceiling

    def to_dict(self) -> dict[str, Any]:
        ratio = self.ratio if math.isfinite(self.ratio) else None
        return {**vars(self), "ratio": ratio, "is_exceeded": self.is_exceeded}


def show(figures: Sequence[Figure], console: Console) -> None:
    """Print a table of the figures of one topic; each cell has min / median / max if there was more than one run."""
    table = Table(title=figures[0].topic, title_justify="left", title_style="bold")
    for heading in ("what", "figure", "floor", "ratio", "ceiling"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for figure in figures:
        table.add_row(
            f"{figure.name}\n[dim]{figure.note}[/dim]" if figure.note else figure.name,
            _spread(figure.values, figure.unit),
            f"{_spread(figure.floors, figure.unit)}\n[dim]{figure.floor_name}[/dim]",
            f"{figure.ratio:.2f}",
            "" if figure.ceiling is None else f"{figure.ceiling:g}",
            style="red" if figure.is_exceeded else "",
        )
    console.print(table)


def _spread(values: Sequence[float], unit: str) -> str:
    numbers = (min(values), median(values), max(values)) if len(values) > 1 else values
    return " / ".join(_number(value, unit) for value in numbers) + f" {unit}"


def _number(value: float, unit: str) -> str:
    return f"{value:g}" if unit not in ("s", "ms") else f"{value:.2f}"
