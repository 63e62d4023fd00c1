"""The stack that is measured. Config: `kind` and `count` of the resources, and the edits that are measured.

`seconds` is how long a trial takes, `team` a tag, `maxRate` the end of a range, `wait` adds a completion of all jobs.
"""

from __future__ import annotations

from typing import Any

import pulumi

config = pulumi.Config()


def declaration() -> dict[str, Any]:
    return {
        "hyper_parameter_tuning_job_config": {
            "strategy": "Random",
            "hyper_parameter_tuning_job_objective": {"type": "Maximize", "metric_name": "score"},
            "resource_limits": {"max_number_of_training_jobs": 1, "max_parallel_training_jobs": 1},
            "parameter_ranges": {
                "continuous_parameter_ranges": [
                    {"name": "rate", "min_value": "0", "max_value": config.get("maxRate") or "1"},
                    {"name": "decay", "min_value": "0.001", "max_value": "0.1", "scaling_type": "Logarithmic"},
                ],
            },
            "random_seed": 7,
        },
        "training_job_definition": {
            "algorithm_specification": {
                "training_image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/trainer:1",
                "training_input_mode": "File",
                "metric_definitions": [{"name": "score", "regex": "score=([0-9.]+)"}],
            },
            "static_hyper_parameters": {
                "sagemaker_program": "train.py",
                "sagemaker_submit_directory": "s3://data/code/sourcedir.tar.gz",
                "seconds": config.get("seconds") or "0",
            },
            "role_arn": "arn:aws:iam::123456789012:role/training",
            "output_data_config": {"s3_output_path": "s3://data/output/"},
            "resource_config": {"instance_type": "ml.m5.large", "instance_count": 1, "volume_size_in_gb": 10},
            "stopping_condition": {"max_runtime_in_seconds": 3600},
        },
        "tags": {"team": config.get("team") or "ml", "stage": "bench"},
        "on_delete": config.get("onDelete") or "delete",
    }


# Either stack imports only what it needs, as a user's program would.
names = [f"job-{number}" for number in range(config.require_int("count"))]
if config.require("kind") == "nothing":
    from nothing import Nothing

    for name in names:
        Nothing(name, **declaration())
else:
    from sagemaker_tuning import HyperParameterTuningJob, TuningJobCompletion

    jobs = [HyperParameterTuningJob(name, **declaration()) for name in names]
    if config.get_bool("wait"):
        TuningJobCompletion("all-done", job_names=[job.hyper_parameter_tuning_job_name for job in jobs])
