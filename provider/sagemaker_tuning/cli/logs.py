"""`logs JOB`: the log of one of a tuning job's trials, as it is or as it grows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

import typer

from sagemaker_tuning.cli.interrupts import leaving_on_interrupt
from sagemaker_tuning.cli.live import Profile, Region, live_gateway
from sagemaker_tuning.errors import Problem, SpecError
from sagemaker_tuning.failures.reasons import without_command
from sagemaker_tuning.gateway import TuningGateway
from sagemaker_tuning.reporting.words import counted
from sagemaker_tuning.training_logs import LogFollower, LogLine, last_lines
from sagemaker_tuning.trials import Trial, trials_of
from sagemaker_tuning.waiter import SYSTEM_CLOCK, poll, retry_transient

__all__ = ["logs"]

_LONGEST_INTERVAL_SECONDS = 5.0
_OUTAGE_SECONDS = 600.0
_RUNNING = ("InProgress", "Stopping")


def logs(
    job: Annotated[str, typer.Argument(metavar="JOB", help="The tuning job's name.")],
    trial: Annotated[
        str | None,
        typer.Option(
            metavar="N|NAME",
            help="The trial: its number in the table of trials (1 is the oldest), or its name or the end of it. "
            "Without it the newest that runs; if none runs, the newest that failed; else the newest.",
        ),
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with what comes, until the trial has ended.")
    ] = False,
    tail: Annotated[int | None, typer.Option(min=0, metavar="N", help="Only the last N lines.")] = None,
    timestamps: Annotated[bool, typer.Option("--timestamps", "-t", help="Begin each line with its time.")] = False,
    region: Region = None,
    profile: Profile = None,
) -> None:
    """The log of one of a tuning job's trials, from CloudWatch Logs."""
    gateway = live_gateway(region, profile)
    trials = trials_of(job, gateway)
    if not trials:
        typer.echo(f"{job} has no trials.", err=True)
        return
    chosen = _chosen(trials, trial) if trial else _most_telling(trials)
    number = trials.index(chosen) + 1
    typer.echo(f"{chosen.name} (trial {number} of {len(trials)}, {chosen.status})", err=True)
    printer = _Printer(timestamps)
    if follow and chosen.status in _RUNNING:
        with leaving_on_interrupt("The trial goes on."):
            _follow(chosen, gateway, printer, tail)
    else:
        printer.print(_lines(chosen.name, gateway, tail))
    if not printer.has_printed and tail != 0:
        typer.echo(_why_empty(chosen), err=True)


def _chosen(trials: Sequence[Trial], wanted: str) -> Trial:
    """Errors: SpecError if there is no such trial."""
    if wanted.isdigit() and 1 <= int(wanted) <= len(trials):
        return trials[int(wanted) - 1]
    named = [trial for trial in trials if f"-{trial.name}".endswith(f"-{wanted}")]
    if len(named) == 1:
        return named[0]
    numbers = "it is 1" if len(trials) == 1 else f"they are 1 to {len(trials)}"
    fix = f"Give the number of one of its {counted(len(trials), 'trial')} ({numbers}) or its name"
    raise SpecError([Problem("--trial", wanted, "is no trial of this job", fix)])


def _most_telling(trials: Sequence[Trial]) -> Trial:
    for statuses in (_RUNNING, ("Failed",)):
        found = [trial for trial in trials if trial.status in statuses]
        if found:
            return found[-1]
    return trials[-1]


def _lines(name: str, gateway: TuningGateway, tail: int | None) -> list[LogLine]:
    return LogFollower(name, gateway).new_lines() if tail is None else last_lines(name, gateway, tail)


def _follow(trial: Trial, gateway: TuningGateway, printer: _Printer, tail: int | None) -> None:
    """Print what is there and what comes; the log is read once more after the trial's end."""
    follower = LogFollower(trial.name, gateway)
    lines = follower.new_lines()
    printer.print(lines if tail is None else lines[len(lines) - min(tail, len(lines)) :])
    has_ended = False

    def look() -> bool | None:
        nonlocal has_ended
        had_ended, has_ended = has_ended, _status(trial, gateway) not in _RUNNING
        printer.print(follower.new_lines())
        return had_ended or None

    poll(
        lambda: retry_transient(
            look,
            timeout_seconds=_OUTAGE_SECONDS,
            clock=SYSTEM_CLOCK,
            say=lambda line: typer.echo(line, err=True),
        ),
        clock=SYSTEM_CLOCK,
        longest_interval_seconds=_LONGEST_INTERVAL_SECONDS,
    )
    typer.echo(f"{trial.name} is {_status(trial, gateway)}.", err=True)


def _status(trial: Trial, gateway: TuningGateway) -> str:
    return str(gateway.describe_training_job(trial.name)["TrainingJobStatus"])


def _why_empty(trial: Trial) -> str:
    if trial.failure_reason:
        return f"There is no log; the trial failed: {without_command(trial.failure_reason)}"
    return "There is no log yet." if trial.status in _RUNNING else "There is no log."


class _Printer:
    """Prints lines; each with its instance once there is more than one."""

    def __init__(self, has_times: bool) -> None:
        self._has_times = has_times
        self._instances: set[str] = set()
        self.has_printed = False

    def print(self, lines: Iterable[LogLine]) -> None:
        lines = list(lines)
        self._instances |= {line.instance for line in lines}
        for line in lines:
            time = f"{line.time.isoformat(timespec='milliseconds')} " if self._has_times else ""
            instance = f"{line.instance} | " if len(self._instances) > 1 else ""
            typer.echo(f"{time}{instance}{line.text}")
            self.has_printed = True
