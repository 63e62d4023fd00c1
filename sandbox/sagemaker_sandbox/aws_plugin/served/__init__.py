"""Everything that the stand-in serves. A new type or invoke is one class or function here and one line below."""

from sagemaker_sandbox.aws_plugin.served import ec2, ec2_routing, ecr, iam, kms, s3, s3_settings, sagemaker
from sagemaker_sandbox.aws_plugin.served.identity import availability_zones, caller_identity, partition, region
from sagemaker_sandbox.aws_plugin.served.policy_document import policy_document
from sagemaker_sandbox.aws_plugin.served.prebuilt_images import prebuilt_ecr_image

__all__ = ["INVOKES", "TYPES"]

TYPES = {
    type_.token: type_
    for type_ in (
        s3.Bucket(),
        s3.BucketV2(),
        s3.BucketObject(),
        s3.BucketObjectV2(),
        s3_settings.BucketVersioning(),
        s3_settings.BucketPublicAccessBlock(),
        s3_settings.BucketServerSideEncryption(),
        s3_settings.BucketPolicy(),
        s3_settings.BucketLifecycle(),
        iam.Role(),
        iam.Policy(),
        iam.RolePolicy(),
        iam.RolePolicyAttachment(),
        ec2.Vpc(),
        ec2.Subnet(),
        ec2.SecurityGroup(),
        ec2_routing.RouteTable(),
        ec2_routing.RouteTableAssociation(),
        ec2_routing.VpcEndpoint(),
        ecr.Repository(),
        ecr.RepositoryPolicy(),
        ecr.LifecyclePolicy(),
        kms.Key(),
        kms.Alias(),
        sagemaker.Model(),
        sagemaker.EndpointConfiguration(),
    )
}

INVOKES = {
    "aws:index/getCallerIdentity:getCallerIdentity": caller_identity,
    "aws:index/getRegion:getRegion": region,
    "aws:index/getAvailabilityZones:getAvailabilityZones": availability_zones,
    "aws:index/getPartition:getPartition": partition,
    "aws:iam/getPolicyDocument:getPolicyDocument": policy_document,
    "aws:sagemaker/getPrebuiltEcrImage:getPrebuiltEcrImage": prebuilt_ecr_image,
}
