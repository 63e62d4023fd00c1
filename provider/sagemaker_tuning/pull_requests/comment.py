"""The comment of a pull request, in Markdown: the summary first, then a table, then folds, and never too long.

What does not fit is left out from the end: folds first, then rows of the table, and both are counted. The first line is
hidden, and is the same for every preview of a stack, so that a pipeline finds its one comment again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sagemaker_tuning.cost import dollars, hours
from sagemaker_tuning.errors import Problem, SpecError
from sagemaker_tuning.pull_requests.job_changes import Fate, JobChange
from sagemaker_tuning.pull_requests.job_words import COLUMNS, NUMBERS, difference, fold, row
from sagemaker_tuning.pull_requests.markdown import block, code, details, length, prose, shortened, table
from sagemaker_tuning.pull_requests.overview import Overview, Total
from sagemaker_tuning.pull_requests.preview import Message

__all__ = ["LONGEST", "comment", "marker"]

LONGEST = 65_536
"""GitHub takes no longer comment; GitLab's limit is a million."""

_RESERVE = 600  # for the lines that count what is left out
_LONGEST_ERROR, _LONGEST_ERRORS, _LONGEST_PRINTED = 4_000, 16_000, 6_000
_MOST_WARNINGS = 20
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
_OPS = {
    "create": "to create",
    "update": "to update",
    "replace": "to replace",
    "delete": "to delete",
    "same": "unchanged",
}


def marker(of: str) -> str:
    """The hidden first line of the comment about a stack.

    Errors: SpecError if the text could end the line or the comment that hides it.
    """
    if not _MARKER.fullmatch(of):
        fix = "Use up to 200 letters, digits and . / : @ + - _, such as the stack's name"
        raise SpecError([Problem("marker", of, "cannot tell a comment from others", fix)])
    return f"<!-- sagemaker-tuning:pr-comment {of} -->"


def comment(
    found: Overview, name: str, *, objections: Sequence[str] = (), stderr: str = "", longest: int = LONGEST
) -> str:
    """The comment about the preview of the stack `name`.

    objections: why the pipeline fails. stderr: what the preview printed beside its document.
    """
    head = [
        marker(name),
        f"### SageMaker tuning jobs of {code(name)}",
        f"**{_summary(found)}**",
        *_objections(objections),
        *_errors(found, stderr),
    ]
    tail = [*_waits(found), *_others(found), *_warnings(found), *_footer(found)]
    room = longest - length("\n\n".join([*head, *tail])) - _RESERVE
    shown_table, room = _table([job for job in found.jobs if job.fate is not Fate.UNCHANGED], room)
    shown_folds, room = _folds([job for job in found.jobs if job.changes or job.consequences], room)
    printed = _printed(found)
    printed = printed if sum(map(length, printed)) + 4 <= room else []
    return "\n\n".join([*head, *shown_table, *shown_folds, *tail[:-1], *printed, *tail[-1:]]) + "\n"


# ------------------------------------------------------------------------------------------------------------ summary


def _summary(found: Overview) -> str:
    fates = ", ".join(_fates(found))
    if found.preview.is_failed:
        number = len(found.preview.errors)
        how = (
            f"The preview failed with {number:,} error{'' if number == 1 else 's'}" if number else "The preview failed"
        )
        return f"{how}{f'; as far as it came, {fates}' if fates else ''}"
    if not found.jobs:
        return "No tuning job changes"
    return f"{fates}{_figures(found)}"


def _fates(found: Overview) -> Iterator[str]:
    noun = " tuning job"
    for fate in Fate:
        if number := len(found.of(fate)):
            singular, plural = _WORDS[fate]
            yield f"{number:,}{noun if number == 1 or not noun else f'{noun}s'} {singular if number == 1 else plural}"
            noun = ""


def _figures(found: Overview) -> str:
    if not found.runs:
        return ""
    used, cost, before = found.hours, found.cost, found.cost_before
    figures = [hours(used.amount)] if len(used.unknown) < len(found.runs) else []
    if len(cost.unknown) < len(found.runs):
        grown = difference(cost.amount, before) if before is not None and not cost.unknown else ""
        figures.append(dollars(cost.amount) + grown)
    known = f"; at most {', '.join(figures)}" if figures else ""
    return f"{known}{_unknown(used, 'hours') or _unknown(cost, 'cost')}"


def _unknown(total: Total, what: str) -> str:
    number = len(total.unknown)
    if not number:
        return ""
    return f"; the {what} of {number:,} job{'' if number == 1 else 's'} {'are' if what == 'hours' else 'is'} not known"


def _objections(objections: Sequence[str]) -> list[str]:
    if not objections:
        return []
    return ["⛔ **This check fails:**\n" + "\n".join(f"- {prose(text, 600)}" for text in objections[:_MOST_WARNINGS])]


def _errors(found: Overview, stderr: str) -> list[str]:
    """What the preview failed with, each as it was said."""
    errors = list(found.preview.errors)
    if found.preview.is_failed and stderr.strip() and not errors:
        errors = [Message("error", stderr)]
    shown: list[str] = []
    left = _LONGEST_ERRORS
    for error in errors:
        text = error.text if len(error.text) <= _LONGEST_ERROR else f"{error.text[:_LONGEST_ERROR]}…"
        part = f"{f'{code(_name(error.urn), 64)}:{chr(10)}' if error.urn else ''}{block(text)}"
        if length(part) > left:
            break
        left -= length(part)
        shown.append(part)
    more = len(errors) - len(shown)
    return [*shown, f"and {more:,} more error{'' if more == 1 else 's'}"] if more else shown


# --------------------------------------------------------------------------------------------------- table and folds


def _table(jobs: Sequence[JobChange], room: int) -> tuple[list[str], int]:
    """The table with as many rows as there is room for, and the room that is left."""
    rows: list[tuple[str, ...]] = []
    room -= length(table(COLUMNS, [], NUMBERS)) + 2
    for job in jobs:
        cells = row(job)
        needed = length(" | ".join(cells)) + 5
        if needed > room:
            break
        room -= needed
        rows.append(cells)
    if not rows:
        return ([_left_out(len(jobs), "tuning job")] if jobs else []), room
    left = len(jobs) - len(rows)
    return [table(COLUMNS, rows, NUMBERS), *([_left_out(left, "tuning job")] if left else [])], room


def _folds(jobs: Sequence[JobChange], room: int) -> tuple[list[str], int]:
    """The folds for which there is room, the most important first."""
    folds: list[str] = []
    for job in jobs:
        text = fold(job)
        if length(text) + 2 > room:
            continue
        room -= length(text) + 2
        folds.append(text)
    left = len(jobs) - len(folds)
    return [*folds, *([_left_out(left, "job's details", "jobs' details")] if left else [])], room


def _left_out(number: int, singular: str, plural: str = "") -> str:
    counted = f"{number:,} more {singular if number == 1 else plural or f'{singular}s'}"
    return f"*{counted} left out, as the comment would be too long.*"


# --------------------------------------------------------------------------------------------------------------- rest


def _waits(found: Overview) -> list[str]:
    if not found.waits or found.preview.is_failed:
        return []
    told = []
    for wait in found.waits[:_MOST_WARNINGS]:
        jobs = ", ".join(code(name, 64) for name in wait.jobs[:5])
        left = len(wait.jobs) - 5
        jobs += f" and {left:,} more" if left > 0 else ""
        told.append(f"{code(wait.name, 64)} for {jobs}" if jobs else code(wait.name, 64))
    left = len(found.waits) - len(told)
    return [f"`up` waits in {'; '.join(told)}{f'; and {left:,} more' if left else ''}."]


def _others(found: Overview) -> list[str]:
    counted = [f"{count:,} {_OPS.get(op, op)}" for op, count in found.others.items()]
    if found.unlisted:
        counted.append(f"{found.unlisted:,} unchanged that the preview does not list")
    return [f"Other resources: {', '.join(counted)}."] if counted else []


def _warnings(found: Overview) -> list[str]:
    warnings = [message for message in found.preview.messages if message.severity == "warning"]
    texts = [f"{f'{code(_name(item.urn), 64)}: ' if item.urn else ''}{prose(item.text)}" for item in warnings]
    texts += [f"{code(job.name, 64)}: {prose(text)}" for job in found.jobs for text in job.warnings]
    if not texts:
        return []
    left = len(texts) - _MOST_WARNINGS
    shown = [f"- {text}" for text in dict.fromkeys(texts[:_MOST_WARNINGS])]
    return ["⚠️ **Warnings**\n" + "\n".join([*shown, f"- and {left:,} more"] if left > 0 else shown)]


def _printed(found: Overview) -> list[str]:
    """What the program and its providers printed, but for what is told of the jobs already."""
    printed = "\n".join(_not_ours(found))
    if not printed.strip():
        return []
    return [details("What was printed during the preview", block(printed[:_LONGEST_PRINTED]))]


def _not_ours(found: Overview) -> Iterator[str]:
    names = {step.name for step in found.preview.steps}
    is_ours = False
    for message in found.preview.messages:
        if message.severity != "info":
            continue
        head, separator, _ = message.text.partition(": ")
        is_ours = (separator != "" and head in names) or (is_ours and message.text.startswith("  "))
        if not is_ours:
            yield message.text


def _footer(found: Overview) -> list[str]:
    notes: list[str] = [*found.notes]
    if found.runs:
        compared = "; in parentheses, the difference to what the jobs that are replaced could cost"
        change = compared if found.cost_before is not None else ""
        notes.append(f"Costs are what the instances can cost at most, by {found.prices.name}{change}")
    return [f"<sub>{'. '.join(prose(note) for note in notes)}.</sub>"] if notes else []


def _name(urn: str) -> str:
    return shortened(urn.split("::", 3)[-1], 64)
