"""`validate SPEC`: every problem of a spec, without a call to AWS."""

from __future__ import annotations

import dataclasses

import typer

from sagemaker_tuning.cli.documents import Json, SpecSource, as_json, read_spec
from sagemaker_tuning.errors import Problem, SpecError
from sagemaker_tuning.spec import Form

__all__ = ["validate"]


def validate(spec: SpecSource, json: Json = False) -> None:
    """Every problem of a spec, with its path and how to mend it. Exits 1 if there is any."""
    form: Form | None = None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    try:
        declared = read_spec(spec)
        form, warnings = declared.form, declared.warnings
    except SpecError as error:
        problems = error.problems
    if json:
        _print_json(form, problems, warnings)
    else:
        _print_text(form, problems, warnings)
    if problems:
        raise typer.Exit(1)


def _print_json(form: Form | None, problems: tuple[Problem, ...], warnings: tuple[Problem, ...]) -> None:
    result = {
        "valid": not problems,
        "form": form,
        "problems": [dataclasses.asdict(problem) for problem in problems],
        "warnings": [dataclasses.asdict(warning) for warning in warnings],
    }
    typer.echo(as_json(result))


def _print_text(form: Form | None, problems: tuple[Problem, ...], warnings: tuple[Problem, ...]) -> None:
    for problem in problems:
        typer.echo(f"{problem}\n", err=True)
    for warning in warnings:
        typer.echo(f"warning: {warning}\n", err=True)
    if problems:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        typer.echo(f"{count} found.", err=True)
    else:
        typer.echo(f"Valid ({form} form).")
