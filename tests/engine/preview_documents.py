"""Previews as programs read them, and the same of every run: ids, times and what has no order are evened out."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from sagemaker_sandbox.testing import PulumiStack

__all__ = ["RECORDED", "preview", "record", "recorded"]

RECORDED = Path(__file__).parents[1] / "fixtures" / "previews"

# What only one run has. The local engine leaves source positions and stack traces out.
_DROPPED = {"sourcePosition", "stackTrace", "duration", "durationSeconds", "timestamp", "sequence"}
_TIMES = {"created", "modified"}
_BOX_ID = re.compile(r"\b([a-z]+(?:-box)?)-[0-9a-f]{6}\b")
_PROVIDER_ID = re.compile(r"\b(?!04da6b54)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")  # that one means unknown


def preview(stack: PulumiStack, *arguments: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The document of `preview --json` and the events of its log."""
    log = stack.home / "preview.jsonl"
    shown = stack.run("preview", "--json", "--stack", stack.name, "--event-log", str(log), *arguments)
    document = _evened(shown.stdout)
    document["steps"].sort(key=lambda step: (step["urn"], step["op"]))
    document["diagnostics"] = _without_noise(document.get("diagnostics", []))
    events = [_evened(line) for line in log.read_text(encoding="utf-8").splitlines()]
    return document, sorted(filter(_is_told, events), key=_place)


def recorded(name: str) -> Any:
    """What the Pulumi CLI has written, as `record` keeps it."""
    return json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))


def record(name: str, document: Any) -> None:
    """Keep what the Pulumi CLI has written; one step or event a line, for who reads the difference."""
    parts = document if isinstance(document, list) else [document]
    lines = (json.dumps(part, ensure_ascii=False) for part in parts)
    text = "[\n" + ",\n".join(lines) + "\n]\n" if isinstance(document, list) else _spread(document)
    (RECORDED / f"{name}.json").write_text(text, encoding="utf-8")


def _spread(document: dict[str, Any]) -> str:
    rest = {key: value for key, value in document.items() if key != "steps"}
    steps = ",\n".join(json.dumps(step, ensure_ascii=False) for step in document["steps"])
    return json.dumps(rest, ensure_ascii=False)[:-1] + f', "steps": [\n{steps}\n]}}\n'


def _evened(text: str) -> Any:
    return _cleaned(json.loads(_PROVIDER_ID.sub("UUID", _BOX_ID.sub(r"\1-ID", text))))


def _cleaned(value: Any) -> Any:
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: "TIME" if key in _TIMES else _cleaned(item) for key, item in sorted(value.items()) if key not in _DROPPED
    }


def _without_noise(diagnostics: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A program that the CLI ends because of a failure tells of its own end, at length."""
    return [item for item in diagnostics if item["severity"] != "info#err"]


def _is_told(event: dict[str, Any]) -> bool:
    """The CLI logs debug messages too; and of the default providers it does not say what has changed."""
    (payload,) = event.values()
    if "metadata" in payload:
        return "::default" not in payload["metadata"]["urn"]
    return payload.get("severity") not in ("debug", "info#err")


def _place(event: dict[str, Any]) -> tuple[str, str, str]:
    ((kind, payload),) = event.items()
    metadata = payload.get("metadata", {})
    return kind, metadata.get("urn", ""), metadata.get("op", "")
