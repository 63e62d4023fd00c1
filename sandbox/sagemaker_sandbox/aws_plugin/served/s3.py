"""S3: buckets and objects."""

from __future__ import annotations

import base64
import mimetypes
from typing import Any, ClassVar

from sagemaker_sandbox.aws_plugin.assets import Asset
from sagemaker_sandbox.aws_plugin.aws import Aws
from sagemaker_sandbox.aws_plugin.resource import Input, Name, ResourceType, Values
from sagemaker_sandbox.aws_plugin.served.tags import from_tag_list, to_tag_list

__all__ = ["Bucket", "BucketObject", "BucketObjectV2", "BucketV2"]

_BODIES = ("source", "content", "contentBase64")  # an object's content comes from one of them
_DEFAULT_LOCATION = "us-east-1"  # the one region that CreateBucket refuses as a LocationConstraint


class Bucket(ResourceType):
    """The id is the bucket's name."""

    token = "aws:s3/bucket:Bucket"
    name = Name("bucket", limit=63, lower=True)
    inputs: ClassVar = {
        "bucket": Input(replaces=True),
        "forceDestroy": Input(default=False, reported=False),
        "objectLockEnabled": Input(replaces=True, reported=False),
        "region": Input(replaces=True),
        "tags": Input(),
    }
    computed = ("arn", "bucketDomainName", "bucketRegion", "bucketRegionalDomainName", "tagsAll")

    def create(self, aws: Aws, inputs: Values) -> str:
        bucket: str = inputs["bucket"]
        region: str = inputs["region"]
        location = {} if region == _DEFAULT_LOCATION else {"LocationConstraint": region}
        request: Values = {"CreateBucketConfiguration": location} if location else {}
        if inputs.get("objectLockEnabled"):
            request["ObjectLockEnabledForBucket"] = True
        s3 = aws.client("s3", region)
        s3.create_bucket(Bucket=bucket, **request)
        if inputs.get("tags"):
            s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": to_tag_list(inputs["tags"])})
        return bucket

    def read(self, aws: Aws, id: str, state: Values) -> Values | None:
        s3 = aws.client("s3", state.get("region"))
        s3.head_bucket(Bucket=id)
        region = s3.get_bucket_location(Bucket=id).get("LocationConstraint") or _DEFAULT_LOCATION
        return {
            "bucket": id,
            "region": region,
            "tags": self._tags(s3, id),
            "arn": f"arn:{aws.partition}:s3:::{id}",
            "bucketDomainName": f"{id}.s3.{aws.dns_suffix}",
            "bucketRegion": region,
            "bucketRegionalDomainName": f"{id}.s3.{region}.{aws.dns_suffix}",
        }

    def update(self, aws: Aws, id: str, state: Values, inputs: Values) -> None:
        s3 = aws.client("s3", inputs["region"])
        if self.is_same("tags", state, inputs):
            return
        if inputs.get("tags"):
            s3.put_bucket_tagging(Bucket=id, Tagging={"TagSet": to_tag_list(inputs["tags"])})
        else:
            s3.delete_bucket_tagging(Bucket=id)

    def delete(self, aws: Aws, id: str, state: Values) -> None:
        s3 = aws.client("s3", state.get("region"))
        if state.get("forceDestroy"):
            self._empty(s3, id)
        s3.delete_bucket(Bucket=id)

    def _tags(self, s3: Any, bucket: str) -> dict[str, str]:
        try:
            return from_tag_list(s3.get_bucket_tagging(Bucket=bucket)["TagSet"])
        except s3.exceptions.ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchTagSet":
                raise
            return {}

    def _empty(self, s3: Any, bucket: str) -> None:
        """Remove every version of every object, a thousand at a time."""
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            versions = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            if versions:
                objects = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in versions]
                s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})


class BucketV2(Bucket):
    """The name that pulumi_aws 6 gave to the same bucket."""

    token = "aws:s3/bucketV2:BucketV2"


def _same_content(left: Any, right: Any) -> bool:
    if isinstance(left, Asset) and isinstance(right, Asset):
        return left.digest == right.digest
    return bool(left == right)


class BucketObject(ResourceType):
    """The id is `bucket/key`. A file is compared by its content: a changed one is an update, a moved one is not."""

    token = "aws:s3/bucketObject:BucketObject"
    name = Name("key", suffix=False)
    inputs: ClassVar = {
        "bucket": Input(required=True, replaces=True),
        "key": Input(replaces=True),
        "source": Input(reported=False, same=_same_content),
        "content": Input(reported=False),
        "contentBase64": Input(reported=False),
        "sourceHash": Input(reported=False),
        "contentType": Input(aws_decides=True),
        "contentEncoding": Input(),
        "cacheControl": Input(),
        "metadata": Input(),
        "serverSideEncryption": Input(aws_decides=True),
        "forceDestroy": Input(default=False, reported=False),
        "region": Input(replaces=True),
        "tags": Input(),
    }
    computed = ("arn", "etag", "versionId", "tagsAll")
    recomputed = ("etag", "versionId")

    def create(self, aws: Aws, inputs: Values) -> str:
        self._put(aws, inputs)
        return f"{inputs['bucket']}/{inputs['key']}"

    def read(self, aws: Aws, id: str, state: Values) -> Values | None:
        bucket, key = id.removeprefix("s3://").split("/", 1)
        s3 = aws.client("s3", state.get("region"))
        head = s3.head_object(Bucket=bucket, Key=key)
        etag = head["ETag"].strip('"')
        # S3 does not say whose content it holds; an ETag that moved says that it is not the declared one any more.
        is_foreign = state.get("etag", etag) != etag
        return {
            **(dict.fromkeys(_BODIES) if is_foreign else {}),
            "bucket": bucket,
            "key": key,
            "contentType": head.get("ContentType"),
            "contentEncoding": head.get("ContentEncoding"),
            "cacheControl": head.get("CacheControl"),
            "metadata": head.get("Metadata"),
            "serverSideEncryption": head.get("ServerSideEncryption"),
            "tags": from_tag_list(s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]),
            "arn": f"arn:{aws.partition}:s3:::{bucket}/{key}",
            "etag": etag,
            "versionId": head.get("VersionId"),
        }

    def update(self, aws: Aws, id: str, state: Values, inputs: Values) -> None:
        changed = {name for name in self.inputs if not self.is_same(name, state, inputs)}
        if changed - {"tags", "forceDestroy"}:
            self._put(aws, inputs)
        elif "tags" in changed:
            s3, target = aws.client("s3", inputs["region"]), {"Bucket": inputs["bucket"], "Key": inputs["key"]}
            if inputs.get("tags"):
                s3.put_object_tagging(**target, Tagging={"TagSet": to_tag_list(inputs["tags"])})
            else:
                s3.delete_object_tagging(**target)

    def delete(self, aws: Aws, id: str, state: Values) -> None:
        aws.client("s3", state.get("region")).delete_object(Bucket=state["bucket"], Key=state["key"])

    def _put(self, aws: Aws, inputs: Values) -> None:
        s3 = aws.client("s3", inputs["region"])
        target = {"Bucket": inputs["bucket"], "Key": inputs["key"]}
        guessed, _ = mimetypes.guess_type(inputs["key"])
        request = {
            "Body": _body(inputs),
            "ContentType": inputs.get("contentType") or guessed,
            "ContentEncoding": inputs.get("contentEncoding"),
            "CacheControl": inputs.get("cacheControl"),
            "Metadata": inputs.get("metadata"),
            "ServerSideEncryption": inputs.get("serverSideEncryption"),
        }
        s3.put_object(**target, **{key: value for key, value in request.items() if value is not None})
        if inputs.get("tags"):
            s3.put_object_tagging(**target, Tagging={"TagSet": to_tag_list(inputs["tags"])})


class BucketObjectV2(BucketObject):
    """The newer name of the same object."""

    token = "aws:s3/bucketObjectv2:BucketObjectv2"


def _body(inputs: Values) -> bytes:
    if "source" in inputs:
        asset: Asset = inputs["source"]
        return asset.content()
    if "contentBase64" in inputs:
        return base64.b64decode(inputs["contentBase64"])
    return str(inputs.get("content", "")).encode()
