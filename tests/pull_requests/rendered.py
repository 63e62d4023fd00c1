"""A comment as GitHub shows it: its own Markdown parser, and what a person then reads."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options

__all__ = ["Rendered", "render", "to_html"]

# What GitHub links in text, and never in code.
_LINKED = re.compile(r"@\w|#\d|\bGH-\d|https?://|\bwww\.\w|:\w+:", re.IGNORECASE)
_VOID = {"br", "hr", "img", "input"}


@dataclass
class Rendered(HTMLParser):
    """The parts of a comment: `tables` as rows of cells, `folds` by summary, `text`, and every tag that it has.

    `linked`: what would become a mention, a reference or a link in it.
    """

    tables: list[list[list[str]]] = field(default_factory=list)
    folds: dict[str, str] = field(default_factory=dict)
    text: str = ""
    tags: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    linked: list[str] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)
    _summary: str | None = None

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        if tag not in _VOID:
            self._open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
        elif tag == "summary":
            self._summary = ""
        elif tag == "br":
            self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass
        if tag == "summary" and self._summary is not None:
            self.folds[self._summary] = ""

    def handle_data(self, data: str) -> None:
        if not {"code", "pre"} & set(self._open):
            self.linked += _LINKED.findall(data)
        self.text += data
        if {"td", "th"} & set(self._open):
            self.tables[-1][-1][-1] += data
        if "summary" in self._open and self._summary is not None:
            self._summary += data
        elif "details" in self._open and self._summary is not None:
            self.folds[self._summary] += data


def to_html(markdown: str) -> str:
    """The HTML of a comment, before GitHub takes away what is not allowed."""
    html: str = cmarkgfm.github_flavored_markdown_to_html(markdown, options=Options.CMARK_OPT_UNSAFE)
    return html


def render(markdown: str) -> Rendered:
    """The comment as it is read."""
    rendered = Rendered()
    rendered.feed(to_html(markdown))
    rendered.close()
    return rendered
