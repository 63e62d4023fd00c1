"""Reads a report's page as a program does: the figures' data, and the tables."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

__all__ = ["Cell", "figures", "numbers", "table", "text"]


@dataclass
class Cell:
    """A table's cell: what is to be read, and the exact value behind it, if it has one."""

    value: str | None
    text: str = ""


@dataclass
class _Tables(HTMLParser):
    """Collects the rows of the table with an id, and the text of the whole page."""

    wanted: str
    rows: list[list[Cell]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    inside: bool = False
    hidden: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.hidden = tag in ("script", "style")
        if tag == "table":
            self.inside = given.get("id") == self.wanted
        elif self.inside and tag == "tr":
            self.rows.append([])
        elif self.inside and tag in ("td", "th"):
            self.rows[-1].append(Cell(given.get("data-value")))

    def handle_endtag(self, tag: str) -> None:
        self.hidden = False
        if tag == "table":
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.hidden:
            return
        self.words.append(data)
        if self.inside and self.rows and self.rows[-1]:
            self.rows[-1][-1].text += data


def figures(page: str) -> dict[str, Any]:
    """Every figure of the page by its id, with plotly's `data` and `layout`."""
    found = re.search(r'<script type="application/json" id="figures">(.*?)</script>', page, re.DOTALL)
    assert found
    drawn: dict[str, Any] = json.loads(found[1], parse_constant=_refuse)
    return drawn


def table(page: str, table_id: str) -> list[dict[str, Cell]]:
    """The rows of a table, each by the names of its columns."""
    parser = _Tables(table_id)
    parser.feed(page)
    head, *rows = parser.rows
    names = [cell.text.strip() for cell in head]
    return [dict(zip(names, row, strict=True)) for row in rows]


def text(page: str) -> str:
    """All that can be read on the page, with single spaces."""
    parser = _Tables("")
    parser.feed(page)
    return " ".join(" ".join(parser.words).split())


def numbers(figure: dict[str, Any], axis: str = "y") -> dict[int, float]:
    """The y of each trial in a figure, by its number, from all traces on that axis."""
    return {
        number: value
        for trace in figure["data"]
        if "customdata" in trace and trace.get("yaxis", "y") == axis
        for number, value in zip(trace["customdata"], trace["y"], strict=True)
    }


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")
