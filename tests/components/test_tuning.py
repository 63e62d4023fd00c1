"""`HyperparameterTuning` with Pulumi's mocks: what it registers, for what a program says."""

from __future__ import annotations

import json
import mimetypes
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest
from component_program import COMPLETION, IMAGE, JOB, RESULT, Run, run
from fakes.policy_simulation import allows
from sagemaker_tuning_components import Categorical, Continuous, HyperparameterTuning, Integer, PrivateNetwork

OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2"
ROLE, POLICY = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"


def tuned(**arguments: Any) -> Run:
    """A run of a program with one component, whose arguments are a small job's and these."""
    return tuned_with(lambda: arguments)


def tuned_with(arguments: Callable[[], dict[str, Any]]) -> Run:
    """The same for arguments with outputs in them, which are made inside of the program."""

    def program() -> dict[str, Any]:
        defaults = {"image": IMAGE, "ranges": {"eta": Continuous(0.01, 0.5)}, "maximize": "validation:auc"}
        HyperparameterTuning("churn", **{**defaults, **arguments()})
        return {}

    return run(program)


def definition(result: Run) -> dict[str, Any]:
    return result.only(JOB)["trainingJobDefinition"]


@pytest.fixture(scope="module", autouse=True)
def _modules_of_aws() -> None:
    """pulumi_aws imports its modules when they are first used, which takes as long as the programs do."""
    tuned_with(lambda: {"network": PrivateNetwork("warm")})


@pytest.fixture
def data(tmp_path: Path) -> dict[str, str]:
    for name in ("train", "validation"):
        (tmp_path / f"{name}.csv").write_text(f"1,2\n{name},4\n")
    return {name: str(tmp_path / f"{name}.csv") for name in ("train", "validation")}


def test_an_image_data_and_ranges_are_enough(data: dict[str, str]) -> None:
    def program() -> dict[str, Any]:
        churn = HyperparameterTuning(
            "churn",
            image=IMAGE,
            data=data,
            ranges={"eta": Continuous(0.01, 0.5, scale="log"), "max_depth": Integer(2, 12)},
            maximize="validation:auc",
        )
        names = ("best_training_job", "best_hyperparameters", "best_objective_value", "best_model_artifacts")
        others = ("job_name", "role_arn", "output_path", "console_url")
        return {name: getattr(churn, name) for name in (*names, *others)}

    result = run(program)
    assert result.outputs == {
        "best_training_job": RESULT["bestTrainingJob"],
        "best_hyperparameters": RESULT["bestHyperparameters"],
        "best_objective_value": RESULT["bestObjectiveValue"],
        "best_model_artifacts": RESULT["bestModelArtifacts"],
        "job_name": "churn-0a1b2c3",
        "role_arn": "arn:aws:iam::123456789012:role/churn-role",
        "output_path": "s3://churn-made/shop/dev/churn/output",
        "console_url": "https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1"
        "#/hyper-tuning-jobs/churn-0a1b2c3",
    }
    assert result.only(JOB)["hyperParameterTuningJobConfig"] == {
        "strategy": "Bayesian",
        "hyperParameterTuningJobObjective": {"type": "Maximize", "metricName": "validation:auc"},
        "resourceLimits": {"maxNumberOfTrainingJobs": 20, "maxParallelTrainingJobs": 2},
        "parameterRanges": {
            "continuousParameterRanges": [
                {"name": "eta", "minValue": 0.01, "maxValue": 0.5, "scalingType": "Logarithmic"}
            ],
            "integerParameterRanges": [{"name": "max_depth", "minValue": 2, "maxValue": 12}],
        },
    }
    assert result.only(COMPLETION)["jobName"] == "churn-0a1b2c3"


def test_local_files_become_objects_below_the_hash_of_their_content(data: dict[str, str]) -> None:
    first = tuned(data=data)
    channels = {item["channelName"]: item for item in definition(first)["inputDataConfig"]}
    objects = first.of(OBJECT)
    assert set(objects) == {"churn-train", "churn-validation"}
    for name, channel in channels.items():
        prefix = channel["dataSource"]["s3DataSource"]["s3Uri"].removeprefix("s3://churn-made/")
        assert objects[f"churn-{name}"]["key"] == f"{prefix}{name}.csv"
        assert channel["contentType"] == "text/csv"

    Path(data["train"]).write_text("other")
    uris = [item["dataSource"]["s3DataSource"]["s3Uri"] for item in definition(tuned(data=data))["inputDataConfig"]]
    assert uris[0] != channels["train"]["dataSource"]["s3DataSource"]["s3Uri"]
    assert uris[1] == channels["validation"]["dataSource"]["s3DataSource"]["s3Uri"]


def test_a_local_manifest_is_uploaded_and_what_it_lists_may_be_read(tmp_path: Path) -> None:
    manifest = tmp_path / "images.manifest"
    manifest.write_text('[{"prefix": "s3://lake/images/"}, "1.png", "2.png"]')
    result = tuned(data={"images": str(manifest)})
    (channel,) = definition(result)["inputDataConfig"]
    source, uploaded = channel["dataSource"]["s3DataSource"], result.of(OBJECT)["churn-images"]
    assert source == {"s3DataType": "ManifestFile", "s3Uri": f"s3://churn-made/{uploaded['key']}"}
    policy = json.loads(result.only(POLICY)["policy"])
    assert allows(policy, "s3:GetObject", f"arn:aws:s3:::churn-made/{uploaded['key']}")
    assert allows(policy, "s3:GetObject", "arn:aws:s3:::lake/images/1.png")
    assert not allows(policy, "s3:GetObject", "arn:aws:s3:::lake/letters/1.txt")


def test_data_in_s3_stay_where_they_are() -> None:
    own = {"data_source": {"file_system_data_source": {"file_system_id": "fs-1"}}, "input_mode": "FastFile"}
    validation = pulumi.Output.from_input
    result = tuned_with(
        lambda: {"data": {"train": "s3://lake/train/", "validation": validation("s3://lake/val/"), "more": own}}
    )
    train, validation, more = definition(result)["inputDataConfig"]
    assert train["dataSource"]["s3DataSource"] == {"s3DataType": "S3Prefix", "s3Uri": "s3://lake/train/"}
    assert validation["dataSource"]["s3DataSource"]["s3Uri"] == "s3://lake/val/"
    assert more == {
        "channelName": "more",
        "dataSource": {"fileSystemDataSource": {"fileSystemId": "fs-1"}},
        "inputMode": "FastFile",
    }
    assert OBJECT not in result.registered


def test_a_source_dir_is_packed_and_wired(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("print('loss=1')")
    result = tuned(source_dir=tmp_path, metrics={"loss": "loss=([0-9.]+)"}, hyperparameters={"epochs": 3})
    archive = result.of(OBJECT)["churn-code/sourcedir.tar.gz"]
    assert definition(result)["staticHyperParameters"] == {
        "epochs": 3,
        "sagemaker_program": "train.py",
        "sagemaker_submit_directory": f"s3://churn-made/{archive['key']}",
    }
    assert definition(result)["algorithmSpecification"]["metricDefinitions"] == [
        {"name": "loss", "regex": "loss=([0-9.]+)"}
    ]


def test_an_isolated_container_gets_its_code_as_a_channel(tmp_path: Path, data: dict[str, str]) -> None:
    """It has no network to fetch the archive by."""
    (tmp_path / "train.py").write_text("")
    result = tuned(source_dir=tmp_path, data={"train": data["train"]}, isolated=True)
    parameters, (_, code) = definition(result)["staticHyperParameters"], definition(result)["inputDataConfig"]
    assert parameters["sagemaker_submit_directory"] == "/opt/ml/input/data/code/sourcedir.tar.gz"
    archive = result.of(OBJECT)["churn-code/sourcedir.tar.gz"]
    assert code == {
        "channelName": "code",
        "dataSource": {"s3DataSource": {"s3DataType": "S3Prefix", "s3Uri": f"s3://churn-made/{archive['key']}"}},
    }
    assert allows(
        json.loads(result.only(POLICY)["policy"]), "s3:GetObject", f"arn:aws:s3:::churn-made/{archive['key']}"
    )


def test_a_channel_may_be_called_code(tmp_path: Path, data: dict[str, str]) -> None:
    (tmp_path / "train.py").write_text("")
    result = tuned(source_dir=tmp_path, data={"code": data["train"]})
    assert len(result.of(OBJECT)) == 2


CONTENT_TYPES = {
    "train.csv": "text/csv",
    "TRAIN.CSV": "text/csv",
    "train.parquet": "application/x-parquet",
    "train.csv.gz": None,
    "train": None,
}


@pytest.mark.parametrize(("name", "type_"), CONTENT_TYPES.items(), ids=CONTENT_TYPES)
def test_data_have_the_content_type_that_their_name_says_wherever_they_are(
    tmp_path: Path, name: str, type_: str | None
) -> None:
    (tmp_path / name).write_text("1,2\n")
    uri = f"s3://lake/{name}"
    result = tuned_with(
        lambda: {"data": {"a": tmp_path / name, "b": uri, "c": pulumi.Output.from_input(uri), "d": "s3://lake/d/"}}
    )
    found = {item["channelName"]: item.get("contentType") for item in definition(result)["inputDataConfig"]}
    assert found == {"a": type_, "b": type_, "c": type_, "d": None}


def test_a_content_type_is_the_same_on_every_machine(data: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(mimetypes.types_map, ".csv", "application/vnd.ms-excel")  # as Windows has it
    assert definition(tuned(data=data))["inputDataConfig"][0]["contentType"] == "text/csv"


def test_a_secret_of_the_job_makes_no_secret_of_its_policy() -> None:
    secret = pulumi.Output.secret
    result = tuned_with(lambda: {"environment": {"TOKEN": secret("s3cr3t")}, "hyperparameters": {"seed": secret("7")}})
    policy = result.only(POLICY)["policy"]
    assert isinstance(policy, str), "a secret is a mapping"


AWKWARD_NAMES = ["churn_model", "größe", "n" * 60, "Ünï_" + "n" * 60]


@pytest.mark.parametrize("name", AWKWARD_NAMES)
def test_the_names_of_children_are_such_as_aws_takes(name: str) -> None:
    def program() -> dict[str, Any]:
        arguments: Any = {"image": IMAGE, "ranges": {"eta": Continuous(0, 1)}, "minimize": "loss", "network": "private"}
        HyperparameterTuning(name, **arguments)
        HyperparameterTuning(f"{name}-2", **arguments)
        return {}

    result = run(program)
    for type_ in ("aws:s3/bucket:Bucket", ROLE, POLICY, "aws:ec2/securityGroup:SecurityGroup"):
        first, second = result.of(type_)  # two: neither has the name of the other
        assert re.fullmatch("[a-z0-9][a-z0-9-]{0,54}", first.lower()), "Pulumi adds a hyphen and seven digits"
        assert re.fullmatch("[a-z0-9][a-z0-9-]{0,54}", second.lower())


def test_objects_have_the_tags_only_if_s3_lets_them_have_so_many(data: dict[str, str]) -> None:
    ten = {f"tag{number}": "x" for number in range(10)}
    assert {item["tags"].get("tag1") for item in tuned(data=data, tags=ten).of(OBJECT).values()} == {"x"}
    eleven = tuned(data=data, tags={**ten, "one": "more"})
    assert not any(item.get("tags") for item in eleven.of(OBJECT).values())
    assert eleven.only(ROLE)["tags"]["one"] == "more"


def test_the_role_is_for_this_jobs_places_alone(data: dict[str, str], tmp_path: Path) -> None:
    code = tmp_path / "code"
    code.mkdir()
    (code / "train.py").write_text("")
    result = tuned(
        data=data,
        source_dir=code,
        spot=True,
        role_path="/ml/",
        permissions_boundary="arn:aws:iam::123456789012:policy/bound",
    )
    policy = json.loads(result.only(POLICY)["policy"])
    uploaded = {f"arn:aws:s3:::{item['bucket']}/{item['key']}" for item in result.of(OBJECT).values()}
    assert len(uploaded) == 3
    folder = "arn:aws:s3:::churn-made/shop/dev/churn"
    written = [f"{folder}/output/churn-0a1b2c3-001/output/model.tar.gz", f"{folder}/checkpoints/churn-0a1b2c3-001/1"]
    assert all(allows(policy, "s3:GetObject", arn) for arn in uploaded)
    assert all(allows(policy, "s3:PutObject", arn) for arn in written)
    assert not any(allows(policy, "s3:PutObject", arn) for arn in uploaded)
    others = [arn.replace("/shop/", "/bank/") for arn in (*uploaded, *written)]
    assert not any(allows(policy, action, arn) for arn in others for action in ("s3:GetObject", "s3:PutObject"))
    role = result.only(ROLE)
    assert (role["path"], role["permissionsBoundary"]) == ("/ml/", "arn:aws:iam::123456789012:policy/bound")
    condition = json.loads(role["assumeRolePolicy"])["Statement"][0]["Condition"]
    assert condition == {"StringEquals": {"aws:SourceAccount": "123456789012"}}


def test_another_policy_gives_the_job_the_same_inputs() -> None:
    plain, more = tuned(), tuned(reads=["s3://lake/listed-in-a-manifest/"])
    assert plain.only(POLICY) != more.only(POLICY)
    assert plain.only(JOB) == more.only(JOB)


def test_the_bucket_that_is_made_is_closed_and_kept() -> None:
    result = tuned(kms_key_id="alias/data", expire_output_days=90)
    assert result.only("aws:s3/bucket:Bucket")["forceDestroy"] is False
    assert all(
        result.only("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")[key]
        for key in ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    )
    (statement,) = json.loads(result.only("aws:s3/bucketPolicy:BucketPolicy")["policy"])["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    encryption = result.only("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")
    assert encryption["rules"][0]["applyServerSideEncryptionByDefault"]["kmsMasterKeyId"] == "alias/data"
    assert definition(result)["outputDataConfig"]["kmsKeyId"] == "alias/data"
    assert definition(result)["resourceConfig"]["volumeKmsKeyId"] == "alias/data"


OLD_TRIALS = {
    "left alone": ({}, {"transitions": [{"days": 30, "storageClass": "INTELLIGENT_TIERING"}]}),
    "that expire": ({"expire_output_days": 90}, {"expiration": {"days": 90}}),
}


@pytest.mark.parametrize(("arguments", "fate"), OLD_TRIALS.values(), ids=OLD_TRIALS)
def test_old_trials_have_a_rule(arguments: dict[str, Any], fate: dict[str, Any]) -> None:
    configuration = tuned(**arguments).only("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
    old_versions, old_trials = configuration["rules"]
    assert old_versions["noncurrentVersionExpiration"] == {"noncurrentDays": 30}
    assert "expiration" not in old_versions
    assert old_trials == {
        "id": "old-trials",
        "status": "Enabled",
        "filter": {"prefix": "shop/dev/churn/output/"},
        **fate,
    }


def test_every_part_can_be_brought() -> None:
    vpc = {"subnets": ["subnet-1"], "security_group_ids": ["sg-1"]}
    result = tuned(bucket="mine", role_arn="arn:aws:iam::123456789012:role/mine", network=vpc, isolated=True)
    assert set(result.registered) == {
        "sagemaker-tuning:components:HyperparameterTuning",
        JOB,
        COMPLETION,
    }
    assert definition(result)["roleArn"] == "arn:aws:iam::123456789012:role/mine"
    assert definition(result)["outputDataConfig"]["s3OutputPath"] == "s3://mine/shop/dev/churn/output"
    assert definition(result)["vpcConfig"] == {"subnets": ["subnet-1"], "securityGroupIds": ["sg-1"]}
    assert definition(result)["enableNetworkIsolation"] is True


def test_a_private_network_leads_to_s3_and_sagemaker_only() -> None:
    result = tuned(network="private")
    assert definition(result)["vpcConfig"] == {
        "subnets": ["churn-1-id", "churn-2-id"],
        "securityGroupIds": ["churn-id"],
    }
    endpoints = result.of("aws:ec2/vpcEndpoint:VpcEndpoint")
    assert {name: (item["vpcEndpointType"], item["serviceName"]) for name, item in endpoints.items()} == {
        "churn-s3": ("Gateway", "com.amazonaws.eu-west-1.s3"),
        "churn-api": ("Interface", "com.amazonaws.eu-west-1.sagemaker.api"),
    }
    egress = result.only("aws:ec2/securityGroup:SecurityGroup")["egress"]
    assert [rule.get("prefixListIds") or rule.get("self") for rule in egress] == [True, ["pl-s3"]]
    assert "routes" not in result.only("aws:ec2/routeTable:RouteTable")
    zones = [subnet["availabilityZone"] for subnet in result.of("aws:ec2/subnet:Subnet").values()]
    assert zones == ["eu-west-1a", "eu-west-1b"]
    assert "ec2:CreateNetworkInterface" in result.only(POLICY)["policy"]


def test_a_network_of_ones_own_serves_several_jobs() -> None:
    def program() -> dict[str, Any]:
        network = PrivateNetwork("shared", cidr_block="10.9.0.0/16", availability_zones=["eu-west-1c"])
        ranges = {"eta": Continuous(0, 1)}
        for name in ("one", "two"):
            HyperparameterTuning(name, image=IMAGE, ranges=ranges, minimize="loss", network=network)
        return {}

    result = run(program)
    configs = [job["trainingJobDefinition"]["vpcConfig"] for job in result.of(JOB).values()]
    assert configs == [{"subnets": ["shared-1-id"], "securityGroupIds": ["shared-id"]}] * 2
    assert result.only("aws:ec2/subnet:Subnet")["cidrBlock"] == "10.9.0.0/18"


WRONG_NETWORKS = {
    "no range": ({"cidr_block": "10.0.0.300/24"}, "cidr_block: '10.0.0.300/24' does not appear to be an IPv4"),
    "too many zones": (
        {"availability_zones": [f"eu-west-1{letter}" for letter in "abcde"]},
        "availability_zones: 5 given",
    ),
}


@pytest.mark.parametrize(("arguments", "message"), WRONG_NETWORKS.values(), ids=WRONG_NETWORKS)
def test_a_wrong_network_is_named_without_a_traceback(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(pulumi.RunError, match=f"^net: {message}"):
        run(lambda: {"id": PrivateNetwork("net", **arguments).vpc_id})


def test_spot_training_has_checkpoints_and_time_to_wait() -> None:
    spot = definition(tuned(spot=True, max_runtime_in_seconds=600))
    assert spot["enableManagedSpotTraining"] is True
    assert spot["stoppingCondition"] == {"maxRuntimeInSeconds": 600, "maxWaitTimeInSeconds": 1200}
    assert spot["checkpointConfig"] == {"s3Uri": "s3://churn-made/shop/dev/churn/checkpoints"}


def test_what_the_arguments_do_not_say_is_laid_over_the_job() -> None:
    result = tuned(
        config={"random_seed": 7, "resource_limits": {"max_runtime_in_seconds": 60}},
        definition={"resource_config": {"volume_size_in_gb": 5, "instance_type": None}, "retry_strategy": {"n": 1}},
    )
    config = result.only(JOB)["hyperParameterTuningJobConfig"]
    assert config["randomSeed"] == 7
    assert config["resourceLimits"] == {
        "maxNumberOfTrainingJobs": 20,
        "maxParallelTrainingJobs": 2,
        "maxRuntimeInSeconds": 60,
    }
    assert definition(result)["resourceConfig"] == {"instanceCount": 1, "volumeSizeInGb": 5}


def test_tags_are_on_every_child_that_can_have_them(data: dict[str, str]) -> None:
    result = tuned(data=data, network="private", tags={"team": "ml"})
    tagged = {type_ for type_, items in result.registered.items() if all(item.inputs.get("tags") for item in items)}
    assert tagged == {
        JOB,
        OBJECT,
        ROLE,
        "aws:s3/bucket:Bucket",
        "aws:ec2/vpc:Vpc",
        "aws:ec2/subnet:Subnet",
        "aws:ec2/routeTable:RouteTable",
        "aws:ec2/securityGroup:SecurityGroup",
        "aws:ec2/vpcEndpoint:VpcEndpoint",
    }


WRONG = {
    "two objectives": ({"minimize": "loss"}, "maximize, minimize: both given"),
    "no objective": ({"maximize": None}, "maximize, minimize: neither given"),
    "an unknown scale": ({"ranges": {"eta": Continuous(0, 1, scale="cubic")}}, r"ranges\[eta\].scale: 'cubic'"),
    "data that are not there": ({"data": {"train": "nowhere.csv"}}, r"data\[train\]: 'nowhere.csv' is neither"),
    "data without a channel": ({"data": "train.csv"}, "data: 'train.csv' has no channel"),
    "data of no kind": ({"data": {"train": 3}}, r"data\[train\]: 3 is not data"),
    "data of no name": ({"data": {"train": ""}}, r"data\[train\]: '' is not data"),
    "ranges without names": ({"ranges": [Continuous(0, 1)]}, r"ranges: \[Continuous\(.*\)\] has no names"),
    "no range": ({"ranges": {}}, "ranges: there is nothing to tune"),
    "a range that is none": ({"ranges": {"eta": (0, 1)}}, r"ranges\[eta\]: \(0, 1\) is no range"),
    "an image that is not in ECR": ({"image": "mine:1"}, "algorithm_specification.training_image: 'mine:1' is not"),
    "a place that is not in S3": ({"reads": ["s3://lake", "lake/x"]}, r"reads\[1\]: 'lake/x' is not a place in S3"),
    "code without its script": (
        {"source_dir": ".", "entry_point": "trian.py"},
        "entry_point: 'trian.py' is not in '.'",
    ),
    "code that is not there": ({"source_dir": "nowhere"}, "source_dir: 'nowhere' is neither"),
}


@pytest.mark.parametrize(("arguments", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_argument_is_named_without_a_traceback(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(pulumi.RunError, match=f"^churn: {message}"):
        tuned(**arguments)


LACKING = {
    "output": {"output_data_config": None},
    "an image": {"algorithm_specification": None},
    "what the data are": {"input_data_config": [{"channel_name": "train"}, {"data_source": {"s3_data_source": {}}}]},
    "places": {
        "checkpoint_config": {"local_path": "/opt/ml/checkpoints"},
        "output_data_config": {"s3_output_path": None},
    },
}


@pytest.mark.parametrize("lacks", LACKING.values(), ids=LACKING)
def test_what_a_definition_lacks_is_for_the_job_to_say(lacks: dict[str, Any]) -> None:
    assert JOB in tuned(definition=lacks).registered


@pytest.mark.parametrize("content", ["", "[]", '["1.png"]', '[{"prefix": 1}]', '{"source-ref": "s3://lake/1.png"}\n{}'])
def test_a_manifest_that_is_none_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "images.manifest").write_text(content)
    with pytest.raises(pulumi.RunError, match=r"^churn: data\[images\]: '.*images.manifest' is no manifest"):
        tuned(data={"images": tmp_path / "images.manifest"})


def test_without_a_wait_there_is_a_job_and_no_result() -> None:
    result = tuned(wait=False)
    assert JOB in result.registered
    assert COMPLETION not in result.registered
    with pytest.raises(pulumi.RunError, match="no result with wait=False"):
        run(
            lambda: {
                "best": HyperparameterTuning(
                    "churn", image=IMAGE, ranges={"eta": Categorical(["a"])}, maximize="auc", wait=False
                ).best_training_job
            }
        )


def test_every_argument_may_be_an_output(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("")

    def output(value: Any) -> pulumi.Output[Any]:
        return pulumi.Output.from_input(value)

    result = tuned_with(
        lambda: {
            "image": output(IMAGE),
            "ranges": {"eta": Continuous(output(0.1), output(0.5)), "booster": Categorical([output("dart")])},
            "maximize": output("auc"),
            "source_dir": tmp_path,
            "entry_point": output("train.py"),
            "trials": output(3),
            "bucket": output("mine"),
            "kms_key_id": output("alias/data"),
            "tags": output({"team": "ml"}),
        }
    )
    assert result.only(JOB)["hyperParameterTuningJobConfig"]["parameterRanges"] == {
        "continuousParameterRanges": [{"name": "eta", "minValue": 0.1, "maxValue": 0.5}],
        "categoricalParameterRanges": [{"name": "booster", "values": ["dart"]}],
    }
    assert "alias/data" in result.only(POLICY)["policy"]


OPTIONS = {
    "on_change": "warm_start",
    "on_delete": "stop",
    "rerun_on": ["Failed"],
    "rerun_token": "2026-11",
    "max_instance_hours": 10,
    "max_cost_usd": 2.5,
    "silence": ["few-trials"],
}


def test_options_of_the_job_are_passed_on_to_it() -> None:
    plain, with_options = tuned().only(JOB), tuned(**OPTIONS, warm_start_config={"parents": "previous"}).only(JOB)
    assert {key: value for key, value in with_options.items() if key not in plain} == {
        "onChange": "warm_start",
        "onDelete": "stop",
        "rerunOn": ["Failed"],
        "rerunToken": "2026-11",
        "maxInstanceHours": 10,
        "maxCostUsd": 2.5,
        "silence": ["few-trials"],
        "warmStartConfig": {"parents": "previous"},
    }
