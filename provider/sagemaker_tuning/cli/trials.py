"""`trials JOB`: the trials of a tuning job as a table, as JSON or as CSV."""

from __future__ import annotations

import csv
import enum
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timezone
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from sagemaker_tuning.cli.bills import bill_words
from sagemaker_tuning.cli.documents import Json, as_json
from sagemaker_tuning.cli.live import Billing, Profile, Region, live_gateway
from sagemaker_tuning.cli.terminal import Column, console, fits, print_table, status_text, text_table
from sagemaker_tuning.errors import Problem, SpecError
from sagemaker_tuning.reporting.job import NumberedTrial, ReportedJob, reported_job
from sagemaker_tuning.reporting.words import counted, duration, number, percent, short
from sagemaker_tuning.trials import Trial

__all__ = ["trials"]


class Status(str, enum.Enum):
    """A training job's status, in the API's words."""

    COMPLETED = "Completed"
    FAILED = "Failed"
    IN_PROGRESS = "InProgress"
    STOPPED = "Stopped"
    STOPPING = "Stopping"


def trials(
    job: Annotated[str, typer.Argument(metavar="JOB", help="The tuning job's name.")],
    sort: Annotated[
        str,
        typer.Option(
            metavar="COLUMN",
            help="number (oldest first), objective (best first), status, time, billable, or a hyperparameter's name.",
        ),
    ] = "number",
    status: Annotated[
        list[Status] | None,
        typer.Option(
            case_sensitive=False,
            metavar="STATUS",
            help=f"Only trials with this status ({', '.join(Status)}); may be given several times.",
        ),
    ] = None,
    billing: Billing = False,
    json: Json = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV, with a column for each hyperparameter.")] = False,
    region: Region = None,
    profile: Profile = None,
) -> None:
    """The trials of a tuning job, with their objective values and hyperparameters."""
    if json and csv:
        raise typer.BadParameter("give either --json or --csv")
    reported = reported_job(job, live_gateway(region, profile), datetime.now(timezone.utc), describe_trials=billing)
    wanted = {one.value for one in status or ()}
    rows = [row for row in _sorted(reported, sort) if not wanted or row.trial.status in wanted]
    if json:
        typer.echo(as_json([_record(row) for row in rows]))
    elif csv:
        typer.echo(_csv(reported, rows), nl=False)
    else:
        _print(reported, rows, has_bill=billing)


def _sorted(job: ReportedJob, column: str) -> list[NumberedTrial]:
    """What has no value comes last. Errors: SpecError for a column that there is not."""
    keys: dict[str, Callable[[NumberedTrial], Any]] = {
        "number": lambda row: row.number,
        "objective": _rank,
        "status": lambda row: row.trial.status,
        "time": lambda row: row.trial.training_seconds,
        "billable": lambda row: row.billable_seconds,
    }
    hyperparameters = _hyperparameters(job.trials)
    if column not in keys and column not in hyperparameters and job.trials:
        columns = ", ".join([*keys, *hyperparameters])
        raise SpecError([Problem("--sort", column, "is no column of this job's trials", f"Use one of {columns}")])
    keys.setdefault(column, lambda row: _sortable(row.trial.tuned_hyper_parameters.get(column)))
    key = keys[column]
    known = [row for row in job.trials if key(row) is not None]
    return [*sorted(known, key=key), *(row for row in job.trials if key(row) is None)]


def _rank(row: NumberedTrial) -> float | None:
    if row.value is None:
        return None
    return row.value if row.definition.objective.is_minimized else -row.value


def _sortable(value: str | None) -> tuple[float, str] | None:
    """Numbers by their size, and before texts."""
    if value is None:
        return None
    try:
        return float(value), ""
    except ValueError:
        return float("inf"), value


def _hyperparameters(rows: Sequence[NumberedTrial]) -> list[str]:
    """The names of all tuned hyperparameters, in the order in which they come."""
    return list(dict.fromkeys(name for row in rows for name in row.trial.tuned_hyper_parameters))


def _record(row: NumberedTrial) -> dict[str, Any]:
    return {"number": row.number, **row.trial.to_dict()}


def _csv(job: ReportedJob, rows: Sequence[NumberedTrial]) -> str:
    """One line for each of the rows; what is a map of the user's own keys has a column for each key.

    The columns are those of all of the job's trials, and are there without any row.
    """
    records = [_record(row) for row in job.trials] or [{"number": None, **Trial("", job.arn, "").to_dict()}]
    columns = dict.fromkeys(name for record in records for name in _flat(record))
    target = io.StringIO()
    writer = csv.DictWriter(target, list(columns), restval="")
    writer.writeheader()
    writer.writerows(_flat(_record(row)) for row in rows)
    return target.getvalue()


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, dict):
            flat |= {f"{name}.{key}": item for key, item in value.items()}
        elif value is not None or name not in _MAPS:
            flat[name] = value.isoformat() if isinstance(value, datetime) else value
    return flat


_MAPS = ("tuned_hyper_parameters", "instances", "final_metrics")


def _print(job: ReportedJob, rows: Sequence[NumberedTrial], *, has_bill: bool) -> None:
    if not job.trials:
        typer.echo(f"{job.name} has no trials{'' if job.has_ended else ' yet'}; it is {job.status}.")
        return
    if not rows:
        typer.echo(f"No trial of {job.name} has that status; it has {counted(len(job.trials), 'trial')}.")
        return
    out = console()
    # The widest layout that the terminal takes.
    layouts = [
        _table(job, rows, hyperparameters, has_bill, is_narrow=is_narrow)
        for hyperparameters, is_narrow in ((_hyperparameters(rows), False), (None, False), (None, True))
    ]
    print_table(next((table for table in layouts if fits(table, out)), layouts[-1]), out)
    typer.echo()
    for line in _summary(job, rows, has_bill):
        typer.echo(line)


def _table(
    job: ReportedJob,
    rows: Sequence[NumberedTrial],
    hyperparameters: Sequence[str] | None,
    has_bill: bool,
    *,
    is_narrow: bool,
) -> Table:
    """The table with a column for each hyperparameter, or with one for all; a narrow one has only what matters most."""
    metrics = {row.definition.objective.metric_name for row in rows}
    columns: list[tuple[Column, Callable[[NumberedTrial], str | Text]]] = [
        (Column("#", is_number=True), lambda row: str(row.number)),
        (Column("trial"), lambda row: row.trial.name.removeprefix(f"{job.name}-")),
        (Column("status"), lambda row: status_text(row.trial.status)),
        (
            Column(metrics.pop() if len(metrics) == 1 else "objective", is_number=True),
            lambda row: _objective(row, is_best=row is job.best),
        ),
        *([(Column("definition"), lambda row: row.definition.name)] if len(job.definitions) > 1 else []),
        *(
            _value_columns(job, hyperparameters)
            if hyperparameters is not None
            else [(Column("values", wraps=True), _values)]
        ),
        (Column("time", is_number=True), lambda row: _time(row.trial.training_seconds)),
    ]
    if has_bill:
        columns += [(Column("instances"), _instances), (Column("billable", is_number=True), _billable)]
    if is_narrow:
        columns = [column for column in columns if column[0].heading not in ("trial", "time", "instances")]
    table = text_table(column for column, _ in columns)
    for row in rows:
        table.add_row(*(cell(row) for _, cell in columns))
    return table


def _value_columns(
    job: ReportedJob, names: Sequence[str]
) -> list[tuple[Column, Callable[[NumberedTrial], str | Text]]]:
    searched = (one for definition in job.definitions for one in definition.hyperparameters)
    categorical = {one.name for one in searched if one.kind == "categorical"}

    def cell(name: str) -> Callable[[NumberedTrial], str | Text]:
        return lambda row: short(row.trial.tuned_hyper_parameters.get(name, ""))

    return [(Column(name, is_number=name not in categorical), cell(name)) for name in names]


def _values(row: NumberedTrial) -> str:
    return " ".join(f"{name}={short(value)}" for name, value in row.trial.tuned_hyper_parameters.items())


def _objective(row: NumberedTrial, *, is_best: bool) -> Text:
    value = "" if row.value is None else number(row.value)
    return Text(f"{value} *", "bold") if is_best else Text(f"{value}  ")


def _time(seconds: float | None) -> str:
    return "" if seconds is None else duration(seconds)


def _instances(row: NumberedTrial) -> str:
    return " + ".join(f"{count} × {kind}" for kind, count in (row.instances or {}).items())


def _billable(row: NumberedTrial) -> str:
    savings = row.trial.spot_savings_percent
    return _time(row.billable_seconds) + (f" (saved {percent(savings)})" if savings else "")


def _summary(job: ReportedJob, rows: Sequence[NumberedTrial], has_bill: bool) -> Iterator[str]:
    shown = "" if len(rows) == len(job.trials) else f"{len(rows)} of "
    best = "; * is the best" if job.best in rows else ""
    yield f"{shown}{counted(len(job.trials), 'trial')} of {job.name}, which is {job.status}{best}."
    if any(row.trial.status == "Failed" for row in rows):
        yield f"Why trials failed: sagemaker-tuning show {job.name}"
    if has_bill:
        yield f"Billed: {bill_words(job)}."
