"""Which engines can run a stack here: the project's local one always, the Pulumi CLI where it is on PATH."""

from __future__ import annotations

import functools
import importlib.util
import shutil
import subprocess

__all__ = ["AUTO", "CLI", "ENGINES", "LOCAL", "available_engines", "choose_engine", "why_not"]

LOCAL, CLI, AUTO = "local", "cli", "auto"
ENGINES = (LOCAL, CLI)
_VERSION_SECONDS = 60


def choose_engine(wanted: str) -> str:
    """`local` or `cli`; `auto` is the CLI where there is one. Errors: ValueError if the wanted one cannot run."""
    if wanted == AUTO:
        return available_engines()[-1]
    if reason := why_not(wanted):
        raise ValueError(f"the engine {wanted!r} cannot run: {reason}")
    return wanted


def available_engines() -> list[str]:
    return [engine for engine in ENGINES if not why_not(engine)]


@functools.cache
def why_not(engine: str) -> str:
    """Why an engine cannot run; empty for one that can."""
    if engine == LOCAL:
        return ""
    command = shutil.which("pulumi")
    if command is None:
        return "no pulumi on PATH"
    version = subprocess.run(
        [command, "version"], capture_output=True, text=True, timeout=_VERSION_SECONDS, check=False
    )
    if version.returncode or "local engine" in version.stdout:
        return f"{command} is not the Pulumi CLI"
    if importlib.util.find_spec("pip") is None:
        return "pulumi is on PATH, but this environment has no pip, which it needs to run a program"
    return ""
