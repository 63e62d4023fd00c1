"""`compare JOB JOB...`: tuning jobs side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timezone
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from sagemaker_tuning.cli.bills import bill_record, cost_words, hours_words, prices_words
from sagemaker_tuning.cli.documents import Json, as_json
from sagemaker_tuning.cli.live import Billing, Profile, Region, live_gateway
from sagemaker_tuning.cli.terminal import Column, console, fits, print_table, status_text, text_table
from sagemaker_tuning.reporting.job import ReportedJob, reported_job
from sagemaker_tuning.reporting.search_space import Hyperparameter
from sagemaker_tuning.reporting.words import duration, number, short

__all__ = ["compare"]

Cell = Callable[[ReportedJob], "str | Text"]


def compare(
    jobs: Annotated[list[str], typer.Argument(metavar="JOB", help="The tuning jobs' names.")],
    billing: Billing = False,
    json: Json = False,
    region: Region = None,
    profile: Profile = None,
) -> None:
    """Tuning jobs side by side: status, best objective, its hyperparameters, ranges, trials, time and bill."""
    names = list(dict.fromkeys(jobs))
    if len(names) < 2:
        raise typer.BadParameter("name at least two different jobs")
    gateway, now = live_gateway(region, profile), datetime.now(timezone.utc)
    compared = [reported_job(name, gateway, now, describe_trials=billing) for name in names]
    if json:
        typer.echo(as_json([_record(job) for job in compared]))
    else:
        _print(compared)


def _print(jobs: Sequence[ReportedJob]) -> None:
    out = console()
    winners = _winners(jobs)
    rows = _rows(jobs, winners)
    table = text_table([Column(""), *(Column(job.name, wraps=True) for job in jobs)])
    for label, cell in rows:
        table.add_row(label, *map(cell, jobs))
    for shown in [table] if fits(table, out) else [_alone(job, rows) for job in jobs]:
        print_table(shown, out)
        typer.echo()
    for note in _notes(jobs, winners):
        typer.echo(note)


def _notes(jobs: Sequence[ReportedJob], winners: Sequence[ReportedJob]) -> Iterator[str]:
    if winners:
        yield "* is the best of all." if len(winners) == 1 else "* is the best of all; several have it."
    elif len({objective for job in jobs for objective in job.objectives}) > 1:
        yield "The objectives differ, so none is the best of all."
    prices = prices_words(jobs)
    if prices:
        yield f"Costs by {prices}."


def _alone(job: ReportedJob, rows: Sequence[tuple[str, Cell]]) -> Table:
    """One job under the other, where there is no room beside."""
    table = text_table([Column(""), Column(job.name, wraps=True)])
    for label, cell in rows:
        if cell(job):
            table.add_row(label, cell(job))
    return table


def _rows(jobs: Sequence[ReportedJob], winners: Sequence[ReportedJob]) -> list[tuple[str, Cell]]:
    """A row's name, and what it has of each job; a hyperparameter has two: its best value and where it was searched."""
    rows: list[tuple[str, Cell]] = [
        ("status", lambda job: status_text(job.status)),
        ("strategy", lambda job: job.strategy),
        ("objective", lambda job: ", ".join(map(str, job.objectives))),
        ("best", lambda job: _best(job, is_winner=job in winners)),
        ("best trial", _best_trial),
    ]
    for name in dict.fromkeys(name for job in jobs for name in _ranges(job)):
        rows += [(f"  {name}", _value_of(name)), (f"  {name} searched", _range_of(name))]
    return [
        *rows,
        ("trials", _trials),
        ("took", lambda job: duration(job.seconds) + ("" if job.has_ended else " so far")),
        ("instances", _instances),
        ("billed", hours_words),
        ("cost", cost_words),
    ]


def _best(job: ReportedJob, *, is_winner: bool) -> Text:
    if job.best is None or job.best.value is None:
        return Text("none yet" if not job.has_ended else "none")
    value = number(job.best.value)
    return Text(f"{value} *", "bold") if is_winner else Text(value)


def _best_trial(job: ReportedJob) -> str:
    return f"{job.best.number} ({job.best.trial.name.removeprefix(f'{job.name}-')})" if job.best else ""


def _value_of(name: str) -> Cell:
    return lambda job: short(job.best.trial.tuned_hyper_parameters.get(name, "")) if job.best else ""


def _range_of(name: str) -> Cell:
    return lambda job: "; ".join(dict.fromkeys(_range_text(one) for one in _ranges(job).get(name, ())))


def _ranges(job: ReportedJob) -> dict[str, list[Hyperparameter]]:
    """The ranges by name: one for each of the job's definitions that searches the hyperparameter."""
    found: dict[str, list[Hyperparameter]] = {}
    for definition in job.definitions:
        for hyperparameter in definition.hyperparameters:
            found.setdefault(hyperparameter.name, []).append(hyperparameter)
    return found


def _range_text(hyperparameter: Hyperparameter) -> str:
    if hyperparameter.kind == "categorical" or hyperparameter.scale == "linear":
        return hyperparameter.range_text
    return f"{hyperparameter.range_text}, {hyperparameter.scale_text}"


def _trials(job: ReportedJob) -> str:
    statuses = Counter(row.trial.status for row in job.trials)
    most = f" (of at most {job.most_trials})" if job.most_trials else ""
    none = "none" if job.has_ended else "none yet"
    return (", ".join(f"{count} {status}" for status, count in statuses.most_common()) or none) + most


def _instances(job: ReportedJob) -> str:
    texts = [
        " + ".join(f"{count} × {kind}" for kind, count in (definition.instances or {}).items())
        + (" on spot" if definition.is_spot else "")
        for definition in job.definitions
    ]
    return "; ".join(dict.fromkeys(text.strip() for text in texts))


def _winners(jobs: Sequence[ReportedJob]) -> Sequence[ReportedJob]:
    """The jobs with the best value; none if their objectives are not the same one."""
    objectives = {objective for job in jobs for objective in job.objectives}
    scored = [(job.best.value, job) for job in jobs if job.best and job.best.value is not None]
    if len(objectives) != 1 or len(scored) < 2:
        return []
    best = objectives.pop().best([value for value, _ in scored])
    return [job for value, job in scored if value == best]


def _record(job: ReportedJob) -> dict[str, Any]:
    best = job.best
    return {
        "name": job.name,
        "status": job.status,
        "strategy": job.strategy,
        "objectives": [
            {"metric_name": objective.metric_name, "type": _TYPES[objective.is_minimized]}
            for objective in job.objectives
        ],
        "best": best
        and {
            "number": best.number,
            "training_job_name": best.trial.name,
            "objective_value": best.value,
            "tuned_hyper_parameters": best.trial.tuned_hyper_parameters,
        },
        "ranges": {name: [_range_record(one) for one in ranges] for name, ranges in _ranges(job).items()},
        "trials": len(job.trials),
        "trials_by_status": dict(Counter(row.trial.status for row in job.trials)),
        "max_number_of_training_jobs": job.most_trials,
        "creation_time": job.creation_time,
        "end_time": job.end_time,
        "seconds": job.seconds,
        **bill_record(job),
        "console_url": job.console_url,
    }


_TYPES = {True: "Minimize", False: "Maximize", None: None}


def _range_record(one: Hyperparameter) -> dict[str, Any]:
    if one.kind == "categorical":
        return {"kind": one.kind, "values": one.categories}
    return {"kind": one.kind, "min_value": one.low, "max_value": one.high, "scaling_type": one.scaling_type}
