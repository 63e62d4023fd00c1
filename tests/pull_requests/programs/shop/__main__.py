"""Tuning jobs out of the config's table, which a test edits as a pull request edits a program.

`jobs` has for each name: trials, most (the range's maximum), tags, instance_type, strategy, from_bucket (an input that
is not known before up) and options of the resource. `wait` makes one completion for all. `warning` is logged.
"""

from __future__ import annotations

import pulumi
from sagemaker_tuning import HyperParameterTuningJob, TuningJobCompletion
from thing import Thing

config = pulumi.Config()
token = config.get_secret("token")
things = {name: Thing(name, size) for name, size in (config.get_object("things") or {}).items()}


def tuning_job(name: str, row: dict) -> HyperParameterTuningJob:
    return HyperParameterTuningJob(
        name,
        hyper_parameter_tuning_job_config={
            "strategy": row.get("strategy", "Random"),
            "hyper_parameter_tuning_job_objective": {"type": "Maximize", "metric_name": "score"},
            "resource_limits": {"max_number_of_training_jobs": row.get("trials", 2), "max_parallel_training_jobs": 1},
            "parameter_ranges": {
                "continuous_parameter_ranges": [{"name": "rate", "min_value": 0, "max_value": row.get("most", 1)}],
            },
        },
        training_job_definition={
            "algorithm_specification": {
                "training_image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/trainer:1",
                "training_input_mode": "File",
                "metric_definitions": [{"name": "score", "regex": "score=([0-9.]+)"}],
            },
            "static_hyper_parameters": {"note": things[row["thing"]].made if "thing" in row else "none"},
            "environment": {"TOKEN": token if row.get("secret") and token else "none"},
            "role_arn": config.require("roleArn"),
            "output_data_config": {"s3_output_path": "s3://data/output/"},
            "resource_config": {
                "instance_type": row.get("instance_type", "ml.m5.large"),
                "instance_count": 1,
                "volume_size_in_gb": 10,
            },
            "stopping_condition": {"max_runtime_in_seconds": 3600},
        },
        tags=row.get("tags", {}),
        **row.get("options", {}),
    )


jobs = [tuning_job(name, row) for name, row in config.require_object("jobs").items()]
if config.get_bool("wait"):
    names = [job.hyper_parameter_tuning_job_name for job in jobs]
    TuningJobCompletion("all-done", job_names=names, on_failure="continue")  # there is no such image
if warning := config.get("warning"):
    pulumi.log.warn(warning)
print("printed by the program")
