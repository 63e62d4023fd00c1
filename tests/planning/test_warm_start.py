"""What may differ from a warm start's parent: the provider's rules, held against those of the sandbox's endpoint.

Where the provider sees no obstacle, the service must not refuse: else a preview would promise what `up` cannot do. It
may see one where the service does not, as it is not known in every detail what the service compares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plan_documents import ABSENT, PLURAL_REQUEST, REQUEST, echo, edited
from plan_strategies import changed, leaves, with_leaf
from sagemaker_sandbox.endpoint.arns import tuning_job_arn
from sagemaker_sandbox.endpoint.jobs import TuningJob
from sagemaker_sandbox.endpoint.rewriting import tuning_job_document
from sagemaker_sandbox.endpoint.rules.warm_start import parent_problems
from sagemaker_tuning.errors import SpecError
from sagemaker_tuning.observed import normalize
from sagemaker_tuning.planning import Parent, obstacles, warm_start_type
from sagemaker_tuning.planning.warm_start import counted_trials
from sagemaker_tuning.spec import TuningJobSpec
from sagemaker_tuning.unknown import UNKNOWN
from strategies import specs

CONFIG, DEFINITION = "HyperParameterTuningJobConfig", "TrainingJobDefinition"
RANGES, STATIC = f"{CONFIG}.ParameterRanges", f"{DEFINITION}.StaticHyperParameters"
IDENTICAL, TRANSFER = "IdenticalDataAndAlgorithm", "TransferLearning"
OTHER_IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.5-1"
NOW = datetime(2026, 11, 21, tzinfo=timezone.utc)

NATIVE = TuningJobSpec.from_api(REQUEST).to_native()
PARENT = Parent("churn", "Completed", NATIVE)


def native(edits: Mapping[str, Any], request: Mapping[str, Any] = REQUEST) -> dict[str, Any]:
    return TuningJobSpec.from_api(edited(request, edits)).to_native()


def refusals(declared: Mapping[str, Any], parent: Mapping[str, Any], kind: str) -> list[str]:
    """What the sandbox's endpoint says to a create of this child."""
    request = TuningJobSpec.from_native(
        {
            **declared,
            "hyper_parameter_tuning_job_name": "child",
            "warm_start_config": {
                "parent_hyper_parameter_tuning_jobs": [{"hyper_parameter_tuning_job_name": "parent"}],
                "warm_start_type": kind,
            },
        }
    ).to_api()
    document = tuning_job_document(TuningJobSpec.from_native(parent).to_api(), region="us-east-1", account="1" * 12)
    known = TuningJob(tuning_job_arn("us-east-1", "1" * 12, "parent"), "parent", document, NOW, NOW, "Completed")
    return list(parent_problems(request, lambda name: known))


@dataclass(frozen=True)
class Case:
    """`edits` are made to the parent's request; no `paths` are no obstacles, and then the type is `kind`."""

    edits: Mapping[str, Any]
    paths: tuple[str, ...] = ()
    kind: str = IDENTICAL
    parent: Mapping[str, Any] = field(default_factory=dict)


CASES = {
    "nothing": Case({}),
    "ranges": Case({f"{RANGES}.IntegerParameterRanges[0].MaxValue": "20"}),
    "budget and early stopping": Case(
        {f"{CONFIG}.ResourceLimits.MaxNumberOfTrainingJobs": 20, f"{CONFIG}.TrainingJobEarlyStoppingType": "Off"}
    ),
    "Random instead of Bayesian": Case({f"{CONFIG}.Strategy": "Random"}),
    "instances, time and where results go": Case(
        {
            f"{DEFINITION}.ResourceConfig.InstanceType": "ml.m5.xlarge",
            f"{DEFINITION}.StoppingCondition.MaxRuntimeInSeconds": 60,
            f"{DEFINITION}.OutputDataConfig.S3OutputPath": "s3://bucket/elsewhere",
            f"{DEFINITION}.RoleArn": "arn:aws:iam::123456789012:role/other",
            f"{DEFINITION}.VpcConfig": ABSENT,
        }
    ),
    "spot training with checkpoints": Case(
        {
            f"{DEFINITION}.EnableManagedSpotTraining": True,
            f"{DEFINITION}.StoppingCondition.MaxWaitTimeInSeconds": 3600,
            f"{DEFINITION}.CheckpointConfig": {"S3Uri": "s3://bucket/checkpoints"},
        }
    ),
    "a static hyperparameter's value": Case({f"{STATIC}.subsample": "0.9"}),
    "a static hyperparameter is tuned": Case(
        {
            f"{STATIC}.subsample": ABSENT,
            f"{RANGES}.ContinuousParameterRanges[1]": {"Name": "gamma", "MinValue": "0", "MaxValue": "9"},
            f"{RANGES}.IntegerParameterRanges": [
                {"Name": "max_depth", "MinValue": "3", "MaxValue": "10"},
                {"Name": "subsample", "MinValue": "0", "MaxValue": "1"},
            ],
        }
    ),
    "a tuned hyperparameter is static": Case({f"{RANGES}.IntegerParameterRanges": ABSENT, f"{STATIC}.max_depth": "5"}),
    "data": Case(
        {f"{DEFINITION}.InputDataConfig[0].DataSource.S3DataSource.S3Uri": "s3://bucket/newer/"}, kind=TRANSFER
    ),
    "a channel less": Case(
        {f"{DEFINITION}.InputDataConfig": REQUEST[DEFINITION]["InputDataConfig"][:1]}, kind=TRANSFER
    ),
    "the image": Case({f"{DEFINITION}.AlgorithmSpecification.TrainingImage": OTHER_IMAGE}, kind=TRANSFER),
    "the program of a script": Case(
        {f"{STATIC}.sagemaker_submit_directory": "s3://bucket/2.tar.gz"},
        kind=TRANSFER,
        parent={f"{STATIC}.sagemaker_submit_directory": "s3://bucket/1.tar.gz"},
    ),
    "the objective": Case(
        {f"{CONFIG}.HyperParameterTuningJobObjective.Type": "Minimize"},
        ("hyper_parameter_tuning_job_config.hyper_parameter_tuning_job_objective.type",),
    ),
    "one hyperparameter more": Case({f"{STATIC}.alpha": "1"}, ("training_job_definition.static_hyper_parameters",)),
    "one hyperparameter less": Case(
        {f"{STATIC}.subsample": ABSENT}, ("training_job_definition.static_hyper_parameters",)
    ),
    "the type of a hyperparameter": Case(
        {
            f"{RANGES}.IntegerParameterRanges": ABSENT,
            f"{RANGES}.CategoricalParameterRanges": [
                {"Name": "booster", "Values": ["gbtree", "dart"]},
                {"Name": "max_depth", "Values": ["3", "4"]},
            ],
        },
        ("hyper_parameter_tuning_job_config.parameter_ranges",),
    ),
    "the values of a categorical that becomes static": Case(
        {f"{RANGES}.CategoricalParameterRanges": ABSENT, f"{STATIC}.booster": "1"},
        ("training_job_definition.static_hyper_parameters",),
        parent={f"{RANGES}.CategoricalParameterRanges[0].Values": [str(number) for number in range(11)]},
    ),
    "the environment": Case({f"{DEFINITION}.Environment": {"A": "1"}}, ("training_job_definition.environment[A]",)),
    "retries": Case(
        {f"{DEFINITION}.RetryStrategy": {"MaximumRetryAttempts": 2}}, ("training_job_definition.retry_strategy",)
    ),
    "network isolation and encryption": Case(
        {f"{DEFINITION}.EnableNetworkIsolation": True, f"{DEFINITION}.EnableInterContainerTrafficEncryption": True},
        (
            "training_job_definition.enable_network_isolation",
            "training_job_definition.enable_inter_container_traffic_encryption",
        ),
    ),
    "Autotune": Case({"Autotune": {"Mode": "Enabled"}}, ("autotune",)),
    "Hyperband": Case(
        {
            f"{CONFIG}.Strategy": "Hyperband",
            f"{CONFIG}.TrainingJobEarlyStoppingType": "Off",
            f"{CONFIG}.StrategyConfig": {"HyperbandStrategyConfig": {"MinResource": 1, "MaxResource": 9}},
        },
        ("hyper_parameter_tuning_job_config.strategy",),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_may_be_different(case: Case) -> None:
    parent = Parent("churn", "Completed", native(case.parent))
    declared = native({**case.parent, **case.edits})
    found = obstacles(declared, parent)
    assert tuple(obstacle.path for obstacle in found) == case.paths
    if not found:
        assert warm_start_type(declared, [parent]) == case.kind


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_service_agrees(case: Case) -> None:
    parent, declared = native(case.parent), native({**case.parent, **case.edits})
    if case.paths in (("hyper_parameter_tuning_job_config.strategy",), ("autotune",)):
        return  # the one the spec itself lets not pass; of the other the service's answer is not known
    refused = refusals(declared, parent, case.kind if not case.paths else TRANSFER)
    assert bool(refused) == bool(case.paths), refused


@pytest.mark.parametrize(
    "case", [case for case in CASES.values() if case.kind == TRANSFER and "sagemaker" not in str(case.edits)]
)
def test_a_transfer_would_be_refused_as_identical(case: Case) -> None:
    assert refusals(native({**case.parent, **case.edits}), native(case.parent), IDENTICAL)
    assert obstacles(native(case.edits), PARENT, IDENTICAL)


@pytest.mark.parametrize("status", ["Completed", "Failed", "Stopped"])
def test_a_job_that_has_ended_in_any_way_can_be_a_parent(status: str) -> None:
    assert obstacles(NATIVE, replace(PARENT, status=status)) == ()


@pytest.mark.parametrize("status", ["InProgress", "Stopping", "Deleting", "DeleteFailed"])
def test_any_other_cannot(status: str) -> None:
    (obstacle,) = obstacles(NATIVE, replace(PARENT, status=status))
    assert str(obstacle).startswith(f"churn is {status}; a parent has to have ended")


def test_a_job_from_before_october_2018_cannot_be_a_parent() -> None:
    (obstacle,) = obstacles(NATIVE, replace(PARENT, creation_time=datetime(2018, 9, 30, tzinfo=timezone.utc)))
    assert "before October 2018" in str(obstacle)
    assert obstacles(NATIVE, replace(PARENT, creation_time=datetime(2018, 10, 1, tzinfo=timezone.utc))) == ()


def test_several_definitions_know_no_warm_start() -> None:
    several = native({}, PLURAL_REQUEST)
    for declared, parent in ((several, PARENT), (NATIVE, replace(PARENT, document=several))):
        assert [obstacle.path for obstacle in obstacles(declared, parent)] == ["training_job_definitions"]


def test_static_changes_count_over_all_parents() -> None:
    def job(value: str) -> dict[str, Any]:
        return native({f"{STATIC}.a{number}": value for number in range(6)})

    first, second = (Parent(name, "Completed", job(name)) for name in ("1", "2"))
    assert obstacles(job("3"), first) == obstacles(job("3"), second) == ()
    (obstacle,) = obstacles(job("3"), second, beside=[first])
    assert obstacle.reason == "12 changes of static hyperparameters; 10 are allowed"


def test_what_the_service_adds_to_a_job_is_no_obstacle() -> None:
    additions = {
        f"{STATIC}._tuning_objective_metric": "validation:auc",
        f"{DEFINITION}.EnableNetworkIsolation": False,
        f"{DEFINITION}.RetryStrategy": {"MaximumRetryAttempts": 3},
    }
    parent = Parent.of(normalize(echo(REQUEST, {**additions, "HyperParameterTuningJobStatus": "Completed"})))
    assert obstacles(NATIVE, parent) == ()
    assert warm_start_type(NATIVE, [parent]) == IDENTICAL


UNKNOWNS = (
    ("hyper_parameter_tuning_job_config",),
    ("training_job_definition",),
    ("training_job_definition", "environment"),
    ("training_job_definition", "input_data_config"),
    ("training_job_definition", "static_hyper_parameters"),
    ("hyper_parameter_tuning_job_config", "strategy"),
    ("hyper_parameter_tuning_job_config", "parameter_ranges"),
    ("hyper_parameter_tuning_job_config", "hyper_parameter_tuning_job_objective"),
)


@pytest.mark.parametrize("at", UNKNOWNS, ids=".".join)
def test_what_is_not_known_until_up_is_no_obstacle(at: tuple[str, ...]) -> None:
    declared = with_leaf(NATIVE, at, UNKNOWN)
    assert obstacles(declared, PARENT) == ()
    leaves_type_open = at in UNKNOWNS[1:2] + UNKNOWNS[3:4]
    assert warm_start_type(declared, [PARENT]) == (UNKNOWN if leaves_type_open else IDENTICAL)


def test_trials_count_with_those_of_the_parents() -> None:
    assert counted_trials(NATIVE, [PARENT, PARENT]) == 30
    assert counted_trials(native({f"{CONFIG}.ResourceLimits.MaxNumberOfTrainingJobs": ABSENT}), [PARENT]) is None


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(specs(), st.data())
def test_the_service_refuses_nothing_that_meets_no_obstacle(request: dict[str, Any], data: st.DataObject) -> None:
    parent = TuningJobSpec.from_api(request).to_native()
    at, value = data.draw(st.sampled_from(list(leaves(parent))), label="leaf")
    declared = with_leaf(parent, at, changed(value))
    known = Parent("parent", "Completed", parent)
    if obstacles(declared, known):
        return
    try:
        assert refusals(declared, parent, str(warm_start_type(declared, [known]))) == []
    except SpecError:
        return  # the changed leaf is no value that anybody could declare
