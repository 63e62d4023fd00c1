"""A job with ceilings, whose number of trials may depend on what an earlier job says when it is there."""

from __future__ import annotations

import pulumi
from sagemaker_tuning import HyperParameterTuningJob

config = pulumi.Config()
bucket, role_arn = config.require("bucket"), config.require("roleArn")


def job(name: str, trials: pulumi.Input[int], **options: object) -> HyperParameterTuningJob:
    return HyperParameterTuningJob(
        name,
        hyper_parameter_tuning_job_config={
            "strategy": "Random",
            "hyper_parameter_tuning_job_objective": {"type": "Maximize", "metric_name": "score"},
            "resource_limits": {"max_number_of_training_jobs": trials, "max_parallel_training_jobs": 2},
            "parameter_ranges": {
                "continuous_parameter_ranges": [
                    {"name": "rate", "min_value": 0, "max_value": config.get_float("maxRate") or 1},
                ],
            },
        },
        training_job_definition={
            "algorithm_specification": {
                "training_image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/trainer:1",
                "training_input_mode": "File",
                "metric_definitions": [{"name": "score", "regex": r"score=([0-9.]+)"}],
            },
            "static_hyper_parameters": {
                "sagemaker_program": "train.py",
                "sagemaker_submit_directory": f"s3://{bucket}/code/sourcedir.tar.gz",
                "seconds": "0",
            },
            "role_arn": role_arn,
            "output_data_config": {"s3_output_path": f"s3://{bucket}/output/"},
            "resource_config": {
                "instance_type": config.get("instanceType") or "ml.m5.large",
                "instance_count": 1,
                "volume_size_in_gb": 10,
            },
            "stopping_condition": {"max_runtime_in_seconds": 3600},
        },
        **options,
    )


trials: pulumi.Input[int] = 4
if config.get_bool("trialsKnownAtUp"):
    trials = job("pilot", 1).arn.apply(lambda _arn: 4)

churn = job(
    "churn",
    trials,
    max_instance_hours=config.get_float("maxInstanceHours"),
    max_cost_usd=config.get_float("maxCostUsd"),
    silence=config.get_object("silence"),
)
pulumi.export("hours", churn.estimated_instance_hours)
pulumi.export("cost", churn.estimated_cost_usd)
