"""Which jobs a tuning job can warm start from, and how: the service's rules, checked before it is asked.

Decides from two documents and the parent's status. Leaves to `lifecycle` which jobs are asked about, and to `policy`
what it means that a rule is broken. What is not known until `up` breaks no rule: the same is checked again then.
Facts: SageMaker Developer Guide, "Run a Warm Start Hyperparameter Tuning Job"; the service's own words for what a
definition may change, as a user got them (aws/sagemaker-python-sdk issue 3693).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Literal

from sagemaker_tuning.observed import FINISHED, MISSING, Observed
from sagemaker_tuning.paths import format, get
from sagemaker_tuning.planning.comparison import FROM_STATE, STATELESS, Difference, Leniency, compare
from sagemaker_tuning.planning.searched import Searched, searched
from sagemaker_tuning.unknown import UNKNOWN, Unknown, is_unknown

__all__ = [
    "MOST_PARENTS",
    "MOST_TRIALS",
    "Obstacle",
    "Parent",
    "WarmStartType",
    "counted_trials",
    "obstacles",
    "warm_start_type",
]

WarmStartType = Literal["IdenticalDataAndAlgorithm", "TransferLearning"]

MOST_PARENTS = 5
MOST_TRIALS = 750
"""Training jobs of a tuning job and its parents together, unless the account has had its quota raised."""

_CONFIG = "hyper_parameter_tuning_job_config"
_DEFINITION = "training_job_definition"
_MOST_STATIC_CHANGES = 10
_OLDEST = datetime(2018, 10, 1, tzinfo=timezone.utc)
_STRATEGIES = ("Bayesian", "Random")
_MAY_CHANGE = frozenset({
    "algorithm_specification", "checkpoint_config", "enable_managed_spot_training", "input_data_config",
    "output_data_config", "resource_config", "role_arn", "static_hyper_parameters", "stopping_condition", "vpc_config",
})  # fmt: skip
# These have rules of their own; the last is another way to write resource_config, and comes back as that.
_RULED_ELSEWHERE = frozenset({"hyper_parameter_ranges", "tuning_objective", "hyper_parameter_tuning_resource_config"})
# In script mode the algorithm is the user's own program, and these say where it is.
_PROGRAM = ("sagemaker_program", "sagemaker_submit_directory")


@dataclass(frozen=True)
class Parent:
    """A job that may be a parent, as it was recorded: `document` is native.

    `is_deleted_first`: it has the name that the new job is to have, and so is gone before that is created.
    """

    name: str
    status: str
    document: Mapping[str, Any]
    creation_time: datetime | None = None
    is_deleted_first: bool = False
    leniency: Leniency = FROM_STATE

    @property
    def has_ended(self) -> bool:
        return self.status in FINISHED

    @classmethod
    def of(cls, observed: Observed) -> Parent:
        """The job as AWS describes it."""
        return cls(observed.name, observed.status, observed.spec, observed.creation_time, leniency=STATELESS)


@dataclass(frozen=True)
class Obstacle:
    """A rule that forbids the warm start: where, and why. Values are not told, as they may be secret."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}" if self.path else self.reason


def obstacles(
    declared: Mapping[str, Any],
    parent: Parent,
    wanted: WarmStartType | None = None,
    *,
    beside: Iterable[Parent] = (),
) -> tuple[Obstacle, ...]:
    """Every rule by which the declared job cannot be a child of the parent, beside other parents.

    `wanted` is a type that the user chose.
    """
    found = [*_of_the_parent(parent), *_of_the_job(declared)]
    if "training_job_definitions" in declared or "training_job_definitions" in parent.document:
        return (*found, Obstacle("training_job_definitions", "a warm start knows one training_job_definition only"))
    differences = _differences(declared, parent)
    found += _of_the_definition(differences)
    ours, theirs = searched(declared), searched(parent.document)
    found += _of_the_objective(differences)
    if ours.is_complete and theirs.is_complete:
        found += _of_the_search(ours, [theirs, *(searched(other.document) for other in beside)])
    if wanted == "IdenticalDataAndAlgorithm":
        found += [
            Obstacle(path, f"must be the same as the parent's for {wanted}")
            for path in _data_and_algorithm(differences)
        ]
    return tuple(found)


def warm_start_type(declared: Mapping[str, Any], parents: Iterable[Parent]) -> WarmStartType | Unknown:
    """The type that is right for these parents: identical only if data and algorithm are those of all of them."""
    differences = [difference for parent in parents for difference in _differences(declared, parent)]
    if any(_data_and_algorithm(differences)):
        return "TransferLearning"
    undecided = any(is_unknown(difference.declared) and _is_of_data(difference) for difference in differences)
    return UNKNOWN if undecided else "IdenticalDataAndAlgorithm"


def counted_trials(declared: Mapping[str, Any], parents: Iterable[Parent]) -> int | None:
    """The most training jobs that the job and its parents have together; the service's limit is for all of them."""
    jobs = [_most_trials(document) for document in (declared, *(parent.document for parent in parents))]
    return None if None in jobs else sum(filter(None, jobs))


def _most_trials(document: Mapping[str, Any]) -> int | None:
    most = get(document, (_CONFIG, "resource_limits", "max_number_of_training_jobs"))
    return most if isinstance(most, int) else None


def _of_the_parent(parent: Parent) -> Iterator[Obstacle]:
    if parent.is_deleted_first:
        reason = f"{parent.name} is deleted before the new job can have its name, and a parent has to be there then"
        yield Obstacle("hyper_parameter_tuning_job_name", f"{reason}; leave the name out, or choose another one")
    if parent.status == MISSING:
        yield Obstacle(
            "", f"{parent.name} is gone; after `pulumi refresh`, a new job begins without what it has learned"
        )
    elif not parent.has_ended:
        yield Obstacle("", f"{parent.name} is {parent.status}; a parent has to have ended: wait for it, or stop it")
    if parent.creation_time is not None and parent.creation_time < _OLDEST:
        yield Obstacle("", f"{parent.name} was created before October 2018, and can be nobody's parent")


def _of_the_job(declared: Mapping[str, Any]) -> Iterator[Obstacle]:
    config = declared.get(_CONFIG)
    strategy = config.get("strategy") if isinstance(config, Mapping) else UNKNOWN
    if not is_unknown(strategy) and strategy not in _STRATEGIES:
        yield Obstacle(f"{_CONFIG}.strategy", f"{strategy} cannot go on from earlier jobs; Bayesian and Random can")
    if declared.get("autotune"):
        yield Obstacle("autotune", "chooses what is tuned by itself, which cannot be compared with a parent's")


def _of_the_definition(differences: Iterable[Difference]) -> Iterator[Obstacle]:
    for difference in differences:
        parts = difference.parts
        if parts[0] != _DEFINITION or len(parts) < 2 or is_unknown(difference.declared):
            continue
        if parts[1] not in _MAY_CHANGE | _RULED_ELSEWHERE:
            yield Obstacle(format(parts), "must be the same as the parent's; a warm start may not change it")


def _of_the_objective(differences: Iterable[Difference]) -> Iterator[Obstacle]:
    for difference in differences:
        is_objective = {"hyper_parameter_tuning_job_objective", "tuning_objective"} & set(difference.parts)
        if is_objective and not is_unknown(difference.declared):
            yield Obstacle(format(difference.parts), "must be the same as the parent's; results are compared by it")


def _of_the_search(ours: Searched, parents: Sequence[Searched]) -> Iterator[Obstacle]:
    theirs = parents[0]
    added, removed = sorted(ours.names - theirs.names), sorted(theirs.names - ours.names)
    if added or removed:
        said = [f"{', '.join(added)} is new" if added else "", f"{', '.join(removed)} is gone" if removed else ""]
        reason = "static and tuned hyperparameters together must be the same as the parent's"
        yield Obstacle(f"{_DEFINITION}.static_hyper_parameters", f"{reason}; {' and '.join(filter(None, said))}")
    retyped = sorted(name for name, kind in ours.kinds.items() if theirs.kinds.get(name, kind) != kind)
    if retyped:
        yield Obstacle(f"{_CONFIG}.parameter_ranges", f"hyperparameters must keep their type: {', '.join(retyped)}")
    changes = sum(_static_changes(ours, parent) for parent in parents)  # the limit is for all parents together
    if changes > _MOST_STATIC_CHANGES:
        reason = f"{changes} changes of static hyperparameters; {_MOST_STATIC_CHANGES} are allowed"
        yield Obstacle(f"{_DEFINITION}.static_hyper_parameters", reason)


def _static_changes(ours: Searched, theirs: Searched) -> int:
    """Each value of a categorical range that became static counts."""
    became_static = sum(theirs.sizes[name] for name in ours.static if name in theirs.sizes)
    both = [name for name, value in ours.static.items() if name in theirs.static and not is_unknown(value)]
    return became_static + sum(bool(theirs.static[name] != ours.static[name]) for name in both)


def _data_and_algorithm(differences: Iterable[Difference]) -> list[str]:
    """The paths by which data or algorithm are certainly not the parent's."""
    return [format(found.parts) for found in differences if _is_of_data(found) and not is_unknown(found.declared)]


def _is_of_data(difference: Difference) -> bool:
    if difference.parts[0] != _DEFINITION:
        return False
    path = format(difference.parts[1:])
    if path.startswith("static_hyper_parameters["):
        return path in {f"static_hyper_parameters[{name}]" for name in _PROGRAM}
    return path == "" or path.startswith(("input_data_config", "algorithm_specification"))


def _differences(declared: Mapping[str, Any], parent: Parent) -> list[Difference]:
    return compare(declared, parent.document, parent.leniency).differences
