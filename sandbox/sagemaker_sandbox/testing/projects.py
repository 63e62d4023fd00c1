"""A user's Pulumi program as a project of a test's own: what a stack writes goes there, not to the user's folder.

The program runs where it is, so what it imports and opens beside it, or above it, is there. Only the project file and
the stack's settings are the test's: a Pulumi.yaml that is the user's with its paths made absolute, and a
Pulumi.<stack>.yaml with the user's plain values.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import yaml

__all__ = ["full_key", "make_project", "read_settings", "stack_file", "write_settings"]

_PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml")


def make_project(program: Path, folder: Path, stack: str, given: Collection[str]) -> None:
    """Write the project files of a program's folder into an empty one.

    `given` are the config keys that the test gives itself, short or full. Errors: ValueError if there is no project,
    or if the user's settings have a secret that the test does not give: it is encrypted for the user alone.
    """
    file = next((program / name for name in _PROJECT_FILES if (program / name).is_file()), None)
    if file is None:
        raise ValueError(f"{program} holds no Pulumi.yaml; name the folder that does")
    document = read_settings(file)
    name = document["name"]
    write_settings(folder / "Pulumi.yaml", _with_absolute_paths(document, program))
    settings = read_settings(stack_file(program, stack))
    config = {full_key(key, name): value for key, value in (settings.get("config") or {}).items()}
    kept = {key: value for key, value in config.items() if key not in {full_key(key, name) for key in given}}
    if encrypted := [key for key, value in kept.items() if _holds_secret(value)]:
        raise ValueError(
            f"{stack_file(program, stack)}: config: {', '.join(encrypted)}: encrypted, and a test has not the key. "
            "Give a value for the test: pulumi_stack(..., secrets={...})"
        )
    if kept:
        write_settings(stack_file(folder, stack), {"config": kept})


def stack_file(project: Path, stack: str) -> Path:
    return project / f"Pulumi.{stack}.yaml"


def full_key(key: str, project: str) -> str:
    """`size` belongs to the project: `project:size`."""
    return key if ":" in key else f"{project}:{key}"


def read_settings(file: Path) -> dict[str, Any]:
    return (yaml.safe_load(file.read_text(encoding="utf-8")) or {}) if file.exists() else {}


def write_settings(file: Path, document: dict[str, Any]) -> None:
    file.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")


def _with_absolute_paths(document: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The project's document, with every path in it that is relative to its folder made absolute."""
    absolute = {**document, "main": str((folder / (document.get("main") or "")).resolve())}
    runtime = document.get("runtime")
    if isinstance(runtime, dict) and (environment := (runtime.get("options") or {}).get("virtualenv")):
        options = {**runtime["options"], "virtualenv": str(folder / environment)}
        absolute["runtime"] = {**runtime, "options": options}
    plugins = {
        kind: [{**item, "path": str(folder / item["path"])} if "path" in item else item for item in items]
        for kind, items in (document.get("plugins") or {}).items()
    }
    absolute.pop("stackConfigDir", None)
    return {**absolute, "plugins": plugins} if plugins else absolute


def _holds_secret(value: Any) -> bool:
    if isinstance(value, dict):
        return value.keys() == {"secure"} or any(map(_holds_secret, value.values()))
    return isinstance(value, list) and any(map(_holds_secret, value))
