"""Options that several commands share, and finding the project and the stack they speak of."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from sagemaker_sandbox.engine.backend import FileBackend, SelectedStack, backend_url
from sagemaker_sandbox.engine.errors import EngineError
from sagemaker_sandbox.engine.project import Project
from sagemaker_sandbox.engine.stack import Stack

StackOption = Annotated[
    str | None, typer.Option("--stack", "-s", help="The stack to work on; default: the selected one")
]
CwdOption = Annotated[Path, typer.Option("--cwd", "-C", help="Work as if started in this folder")]
NonInteractiveOption = Annotated[bool, typer.Option("--non-interactive", help="Never ask anything")]
ShowSecretsOption = Annotated[bool, typer.Option("--show-secrets", help="Show secrets in plain text")]
JsonOption = Annotated[bool, typer.Option("--json", "-j", help="Write JSON")]

HERE = Path()


def open_backend(cwd: Path) -> FileBackend:
    return FileBackend(backend_url(), Project.find(cwd))


def selected_stack(backend: FileBackend) -> SelectedStack:
    return SelectedStack(backend.project, backend.url)


def open_stack(cwd: Path, name: str | None) -> Stack:
    """The named stack, or the one that PULUMI_STACK or `stack select` chose. Errors: EngineError if there is none."""
    backend = open_backend(cwd)
    name = name or selected_stack(backend).get()
    if not name:
        raise EngineError("no stack selected; please use `pulumi stack select` to choose one")
    return Stack.open(name.rsplit("/", 1)[-1], backend)


def is_interactive(non_interactive: bool) -> bool:
    return not non_interactive and sys.stdin.isatty() and sys.stdout.isatty()
