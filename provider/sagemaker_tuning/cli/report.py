"""`report JOB... --html FILE`: what came of tuning jobs, as one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sagemaker_tuning.cli.live import Profile, Region, live_gateway

__all__ = ["report"]


def report(
    jobs: Annotated[list[str], typer.Argument(metavar="JOB", help="Tuning jobs; several are compared.")],
    html: Annotated[Path, typer.Option("--html", metavar="FILE", help="The file to write.")],
    billing: Annotated[
        bool | None,
        typer.Option(
            "--billing/--no-billing",
            help="Ask what each trial was billed for: one call more for each. Left out, this is asked only where "
            "nothing else tells: spot training, several instance types, warm pools.",
            show_default=False,
        ),
    ] = None,
    region: Region = None,
    profile: Profile = None,
) -> None:
    """Write a page about tuning jobs: search, hyperparameters, time, cost, failures. It needs no network to be read."""
    # Imported here: the other commands need none of the packages that draw.
    from sagemaker_tuning.reporting import report as report_of

    made = report_of(*jobs, gateway=live_gateway(region, profile), billing=billing)
    made.save(html)
    trials = sum(len(job.trials) for job in made.jobs)
    size = html.stat().st_size / 1e6
    typer.echo(f"{html}: {', '.join(job.name for job in made.jobs)}; {trials} trials, {size:.1f} MB")
