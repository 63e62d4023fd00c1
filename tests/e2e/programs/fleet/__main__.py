"""Several tuning jobs: one for each entry of the config value `jobs`, which says how it is to be."""

from __future__ import annotations

import pulumi
from sagemaker_tuning import HyperParameterTuningJob

config = pulumi.Config()
bucket, role_arn = config.require("bucket"), config.require("roleArn")


class Team(pulumi.ComponentResource):
    """A component around a job: its owner tag has the component's type."""

    def __init__(self, name: str) -> None:
        super().__init__("acme:ml:Team", name)


for name, wanted in config.require_object("jobs").items():
    HyperParameterTuningJob(
        name,
        hyper_parameter_tuning_job_name=wanted.get("fixedName"),
        hyper_parameter_tuning_job_config={
            "strategy": "Random",
            "hyper_parameter_tuning_job_objective": {"type": "Maximize", "metric_name": "score"},
            "resource_limits": {"max_number_of_training_jobs": 1, "max_parallel_training_jobs": 1},
            "parameter_ranges": {
                "continuous_parameter_ranges": [
                    {"name": "rate", "min_value": 0, "max_value": float(wanted.get("maxRate", 1))},
                ],
            },
        },
        training_job_definition={
            "algorithm_specification": {
                "training_image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/trainer:1",
                "training_input_mode": "File",
                "metric_definitions": [{"name": "score", "regex": r"score=([0-9.]+)"}],
            },
            "static_hyper_parameters": {
                "sagemaker_program": wanted.get("script", "train.py"),
                "sagemaker_submit_directory": f"s3://{bucket}/code/sourcedir.tar.gz",
                "seconds": str(wanted.get("seconds", 0)),
            },
            "environment": {"TOKEN": config.get_secret("token") or "none"},
            "role_arn": role_arn,
            "output_data_config": {"s3_output_path": f"s3://{bucket}/output/"},
            "resource_config": {"instance_type": "ml.m5.large", "instance_count": 1, "volume_size_in_gb": 10},
            "stopping_condition": {"max_runtime_in_seconds": 3600},
        },
        tags={"team": "ml"},
        on_delete=wanted.get("onDelete"),
        opts=pulumi.ResourceOptions(parent=Team(f"{name}-team") if wanted.get("inTeam") else None),
    )
