"""Properties and their differences as the Pulumi CLI prints them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sagemaker_sandbox.engine.diffs import ObjectDiff, ValueDiff, diff_properties
from sagemaker_sandbox.engine.display.words import MARKS, paint
from sagemaker_sandbox.engine.properties import ARCHIVE_SIGNATURE, UNKNOWN, Asset, ResourceReference, Secret, reveal
from sagemaker_sandbox.engine.steps import Op


def object_text(properties: Mapping[str, Any], indent: int, op: Op = Op.SAME, *, show_secrets: bool = False) -> str:
    """All members, one a line, in the color of the operation that makes or removes them."""
    shown = {key: value for key, value in properties.items() if not key.startswith("__")}
    width = max(map(len, shown), default=0)
    lines = [
        f"{'    ' * indent}{key:<{width}}: {value_text(shown[key], indent, show_secrets=show_secrets)}\n"
        for key in sorted(shown)
    ]
    return paint(op, "".join(lines))


def value_text(value: Any, indent: int, *, show_secrets: bool = False) -> str:
    """One value; what spans lines is indented below a title at `indent`."""
    inner, outer = "    " * (indent + 1), "    " * indent
    if isinstance(value, Secret):
        return value_text(value.value, indent, show_secrets=True) if show_secrets else "[secret]"
    if isinstance(value, list) and value:
        items = (
            f"{inner}[{index}]: {value_text(item, indent + 1, show_secrets=show_secrets)}\n"
            for index, item in enumerate(value)
        )
        return "[\n" + "".join(items) + f"{outer}]"
    if isinstance(value, dict) and value:
        return "{\n" + object_text(value, indent + 1, show_secrets=show_secrets) + f"{outer}}}"
    return _scalar_text(value)


def _scalar_text(value: Any) -> str:
    if value is UNKNOWN:
        return "[unknown]"
    if value is None:
        return "<null>"
    if isinstance(value, Asset):
        kind = "archive" if value.signature == ARCHIVE_SIGNATURE else "asset"
        source = next((name for name in ("path", "uri", "text", "assets") if name in value.fields), "unknown")
        where = f" {value.fields[source]} " if source in ("path", "uri") else " … "
        return f"{kind}({source}:{value.fields.get('hash', '')[:7]}) {{{where}}}"
    if isinstance(value, ResourceReference):
        return json.dumps(value.urn)
    return json.dumps(value, ensure_ascii=False)


def difference_text(
    old: Mapping[str, Any], new: Mapping[str, Any], indent: int, *, sames: bool = True, show_secrets: bool = False
) -> str:
    """Members of both sides: added, removed, changed and (with `sames`) unchanged, each with its mark."""
    if show_secrets:
        old, new = reveal(old), reveal(new)
    return _object_lines(diff_properties(old, new, internal=False), indent, sames)


def _object_lines(diff: ObjectDiff, indent: int, sames: bool) -> str:
    keys = [key for key in diff.keys if sames or key not in diff.sames]
    width = max(map(len, keys), default=0)
    return "".join(_member(diff, key, f"{key:<{width}}: ", indent, sames) for key in keys)


def _member(diff: ObjectDiff, key: str, title: str, indent: int, sames: bool) -> str:
    if key in diff.adds:
        return _line(Op.CREATE, indent, title, value_text(diff.adds[key], indent))
    if key in diff.deletes:
        return _line(Op.DELETE, indent, title, value_text(diff.deletes[key], indent))
    if key in diff.updates:
        return _changed(diff.updates[key], title, indent, sames)
    if _is_worth_showing(diff.sames[key]):
        return f"{'    ' * indent}{title}{value_text(diff.sames[key], indent)}\n"
    return ""


def _changed(change: ValueDiff, title: str, indent: int, sames: bool) -> str:
    if change.object is not None:
        inside = _object_lines(change.object, indent + 1, sames)
        return _line(Op.UPDATE, indent, title, "{") + inside + "    " * indent + "}\n"
    if change.array is not None:
        inside = "".join(
            _member(change.array, key, f"[{key}]: ", indent + 1, sames) for key in sorted(change.array.keys, key=int)
        )
        return _line(Op.UPDATE, indent, title, "[") + inside + "    " * indent + "]\n"
    if isinstance(change.old, (dict, list)) or isinstance(change.new, (dict, list)):
        removed = _line(Op.DELETE, indent, title, value_text(change.old, indent))
        return removed + _line(Op.CREATE, indent, title, value_text(change.new, indent))
    return _line(Op.UPDATE, indent, title, f"{value_text(change.old, indent)} => {value_text(change.new, indent)}")


def _line(op: Op, indent: int, title: str, text: str) -> str:
    return paint(op, f"{('    ' * indent)[:-2]}{MARKS[op]}{title}{text}") + "\n"


def _is_worth_showing(value: Any) -> bool:
    return value not in (None, "") and value != [] and value != {}


def changed_keys_text(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """The top-level members that differ, in the short form `[diff: +added-removed~changed]`."""
    diff = diff_properties(old, new, internal=False)
    groups = (("+", diff.adds), ("-", diff.deletes), ("~", diff.updates))
    marks = "".join(mark + ",".join(sorted(keys)) for mark, keys in groups if keys)
    return f"[diff: {marks}]" if marks else ""
