"""`adopt JOB...`: a program that declares jobs which exist already, and the config with which `up` adopts them.

It only reads from AWS: the jobs become the stack's own when somebody runs `pulumi up`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sagemaker_tuning.cli.adoption_program import ExistingJob, adoption_program
from sagemaker_tuning.cli.documents import written
from sagemaker_tuning.cli.live import Profile, Region, live_gateway
from sagemaker_tuning.errors import NotFound, Problem, SpecError

if TYPE_CHECKING:
    from sagemaker_tuning.gateway import TuningGateway

__all__ = ["adopt"]


def adopt(
    jobs: Annotated[list[str], typer.Argument(metavar="JOB...", help="The tuning jobs' names.")],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE|DIR",
            help="Write the program there: a .py file, or a folder that becomes a Pulumi project. "
            "Without it, the program is printed, and the rest goes to standard error.",
        ),
    ] = None,
    region: Region = None,
    profile: Profile = None,
) -> None:
    """Write the program that declares existing jobs, so that `pulumi up` takes them over without running them again."""
    gateway = live_gateway(region, profile)
    found = [_existing(name, gateway) for name in dict.fromkeys(jobs)]
    for warning in (warning for job in found for warning in job.warnings()):
        typer.echo(f"warning: {warning}", err=True)
    text, commands = adoption_program(found, gateway.region)
    if out is None:
        typer.echo(text, nl=False)
    else:
        typer.echo(f"Wrote {' and '.join(map(str, _write(text, out, found)))}.\n")
    for line in _what_next(found, commands):
        typer.echo(line, err=out is None)


def _existing(name: str, gateway: TuningGateway) -> ExistingJob:
    describe = gateway.describe(name)
    if describe["HyperParameterTuningJobStatus"] == "Deleting":
        raise NotFound(f"{name}: is being deleted.\nThere will be nothing to adopt.")
    return ExistingJob.of(describe, gateway.list_tags(describe["HyperParameterTuningJobArn"]))


def _write(text: str, out: Path, found: Sequence[ExistingJob]) -> list[Path]:
    """The files that were written. Errors: SpecError if the program is there already, or cannot be written."""
    files = {out: text}
    if out.suffix != ".py":
        name = found[0].name if len(found) == 1 else "tuning-jobs"
        files = {out / "__main__.py": text, out / "Pulumi.yaml": f"name: {name}\nruntime: python\n"}
    program_file, *others = files
    if program_file.exists():
        raise SpecError([Problem(str(program_file), None, "is there already", "Give another --out, or move it away")])
    new = [program_file, *(file for file in others if not file.exists())]
    with written(out, "Give another --out"):
        for file in new:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(files[file], encoding="utf-8")
    return new


def _what_next(found: Sequence[ExistingJob], commands: list[str]) -> Iterator[str]:
    names = ", ".join(job.name for job in found)
    yield "What belongs to the account is config of the stack:\n"
    yield from (f"  {command}" for command in commands)
    yield f"\nThen `pulumi up` adopts {names}: it shows a create, and says that it runs nothing; only tags are added."
    yield "After that, a preview shows no change."
