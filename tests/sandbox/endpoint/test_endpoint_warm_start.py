"""What may differ from a warm start's parent: a table of edits of a job that is otherwise like its parent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from statistics import median
from typing import Any

import pytest
from endpoint_requests import edited, tuning_request
from sagemaker_sandbox.endpoint.arns import training_job_arn, tuning_job_arn
from sagemaker_sandbox.endpoint.errors import ServiceError
from sagemaker_sandbox.endpoint.faults import Faults
from sagemaker_sandbox.endpoint.jobs import MetricValue, TrainingJob, Transition, TuningJob
from sagemaker_sandbox.endpoint.operations import Operations
from sagemaker_sandbox.endpoint.rewriting import trial_document, tuning_job_document
from sagemaker_sandbox.endpoint.rules import check_request
from sagemaker_sandbox.endpoint.store import MemoryStore

REGION, ACCOUNT = "us-east-1", "123456789012"
NOW = datetime(2026, 11, 21, tzinfo=timezone.utc)
CONFIG, DEFINITION = "HyperParameterTuningJobConfig", "TrainingJobDefinition"
RANGES = f"{CONFIG}.ParameterRanges"
STATIC = f"{DEFINITION}.StaticHyperParameters"
ALGORITHM = f"{DEFINITION}.AlgorithmSpecification"
TYPE = "WarmStartConfig.WarmStartType"
URI = f"{DEFINITION}.InputDataConfig.0.DataSource.S3DataSource.S3Uri"
X = {"Name": "x", "MinValue": "0", "MaxValue": "1"}
CHOICE = {"Name": "c", "Values": [str(number) for number in range(11)]}

WARM_START = {
    "WarmStartConfig": {
        "WarmStartType": "IdenticalDataAndAlgorithm",
        "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "parent"}],
    }
}

SAME_NAMES = (
    "The set of tunable plus static HyperParameter names is not the same across current and parent tuning jobs."
)
NOT_IDENTICAL = "Input data and algorithm must be the same as those of the parent hyperparameter tuning job 'parent'"

MAY_CHANGE = (
    "Only the following fields in TrainingJobDefinition are allowed to change: [algorithmSpecification, "
    "inputDataConfig, outputDataConfig, staticHyperParameters, roleArn, resourceConfig, stoppingCondition, "
    "vpcConfig, enableManagedSpotTraining, checkpointConfig]."
)

ALLOWED: dict[str, dict[str, Any]] = {
    "nothing": {},
    "ranges and budget": {
        f"{RANGES}.ContinuousParameterRanges.0.MaxValue": "2",
        f"{CONFIG}.ResourceLimits": {"MaxNumberOfTrainingJobs": 9, "MaxParallelTrainingJobs": 1},
    },
    "instances, limits and where results go": {
        f"{DEFINITION}.ResourceConfig.InstanceCount": 2,
        f"{DEFINITION}.StoppingCondition.MaxRuntimeInSeconds": 60,
        f"{DEFINITION}.OutputDataConfig.S3OutputPath": "s3://elsewhere/models",
    },
    "a searched hyperparameter that becomes static": {
        RANGES: {"CategoricalParameterRanges": [CHOICE]},
        f"{STATIC}.x": "0.5",
    },
    "a static hyperparameter that is searched": {
        f"{RANGES}.CategoricalParameterRanges": [CHOICE, {"Name": "does", "Values": ["finish", "wait"]}],
        f"{STATIC}.does": None,
    },
    "data and image in transfer learning": {
        TYPE: "TransferLearning",
        URI: "s3://other/data/",
        f"{ALGORITHM}.TrainingImage": "other:2",
    },
}

# what is different: (edits, what the error says)
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "the objective": (
        {
            f"{CONFIG}.HyperParameterTuningJobObjective.MetricName": "loss",
            f"{ALGORITHM}.MetricDefinitions": [{"Name": "loss", "Regex": "l"}],
        },
        "The objective metric must be the same as that of the parent hyperparameter tuning job 'parent'.",
    ),
    "one hyperparameter more": ({f"{STATIC}.more": "1"}, SAME_NAMES),
    "one hyperparameter less": ({f"{STATIC}.does": None}, SAME_NAMES),
    "another name": ({f"{RANGES}.ContinuousParameterRanges.0.Name": "y"}, SAME_NAMES),
    "the type of a hyperparameter": (
        {
            f"{RANGES}.ContinuousParameterRanges": None,
            f"{RANGES}.IntegerParameterRanges": [{**X, "MaxValue": "9"}],
        },
        "The type of hyperparameters must not change from the parent hyperparameter tuning job 'parent': [x].",
    ),
    "each value of a categorical range that becomes static": (
        {f"{RANGES}.CategoricalParameterRanges": None, f"{STATIC}.c": "1"},
        "There are 11 changes to static hyperparameters over all parent hyperparameter tuning jobs; at most 10",
    ),
    "the data of an identical job": ({URI: "s3://endpoint-tests/newer/"}, NOT_IDENTICAL),
    "the image of an identical job": ({f"{ALGORITHM}.TrainingImage": "own:2"}, NOT_IDENTICAL),
    "the environment of an identical job": ({f"{DEFINITION}.Environment": {"A": "1"}}, MAY_CHANGE),
    "the environment in transfer learning": (
        {TYPE: "TransferLearning", f"{DEFINITION}.Environment": {"A": "1"}},
        MAY_CHANGE,
    ),
    "network isolation": ({f"{DEFINITION}.EnableNetworkIsolation": True}, MAY_CHANGE),
    "retries in transfer learning": (
        {TYPE: "TransferLearning", f"{DEFINITION}.RetryStrategy": {"MaximumRetryAttempts": 2}},
        MAY_CHANGE,
    ),
    "a strategy that cannot learn from others": (
        {f"{CONFIG}.Strategy": "Hyperband"},
        "WarmStartConfig is supported with the strategies Bayesian and Random only.",
    ),
}


def request(name: str) -> dict[str, Any]:
    return edited(
        tuning_request(name, "arn:aws:iam::123456789012:role/r"), {f"{RANGES}.CategoricalParameterRanges": [CHOICE]}
    )


def parent(status: str = "Completed") -> TuningJob:
    document = tuning_job_document(request("parent"), region=REGION, account=ACCOUNT)
    return TuningJob(tuning_job_arn(REGION, ACCOUNT, "parent"), "parent", document, NOW, NOW, status)


def check(edits: dict[str, Any], known: TuningJob) -> None:
    child = edited({**request("child"), **WARM_START}, edits)
    check_request(child, lambda name: known if name == known.name else None)


@pytest.mark.parametrize("edits", ALLOWED.values(), ids=ALLOWED)
def test_this_may_be_different(edits: dict[str, Any]) -> None:
    check(edits, parent())


@pytest.mark.parametrize(("edits", "text"), REFUSED.values(), ids=REFUSED)
def test_this_may_not_be_different(edits: dict[str, Any], text: str) -> None:
    with pytest.raises(ServiceError) as raised:
        check(edits, parent())
    assert raised.value.code == "ValidationException"
    assert raised.value.message.startswith(text)


@pytest.mark.parametrize("status", ["InProgress", "Stopping", "Deleting", "DeleteFailed"])
def test_a_parent_that_has_not_ended_is_refused(status: str) -> None:
    with pytest.raises(ServiceError, match=f"'parent' is in status {status}, which is not terminal"):
        check({}, parent(status))


def test_what_was_static_in_a_parent_is_known_where_it_is_searched_now() -> None:
    """The parent's trials had depth 7 throughout, and the better the nearer x is to 0.9."""
    store = MemoryStore()
    known = parent()
    store.put_tuning_job(known)
    definition = {**known.document[DEFINITION], "StaticHyperParameters": {"depth": "7"}}
    for number in range(20):
        name, tuned = f"parent-{number:03d}", {"x": str(number / 20)}
        document = trial_document(definition, tuned, name)
        trial = TrainingJob(
            arn=training_job_arn(known.arn, name),
            name=name,
            document=document,
            creation_time=NOW,
            last_modified_time=NOW,
            tuning_job_arn=known.arn,
            tuned=tuned,
            objective={"Type": "Maximize", "MetricName": "score"},
            status="Completed",
            metrics={"score": MetricValue(-abs(number / 20 - 0.9), NOW)},
        )
        store.put_training_job(replace(trial, transitions=(Transition("Completed", "", NOW, NOW),)))
    ranges = {
        "ContinuousParameterRanges": [X],
        "IntegerParameterRanges": [{"Name": "depth", "MinValue": "1", "MaxValue": "20"}],
    }
    limits = {"MaxNumberOfTrainingJobs": 9, "MaxParallelTrainingJobs": 1}
    edits = {f"{CONFIG}.Strategy": "Bayesian", RANGES: ranges, f"{CONFIG}.ResourceLimits": limits}
    document = tuning_job_document({**edited(request("child"), edits), **WARM_START}, region=REGION, account=ACCOUNT)
    prior = tuple(trial.arn for trial in store.training_jobs_of(known.arn))
    store.remove_tuning_job(known.arn)  # what it has taught outlives its record
    arn = tuning_job_arn(REGION, ACCOUNT, "child")
    child = TuningJob(arn, "child", document, NOW, NOW, prior_training_jobs=prior)
    service = Operations(store, None, REGION, lambda: NOW, Faults())  # type: ignore[arg-type]  # nothing is scheduled
    search = service.search(child)
    distances = []
    while suggestion := search.ask():
        distances.append(abs(float(suggestion.hyper_parameters["x"]) - 0.9))
        search.tell(suggestion.trial_id, -distances[-1], "Completed")
    assert len(distances) == 9
    assert median(distances) < 0.15  # of draws that know nothing it is 0.4


@pytest.mark.parametrize("status", ["Completed", "Stopped", "Failed"])
def test_a_parent_that_has_ended_in_any_way_is_taken(status: str) -> None:
    check({}, parent(status))


def test_a_parent_of_several_definitions_is_refused() -> None:
    known = parent()
    definitions = [{**known.document[DEFINITION], "DefinitionName": name} for name in ("one", "two")]
    document = {name: value for name, value in known.document.items() if name != DEFINITION}
    several = replace(known, document={**document, "TrainingJobDefinitions": definitions})
    with pytest.raises(ServiceError, match="'parent' has more than one training job definition"):
        check({}, several)
