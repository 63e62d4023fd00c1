"""`python -m bench` from the repository's root: measures, prints a table for each topic, and checks the ceilings."""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from sagemaker_sandbox.testing import CLI, ENGINES, LOCAL, why_not

from bench import calls, cold_start, comparison, endpoint, search, stacks, trials
from bench.figures import Figure, show

_PLAIN_WIDTH = 140  # of tables that go to a file
_ALL_SIZES = (1, 10, 100, 500)


class Topic(str, Enum):
    CORE = "core"
    COLD_START = "cold-start"
    CALLS = "calls"
    STACKS = "stacks"
    ENDPOINT = "endpoint"
    TRIALS = "trials"
    SEARCH = "search"


@dataclass(frozen=True)
class Effort:
    """How much is measured: numbers of runs, of jobs, and the sizes of stacks."""

    core_runs: int = 3
    cold_start_runs: int = 5
    counted_jobs: int = 4
    local_sizes: Sequence[int] = (1, 10, 100)
    local_runs: int = 2
    cli_sizes: Sequence[int] = (1, 100)
    cli_runs: int = 1
    held_tuning_jobs: int = 500
    held_training_jobs: int = 10_000
    endpoint_runs: int = 5
    trees: int = 300
    trial_runs: int = 7
    search_seeds: int = 20


USUAL = Effort()
FULL = Effort(
    core_runs=7,
    cold_start_runs=15,
    local_sizes=_ALL_SIZES,
    local_runs=5,
    cli_sizes=_ALL_SIZES,
    cli_runs=3,
    trial_runs=15,
)
TINY = Effort(
    core_runs=1,
    cold_start_runs=1,
    counted_jobs=1,
    local_sizes=(1,),
    local_runs=1,
    cli_sizes=(1,),
    held_tuning_jobs=2,
    held_training_jobs=6,
    endpoint_runs=1,
    trees=20,
    trial_runs=1,
    search_seeds=2,
)


def main(
    topics: Annotated[list[Topic] | None, typer.Argument(help="What to measure; everything unless given.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Stacks of 500 too, and more runs.")] = False,
    tiny: Annotated[bool, typer.Option("--tiny", help="One run of the smallest size: does the bench work?")] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures to this file too.")] = None,
) -> None:
    """Ratios, each against a floor of the same run. Exit code 1 if one is above its ceiling."""
    console = Console(width=None if sys.stdout.isatty() else _PLAIN_WIDTH)
    machine = _machine()
    console.print(machine, highlight=False)
    started = time.monotonic()
    figures: list[Figure] = []
    for measured in _measurements(topics or list(Topic), TINY if tiny else FULL if full else USUAL):
        found = list(measured)
        show(found, console)
        figures += found
    console.print(
        f"{len(figures)} figures in {time.monotonic() - started:.0f} s. Times are min / median / max of the runs."
    )
    if json_file:
        document = {"machine": machine, "figures": [figure.to_dict() for figure in figures]}
        json_file.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    exceeded = [figure for figure in figures if figure.is_exceeded]
    for figure in exceeded:
        console.print(f"[red]above its ceiling:[/red] {figure.topic}, {figure.name}: {figure.ratio:.2f}")
    raise typer.Exit(bool(exceeded))


def _measurements(topics: Iterable[Topic], effort: Effort) -> Iterator[Iterator[Figure]]:
    for topic in topics:
        if topic is Topic.CORE:
            yield comparison.measure(effort.core_runs)
        elif topic is Topic.COLD_START:
            yield cold_start.measure(effort.cold_start_runs)
        elif topic is Topic.CALLS:
            yield calls.measure(effort.counted_jobs)
        elif topic is Topic.ENDPOINT:
            yield endpoint.measure(effort.held_tuning_jobs, effort.held_training_jobs, effort.endpoint_runs)
        elif topic is Topic.TRIALS:
            yield trials.measure(effort.trees, effort.trial_runs)
        elif topic is Topic.SEARCH:
            yield search.measure_bayesian(effort.search_seeds)
            yield search.measure_hyperband(effort.search_seeds)
        else:
            yield from _stacks(effort)


def _stacks(effort: Effort) -> Iterator[Iterator[Figure]]:
    measures = {LOCAL: (effort.local_sizes, effort.local_runs), CLI: (effort.cli_sizes, effort.cli_runs)}
    for engine in ENGINES:
        if reason := why_not(engine):
            print(f"Stacks are not measured on the {engine} engine: {reason}.")
        else:
            yield stacks.measure(engine, *measures[engine])


def _machine() -> str:
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"Python {platform.python_version()} on {platform.system()}, {os.cpu_count()} cores, load averages {load}"


if __name__ == "__main__":
    typer.run(main)
