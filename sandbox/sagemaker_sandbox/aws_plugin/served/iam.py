"""IAM: roles, policies and what ties them together."""

from __future__ import annotations

import json
from typing import Any, ClassVar
from urllib.parse import unquote

from sagemaker_sandbox.aws_plugin.aws import Aws
from sagemaker_sandbox.aws_plugin.resource import Input, Name, ResourceType, Values, same_json
from sagemaker_sandbox.aws_plugin.served.tags import changed_tags, from_tag_list, removed_tags, to_tag_list

__all__ = ["Policy", "Role", "RolePolicy", "RolePolicyAttachment"]

_MAX_POLICY_VERSIONS = 5  # IAM keeps at most five; the oldest makes room for a sixth


class Role(ResourceType):
    """The id is the role's name."""

    token = "aws:iam/role:Role"
    name = Name(limit=64)
    inputs: ClassVar = {
        "name": Input(replaces=True),
        "assumeRolePolicy": Input(required=True, same=same_json),
        "description": Input(),
        "forceDetachPolicies": Input(default=False, reported=False),
        "maxSessionDuration": Input(default=3600),
        "path": Input(replaces=True, default="/"),
        "permissionsBoundary": Input(),
        "tags": Input(),
    }
    computed = ("arn", "createDate", "uniqueId", "tagsAll")

    def create(self, aws: Aws, inputs: Values) -> str:
        request = {
            "RoleName": inputs["name"],
            "AssumeRolePolicyDocument": inputs["assumeRolePolicy"],
            "Description": inputs.get("description"),
            "MaxSessionDuration": inputs["maxSessionDuration"],
            "Path": inputs["path"],
            "PermissionsBoundary": inputs.get("permissionsBoundary"),
            "Tags": to_tag_list(inputs.get("tags")),
        }
        aws.client("iam").create_role(**_given(request))
        name: str = inputs["name"]
        return name

    def read(self, aws: Aws, id: str, state: Values) -> Values | None:
        role = aws.client("iam").get_role(RoleName=id)["Role"]
        return {
            "name": role["RoleName"],
            "assumeRolePolicy": _policy_text(role["AssumeRolePolicyDocument"]),
            "description": role.get("Description"),
            "maxSessionDuration": role.get("MaxSessionDuration"),
            "path": role["Path"],
            "permissionsBoundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
            "tags": from_tag_list(role.get("Tags")),
            "arn": role["Arn"],
            "createDate": role["CreateDate"].isoformat(),
            "uniqueId": role["RoleId"],
        }

    def update(self, aws: Aws, id: str, state: Values, inputs: Values) -> None:
        iam = aws.client("iam")
        if not self.is_same("assumeRolePolicy", state, inputs):
            iam.update_assume_role_policy(RoleName=id, PolicyDocument=inputs["assumeRolePolicy"])
        if not (self.is_same("description", state, inputs) and self.is_same("maxSessionDuration", state, inputs)):
            description, duration = inputs.get("description", ""), inputs["maxSessionDuration"]
            iam.update_role(RoleName=id, Description=description, MaxSessionDuration=duration)
        if not self.is_same("permissionsBoundary", state, inputs):
            if boundary := inputs.get("permissionsBoundary"):
                iam.put_role_permissions_boundary(RoleName=id, PermissionsBoundary=boundary)
            else:
                iam.delete_role_permissions_boundary(RoleName=id)
        _retag(iam.tag_role, iam.untag_role, {"RoleName": id}, state, inputs)

    def delete(self, aws: Aws, id: str, state: Values) -> None:
        iam = aws.client("iam")
        if state.get("forceDetachPolicies"):
            for policy in iam.list_attached_role_policies(RoleName=id)["AttachedPolicies"]:
                iam.detach_role_policy(RoleName=id, PolicyArn=policy["PolicyArn"])
            for name in iam.list_role_policies(RoleName=id)["PolicyNames"]:
                iam.delete_role_policy(RoleName=id, PolicyName=name)
        iam.delete_role(RoleName=id)


class Policy(ResourceType):
    """The id is the policy's ARN."""

    token = "aws:iam/policy:Policy"
    name = Name(limit=128)
    inputs: ClassVar = {
        "name": Input(replaces=True),
        "policy": Input(required=True, same=same_json),
        "description": Input(replaces=True),
        "path": Input(replaces=True, default="/"),
        "tags": Input(),
    }
    computed = ("arn", "attachmentCount", "policyId", "tagsAll")

    def create(self, aws: Aws, inputs: Values) -> str:
        request = {
            "PolicyName": inputs["name"],
            "PolicyDocument": inputs["policy"],
            "Description": inputs.get("description"),
            "Path": inputs["path"],
            "Tags": to_tag_list(inputs.get("tags")),
        }
        arn: str = aws.client("iam").create_policy(**_given(request))["Policy"]["Arn"]
        return arn

    def read(self, aws: Aws, id: str, state: Values) -> Values | None:
        iam = aws.client("iam")
        policy = iam.get_policy(PolicyArn=id)["Policy"]
        version = iam.get_policy_version(PolicyArn=id, VersionId=policy["DefaultVersionId"])["PolicyVersion"]
        return {
            "name": policy["PolicyName"],
            "policy": _policy_text(version["Document"]),
            "description": policy.get("Description"),
            "path": policy["Path"],
            "tags": from_tag_list(policy.get("Tags")),
            "arn": policy["Arn"],
            "attachmentCount": policy["AttachmentCount"],
            "policyId": policy["PolicyId"],
        }

    def update(self, aws: Aws, id: str, state: Values, inputs: Values) -> None:
        iam = aws.client("iam")
        if not self.is_same("policy", state, inputs):
            older = self._older_versions(iam, id)
            if len(older) + 1 >= _MAX_POLICY_VERSIONS:
                iam.delete_policy_version(PolicyArn=id, VersionId=older[-1])
            iam.create_policy_version(PolicyArn=id, PolicyDocument=inputs["policy"], SetAsDefault=True)
        _retag(iam.tag_policy, iam.untag_policy, {"PolicyArn": id}, state, inputs)

    def delete(self, aws: Aws, id: str, state: Values) -> None:
        iam = aws.client("iam")
        for version in self._older_versions(iam, id):
            iam.delete_policy_version(PolicyArn=id, VersionId=version)
        iam.delete_policy(PolicyArn=id)

    def _older_versions(self, iam: Any, arn: str) -> list[str]:
        """All but the default version, newest first."""
        versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
        older = [version for version in versions if not version["IsDefaultVersion"]]
        return [version["VersionId"] for version in sorted(older, key=lambda each: each["CreateDate"], reverse=True)]


class RolePolicy(ResourceType):
    """A policy inside a role. The id is `role:name`."""

    token = "aws:iam/rolePolicy:RolePolicy"
    name = Name(limit=128)
    inputs: ClassVar = {
        "name": Input(replaces=True),
        "role": Input(required=True, replaces=True),
        "policy": Input(required=True, same=same_json),
    }

    def create(self, aws: Aws, inputs: Values) -> str:
        self._put(aws, inputs)
        return f"{inputs['role']}:{inputs['name']}"

    def read(self, aws: Aws, id: str, state: Values) -> Values | None:
        role, name = id.split(":", 1)
        policy = aws.client("iam").get_role_policy(RoleName=role, PolicyName=name)
        return {"name": name, "role": role, "policy": _policy_text(policy["PolicyDocument"])}

    def update(self, aws: Aws, id: str, state: Values, inputs: Values) -> None:
        self._put(aws, inputs)

    def delete(self, aws: Aws, id: str, state: Values) -> None:
        role, name = id.split(":", 1)
        aws.client("iam").delete_role_policy(RoleName=role, PolicyName=name)

    def _put(self, aws: Aws, inputs: Values) -> None:
        request = {"RoleName": inputs["role"], "PolicyName": inputs["name"], "PolicyDocument": inputs["policy"]}
        aws.client("iam").put_role_policy(**request)


class RolePolicyAttachment(ResourceType):
    """The id is `role/policy-arn`, which is also what an import is given."""

    token = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    inputs: ClassVar = {
        "role": Input(required=True, replaces=True),
        "policyArn": Input(required=True, replaces=True),
    }

    def create(self, aws: Aws, inputs: Values) -> str:
        aws.client("iam").attach_role_policy(RoleName=inputs["role"], PolicyArn=inputs["policyArn"])
        return f"{inputs['role']}/{inputs['policyArn']}"

    def read(self, aws: Aws, id: str, state: Values) -> Values | None:
        role, arn = id.split("/", 1)
        pages = aws.client("iam").get_paginator("list_attached_role_policies").paginate(RoleName=role)
        attached = {policy["PolicyArn"] for page in pages for policy in page["AttachedPolicies"]}
        return {"role": role, "policyArn": arn} if arn in attached else None

    def delete(self, aws: Aws, id: str, state: Values) -> None:
        role, arn = id.split("/", 1)
        aws.client("iam").detach_role_policy(RoleName=role, PolicyArn=arn)


def _given(request: Values) -> Values:
    return {key: value for key, value in request.items() if value not in (None, [])}


def _policy_text(document: Any) -> str:
    """boto3 decodes policy documents where botocore's model says so; elsewhere they are URL-encoded text."""
    return json.dumps(document) if isinstance(document, dict) else unquote(document)


def _retag(tag: Any, untag: Any, target: Values, state: Values, inputs: Values) -> None:
    """The calls that turn the tags of the state into the declared ones, if any are needed."""
    if removed := removed_tags(state.get("tags"), inputs.get("tags")):
        untag(**target, TagKeys=removed)
    if changed := changed_tags(state.get("tags"), inputs.get("tags")):
        tag(**target, Tags=changed)
