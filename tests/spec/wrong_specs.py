"""Wrong specs: a good job, the edits that spoil it, and what the user is told.

An edit is a location in the native document and a value, `GONE` to take it out. Each case has exactly the problems
listed, each with its path and a part of its text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from spec_jobs import CUSTOM_IMAGE, several, single

__all__ = ["GONE", "WRONG_SPECS", "Wrong"]

GONE = object()
CONFIG = "hyper_parameter_tuning_job_config"
RANGES = (CONFIG, "parameter_ranges")
DEFINITION = "training_job_definition"
RESOURCES = (DEFINITION, "resource_config")
PLAN = "arn:aws:sagemaker:us-east-1:123456789012:training-plan/plan"


@dataclass(frozen=True)
class Wrong:
    edits: dict[tuple[str | int, ...], Any]
    problems: dict[str, str]
    base: Callable[[], dict[str, Any]] = single


def _integer(**members: Any) -> dict[str, Any]:
    return {"name": "n", "min_value": "1", "max_value": "9", **members}


def _continuous(**members: Any) -> dict[str, Any]:
    return {"name": "c", "min_value": "0.1", "max_value": "0.9", **members}


def _channel(name: str, **members: Any) -> dict[str, Any]:
    source = {"s3_data_source": {"s3_data_type": "S3Prefix", "s3_uri": "s3://churn/train"}}
    return {"channel_name": name, "data_source": source, **members}


def _at(*parts: str) -> str:
    return ".".join(parts)


LIMITS = _at(CONFIG, "resource_limits")
IN_RANGES = _at(*RANGES)
CHANNELS = _at(DEFINITION, "input_data_config")
HYPERBAND = {"strategy_config": {"hyperband_strategy_config": {"max_resource": 27}}}
MANY = [_integer(name=f"n{number}") for number in range(31)]

FIELDS_THEMSELVES = {
    "the configuration is missing": Wrong({(CONFIG,): GONE}, {CONFIG: "is missing"}),
    "a required member is missing deep down": Wrong(
        {(DEFINITION, "input_data_config", 0, "data_source", "s3_data_source", "s3_uri"): GONE},
        {f"{CHANNELS}[train].data_source.s3_data_source.s3_uri": "Add `s3_uri`: Key prefix or manifest to read"},
    ),
    "a name of 40 characters": Wrong(
        {("hyper_parameter_tuning_job_name",): "x" * 40},
        {"hyper_parameter_tuning_job_name": "has 40 characters; SageMaker allows 32"},
    ),
    "a name with an underscore": Wrong(
        {("hyper_parameter_tuning_job_name",): "churn_model"},
        {"hyper_parameter_tuning_job_name": "Use letters, digits and hyphens"},
    ),
    "a name that ends in a hyphen": Wrong(
        {("hyper_parameter_tuning_job_name",): "churn-"},
        {"hyper_parameter_tuning_job_name": "starting and ending with a letter or digit"},
    ),
    "an unknown strategy": Wrong({(CONFIG, "strategy"): "Bayes"}, {_at(CONFIG, "strategy"): "Did you mean Bayesian?"}),
    "a value that looks like no other": Wrong(
        {(CONFIG, "strategy"): "Annealing"},
        {_at(CONFIG, "strategy"): "is not one of Bayesian, Random, Hyperband, Grid"},
    ),
    "the documentation's spelling of an enum": Wrong(
        {(CONFIG, "training_job_early_stopping_type"): "OFF"},
        {_at(CONFIG, "training_job_early_stopping_type"): "Did you mean Off?"},
    ),
    "a boolean that YAML made of Off": Wrong(
        {(CONFIG, "training_job_early_stopping_type"): False},
        {_at(CONFIG, "training_job_early_stopping_type"): "Did you mean Off?"},
    ),
    "autotune turned off in words": Wrong(
        {("autotune",): {"mode": "Disabled"}}, {"autotune.mode": "leave the `autotune` block out"}
    ),
    "no parallel training jobs": Wrong(
        {(CONFIG, "resource_limits", "max_parallel_training_jobs"): 0},
        {_at(LIMITS, "max_parallel_training_jobs"): "is less than 1"},
    ),
    "half a training job": Wrong(
        {(CONFIG, "resource_limits", "max_parallel_training_jobs"): 2.5},
        {_at(LIMITS, "max_parallel_training_jobs"): "is a number; SageMaker needs a whole number"},
    ),
    "a number in quotes": Wrong(
        {(CONFIG, "resource_limits", "max_parallel_training_jobs"): "2"},
        {_at(LIMITS, "max_parallel_training_jobs"): "without quotes"},
    ),
    "a boolean for a number": Wrong(
        {(CONFIG, "resource_limits", "max_parallel_training_jobs"): True},
        {_at(LIMITS, "max_parallel_training_jobs"): "is a boolean"},
    ),
    "a number beyond 32 bits": Wrong(
        {(CONFIG, "random_seed"): 2**31}, {_at(CONFIG, "random_seed"): "is more than 2147483647"}
    ),
    "a tuning job of a minute": Wrong(
        {(CONFIG, "resource_limits", "max_runtime_in_seconds"): 60},
        {_at(LIMITS, "max_runtime_in_seconds"): "Use 120 or more"},
    ),
    "a tuning job of half a year": Wrong(
        {(CONFIG, "resource_limits", "max_runtime_in_seconds"): 15_768_001},
        {_at(LIMITS, "max_runtime_in_seconds"): "Use 15768000 or less"},
    ),
    "two training jobs without improvement": Wrong(
        {
            (CONFIG, "tuning_job_completion_criteria"): {
                "best_objective_not_improving": {"max_number_of_training_jobs_not_improving": 2}
            }
        },
        {
            _at(
                CONFIG,
                "tuning_job_completion_criteria.best_objective_not_improving.max_number_of_training_jobs_not_improving",
            ): "is less than 3"
        },
    ),
    "an objective that is not a number": Wrong(
        {(CONFIG, "tuning_job_completion_criteria"): {"target_objective_metric_value": float("nan")}},
        {_at(CONFIG, "tuning_job_completion_criteria.target_objective_metric_value"): "is not a finite number"},
    ),
    "a boolean in quotes": Wrong(
        {(DEFINITION, "enable_network_isolation"): "true"},
        {_at(DEFINITION, "enable_network_isolation"): "Write true or false, without quotes"},
    ),
    "a role's name for its ARN": Wrong(
        {(DEFINITION, "role_arn"): "tuning"}, {_at(DEFINITION, "role_arn"): "arn:aws:iam::123456789012:role/tuning"}
    ),
    "a user's ARN for a role's": Wrong(
        {(DEFINITION, "role_arn"): "arn:aws:iam::123456789012:user/tuning"},
        {_at(DEFINITION, "role_arn"): "Give the role's ARN"},
    ),
    "digits that are not ASCII": Wrong(
        {(DEFINITION, "role_arn"): "arn:aws:iam::١٢٣٤٥٦٧٨٩٠١٢:role/tuning"},
        {_at(DEFINITION, "role_arn"): "has a form that SageMaker refuses"},
    ),
    "a bucket without s3://": Wrong(
        {(DEFINITION, "output_data_config", "s3_output_path"): "churn/models"},
        {_at(DEFINITION, "output_data_config.s3_output_path"): "Write it as s3://bucket/prefix"},
    ),
    "an empty key": Wrong(
        {(DEFINITION, "output_data_config", "kms_key_id"): ""},
        {_at(DEFINITION, "output_data_config.kms_key_id"): "is empty"},
    ),
    "an empty image": Wrong(
        {(DEFINITION, "algorithm_specification", "training_image"): ""},
        {_at(DEFINITION, "algorithm_specification.training_image"): "is empty"},
    ),
    "a channel's name with a space": Wrong(
        {(DEFINITION, "input_data_config", 0, "channel_name"): "train data"},
        {f"{CHANNELS}[train data].channel_name": "Use letters, digits, dots, hyphens and underscores"},
    ),
    "no channel in the list": Wrong({(DEFINITION, "input_data_config"): []}, {CHANNELS: "has 0 entries"}),
    "a channel where a list belongs": Wrong(
        {(DEFINITION, "input_data_config"): _channel("train")}, {CHANNELS: "Put it in a list"}
    ),
    "too many channels, one of them wrong": Wrong(
        {(DEFINITION, "input_data_config"): [_channel("a", content_type=5)] + [_channel(f"c{n}") for n in range(20)]},
        {CHANNELS: "has 21 entries; SageMaker allows 20", f"{CHANNELS}[a].content_type": "is a number"},
    ),
    "an instance type without ml": Wrong(
        {(*RESOURCES, "instance_type"): "m5.xlarge"}, {_at(*RESOURCES, "instance_type"): "such as ml.m5.xlarge"}
    ),
    "a retry strategy without end": Wrong(
        {(DEFINITION, "retry_strategy"): {"maximum_retry_attempts": 31}},
        {_at(DEFINITION, "retry_strategy.maximum_retry_attempts"): "Use 30 or less"},
    ),
    "an environment variable that starts with a digit": Wrong(
        {(DEFINITION, "environment"): {"1ST": "x"}},
        {_at(DEFINITION, "environment[1ST]"): "as a key has a form that SageMaker refuses"},
    ),
    "a number in the environment": Wrong(
        {(DEFINITION, "environment"): {"WORKERS": 4}},
        {_at(DEFINITION, "environment[WORKERS]"): "Put the value in quotes"},
    ),
    "a long environment variable": Wrong(
        {(DEFINITION, "environment"): {"TEXT": "x" * 513}},
        {_at(DEFINITION, "environment[TEXT]"): "has 513 characters; SageMaker allows 512"},
    ),
    "a hyperparameter in two lines": Wrong(
        {(DEFINITION, "static_hyper_parameters"): {"note": "a\nb"}},
        {_at(DEFINITION, "static_hyper_parameters[note]"): "has a line break"},
    ),
    "a list for a hyperparameter": Wrong(
        {(DEFINITION, "static_hyper_parameters"): {"layers": [64, 64]}},
        {_at(DEFINITION, "static_hyper_parameters[layers]"): "is a list; SageMaker needs text"},
    ),
    "a hyperparameter whose name is a number": Wrong(
        {(DEFINITION, "static_hyper_parameters"): {1.5: "x"}},
        {_at(DEFINITION, "static_hyper_parameters[1.5]"): "is no text"},
    ),
    "a tag's value with a bracket": Wrong(
        {("tags",): {"team": "ml<"}}, {"tags[team]": "Use letters, digits, spaces and _ . : / = + - @"}
    ),
    "51 tags": Wrong({("tags",): {f"t{n}": "" for n in range(51)}}, {"tags": "has 51 entries; SageMaker allows 50"}),
    "one security group that is none": Wrong(
        {(DEFINITION, "vpc_config"): {"security_group_ids": ["sg-1", "sg_2"], "subnets": ["subnet-1"]}},
        {_at(DEFINITION, "vpc_config.security_group_ids"): "'sg_2' has a form that SageMaker refuses"},
    ),
    "a misspelled field": Wrong(
        {(DEFINITION, "role_arm"): "x"}, {_at(DEFINITION, "role_arm"): "Did you mean `role_arn`?"}
    ),
    "the API's spelling in a native spec": Wrong(
        {(DEFINITION, "VpcConfig"): {}}, {_at(DEFINITION, "VpcConfig"): "Did you mean `vpc_config`?"}
    ),
    "a field that is like no other": Wrong(
        {("autotune",): {"mode": "Enabled", "budget": 3}}, {"autotune.budget": "The fields here are mode"}
    ),
    "an output of the service": Wrong(
        {(*RESOURCES, "selected_instance_type"): "ml.m5.xlarge"},
        {_at(*RESOURCES, "selected_instance_type"): "is an output of the service"},
    ),
    "text where a structure belongs": Wrong(
        {(DEFINITION, "stopping_condition"): "1h"},
        {_at(DEFINITION, "stopping_condition"): "is text; SageMaker needs a mapping"},
    ),
}

ACROSS_FIELDS = {
    "both forms of definition": Wrong(
        {("training_job_definitions",): several()["training_job_definitions"]},
        {
            "training_job_definitions": "is given beside `training_job_definition`",
            _at(CONFIG, "hyper_parameter_tuning_job_objective"): "Move it to `tuning_objective`",
            IN_RANGES: "Move it to `hyper_parameter_ranges`",
        },
    ),
    "no definition": Wrong({(DEFINITION,): GONE}, {DEFINITION: "or `training_job_definitions`"}),
    "a definition without a name": Wrong(
        {("training_job_definitions", 0, "definition_name"): GONE},
        {"training_job_definitions[0].definition_name": "is missing; each of several definitions has its own"},
        several,
    ),
    "a definition without an objective": Wrong(
        {("training_job_definitions", 0, "tuning_objective"): GONE},
        {"training_job_definitions[one].tuning_objective": "Add `tuning_objective`"},
        several,
    ),
    "two definitions of one name": Wrong(
        {("training_job_definitions", 1, "definition_name"): "one"},
        {"training_job_definitions[one].definition_name": "is the name of an earlier definition"},
        several,
    ),
    "an objective for several definitions": Wrong(
        {(CONFIG, "hyper_parameter_tuning_job_objective"): {"type": "Minimize", "metric_name": "rmse"}},
        {_at(CONFIG, "hyper_parameter_tuning_job_objective"): "is for jobs with one `training_job_definition`"},
        several,
    ),
    "early stopping of several algorithms": Wrong(
        {(CONFIG, "training_job_early_stopping_type"): "Auto"},
        {_at(CONFIG, "training_job_early_stopping_type"): "is for jobs with one definition"},
        several,
    ),
    "nothing to tune": Wrong({RANGES: GONE}, {IN_RANGES: "or turn on `autotune`"}),
    "nothing to optimize": Wrong(
        {(CONFIG, "hyper_parameter_tuning_job_objective"): GONE},
        {_at(CONFIG, "hyper_parameter_tuning_job_objective"): "only Autotune does without"},
    ),
    "a grid over numbers": Wrong(
        {(CONFIG, "strategy"): "Grid"},
        {
            _at(IN_RANGES, "integer_parameter_ranges"): "cannot be searched by Grid",
            _at(IN_RANGES, "continuous_parameter_ranges"): "Write the values as a categorical range",
        },
    ),
    "a grid that is not run to the end": Wrong(
        {
            (CONFIG, "strategy"): "Grid",
            RANGES: {"categorical_parameter_ranges": [{"name": "a", "values": ["1", "2", "3"]}]},
        },
        {_at(LIMITS, "max_number_of_training_jobs"): "10 is not the number of combinations, which is 3"},
    ),
    "a grid of a thousand": Wrong(
        {
            (CONFIG, "strategy"): "Grid",
            (CONFIG, "resource_limits", "max_number_of_training_jobs"): GONE,
            RANGES: {
                "categorical_parameter_ranges": [{"name": n, "values": [str(v) for v in range(10)]} for n in "abc"]
            },
        },
        {IN_RANGES: "holds 1000 combinations; Grid runs 750 at most"},
    ),
    "more training jobs than combinations": Wrong(
        {RANGES: {"integer_parameter_ranges": [_integer()]}},
        {_at(LIMITS, "max_number_of_training_jobs"): "Use 9 or fewer"},
    ),
    "Hyperband with early stopping": Wrong(
        {
            (CONFIG, "strategy"): "Hyperband",
            (CONFIG, "strategy_config"): HYPERBAND["strategy_config"],
            (CONFIG, "training_job_early_stopping_type"): "Auto",
        },
        {_at(CONFIG, "training_job_early_stopping_type"): "Hyperband, which stops training jobs itself"},
    ),
    "Hyperband without a resource": Wrong(
        {(CONFIG, "strategy"): "Hyperband"},
        {_at(CONFIG, "strategy_config.hyperband_strategy_config.max_resource"): "one of the static hyperparameters"},
    ),
    "Hyperband with too large a resource": Wrong(
        {
            (CONFIG, "strategy"): "Hyperband",
            (CONFIG, "strategy_config"): {"hyperband_strategy_config": {"max_resource": 20_001}},
        },
        {_at(CONFIG, "strategy_config.hyperband_strategy_config.max_resource"): "Use 20000 or less"},
    ),
    "Hyperband from many to few": Wrong(
        {
            (CONFIG, "strategy"): "Hyperband",
            (CONFIG, "strategy_config"): {"hyperband_strategy_config": {"min_resource": 9, "max_resource": 3}},
        },
        {_at(CONFIG, "strategy_config.hyperband_strategy_config.min_resource"): "is more than `max_resource`"},
    ),
    "the logarithm of zero": Wrong(
        {(*RANGES, "continuous_parameter_ranges"): [_continuous(min_value="0", scaling_type="Logarithmic")]},
        {_at(IN_RANGES, "continuous_parameter_ranges[c].min_value"): "needs values above 0"},
    ),
    "a reverse logarithm of integers": Wrong(
        {(*RANGES, "integer_parameter_ranges"): [_integer(scaling_type="ReverseLogarithmic")]},
        {_at(IN_RANGES, "integer_parameter_ranges[n].scaling_type"): "is for continuous ranges only"},
    ),
    "a reverse logarithm of one": Wrong(
        {(*RANGES, "continuous_parameter_ranges"): [_continuous(max_value="1", scaling_type="ReverseLogarithmic")]},
        {_at(IN_RANGES, "continuous_parameter_ranges[c].max_value"): "is outside 0 <= x < 1"},
    ),
    "a bound that is a word": Wrong(
        {(*RANGES, "continuous_parameter_ranges"): [_continuous(min_value="low")]},
        {_at(IN_RANGES, "continuous_parameter_ranges[c].min_value"): "'low' is not a number"},
    ),
    "an empty bound": Wrong(
        {(*RANGES, "continuous_parameter_ranges"): [_continuous(max_value="")]},
        {_at(IN_RANGES, "continuous_parameter_ranges[c].max_value"): "is not a number"},
    ),
    "half an integer": Wrong(
        {(*RANGES, "integer_parameter_ranges"): [_integer(max_value=8.5)]},
        {_at(IN_RANGES, "integer_parameter_ranges[n].max_value"): "'8.5' is not a whole number"},
    ),
    "bounds the wrong way round, also as text": Wrong(
        {(*RANGES, "integer_parameter_ranges"): [_integer(min_value="10", max_value="9")]},
        {_at(IN_RANGES, "integer_parameter_ranges[n].min_value"): "is more than `max_value`"},
    ),
    "a hyperparameter tuned twice": Wrong(
        {(*RANGES, "integer_parameter_ranges"): [_integer(name="eta")]},
        {_at(IN_RANGES, "continuous_parameter_ranges[eta].name"): "is tuned twice"},
    ),
    "a hyperparameter static and tuned": Wrong(
        {(DEFINITION, "static_hyper_parameters", "eta"): "0.1"},
        {_at(DEFINITION, "static_hyper_parameters[eta]"): "is static and tuned at once"},
    ),
    "31 tuned hyperparameters": Wrong(
        {(*RANGES, "integer_parameter_ranges"): MANY[:29]}, {IN_RANGES: "holds 31 hyperparameters"}
    ),
    "100 hyperparameters without room for SageMaker's own": Wrong(
        {(DEFINITION, "static_hyper_parameters"): {f"s{n}": "1" for n in range(97)}},
        {_at(DEFINITION, "static_hyper_parameters"): "makes 101 hyperparameters"},
    ),
    "an objective that nothing emits": Wrong(
        {(DEFINITION, "algorithm_specification", "training_image"): CUSTOM_IMAGE},
        {_at(CONFIG, "hyper_parameter_tuning_job_objective.metric_name"): "is not among the metric definitions"},
    ),
    "two algorithms": Wrong(
        {(DEFINITION, "algorithm_specification", "algorithm_name"): "scikit"},
        {_at(DEFINITION, "algorithm_specification.algorithm_name"): "is given beside `training_image`"},
    ),
    "no algorithm": Wrong(
        {(DEFINITION, "algorithm_specification", "training_image"): GONE},
        {_at(DEFINITION, "algorithm_specification.training_image"): "or `algorithm_name`"},
    ),
    "two kinds of resources": Wrong(
        {(DEFINITION, "hyper_parameter_tuning_resource_config"): {"instance_type": "ml.m5.xlarge"}},
        {_at(DEFINITION, "hyper_parameter_tuning_resource_config"): "is given beside `resource_config`"},
    ),
    "instances to choose from, and one chosen": Wrong(
        {
            RESOURCES: GONE,
            (DEFINITION, "hyper_parameter_tuning_resource_config"): {
                "instance_count": 1,
                "instance_configs": [{"instance_type": "ml.m5.xlarge", "instance_count": 1, "volume_size_in_gb": 1}],
            },
        },
        {_at(DEFINITION, "hyper_parameter_tuning_resource_config.instance_count"): "beside `instance_configs`"},
    ),
    "preferences on spot": Wrong(
        {
            RESOURCES: {"instance_count": 1, "instance_preferences": [{"instance_type": "ml.m5.xlarge"}]},
            (DEFINITION, "enable_managed_spot_training"): True,
            (DEFINITION, "stopping_condition", "max_wait_time_in_seconds"): 3600,
        },
        {_at(DEFINITION, "enable_managed_spot_training"): "cannot be used with `instance_preferences`"},
    ),
    "preferences counted twice": Wrong(
        {
            RESOURCES: {
                "instance_count": 1,
                "instance_preferences": [{"instance_type": "ml.m5.xlarge", "instance_count": 2}],
            }
        },
        {_at(*RESOURCES, "instance_preferences[0].instance_count"): "is given here and in `resource_config`"},
    ),
    "preferences not counted": Wrong(
        {RESOURCES: {"instance_preferences": [{"instance_type": "ml.m5.xlarge"}]}},
        {_at(*RESOURCES, "instance_preferences[0].instance_count"): "is missing here and in `resource_config`"},
    ),
    "one type preferred twice": Wrong(
        {RESOURCES: {"instance_count": 1, "instance_preferences": [{"instance_type": "ml.m5.xlarge"}] * 2}},
        {_at(*RESOURCES, "instance_preferences[1].instance_type"): "is preferred twice"},
    ),
    "training plans in two places": Wrong(
        {
            RESOURCES: {
                "instance_count": 1,
                "training_plan_arn": PLAN,
                "instance_preferences": [{"instance_type": "ml.m5.xlarge", "training_plan_arns": [PLAN]}],
            }
        },
        {_at(*RESOURCES, "instance_preferences[0].training_plan_arns"): "is given beside `training_plan_arn`"},
    ),
    "spot without a wait": Wrong(
        {(DEFINITION, "enable_managed_spot_training"): True},
        {_at(DEFINITION, "stopping_condition.max_wait_time_in_seconds"): "spot training needs it"},
    ),
    "spot that waits less than it runs": Wrong(
        {
            (DEFINITION, "enable_managed_spot_training"): True,
            (DEFINITION, "stopping_condition", "max_wait_time_in_seconds"): 3599,
        },
        {_at(DEFINITION, "stopping_condition.max_wait_time_in_seconds"): "is less than `max_runtime_in_seconds`"},
    ),
    "a built-in algorithm that waits long without checkpoints": Wrong(
        {
            (DEFINITION, "enable_managed_spot_training"): True,
            (DEFINITION, "stopping_condition", "max_wait_time_in_seconds"): 7200,
        },
        {_at(DEFINITION, "stopping_condition.max_wait_time_in_seconds"): "Add `checkpoint_config`"},
    ),
    "a training job of a month": Wrong(
        {(DEFINITION, "stopping_condition", "max_runtime_in_seconds"): 2_419_201},
        {_at(DEFINITION, "stopping_condition.max_runtime_in_seconds"): "28 days"},
    ),
    "a key for storage that has its own": Wrong(
        {(*RESOURCES, "instance_type"): "ml.g5.xlarge", (*RESOURCES, "volume_kms_key_id"): "alias/tuning"},
        {_at(*RESOURCES, "volume_kms_key_id"): "use an instance type without local storage"},
    ),
    "no storage at all": Wrong(
        {(*RESOURCES, "volume_size_in_gb"): GONE}, {_at(*RESOURCES, "volume_size_in_gb"): "Add `volume_size_in_gb`"}
    ),
    "a warm start of a grid": Wrong(
        {
            (CONFIG, "strategy"): "Grid",
            (CONFIG, "resource_limits", "max_number_of_training_jobs"): GONE,
            RANGES: {"categorical_parameter_ranges": [{"name": "a", "values": ["1"]}]},
            ("warm_start_config",): {
                "parent_hyper_parameter_tuning_jobs": [{"hyper_parameter_tuning_job_name": "old"}],
                "warm_start_type": "TransferLearning",
            },
        },
        {_at(CONFIG, "strategy"): "only Bayesian and Random can"},
    ),
    "a parent without a name": Wrong(
        {
            ("warm_start_config",): {
                "parent_hyper_parameter_tuning_jobs": [{}],
                "warm_start_type": "IDENTICAL_DATA_AND_ALGORITHM",
            }
        },
        {
            "warm_start_config.warm_start_type": "Did you mean IdenticalDataAndAlgorithm?",
            "warm_start_config.parent_hyper_parameter_tuning_jobs[0].hyper_parameter_tuning_job_name": "is missing",
        },
    ),
    "too much environment in all": Wrong(
        {
            ("training_job_definitions", 0, "environment"): {f"A{n}": "" for n in range(20)},
            ("training_job_definitions", 1, "environment"): {f"B{n}": "" for n in range(29)},
        },
        {"training_job_definitions[two].environment": "makes 49 variables in all definitions together"},
        several,
    ),
    "two channels of one name": Wrong(
        {(DEFINITION, "input_data_config"): [_channel("train"), _channel("train")]},
        {f"{CHANNELS}[train].channel_name": "is the name of an earlier channel"},
    ),
    "a channel from nowhere": Wrong(
        {(DEFINITION, "input_data_config", 0, "data_source"): {}},
        {f"{CHANNELS}[train].data_source": "says nothing of where the data is"},
    ),
    "an augmented manifest read as files": Wrong(
        {
            (
                DEFINITION,
                "input_data_config",
                0,
                "data_source",
                "s3_data_source",
                "s3_data_type",
            ): "AugmentedManifestFile"
        },
        {f"{CHANNELS}[train].data_source.s3_data_source.s3_data_type": "can only be read in Pipe mode"},
    ),
}

WRONG_SPECS = FIELDS_THEMSELVES | ACROSS_FIELDS
