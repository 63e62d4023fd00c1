"""Tunes XGBoost on real data: a bucket with the data, a role, a tuning job, and the best model that comes of it."""

import pulumi
import pulumi_aws as aws
from dataset import csv_files
from execution_role import execution_role
from sagemaker_tuning import HyperParameterTuningJob, TuningJobCompletion

config = pulumi.Config()
strategy = config.get("strategy") or "Bayesian"
trials = config.get_int("trials") or 8
deepest = config.get_int("deepest") or 8
team = config.get("team") or "ml"

bucket = aws.s3.Bucket("tuning", force_destroy=True)
channels = {
    path.stem: aws.s3.BucketObjectv2(
        path.stem, bucket=bucket.bucket, key=f"data/{path.name}", source=pulumi.FileAsset(path), content_type="text/csv"
    )
    for path in csv_files()
}
image = aws.sagemaker.get_prebuilt_ecr_image(repository_name="sagemaker-xgboost", image_tag="1.7-1")
role, permissions = execution_role(bucket, image)

job = HyperParameterTuningJob(
    "quickstart",
    hyper_parameter_tuning_job_config={
        "strategy": strategy,
        "hyper_parameter_tuning_job_objective": {"type": "Maximize", "metric_name": "validation:auc"},
        "resource_limits": {"max_number_of_training_jobs": trials, "max_parallel_training_jobs": 2},
        "parameter_ranges": {
            "continuous_parameter_ranges": [
                {"name": "eta", "min_value": 0.01, "max_value": 0.5, "scaling_type": "Logarithmic"},
                {"name": "min_child_weight", "min_value": 0, "max_value": 10},
            ],
            "integer_parameter_ranges": [{"name": "max_depth", "min_value": 2, "max_value": deepest}],
        },
        "random_seed": 9,
    },
    training_job_definition={
        "algorithm_specification": {"training_image": image.registry_path, "training_input_mode": "File"},
        "static_hyper_parameters": {"objective": "binary:logistic", "eval_metric": "auc", "num_round": "50"},
        "role_arn": role.arn,
        "input_data_config": [
            {
                "channel_name": name,
                "content_type": "text/csv",
                "data_source": {
                    "s3_data_source": {
                        "s3_data_type": "S3Prefix",
                        "s3_uri": pulumi.Output.concat("s3://", data.bucket, "/", data.key),
                    }
                },
            }
            for name, data in channels.items()
        ],
        "output_data_config": {"s3_output_path": pulumi.Output.concat("s3://", bucket.bucket, "/output")},
        "resource_config": {"instance_type": "ml.m5.large", "instance_count": 1, "volume_size_in_gb": 5},
        "stopping_condition": {"max_runtime_in_seconds": 600},
    },
    tags={"team": team},
    opts=pulumi.ResourceOptions(depends_on=[permissions]),
)

done = TuningJobCompletion("quickstart-done", job_name=job.hyper_parameter_tuning_job_name)

pulumi.export("job_name", job.hyper_parameter_tuning_job_name)
pulumi.export("best_training_job", done.best_training_job)
pulumi.export("best_hyperparameters", done.best_hyperparameters)
pulumi.export("best_objective_value", done.best_objective_value)
pulumi.export("best_model_artifacts", done.best_model_artifacts)
