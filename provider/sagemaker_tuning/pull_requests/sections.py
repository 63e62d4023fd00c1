"""The parts of a comment that are about a preview as a whole. Each has a limit of its own, so that all of them fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sagemaker_tuning.pull_requests.fitting import counted, fitting, listing
from sagemaker_tuning.pull_requests.job_words import cost_difference, difference
from sagemaker_tuning.pull_requests.markdown import block, code, details, prose
from sagemaker_tuning.pull_requests.overview import Overview
from sagemaker_tuning.pull_requests.preview import Message
from sagemaker_tuning.pull_requests.waits import Wait

__all__ = ["errors", "footer", "objected", "others", "printed", "waiting", "warnings"]

# Characters of a section; of an error, so that a second one has room.
_OBJECTED, _ERRORS, _ERROR, _WAITING, _WARNINGS, _PRINTED = 6_000, 16_000, 4_000, 3_000, 8_000, 6_000
_NAME = 64
_MOST_JOBS = 5
_OPS = {
    "create": "to create",
    "update": "to update",
    "replace": "to replace",
    "delete": "to delete",
    "same": "unchanged",
}


def objected(objections: Sequence[str]) -> list[str]:
    """Why the pipeline fails."""
    if not objections:
        return []
    return ["⛔ **This check fails:**\n" + listing((prose(text, 600) for text in objections), _OBJECTED)]


def errors(found: Overview, stderr: str) -> list[str]:
    """What the preview failed with, each as it was said."""
    told = found.preview.errors
    if found.preview.is_failed and stderr.strip() and not told:
        told = (Message("error", stderr),)
    shown = fitting(told, _error, _ERRORS)
    left = len(told) - len(shown)
    return [*shown, f"and {counted(left, 'more error')}"] if left else shown


def waiting(found: Overview) -> list[str]:
    """The completions in which `up` waits."""
    if not found.waits or found.preview.is_failed:
        return []
    shown = fitting(found.waits, _wait, _WAITING)
    left = len(found.waits) - len(shown)
    return [f"`up` waits in {'; '.join([*shown, f'and {left:,} more'] if left else shown)}."]


def others(found: Overview) -> list[str]:
    """What becomes of all other resources, in one line."""
    order = [*_OPS, *(op for op in found.others if op not in _OPS)]
    numbers = [f"{found.others[op]:,} {_OPS.get(op, op)}" for op in order if op in found.others]
    if found.unlisted:
        numbers.append(f"{found.unlisted:,} unchanged that the preview does not list")
    return [f"Other resources: {', '.join(numbers)}."] if numbers else []


def warnings(found: Overview) -> list[str]:
    """What was warned of in the preview, and what can be said against the new runs."""
    told = [message for message in found.preview.messages if message.severity == "warning"]
    texts = [f"{f'{_name(item.urn)}: ' if item.urn else ''}{prose(item.text)}" for item in told]
    texts += [f"{code(job.name, _NAME)}: {prose(text)}" for job in found.jobs for text in job.warnings]
    return ["⚠️ **Warnings**\n" + listing(texts, _WARNINGS)] if texts else []


def printed(found: Overview) -> list[str]:
    """What the program and its providers printed, but for what is told of the jobs already."""
    text = "\n".join(_not_ours(found))
    return [details("What was printed during the preview", block(text[:_PRINTED]))] if text.strip() else []


def footer(found: Overview) -> list[str]:
    """What the figures are."""
    notes = [*found.notes]
    if found.runs:
        compared = "; in parentheses, the difference to what the jobs that are replaced could cost"
        before = found.cost_before
        in_total = "" if before is None else difference(found.cost.amount, before)
        change = compared if in_total or any(map(cost_difference, found.runs)) else ""
        notes.append(f"Costs are what the instances can cost at most, by {found.prices.name}{change}")
    return [f"<sub>{'. '.join(prose(note) for note in notes)}.</sub>"] if notes else []


def _error(error: Message) -> str:
    text = error.text if len(error.text) <= _ERROR else f"{error.text[:_ERROR]}…"
    return f"{f'{_name(error.urn)}:' if error.urn else ''}\n{block(text)}".lstrip("\n")


def _wait(wait: Wait) -> str:
    jobs = ", ".join(code(name, _NAME) for name in wait.jobs[:_MOST_JOBS])
    left = len(wait.jobs) - _MOST_JOBS
    jobs += f" and {left:,} more" if left > 0 else ""
    return f"{code(wait.name, _NAME)} for {jobs}" if jobs else code(wait.name, _NAME)


def _not_ours(found: Overview) -> Iterator[str]:
    names = {*(step.name for step in found.preview.steps), *(job.name for job in found.jobs)}
    is_ours = False
    for message in found.preview.messages:
        if message.severity != "info":
            continue
        head, separator, _ = message.text.partition(": ")
        is_ours = (separator != "" and head in names) or (is_ours and message.text.startswith("  "))
        if not is_ours:
            yield message.text


def _name(urn: str) -> str:
    return code(urn.split("::", 3)[-1], _NAME)
