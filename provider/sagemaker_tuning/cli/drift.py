"""`drift`: what became of a stack's tuning jobs since its state was written, and what `up` would do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from sagemaker_tuning.cli.documents import Json, as_json, written
from sagemaker_tuning.cli.drift_documents import as_junit, as_markdown, to_dict
from sagemaker_tuning.cli.live import Profile, Region, live_gateway
from sagemaker_tuning.cli.stack_export import Cwd, Export, Stack, read_stack
from sagemaker_tuning.stacks.drift import JobDrift, Kind, drift_of
from sagemaker_tuning.stacks.expectation import Expectation
from sagemaker_tuning.stacks.export import StackExport

__all__ = ["drift"]

_DRIFT = 2
_ACTIONS = {
    "none": "changes nothing",
    "create": "creates a new job",
    "update": "updates the job in place",
    "replace": "replaces the job",
    "delete": "deletes the job",
    "refuse": "is refused",
}


def drift(
    stack_export: Export = None,
    stack: Stack = None,
    cwd: Cwd = Path(),
    ignore: Annotated[
        list[Kind] | None,
        typer.Option(help="A kind that is not to count as drift, such as finished; may be given several times."),
    ] = None,
    json: Json = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown, for an issue or a summary.")] = False,
    junit: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write a JUnit report, with a test case for each job.")
    ] = None,
    region: Region = None,
    profile: Profile = None,
) -> None:
    """Tell where AWS has something else than a stack's state. Nothing is changed, neither there nor in the state.

    Exit codes: 0 without drift, 2 with drift, 1 on an error.

    It costs two calls a job: DescribeHyperParameterTuningJob and ListTags, in the region that the state names.
    """
    if json and markdown:
        raise typer.BadParameter("give either --json or --markdown")
    export = read_stack(stack_export, stack, cwd)
    found = drift_of(export, lambda recorded: live_gateway(recorded or region, profile))
    drifted = [job for job in found if any(kind.is_drift for kind in set(job.kinds) - set(ignore or ()))]
    if junit is not None:
        with written(junit, "Give another --junit"):
            junit.write_text(as_junit(export, found, drifted), encoding="utf-8")
    if json:
        typer.echo(as_json(to_dict(export, found, drifted)))
    elif markdown:
        typer.echo(as_markdown(export, found, drifted), nl=False)
    else:
        for line in _lines(export, found, drifted):
            typer.echo(line)
    for warning in _warnings(found):
        typer.echo(f"warning: {warning}", err=True)
    if drifted:
        raise typer.Exit(_DRIFT)


def _lines(export: StackExport, found: Sequence[JobDrift], drifted: Collection[JobDrift]) -> Iterator[str]:
    for job in drifted:
        yield f"{job.resource.name} ({job.resource.id}): {', '.join(kind.label for kind in job.kinds)}"
        for finding in job.findings:
            yield f"  {finding.detail}"
        yield f"  pulumi up {_told(job.up)}"
        yield f"  pulumi up --refresh {_told(job.up_after_refresh)}"
        yield ""
    yield _summary(export, found, drifted)


def _told(expected: Expectation) -> str:
    action = _ACTIONS[expected.action]
    return action if expected.action == "none" else f"{action}: {expected.reason}"


def _summary(export: StackExport, found: Sequence[JobDrift], drifted: Collection[JobDrift]) -> str:
    stack = f"{export.project}/{export.stack}" if export.stack else "the stack"
    if not found:
        return f"No drift: {stack} has no tuning jobs."
    kinds = Counter(kind for job in found for kind in job.kinds)
    counted = ", ".join(f"{kinds[kind]} {kind.label}" for kind in Kind if kinds[kind])
    jobs = f"{len(found)} tuning job{'' if len(found) == 1 else 's'} of {stack}"
    if drifted:
        return f"{len(drifted)} of {jobs} drifted: {counted}."
    is_ignored = any(job.has_drifted for job in found)
    return f"No drift{' but what is ignored' if is_ignored else ''}: {jobs}, {counted}."


def _warnings(found: Sequence[JobDrift]) -> Iterator[str]:
    hidden = {job.resource.name: len(job.unseen) for job in found if job.unseen}
    if hidden:
        names = ", ".join(f"{name} ({number})" for name, number in hidden.items())
        yield f"secrets that the export hides were not compared: {names}; export with --show-secrets to compare them"
    places = {_place(job.resource.state.arn) for job in found if job.status} - {""}
    missing = {_place(job.resource.state.arn) for job in found if Kind.GONE in job.kinds} - {""}
    for place in sorted(missing - places):
        yield f"no job of the state was found in {place}: if that is not so, look with that account's credentials"


def _place(arn: str) -> str:
    """Region and account of an ARN."""
    parts = arn.split(":")
    return f"account {parts[4]}, {parts[3]}" if len(parts) > 5 else ""
