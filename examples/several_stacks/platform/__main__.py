"""What a platform team gives to the teams that tune: one bucket, and for each project a role for its part of it."""

import pulumi
import pulumi_aws as aws
from sagemaker_tuning_components import ExecutionRole, OutputBucket

PROJECTS = ("sagemaker-tuning-forecasts", "sagemaker-tuning-prices")

config = pulumi.Config()
image = aws.sagemaker.get_prebuilt_ecr_image(repository_name="sagemaker-scikit-learn", image_tag="1.2-1")
bucket = OutputBucket("tuning", force_destroy=True).bucket


def role(project: str) -> ExecutionRole:
    """A role that trains with one image and reaches the project's folder of the bucket."""
    folder = pulumi.Output.concat("s3://", bucket, f"/{project}/")
    definition = {
        "algorithm_specification": {"training_image": image.registry_path},
        "output_data_config": {"s3_output_path": folder},
    }
    return ExecutionRole(project, definitions=[definition], reads=[folder], path=config.get("path"))


pulumi.export("image", image.registry_path)
pulumi.export("bucket", bucket)
pulumi.export("role_arns", {project: role(project).arn for project in PROJECTS})
