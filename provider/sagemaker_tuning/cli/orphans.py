"""`orphans`: jobs that bear a stack's owner tag, but are not in its state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated, Any

import typer

from sagemaker_tuning.cli.documents import Json, as_json
from sagemaker_tuning.cli.live import Profile, live_gateway
from sagemaker_tuning.cli.stack_export import Cwd, Export, Owner, Stack, read_stack
from sagemaker_tuning.errors import Problem, SpecError
from sagemaker_tuning.pull_requests.markdown import code, prose, table_row
from sagemaker_tuning.reporting.words import counted, moment
from sagemaker_tuning.stacks.export import StackExport
from sagemaker_tuning.stacks.orphans import Orphan, Search, orphans_of

__all__ = ["orphans"]

_FOUND = 2


def orphans(
    stack_export: Export = None,
    stack: Stack = None,
    cwd: Cwd = Path(),
    owner: Owner = None,
    since: Annotated[
        datetime | None, typer.Option(metavar="DATE", help="Look only at jobs created since then (UTC).")
    ] = None,
    json: Json = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown, for an issue or a summary.")] = False,
    region: Annotated[
        list[str] | None,
        typer.Option(help="A region to look in, beside those of the stack's jobs; may be given several times."),
    ] = None,
    profile: Profile = None,
) -> None:
    """Find jobs that bear the stack's owner tag, but are not in its state. Nothing is changed or deleted.

    Exit codes: 0 without orphans, 2 with any that nobody let go of on purpose, 1 on an error.

    It costs a ListHyperParameterTuningJobs for each hundred jobs of a region, and a ListTags for each job that the
    state does not know, whoever made it. --since makes that fewer.
    """
    if json and markdown:
        raise typer.BadParameter("give either --json or --markdown")
    export = read_stack(stack_export, stack, cwd)
    prefix = _prefix(export, owner)
    regions = dict.fromkeys([*(resource.region for resource in export.jobs), *(region or ())])
    gateways = {(gateway := live_gateway(name or None, profile)).region: gateway for name in regions or [None]}
    created_after = since.replace(tzinfo=timezone.utc) if since else None
    found = orphans_of(export, gateways.values(), owner_prefix=prefix, created_after=created_after)
    if json:
        typer.echo(as_json([_record(orphan) for orphan in found.orphans]))
    else:
        for line in _markdown(found, prefix) if markdown else _text(found, prefix):
            typer.echo(line)
    if found.lost:
        raise typer.Exit(_FOUND)


def _prefix(export: StackExport, owner: str | None) -> str:
    if owner is not None:
        if len(parts := owner.strip("/").split("/")) != 2:
            raise SpecError([Problem("--owner", owner, "is not a project and a stack", "Write it like shop/prod")])
        return "/".join([*parts, ""])
    if not export.stack:
        fix = "Say whose jobs to look for: --owner PROJECT/STACK"
        raise SpecError([Problem("", None, "The state is empty, so nothing tells the names of project and stack", fix)])
    return export.owner_prefix


def _record(orphan: Orphan) -> dict[str, Any]:
    return {
        "job": orphan.name,
        "arn": orphan.arn,
        "region": orphan.region,
        "status": orphan.status,
        "creation_time": orphan.creation_time,
        "owner": orphan.owner,
        "resource": orphan.resource,
        "successor": orphan.successor,
        "released": orphan.is_released,
        "advice": orphan.advice,
        "ways_out": orphan.ways_out,
    }


def _text(found: Search, prefix: str) -> Iterator[str]:
    for orphan in found.lost:
        yield _heading(orphan)
        yield f"  {orphan.advice}"
        for purpose, commands in orphan.ways_out.items():
            yield f"  to {purpose} it:"
            yield from (f"    {command}" for command in commands)
        yield ""
    if found.released:
        yield "Let go of on purpose (on_delete stop or retain):"
        yield from (f"  {_heading(orphan)}" for orphan in found.released)
        yield ""
    yield _summary(found, prefix)


def _heading(orphan: Orphan) -> str:
    return f"{orphan.name}: {orphan.status}, created {moment(orphan.creation_time)}, owner {orphan.owner}"


def _markdown(found: Search, prefix: str) -> Iterator[str]:
    yield f"### Orphans of {prose(prefix.rstrip('/'))}\n"
    yield f"{prose(_summary(found, prefix))}\n"
    if found.orphans:
        yield "| Job | Status | Created | Owner | |"
        yield "| --- | --- | --- | --- | --- |"
    for orphan in (*found.lost, *found.released):
        commands = "<br>".join(code(command, 1000) for commands in orphan.ways_out.values() for command in commands)
        about = f"{prose(orphan.advice)}<br>{commands}"
        columns = (code(orphan.name), orphan.status, moment(orphan.creation_time), code(orphan.owner, 300), about)
        yield table_row(columns)


def _summary(found: Search, prefix: str) -> str:
    where = f"{counted(found.jobs, 'tuning job')} in {', '.join(found.regions)}"
    number = counted(len(found.lost), "orphan") if found.lost else "No orphan"
    more = f"; {len(found.released)} more that on_delete let go of" if found.released else ""
    return f"{number} of {prefix.rstrip('/')} among {where}{more}."
