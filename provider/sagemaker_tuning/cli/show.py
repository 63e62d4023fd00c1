"""`show JOB`: status, counters and best training job, asked from AWS."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from sagemaker_tuning.cli.documents import Json, as_json
from sagemaker_tuning.cli.live import Profile, Region, describe
from sagemaker_tuning.observed import Observed
from sagemaker_tuning.paths import get

__all__ = ["show"]


def show(
    job: Annotated[str, typer.Argument(metavar="JOB", help="The tuning job's name.")],
    json: Json = False,
    region: Region = None,
    profile: Profile = None,
) -> None:
    """A tuning job's status, counters and best training job."""
    observed = describe(job, region, profile)
    if json:
        typer.echo(as_json(_record(observed)))
        return
    rows = list(_rows(observed))
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        typer.echo(f"{name:<{width}}  {value}")


def _record(observed: Observed) -> dict[str, Any]:
    """Everything but the declared spec and our own tags."""
    record = {entry.name: getattr(observed, entry.name) for entry in dataclasses.fields(observed)}
    del record["spec"], record["own_tags"]
    return {**record, "tags": observed.spec["tags"]}


def _rows(observed: Observed) -> Iterator[tuple[str, str]]:
    limit = get(observed.spec, "hyper_parameter_tuning_job_config.resource_limits.max_number_of_training_jobs")
    yield "name", observed.name
    yield "status", observed.status
    if observed.failure_reason:
        yield "reason", observed.failure_reason
    yield "strategy", str(get(observed.spec, "hyper_parameter_tuning_job_config.strategy"))
    if observed.creation_time:
        yield "created", observed.creation_time.isoformat(timespec="seconds")
    if observed.end_time:
        yield "ended", observed.end_time.isoformat(timespec="seconds")
    yield "training jobs", _counters(observed.training_job_status_counters, limit)
    yield "objectives", _counters(observed.objective_status_counters, None)
    best = observed.best_training_job
    if best:
        yield "best training job", str(best.get("training_job_name"))
        metric = best.get("final_hyper_parameter_tuning_job_objective_metric") or {}
        if metric:
            yield f"  {metric.get('metric_name')}", f"{metric.get('value'):.6g}"
        for name, value in sorted((best.get("tuned_hyper_parameters") or {}).items()):
            yield f"  {name}", str(value)
    else:
        yield "best training job", "none yet"


def _counters(counters: Mapping[str, int], limit: Any) -> str:
    counted = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counters.items() if count)
    return (counted or "none") + (f" (of at most {limit})" if limit else "")
