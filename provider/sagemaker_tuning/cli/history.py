"""`history RESOURCE`: the generations of a resource's job, what each changed, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated, Any

import typer

from sagemaker_tuning.cli.bills import bill_record, cost_words, hours_words, prices_words
from sagemaker_tuning.cli.documents import Json, as_json
from sagemaker_tuning.cli.live import Billing, Profile, Region, live_gateway
from sagemaker_tuning.cli.stack_export import Cwd, Export, Stack, read_stack
from sagemaker_tuning.errors import Problem, SpecError
from sagemaker_tuning.planning import Change
from sagemaker_tuning.reporting.job import ReportedJob, reported_job
from sagemaker_tuning.reporting.words import counted, moment, number
from sagemaker_tuning.stacks.export import StackExport, TuningResource
from sagemaker_tuning.stacks.history import Generation, generations_of
from sagemaker_tuning.stacks.words import change_words

__all__ = ["history"]

_MOST_CHANGES_SHOWN = 6
_FORGETS = (
    "SageMaker forgets a job whose record is deleted, as on_delete='delete' does: only what is there still is shown."
)


@dataclass(frozen=True)
class _Entry:
    generation: Generation
    job: ReportedJob


def history(
    resource: Annotated[
        str, typer.Argument(metavar="RESOURCE", help="The resource's name or URN, or an owner: PROJECT/STACK/NAME.")
    ],
    stack_export: Export = None,
    stack: Stack = None,
    cwd: Cwd = Path(),
    every_job: Annotated[
        bool,
        typer.Option("--every-job", help="Look at every job of the region: names of your own are found only so."),
    ] = False,
    billing: Billing = False,
    json: Json = False,
    region: Region = None,
    profile: Profile = None,
) -> None:
    """List the jobs that a resource has had: when, what changed, how they ended, best objective and cost.

    Jobs are known by their owner tag. It costs a List for each hundred jobs whose name may be the resource's, a
    ListTags for each of those, and two Describes and the Lists of the trials for each generation; --every-job a
    ListTags for every job of the region.
    """
    is_owner = resource.count("/") >= 2 and not resource.startswith("urn:")
    export = None if is_owner else read_stack(stack_export, stack, cwd)
    found = _resources(export, resource) if export else []
    owner = found[0].state.inputs.owner if found else resource
    gateway = live_gateway(region or (found[0].region if found else None), profile)
    generations = generations_of(
        owner,
        gateway,
        current={item.id: item.state.arn for item in found if not item.is_pending_deletion},
        every_job=every_job,
        secret_paths=[path for item in found for path in item.secret_paths],
    )
    now = datetime.now(timezone.utc)
    entries = [
        _Entry(one, reported_job(one.observed.name, gateway, now, describe_trials=billing or None))
        for one in generations
    ]
    if json:
        typer.echo(as_json([_record(entry) for entry in entries]))
    else:
        for line in _lines(owner, entries):
            typer.echo(line)


def _resources(export: StackExport, wanted: str) -> list[TuningResource]:
    """The resource in the state, and with it what is still to be deleted of it. Errors: SpecError if it is not one."""
    own = [resource for resource in export.jobs if not resource.is_external]
    found = [resource for resource in own if wanted in (resource.name, resource.urn)]
    urns = sorted({resource.urn for resource in found})
    if len(urns) == 1:
        return found
    if urns:
        fix = f"Give one of the URNs: {', '.join(urns)}"
        raise SpecError([Problem("RESOURCE", wanted, f"names {len(urns)} resources of the stack", fix)])
    names = ", ".join(sorted({resource.name for resource in own})) or "none"
    fix = f"The stack's jobs are {names}; one that it no longer has is found as PROJECT/STACK/NAME"
    raise SpecError([Problem("RESOURCE", wanted, "is no tuning job of the stack", fix)])


def _lines(owner: str, entries: Sequence[_Entry]) -> Iterator[str]:
    for entry in entries:
        yield _heading(entry)
        yield from (f"   {line}" for line in (*_changes(entry.generation), _result(entry.job)))
        yield ""
    yield f"{counted(len(entries), 'generation')} of {owner}."
    prices = prices_words([entry.job for entry in entries])
    if prices:
        yield f"Costs by {prices}."
    yield _FORGETS


def _heading(entry: _Entry) -> str:
    marks = ["in the state"] if entry.generation.is_current else []
    marks += ["let go of"] if entry.generation.is_released else []
    mark = f" ({', '.join(marks)})" if marks else ""
    job = entry.job
    return f"{entry.generation.number}  {job.name}  {moment(job.creation_time)}  {job.status}{mark}"


def _changes(generation: Generation) -> Iterator[str]:
    if generation.changes is None:
        yield "the first that is known"
        return
    if not generation.changes:
        yield "the same again"
    for change in generation.changes[:_MOST_CHANGES_SHOWN]:
        yield _words(change)
    if (more := len(generation.changes) - _MOST_CHANGES_SHOWN) > 0:
        yield f"and {counted(more, 'more change')}"


def _words(change: Change) -> str:
    return change_words(change.path, change.before, change.after)


def _result(job: ReportedJob) -> str:
    best = job.best
    value = None if best is None else best.value
    told = [
        f"best {best.definition.objective.metric_name} {number(value)}"
        if best is not None and value is not None
        else "no objective yet"
        if not job.has_ended
        else "no objective",
        counted(len(job.trials), "trial"),
        hours_words(job),
        cost_words(job),
    ]
    return ", ".join(filter(None, told))


def _record(entry: _Entry) -> dict[str, Any]:
    generation, job, best = entry.generation, entry.job, entry.job.best
    return {
        "generation": generation.number,
        "job": job.name,
        "arn": job.arn,
        "status": job.status,
        "creation_time": job.creation_time,
        "end_time": job.end_time,
        "in_state": generation.is_current,
        "released": generation.is_released,
        "changes": None if generation.changes is None else [change.to_dict() for change in generation.changes],
        "objective": best.definition.objective.metric_name if best else None,
        "best_value": best.value if best else None,
        "best_training_job": best.trial.name if best else None,
        "best_hyperparameters": dict(best.trial.tuned_hyper_parameters) if best else None,
        "trials": len(job.trials),
        **bill_record(job),
    }
