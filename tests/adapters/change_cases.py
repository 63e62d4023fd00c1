"""What a change of a declared job comes to, from the job as the engine has it: the frame of the tables of changes.

`changes_by_default`, `changes_under_policies` and `changes_from_warm_starts` are the tables. The same case is decided
by the core alone, or by the provider in its host against a job that exists.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adapter_jobs import job
from pulumi import UNKNOWN
from sagemaker_tuning.adapters.dynamic.properties import declared_inputs
from sagemaker_tuning.cost import estimate, load_prices
from sagemaker_tuning.explanation import Explanation, explain
from sagemaker_tuning.lifecycle import Options
from sagemaker_tuning.spec import TuningJobSpec
from sagemaker_tuning.stacks.decision import decide
from sagemaker_tuning.stacks.properties import Inputs, State

__all__ = [
    "ABSENT",
    "ALLOW",
    "CFG",
    "CONFIG",
    "DAYS_TOLD",
    "DAY_1",
    "DAY_2",
    "DEF",
    "DEFINITION",
    "DELETED",
    "GOES_FIRST",
    "GONE",
    "IDENTICAL",
    "NAMED",
    "OBJECTIVE",
    "OBJECTIVE_RULE",
    "OBJECTIVE_TOLD",
    "OLD",
    "OTHER_IMAGE",
    "OTHER_IMAGE_TOLD",
    "PRICES",
    "RANGES",
    "REGION",
    "REJECTED",
    "STATIC",
    "STILL_RUNS",
    "UNKNOWN",
    "UPDATED",
    "WIDER",
    "WIDER_RANGE",
    "Case",
    "again",
    "channel",
    "eta",
    "explained",
    "told",
]

OLD, REGION = "churn-bf9f3cd", "eu-west-1"
PRICES = Path(__file__).with_name("change_prices.yaml")
ABSENT = object()

# Where things are: in the engine's spelling, for edits, and in the user's, for what is told.
CONFIG, DEFINITION = "hyperParameterTuningJobConfig", "trainingJobDefinition"
RANGES, STATIC = f"{CONFIG}.parameterRanges", f"{DEFINITION}.staticHyperParameters"
CFG, DEF = "hyper_parameter_tuning_job_config", "training_job_definition"


def eta(high: float = 0.5) -> dict[str, Any]:
    """Ranges that tune `eta` alone."""
    return {"continuousParameterRanges": [{"name": "eta", "minValue": 0, "maxValue": high}]}


def channel(uri: Any) -> list[dict[str, Any]]:
    """Input data of one channel."""
    return [{"channelName": "train", "dataSource": {"s3DataSource": {"s3DataType": "S3Prefix", "s3Uri": uri}}}]


def told(path: str, reason: str) -> str:
    """The line about one change, or one rule."""
    return f"  {path}: {reason}"


def again(trials: int = 2, cost: str = "2 instance-hours and $0.26 at most") -> str:
    """The headline of a replacement."""
    return f"to be replaced: {trials} trial{'s run' if trials > 1 else ' runs'} again, {cost}"


NAMED = {"hyperParameterTuningJobName": "nightly"}
WIDER = {RANGES: eta(high=0.7)}
WIDER_RANGE = told(
    f"{CFG}.parameter_ranges.continuous_parameter_ranges[eta].max_value",
    "max_value of continuous_parameter_ranges[eta] bounds the search, and is immutable: 0.5 → 0.7",
)
_IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/trainer"
OTHER_IMAGE = {f"{DEFINITION}.algorithmSpecification.trainingImage": f"{_IMAGE}:2"}
OTHER_IMAGE_TOLD = told(
    f"{DEF}.algorithm_specification.training_image", f"training_image is immutable: {_IMAGE}:1 → {_IMAGE}:2"
)
ALLOW = "  To allow it once, change rerun_token; to allow it always, set on_change='replace'"
REJECTED = "{old} would be replaced (on_change='reject'): 2 trials run again, 2 instance-hours and $0.26 at most"
IDENTICAL = "  the new job goes on from what {old} has learned (IdenticalDataAndAlgorithm)"
OBJECTIVE = {f"{CONFIG}.hyperParameterTuningJobObjective.type": "Minimize"}
OBJECTIVE_TOLD = told(
    f"{CFG}.hyper_parameter_tuning_job_objective.type",
    "type is what the search optimizes, and immutable: Maximize → Minimize",
)
OBJECTIVE_RULE = told(
    f"{CFG}.hyper_parameter_tuning_job_objective.type", "must be the same as the parent's; results are compared by it"
)
DAY_1 = {f"{DEFINITION}.inputDataConfig": channel("s3://adapter-tests/day1/")}
DAY_2 = {f"{DEFINITION}.inputDataConfig": channel("s3://adapter-tests/day2/")}
DAYS_TOLD = told(
    f"{DEF}.input_data_config[train].data_source.s3_data_source.s3_uri",
    "s3_uri of input_data_config[train] is immutable: s3://adapter-tests/day1/ → s3://adapter-tests/day2/",
)
GOES_FIRST = told(
    "hyper_parameter_tuning_job_name",
    "nightly is deleted before the new job can have its name, and a parent has to be there then; leave the name out, "
    "or choose another one",
)
STILL_RUNS = "{old} is InProgress; a parent has to have ended: wait for it, or stop it"
UPDATED = "to be updated in place"
GONE = (
    "  with it go its record and the ranking of its trials; training jobs, models and artifacts stay "
    "(on_delete='retain' keeps all of it)"
)
DELETED = ("  once the new job is accepted, {old} (Completed) is deleted", GONE)

_BASE = job(
    hyperParameterTuningJobConfig__resourceLimits={"maxNumberOfTrainingJobs": 2, "maxParallelTrainingJobs": 2},
    trainingJobDefinition__inputDataConfig=None,
)


@dataclass(frozen=True)
class Case:
    """`old` and `new` are edits of one base job, `both` of the two: `a.b` in the engine's spelling, ABSENT to remove.

    `lines` is all that a person is told; `{old}` stands for the old job's name.
    """

    new: Mapping[str, Any]
    action: str
    lines: Sequence[str] = ()
    old: Mapping[str, Any] = field(default_factory=dict)
    both: Mapping[str, Any] = field(default_factory=dict)
    status: str = "Completed"
    region: str = REGION

    @property
    def old_job(self) -> dict[str, Any]:
        return _job({**self.both, **self.old})

    @property
    def new_job(self) -> dict[str, Any]:
        return _job({**self.both, **self.new})

    def told(self, name: str = OLD) -> list[str]:
        """The lines about a job of this name."""
        return [line.replace("{old}", name) for line in self.lines]


def _job(edits: Mapping[str, Any]) -> dict[str, Any]:
    """The base job, edited, as the engine sends it; a name of the user's own makes it one that is not automatic."""
    properties = _edited(_BASE, edits)
    return properties | {"__autoName": "hyperParameterTuningJobName" not in properties}


def _edited(document: Mapping[str, Any], edits: Mapping[str, Any]) -> dict[str, Any]:
    """A copy with other values at these paths: `a.b` in the engine's spelling."""
    result = copy.deepcopy(dict(document))
    for path, value in edits.items():
        *parents, last = path.split(".")
        block = result
        for parent in parents:
            block = block[parent]
        if value is ABSENT:
            block.pop(last, None)
        else:
            block[last] = copy.deepcopy(value)
    return result


def explained(case: Case) -> Explanation:
    """What the core says of the case by itself."""
    old, new = _checked(case.old_job, OLD), _checked(case.new_job, OLD)
    state = State(old, f"arn:{OLD}", case.status, REGION)
    outcome, parent = decide(state, new, Options.from_native(new.options), region=case.region)
    needs_estimate = outcome.refused or outcome.plan.action == "replace"
    bound = estimate(new.job, load_prices(PRICES), case.region) if needs_estimate else None
    return explain(outcome, parent, estimate=bound)


def _checked(properties: Mapping[str, Any], name: str) -> Inputs:
    """The inputs as the provider's check leaves them."""
    inputs = declared_inputs(properties)
    native = TuningJobSpec.from_native(inputs.job).to_native()
    if inputs.is_auto_named:
        native["hyper_parameter_tuning_job_name"] = name
    return Inputs(native, inputs.options, inputs.hidden)
