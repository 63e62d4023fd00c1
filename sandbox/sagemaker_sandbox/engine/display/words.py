"""What the displays call operations, and how they mark them."""

from __future__ import annotations

import typer

from sagemaker_sandbox.engine.steps import Op

MARKS = {
    Op.SAME: "  ",
    Op.CREATE: "+ ",
    Op.UPDATE: "~ ",
    Op.DELETE: "- ",
    Op.REPLACE: "+-",
    Op.CREATE_REPLACEMENT: "++",
    Op.DELETE_REPLACED: "--",
    Op.READ: "> ",
    Op.READ_REPLACEMENT: ">>",
    Op.REFRESH: "~ ",
    Op.IMPORT: "= ",
    Op.IMPORT_REPLACEMENT: "=>",
    Op.DISCARD: "< ",
    Op.DISCARD_REPLACED: "<<",
    Op.REMOVE_PENDING_REPLACE: "~ ",
}

COLORS = {
    Op.CREATE: "green",
    Op.CREATE_REPLACEMENT: "green",
    Op.UPDATE: "yellow",
    Op.REFRESH: "yellow",
    Op.DELETE: "red",
    Op.DELETE_REPLACED: "red",
    Op.REPLACE: "magenta",
    Op.READ: "cyan",
    Op.READ_REPLACEMENT: "cyan",
    Op.IMPORT: "blue",
    Op.IMPORT_REPLACEMENT: "blue",
}

# to do it · doing it · done
WORDS = {
    Op.SAME: ("", "", ""),
    Op.CREATE: ("create", "creating", "created"),
    Op.UPDATE: ("update", "updating", "updated"),
    Op.DELETE: ("delete", "deleting", "deleted"),
    Op.REPLACE: ("replace", "replacing", "replaced"),
    Op.CREATE_REPLACEMENT: ("create replacement", "creating replacement", "created replacement"),
    Op.DELETE_REPLACED: ("delete original", "deleting original", "deleted original"),
    Op.READ: ("read", "reading", "read"),
    Op.READ_REPLACEMENT: ("read for replacement", "reading for replacement", "read for replacement"),
    Op.REFRESH: ("refresh", "refreshing", "refreshed"),
    Op.IMPORT: ("import", "importing", "imported"),
    Op.IMPORT_REPLACEMENT: ("import replacement", "importing replacement", "imported replacement"),
    Op.DISCARD: ("discard", "discarding", "discarded"),
    Op.DISCARD_REPLACED: ("discard original", "discarding original", "discarded original"),
    Op.REMOVE_PENDING_REPLACE: ("remove", "removing", "removed"),
}

SUMMARY_ORDER = (Op.CREATE, Op.UPDATE, Op.DELETE, Op.REPLACE, Op.READ, Op.IMPORT, Op.DISCARD)


def paint(op: Op, text: str) -> str:
    """The text in the operation's color; typer drops colors where the output is no terminal."""
    return typer.style(text, fg=COLORS[op]) if op in COLORS else text
