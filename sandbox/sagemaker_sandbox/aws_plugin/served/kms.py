"""KMS: keys and their aliases."""

from __future__ import annotations

from typing import ClassVar

from sagemaker_sandbox.aws_plugin.aws import Aws
from sagemaker_sandbox.aws_plugin.resource import Input, Name, ResourceType, Values, same_json
from sagemaker_sandbox.aws_plugin.served.tags import changed_tags, removed_tags

__all__ = ["Alias", "Key"]

_POLICY_NAME = "default"  # the only one that KMS knows


class Key(ResourceType):
    """The id is KMS's own. A deleted key waits for its end; so long it counts as gone."""

    token = "aws:kms/key:Key"
    inputs: ClassVar = {
        "description": Input(aws_decides=True),
        "deletionWindowInDays": Input(default=30, reported=False),
        "enableKeyRotation": Input(default=False),
        "policy": Input(aws_decides=True, same=same_json),
        "region": Input(replaces=True),
        "tags": Input(),
    }
    computed = ("arn", "keyId", "tagsAll")

    def create(self, aws: Aws, inputs: Values) -> str:
        kms = aws.client("kms", inputs["region"])
        request = {
            "Description": inputs.get("description"),
            "Policy": inputs.get("policy"),
            "Tags": [{"TagKey": key, "TagValue": value} for key, value in inputs.get("tags", {}).items()],
        }
        id: str = kms.create_key(**{key: value for key, value in request.items() if value})["KeyMetadata"]["KeyId"]
        if inputs["enableKeyRotation"]:
            kms.enable_key_rotation(KeyId=id)
        return id

    def read(self, aws: Aws, id: str, state: Values) -> Values | None:
        kms = aws.client("kms", state.get("region"))
        key = kms.describe_key(KeyId=id)["KeyMetadata"]
        if key["KeyState"] == "PendingDeletion":
            return None
        tags = {tag["TagKey"]: tag["TagValue"] for tag in kms.list_resource_tags(KeyId=id)["Tags"]}
        return {
            "description": key.get("Description"),
            "enableKeyRotation": kms.get_key_rotation_status(KeyId=id)["KeyRotationEnabled"],
            "policy": kms.get_key_policy(KeyId=id, PolicyName=_POLICY_NAME)["Policy"],
            "tags": {key: value for key, value in tags.items() if not key.startswith("aws:")},
            "arn": key["Arn"],
            "keyId": key["KeyId"],
        }

    def update(self, aws: Aws, id: str, state: Values, inputs: Values) -> None:
        kms = aws.client("kms", inputs["region"])
        if not self.is_same("description", state, inputs):
            kms.update_key_description(KeyId=id, Description=inputs["description"])
        if not self.is_same("policy", state, inputs):
            kms.put_key_policy(KeyId=id, PolicyName=_POLICY_NAME, Policy=inputs["policy"])
        if not self.is_same("enableKeyRotation", state, inputs):
            (kms.enable_key_rotation if inputs["enableKeyRotation"] else kms.disable_key_rotation)(KeyId=id)
        if removed := removed_tags(state.get("tags"), inputs.get("tags")):
            kms.untag_resource(KeyId=id, TagKeys=removed)
        if changed := changed_tags(state.get("tags"), inputs.get("tags")):
            kms.tag_resource(KeyId=id, Tags=[{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in changed])

    def delete(self, aws: Aws, id: str, state: Values) -> None:
        kms = aws.client("kms", state.get("region"))
        if kms.describe_key(KeyId=id)["KeyMetadata"]["KeyState"] != "PendingDeletion":
            kms.schedule_key_deletion(KeyId=id, PendingWindowInDays=state.get("deletionWindowInDays", 30))


class Alias(ResourceType):
    """The id is the alias's name, which begins with `alias/`."""

    token = "aws:kms/alias:Alias"
    name = Name(limit=250, prefix="alias/")
    inputs: ClassVar = {
        "name": Input(replaces=True),
        "targetKeyId": Input(required=True),
        "region": Input(replaces=True),
    }
    computed = ("arn", "targetKeyArn")

    def create(self, aws: Aws, inputs: Values) -> str:
        name: str = inputs["name"]
        aws.client("kms", inputs["region"]).create_alias(AliasName=name, TargetKeyId=inputs["targetKeyId"])
        return name

    def read(self, aws: Aws, id: str, state: Values) -> Values | None:
        kms = aws.client("kms", state.get("region"))
        pages = kms.get_paginator("list_aliases").paginate()
        alias = next((each for page in pages for each in page["Aliases"] if each["AliasName"] == id), None)
        if alias is None:
            return None
        target = alias["TargetKeyId"]
        return {
            "name": id,
            "targetKeyId": target,
            "arn": alias["AliasArn"],
            "targetKeyArn": aws.arn("kms", f"key/{target}"),
        }

    def update(self, aws: Aws, id: str, state: Values, inputs: Values) -> None:
        aws.client("kms", inputs["region"]).update_alias(AliasName=id, TargetKeyId=inputs["targetKeyId"])

    def delete(self, aws: Aws, id: str, state: Values) -> None:
        aws.client("kms", state.get("region")).delete_alias(AliasName=id)
