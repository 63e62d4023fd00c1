"""The settings of a bucket that AWS keeps as resources of their own."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar

from sagemaker_sandbox.aws_plugin.aws import Aws
from sagemaker_sandbox.aws_plugin.resource import Input, ResourceType, Values, same_json

__all__ = [
    "BucketLifecycle",
    "BucketPolicy",
    "BucketPublicAccessBlock",
    "BucketServerSideEncryption",
    "BucketVersioning",
]


class _BucketSetting(ResourceType):
    """One setting of a bucket: put, get and delete by the bucket's name, which is also the id."""

    def create(self, aws: Aws, inputs: Values) -> str:
        bucket: str = inputs["bucket"]
        self.put(aws.client("s3", inputs["region"]), bucket, inputs)
        return bucket

    def read(self, aws: Aws, id: str, state: Values) -> Values | None:
        setting = self.get(aws.client("s3", state.get("region")), id)
        return None if setting is None else {"bucket": id, **setting}

    def update(self, aws: Aws, id: str, state: Values, inputs: Values) -> None:
        self.put(aws.client("s3", inputs["region"]), id, inputs)

    def delete(self, aws: Aws, id: str, state: Values) -> None:
        self.remove(aws.client("s3", state.get("region")), id)

    @abstractmethod
    def put(self, s3: Any, bucket: str, inputs: Values) -> None: ...

    @abstractmethod
    def get(self, s3: Any, bucket: str) -> Values | None: ...

    @abstractmethod
    def remove(self, s3: Any, bucket: str) -> None: ...


class BucketVersioning(_BucketSetting):
    """Versioning cannot be taken back to never; deleting this suspends it."""

    token = "aws:s3/bucketVersioning:BucketVersioning"
    inputs: ClassVar = {
        "bucket": Input(required=True, replaces=True),
        "region": Input(replaces=True),
        "versioningConfiguration": Input(required=True),
    }

    def put(self, s3: Any, bucket: str, inputs: Values) -> None:
        _refuse_others(self.token, inputs["versioningConfiguration"], {"status"})
        status = inputs["versioningConfiguration"]["status"]
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})

    def get(self, s3: Any, bucket: str) -> Values | None:
        status = s3.get_bucket_versioning(Bucket=bucket).get("Status")
        return {"versioningConfiguration": {"status": status}} if status else None

    def remove(self, s3: Any, bucket: str) -> None:
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})


class BucketPublicAccessBlock(_BucketSetting):
    token = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
    inputs: ClassVar = {
        "bucket": Input(required=True, replaces=True),
        "region": Input(replaces=True),
        "blockPublicAcls": Input(),
        "blockPublicPolicy": Input(),
        "ignorePublicAcls": Input(),
        "restrictPublicBuckets": Input(),
    }

    _WORDS: ClassVar = {
        "blockPublicAcls": "BlockPublicAcls",
        "blockPublicPolicy": "BlockPublicPolicy",
        "ignorePublicAcls": "IgnorePublicAcls",
        "restrictPublicBuckets": "RestrictPublicBuckets",
    }

    def put(self, s3: Any, bucket: str, inputs: Values) -> None:
        configuration = {word: inputs.get(key, False) for key, word in self._WORDS.items()}
        s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=configuration)

    def get(self, s3: Any, bucket: str) -> Values | None:
        configuration = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
        return {key: configuration.get(word, False) for key, word in self._WORDS.items()}

    def remove(self, s3: Any, bucket: str) -> None:
        s3.delete_public_access_block(Bucket=bucket)


class BucketServerSideEncryption(_BucketSetting):
    token = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    inputs: ClassVar = {
        "bucket": Input(required=True, replaces=True),
        "region": Input(replaces=True),
        "rules": Input(required=True),
    }

    def put(self, s3: Any, bucket: str, inputs: Values) -> None:
        rules = [self._to_aws(rule) for rule in inputs["rules"]]
        s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})

    def get(self, s3: Any, bucket: str) -> Values | None:
        rules = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        return {"rules": [self._from_aws(rule) for rule in rules]}

    def remove(self, s3: Any, bucket: str) -> None:
        s3.delete_bucket_encryption(Bucket=bucket)

    _SERVED: ClassVar = {
        "applyServerSideEncryptionByDefault.sseAlgorithm",
        "applyServerSideEncryptionByDefault.kmsMasterKeyId",
        "bucketKeyEnabled",
    }

    def _to_aws(self, rule: Values) -> Values:
        _refuse_others(self.token, rule, self._SERVED)
        default = rule["applyServerSideEncryptionByDefault"]
        by_default = {"SSEAlgorithm": default["sseAlgorithm"]}
        if key := default.get("kmsMasterKeyId"):
            by_default["KMSMasterKeyID"] = key
        result: Values = {"ApplyServerSideEncryptionByDefault": by_default}
        if "bucketKeyEnabled" in rule:
            result["BucketKeyEnabled"] = rule["bucketKeyEnabled"]
        return result

    def _from_aws(self, rule: Values) -> Values:
        by_default = rule["ApplyServerSideEncryptionByDefault"]
        default = {"sseAlgorithm": by_default["SSEAlgorithm"], "kmsMasterKeyId": by_default.get("KMSMasterKeyID")}
        result: Values = {
            "applyServerSideEncryptionByDefault": {key: value for key, value in default.items() if value is not None}
        }
        if rule.get("BucketKeyEnabled"):
            result["bucketKeyEnabled"] = True
        return result


class BucketPolicy(_BucketSetting):
    token = "aws:s3/bucketPolicy:BucketPolicy"
    inputs: ClassVar = {
        "bucket": Input(required=True, replaces=True),
        "region": Input(replaces=True),
        "policy": Input(required=True, same=same_json),
    }

    def put(self, s3: Any, bucket: str, inputs: Values) -> None:
        s3.put_bucket_policy(Bucket=bucket, Policy=inputs["policy"])

    def get(self, s3: Any, bucket: str) -> Values | None:
        return {"policy": s3.get_bucket_policy(Bucket=bucket)["Policy"]}

    def remove(self, s3: Any, bucket: str) -> None:
        s3.delete_bucket_policy(Bucket=bucket)


def _same_rules(left: Any, right: Any) -> bool:
    """A rule without a filter is one for every object."""
    if not isinstance(left, list) or not isinstance(right, list):  # not known yet
        return bool(left == right)
    everything = {"filter": {"prefix": ""}}
    return [{**everything, **rule} for rule in left] == [{**everything, **rule} for rule in right]


class BucketLifecycle(_BucketSetting):
    """Rules with a prefix, transitions, an expiration, and what becomes of old versions and unfinished uploads."""

    token = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
    inputs: ClassVar = {
        "bucket": Input(required=True, replaces=True),
        "region": Input(replaces=True),
        "rules": Input(required=True, same=_same_rules),
    }

    # A block, and the number in it that is served.
    _AGES: ClassVar = {
        ("expiration", "days"): ("Expiration", "Days"),
        ("noncurrentVersionExpiration", "noncurrentDays"): ("NoncurrentVersionExpiration", "NoncurrentDays"),
        ("abortIncompleteMultipartUpload", "daysAfterInitiation"): (
            "AbortIncompleteMultipartUpload",
            "DaysAfterInitiation",
        ),
    }

    _SERVED: ClassVar = {
        "id",
        "status",
        "filter.prefix",
        "transitions.days",
        "transitions.storageClass",
        *(".".join(served) for served in _AGES),
    }

    def put(self, s3: Any, bucket: str, inputs: Values) -> None:
        rules = [self._to_aws(rule) for rule in inputs["rules"]]
        s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})

    def get(self, s3: Any, bucket: str) -> Values | None:
        rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
        return {"rules": [self._from_aws(rule) for rule in rules]}

    def remove(self, s3: Any, bucket: str) -> None:
        s3.delete_bucket_lifecycle(Bucket=bucket)

    def _to_aws(self, rule: Values) -> Values:
        _refuse_others(self.token, rule, self._SERVED)
        ages: Values = {
            word: {word_of_age: rule[block][age]}
            for (block, age), (word, word_of_age) in self._AGES.items()
            if block in rule
        }
        if transitions := rule.get("transitions"):
            ages["Transitions"] = [{"Days": each["days"], "StorageClass": each["storageClass"]} for each in transitions]
        prefix = rule.get("filter", {}).get("prefix", "")
        return {"ID": rule["id"], "Status": rule["status"], "Filter": {"Prefix": prefix}, **ages}

    def _from_aws(self, rule: Values) -> Values:
        ages: Values = {
            block: {age: rule[word][word_of_age]}
            for (block, age), (word, word_of_age) in self._AGES.items()
            if word in rule
        }
        if transitions := rule.get("Transitions"):
            ages["transitions"] = [{"days": each["Days"], "storageClass": each["StorageClass"]} for each in transitions]
        prefix = rule.get("Filter", {}).get("Prefix", "")
        return {"id": rule["ID"], "status": rule["Status"], "filter": {"prefix": prefix}, **ages}


def _refuse_others(token: str, block: Values, served: set[str]) -> None:
    """Errors: ValueError for what would be left out of the setting without a word."""
    if others := sorted(set(_leaves(block)) - served):
        listed = ", ".join(sorted(served))
        raise ValueError(f"the offline aws stand-in does not serve {', '.join(others)} of {token}; it serves {listed}")


def _leaves(block: Values, above: str = "") -> Iterator[str]:
    for key, value in block.items():
        inner = value if isinstance(value, list) else [value]
        for each in inner:
            if isinstance(each, dict):
                yield from _leaves(each, f"{above}{key}.")
            else:
                yield f"{above}{key}"
