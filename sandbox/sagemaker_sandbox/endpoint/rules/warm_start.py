"""Rules about warm start: which jobs can be parents, and what may differ from them.

Source: SageMaker Developer Guide, "Run a Warm Start Hyperparameter Tuning Job", Warm Start Tuning Restrictions. The
service's list of what a definition may change names data and algorithm too, which only a transfer learning job may
change; so it is for both types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sagemaker_sandbox.endpoint.jobs import TuningJob, definitions

__all__ = ["parent_problems"]

_MOST_STATIC_CHANGES = 10
_CATEGORICAL = "CategoricalParameterRanges"
_MAY_CHANGE = (
    "AlgorithmSpecification",
    "InputDataConfig",
    "OutputDataConfig",
    "StaticHyperParameters",
    "RoleArn",
    "ResourceConfig",
    "StoppingCondition",
    "VpcConfig",
    "EnableManagedSpotTraining",
    "CheckpointConfig",
)
_MOVED = ("HyperParameterTuningResourceConfig", "TuningObjective", "HyperParameterRanges")  # looked at elsewhere
_INJECTED = "_"  # how the names of hyperparameters start that the service adds

FindJob = Callable[[str], TuningJob | None]
Document = Mapping[str, Any]


def parent_problems(request: Document, find_job: FindJob) -> Iterator[str]:
    if request["HyperParameterTuningJobConfig"]["Strategy"] not in ("Bayesian", "Random"):
        yield "WarmStartConfig is supported with the strategies Bayesian and Random only."
    parents = []
    for item in request["WarmStartConfig"]["ParentHyperParameterTuningJobs"]:
        name = item.get("HyperParameterTuningJobName", "")
        job = find_job(name)
        if job is None:
            yield f"Could not find parent hyperparameter tuning job '{name}'."
        elif not job.has_ended:
            yield f"Parent hyperparameter tuning job '{name}' is in status {job.status}, which is not terminal."
        elif len(definitions(job.document)) > 1:
            yield f"Parent hyperparameter tuning job '{name}' has more than one training job definition."
        else:
            parents.append(job)
    for parent in parents:
        yield from _differences(request, parent)
    yield from _static_changes(request, parents)


def _differences(request: Document, parent: TuningJob) -> Iterator[str]:
    """What must be the same in a job and each of its parents."""
    ours, theirs = _Search(request), _Search(parent.document)
    if ours.objective != theirs.objective:
        yield f"The objective metric must be the same as that of the parent hyperparameter tuning job '{parent.name}'."
    if ours.names != theirs.names:
        # Source: amazon-sagemaker-examples issue 861.
        yield (
            "The set of tunable plus static HyperParameter names is not the same across current and parent tuning "
            "jobs. Please ensure this set is constant when warm starting. Note that previously static "
            "HyperParameters can be tuned in warm start jobs and vice versa."
        )
    retyped = sorted(name for name, kind in ours.kinds.items() if theirs.kinds.get(name, kind) != kind)
    if retyped:
        yield (
            f"The type of hyperparameters must not change from the parent hyperparameter tuning job '{parent.name}': "
            f"[{', '.join(retyped)}]."
        )
    is_identical = request["WarmStartConfig"]["WarmStartType"] == "IdenticalDataAndAlgorithm"
    if is_identical and not _has_data_and_algorithm_of(theirs.definition, ours.definition):
        yield (
            f"Input data and algorithm must be the same as those of the parent hyperparameter tuning job "
            f"'{parent.name}' when the WarmStartType is IdenticalDataAndAlgorithm."
        )
    yield from _not_allowed(ours.definition, theirs.definition)


def _has_data_and_algorithm_of(theirs: Document, ours: Document) -> bool:
    return _data(ours) == _data(theirs) and _algorithm(ours) == _algorithm(theirs)


def _not_allowed(ours: Document, theirs: Document) -> Iterator[str]:
    names = {*ours, *theirs} - {*_MAY_CHANGE, *_MOVED}
    if any((ours.get(name) or None) != (theirs.get(name) or None) for name in names):
        # Source: sagemaker-python-sdk issue 3693.
        allowed = ", ".join(name[0].lower() + name[1:] for name in _MAY_CHANGE)
        yield f"Only the following fields in TrainingJobDefinition are allowed to change: [{allowed}]."


def _static_changes(request: Document, parents: list[TuningJob]) -> Iterator[str]:
    """Over all parents; of a categorical range that became static, each value counts."""
    ours = _Search(request)
    changes = 0
    for theirs in (_Search(parent.document) for parent in parents):
        for name, value in ours.static.items():
            if name in theirs.sizes:
                changes += theirs.sizes[name]
            elif theirs.static.get(name) != value:
                changes += 1
    if changes > _MOST_STATIC_CHANGES:
        yield (
            f"There are {changes} changes to static hyperparameters over all parent hyperparameter tuning jobs; "
            f"at most {_MOST_STATIC_CHANGES} are allowed."
        )


class _Search:
    """What a tuning job searches, from its request or its document: warm start knows one definition only."""

    def __init__(self, document: Document) -> None:
        config = document["HyperParameterTuningJobConfig"]
        self.definition: Document = definitions(document)[0]
        ranges = self.definition.get("HyperParameterRanges") or config.get("ParameterRanges") or {}
        self.objective = self.definition.get("TuningObjective") or config.get("HyperParameterTuningJobObjective")
        self.static = {
            name: value
            for name, value in self.definition.get("StaticHyperParameters", {}).items()
            if not name.startswith(_INJECTED)
        }
        self.kinds = {item["Name"]: family for family, items in ranges.items() for item in items}
        self.sizes = dict.fromkeys(self.kinds, 1)
        self.sizes.update((item["Name"], len(set(item["Values"]))) for item in ranges.get(_CATEGORICAL, ()))
        self.names = {*self.static, *self.kinds}


def _data(definition: Document) -> dict[str, Any]:
    channels = definition.get("InputDataConfig", ())
    return {
        channel["ChannelName"]: channel["DataSource"].get("S3DataSource", channel["DataSource"]).get("S3Uri")
        for channel in channels
    }


def _algorithm(definition: Document) -> str:
    algorithm = definition["AlgorithmSpecification"]
    name: str = algorithm.get("TrainingImage") or algorithm.get("AlgorithmName", "")
    return name.rpartition(":algorithm/")[2].lower() if ":algorithm/" in name else name.lower()
