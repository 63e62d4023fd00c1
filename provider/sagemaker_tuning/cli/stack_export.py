"""Where a command gets the state of a stack from: a file, standard input, or `pulumi stack export` itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from sagemaker_tuning.errors import Problem, SpecError
from sagemaker_tuning.stacks.export import StackExport, parse_export

__all__ = ["Cwd", "Export", "Owner", "Stack", "read_stack"]

Export = Annotated[
    str | None,
    typer.Option(
        "--stack-export",
        metavar="FILE",
        help="What `pulumi stack export` wrote; - for standard input. Without it, `pulumi stack export` is run.",
    ),
]
Stack = Annotated[str | None, typer.Option(metavar="NAME", help="The stack to export, if not the selected one.")]
Cwd = Annotated[
    Path, typer.Option(metavar="DIR", help="The Pulumi project's folder, where `pulumi stack export` is run.")
]

Owner = Annotated[
    str | None,
    typer.Option(metavar="PROJECT/STACK", help="Whose jobs to look for, if the state is empty or another stack's."),
]

_EXPORT_SECONDS = 600


def read_stack(source: str | None, stack: str | None, cwd: Path) -> StackExport:
    """The exported stack, which is left as it is. Errors: SpecError, with the way out."""
    if source is None:
        return parse_export(_exported(stack, cwd), "pulumi stack export")
    if stack is not None:
        raise typer.BadParameter("give either --stack-export or --stack")
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
    except OSError as error:
        problem = Problem(source, None, f"cannot be read: {error.strerror}", "Give a file, or - for standard input")
        raise SpecError([problem]) from error
    except UnicodeDecodeError as error:
        fix = "Give what `pulumi stack export` writes"
        raise SpecError([Problem(source, None, "is not UTF-8 text", fix)]) from error
    return parse_export(text, source)


def _exported(stack: str | None, cwd: Path) -> str:
    command = ["pulumi", "stack", "export", *(["--stack", stack] if stack else [])]
    if not cwd.is_dir():
        raise SpecError([Problem("--cwd", str(cwd), "is no folder", "Give the folder that holds Pulumi.yaml")])
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=_EXPORT_SECONDS, check=False)
    except FileNotFoundError as error:
        fix = "Give an exported stack with --stack-export FILE, or put `pulumi` on PATH"
        raise SpecError([Problem("pulumi", None, "is not on PATH", fix)]) from error
    except subprocess.TimeoutExpired as error:
        message = f"did not end within {_EXPORT_SECONDS} s"
        raise SpecError([Problem(" ".join(command), None, message, "Run it by hand to see why")]) from error
    if done.returncode:
        said = done.stderr.strip().removeprefix("error: ") or f"ended with {done.returncode}"
        fix = "Give an exported stack with --stack-export FILE, or run this in the project's folder"
        raise SpecError([Problem(" ".join(command), None, said.rstrip("."), fix)])
    return done.stdout
