"""A tuning job that somebody made outside, declared as it is: an up takes it over, and nothing runs again."""

import pulumi
from sagemaker_tuning import HyperParameterTuningJob, TuningJobCompletion

config = pulumi.Config()
bucket = config.require("bucket")
trials = config.get_int("trials") or 3

job = HyperParameterTuningJob(
    "slope",
    hyper_parameter_tuning_job_name=config.require("job"),
    adopt_existing=True,
    on_delete="retain",  # it was there before this stack, and will be after it
    hyper_parameter_tuning_job_config={
        "strategy": "Bayesian",
        "hyper_parameter_tuning_job_objective": {"type": "Minimize", "metric_name": "loss"},
        "resource_limits": {
            "max_number_of_training_jobs": config.get_int("trials") or 3,
            "max_parallel_training_jobs": 2,
        },
        "parameter_ranges": {
            "continuous_parameter_ranges": [
                {"name": "rate", "min_value": 0.001, "max_value": 1.5, "scaling_type": "Logarithmic"}
            ]
        },
    },
    training_job_definition={
        "algorithm_specification": {
            "training_image": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3",
            "training_input_mode": "File",
            "metric_definitions": [{"name": "loss", "regex": r"loss=([0-9.e+-]+)"}],
        },
        "static_hyper_parameters": {
            "epochs": 9,
            "sagemaker_program": "train.py",
            "sagemaker_submit_directory": f"s3://{bucket}/code/sourcedir.tar.gz",
        },
        "role_arn": config.require("roleArn"),
        "output_data_config": {"s3_output_path": f"s3://{bucket}/output"},
        "resource_config": {"instance_type": "ml.m5.large", "instance_count": 1, "volume_size_in_gb": 5},
        "stopping_condition": {"max_runtime_in_seconds": 600},
    },
    tags={"team": config.get("team") or "ml"},
)
done = TuningJobCompletion("slope-done", job_name=job.hyper_parameter_tuning_job_name)

pulumi.export("created", job.creation_time)
pulumi.export("best_hyperparameters", done.best_hyperparameters)
pulumi.export("best_objective_value", done.best_objective_value)
