"""The role that the model is served with: this model's artifacts, this image, its own logs, and nothing else."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws


def serving_role(artifacts: pulumi.Input[str], image: aws.sagemaker.GetPrebuiltEcrImageResult) -> pulumi.Output[str]:
    """The ARN of a role that SageMaker can assume for this account only; known once the role has its permissions."""
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
    model = pulumi.Output.from_input(artifacts).apply(lambda uri: uri.replace("s3://", f"arn:{partition}:s3:::"))
    repository = f"arn:{partition}:ecr:{image.region}:{image.registry_id}:repository/{image.repository_name}"
    logs = f"arn:{partition}:logs:{image.region}:{account}:log-group:/aws/sagemaker/Endpoints/*"
    permissions = aws.iam.get_policy_document_output(
        statements=[
            {"actions": ["s3:GetObject"], "resources": [model]},
            {"actions": ["ecr:GetAuthorizationToken"], "resources": ["*"]},
            {
                "actions": ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
                "resources": [repository],
            },
            {"actions": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], "resources": [logs]},
        ]
    )
    role = aws.iam.Role("serving", assume_role_policy=trust.json)
    policy = aws.iam.RolePolicy("serving", role=role.name, policy=permissions.json)
    return pulumi.Output.all(role.arn, policy.urn).apply(lambda found: str(found[0]))
