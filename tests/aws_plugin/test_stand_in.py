"""What holds for every type: names, secrets, unknowns, defaults, errors; and the invokes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import grpc
import pytest
from aws_documents import REGION, TRUST, policy
from engine_side import CheckFailed, Diff, Provider
from sagemaker_sandbox.aws_plugin import serve_in_background

BUCKET = "aws:s3/bucket:Bucket"
OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2"
REPOSITORY = "aws:ecr/repository:Repository"
ROLE = "aws:iam/role:Role"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"  # the engine's marker of a value not known yet
ASSET_SIGNATURE = {"4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17"}


class TestNames:
    def test_a_name_left_out_is_made_of_the_logical_name_and_seven_hex_digits(self, provider: Provider) -> None:
        name = provider.resource(BUCKET, "TrainingData").check({})["bucket"]
        assert re.fullmatch(r"trainingdata-[0-9a-f]{7}", name)

    def test_a_name_longer_than_aws_allows_is_refused_as_the_real_provider_does(self, provider: Provider) -> None:
        inputs = {"assumeRolePolicy": json.dumps(TRUST)}
        assert len(provider.resource(ROLE, "r" * 56).check(inputs)["name"]) == 64
        with pytest.raises(CheckFailed, match=r"'r{57}-' plus 7 random chars is longer than maximum length 64"):
            provider.resource(ROLE, "r" * 57).check(inputs)

    def test_preview_and_up_make_the_same_name_of_the_same_seed(self, provider: Provider) -> None:
        resource = provider.resource(BUCKET)
        names = [resource.check({}, seed=seed)["bucket"] for seed in (b"one", b"one", b"two")]
        assert names[0] == names[1] != names[2]

    def test_an_automatic_name_stays_and_a_replacement_gets_a_new_one(self, provider: Provider) -> None:
        role = provider.resource(ROLE, "keeps").create({"assumeRolePolicy": json.dumps(TRUST)})
        again = {"assumeRolePolicy": json.dumps(TRUST), "path": "/x/"}
        assert role.check(again, seed=b"later")["name"] == role.state["name"]
        assert role.check(again, seed=b"later", is_replacement=True)["name"] != role.state["name"]
        assert role.diff(again).delete_before_replace is False

    def test_an_automatic_name_outlasts_an_alias(self, provider: Provider) -> None:
        bucket = provider.resource(BUCKET, "before").create({})
        bucket.urn = bucket.urn.replace("before", "after")
        assert bucket.diff({}) == Diff("none")
        bucket.delete()

    def test_a_fixed_name_is_deleted_before_it_is_replaced(self, provider: Provider) -> None:
        inputs = {"name": "fixed-role", "assumeRolePolicy": json.dumps(TRUST)}
        role = provider.resource(ROLE, "fixed").create(inputs)
        assert role.diff({**inputs, "path": "/x/"}) == Diff("replace", {"path": "update_replace"}, True)

    def test_a_fixed_name_that_is_given_up_means_a_replacement(self, provider: Provider) -> None:
        role = provider.resource(ROLE, "released").create({"name": "own", "assumeRolePolicy": json.dumps(TRUST)})
        diff = role.diff({"assumeRolePolicy": json.dumps(TRUST)})
        assert (diff.action, set(diff.paths)) == ("replace", {"name"})

    def test_the_key_of_an_object_is_its_logical_name(self, provider: Provider) -> None:
        assert provider.resource(OBJECT, "train.csv").check({"bucket": "shared"})["key"] == "train.csv"


def test_each_connection_has_the_configuration_that_it_gave(port: int) -> None:
    """The Pulumi CLI attaches each provider instance of a program to the one process."""
    regions = ["eu-west-1", "us-west-2"]
    providers = [Provider(port, {"region": region}) for region in regions]
    buckets = [provider.resource(BUCKET, f"in-{region}") for provider, region in zip(providers, regions, strict=True)]
    assert [bucket.check({})["region"] for bucket in buckets] == regions
    assert [provider.invoke("aws:index/getRegion:getRegion")["region"] for provider in providers] == regions
    for provider in providers:
        provider.channel.close()


def test_a_child_of_components_is_served_by_its_own_type(provider: Provider) -> None:
    child = provider.resource(f"pkg:index:Outer$pkg:index:Inner${BUCKET}", "child").create({})
    assert child.diff({}) == Diff("none")
    assert child.refresh().id == child.id
    child.delete()
    assert child.refresh().id == ""


GROUP = "aws:ec2/securityGroup:SecurityGroup"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
WAY_OUT = {"protocol": "tcp", "fromPort": 443, "toPort": 443}
IN_OTHER_WORDS: dict[str, tuple[str, dict[str, Any]]] = {
    "a policy that is not text": (ROLE, {"assumeRolePolicy": TRUST}),
    "a tag without a value": (BUCKET, {"tags": {"team": ""}}),
    "ways out that differ in their description": (
        GROUP,
        {
            "egress": [
                {**WAY_OUT, "cidrBlocks": ["0.0.0.0/0"]},
                {**WAY_OUT, "cidrBlocks": ["10.0.0.0/8"], "description": "inside"},
            ]
        },
    ),
    "a lifecycle rule for every object": (
        LIFECYCLE,
        {"bucket": "shared", "rules": [{"id": "all", "status": "Enabled", "expiration": {"days": 9}}]},
    ),
}


@pytest.mark.parametrize(("type_", "inputs"), IN_OTHER_WORDS.values(), ids=IN_OTHER_WORDS)
def test_what_aws_says_in_other_words_is_no_change(
    provider: Provider, surroundings: SimpleNamespace, type_: str, inputs: dict[str, Any]
) -> None:
    resource = provider.resource(type_, "other-words").create(inputs)
    assert resource.diff(inputs) == Diff("none")
    assert resource.refresh().diff(inputs) == Diff("none")
    resource.delete()


def test_a_policy_with_something_unknown_in_it_is_unknown(provider: Provider) -> None:
    inputs = {"assumeRolePolicy": {"Version": "2012-10-17", "Statement": [{"Principal": {"AWS": UNKNOWN}}]}}
    assert provider.resource(ROLE, "unknown-trust").check(inputs)["assumeRolePolicy"] == UNKNOWN


def test_what_is_not_served_inside_of_a_setting_is_refused(provider: Provider, surroundings: SimpleNamespace) -> None:
    rule = {"id": "x", "status": "Enabled", "expiration": {"date": "2030-01-01"}, "filter": {"tag": {"key": "a"}}}
    with pytest.raises(grpc.RpcError, match=r"does not serve expiration.date, filter.tag.key of .*; it serves abort"):
        provider.resource(LIFECYCLE, "tags").create({"bucket": "shared", "rules": [rule]})


class TestAssets:
    def test_a_changed_file_is_an_update_and_a_moved_one_is_not(
        self, provider: Provider, surroundings: SimpleNamespace, session: Any, tmp_path: Path
    ) -> None:
        first, moved, changed = (tmp_path / name for name in ("a.csv", "b.csv", "c.csv"))
        first.write_text("1\n")
        moved.write_text("1\n")
        changed.write_text("2\n")
        data = provider.resource(OBJECT, "file").create(_object(first))
        assert data.diff(_object(moved)) == Diff("none")
        assert data.diff(_object(changed)) == Diff("update", {"source": "update"})
        data.update(_object(changed))
        assert session("s3").get_object(Bucket="shared", Key="file")["Body"].read() == b"2\n"

    def test_an_asset_without_content_is_compared_by_its_hash(
        self, provider: Provider, surroundings: SimpleNamespace, tmp_path: Path
    ) -> None:
        # The engine leaves the content out of what it sends from the state and into a diff.
        file = tmp_path / "data.csv"
        file.write_text("1\n")
        data = provider.resource(OBJECT, "elided").create(_object(file))
        same, other = ({**ASSET_SIGNATURE, "hash": digit * 64} for digit in "ab")
        data.state["source"] = data.inputs["source"] = same
        assert data.diff({**_object(file), "source": same}) == Diff("none")
        assert data.diff({**_object(file), "source": other}) == Diff("update", {"source": "update"})
        assert data.refresh().state["source"] == same
        data.delete()

    def test_content_written_by_somebody_else_is_drift(
        self, provider: Provider, surroundings: SimpleNamespace, session: Any, tmp_path: Path
    ) -> None:
        file = tmp_path / "data.csv"
        file.write_text("1\n")
        data = provider.resource(OBJECT, "drifts").create(_object(file))
        session("s3").put_object(Bucket="shared", Key="drifts", Body=b"9\n", ContentType="text/csv")
        assert data.refresh().diff(_object(file)) == Diff("update", {"source": "add"})

    def test_a_text_asset_is_content_too(self, provider: Provider, surroundings: SimpleNamespace, session: Any) -> None:
        text = {"bucket": "shared", "source": {**ASSET_SIGNATURE, "text": "hello"}}
        provider.resource(OBJECT, "text").create(text)
        assert session("s3").get_object(Bucket="shared", Key="text")["Body"].read() == b"hello"

    def test_a_file_that_is_not_there_is_named(self, provider: Provider, surroundings: SimpleNamespace) -> None:
        with pytest.raises(grpc.RpcError) as raised:
            provider.resource(OBJECT, "absent").create(_object(Path("/nowhere/data.csv")))
        assert raised.value.details().startswith("source: no file '/nowhere/data.csv'")


class TestUnknownsAndSecrets:
    def test_the_engine_keeps_the_secrets(self, provider: Provider) -> None:
        assert provider.configured.acceptSecrets is False
        assert provider.configured.supportsPreview is True

    def test_an_unknown_input_that_replaces_shows_as_a_replacement(
        self, provider: Provider, surroundings: SimpleNamespace
    ) -> None:
        data = provider.resource(OBJECT, "moves").create({"bucket": "shared", "content": "1"})
        diff = data.diff({"bucket": UNKNOWN, "content": "1"})
        assert diff.paths == {"bucket": "update_replace"}

    def test_a_previewed_update_knows_all_that_will_stay(
        self, provider: Provider, surroundings: SimpleNamespace
    ) -> None:
        data = provider.resource(OBJECT, "stays").create({"bucket": "shared", "content": "1"})
        outputs = data.update({"bucket": "shared", "content": "2", "tags": {"team": "ml"}}, preview=True)
        assert (outputs["arn"], outputs["etag"]) == (data.state["arn"], UNKNOWN)
        assert outputs["tagsAll"] == {"team": "ml"}


class TestConfiguration:
    @pytest.fixture
    def configured(self, environment: dict[str, str]) -> Iterator[Provider]:
        """A stand-in that finds its endpoint and all else in the provider's configuration, as JSON text."""
        without = {key: value for key, value in environment.items() if not key.startswith("AWS_")}
        url = environment["AWS_ENDPOINT_URL"]
        configuration = {
            "region": "us-west-2",
            "accessKey": "testing",
            "secretKey": "testing",
            "endpoints": json.dumps([{"s3": url, "iam": url, "sts": url}]),
            "defaultTags": json.dumps({"tags": {"owner": "platform", "team": "default"}}),
        }
        with serve_in_background(without) as port:
            provider = Provider(port, configuration)
            yield provider
            provider.channel.close()

    def test_region_and_endpoints_come_from_it(self, configured: Provider) -> None:
        bucket = configured.resource(BUCKET, "west").create({})
        assert (bucket.state["region"], bucket.state["bucketRegion"]) == ("us-west-2", "us-west-2")

    def test_default_tags_lie_under_the_declared_ones(self, configured: Provider) -> None:
        bucket = configured.resource(BUCKET, "tagged").create({"tags": {"team": "ml"}})
        assert bucket.state["tagsAll"] == {"owner": "platform", "team": "ml"}
        assert bucket.refresh().diff({"tags": {"team": "ml"}}) == Diff("none")

    def test_another_region_replaces_what_is_regional(self, configured: Provider, provider: Provider) -> None:
        bucket = configured.resource(BUCKET, "regional").create({})
        bucket.stub = provider.stub  # whose region is another one
        assert bucket.diff({}).paths["region"] == "update_replace"
        assert bucket.state["region"] != REGION


class TestRefusals:
    def test_a_type_that_is_not_served_is_named_with_those_that_are(self, provider: Provider) -> None:
        with pytest.raises(CheckFailed) as raised:
            provider.resource("aws:sqs/queue:Queue").check({})
        message = raised.value.failures[""]
        assert "does not serve aws:sqs/queue:Queue" in message
        assert BUCKET in message

    def test_reading_a_type_that_is_not_served_says_the_same(self, provider: Provider) -> None:
        with pytest.raises(grpc.RpcError) as raised:
            provider.resource("aws:sqs/queue:Queue").import_("some-queue")
        assert raised.value.details().startswith("the offline aws stand-in does not serve aws:sqs/queue:Queue")

    def test_an_invoke_that_is_not_served_is_named(self, provider: Provider) -> None:
        with pytest.raises(CheckFailed) as raised:
            provider.invoke("aws:ec2/getAmi:getAmi")
        assert "does not serve aws:ec2/getAmi:getAmi" in raised.value.failures[""]

    def test_a_property_that_is_not_served_is_named(self, provider: Provider) -> None:
        with pytest.raises(CheckFailed) as raised:
            provider.resource(BUCKET).check({"website": {"indexDocument": "index.html"}})
        assert list(raised.value.failures) == ["website"]

    def test_an_error_of_aws_arrives_in_its_own_words(self, provider: Provider) -> None:
        inputs = {"name": "taken", "assumeRolePolicy": json.dumps(TRUST)}
        provider.resource(ROLE, "first").create(inputs)
        with pytest.raises(grpc.RpcError) as raised:
            provider.resource(ROLE, "second").create(inputs)
        assert "(EntityAlreadyExists)" in raised.value.details()
        assert "File " not in raised.value.details()

    def test_a_bucket_with_objects_is_emptied_only_when_asked(self, provider: Provider, session: Any) -> None:
        kept = provider.resource(BUCKET, "kept").create({})
        emptied = provider.resource(BUCKET, "emptied").create({"forceDestroy": True})
        for bucket in (kept, emptied):
            session("s3").put_object(Bucket=bucket.id, Key="model", Body=b"")
        emptied.delete()
        assert emptied.refresh().id == ""
        with pytest.raises(grpc.RpcError, match="BucketNotEmpty"):
            kept.delete()

    def test_a_repository_with_images_is_deleted_only_when_asked(self, provider: Provider, session: Any) -> None:
        kept = provider.resource(REPOSITORY, "kept").create({})
        emptied = provider.resource(REPOSITORY, "emptied").create({"forceDelete": True})
        for repository in (kept, emptied):
            session("ecr").put_image(repositoryName=repository.id, imageManifest=json.dumps({"mediaType": "any"}))
        emptied.delete()
        assert emptied.refresh().id == ""
        with pytest.raises(grpc.RpcError, match="RepositoryNotEmptyException"):
            kept.delete()

    def test_the_sixth_version_of_a_policy_makes_room_for_itself(self, provider: Provider) -> None:
        edited = provider.resource("aws:iam/policy:Policy").create({"policy": json.dumps(policy("s3:GetObject"))})
        for number in range(6):
            text = json.dumps(policy(f"s3:Get{number}"))
            edited.update({"policy": text})
            assert edited.state["policy"] == text
        edited.delete()
        assert edited.refresh().id == ""


INVOKES = {
    "aws:index/getCallerIdentity:getCallerIdentity": ({}, {"accountId": "123456789012"}),
    "aws:index/getRegion:getRegion": ({}, {"name": REGION, "region": REGION, "id": REGION}),
    "aws:index/getPartition:getPartition": (
        {},
        {"partition": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"},
    ),
    "aws:index/getAvailabilityZones:getAvailabilityZones": (
        {"state": "available", "filters": [{"name": "opt-in-status", "values": ["opt-in-not-required"]}]},
        {"names": [f"{REGION}{letter}" for letter in "abc"]},
    ),
    "aws:sagemaker/getPrebuiltEcrImage:getPrebuiltEcrImage": (
        {"repositoryName": "sagemaker-xgboost", "imageTag": "1.7-1"},
        {"registryPath": "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:1.7-1"},
    ),
}


@pytest.mark.parametrize("token", INVOKES)
def test_an_invoke_answers(provider: Provider, token: str) -> None:
    args, expected = INVOKES[token]
    result = provider.invoke(token, **args)
    assert {key: result[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("args", "word"),
    [
        ({"repositoryName": "lda"}, "'lda'"),
        ({"repositoryName": "sagemaker-xgboost", "region": "mars-1"}, "'mars-1'"),
    ],
)
def test_an_image_that_is_not_known_is_refused_by_name(provider: Provider, args: dict[str, str], word: str) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        provider.invoke("aws:sagemaker/getPrebuiltEcrImage:getPrebuiltEcrImage", **args)
    assert word in raised.value.details()
    assert "Pass the image's registry path instead." in raised.value.details()


STATEMENTS = {
    "an action": ({"actions": ["s3:GetObject"]}, {"Effect": "Allow", "Action": "s3:GetObject"}),
    "actions are sorted": (
        {"actions": ["s3:Put", "s3:Get"], "resources": ["*"]},
        {"Effect": "Allow", "Action": ["s3:Get", "s3:Put"], "Resource": "*"},
    ),
    "a denial with a name": (
        {"sid": "No", "effect": "Deny", "notActions": ["iam:*"], "notResources": ["x"]},
        {"Sid": "No", "Effect": "Deny", "NotAction": "iam:*", "NotResource": "x"},
    ),
    "a principal": (
        {"principals": [{"type": "Service", "identifiers": ["sagemaker.amazonaws.com"]}]},
        {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}},
    ),
    "anybody": (
        {"principals": [{"type": "*", "identifiers": ["*"]}]},
        {"Effect": "Allow", "Principal": "*"},
    ),
    "conditions of one test are joined": (
        {
            "conditions": [
                {"test": "StringEquals", "variable": "aws:SourceAccount", "values": ["1"]},
                {"test": "StringEquals", "variable": "aws:PrincipalTag/team", "values": ["b", "a"]},
            ]
        },
        {
            "Effect": "Allow",
            "Condition": {"StringEquals": {"aws:SourceAccount": "1", "aws:PrincipalTag/team": ["a", "b"]}},
        },
    ),
    "a variable of IAM's own": (
        {"resources": ["arn:aws:s3:::home/&{aws:username}"]},
        {"Effect": "Allow", "Resource": "arn:aws:s3:::home/${aws:username}"},
    ),
}


@pytest.mark.parametrize("case", STATEMENTS.values(), ids=STATEMENTS)
def test_a_statement_becomes_iams_json(provider: Provider, case: tuple[dict[str, Any], dict[str, Any]]) -> None:
    statement, expected = case
    result = provider.invoke("aws:iam/getPolicyDocument:getPolicyDocument", statements=[statement])
    document = {"Version": "2012-10-17", "Statement": [expected]}
    assert json.loads(result["json"]) == json.loads(result["minifiedJson"]) == document


def test_an_overriding_statement_takes_the_place_of_the_one_with_its_sid(provider: Provider) -> None:
    source = json.dumps({"Version": "2012-10-17", "Statement": [{"Sid": "a", "Effect": "Allow"}]})
    override = json.dumps({"Version": "2012-10-17", "Statement": {"Sid": "a", "Effect": "Deny"}})
    result = provider.invoke(
        "aws:iam/getPolicyDocument:getPolicyDocument",
        sourcePolicyDocuments=[source],
        statements=[{"sid": "b", "actions": ["s3:*"]}],
        overridePolicyDocuments=[override],
    )
    assert json.loads(result["json"])["Statement"] == [
        {"Sid": "a", "Effect": "Deny"},
        {"Sid": "b", "Effect": "Allow", "Action": "s3:*"},
    ]


class TestProcess:
    def test_the_plugin_folder_has_the_executable_that_pulumi_looks_for(self, environment: dict[str, str]) -> None:
        import sagemaker_sandbox.aws_plugin

        executable = Path(sagemaker_sandbox.aws_plugin.__file__).parent / "plugin" / "pulumi-resource-aws"
        path = os.pathsep.join([str(Path(sys.executable).parent), environment["PATH"]])
        with subprocess.Popen(
            [executable, "127.0.0.1:1"], env={**environment, "PATH": path}, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            provider = Provider(port)
            provider.channel.close()
            process.terminate()

    def test_it_starts_without_boto3(self) -> None:
        code = "import sys, sagemaker_sandbox.aws_plugin.server; sys.exit('boto3' in sys.modules)"
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

    def test_a_stand_in_that_cannot_start_says_so(self, environment: dict[str, str]) -> None:
        broken = {**environment, "PYTHONPATH": "/nowhere", "PYTHONHOME": "/nowhere"}
        with pytest.raises(RuntimeError, match="did not start"), serve_in_background(broken):
            pass


def _object(path: Path) -> dict[str, Any]:
    return {"bucket": "shared", "contentType": "text/csv", "source": {**ASSET_SIGNATURE, "path": str(path)}}
