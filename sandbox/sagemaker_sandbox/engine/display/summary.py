"""The end of every display: diagnostics by resource, stack outputs, and what was counted."""

from __future__ import annotations

from collections.abc import Sequence

from sagemaker_sandbox.engine import urns
from sagemaker_sandbox.engine.diffs import diff_properties
from sagemaker_sandbox.engine.display.printer import difference_text, object_text
from sagemaker_sandbox.engine.display.words import MARKS, SUMMARY_ORDER, WORDS, paint
from sagemaker_sandbox.engine.events import Diagnostic, Summary
from sagemaker_sandbox.engine.properties import UNKNOWN, reveal
from sagemaker_sandbox.engine.steps import Op


def message_text(diagnostic: Diagnostic) -> str:
    """A message with its severity, where that matters to the reader."""
    if diagnostic.severity in ("warning", "error"):
        return f"{diagnostic.severity}: {diagnostic.message}"
    return diagnostic.message


def printed_severity(diagnostic: Diagnostic) -> str:
    """The severity as programs are told it, who know no `output`."""
    if diagnostic.severity != "output":
        return diagnostic.severity
    return "info#err" if diagnostic.stream == "program-errors" else "info"


def diagnostics_text(diagnostics: Sequence[Diagnostic], root: str) -> str:
    """Every message below its resource; messages of one stream stay together."""
    if not diagnostics:
        return ""
    by_resource: dict[str, dict[str, list[str]]] = {}
    for item in diagnostics:
        by_resource.setdefault(item.urn or root, {}).setdefault(item.stream, []).append(message_text(item))
    text = "Diagnostics:\n"
    for urn, streams in by_resource.items():
        text += f"  {urns.type_of(urn)} ({urns.name_of(urn)}):\n"
        for messages in streams.values():
            lines = "\n".join(message.rstrip("\n") for message in messages).splitlines()
            text += "".join(f"    {line}".rstrip() + "\n" for line in lines) + "\n"
    return text


def outputs_text(summary: Summary, *, show_secrets: bool) -> str:
    """The stack's outputs: all after an update, those that would change in a preview."""
    old, new = summary.old_outputs, summary.new_outputs
    if summary.preview:
        # What an update will only then know is no change to tell of.
        new = {key: old[key] if key in old and reveal(value) is UNKNOWN else value for key, value in new.items()}
        if old and not diff_properties(old, new):
            return ""
    if not old:
        body = object_text(new, 1, show_secrets=show_secrets)
    else:
        body = difference_text(old, new, 1, sames=not summary.preview, show_secrets=show_secrets)
    return f"Outputs:\n{body}\n" if body else ""


def counts_text(summary: Summary) -> str:
    """The `Resources:` block and the duration."""
    tense = 0 if summary.preview else 2
    lines = []
    for op in SUMMARY_ORDER:
        if count := summary.changes[op]:
            word = f"to {WORDS[op][tense]}" if summary.preview else WORDS[op][tense]
            lines.append("    " + paint(op, f"{MARKS[op]}{count} {word}"))
    changed = sum(summary.changes[op] for op in SUMMARY_ORDER)
    parts = [f"{changed} changes"] if len(lines) > 1 else []
    parts += [f"{summary.changes[Op.SAME]} unchanged"] if summary.changes[Op.SAME] else []
    if parts:
        lines.append("    " + ". ".join(parts))
    if summary.errored:
        lines.append(f"    {summary.errored} errored")
    text = "Resources:\n" + "".join(f"{line}\n" for line in lines) if lines else ""
    return text + ("" if summary.preview else f"\nDuration: {_duration(summary.seconds)}\n")


def _duration(seconds: float) -> str:
    whole = max(round(seconds), 1)
    hours, rest = divmod(whole, 3600)
    minutes, rest = divmod(rest, 60)
    return "".join(f"{number}{unit}" for number, unit in ((hours, "h"), (minutes, "m")) if number) + f"{rest}s"
