"""`watch JOB...`: how far tuning jobs are, until all have ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Annotated

import typer
from rich.console import Console, Group
from rich.live import Live
from rich.padding import Padding
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from sagemaker_tuning.cli.interrupts import leaving_on_interrupt
from sagemaker_tuning.cli.live import Profile, Region, live_gateway
from sagemaker_tuning.cli.terminal import console, status_text
from sagemaker_tuning.errors import TuningError
from sagemaker_tuning.observed import MISSING
from sagemaker_tuning.progress import Progress, TrialCounts
from sagemaker_tuning.reporting.words import duration
from sagemaker_tuning.waiter import SYSTEM_CLOCK, poll
from sagemaker_tuning.watch import Watch

__all__ = ["watch"]

Jobs = Mapping[str, Progress]
Show = Callable[[Jobs], None]


def watch(
    jobs: Annotated[list[str], typer.Argument(metavar="JOB", help="The tuning jobs' names.")],
    interval: Annotated[
        float, typer.Option(min=1.0, metavar="SECONDS", help="The longest time between two looks.")
    ] = 30.0,
    region: Region = None,
    profile: Profile = None,
) -> None:
    """Show the progress of tuning jobs until all have ended; exit code 1 unless every one has a result."""
    gateway = live_gateway(region, profile)
    out = console()
    with leaving_on_interrupt("Nobody watches any more; the jobs go on."):
        with _live(out) if out.is_terminal else _lines() as (show, say):
            watched = Watch(jobs, gateway, say=say, clock=SYSTEM_CLOCK)

            def look() -> Jobs | None:
                is_first = not watched.progress
                progress = watched.look()
                if is_first:
                    _check_all_exist(progress, gateway.region)
                show(progress)
                return None if watched.running else progress

            ended = poll(look, clock=SYSTEM_CLOCK, longest_interval_seconds=interval)
        for job in ended.values():
            typer.echo(_result_line(job))
    if not all(map(_has_result, ended.values())):
        raise typer.Exit(1)


def _check_all_exist(jobs: Jobs, region: str) -> None:
    missing = [name for name, job in jobs.items() if job.status == MISSING]
    if missing:
        noun = "tuning job" if len(missing) == 1 else "tuning jobs"
        raise TuningError(f"{', '.join(missing)}: no such {noun} in {region}.\nCheck the name and the region.")


def _has_result(job: Progress) -> bool:
    return job.status == "Completed" or (job.status == "Stopped" and job.best is not None)


def _result_line(job: Progress) -> str:
    if not _has_result(job):
        reason = f": {job.failure_reason}" if job.failure_reason else ""
        hint = "" if job.status == MISSING else f"\nWhy: sagemaker-tuning show {job.name}"
        return f"{job.name} is {job.status}{reason}{hint}"
    best = f" by {job.best.name}" if job.best else ""
    return f"{job.name} is {job.status}: {job}{best}; {_times(job)}"


@contextmanager
def _lines() -> Iterator[tuple[Show, Callable[[str], None]]]:
    """A line for each job that is further than at the last look."""
    shown: dict[str, str] = {}

    def show(jobs: Jobs) -> None:
        for name, job in jobs.items():
            if not job.is_ended and str(job) != shown.get(name):
                shown[name] = str(job)
                typer.echo(f"{name}: {job}; {_times(job)}")

    yield show, lambda line: typer.echo(line, err=True)


@contextmanager
def _live(out: Console) -> Iterator[tuple[Show, Callable[[str], None]]]:
    """Bars that are drawn anew every second, so that the times go on between two looks."""
    seen: dict[str, Progress] = {}
    with Live(console=out, get_renderable=lambda: _picture(seen), refresh_per_second=1, transient=True) as live:

        def show(jobs: Jobs) -> None:
            seen.update(jobs)
            live.refresh()

        yield show, live.console.print


def _picture(jobs: Jobs) -> Group:
    """The jobs that run first, because what does not fit on the screen is cut off at the end."""
    width = max(map(len, jobs), default=0)
    running_first = sorted(jobs.values(), key=lambda job: job.is_ended)
    parts = [part for job in running_first for part in (_bar(job, width), Padding(_details(job), (0, 0, 0, 2)))]
    if len(jobs) == 1:
        return Group(*parts)
    ended = sum(job.is_ended for job in jobs.values())
    trials = TrialCounts.sum(job.trials for job in jobs.values())
    return Group(Text(f"{ended}/{len(jobs)} tuning jobs ended, {trials}"), *parts)


def _bar(job: Progress, name_width: int) -> Table:
    row = Table.grid(padding=(0, 1), expand=True)
    row.add_column(no_wrap=True, overflow="ellipsis", width=min(name_width, _LONGEST_NAME))
    row.add_column(ratio=1)
    row.add_column(no_wrap=True, width=len("InProgress"))
    limit, trials = job.trials.limit, job.trials.ended
    is_endless = limit is None and not job.is_ended
    is_full = job.status == "Completed"  # a job may be content with fewer trials than it was allowed
    bar = ProgressBar(
        total=None if is_endless else float(trials if is_full else limit or trials) or 1.0,
        completed=float(trials) or float(is_full),
        pulse=is_endless,
    )
    row.add_row(Text(job.name, "bold"), bar, status_text(job.status))
    return row


_LONGEST_NAME = 32  # of a tuning job


def _details(job: Progress) -> str:
    return "It does not exist, or no more." if job.status == MISSING else f"{job}; {_times(job)}"


def _times(job: Progress) -> str:
    now = datetime.now(timezone.utc)
    elapsed, remaining = job.elapsed_seconds(now), job.remaining_seconds(now)
    if job.is_ended:
        return f"took {_rounded(elapsed)}"
    left = "" if remaining is None else f", about {_rounded(remaining)} left"
    return f"{_rounded(elapsed)} so far{left}"


def _rounded(seconds: float | None) -> str:
    return "an unknown time" if seconds is None else duration(round(seconds))
