"""One tuning job over two training job definitions, with one role that may do what both of them need."""

import pulumi
import pulumi_aws as aws
from sagemaker_tuning import HyperParameterTuningJob, TuningJobCompletion
from sagemaker_tuning_components import ExecutionRole, OutputBucket, source_archive

config = pulumi.Config()
image = aws.sagemaker.get_prebuilt_ecr_image(repository_name="sagemaker-scikit-learn", image_tag="1.2-1").registry_path
bucket = OutputBucket("lines", force_destroy=True).bucket
code = aws.s3.BucketObjectv2("code", bucket=bucket, key="code/sourcedir.tar.gz", source=source_archive("source"))


def definition(name: str, epochs: int, fastest: float) -> dict:
    """The same script, for so many epochs, with learning rates up to the fastest."""
    return {
        "definition_name": name,
        "tuning_objective": {"type": "Minimize", "metric_name": "loss"},
        "hyper_parameter_ranges": {
            "continuous_parameter_ranges": [{"name": "rate", "min_value": 0.001, "max_value": fastest}]
        },
        "static_hyper_parameters": {
            "epochs": epochs,
            "sagemaker_program": "train.py",
            "sagemaker_submit_directory": pulumi.Output.concat("s3://", bucket, "/", code.key),
        },
        "algorithm_specification": {
            "training_image": image,
            "training_input_mode": "File",
            "metric_definitions": [{"name": "loss", "regex": r"loss=([0-9.e+-]+)"}],
        },
        "output_data_config": {"s3_output_path": pulumi.Output.concat("s3://", bucket, "/", name)},
        "resource_config": {"instance_type": "ml.m5.large", "instance_count": 1, "volume_size_in_gb": 5},
        "stopping_condition": {"max_runtime_in_seconds": 600},
    }


definitions = [definition("patient", 20, 0.3), definition("hasty", 3, config.get_float("fastest") or 1.2)]
role = ExecutionRole("lines", definitions=definitions)
job = HyperParameterTuningJob(
    "lines",
    hyper_parameter_tuning_job_config={
        "strategy": "Bayesian",
        "resource_limits": {"max_number_of_training_jobs": 4, "max_parallel_training_jobs": 2},
    },
    training_job_definitions=[{**each, "role_arn": role.arn} for each in definitions],
    opts=pulumi.ResourceOptions(depends_on=[code]),
)
done = TuningJobCompletion("lines-done", job_name=job.hyper_parameter_tuning_job_name)

pulumi.export("best_training_job", done.best_training_job)
pulumi.export("best_objective_value", done.best_objective_value)
