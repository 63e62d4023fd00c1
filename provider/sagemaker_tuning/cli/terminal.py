"""Tables and colors for a person's terminal, and the same text without them for a pipe.

A pipe has no width, so nothing is cut or wrapped for it; a terminal's width is kept, and COLUMNS and NO_COLOR hold for
both. What AWS says is never read as markup.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

__all__ = ["Column", "console", "fits", "print_table", "status_text", "text_table"]

_STYLES = {"Completed": "green", "Failed": "red", "Stopped": "yellow", "InProgress": "cyan", "Stopping": "yellow"}
_PIPE_WIDTH = 10_000
_NARROWEST = 16


def console() -> Console:
    """Standard output."""
    found = Console(markup=False, highlight=False, emoji=False)
    if not found.is_terminal and "COLUMNS" not in os.environ:
        found.width = _PIPE_WIDTH
    return found


def status_text(status: str) -> Text:
    return Text(status, _STYLES.get(status, ""))


@dataclass(frozen=True)
class Column:
    """`is_number` aligns to the right; a cell of a column that `wraps` may have several lines."""

    heading: str
    is_number: bool = False
    wraps: bool = False


def text_table(columns: Iterable[Column]) -> Table:
    """An empty table with these columns."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        table.add_column(
            Text(column.heading),
            justify="right" if column.is_number else "left",
            overflow="fold",
            no_wrap=not column.wraps,
            min_width=_NARROWEST if column.wraps else None,
        )
    return table


def fits(table: Table, on: Console) -> bool:
    """Whether the table is no wider than the terminal, if columns wrap that may."""
    unlimited = on.options.update(width=_PIPE_WIDTH)  # a measurement is never wider than what it is made for
    return Measurement.get(on, unlimited, table).minimum <= on.width


def print_table(table: Table, on: Console) -> None:
    """Print a table, without the blanks at the ends of its lines."""
    with on.capture() as captured:
        on.print(table)
    on.file.write("\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n")
