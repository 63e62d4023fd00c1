"""Two small jobs that the tests of the spec start from, in the native form."""

from __future__ import annotations

import copy
from typing import Any

__all__ = ["CUSTOM_IMAGE", "ROLE", "several", "single"]

ROLE = "arn:aws:iam::123456789012:role/tuning"
XGBOOST = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
CUSTOM_IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/churn:1"

_DEFINITION: dict[str, Any] = {
    "static_hyper_parameters": {"num_round": "100"},
    "algorithm_specification": {"training_image": XGBOOST, "training_input_mode": "File"},
    "role_arn": ROLE,
    "input_data_config": [
        {
            "channel_name": "train",
            "data_source": {"s3_data_source": {"s3_data_type": "S3Prefix", "s3_uri": "s3://churn/train"}},
        }
    ],
    "output_data_config": {"s3_output_path": "s3://churn/models"},
    "resource_config": {"instance_type": "ml.m5.xlarge", "instance_count": 1, "volume_size_in_gb": 10},
    "stopping_condition": {"max_runtime_in_seconds": 3600},
}
_OBJECTIVE = {"type": "Maximize", "metric_name": "validation:auc"}
_RANGES: dict[str, Any] = {
    "continuous_parameter_ranges": [{"name": "eta", "min_value": "0.01", "max_value": "0.5"}],
    "integer_parameter_ranges": [{"name": "max_depth", "min_value": "1", "max_value": "10"}],
    "categorical_parameter_ranges": [{"name": "booster", "values": ["gbtree", "dart"]}],
}


def single() -> dict[str, Any]:
    """A job with one training job definition."""
    return copy.deepcopy(
        {
            "hyper_parameter_tuning_job_name": "churn",
            "hyper_parameter_tuning_job_config": {
                "strategy": "Bayesian",
                "hyper_parameter_tuning_job_objective": _OBJECTIVE,
                "resource_limits": {"max_number_of_training_jobs": 10, "max_parallel_training_jobs": 2},
                "parameter_ranges": _RANGES,
            },
            "training_job_definition": _DEFINITION,
            "tags": {"team": "ml"},
        }
    )


def several() -> dict[str, Any]:
    """A job with two training job definitions."""
    job = single()
    del job["training_job_definition"]
    config = job["hyper_parameter_tuning_job_config"]
    own = {"tuning_objective": _OBJECTIVE, "hyper_parameter_ranges": config.pop("parameter_ranges")}
    del config["hyper_parameter_tuning_job_objective"]
    job["training_job_definitions"] = [{"definition_name": name, **own, **_DEFINITION} for name in ("one", "two")]
    return copy.deepcopy(job)
