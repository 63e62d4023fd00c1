"""`validate SPEC`: every problem of a spec; with `--strict` also what makes its run useless, worse or dearer."""

from __future__ import annotations

import dataclasses
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from sagemaker_tuning.cli.documents import Json, SpecSource, as_json, read_spec
from sagemaker_tuning.cost import Estimate, estimate, load_prices
from sagemaker_tuning.errors import Problem, SpecError
from sagemaker_tuning.preflight import CHECKS, Finding, Reading, explained, preflight, problems_of_silence, readings
from sagemaker_tuning.settings import Settings
from sagemaker_tuning.spec import Form, TuningJobSpec

__all__ = ["validate"]


@dataclasses.dataclass(frozen=True)
class _Advice:
    """What `--strict` adds."""

    findings: tuple[Finding, ...]
    readings: list[Reading]
    estimate: Estimate

    @property
    def is_bad(self) -> bool:
        return any(finding.level != "info" for finding in self.findings)


def _explain(wanted: bool) -> None:
    if wanted:
        typer.echo("\n\n".join(map(explained, CHECKS.values())))
        raise typer.Exit


def validate(
    spec: SpecSource,
    json: Json = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Look also for what is allowed but unwise; exit 1 for a warning as well.")
    ] = False,
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="With --strict: a check to leave out; may be repeated.")
    ] = None,
    sample_log: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="With --strict: a training job's log, to try the metric definitions on."),
    ] = None,
    region: Annotated[str | None, typer.Option(help="With --strict: its prices count; else the environment's.")] = None,
    prices: Annotated[
        str | None, typer.Option(metavar="FILE", help="With --strict: prices of your own, in YAML or JSON.")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", callback=_explain, is_eager=True, help="List the checks of --strict and exit.")
    ] = False,
) -> None:
    """Every problem of a spec, with its path and how to mend it. Exits 1 if there is any."""
    _check_usage(strict, ignore or [], sample_log, region, prices)
    declared: TuningJobSpec | None = None
    problems: tuple[Problem, ...] = ()
    try:
        declared = read_spec(spec)
    except SpecError as error:
        problems = error.problems
    advice = _advice(declared, ignore or [], sample_log, region, prices) if declared is not None and strict else None
    (_print_json if json else _print_text)(declared, problems, advice)
    if problems or (advice is not None and advice.is_bad):
        raise typer.Exit(1)


def _check_usage(strict: bool, ignore: list[str], *others: str | None) -> None:
    if not strict and (ignore or any(other is not None for other in others)):
        raise typer.BadParameter("--ignore, --sample-log, --region and --prices are for --strict.")
    problems = problems_of_silence(ignore, "--ignore")
    if problems:
        raise SpecError(problems)


def _advice(
    spec: TuningJobSpec, ignore: list[str], sample_log: str | None, region: str | None, prices: str | None
) -> _Advice:
    job = spec.to_native()
    log = None if sample_log is None else _lines(sample_log)
    settings = Settings.from_environment()
    region = region or settings.region or os.environ.get("AWS_DEFAULT_REGION")
    return _Advice(
        findings=preflight(job, silence=ignore, sample_log=log),
        readings=[] if log is None else readings(job, log),
        estimate=estimate(job, load_prices(prices or settings.prices), region),
    )


def _lines(source: str) -> list[str]:
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        problem = Problem("--sample-log", source, f"cannot be read: {error.strerror}", "Give a file, or -")
        raise SpecError([problem]) from error
    return text.splitlines()


def _print_json(declared: TuningJobSpec | None, problems: tuple[Problem, ...], advice: _Advice | None) -> None:
    form: Form | None = None if declared is None else declared.form
    result: dict[str, Any] = {
        "valid": not problems,
        "form": form,
        "problems": [dataclasses.asdict(problem) for problem in problems],
        "warnings": [dataclasses.asdict(warning) for warning in (declared.warnings if declared else ())],
    }
    if advice is not None:
        result["findings"] = [finding.to_dict() for finding in advice.findings]
        result["metrics"] = [
            {"name": reading.metric, "lines": reading.lines, "last": reading.last} for reading in advice.readings
        ]
        result["estimate"] = {
            "max_instance_hours": advice.estimate.max_instance_hours,
            "max_cost_usd": advice.estimate.max_cost_usd,
            "arithmetic": advice.estimate.arithmetic,
        }
    typer.echo(as_json(result))


def _print_text(declared: TuningJobSpec | None, problems: tuple[Problem, ...], advice: _Advice | None) -> None:
    for problem in problems:
        typer.echo(f"{problem}\n", err=True)
    for warning in declared.warnings if declared else ():
        typer.echo(f"warning: {warning}\n", err=True)
    if declared is None:
        typer.echo(f"{_counted(len(problems), 'problem')} found.", err=True)
        return
    if advice is not None:
        _print_advice(advice)
    typer.echo(f"Valid ({declared.form} form){_summary(advice)}.")


def _print_advice(advice: _Advice) -> None:
    for finding in advice.findings:
        typer.echo(f"{finding}\n", err=True)
    for reading in advice.readings:
        typer.echo(f"{reading}{' (the objective)' if reading.is_objective else ''}")
    typer.echo(f"At most: {advice.estimate.arithmetic}.")


def _summary(advice: _Advice | None) -> str:
    if advice is None or not advice.findings:
        return ""
    levels = [finding.level for finding in advice.findings]
    counts = [(levels.count(level), level) for level in ("error", "warning", "info")]
    return f", with {', '.join(_counted(count, level) for count, level in counts if count)}"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 or what == "info" else f"{count} {what}s"
