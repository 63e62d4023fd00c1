"""`show JOB`: status, counters, bill, best training job and failures, asked from AWS."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from typing import Annotated, Any

import typer

from sagemaker_tuning.cli.bills import bill_record, bill_words
from sagemaker_tuning.cli.documents import Json, as_json
from sagemaker_tuning.cli.live import Billing, Profile, Region, live_gateway
from sagemaker_tuning.failures import may_have_failures
from sagemaker_tuning.observed import Observed, normalize
from sagemaker_tuning.reporting.job import ReportedJob, reported_job
from sagemaker_tuning.reporting.words import duration
from sagemaker_tuning.trials import Trial

__all__ = ["show"]


def show(
    job: Annotated[str, typer.Argument(metavar="JOB", help="The tuning job's name.")],
    billing: Billing = False,
    json: Json = False,
    region: Region = None,
    profile: Profile = None,
) -> None:
    """A tuning job's status, counters, bill and best training job; and why trials failed, if any did."""
    gateway = live_gateway(region, profile)
    described = gateway.describe(job)
    reported = reported_job(
        job,
        gateway,
        datetime.now(timezone.utc),
        describe_trials=billing,
        digest_failures=may_have_failures(described),
        described=described,
    )
    if json:
        tags = gateway.list_tags(described["HyperParameterTuningJobArn"])
        typer.echo(as_json(_record(normalize(described, tags), reported)))
        return
    observed = normalize(described)
    rows = list(_rows(observed, reported))
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        typer.echo(f"{name:<{width}}  {value}")
    if reported.failures:
        typer.echo()
        for line in reported.failures.lines(groups=_GROUPS, log_lines=_LOG_LINES, logs=_GROUPS):
            typer.echo(line)


_GROUPS, _LOG_LINES = 3, 15


def _record(observed: Observed, reported: ReportedJob) -> dict[str, Any]:
    """Everything but the declared spec and our own tags."""
    record = {entry.name: getattr(observed, entry.name) for entry in dataclasses.fields(observed)}
    del record["spec"], record["own_tags"]
    return {
        **record,
        "failure_reason": reported.failure_reason,
        "tags": observed.spec["tags"],
        "console_url": reported.console_url,
        **bill_record(reported),
        "failures": reported.failures.to_dict() if reported.failures else None,
    }


def _rows(observed: Observed, reported: ReportedJob) -> Iterator[tuple[str, str]]:
    yield "name", reported.name
    yield "status", reported.status
    if reported.failure_reason:
        yield "reason", reported.failure_reason
    yield "strategy", reported.strategy
    yield "created", reported.creation_time.isoformat(timespec="seconds")
    if reported.end_time:
        yield "ended", f"{reported.end_time.isoformat(timespec='seconds')}, after {duration(reported.seconds)}"
    limit = f" (of at most {reported.most_trials})" if reported.most_trials else ""
    yield "training jobs", _counters(observed.training_job_status_counters) + limit
    yield "objectives", _counters(observed.objective_status_counters)
    yield "billed", bill_words(reported)
    yield "console", reported.console_url
    best = observed.best_training_job
    if best:
        definition = best.get("training_job_definition_name")
        yield "best training job", str(best.get("training_job_name")) + (f" of {definition}" if definition else "")
        metric = best.get("final_hyper_parameter_tuning_job_objective_metric") or {}
        if metric:
            yield f"  {metric.get('metric_name')}", f"{metric.get('value'):.6g}"
        for name, value in sorted((best.get("tuned_hyper_parameters") or {}).items()):
            yield f"  {name}", str(value)
    else:
        yield "best training job", "none yet" if not reported.has_ended else "none"
    if reported.overall_best:
        yield "overall best", _of_parent(reported.overall_best)


def _of_parent(trial: Trial) -> str:
    value = "" if trial.objective_value is None else f", {trial.objective_value:.6g}"
    return f"{trial.name} of {trial.tuning_job_name or 'a parent'}{value}"


def _counters(counters: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counters.items() if count) or "none"
