"""Every served type through its whole life, as the engine leads it, against moto."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from aws_documents import REGION, TRUST, bucket_policy, images_kept, policy, pull_policy
from engine_side import CheckFailed, Diff, Provider
from sagemaker_sandbox.aws_plugin.served import TYPES

Inputs = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A type's inputs, and edits of them with the whole diff that each must give. An edit to None leaves out."""

    inputs: Callable[[SimpleNamespace], Inputs]
    edits: Mapping[str, tuple[Callable[[SimpleNamespace], Inputs], Diff]] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()


def _fixed(inputs: Inputs) -> Callable[[SimpleNamespace], Inputs]:
    return lambda surroundings: inputs


def _update(**paths: str) -> Diff:
    return Diff("update", {path.replace("__", "."): kind for path, kind in paths.items()})


def _replace(*paths: str, before: bool = False, kind: str = "update_replace") -> Diff:
    return Diff("replace", dict.fromkeys(paths, kind), delete_before_replace=before)


OTHER_TRUST = json.dumps({**TRUST, "Statement": [{**TRUST["Statement"][0], "Sid": "Trust"}]})
OPEN = {"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"]}
HTTPS = {"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["10.0.0.0/8"], "description": "api"}
OLD_VERSIONS = {
    "id": "old",
    "status": "Enabled",
    "filter": {"prefix": ""},
    "noncurrentVersionExpiration": {"noncurrentDays": 30},
    "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
}
TIERING = {"days": 30, "storageClass": "INTELLIGENT_TIERING"}
ROLE_ARN = "arn:aws:iam::123456789012:role/shared"
CONTAINER = {
    "image": "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:1.7-1",
    "modelDataUrl": "s3://shared/1/model.tar.gz",
}
VARIANT = {"variantName": "all", "modelName": "shared", "instanceType": "ml.m5.large", "initialInstanceCount": 1}
TAG_EDITS = {
    "an edited tag": (_fixed({"tags": {"team": "risk"}}), _update(tags__team="update")),
    "an added tag": (
        _fixed({"tags": {"team": "ml", "cost-center": "7"}}),
        Diff("update", {'tags["cost-center"]': "add"}),
    ),
    "no tags any more": (_fixed({"tags": None}), _update(tags="delete")),
}
BUCKET = Case(
    _fixed({"forceDestroy": True, "tags": {"team": "ml"}}),
    {
        **TAG_EDITS,
        "another name": (_fixed({"bucket": "renamed"}), _replace("bucket")),
    },
    ("arn", "bucketDomainName", "bucketRegionalDomainName"),
)
OBJECT = Case(
    _fixed({"bucket": "shared", "key": "folder/data.csv", "content": "1,2\n", "tags": {"team": "ml"}}),
    {
        **TAG_EDITS,
        "new content": (_fixed({"content": "3,4\n"}), _update(content="update")),
        "content in base64": (
            _fixed({"content": None, "contentBase64": "MSwyCg=="}),
            _update(content="delete", contentBase64="add"),
        ),
        "metadata": (_fixed({"metadata": {"rows": "1"}}), _update(metadata="add")),
        "a content type": (_fixed({"contentType": "text/plain"}), _update(contentType="update")),
        "another bucket": (_fixed({"bucket": "other"}), _replace("bucket", before=True)),
        "another key": (_fixed({"key": "elsewhere.csv"}), _replace("key")),
    },
    ("arn", "etag"),
)
CASES = {
    "aws:s3/bucket:Bucket": BUCKET,
    "aws:s3/bucketV2:BucketV2": BUCKET,
    "aws:s3/bucketObject:BucketObject": OBJECT,
    "aws:s3/bucketObjectv2:BucketObjectv2": OBJECT,
    "aws:s3/bucketVersioning:BucketVersioning": Case(
        _fixed({"bucket": "shared", "versioningConfiguration": {"status": "Enabled"}}),
        {
            "suspended": (
                _fixed({"versioningConfiguration": {"status": "Suspended"}}),
                _update(versioningConfiguration__status="update"),
            ),
            "another bucket": (_fixed({"bucket": "other"}), _replace("bucket")),
        },
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": Case(
        _fixed({"bucket": "shared", "blockPublicAcls": True, "blockPublicPolicy": True}),
        {
            "one more": (_fixed({"ignorePublicAcls": True}), _update(ignorePublicAcls="update")),
            "one less": (_fixed({"blockPublicPolicy": None}), _update(blockPublicPolicy="delete")),
            "another bucket": (_fixed({"bucket": "other"}), _replace("bucket")),
        },
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": Case(
        _fixed({"bucket": "shared", "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]}),
        {
            "a key": (
                _fixed(
                    {
                        "rules": [
                            {
                                "applyServerSideEncryptionByDefault": {
                                    "sseAlgorithm": "aws:kms",
                                    "kmsMasterKeyId": "alias/data",
                                },
                                "bucketKeyEnabled": True,
                            }
                        ]
                    }
                ),
                _update(rules="update"),
            ),
            "another bucket": (_fixed({"bucket": "other"}), _replace("bucket")),
        },
    ),
    "aws:s3/bucketPolicy:BucketPolicy": Case(
        _fixed({"bucket": "shared", "policy": json.dumps(bucket_policy("s3:GetObject"))}),
        {
            "another statement": (
                _fixed({"policy": json.dumps(bucket_policy("s3:PutObject"))}),
                _update(policy="update"),
            ),
            "another bucket": (_fixed({"bucket": "other"}), _replace("bucket")),
        },
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": Case(
        _fixed({"bucket": "shared", "rules": [OLD_VERSIONS]}),
        {
            "a rule more": (
                _fixed(
                    {
                        "rules": [
                            OLD_VERSIONS,
                            {"id": "o", "status": "Enabled", "filter": {"prefix": "out/"}, "expiration": {"days": 9}},
                            {"id": "t", "status": "Enabled", "filter": {"prefix": "t/"}, "transitions": [TIERING]},
                        ]
                    }
                ),
                _update(rules="update"),
            ),
            "another bucket": (_fixed({"bucket": "other"}), _replace("bucket")),
        },
    ),
    "aws:iam/role:Role": Case(
        _fixed({"assumeRolePolicy": json.dumps(TRUST), "description": "trains", "tags": {"team": "ml"}}),
        {
            **TAG_EDITS,
            "another trust": (_fixed({"assumeRolePolicy": OTHER_TRUST}), _update(assumeRolePolicy="update")),
            "another description": (_fixed({"description": "tunes"}), _update(description="update")),
            "no description": (_fixed({"description": None}), _update(description="delete")),
            "longer sessions": (_fixed({"maxSessionDuration": 7200}), _update(maxSessionDuration="update")),
            "a boundary": (
                lambda surroundings: {"permissionsBoundary": surroundings.policies[0]},
                _update(permissionsBoundary="add"),
            ),
            "another path": (_fixed({"path": "/teams/"}), _replace("path")),
        },
        ("arn", "uniqueId", "createDate"),
    ),
    "aws:iam/policy:Policy": Case(
        _fixed({"policy": json.dumps(policy("s3:GetObject")), "tags": {"team": "ml"}}),
        {
            **TAG_EDITS,
            "other permissions": (_fixed({"policy": json.dumps(policy("s3:PutObject"))}), _update(policy="update")),
            "a description": (_fixed({"description": "reads"}), _replace("description", kind="add_replace")),
        },
        ("arn", "policyId"),
    ),
    "aws:iam/rolePolicy:RolePolicy": Case(
        _fixed({"role": "shared", "policy": json.dumps(policy("s3:GetObject"))}),
        {
            "other permissions": (_fixed({"policy": json.dumps(policy("s3:PutObject"))}), _update(policy="update")),
            "another role": (_fixed({"role": "other"}), _replace("role")),
        },
    ),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": Case(
        lambda surroundings: {"role": "shared", "policyArn": surroundings.policies[0]},
        {
            "another role": (_fixed({"role": "other"}), _replace("role")),
            "another policy": (
                lambda surroundings: {"policyArn": surroundings.policies[1]},
                _replace("policyArn"),
            ),
        },
    ),
    "aws:ec2/vpc:Vpc": Case(
        _fixed({"cidrBlock": "10.1.0.0/16", "tags": {"team": "ml"}}),
        {
            **TAG_EDITS,
            "DNS names": (_fixed({"enableDnsHostnames": True}), _update(enableDnsHostnames="update")),
            "another range": (_fixed({"cidrBlock": "10.2.0.0/16"}), _replace("cidrBlock")),
        },
        ("arn", "mainRouteTableId", "defaultSecurityGroupId"),
    ),
    "aws:ec2/subnet:Subnet": Case(
        lambda surroundings: {"vpcId": surroundings.vpcs[0], "cidrBlock": "10.7.1.0/24", "tags": {"team": "ml"}},
        {
            **TAG_EDITS,
            "public addresses": (_fixed({"mapPublicIpOnLaunch": True}), _update(mapPublicIpOnLaunch="update")),
            "another range": (_fixed({"cidrBlock": "10.7.2.0/24"}), _replace("cidrBlock")),
            "another VPC": (lambda surroundings: {"vpcId": surroundings.vpcs[1]}, _replace("vpcId")),
        },
        ("arn", "availabilityZone", "availabilityZoneId"),
    ),
    "aws:ec2/securityGroup:SecurityGroup": Case(
        lambda surroundings: {"vpcId": surroundings.vpcs[0], "egress": [OPEN], "tags": {"team": "ml"}},
        {
            **TAG_EDITS,
            "a way in": (
                _fixed({"ingress": [HTTPS, {**HTTPS, "cidrBlocks": ["192.168.0.0/16"]}]}),
                _update(ingress="add"),
            ),
            "members among themselves": (
                _fixed({"ingress": [{"protocol": "tcp", "fromPort": 0, "toPort": 65535, "self": True}]}),
                _update(ingress="add"),
            ),
            "a narrower way out": (_fixed({"egress": [HTTPS]}), _update(egress="update")),
            "another VPC": (lambda surroundings: {"vpcId": surroundings.vpcs[1]}, _replace("vpcId")),
        },
        ("arn", "ownerId"),
    ),
    "aws:ec2/routeTable:RouteTable": Case(
        lambda surroundings: {"vpcId": surroundings.vpcs[0], "tags": {"team": "ml"}},
        {**TAG_EDITS, "another VPC": (lambda surroundings: {"vpcId": surroundings.vpcs[1]}, _replace("vpcId"))},
        ("arn", "ownerId"),
    ),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": Case(
        lambda surroundings: {"subnetId": surroundings.subnets[0], "routeTableId": surroundings.route_tables[0]},
        {
            "another table": (
                lambda surroundings: {"routeTableId": surroundings.route_tables[1]},
                _update(routeTableId="update"),
            ),
            "another subnet": (lambda surroundings: {"subnetId": surroundings.subnets[1]}, _replace("subnetId")),
        },
    ),
    "aws:ec2/vpcEndpoint:VpcEndpoint": Case(
        lambda surroundings: {
            "vpcId": surroundings.vpcs[0],
            "serviceName": f"com.amazonaws.{REGION}.s3",
            "routeTableIds": [surroundings.route_tables[0]],
            "tags": {"team": "ml"},
        },
        {
            **TAG_EDITS,
            "another table": (
                lambda surroundings: {"routeTableIds": [surroundings.route_tables[1]]},
                _update(routeTableIds="update"),
            ),
            "another service": (
                _fixed({"serviceName": f"com.amazonaws.{REGION}.dynamodb"}),
                _replace("serviceName"),
            ),
        },
        ("arn", "prefixListId", "state"),
    ),
    "aws:ecr/repository:Repository": Case(
        _fixed({"imageScanningConfiguration": {"scanOnPush": True}, "tags": {"team": "ml"}}),
        {
            **TAG_EDITS,
            "tags that stay": (_fixed({"imageTagMutability": "IMMUTABLE"}), _update(imageTagMutability="update")),
            "no scans": (
                _fixed({"imageScanningConfiguration": {"scanOnPush": False}}),
                _update(imageScanningConfiguration__scanOnPush="update"),
            ),
            "another name": (_fixed({"name": "teams/trainer"}), _replace("name")),
            "a key": (
                lambda surroundings: {
                    "encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": surroundings.keys[0]}]
                },
                _replace("encryptionConfigurations"),
            ),
        },
        ("arn", "registryId", "repositoryUrl"),
    ),
    "aws:ecr/repositoryPolicy:RepositoryPolicy": Case(
        _fixed({"repository": "shared", "policy": json.dumps(pull_policy("BatchGetImage"))}),
        {
            "another action": (
                _fixed({"policy": json.dumps(pull_policy("BatchGetImage", "PutImage"))}),
                _update(policy="update"),
            ),
            "another repository": (_fixed({"repository": "other"}), _replace("repository")),
        },
        ("registryId",),
    ),
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": Case(
        _fixed({"repository": "shared", "policy": json.dumps(images_kept(10))}),
        {
            "more images": (_fixed({"policy": json.dumps(images_kept(20))}), _replace("policy", before=True)),
            "another repository": (_fixed({"repository": "other"}), _replace("repository", before=True)),
        },
        ("registryId",),
    ),
    "aws:kms/key:Key": Case(
        _fixed({"description": "models", "enableKeyRotation": True, "tags": {"team": "ml"}}),
        {
            **TAG_EDITS,
            "another region": (_fixed({"region": "us-west-2"}), _replace("region")),
            "another description": (_fixed({"description": "data"}), _update(description="update")),
            "no rotation": (_fixed({"enableKeyRotation": False}), _update(enableKeyRotation="update")),
        },
        ("arn", "keyId"),
    ),
    "aws:kms/alias:Alias": Case(
        lambda surroundings: {"name": "alias/models", "targetKeyId": surroundings.keys[0]},
        {
            "another key": (
                lambda surroundings: {"targetKeyId": surroundings.keys[1]},
                _update(targetKeyId="update"),
            ),
            "another name": (_fixed({"name": "alias/data"}), _replace("name")),
        },
        ("arn", "targetKeyArn"),
    ),
    "aws:sagemaker/model:Model": Case(
        _fixed({"executionRoleArn": ROLE_ARN, "primaryContainer": CONTAINER, "tags": {"team": "ml"}}),
        {
            **TAG_EDITS,
            "another model": (
                _fixed({"primaryContainer": {**CONTAINER, "modelDataUrl": "s3://shared/2/model.tar.gz"}}),
                _replace("primaryContainer.modelDataUrl"),
            ),
        },
        ("arn",),
    ),
    "aws:sagemaker/endpointConfiguration:EndpointConfiguration": Case(
        lambda surroundings: {"productionVariants": [VARIANT], "tags": {"team": "ml"}},
        {
            **TAG_EDITS,
            "another instance": (
                _fixed({"productionVariants": [{**VARIANT, "instanceType": "ml.m5.xlarge"}]}),
                _replace("productionVariants"),
            ),
        },
        ("arn",),
    ),
}
# Of what a program leaves out to AWS, and of the same bytes in other words, a refresh has nothing to say.
NO_DRIFT = ("a content type", "content in base64", "a way in", "members among themselves")
EDITS = [(type_, edit) for type_, case in CASES.items() for edit in case.edits]
each_type = pytest.mark.parametrize("type_", CASES)


def _edited(inputs: Inputs, edit: Inputs) -> Inputs:
    return {key: value for key, value in {**inputs, **edit}.items() if value is not None}


def test_every_served_type_has_its_case() -> None:
    assert set(CASES) == set(TYPES)


@each_type
def test_every_type_has_an_edit_of_each_kind_that_it_knows(type_: str) -> None:
    known = {"replace" if spec.replaces else "update" for spec in TYPES[type_].inputs.values() if spec.reported}
    assert {expected.action for _, expected in CASES[type_].edits.values()} == known


@each_type
def test_what_was_created_needs_no_change(provider: Provider, surroundings: SimpleNamespace, type_: str) -> None:
    case = CASES[type_]
    inputs = case.inputs(surroundings)
    resource = provider.resource(type_, "created").create(inputs)
    assert resource.id
    assert {key: resource.state[key] for key in inputs} == inputs
    assert [key for key in case.outputs if not resource.state.get(key)] == []
    assert resource.diff(inputs) == Diff("none")
    resource.delete()


@each_type
def test_a_refresh_right_after_a_create_changes_nothing(
    provider: Provider, surroundings: SimpleNamespace, type_: str
) -> None:
    inputs = CASES[type_].inputs(surroundings)
    resource = provider.resource(type_, "refreshed").create(inputs)
    created = (resource.id, resource.state)
    resource.refresh()
    assert (resource.id, resource.state) == created
    assert resource.diff(inputs) == Diff("none")
    resource.delete()


@pytest.mark.parametrize(("type_", "edit"), EDITS, ids=[f"{type_} with {edit}" for type_, edit in EDITS])
def test_an_edit_is_named_and_carried_out(
    provider: Provider, surroundings: SimpleNamespace, type_: str, edit: str
) -> None:
    case = CASES[type_]
    before = case.inputs(surroundings)
    changes, expected = case.edits[edit]
    after = _edited(before, changes(surroundings))
    resource = provider.resource(type_, "edited").create(before)
    assert resource.diff(after) == expected
    if expected.action == "update":
        old = resource.inputs, resource.state
        resource.update(after)
        resource.refresh()  # it is AWS that says so, not the state
        assert resource.diff(after) == Diff("none")
        resource.inputs, resource.state = old  # of somebody who did not make this edit
        resource.refresh()
        assert resource.diff(before).action == ("none" if edit in NO_DRIFT else "update")
    resource.delete()


@each_type
def test_what_is_deleted_is_gone_and_may_be_deleted_again(
    provider: Provider, surroundings: SimpleNamespace, type_: str
) -> None:
    resource = provider.resource(type_, "deleted").create(CASES[type_].inputs(surroundings))
    resource.delete()
    if type_ == "aws:s3/bucketVersioning:BucketVersioning":  # a bucket remembers that it once had versions
        assert resource.refresh().state["versioningConfiguration"] == {"status": "Suspended"}
    else:
        resource.delete()
        assert resource.refresh().id == ""


@each_type
def test_an_import_needs_the_id_alone(provider: Provider, surroundings: SimpleNamespace, type_: str) -> None:
    inputs = {**CASES[type_].inputs(surroundings)}
    created = provider.resource(type_, "imported").create(inputs)
    imported = provider.resource(type_, "imported").import_(created.id)
    unreported = {name for name, spec in TYPES[type_].inputs.items() if not spec.reported}
    expected = {key: value for key, value in inputs.items() if key not in unreported}
    assert {key: imported.inputs.get(key) for key in expected} == {
        key: value if not key.lower().endswith("policy") else imported.inputs[key] for key, value in expected.items()
    }
    assert imported.state.get("arn") == created.state.get("arn")
    created.delete()


@each_type
def test_a_preview_of_a_create_calls_nothing_and_knows_the_inputs(
    provider: Provider, surroundings: SimpleNamespace, type_: str
) -> None:
    inputs = CASES[type_].inputs(surroundings)
    outputs = provider.resource(type_, "previewed").preview_create(inputs)
    assert {key: outputs[key] for key in inputs} == inputs
    unknown = {key for key, value in outputs.items() if value == "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}
    assert unknown == set(TYPES[type_].computed)


@each_type
def test_a_missing_input_is_named(provider: Provider, surroundings: SimpleNamespace, type_: str) -> None:
    required = {name for name, spec in TYPES[type_].inputs.items() if spec.required}
    try:
        provider.resource(type_).check({})
        named: set[str] = set()
    except CheckFailed as error:
        named = set(error.failures)
    assert named == required


def test_regions_are_those_of_the_provider(provider: Provider) -> None:
    assert provider.resource("aws:s3/bucket:Bucket").check({})["region"] == REGION
