"""One tuning job in Markdown: its row in the table, and the fold that has all of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sagemaker_tuning.cost import dollars, hours
from sagemaker_tuning.planning import Change
from sagemaker_tuning.pull_requests.job_changes import Fate, JobChange
from sagemaker_tuning.pull_requests.markdown import code, details, html_code, prose
from sagemaker_tuning.unknown import is_unknown

__all__ = ["COLUMNS", "NUMBERS", "cost_difference", "difference", "fold", "row"]

COLUMNS = ("Tuning job", "What happens", "Why", "Trials", "Max hours", "Max cost")
NUMBERS = (3, 4, 5)

_MARKS = {
    Fate.REFUSED: "⛔",
    Fate.RUNS_AGAIN: "🔁",
    Fate.DELETED: "🗑️",
    Fate.NEW: "✨",
    Fate.UPDATED: "✏️",
    Fate.LEFT_ALONE: "💤",
    Fate.UNCHANGED: "",
}
_MOST_CHANGES = 100
_NAME, _WHY = 64, 140  # characters


def row(job: JobChange) -> tuple[str, ...]:
    """The cells of the job's row."""
    return code(job.name, _NAME), f"{_MARKS[job.fate]} {job.fate.value}", _why(job), *_figures(job)


def fold(job: JobChange) -> str:
    """All of a job, folded: what was in the way, every change with old and new, and what comes of it."""
    number = len(job.changes)
    counted = f": {number:,} change{'' if number == 1 else 's'}" if number else ""
    lines = [_change(change) for change in job.changes[:_MOST_CHANGES]]
    if number > _MOST_CHANGES:
        lines.append(f"- and {number - _MOST_CHANGES:,} more")
    parts = ["\n".join(lines)] if lines else []
    if job.consequences:
        heading = ["What comes of it:"] if lines else []
        parts.append("\n".join([*heading, *(f"- {prose(text, 1000)}" for text in job.consequences)]))
    return details(f"{html_code(job.name, _NAME)} {job.fate.value}{counted}", "\n\n".join(parts))


def difference(after: float, before: float) -> str:
    """` (+$2.00)` or ` (−$2.00)`; nothing if there is none."""
    change = round(after - before, 2)
    return f" ({'+' if change > 0 else '−'}{dollars(abs(change))})" if change else ""


def cost_difference(job: JobChange) -> str:
    """How much more or less the new run can cost than that of the job it replaces; nothing if that is not known."""
    after, before = (most.cost_usd if most else None for most in (job.most, job.before))
    return "" if after is None or before is None else difference(after, before)


def _why(job: JobChange) -> str:
    if job.fate is Fate.REFUSED:
        return prose(job.refusal[0].partition("\n")[0], _WHY)
    if job.fate is Fate.DELETED:
        return "no longer in the program"
    if not job.changes:
        return prose(job.consequences[0], _WHY) if job.fate is Fate.UPDATED else ""
    more = len(job.changes) - 1
    return prose(job.changes[0].reason, _WHY) + (f" (and {more:,} more)" if more else "")


def _figures(job: JobChange) -> tuple[str, str, str]:
    if job.most is None:
        return "", "", ""
    trials = "?" if job.trials is None else f"{job.trials:,}"
    used = "?" if job.most.instance_hours is None else hours(job.most.instance_hours).split(" ")[0]
    cost = "?" if job.most.cost_usd is None else dollars(job.most.cost_usd)
    return trials, used, cost + cost_difference(job)


def _change(change: Change) -> str:
    if change.before is None and change.after is None:
        return f"- {code(change.path)}<br>{prose(change.reason)}" if change.path else f"- {prose(change.reason)}"
    values = f"{_value(change.before)} → {_value(change.after)}"
    reason = change.reason.partition(": ")[0] + ("" if change.is_certain else "; it may turn out to be the same")
    return f"- {code(change.path)}: {values}<br>{prose(reason)}"


def _value(value: Any) -> str:
    if is_unknown(value):
        return "*known after up*"
    if value is None:
        return "*not set*"
    return code(value if isinstance(value, str) else json.dumps(_plain(value), ensure_ascii=False, default=str))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return "known after up" if is_unknown(value) else value
