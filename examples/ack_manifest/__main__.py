"""A tuning job from an ACK manifest; the program puts in what only it knows: its bucket, its role, its code."""

import pulumi
import pulumi_aws as aws
from sagemaker_tuning import HyperParameterTuningJob, TuningJobCompletion
from sagemaker_tuning_components import ExecutionRole, OutputBucket, source_archive

manifest = pulumi.Config().get("manifest") or "tuning.yaml"
bucket = OutputBucket("slope", force_destroy=True).bucket
code = aws.s3.BucketObjectv2("code", bucket=bucket, key="code/sourcedir.tar.gz", source=source_archive("source"))
image = aws.sagemaker.get_prebuilt_ecr_image(repository_name="sagemaker-scikit-learn", image_tag="1.2-1")

places = {
    "algorithm_specification": {"training_image": image.registry_path},
    "static_hyper_parameters": {"sagemaker_submit_directory": pulumi.Output.concat("s3://", bucket, "/", code.key)},
    "output_data_config": {"s3_output_path": pulumi.Output.concat("s3://", bucket, "/output")},
}
role = ExecutionRole("slope", definitions=[places])
job = HyperParameterTuningJob.from_file(
    manifest,
    "slope",
    hyper_parameter_tuning_job_name=None,  # a name of the manifest's own could be used once at a time
    training_job_definition={**places, "role_arn": role.arn},
    opts=pulumi.ResourceOptions(depends_on=[code]),
)
done = TuningJobCompletion("slope-done", job_name=job.hyper_parameter_tuning_job_name)

pulumi.export("best_hyperparameters", done.best_hyperparameters)
pulumi.export("best_objective_value", done.best_objective_value)
