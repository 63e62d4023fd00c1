"""Jobs that bear a stack's owner tag and are not in its state: an interrupted `up`, a state restored from a copy, a
deletion that failed, or a job that `on_delete` let go of.

Read-only. Tags are in no list, and a job of any name may be the stack's; so every tuning job of a region that the state
does not know costs a ListTags, a few at once, beside a List for each hundred. (Search and the tagging API would find
them in fewer calls, but lag behind, and need permissions that nothing else here needs.)
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sagemaker_tuning.errors import NotFound
from sagemaker_tuning.gateway import TuningGateway
from sagemaker_tuning.lifecycle.naming import logical_name
from sagemaker_tuning.lifecycle.ownership import OWNER_TAG, RELEASED_TAG, own_tags, was_made_in
from sagemaker_tuning.stacks.export import StackExport
from sagemaker_tuning.times import aware_time

__all__ = ["Orphan", "Search", "orphans_of"]

_CALLS_AT_ONCE = 8  # below the ten connections that botocore keeps


@dataclass(frozen=True)
class Orphan:
    """A job of the stack that its state does not have.

    `owner` is the value of its owner tag, `successor` the name of the job that the state has for the same resource.
    `is_released`: `on_delete` stop or retain let go of it, so it is there on purpose.
    """

    name: str
    arn: str
    region: str
    status: str
    creation_time: datetime | None
    owner: str
    successor: str | None
    is_released: bool

    @property
    def resource(self) -> str:
        """What the program calls its resource."""
        return logical_name(self.owner)

    @property
    def advice(self) -> str:
        """What it is, and what an `up` makes of it; without its full stop."""
        if self.is_released:
            return "on_delete let go of it; nobody but you will delete it"
        if self.successor:
            return f"{self.resource} is {self.successor} now, and this one was left behind"
        return f"{self.resource} is not in the state; an up takes the job back if the program still declares it so"

    @property
    def ways_out(self) -> dict[str, list[str]]:
        """Commands that go on with the job, or end it."""
        where = f"--hyper-parameter-tuning-job-name {self.name} --region {self.region}"
        stop = [f"aws sagemaker stop-hyper-parameter-tuning-job {where}"] if self.status == "InProgress" else []
        return {
            "adopt": [f"sagemaker-tuning adopt {self.name} --region {self.region}"],
            "delete": [*stop, f"aws sagemaker delete-hyper-parameter-tuning-job {where}"],
        }


@dataclass(frozen=True)
class Search:
    """What was looked at, and what was found: the newest first within a region."""

    regions: tuple[str, ...]
    jobs: int
    orphans: tuple[Orphan, ...]

    @property
    def lost(self) -> list[Orphan]:
        """Those that nobody let go of."""
        return [orphan for orphan in self.orphans if not orphan.is_released]

    @property
    def released(self) -> list[Orphan]:
        return [orphan for orphan in self.orphans if orphan.is_released]


def orphans_of(
    export: StackExport,
    gateways: Iterable[TuningGateway],
    *,
    owner_prefix: str,
    created_after: datetime | None = None,
) -> Search:
    """The orphans of a stack, `project/stack/`, in the regions of the gateways. Errors: AwsError."""
    known = {resource.state.arn.casefold() for resource in export.jobs}
    own = [resource for resource in export.jobs if not resource.is_external]
    successors = {own_tags(resource.state.inputs.owner, "")[OWNER_TAG]: resource.id for resource in own}
    regions, jobs, orphans = [], 0, list[Orphan]()
    with ThreadPoolExecutor(_CALLS_AT_ONCE, thread_name_prefix="orphans") as pool:
        for gateway in gateways:
            summaries = list(gateway.list_tuning_jobs(created_after=created_after))
            unknown = [job for job in summaries if job["HyperParameterTuningJobArn"].casefold() not in known]
            tags = pool.map(lambda job, gateway=gateway: _tags(job, gateway), unknown)
            regions.append(gateway.region)
            jobs += len(summaries)
            orphans += [
                _orphan(job, its_tags, gateway.region, successors)
                for job, its_tags in zip(unknown, tags, strict=True)
                if was_made_in(its_tags.get(OWNER_TAG, ""), owner_prefix)
            ]
    return Search(tuple(regions), jobs, tuple(orphans))


def _tags(job: dict[str, Any], gateway: TuningGateway) -> dict[str, str]:
    try:
        return {tag["Key"]: tag["Value"] for tag in gateway.list_tags(job["HyperParameterTuningJobArn"])}
    except NotFound:  # deleted since it was listed
        return {}


def _orphan(job: dict[str, Any], tags: dict[str, str], region: str, successors: dict[str, str]) -> Orphan:
    return Orphan(
        name=job["HyperParameterTuningJobName"],
        arn=job["HyperParameterTuningJobArn"],
        region=region,
        status=job["HyperParameterTuningJobStatus"],
        creation_time=aware_time(job.get("CreationTime")),
        owner=tags[OWNER_TAG],
        successor=successors.get(tags[OWNER_TAG]),
        is_released=RELEASED_TAG in tags,
    )
