"""Reading existing jobs in a program: the `_output` forms, whose arguments may be outputs.

As with every function of a provider, nothing is asked while an argument is unknown or comes from a resource that does
not exist yet, so that a preview before the first `up` calls nobody; what comes of a secret argument is secret. Region
and credentials are those of the stack's configuration, unless `region` or `profile` say otherwise.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime
from typing import Any, cast

import pulumi

from sagemaker_tuning.adapters.dynamic.record import Record, record_of_training_job, record_of_tuning_job
from sagemaker_tuning.errors import TuningError
from sagemaker_tuning.gateway import TuningGateway, gateway_for
from sagemaker_tuning.settings import Settings
from sagemaker_tuning.training_jobs import get_hyper_parameter_tuning_job, get_training_job, list_training_jobs
from sagemaker_tuning.training_jobs.reading import Order, SortBy, Status

__all__ = ["get_hyper_parameter_tuning_job_output", "get_training_job_output", "list_training_jobs_output"]

Options = pulumi.InvokeOptions | pulumi.InvokeOutputOptions


def get_hyper_parameter_tuning_job_output(
    hyper_parameter_tuning_job_name: pulumi.Input[str],
    *,
    tags: pulumi.Input[bool] = False,
    region: pulumi.Input[str | None] = None,
    profile: pulumi.Input[str | None] = None,
    opts: Options | None = None,
) -> pulumi.Output[Record]:
    """The tuning job of this name: all that DescribeHyperParameterTuningJob says, and its tags if asked for."""

    def read(gateway: TuningGateway, **arguments: Any) -> Record:
        return record_of_tuning_job(get_hyper_parameter_tuning_job(gateway=gateway, **arguments))

    arguments = {"hyper_parameter_tuning_job_name": hyper_parameter_tuning_job_name, "tags": tags}
    return _output(read, arguments, region, profile, opts)


def get_training_job_output(
    training_job_name: pulumi.Input[str],
    *,
    tags: pulumi.Input[bool] = False,
    region: pulumi.Input[str | None] = None,
    profile: pulumi.Input[str | None] = None,
    opts: Options | None = None,
) -> pulumi.Output[Record]:
    """The training job of this name: all that DescribeTrainingJob says, the figures that follow, tags if asked for."""

    def read(gateway: TuningGateway, **arguments: Any) -> Record:
        return record_of_training_job(get_training_job(gateway=gateway, **arguments))

    return _output(read, {"training_job_name": training_job_name, "tags": tags}, region, profile, opts)


def list_training_jobs_output(
    tuning_job: pulumi.Input[str | None] = None,
    *,
    status: pulumi.Input[Status | None] = None,
    sort_by: pulumi.Input[SortBy] = "CreationTime",
    order: pulumi.Input[Order] = "Ascending",
    name_contains: pulumi.Input[str | None] = None,
    created_after: pulumi.Input[datetime | None] = None,
    created_before: pulumi.Input[datetime | None] = None,
    region: pulumi.Input[str | None] = None,
    profile: pulumi.Input[str | None] = None,
    opts: Options | None = None,
) -> pulumi.Output[list[Record]]:
    """Summaries of the training jobs of a tuning job, or of all in the region, as `list_training_jobs` gives them."""

    def read(gateway: TuningGateway, **arguments: Any) -> list[Record]:
        return [Record(summary) for summary in list_training_jobs(gateway=gateway, **arguments)]

    arguments = {
        "tuning_job": tuning_job,
        "status": status,
        "sort_by": sort_by,
        "order": order,
        "name_contains": name_contains,
        "created_after": created_after,
        "created_before": created_before,
    }
    return _output(read, arguments, region, profile, opts)


def _output(
    read: Callable[..., Any],
    arguments: dict[str, Any],
    region: pulumi.Input[str | None],
    profile: pulumi.Input[str | None],
    opts: Options | None,
) -> pulumi.Output[Any]:
    """What `read` gives for the arguments once all of them are known and the resources behind them exist."""
    if opts is not None and opts.provider is not None:
        raise pulumi.RunError(
            "opts: a provider does not say where to read.\nGive `region` or `profile`, or configure the stack."
        )
    known = pulumi.Output.all(arguments, region, profile)

    async def call(found: list[Any]) -> Any:
        (given, at_region, with_profile), _ids = found
        settings = Settings.from_config(pulumi.runtime.get_config).at(region=at_region, profile=with_profile)
        try:
            # In a thread, as the program's other resources go on meanwhile.
            return await asyncio.to_thread(read, gateway_for(settings), **given)
        except TuningError as error:
            raise pulumi.RunError(str(error)) from error  # whose text is shown without a stack

    return pulumi.Output.all(known, _ids_behind(known, opts)).apply(call)


async def _ids_behind(known: pulumi.Output[Any], opts: Options | None) -> list[pulumi.Output[str]]:
    """The ids of the resources that the arguments or `depends_on` name: unknown for one that does not exist yet."""
    resources = await known.resources()
    depends_on = getattr(opts, "depends_on", None)
    if depends_on is not None:
        named: Any = await pulumi.Output.from_input(depends_on).future()
        resources |= set(named if isinstance(named, list | tuple) else [named])
    return [resource.id async for resource in _custom(resources)]


async def _custom(resources: Iterable[pulumi.Resource]) -> AsyncIterator[pulumi.CustomResource]:
    for resource in resources:
        if isinstance(resource, pulumi.CustomResource):
            yield resource
        else:
            # Who depends on a component depends on what is in it; the SDK has no public name for that.
            async for child in _custom(cast(Any, resource)._childResources):
                yield child
