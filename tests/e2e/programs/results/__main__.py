"""Tuning jobs on spot instances, all their results, and what the program reads of them by itself."""

from __future__ import annotations

import pulumi
from sagemaker_tuning import (
    HyperParameterTuningJob,
    TuningJobCompletion,
    get_hyper_parameter_tuning_job_output,
    get_training_job_output,
    list_training_jobs_output,
)

config = pulumi.Config()
bucket, role_arn = config.require("bucket"), config.require("roleArn")


def job(name: str, *, fixed_name: str | None = None, seed: int = 7) -> HyperParameterTuningJob:
    return HyperParameterTuningJob(
        name,
        hyper_parameter_tuning_job_name=fixed_name,
        hyper_parameter_tuning_job_config={
            "strategy": "Random",
            "hyper_parameter_tuning_job_objective": {"type": "Maximize", "metric_name": "score"},
            "resource_limits": {"max_number_of_training_jobs": 3, "max_parallel_training_jobs": 3},
            "parameter_ranges": {"continuous_parameter_ranges": [{"name": "rate", "min_value": 0, "max_value": 1}]},
            "random_seed": seed,
        },
        training_job_definition={
            "algorithm_specification": {
                "training_image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/trainer:1",
                "training_input_mode": "File",
                "metric_definitions": [{"name": "score", "regex": r"score=([0-9.]+)"}],
            },
            "static_hyper_parameters": {
                "sagemaker_program": "train.py",
                "sagemaker_submit_directory": f"s3://{bucket}/code/sourcedir.tar.gz",
                "seconds": config.get("seconds") or "0",
            },
            "role_arn": role_arn,
            "output_data_config": {"s3_output_path": f"s3://{bucket}/output/"},
            "resource_config": {"instance_type": "ml.m5.large", "instance_count": 2, "volume_size_in_gb": 10},
            "enable_managed_spot_training": True,
            "checkpoint_config": {"s3_uri": f"s3://{bucket}/checkpoints/"},
            "stopping_condition": {"max_runtime_in_seconds": 600, "max_wait_time_in_seconds": 1200},
        },
        tags={"team": "ml"},
    )


churn = job("churn", fixed_name=config.get("fixedName"))
done = TuningJobCompletion(
    "churn-done",
    job_name=churn.hyper_parameter_tuning_job_name,
    keep_trials=config.get_bool("keepTrials"),
    billing=config.get_bool("billing"),
)
pulumi.export("result", done.result)
pulumi.export("first_trial", done.trials.apply(lambda trials: trials[0].name if trials else None))
pulumi.export("billable_seconds", done.billable_seconds)
pulumi.export("console_url", done.console_url)

if config.get_bool("read"):
    best = get_training_job_output(done.best_training_job, region=config.get("readRegion"), tags=True)
    pulumi.export("artifacts", best.model_artifacts.s3_model_artifacts)
    pulumi.export("best", best)
    tuned = get_hyper_parameter_tuning_job_output(churn.hyper_parameter_tuning_job_name)
    pulumi.export("strategy", tuned.hyper_parameter_tuning_job_config.strategy)
    ranked = list_training_jobs_output(
        done.result.apply(lambda result: result.best_tuning_job or churn.hyper_parameter_tuning_job_name),
        sort_by="FinalObjectiveMetricValue",
        order="Descending",
    )
    pulumi.export("ranked", ranked.apply(lambda jobs: [found.training_job_name for found in jobs]))

if config.get_bool("several"):
    risk = job("risk", seed=8)
    names = [churn.hyper_parameter_tuning_job_name, risk.hyper_parameter_tuning_job_name]
    both = TuningJobCompletion("both-done", job_names=names)
    pulumi.export("results", both.results)
    pulumi.export("risk", risk.hyper_parameter_tuning_job_name)
