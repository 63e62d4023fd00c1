"""What makes a pipeline fail: the kinds of change that `--fail-on` does not let pass without a person's word."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Literal, get_args

from sagemaker_tuning.cost import dollars
from sagemaker_tuning.pull_requests.job_changes import Fate, JobChange
from sagemaker_tuning.pull_requests.overview import Overview

__all__ = ["FAIL_ON", "FailOn", "objections"]

FailOn = Literal["replace", "cost", "reject"]
FAIL_ON: tuple[str, ...] = get_args(FailOn)

_CEILINGS = ("max_instance_hours: ", "max_cost_usd: ")
_MOST_NAMES = 10


def objections(found: Overview, fail_on: Collection[str], max_cost_usd: float | None = None) -> tuple[str, ...]:
    """Why the pipeline fails, in sentences without their full stops; none if it passes.

    replace: a job runs again. cost: a run is over its ceilings, or all runs together over `max_cost_usd`. reject: a job
    is refused by its check or its policy. A preview that failed passes none of them, as it does not tell all.
    """
    if not fail_on:
        return ()
    found_objections = []
    if "reject" in fail_on and (refused := found.of(Fate.REFUSED)):
        found_objections.append(f"{_names(refused)} {'is' if len(refused) == 1 else 'are'} refused (reject)")
    if "replace" in fail_on and (again := found.of(Fate.RUNS_AGAIN)):
        found_objections.append(f"{_names(again)} would run again (replace)")
    if "cost" in fail_on:
        found_objections += [f"{text} (cost)" for text in _costs(found, max_cost_usd)]
    if found.preview.is_failed and not found_objections:
        found_objections.append("the preview failed, and does not tell all that would be done")
    return tuple(found_objections)


def _costs(found: Overview, max_cost_usd: float | None) -> Iterator[str]:
    for job in found.jobs:
        over = [text for text in job.refusal if text.startswith(_CEILINGS)]
        for text in (*over, *job.over_ceilings):
            yield f"{job.name}: {text.splitlines()[0].removesuffix('.')}"
    if max_cost_usd is None:
        return
    cost = found.cost
    if round(cost.amount - max_cost_usd, 6) > 0:
        yield f"all runs together can cost {dollars(cost.amount)}, more than the {dollars(max_cost_usd)} allowed here"
    elif unknown := [job for job in cost.unknown if not _is_told_by_up(job)]:
        yield f"what {_names(unknown)} can cost is not known, while {dollars(max_cost_usd)} is allowed here"


def _is_told_by_up(job: JobChange) -> bool:
    return job.estimate is not None and all(gap.until_up for gap in job.estimate.gaps)


def _names(jobs: Sequence[JobChange]) -> str:
    names = [job.name for job in jobs[:_MOST_NAMES]]
    left = len(jobs) - len(names)
    return ", ".join(names) + (f" and {left} more" if left else "")
