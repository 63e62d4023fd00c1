"""Markdown in which no text of a program, of AWS or of a user can be more than text.

GitHub and GitLab read a comment as GitHub-flavored Markdown with HTML in it, and afterwards turn `@names`, `#numbers`
and addresses in its text into links and notices; but never inside of code. So every value is shown as code, and what
must be prose is spelled with character references, which stand for a character and never for markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

__all__ = ["block", "code", "details", "html_code", "length", "prose", "shortened", "table", "table_row"]

_HARMLESS = re.compile(r"[^`|]+")  # between backticks, and in a cell of a table
# What has no place on a line, or turns it around; and halves of characters, which no file can hold.
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]+")
_MARKUP = re.compile(r"[!#&*<>@\[\]\\^`{|}~]|\$(?!\d)|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_LINKING = re.compile(r"[@#!%~&^](?=\w)|:(?=//|\w+:)|\bwww(?=\.)|\bGH-(?=\d)", re.IGNORECASE)
_WORD_JOINER = "\u2060"  # has no width; after it, nothing is a name or a number that could be linked


def code(text: str, longest: int = 200) -> str:
    """The text as code on one line, for a paragraph or a cell of a table."""
    shown = shortened(text, longest)
    if _HARMLESS.fullmatch(shown) and shown == shown.strip():
        return f"`{shown}`"
    return html_code(shown, longest)


def html_code(text: str, longest: int = 200) -> str:
    """The text as code where Markdown does not reach, as in a summary; it is as good elsewhere."""
    return f"<code>{_referenced(shortened(text, longest)) or ' '}</code>"


def prose(text: str, longest: int = 400) -> str:
    """The text as it is, on one line, with nothing in it that is markup, a mention or a link."""
    return _referenced(shortened(text, longest))


def block(text: str) -> str:
    """The text as a block of code, lines and all."""
    lines = [_INVISIBLE.sub(" ", line.expandtabs(4)).rstrip() for line in text.strip("\n").splitlines()]
    longest_run = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest_run + 1)
    return "\n".join([f"{fence}text", *lines, fence])


def table(header: Sequence[str], rows: Iterable[str], numbers: Sequence[int] = ()) -> str:
    """A table of rows by `table_row`; `numbers` are the columns to be aligned on the right."""
    rules = ["---:" if index in numbers else "---" for index in range(len(header))]
    return "\n".join([table_row(header), table_row(rules), *rows])


def table_row(cells: Iterable[str]) -> str:
    """A row of cells that are Markdown already."""
    return f"| {' | '.join(cells)} |"


def details(summary: str, body: str) -> str:
    """A fold. The summary is HTML, the body Markdown."""
    return f"<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>"


def shortened(text: str, longest: int) -> str:
    """The text on one line, and its beginning only if it is too long."""
    line = _INVISIBLE.sub(" ", " ".join(text.split()))
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def length(text: str) -> int:
    """How long a comment is in the strictest count, which is that of bytes; GitHub's is of characters."""
    return len(text.encode())


def _referenced(text: str) -> str:
    unlinked = _LINKING.sub(lambda found: f"{found[0]}{_WORD_JOINER}", text)
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", unlinked)
