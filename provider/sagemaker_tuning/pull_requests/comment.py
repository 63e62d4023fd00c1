"""The comment of a pull request, in Markdown: the summary first, then a table, then folds, and never too long.

What does not fit is left out from the end: folds first, then rows of the table, and both are counted. The first line is
hidden, and is the same for every preview of a stack, so that a pipeline finds its one comment again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sagemaker_tuning.cost import dollars, hours
from sagemaker_tuning.errors import Problem, SpecError
from sagemaker_tuning.pull_requests import sections
from sagemaker_tuning.pull_requests.fitting import counted, fitting
from sagemaker_tuning.pull_requests.job_changes import Fate, JobChange
from sagemaker_tuning.pull_requests.job_words import COLUMNS, NUMBERS, difference, fold, row
from sagemaker_tuning.pull_requests.markdown import code, length, table, table_row
from sagemaker_tuning.pull_requests.overview import Overview, Total

__all__ = ["LONGEST", "comment", "marker"]

LONGEST = 65_536
"""GitHub takes no longer comment; GitLab's limit is a million."""

_RESERVE = 600  # for the lines that count what is left out
_MARKER = re.compile(r"[\w./:@ +-]{1,200}")
_WORDS = {
    Fate.REFUSED: ("is refused", "are refused"),
    Fate.RUNS_AGAIN: ("runs again", "run again"),
    Fate.DELETED: ("is deleted", "are deleted"),
    Fate.NEW: ("is new", "are new"),
    Fate.UPDATED: ("is updated in place", "are updated in place"),
    Fate.LEFT_ALONE: ("has changes that are left alone", "have changes that are left alone"),
    Fate.UNCHANGED: ("is unchanged", "are unchanged"),
}


def marker(of: str) -> str:
    """The hidden first line of the comment about a stack.

    Errors: SpecError if the text could end the line or the comment that hides it.
    """
    if not _MARKER.fullmatch(of):
        fix = "Use up to 200 letters, digits and . / : @ + - _, such as the stack's name"
        raise SpecError([Problem("marker", of, "cannot tell a comment from others", fix)])
    return f"<!-- sagemaker-tuning:pr-comment {of} -->"


def comment(found: Overview, name: str, *, objections: Sequence[str] = (), stderr: str = "") -> str:
    """The comment about the preview of the stack `name`, shorter than LONGEST.

    objections: why the pipeline fails. stderr: what the preview printed beside its document.
    """
    head = [
        marker(name),
        f"### SageMaker tuning jobs of {code(name)}",
        f"**{_summary(found)}**",
        *sections.objected(objections),
        *sections.errors(found, stderr),
    ]
    tail = [*sections.waiting(found), *sections.others(found), *sections.warnings(found)]
    footer = sections.footer(found)
    room = LONGEST - _RESERVE - _length([*head, *tail, *footer])
    jobs = _table([job for job in found.jobs if job.fate is not Fate.UNCHANGED], room)
    room -= _length(jobs)
    folds = _folds([job for job in found.jobs if job.changes or job.consequences], room)
    room -= _length(folds)
    printed = sections.printed(found)
    last = printed if _length(printed) <= room else []
    return "\n\n".join([*head, *jobs, *folds, *tail, *last, *footer]) + "\n"


def _length(parts: Sequence[str]) -> int:
    return sum(length(part) + 2 for part in parts)


# ------------------------------------------------------------------------------------------------------------ summary


def _summary(found: Overview) -> str:
    fates = ", ".join(_fates(found))
    if found.preview.is_failed:
        number = len(found.preview.errors)
        with_errors = f" with {counted(number, 'error')}" if number else ""
        return f"The preview failed{with_errors}{f'; as far as it came, {fates}' if fates else ''}"
    return f"{fates}{_figures(found)}" if found.jobs else "No tuning job changes"


def _fates(found: Overview) -> Iterator[str]:
    is_first = True
    for fate in Fate:
        if number := len(found.of(fate)):
            subject = counted(number, "tuning job") if is_first else f"{number:,}"
            yield f"{subject} {_WORDS[fate][number != 1]}"
            is_first = False


def _figures(found: Overview) -> str:
    if not found.runs:
        return ""
    used, cost, before = found.hours, found.cost, found.cost_before
    figures = [hours(used.amount)] if len(used.unknown) < len(found.runs) else []
    if len(cost.unknown) < len(found.runs):
        grown = difference(cost.amount, before) if before is not None and not cost.unknown else ""
        figures.append(dollars(cost.amount) + grown)
    known = f"; at most {', '.join(figures)}" if figures else ""
    return f"{known}{_unknown(used, 'what {} can use') or _unknown(cost, 'what {} can cost')}"


def _unknown(total: Total, what: str) -> str:
    return f"; {what.format(counted(len(total.unknown), 'job'))} is not known" if total.unknown else ""


# --------------------------------------------------------------------------------------------------- table and folds


def _table(jobs: Sequence[JobChange], room: int) -> list[str]:
    """The table with as many rows as there is room for."""
    if not jobs:
        return []
    rows = fitting(jobs, lambda job: table_row(row(job)), room - length(table(COLUMNS, [], NUMBERS)))
    left = _left_out(counted(len(jobs) - len(rows), "more tuning job")) if len(rows) < len(jobs) else []
    return [table(COLUMNS, rows, NUMBERS), *left] if rows else left


def _folds(jobs: Sequence[JobChange], room: int) -> list[str]:
    """The folds for which there is room, the most important first."""
    folds = fitting(jobs, fold, room, skips=True)
    left = len(jobs) - len(folds)
    return [*folds, *(_left_out(f"the details of {counted(left, 'more tuning job')}") if left else [])]


def _left_out(what: str) -> list[str]:
    return [f"*There is no room for {what}.*"]
