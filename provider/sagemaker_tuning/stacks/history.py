"""The generations of one resource's job: every tuning job that bears its owner tag, and what each changed.

Read-only. SageMaker keeps nothing of a job whose record was deleted, so a history has what is running, what `on_delete`
kept (stop, retain), and what an interrupted `up` left. Automatic names of a resource begin alike, so one filtered List
finds them; jobs with names of the user's own are found by looking at every job of the region.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from sagemaker_tuning.errors import NotFound
from sagemaker_tuning.gateway import Document, TuningGateway
from sagemaker_tuning.lifecycle.naming import auto_name_stem
from sagemaker_tuning.lifecycle.ownership import RELEASED_TAG, has_owner
from sagemaker_tuning.observed import Observed, normalize
from sagemaker_tuning.planning import Change, plan_from_state
from sagemaker_tuning.spec import TuningJobSpec
from sagemaker_tuning.spec.likely_secrets import likely_secret_paths

__all__ = ["Generation", "generations_of"]

_CALLS_AT_ONCE = 8  # below the ten connections that botocore keeps
_NAME = "hyper_parameter_tuning_job_name"
_INJECTED_METRIC = "ObjectiveMetric"  # SageMaker's copy of the objective's definition


@dataclass(frozen=True)
class Generation:
    """One job of the resource. `changes` are those from the generation before it; None for the first one known.

    `is_current`: the state has it. `is_released`: `on_delete` let go of it.
    """

    number: int
    observed: Observed
    changes: tuple[Change, ...] | None
    is_current: bool

    @property
    def is_released(self) -> bool:
        return RELEASED_TAG in self.observed.own_tags


def generations_of(
    owner: str,
    gateway: TuningGateway,
    *,
    current: Mapping[str, str] | None = None,
    every_job: bool = False,
    secret_paths: Collection[str] = (),
) -> list[Generation]:
    """The generations of a resource, oldest first. `current` has the ARNs of the state's jobs for it, by name.

    `every_job` looks at all jobs of the region, whatever their names. Values at and under `secret_paths` are masked,
    and so is what looks like a secret.
    Calls: a List for each hundred jobs, a ListTags for each candidate, a Describe for each generation.
    Errors: AwsError.
    """
    current = current or {}
    arns = {**dict(_listed(owner, gateway, every_job=every_job)), **current}
    with ThreadPoolExecutor(_CALLS_AT_ONCE, thread_name_prefix="history") as pool:
        jobs = pool.map(lambda item: _own_job(item[0], item[1], owner, gateway), arns.items())
        found = sorted((job for job in jobs if job is not None), key=lambda job: str(job[1].creation_time))
    documents = [_comparable(describe, observed) for describe, observed in found]
    return [
        Generation(
            number=index + 1,
            observed=observed,
            changes=_changes(documents[index - 1], documents[index], secret_paths) if index else None,
            is_current=observed.name in current,
        )
        for index, (_, observed) in enumerate(found)
    ]


def _listed(owner: str, gateway: TuningGateway, *, every_job: bool) -> Iterator[tuple[str, str]]:
    """Name and ARN of every job that may be the resource's."""
    for summary in gateway.list_tuning_jobs(name_contains=None if every_job else auto_name_stem(owner)):
        yield summary["HyperParameterTuningJobName"], summary["HyperParameterTuningJobArn"]


def _own_job(name: str, arn: str, owner: str, gateway: TuningGateway) -> tuple[Document, Observed] | None:
    try:
        tags = gateway.list_tags(arn)
        if not has_owner(tags, owner):
            return None
        describe = gateway.describe(name)
    except NotFound:
        return None
    return describe, normalize(describe, tags)


def _comparable(describe: Document, observed: Observed) -> dict[str, Any]:
    """The job's native document without what SageMaker derives from other parts of it."""
    native = TuningJobSpec.from_describe(describe).to_native()
    document = copy.deepcopy({name: value for name, value in native.items() if name != _NAME})
    for definition in (document.get("training_job_definition"), *document.get("training_job_definitions", ())):
        algorithm = (definition or {}).get("algorithm_specification", {})
        if "metric_definitions" in algorithm:
            metrics = algorithm["metric_definitions"]
            algorithm["metric_definitions"] = [item for item in metrics if item["name"] != _INJECTED_METRIC]
    return {**document, "tags": dict(observed.spec.get("tags", {}))}


def _changes(before: Mapping[str, Any], after: Mapping[str, Any], secret_paths: Collection[str]) -> tuple[Change, ...]:
    hidden: Sequence[str] = [*secret_paths, *likely_secret_paths(before), *likely_secret_paths(after)]
    return plan_from_state(after, before, secret_paths=hidden).changes
