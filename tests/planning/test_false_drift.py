"""What Describe says otherwise than it was sent: none of it may replace a job, and no real edit may hide behind it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from plan_documents import ABSENT, PLURAL_REQUEST, REQUEST, echo, edited
from sagemaker_tuning.planning import plan
from sagemaker_tuning.spec import TuningJobSpec

FIXTURES = Path(__file__).parents[1] / "fixtures"
CONFIG = "HyperParameterTuningJobConfig"
DEFINITION = "TrainingJobDefinition"
ALGORITHM = "arn:aws:sagemaker:us-east-1:123456789012:algorithm/trees"
METRICS = [{"Name": "validation:auc", "Regex": "auc=(.*)"}]
OBJECTIVE_METRIC = {"Name": "ObjectiveMetric", "Regex": "auc=(.*)"}
GROUPS = [{"InstanceGroupName": "a", "InstanceType": "ml.m5.large", "InstanceCount": 2}]


@dataclass(frozen=True)
class Case:
    """`sent` edits the request that is declared; `described` edits its echo; `changes` are all paths that differ."""

    sent: Mapping[str, Any] = field(default_factory=dict)
    described: Mapping[str, Any] = field(default_factory=dict)
    changes: Sequence[str] = ()
    notes: Sequence[str] = ()
    request: Mapping[str, Any] = field(default_factory=lambda: REQUEST)
    tags: Sequence[Mapping[str, str]] | None = None


NO_SWITCHES = {
    "TrainingJobDefinition.EnableNetworkIsolation": False,
    "TrainingJobDefinition.EnableInterContainerTrafficEncryption": False,
    "TrainingJobDefinition.EnableManagedSpotTraining": False,
}
NO_IMAGE = {f"{DEFINITION}.AlgorithmSpecification.TrainingImage": ABSENT}
NAMED_ALGORITHM = {**NO_IMAGE, f"{DEFINITION}.AlgorithmSpecification.AlgorithmName": "trees"}
AUTOTUNED = {
    "Autotune": {"Mode": "Enabled"},
}
TUNING_RESOURCES = {
    f"{DEFINITION}.ResourceConfig": ABSENT,
    f"{DEFINITION}.HyperParameterTuningResourceConfig": {
        "InstanceType": "ml.m5.large",
        "InstanceCount": 1,
        "VolumeSizeInGB": 10,
    },
}
CHANNEL_DEFAULTS = {
    f"{DEFINITION}.InputDataConfig[0].{name}": ABSENT for name in ("CompressionType", "RecordWrapperType", "InputMode")
} | {f"{DEFINITION}.InputDataConfig[0].DataSource.S3DataSource.S3DataDistributionType": ABSENT}
CHANNEL_FILLED = {
    f"{DEFINITION}.InputDataConfig[0].CompressionType": "None",
    f"{DEFINITION}.InputDataConfig[0].RecordWrapperType": "None",
    f"{DEFINITION}.InputDataConfig[0].InputMode": "File",
    f"{DEFINITION}.InputDataConfig[0].DataSource.S3DataSource.S3DataDistributionType": "FullyReplicated",
}
GIVEN_STATIC = f"{DEFINITION}.StaticHyperParameters"
NATIVE_DEFINITION = "training_job_definition"
NATIVE_CONFIG = "hyper_parameter_tuning_job_config"
NATIVE_CHANNEL = f"{NATIVE_DEFINITION}.input_data_config[train]"

CASES = {
    "an echo is no change": Case(),
    "an echo of the plural form is no change": Case(request=PLURAL_REQUEST),
    # 2.1
    "an injected hyperparameter is not drift": Case(
        described={f"{GIVEN_STATIC}._tuning_objective_metric": "validation:auc"}
    ),
    "an injected hyperparameter is not drift in any definition": Case(
        described={"TrainingJobDefinitions[1].StaticHyperParameters._tuning_objective_metric": "validation:auc"},
        request=PLURAL_REQUEST,
    ),
    "an injected hyperparameter is not drift beside none": Case(
        sent={GIVEN_STATIC: ABSENT}, described={GIVEN_STATIC: {"_tuning_objective_metric": "validation:auc"}}
    ),
    "a declared hyperparameter that looks injected is compared": Case(
        sent={f"{GIVEN_STATIC}._mode": "a"},
        described={f"{GIVEN_STATIC}._mode": "b"},
        changes=[f"{NATIVE_DEFINITION}.static_hyper_parameters[_mode]"],
    ),
    # 2.2
    "an algorithm's name comes back as its ARN": Case(
        sent=NAMED_ALGORITHM, described={f"{DEFINITION}.AlgorithmSpecification.AlgorithmName": ALGORITHM}
    ),
    "another algorithm is a change": Case(
        sent=NAMED_ALGORITHM,
        described={f"{DEFINITION}.AlgorithmSpecification.AlgorithmName": ALGORITHM.replace("trees", "forest")},
        changes=[f"{NATIVE_DEFINITION}.algorithm_specification.algorithm_name"],
    ),
    # 2.3
    "metrics of a built-in image are not drift": Case(
        described={f"{DEFINITION}.AlgorithmSpecification.MetricDefinitions": [*METRICS, OBJECTIVE_METRIC]}
    ),
    "the service's copy of the objective metric is not drift": Case(
        sent={f"{DEFINITION}.AlgorithmSpecification.MetricDefinitions": METRICS},
        described={f"{DEFINITION}.AlgorithmSpecification.MetricDefinitions": [OBJECTIVE_METRIC, *METRICS]},
    ),
    "a declared metric that is missing is a change": Case(
        sent={f"{DEFINITION}.AlgorithmSpecification.MetricDefinitions": METRICS},
        described={f"{DEFINITION}.AlgorithmSpecification.MetricDefinitions": [OBJECTIVE_METRIC]},
        changes=[f"{NATIVE_DEFINITION}.algorithm_specification.metric_definitions[validation:auc]"],
    ),
    # 2.4
    "an image beside the declared algorithm is not drift": Case(
        sent=NAMED_ALGORITHM, described={f"{DEFINITION}.AlgorithmSpecification.TrainingImage": "image"}
    ),
    "an algorithm beside the declared image is not drift": Case(
        described={f"{DEFINITION}.AlgorithmSpecification.AlgorithmName": ALGORITHM}
    ),
    # 2.5
    "a switch that was not sent is off": Case(described=NO_SWITCHES),
    "a switch declared off may be missing": Case(sent=NO_SWITCHES, described=dict.fromkeys(NO_SWITCHES, ABSENT)),
    "a switch turned on by hand is a change": Case(
        described={f"{DEFINITION}.EnableNetworkIsolation": True},
        changes=[f"{NATIVE_DEFINITION}.enable_network_isolation"],
    ),
    # 2.6
    "an instance count beside instance groups is not drift": Case(
        sent={f"{DEFINITION}.ResourceConfig": {"InstanceGroups": GROUPS, "VolumeSizeInGB": 10}},
        described={f"{DEFINITION}.ResourceConfig.InstanceCount": 2},
    ),
    # 2.7
    "a retry strategy that was not declared is not drift": Case(
        described={f"{DEFINITION}.RetryStrategy": {"MaximumRetryAttempts": 3}}
    ),
    "ranges in a single definition that were not declared are not drift": Case(
        described={f"{DEFINITION}.HyperParameterRanges": REQUEST[CONFIG]["ParameterRanges"]}
    ),
    "completion criteria that were not declared are not drift": Case(
        described={f"{CONFIG}.TuningJobCompletionCriteria": {"TargetObjectiveMetricValue": 0.9}}
    ),
    "convergence that autotune switched on is not drift": Case(
        sent={f"{CONFIG}.TuningJobCompletionCriteria": {"TargetObjectiveMetricValue": 0.9}, **AUTOTUNED},
        described={f"{CONFIG}.TuningJobCompletionCriteria.ConvergenceDetected": {"CompleteOnConvergence": "Enabled"}},
    ),
    # 2.8
    "limits that were not declared are not drift": Case(
        sent={f"{CONFIG}.ResourceLimits.MaxNumberOfTrainingJobs": ABSENT, **AUTOTUNED},
        described={
            f"{CONFIG}.ResourceLimits.MaxNumberOfTrainingJobs": 24,
            f"{CONFIG}.ResourceLimits.MaxRuntimeInSeconds": 2592000,
        },
    ),
    "a patience that was not declared is not drift": Case(
        sent={f"{CONFIG}.TuningJobCompletionCriteria": {"TargetObjectiveMetricValue": 0.9}},
        described={
            f"{CONFIG}.TuningJobCompletionCriteria.BestObjectiveNotImproving": {
                "MaxNumberOfTrainingJobsNotImproving": 10
            }
        },
    ),
    "no early stopping is the default": Case(
        sent={f"{CONFIG}.TrainingJobEarlyStoppingType": ABSENT},
        described={f"{CONFIG}.TrainingJobEarlyStoppingType": "Off"},
    ),
    "early stopping that was not declared is a change": Case(
        sent={f"{CONFIG}.TrainingJobEarlyStoppingType": ABSENT},
        described={f"{CONFIG}.TrainingJobEarlyStoppingType": "Auto"},
        changes=[f"{NATIVE_CONFIG}.training_job_early_stopping_type"],
    ),
    "a scaling type that was not declared is not drift": Case(
        sent={
            f"{CONFIG}.ParameterRanges.ContinuousParameterRanges[0].ScalingType": ABSENT,
            f"{CONFIG}.ParameterRanges.IntegerParameterRanges[0].ScalingType": ABSENT,
        },
        described={
            f"{CONFIG}.ParameterRanges.ContinuousParameterRanges[0].ScalingType": "Auto",
            f"{CONFIG}.ParameterRanges.IntegerParameterRanges[0].ScalingType": "Auto",
        },
    ),
    # 2.9
    "a target comes back in single precision": Case(
        sent={f"{CONFIG}.TuningJobCompletionCriteria": {"TargetObjectiveMetricValue": -3.5415}},
        described={f"{CONFIG}.TuningJobCompletionCriteria.TargetObjectiveMetricValue": -3.5415000915527344},
    ),
    "another target is a change": Case(
        sent={f"{CONFIG}.TuningJobCompletionCriteria": {"TargetObjectiveMetricValue": -3.5415}},
        described={f"{CONFIG}.TuningJobCompletionCriteria.TargetObjectiveMetricValue": -3.5416},
        changes=[f"{NATIVE_CONFIG}.tuning_job_completion_criteria.target_objective_metric_value"],
    ),
    # 2.10
    "a day is the default runtime": Case(
        sent={f"{DEFINITION}.StoppingCondition": {}},
        described={f"{DEFINITION}.StoppingCondition.MaxRuntimeInSeconds": 86400},
    ),
    "a runtime that was not declared is the service's": Case(
        sent={f"{DEFINITION}.StoppingCondition": {}},
        described={f"{DEFINITION}.StoppingCondition.MaxRuntimeInSeconds": 0},
    ),
    "the default runtime may be missing": Case(
        sent={f"{DEFINITION}.StoppingCondition.MaxRuntimeInSeconds": 86400},
        described={f"{DEFINITION}.StoppingCondition.MaxRuntimeInSeconds": ABSENT},
    ),
    # 2.11
    "channel settings that were not declared are not drift": Case(sent=CHANNEL_DEFAULTS, described=CHANNEL_FILLED),
    "channel settings that were declared are compared": Case(
        described={f"{DEFINITION}.InputDataConfig[0].InputMode": "Pipe"}, changes=[f"{NATIVE_CHANNEL}.input_mode"]
    ),
    # 2.12: wire values only; the spec's tests hold it
    # 2.13
    "numbers in text are compared by value": Case(
        sent={
            f"{CONFIG}.ParameterRanges.ContinuousParameterRanges[0].MinValue": "0.10",
            f"{GIVEN_STATIC}.subsample": "0.80",
        },
        described={
            f"{CONFIG}.ParameterRanges.ContinuousParameterRanges[0].MinValue": "0.1",
            f"{GIVEN_STATIC}.subsample": "0.8",
        },
    ),
    # 2.14
    "named lists and sets have no order": Case(
        described={
            f"{DEFINITION}.InputDataConfig": REQUEST[DEFINITION]["InputDataConfig"][::-1],
            f"{DEFINITION}.VpcConfig.Subnets": ["subnet-2", "subnet-1"],
            f"{DEFINITION}.VpcConfig.SecurityGroupIds": ["sg-2", "sg-1"],
            f"{CONFIG}.ParameterRanges.ContinuousParameterRanges": REQUEST[CONFIG]["ParameterRanges"][
                "ContinuousParameterRanges"
            ][::-1],
            f"{CONFIG}.ParameterRanges.CategoricalParameterRanges[0].Values": ["dart", "gbtree"],
        }
    ),
    "definitions have no order": Case(
        described={"TrainingJobDefinitions": PLURAL_REQUEST["TrainingJobDefinitions"][::-1]}, request=PLURAL_REQUEST
    ),
    "another member of a set is a change": Case(
        described={f"{DEFINITION}.VpcConfig.Subnets": ["subnet-1", "subnet-3"]},
        changes=[f"{NATIVE_DEFINITION}.vpc_config.subnets"],
    ),
    # 2.15
    "the singular form is never folded into the plural one": Case(
        described={
            DEFINITION: ABSENT,
            "TrainingJobDefinitions": [REQUEST[DEFINITION] | {"DefinitionName": "only"}],
        },
        changes=["training_job_definition", "training_job_definitions"],
    ),
    "a plural form with one definition stays plural": Case(
        sent={"TrainingJobDefinitions": PLURAL_REQUEST["TrainingJobDefinitions"][:1]}, request=PLURAL_REQUEST
    ),
    # 2.17
    "empty, null and absent are the same": Case(
        described={
            "WarmStartConfig": None,
            f"{DEFINITION}.Environment": {},
            f"{DEFINITION}.InputDataConfig[0].ShuffleConfig": None,
            f"{DEFINITION}.InputDataConfig[0].DataSource.S3DataSource.AttributeNames": [],
        }
    ),
    # 2.18
    "an S3 prefix is compared to the letter": Case(
        described={f"{DEFINITION}.OutputDataConfig.S3OutputPath": "s3://bucket/models/"},
        changes=[f"{NATIVE_DEFINITION}.output_data_config.s3_output_path"],
    ),
    "a key is compared to the letter": Case(
        sent={f"{DEFINITION}.OutputDataConfig.KmsKeyId": "alias/models"},
        described={f"{DEFINITION}.OutputDataConfig.KmsKeyId": "0123abcd-12ab-34cd-56ef-1234567890ab"},
        changes=[f"{NATIVE_DEFINITION}.output_data_config.kms_key_id"],
    ),
    # 2.19
    "a name has no case": Case(described={"HyperParameterTuningJobName": "CHURN"}),
    "another name is another job": Case(
        described={"HyperParameterTuningJobName": "churn2"}, changes=["hyper_parameter_tuning_job_name"]
    ),
    # 2.20
    "tags of AWS and of this provider are not drift": Case(
        sent={"Tags": [{"Key": "team", "Value": "ml"}]},
        tags=[
            {"Key": "aws:created-by", "Value": "x"},
            {"Key": "sagemaker-tuning:owner", "Value": "y"},
            {"Key": "team", "Value": "ml"},
        ],
    ),
    "tags that were not asked for are not compared, and this is noted": Case(
        sent={"Tags": [{"Key": "team", "Value": "ml"}]}, notes=["tags"]
    ),
    # 2.21, 2.22
    "results are never drift": Case(
        described={
            "HyperParameterTuningJobStatus": "Completed",
            "HyperParameterTuningEndTime": "2026-11-01T13:00:00Z",
            "BestTrainingJob": {
                "TrainingJobName": "churn-001-0a1b2c3d",
                "TuningJobName": None,
                "FinalHyperParameterTuningJobObjectiveMetric": {
                    "Type": None,
                    "MetricName": "validation:auc",
                    "Value": 0.9,
                },
            },
            "OverallBestTrainingJob": {"TrainingJobName": "churn-001-0a1b2c3d", "TuningJobName": "churn"},
            "ConsumedResources": {"RuntimeInSeconds": 100},
            "TuningJobCompletionDetails": {"NumberOfTrainingJobsObjectiveNotImproving": 2},
        }
    ),
    # 2.23
    "resources that came back under another name are noted": Case(
        sent=TUNING_RESOURCES,
        described={
            f"{DEFINITION}.HyperParameterTuningResourceConfig": ABSENT,
            f"{DEFINITION}.ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        },
        notes=[f"{NATIVE_DEFINITION}.hyper_parameter_tuning_resource_config"],
    ),
    "fields that the service does not report are noted": Case(
        sent={
            f"{DEFINITION}.OutputDataConfig.CompressionType": "NONE",
            f"{DEFINITION}.StoppingCondition.MaxPendingTimeInSeconds": 7200,
            f"{DEFINITION}.InputDataConfig[0].DataSource.S3DataSource.InstanceGroupNames": ["a"],
        },
        described={
            f"{DEFINITION}.OutputDataConfig.CompressionType": ABSENT,
            f"{DEFINITION}.StoppingCondition.MaxPendingTimeInSeconds": ABSENT,
            f"{DEFINITION}.InputDataConfig[0].DataSource.S3DataSource.InstanceGroupNames": ABSENT,
        },
        notes=[
            f"{NATIVE_DEFINITION}.output_data_config.compression_type",
            f"{NATIVE_DEFINITION}.stopping_condition.max_pending_time_in_seconds",
            f"{NATIVE_CHANNEL}.data_source.s3_data_source.instance_group_names",
        ],
    ),
    "the documented compression may be missing": Case(
        sent={f"{DEFINITION}.OutputDataConfig.CompressionType": "GZIP"},
        described={f"{DEFINITION}.OutputDataConfig.CompressionType": ABSENT},
    ),
    "a field that is reported with another value is a change": Case(
        sent={f"{DEFINITION}.StoppingCondition.MaxPendingTimeInSeconds": 7200},
        described={f"{DEFINITION}.StoppingCondition.MaxPendingTimeInSeconds": 9000},
        changes=[f"{NATIVE_DEFINITION}.stopping_condition.max_pending_time_in_seconds"],
    ),
    # 2.24
    "a retry strategy of a definition among several is not drift": Case(
        described={"TrainingJobDefinitions[0].RetryStrategy": {"MaximumRetryAttempts": 3}}, request=PLURAL_REQUEST
    ),
    # 2.25
    "resources beside the declared tuning resources are not drift": Case(
        sent=TUNING_RESOURCES, described={f"{DEFINITION}.ResourceConfig": {"InstanceType": "ml.m5.large"}}
    ),
    "an empty key is no key": Case(described={f"{DEFINITION}.OutputDataConfig.KmsKeyId": ""}),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_false_drift(case):
    request = edited(case.request, case.sent)
    decision = plan(TuningJobSpec.from_api(request), echo(request, case.described), tags=case.tags)
    assert sorted(change.path for change in decision.changes) == sorted(case.changes)
    assert sorted(note.path for note in decision.notes) == sorted(case.notes)
    assert decision.action == ("replace" if case.changes else "none")


def test_a_finished_job_on_a_built_in_image_is_what_was_declared():
    described = json.loads((FIXTURES / "describe" / "xgboost_completed.json").read_text())
    assert plan(TuningJobSpec.from_describe(described), described).to_dict() == {"action": "none", "changes": []}


def test_the_plural_form_expects_no_objective_and_no_ranges_in_the_configuration():  # 2.16
    described = echo(PLURAL_REQUEST)[CONFIG]
    assert not described.keys() & {"HyperParameterTuningJobObjective", "ParameterRanges"}
    assert plan(TuningJobSpec.from_api(PLURAL_REQUEST), echo(PLURAL_REQUEST)).action == "none"


def test_a_note_says_that_the_service_may_not_report_the_field():
    request = edited(REQUEST, {f"{DEFINITION}.StoppingCondition.MaxPendingTimeInSeconds": 7200})
    (note,) = plan(TuningJobSpec.from_api(request), echo(REQUEST)).notes
    assert note.message.endswith("the service may not report this field")
