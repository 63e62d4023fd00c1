"""How long, and on which instances, the training jobs of a tuning job can run at most.

Facts, from botocore's field texts:

- `max_runtime_in_seconds` of a training job's stopping condition counts all attempts of a retry strategy together, so
  retries do not multiply it. Left out, it is a day.
- `max_wait_time_in_seconds` of spot training is the time to wait plus the time to run; only the latter is billed. So it
  bounds the bill only where it is less than the former.
- `max_number_of_training_jobs` counts the training jobs of all definitions together, so the most expensive definition
  bounds them all.
- `max_runtime_in_seconds` of the resource limits ends the tuning job, of which so many training jobs run at a time.
- A warm pool is billed for up to `keep_alive_period_in_seconds` after each training job.

Only one of several `instance_configs` or `instance_preferences` is used by a training job, and any of them may be.
What SageMaker needs to stop a training job that is out of time (two minutes' grace and the upload of the model) is not
counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sagemaker_tuning.spec.findings import Location, path_of
from sagemaker_tuning.spec.rules.nodes import Job, Node, complete, definitions, is_absent, known, searches
from sagemaker_tuning.spec.rules.strategy import combinations
from sagemaker_tuning.unknown import is_unknown

__all__ = ["Bound", "Cluster", "Gap", "Instances", "bounds"]

_LIMITS = ("hyper_parameter_tuning_job_config", "resource_limits")
_DEFAULT_RUNTIME_SECONDS = 24 * 3600
_TUNING_RESOURCES = "hyper_parameter_tuning_resource_config"


@dataclass(frozen=True)
class Instances:
    """Some instances of one type."""

    instance_type: str
    count: int


Cluster = tuple[Instances, ...]
"""What one training job runs on: one kind of instances, or the groups of a heterogeneous cluster."""


@dataclass(frozen=True)
class Gap:
    """Why a figure cannot be told, and how to mend that.

    `until_up`: it can be told as soon as `up` knows the value at `path`.
    """

    reason: str
    fix: str
    until_up: bool = False
    path: str = ""


@dataclass(frozen=True)
class Bound:
    """The limits that apply to the training jobs of one definition, if all of them run on `cluster`.

    `cluster` is empty and a number None if it cannot be told; `gaps` say why. None of `tuning_seconds` is no limit.
    """

    path: str
    cluster: Cluster = ()
    trials: int | None = None
    parallel: int | None = None
    seconds: int | None = None
    tuning_seconds: int | None = None
    keep_alive_seconds: int = 0
    uses_training_plan: bool = False
    gaps: tuple[Gap, ...] = ()

    @property
    def cluster_seconds(self) -> int | None:
        """For how many seconds clusters can run, all training jobs together."""
        if self.gaps:
            return None
        in_trials = None if self.trials is None or self.seconds is None else self.trials * self.seconds
        known_bounds = [bound for bound in (in_trials, self.in_tuning_seconds) if bound is not None]
        return min(known_bounds) + self.keep_alive_seconds * (self.trials or 0)

    @property
    def in_tuning_seconds(self) -> int | None:
        """How many cluster-seconds fit into the tuning job's own time."""
        if self.tuning_seconds is None or self.parallel is None:
            return None
        return self.tuning_seconds * min(self.parallel, self.trials or self.parallel)


def bounds(job: Job) -> tuple[Bound, ...]:
    """One bound for each definition and cluster that its training jobs may run on; `job` is a checked native spec."""
    found = [
        _bound(job, at, definition, cluster)
        for at, definition in definitions(job)
        for cluster in _clusters(job, at, definition)
    ]
    return (*found, *(Bound(path, gaps=(_later(path),)) for path in _unknown_definitions(job)))


def _bound(job: Job, at: Location, definition: Node, cluster: Cluster | Gap) -> Bound:
    reader = _Reader(job)
    trials = reader.trials()
    tuning_seconds = reader.number((*_LIMITS, "max_runtime_in_seconds"))
    parallel = reader.number((*_LIMITS, "max_parallel_training_jobs")) if tuning_seconds is not None else None
    keep_alive = reader.number((*at, "resource_config", "keep_alive_period_in_seconds")) or 0
    seconds = reader.training_seconds(at, definition)
    if trials is None and not reader.gaps and (tuning_seconds is None or keep_alive):
        reader.gaps.append(_UNLIMITED)
    if isinstance(cluster, Gap):
        reader.gaps.append(cluster)
    return Bound(
        path=path_of(at, job),
        cluster=() if isinstance(cluster, Gap) else cluster,
        trials=trials,
        parallel=parallel,
        seconds=seconds,
        tuning_seconds=tuning_seconds,
        keep_alive_seconds=keep_alive,
        uses_training_plan=_uses_training_plan(definition),
        gaps=tuple(reader.gaps),
    )


class _Reader:
    """Reads numbers of one job, and notes those that are not known yet."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.gaps: list[Gap] = []

    def number(self, at: Location) -> int | None:
        """The number there; None if it is left out or not known yet."""
        node: Any = self._job
        for step in at:
            if is_unknown(node):
                break
            node = node[step] if isinstance(step, int) else node.get(step) if isinstance(node, Mapping) else None
        if is_unknown(node):
            self.gaps.append(_later(path_of(at, self._job)))
            return None
        return None if node is None else int(node)

    def trials(self) -> int | None:
        given = self.number((*_LIMITS, "max_number_of_training_jobs"))
        if given is not None or known(self._job, "hyper_parameter_tuning_job_config", "strategy") != "Grid":
            return given
        searched = [node for _, _, _, node in searches(self._job)]
        return combinations(searched[0]) if len(searched) == 1 else None

    def training_seconds(self, at: Location, definition: Node) -> int:
        runtime = self.number((*at, "stopping_condition", "max_runtime_in_seconds")) or _DEFAULT_RUNTIME_SECONDS
        if known(definition, "enable_managed_spot_training") is not True:
            return runtime
        wait = self.number((*at, "stopping_condition", "max_wait_time_in_seconds"))
        return min(runtime, wait or runtime)


_UNLIMITED = Gap(
    "`max_number_of_training_jobs` is left out, and SageMaker chooses how many training jobs it runs",
    "Give `hyper_parameter_tuning_job_config.resource_limits.max_number_of_training_jobs`",
)


def _later(path: str) -> Gap:
    return Gap(f"{path} is not known until up", "It is checked again before the job is created", True, path)


def _unknown_definitions(job: Job) -> Iterator[str]:
    for name in ("training_job_definition", "training_job_definitions"):
        value = job.get(name)
        if is_unknown(value):
            yield name
        elif isinstance(value, list):
            yield from (f"{name}[{index}]" for index, item in enumerate(value) if is_unknown(item))


def _clusters(job: Job, at: Location, definition: Node) -> Iterator[Cluster | Gap]:
    """Each cluster that a training job may run on."""
    name = _TUNING_RESOURCES if not is_absent(definition, _TUNING_RESOURCES) else "resource_config"
    where = path_of((*at, name), job)
    resources = known(definition, name)
    if resources is None:
        yield _later(where) if not is_absent(definition, name) else Gap(f"{where} is left out", f"Add `{name}`")
        return
    for choice in ("instance_configs", "instance_preferences"):
        if _is_given(resources, choice):
            yield from _alternatives(where, resources, choice)
            return
    if _is_given(resources, "instance_groups"):
        groups = complete(resources, "instance_groups")
        yield _cluster(where, groups) if groups is not None else _later(f"{where}.instance_groups")
    else:
        yield _cluster(where, [resources])


def _is_given(resources: Node, name: str) -> bool:
    """An empty list says no more than none."""
    return not is_absent(resources, name) and known(resources, name) != []


def _alternatives(where: str, resources: Node, choice: str) -> Iterator[Cluster | Gap]:
    shared = {"instance_count": resources["instance_count"]} if "instance_count" in resources else {}
    alternatives = complete(resources, choice)
    if alternatives is None:
        yield _later(f"{where}.{choice}")
        return
    for index, alternative in enumerate(alternatives):
        yield _cluster(f"{where}.{choice}[{index}]", [{**shared, **alternative}])


def _cluster(where: str, nodes: list[Node]) -> Cluster | Gap:
    instances = []
    for node in nodes:
        for name in ("instance_type", "instance_count"):
            if is_absent(node, name):
                return Gap(f"{where}.{name} is left out", f"Give `{name}`")
            if known(node, name) is None:
                return _later(f"{where}.{name}")
        instances.append(Instances(node["instance_type"], int(node["instance_count"])))
    return tuple(instances)


def _uses_training_plan(definition: Node) -> bool:
    resources = known(definition, "resource_config")
    preferences = known(resources, "instance_preferences") or ()
    return known(resources, "training_plan_arn") is not None or any(
        known(preference, "training_plan_arns") for preference in preferences
    )
