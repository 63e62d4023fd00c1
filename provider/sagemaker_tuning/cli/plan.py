"""`plan SPEC`: what an `up` would do to a job, from documents alone or against AWS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

import typer

from sagemaker_tuning.cli.documents import Json, SpecSource, as_json, read_describe, read_spec, read_tags
from sagemaker_tuning.cli.live import Profile, Region, describe
from sagemaker_tuning.cost import estimate, load_prices
from sagemaker_tuning.explanation import explain
from sagemaker_tuning.observed import Observed, normalize
from sagemaker_tuning.planning import Parent, Plan, Policy, under_policy
from sagemaker_tuning.planning.decision import plan as decide

__all__ = ["plan"]

_MARKS = {"update": "~", "replace": "+-"}
_SUMMARIES = {"none": "Nothing to change.", "update": "The job would be updated in place."}


def plan(
    spec: SpecSource,
    describe_file: Annotated[
        str | None,
        typer.Option(
            "--describe", metavar="FILE", help="The job: DescribeHyperParameterTuningJob's output; - for stdin."
        ),
    ] = None,
    tags_file: Annotated[
        str | None,
        typer.Option("--tags", metavar="FILE", help="Its tags: ListTags' output. Without them, tags are not compared."),
    ] = None,
    job: Annotated[str | None, typer.Option("--job", metavar="NAME", help="The job, asked from AWS.")] = None,
    json: Json = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit 0 if nothing would change, 2 if something would, 1 on an error.")
    ] = False,
    region: Region = None,
    profile: Profile = None,
) -> None:
    """What an `up` of the spec would do to a job, and why."""
    observed = _observed(spec, describe_file, tags_file, job, region, profile)
    declared = read_spec(spec)
    decision = decide(declared, observed)
    if json:
        typer.echo(as_json(decision.to_dict()))
    else:
        _print_text(decision)
        typer.echo(_SUMMARIES.get(decision.action) or _replacement(decision, declared.to_native(), observed))
    if exit_code and decision.action != "none":
        raise typer.Exit(2)


def _observed(
    spec: str,
    describe_file: str | None,
    tags_file: str | None,
    job: str | None,
    region: str | None,
    profile: str | None,
) -> Observed:
    if job is not None and describe_file is None and tags_file is None:
        return describe(job, region, profile)
    if describe_file is None or job is not None:
        raise typer.BadParameter("give either --describe FILE (and --tags FILE), or --job NAME")
    if [spec, describe_file, tags_file].count("-") > 1:
        raise typer.BadParameter("only one of SPEC, --describe and --tags can come from standard input")
    return normalize(read_describe(describe_file), None if tags_file is None else read_tags(tags_file))


def _print_text(decision: Plan) -> None:
    for change in decision.changes:
        typer.echo(f"{_MARKS[change.action]:>2} {change.path}\n     {change.reason}")
    for note in decision.notes:
        typer.echo(f" i {note.path}\n     {note.message}")


def _replacement(decision: Plan, declared: Mapping[str, Any], observed: Observed) -> str:
    """What a replacement means, under the default policy: a document has no options."""
    name = str(declared.get("hyper_parameter_tuning_job_name", ""))
    old = replace(Parent.of(observed), is_deleted_first=name.casefold() == observed.name.casefold())
    region = observed.arn.split(":")[3] if observed.arn.count(":") > 3 else None
    bound = estimate(declared, load_prices(), region)
    told = dict(explain(under_policy(decision, Policy(), declared=declared, old=old), old, estimate=bound).consequences)
    figures = ", ".join(told[name] for name in ("runs", "cost") if name in told)
    lines = [told[name] for name in ("arithmetic", "old_job", "record") if name in told]
    return "\n".join([f"The job would be replaced: {figures}.", *(f"  {line}" for line in lines)])
