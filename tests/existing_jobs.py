"""Tuning jobs as others made them, by name: requests that together use every member of the request's shape.

They need the role `training` and the bucket `data` with an object under `train/`. Their trials fail, as their programs
are not there: adoption is about what is declared.
Sources of the jobs that are named after a tool: tests/fixtures/SOURCES.md.
"""

from __future__ import annotations

import copy
from typing import Any

__all__ = ["EXISTING", "PARENTS", "ROLE", "XGBOOST"]

ROLE = "arn:aws:iam::123456789012:role/training"
XGBOOST = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
OWN_IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/trainer:1"
KEY = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d"
PLAN = "arn:aws:sagemaker:us-east-1:123456789012:training-plan/reserved-p5"
HUB = "arn:aws:sagemaker:us-east-1:123456789012:hub-content/models"

Request = dict[str, Any]


def _channel(name: str, **members: Any) -> Request:
    source = {"S3DataType": "S3Prefix", "S3Uri": "s3://data/train/", **members.pop("S3DataSource", {})}
    return {"ChannelName": name, "DataSource": members.pop("DataSource", {"S3DataSource": source}), **members}


def _request(*, config: Request | None = None, definition: Request | None = None, **members: Any) -> Request:
    """A request of a custom image's job, with members laid over; None takes one away."""
    request: Request = {
        "HyperParameterTuningJobConfig": {
            "Strategy": "Bayesian",
            "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 1, "MaxParallelTrainingJobs": 1},
            "ParameterRanges": {"ContinuousParameterRanges": [{"Name": "rate", "MinValue": "0.1", "MaxValue": "0.5"}]},
        },
        "TrainingJobDefinition": {
            "AlgorithmSpecification": {
                "TrainingImage": OWN_IMAGE,
                "TrainingInputMode": "File",
                "MetricDefinitions": [{"Name": "loss", "Regex": 'loss="([0-9.]+)"'}],
            },
            "RoleArn": ROLE,
            "InputDataConfig": [_channel("train")],
            "OutputDataConfig": {"S3OutputPath": "s3://data/output/"},
            "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
            "StoppingCondition": {"MaxRuntimeInSeconds": 600},
        },
    }
    request["HyperParameterTuningJobConfig"] |= config or {}
    request["TrainingJobDefinition"] |= definition or {}
    request |= members
    for block in (request["HyperParameterTuningJobConfig"], request["TrainingJobDefinition"], request):
        for name in [name for name, value in (block or {}).items() if value is None]:
            del block[name]
    return request


def _several(*names: str) -> Request:
    request = _request()
    config, single = request["HyperParameterTuningJobConfig"], request.pop("TrainingJobDefinition")
    shared = {
        "TuningObjective": config.pop("HyperParameterTuningJobObjective"),
        "HyperParameterRanges": config.pop("ParameterRanges"),
    }
    definitions = [{**copy.deepcopy(single), **copy.deepcopy(shared), "DefinitionName": name} for name in names]
    return {**request, "TrainingJobDefinitions": definitions}


def _searching_in_its_definition() -> Request:
    request = _several("only")
    (definition,) = request.pop("TrainingJobDefinitions")
    definition["HyperParameterRanges"] = {
        "AutoParameters": [{"Name": "decay", "ValueHint": "0.9"}],
        "CategoricalParameterRanges": [{"Name": "optimizer", "Values": ["adam", "sgd"]}],
        "ContinuousParameterRanges": [
            {"Name": scale, "MinValue": "0.1", "MaxValue": "0.9", "ScalingType": scale}
            for scale in ("Auto", "Linear", "Logarithmic", "ReverseLogarithmic")
        ],
        "IntegerParameterRanges": [
            {"Name": f"whole-{scale}", "MinValue": "1", "MaxValue": "9", "ScalingType": scale}
            for scale in ("Auto", "Linear", "Logarithmic")
        ],
    }
    return {**request, "TrainingJobDefinition": definition}


def _merged(requests: dict[str, Request]) -> Request:
    """A job of several definitions, each with what another job defines and searches."""
    merged = _several(*requests)
    for definition, request in zip(merged["TrainingJobDefinitions"], requests.values(), strict=True):
        config = request["HyperParameterTuningJobConfig"]
        definition.pop("ResourceConfig")
        definition |= copy.deepcopy(request["TrainingJobDefinition"])
        definition |= {
            "DefinitionName": definition["DefinitionName"],
            "TuningObjective": config["HyperParameterTuningJobObjective"],
            "HyperParameterRanges": config["ParameterRanges"],
        }
    merged["HyperParameterTuningJobConfig"]["Strategy"] = "Random"
    return merged


def _xgboost(*, config: Request | None = None, definition: Request | None = None, **members: Any) -> Request:
    return _request(
        config={
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "validation:auc"},
            "ParameterRanges": {"IntegerParameterRanges": [{"Name": "max_depth", "MinValue": "2", "MaxValue": "9"}]},
            **(config or {}),
        },
        definition={
            "AlgorithmSpecification": {"TrainingImage": XGBOOST, "TrainingInputMode": "File"},
            "StaticHyperParameters": {"eval_metric": "auc", "num_round": "10"},
            **(definition or {}),
        },
        **members,
    )


def _tags(**tags: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


_FULL_CHANNEL = {
    "S3DataSource": {"S3DataDistributionType": "FullyReplicated"},
    "ContentType": "text/csv",
    "CompressionType": "None",
    "RecordWrapperType": "None",
    "InputMode": "File",
}

EXISTING: dict[str, Request] = {
    # -- by the tools that people use -----------------------------------------------------------------------------
    "made-by-boto3": _xgboost(
        config={
            "ParameterRanges": {
                "CategoricalParameterRanges": [],
                "ContinuousParameterRanges": [
                    {"Name": "eta", "MinValue": "0", "MaxValue": "1"},
                    {"Name": "min_child_weight", "MinValue": "1", "MaxValue": "10"},
                ],
                "IntegerParameterRanges": [{"Name": "max_depth", "MinValue": "1", "MaxValue": "10"}],
            }
        },
        definition={
            "InputDataConfig": [
                _channel("train", ContentType="csv", CompressionType="None"),
                _channel("validation", ContentType="csv", CompressionType="None"),
            ]
        },
    ),
    "made-in-the-console": _xgboost(
        config={"TrainingJobEarlyStoppingType": "Off"},
        definition={
            "InputDataConfig": [_channel("train", **_FULL_CHANNEL), _channel("validation", **_FULL_CHANNEL)],
            "OutputDataConfig": {"KmsKeyId": "", "S3OutputPath": "s3://data/output"},
            "StoppingCondition": {"MaxRuntimeInSeconds": 86400},
            "EnableNetworkIsolation": False,
            "EnableInterContainerTrafficEncryption": False,
            "EnableManagedSpotTraining": False,
        },
        Tags=_tags(**{"sagemaker:domain-arn": "arn:aws:sagemaker:us-east-1:123456789012:domain/d-0a1b2c"}),
    ),
    "made-by-ack": _xgboost(
        config={
            "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "validation:error"},
            "ParameterRanges": {
                "IntegerParameterRanges": [
                    {"Name": "num_round", "MinValue": "10", "MaxValue": "20", "ScalingType": "Linear"}
                ],
                "ContinuousParameterRanges": [],
                "CategoricalParameterRanges": [],
            },
            "TrainingJobEarlyStoppingType": "Auto",
        },
        definition={
            "StaticHyperParameters": {"base_score": "0.5"},
            "InputDataConfig": [_channel("train", **_FULL_CHANNEL), _channel("validation", **_FULL_CHANNEL)],
            "EnableNetworkIsolation": True,
            "EnableInterContainerTrafficEncryption": False,
        },
        Tags=_tags(
            **{"services.k8s.aws/controller-version": "sagemaker-v1.2.12", "services.k8s.aws/namespace": "default"},
            algorithm="xgboost",
        ),
    ),
    "made-by-terraform": _request(
        config={"HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "validation:accuracy"}},
        definition={
            "AlgorithmSpecification": {"AlgorithmName": "made-by-terraform-algorithm", "TrainingInputMode": "File"},
            "InputDataConfig": None,
        },
        Tags=_tags(ManagedBy="terraform"),
    ),
    "made-by-terraform-autotune": _xgboost(
        config={"HyperParameterTuningJobObjective": None, "ParameterRanges": None},
        definition={"StaticHyperParameters": None},
        Autotune={"Mode": "Enabled"},
    ),
    "made-by-the-sagemaker-sdk": _request(
        config={"TrainingJobEarlyStoppingType": "Off"},
        definition={
            "StaticHyperParameters": {
                "sagemaker_program": '"train.py"',
                "sagemaker_submit_directory": '"s3://data/code/sourcedir.tar.gz"',
                "sagemaker_region": '"us-east-1"',
                "epochs": "3",
            },
            "Environment": {"HF_TOKEN": "hf_0123456789abcdefghijkl", "MODE": "fast"},
        },
    ),
    # -- searches -------------------------------------------------------------------------------------------------
    "scaled-integers": _request(
        config={
            "Strategy": "Random",
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "loss"},
            "ParameterRanges": {
                "IntegerParameterRanges": [
                    {"Name": scale, "MinValue": "1", "MaxValue": "64", "ScalingType": scale}
                    for scale in ("Auto", "Linear", "Logarithmic")
                ]
            },
        }
    ),
    "scaled-reals": _request(
        config={
            "ParameterRanges": {
                "ContinuousParameterRanges": [
                    {"Name": "beta", "MinValue": "0.10", "MaxValue": "0.999", "ScalingType": "ReverseLogarithmic"},
                    {"Name": "gamma", "MinValue": "-1", "MaxValue": "1", "ScalingType": "Linear"},
                    {"Name": "delta", "MinValue": "-1", "MaxValue": "1", "ScalingType": "Auto"},
                    {"Name": "rate", "MinValue": "1e-05", "MaxValue": "1.0", "ScalingType": "Logarithmic"},
                ]
            },
        }
    ),
    "a-grid": _request(
        config={
            "Strategy": "Grid",
            "ResourceLimits": {"MaxParallelTrainingJobs": 1},
            "ParameterRanges": {
                "CategoricalParameterRanges": [{"Name": "optimizer", "Values": ["sgd", "adam", "a {b} 'c' \"d\""]}]
            },
        }
    ),
    "hyperband": _request(
        config={
            "Strategy": "Hyperband",
            "StrategyConfig": {"HyperbandStrategyConfig": {"MinResource": 1, "MaxResource": 9}},
        }
    ),
    "complete-on-criteria": _request(
        config={
            "TrainingJobEarlyStoppingType": "Auto",
            "RandomSeed": 42,
            "ResourceLimits": {
                "MaxNumberOfTrainingJobs": 1,
                "MaxParallelTrainingJobs": 1,
                "MaxRuntimeInSeconds": 3600,
            },
            "TuningJobCompletionCriteria": {
                "TargetObjectiveMetricValue": 0.1,
                "BestObjectiveNotImproving": {"MaxNumberOfTrainingJobsNotImproving": 3},
                "ConvergenceDetected": {"CompleteOnConvergence": "Enabled"},
            },
        }
    ),
    "ignore-convergence": _request(
        config={"TuningJobCompletionCriteria": {"ConvergenceDetected": {"CompleteOnConvergence": "Disabled"}}}
    ),
    "auto-parameters": _request(
        config={
            "ParameterRanges": {
                "AutoParameters": [{"Name": "learning_rate", "ValueHint": "0.01"}],
                "CategoricalParameterRanges": [{"Name": "optimizer", "Values": ["adam", "sgd"]}],
            }
        },
        Autotune={"Mode": "Enabled"},
    ),
    # -- definitions ----------------------------------------------------------------------------------------------
    "several-definitions": _several("deep", "wide"),
    "a-list-of-one-definition": _several("only"),
    "a-named-definition": _request(
        config={"HyperParameterTuningJobObjective": None},
        definition={"DefinitionName": "only", "TuningObjective": {"Type": "Maximize", "MetricName": "loss"}},
    ),
    "a-definition-with-a-search": _searching_in_its_definition(),
    "from-identical-parents": _request(
        WarmStartConfig={
            "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "a-parent"}],
            "WarmStartType": "IdenticalDataAndAlgorithm",
        }
    ),
    "from-other-parents": _request(
        WarmStartConfig={
            "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "a-parent"}],
            "WarmStartType": "TransferLearning",
        }
    ),
    # -- where it runs --------------------------------------------------------------------------------------------
    "in-a-network": _request(
        definition={
            "AlgorithmSpecification": {
                "TrainingImage": OWN_IMAGE,
                "TrainingInputMode": "FastFile",
                "MetricDefinitions": [{"Name": "loss", "Regex": "loss=([0-9.]+)"}],
            },
            "VpcConfig": {"SecurityGroupIds": ["sg-0b", "sg-0a"], "Subnets": ["subnet-0b", "subnet-0a"]},
            "EnableNetworkIsolation": True,
            "EnableInterContainerTrafficEncryption": True,
        }
    ),
    "encrypted": _request(
        definition={
            "OutputDataConfig": {"S3OutputPath": "s3://data/output/", "KmsKeyId": KEY, "CompressionType": "NONE"},
            "ResourceConfig": {
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 10,
                "VolumeKmsKeyId": "alias/volumes",
                "KeepAlivePeriodInSeconds": 600,
            },
        }
    ),
    "on-spot": _request(
        definition={
            "EnableManagedSpotTraining": True,
            "CheckpointConfig": {"S3Uri": "s3://data/checkpoints/", "LocalPath": "/opt/ml/checkpoints/"},
            "StoppingCondition": {
                "MaxRuntimeInSeconds": 600,
                "MaxWaitTimeInSeconds": 1200,
                "MaxPendingTimeInSeconds": 7200,
            },
            "RetryStrategy": {"MaximumRetryAttempts": 3},
            "OutputDataConfig": {"S3OutputPath": "s3://data/output/", "CompressionType": "GZIP"},
        }
    ),
    "instance-groups": _request(
        definition={
            "ResourceConfig": {
                "InstanceGroups": [
                    {"InstanceGroupName": "data", "InstanceType": "ml.c5.xlarge", "InstanceCount": 2},
                    {"InstanceGroupName": "gpus", "InstanceType": "ml.m5.large", "InstanceCount": 1},
                ],
                "VolumeSizeInGB": 30,
            },
            "InputDataConfig": [_channel("train", S3DataSource={"InstanceGroupNames": ["data"]})],
        }
    ),
    "instance-preferences": _request(
        definition={
            "ResourceConfig": {
                "InstancePreferences": [
                    {"InstanceType": "ml.p5.48xlarge", "InstanceCount": 1, "TrainingPlanArns": [PLAN]},
                    {"InstanceType": "ml.m5.large", "InstanceCount": 2},
                ],
                "VolumeSizeInGB": 30,
            }
        }
    ),
    "placed": _request(
        definition={
            "ResourceConfig": {
                "InstanceType": "ml.p5.48xlarge",
                "InstanceCount": 2,
                "VolumeSizeInGB": 0,
                "TrainingPlanArn": PLAN,
                "InstancePlacementConfig": {
                    "EnableMultipleJobs": True,
                    "PlacementSpecifications": [{"UltraServerId": "us-0a1b", "InstanceCount": 2}],
                },
            }
        }
    ),
    "a-type-for-tuning": _request(
        definition={
            "ResourceConfig": None,
            "HyperParameterTuningResourceConfig": {
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 20,
                "VolumeKmsKeyId": KEY,
            },
        }
    ),
    "several-types-for-tuning": _request(
        definition={
            "ResourceConfig": None,
            "HyperParameterTuningResourceConfig": {
                "AllocationStrategy": "Prioritized",
                "InstanceConfigs": [
                    {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 20},
                    {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 20},
                ],
            },
        }
    ),
    # -- what it reads --------------------------------------------------------------------------------------------
    "from-file-systems": _request(
        definition={
            "InputDataConfig": [
                _channel(
                    kind.lower(),
                    DataSource={
                        "FileSystemDataSource": {
                            "FileSystemId": f"fs-0123456{number}",
                            "FileSystemType": kind,
                            "FileSystemAccessMode": mode,
                            "DirectoryPath": "/train",
                        }
                    },
                )
                for number, (kind, mode) in enumerate((("EFS", "ro"), ("FSxLustre", "rw")))
            ],
            "VpcConfig": {"SecurityGroupIds": ["sg-0a"], "Subnets": ["subnet-0a"]},
        }
    ),
    "from-a-hub": _request(
        definition={
            "InputDataConfig": [
                _channel("rows", DataSource={"DatasetSource": {"DatasetArn": f"{HUB}/DataSet/rows"}}),
                _channel(
                    "model",
                    S3DataSource={
                        "ModelAccessConfig": {"AcceptEula": True},
                        "HubAccessConfig": {"HubContentArn": f"{HUB}/Model/base"},
                    },
                ),
            ]
        }
    ),
    "piped": _request(
        definition={
            "AlgorithmSpecification": {
                "TrainingImage": OWN_IMAGE,
                "TrainingInputMode": "Pipe",
                "MetricDefinitions": [{"Name": "loss", "Regex": "loss=([0-9.]+)"}],
            },
            "InputDataConfig": [
                _channel(
                    "augmented",
                    S3DataSource={"S3DataType": "AugmentedManifestFile", "AttributeNames": ["source-ref", "label"]},
                    RecordWrapperType="RecordIO",
                    InputMode="Pipe",
                    ShuffleConfig={"Seed": 7},
                ),
                _channel(
                    "manifest",
                    S3DataSource={"S3DataType": "ManifestFile", "S3DataDistributionType": "ShardedByS3Key"},
                    CompressionType="Gzip",
                ),
                _channel("talk", S3DataSource={"S3DataType": "Converse"}, InputMode="FastFile"),
            ],
        }
    ),
    # -- anything a text can be -----------------------------------------------------------------------------------
    "odd-texts": _request(
        definition={
            "Environment": {"GREETING": 'it\'s {not} a "format" ${string}\\n', "EMPTY_LIKE": "None", "UMLAUT": "größe"},
            "StaticHyperParameters": {
                "config": '{"path": "s3://data/configs/a.json", "bucket": "s3://other-data/{run}/"}',
                "class": "x",
            },
        },
        Tags=_tags(**{"a b": "c+d=e", "team": "", "größe": "1"}),
    ),
    "Mixed-Case-Name": _request(Tags=_tags(**{f"key-{number}": str(number) for number in range(48)})),
}

_single = {
    name: request
    for name, request in EXISTING.items()
    if "TrainingJobDefinition" in request
    and {"HyperParameterTuningJobObjective", "ParameterRanges"} <= request["HyperParameterTuningJobConfig"].keys()
}
for _number in range(0, len(_single), 9):
    EXISTING[f"merged-{_number // 9 + 1}"] = _merged(dict(list(_single.items())[_number : _number + 9]))

PARENTS = {"a-parent": _request()}
"""Jobs that have to end before the others are made."""
