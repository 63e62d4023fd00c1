"""`OutputBucket`: a bucket for data, code and trained models that nobody else can read.

Private, encrypted, with versions, and reached over TLS only. It is not emptied by a destroy unless that is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

from .names import child_name

__all__ = ["OutputBucket"]

_OLD_VERSION_DAYS = 30
_OLD_TRIAL_DAYS = 30
_UNFINISHED_UPLOAD_DAYS = 7


class OutputBucket(pulumi.ComponentResource):
    """A bucket; what is given its name, `bucket`, waits for all of its settings."""

    bucket: pulumi.Output[str]
    arn: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        kms_key_id: pulumi.Input[str] | None = None,
        expire_output_days: pulumi.Input[int] | None = None,
        output_prefix: str = "",
        force_destroy: pulumi.Input[bool] = False,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Make a bucket.

        kms_key_id: encrypts with this key; with S3's own when left out.
        expire_output_days: deletes what is below `output_prefix` when it is so old, the best model included. When left
        out, everything is kept, and what is thirty days old moves to S3's Intelligent-Tiering, which costs less the
        longer nobody reads it. Old versions go after thirty days, unfinished uploads after seven.
        """
        super().__init__("sagemaker-tuning:components:OutputBucket", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        made = aws.s3.Bucket(child_name(name), force_destroy=force_destroy, tags=tags, opts=child)
        # S3 refuses two changes of one bucket's policy and access block at a time, so one waits for the other.
        private = aws.s3.BucketPublicAccessBlock(
            name,
            bucket=made.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=child,
        )
        policy = aws.s3.BucketPolicy(
            name,
            bucket=made.bucket,
            policy=made.arn.apply(_only_over_tls),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[private]),
        )
        versioning = aws.s3.BucketVersioning(
            name, bucket=made.bucket, versioning_configuration={"status": "Enabled"}, opts=child
        )
        encryption = aws.s3.BucketServerSideEncryptionConfiguration(
            name, bucket=made.bucket, rules=[_encryption(kms_key_id)], opts=child
        )
        lifecycle = aws.s3.BucketLifecycleConfiguration(
            name,
            bucket=made.bucket,
            rules=_lifecycle(expire_output_days, output_prefix),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[versioning]),
        )
        settings = (private, policy, versioning, encryption, lifecycle)
        # Not their ids, which a preview does not know if a setting is new: whatever is in the bucket would change.
        self.bucket = pulumi.Output.all(made.bucket, *(setting.urn for setting in settings)).apply(
            lambda found: str(found[0])
        )
        self.arn = made.arn
        self.register_outputs({"bucket": self.bucket, "arn": self.arn})


def _only_over_tls(arn: str) -> str:
    statement = {
        "Sid": "OnlyOverTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _encryption(kms_key_id: pulumi.Input[str] | None) -> Any:  # one of pulumi_aws's typed dicts
    if kms_key_id is None:
        return {"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}
    by_default = {"sse_algorithm": "aws:kms", "kms_master_key_id": kms_key_id}
    return {"apply_server_side_encryption_by_default": by_default, "bucket_key_enabled": True}


def _lifecycle(expire_output_days: pulumi.Input[int] | None, output_prefix: str) -> Any:
    old_versions = {
        "id": "old-versions",
        "status": "Enabled",
        "filter": {"prefix": ""},
        "noncurrent_version_expiration": {"noncurrent_days": _OLD_VERSION_DAYS},
        "abort_incomplete_multipart_upload": {"days_after_initiation": _UNFINISHED_UPLOAD_DAYS},
    }
    old_trials = {"id": "old-trials", "status": "Enabled", "filter": {"prefix": output_prefix}}
    if expire_output_days is None:
        fate: dict[str, Any] = {"transitions": [{"days": _OLD_TRIAL_DAYS, "storage_class": "INTELLIGENT_TIERING"}]}
    else:
        fate = {"expiration": {"days": expire_output_days}}
    return [old_versions, {**old_trials, **fate}]
