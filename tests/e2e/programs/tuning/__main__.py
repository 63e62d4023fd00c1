"""One tuning job, edited through config as a user would edit the program, so that a test shows one change at a time."""

from __future__ import annotations

import pulumi
from sagemaker_tuning import HyperParameterTuningJob, TuningJobCompletion

config = pulumi.Config()
bucket, role_arn = config.require("bucket"), config.require("roleArn")
channel = config.get("channel")  # an S3 URI

job = HyperParameterTuningJob(
    "churn",
    hyper_parameter_tuning_job_name=config.get("fixedName"),
    hyper_parameter_tuning_job_config={
        "strategy": config.get("strategy") or "Random",
        "hyper_parameter_tuning_job_objective": {"type": "Maximize", "metric_name": "score"},
        "resource_limits": {
            "max_number_of_training_jobs": config.get_int("trials") or 3,
            "max_parallel_training_jobs": 2,
        },
        "parameter_ranges": {
            "continuous_parameter_ranges": [
                {"name": "rate", "min_value": 0, "max_value": config.get_float("maxRate") or 1},
            ],
        },
        "random_seed": 7,
    },
    training_job_definition={
        "algorithm_specification": {
            "training_image": config.get("image") or "123456789012.dkr.ecr.eu-west-1.amazonaws.com/trainer:1",
            "training_input_mode": "File",
            "metric_definitions": [{"name": "score", "regex": r"score=([0-9.]+)"}],
        },
        "static_hyper_parameters": {
            "sagemaker_program": "train.py",
            "sagemaker_submit_directory": f"s3://{bucket}/code/sourcedir.tar.gz",
            "seconds": config.get("seconds") or "0",
        },
        "environment": {"TOKEN": config.get_secret("token") or "none"},
        "role_arn": role_arn,
        "input_data_config": [
            {
                "channel_name": "train",
                "data_source": {"s3_data_source": {"s3_data_type": "S3Prefix", "s3_uri": channel}},
            }
        ]
        if channel
        else None,
        "output_data_config": {"s3_output_path": f"s3://{bucket}/output/"},
        "resource_config": {"instance_type": "ml.m5.large", "instance_count": 1, "volume_size_in_gb": 10},
        "stopping_condition": {"max_runtime_in_seconds": 3600},
    },
    warm_start_config={"parents": "previous"} if config.get_bool("previous") else None,
    tags=config.get_object("tags") or {},
    on_change=config.get("onChange"),
    on_delete=config.get("onDelete"),
    rerun_on=config.get_object("rerunOn"),
    rerun_token=config.get("rerunToken"),
)

pulumi.export("name", job.hyper_parameter_tuning_job_name)
pulumi.export("arn", job.arn)

if config.get_bool("wait"):
    done = TuningJobCompletion("churn-done", job_name=job.hyper_parameter_tuning_job_name)
    pulumi.export("status", done.status)
    pulumi.export("best", done.best_training_job)
    pulumi.export("hyperparameters", done.best_hyperparameters)
    pulumi.export("objective", done.best_objective_value)
    pulumi.export("artifacts", done.best_model_artifacts)
