"""Tables and colors for a person's terminal, and the same text without them for a pipe.

A pipe has no width, so nothing is cut or wrapped for it; a terminal's width is kept, and COLUMNS and NO_COLOR hold for
both. What AWS says is never read as markup.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

import rich.table
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

__all__ = ["Column", "console", "fits", "print_table", "status_text", "text_table"]

_STYLES = {"Completed": "green", "Failed": "red", "Stopped": "yellow", "InProgress": "cyan", "Stopping": "yellow"}
_PIPE_WIDTH = 10_000
_NARROWEST = 16  # a column that wraps
_GAP = 2


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
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold")
    for column in columns:
        table.add_column(
            Text(column.heading),
            justify="right" if column.is_number else "left",
            overflow="fold",
            no_wrap=not column.wraps,
        )
    return table


def fits(table: Table, on: Console) -> bool:
    """Whether the terminal is wide enough for the table, with the columns that wrap as narrow as they can be read."""
    widths = [_NARROWEST if not column.no_wrap else _widest(column) for column in table.columns]
    return sum(widths) + _GAP * (len(widths) - 1) <= on.width


def _widest(column: rich.table.Column) -> int:
    return max(cell_len(str(cell)) for cell in (column.header, *column.cells))


def print_table(table: Table, on: Console) -> None:
    """Print a table, without the blanks at the ends of its lines."""
    with on.capture() as captured:
        on.print(table)
    on.file.write("\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n")
