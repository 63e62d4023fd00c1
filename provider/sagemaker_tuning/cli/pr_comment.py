"""`pr-comment`: what `pulumi preview` says of tuning jobs, as one Markdown comment for a pull request."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from sagemaker_tuning.cli.documents import written
from sagemaker_tuning.errors import Problem, SpecError
from sagemaker_tuning.pull_requests import FAIL_ON, Preview, comment, marker, objections, overview, read_preview

__all__ = ["pr_comment"]

_NO_NAME = "unknown stack"


def pr_comment(
    preview: Annotated[
        str,
        typer.Argument(
            metavar="[PREVIEW]",
            help="What `pulumi preview --json --show-sames` prints, or an event log; - for standard input.",
        ),
    ] = "-",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the comment there, not to the screen.")
    ] = None,
    marker_name: Annotated[
        str | None,
        typer.Option(
            "--marker", metavar="NAME", help="Tells this comment from others of the pull request; project/stack."
        ),
    ] = None,
    fail_on: Annotated[
        list[str] | None,
        typer.Option("--fail-on", metavar="KIND", help=f"Exit 2 for any of {', '.join(FAIL_ON)}; several with commas."),
    ] = None,
    max_cost_usd: Annotated[
        float | None,
        typer.Option(
            "--max-cost-usd", metavar="N", min=0, help="Exit 2 if all runs together can cost more; implies cost."
        ),
    ] = None,
    prices: Annotated[
        str | None, typer.Option("--prices", metavar="FILE", help="Prices to use, as `sagemaker-tuning:prices` has.")
    ] = None,
    preview_exit_code: Annotated[
        int, typer.Option("--preview-exit-code", metavar="N", help="With what the preview ended; not 0: it failed.")
    ] = 0,
    preview_errors: Annotated[
        Path | None,
        typer.Option("--preview-errors", metavar="FILE", help="What the preview printed to standard error."),
    ] = None,
) -> None:
    """Write a preview as one Markdown comment; with --fail-on, fail after it is written."""
    kinds = _kinds(fail_on or [], max_cost_usd)
    found = read_preview(_read(preview), preview)
    if preview_exit_code:
        found = replace(found, is_failed=True)
    view = overview(found, prices=prices, environment=os.environ)
    against = objections(view, kinds, max_cost_usd)
    errors = _read(str(preview_errors)) if preview_errors else ""
    text = comment(view, marker_name or _name(found), objections=against, stderr=errors)
    _write(text, output)
    if against:
        for objection in against:
            typer.echo(f"--fail-on: {objection}", err=True)
        raise typer.Exit(2)


def _kinds(given: list[str], max_cost_usd: float | None) -> set[str]:
    kinds = {kind.strip() for text in given for kind in text.split(",") if kind.strip()}
    if unknown := sorted(kinds - set(FAIL_ON)):
        raise typer.BadParameter(f"{unknown[0]!r} is none of {', '.join(FAIL_ON)}", param_hint="--fail-on")
    return kinds if max_cost_usd is None else kinds | {"cost"}


def _name(preview: Preview) -> str:
    name = f"{preview.project}/{preview.stack}" if preview.stack else _NO_NAME
    try:
        marker(name)
    except SpecError:
        return _NO_NAME
    return name


def _read(source: str) -> str:
    try:
        return sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        problem = Problem(source, None, f"cannot be read: {error.strerror}", "Give a file, or - for standard input")
        raise SpecError([problem]) from error


def _write(text: str, output: Path | None) -> None:
    if output is None:
        typer.echo(text, nl=False)
        return
    with written(output, "Give a file in a folder that is there"):
        output.write_text(text, encoding="utf-8")
