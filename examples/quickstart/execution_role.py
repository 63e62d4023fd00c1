"""The role that the training jobs run as: this data, this output, this image, their own logs, and nothing else."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws


def execution_role(
    bucket: aws.s3.Bucket, image: aws.sagemaker.GetPrebuiltEcrImageResult
) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
    """The role, which SageMaker can assume for this account only, and its policy, without which it may do nothing."""
    account = aws.get_caller_identity().account_id
    partition = aws.get_partition().partition
    trust = aws.iam.get_policy_document(
        statements=[
            {
                "actions": ["sts:AssumeRole"],
                "principals": [{"type": "Service", "identifiers": ["sagemaker.amazonaws.com"]}],
                "conditions": [{"test": "StringEquals", "variable": "aws:SourceAccount", "values": [account]}],
            }
        ]
    )
    repository = f"arn:{partition}:ecr:{image.region}:{image.registry_id}:repository/{image.repository_name}"
    logs = f"arn:{partition}:logs:{image.region}:{account}:log-group:/aws/sagemaker/TrainingJobs"
    permissions = aws.iam.get_policy_document_output(
        statements=[
            {"actions": ["s3:ListBucket"], "resources": [bucket.arn]},
            {"actions": ["s3:GetObject"], "resources": [pulumi.Output.concat(bucket.arn, "/data/*")]},
            {"actions": ["s3:PutObject"], "resources": [pulumi.Output.concat(bucket.arn, "/output/*")]},
            {"actions": ["ecr:GetAuthorizationToken"], "resources": ["*"]},
            {
                "actions": ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
                "resources": [repository],
            },
            {
                "actions": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
                "resources": [logs, f"{logs}:*"],
            },
            {
                "actions": ["cloudwatch:PutMetricData"],
                "resources": ["*"],
                "conditions": [
                    {
                        "test": "StringLike",
                        "variable": "cloudwatch:namespace",
                        "values": ["/aws/sagemaker/*"],
                    }
                ],
            },
        ]
    )
    role = aws.iam.Role("training", assume_role_policy=trust.json)
    return role, aws.iam.RolePolicy("training", role=role.name, policy=permissions.json)
