"""What the policies of training roles allow, by moto's own reading of IAM policies."""

from __future__ import annotations

import json
from typing import Any

import pytest
from component_program import ACCOUNT, IMAGE, REGION
from fakes.policy_simulation import allows
from sagemaker_tuning_components.permissions import Place, execution_policy, trust_policy

PLACE = Place("aws", REGION, ACCOUNT)
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def channel(name: str, uri: str, type_: str = "S3Prefix") -> dict[str, Any]:
    return {"channel_name": name, "data_source": {"s3_data_source": {"s3_data_type": type_, "s3_uri": uri}}}


DEFINITION = {
    "algorithm_specification": {"training_image": IMAGE, "training_input_mode": "File"},
    "static_hyper_parameters": {
        "sagemaker_program": "train.py",
        "sagemaker_submit_directory": '"s3://work/churn/code/1/sourcedir.tar.gz"',
    },
    "input_data_config": [
        channel("train", "s3://work/churn/data/train/"),
        channel("images", "s3://lake/images.manifest", "ManifestFile"),
        {"channel_name": "disk", "data_source": {"file_system_data_source": {"file_system_id": "fs-1"}}},
    ],
    "output_data_config": {"s3_output_path": "s3://work/churn/output", "kms_key_id": "alias/models"},
    "checkpoint_config": {"s3_uri": "s3://work/churn/checkpoints/"},
    "resource_config": {"instance_type": "ml.m5.large", "volume_kms_key_id": KEY.rsplit("/", 1)[1]},
    "vpc_config": {"subnets": ["subnet-1"], "security_group_ids": ["sg-1"]},
}
PLAIN = {
    "algorithm_specification": {"training_image": IMAGE, "training_input_mode": "File"},
    "output_data_config": {"s3_output_path": "s3://work"},
}
POLICY = execution_policy(
    [DEFINITION], PLACE, reads=["s3://lake/images/"], writes=["s3://reports/churn"], read_keys=[KEY]
)


ALLOWED = {
    "reads its data": ("s3:GetObject", "arn:aws:s3:::work/churn/data/train/part-1.csv", {}),
    "lists its data": ("s3:ListBucket", "arn:aws:s3:::work", {"s3__prefix": "churn/data/train/"}),
    "reads its code": ("s3:GetObject", "arn:aws:s3:::work/churn/code/1/sourcedir.tar.gz", {}),
    "writes a model": ("s3:PutObject", "arn:aws:s3:::work/churn/output/job-001/output/model.tar.gz", {}),
    "gives up an upload": ("s3:AbortMultipartUpload", "arn:aws:s3:::work/churn/output/job-001/model", {}),
    "writes checkpoints": ("s3:PutObject", "arn:aws:s3:::work/churn/checkpoints/job-001/1", {}),
    "reads checkpoints": ("s3:GetObject", "arn:aws:s3:::work/churn/checkpoints/job-001/1", {}),
    "lists checkpoints": ("s3:ListBucket", "arn:aws:s3:::work", {"s3__prefix": "churn/checkpoints"}),
    "reads its manifest": ("s3:GetObject", "arn:aws:s3:::lake/images.manifest", {}),
    "reads what the manifest lists": ("s3:GetObject", "arn:aws:s3:::lake/images/1.png", {}),
    "writes where else it was told": ("s3:PutObject", "arn:aws:s3:::reports/churn/1.html", {}),
    "logs in to ECR": ("ecr:GetAuthorizationToken", "*", {}),
    "pulls its image": ("ecr:BatchGetImage", "arn:aws:ecr:eu-west-1:141502667606:repository/sagemaker-xgboost", {}),
    "writes its log": (
        "logs:PutLogEvents",
        f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/sagemaker/TrainingJobs:log-stream:job-001",
        {},
    ),
    "gives metrics": ("cloudwatch:PutMetricData", "*", {"cloudwatch__namespace": "/aws/sagemaker/TrainingJobs"}),
    "joins its network": ("ec2:CreateNetworkInterface", f"arn:aws:ec2:{REGION}:{ACCOUNT}:subnet/subnet-1", {}),
    "joins a network that is shared": ("ec2:CreateNetworkInterface", f"arn:aws:ec2:{REGION}:9:subnet/subnet-1", {}),
    "leaves its network": ("ec2:DeleteNetworkInterface", f"arn:aws:ec2:{REGION}:{ACCOUNT}:network-interface/eni-1", {}),
    "encrypts a model": ("kms:GenerateDataKey", KEY, {"kms__ResourceAliases": "alias/models"}),
    "encrypts its volume": ("kms:CreateGrant", KEY, {}),
    "decrypts its data": ("kms:Decrypt", KEY, {}),
}
REFUSED = {
    "data of another job": ("s3:GetObject", "arn:aws:s3:::work/fraud/data/train/part-1.csv", {}),
    "data of a longer name": ("s3:GetObject", "arn:aws:s3:::work/churn/data/training.csv", {}),
    "a listing of the whole bucket": ("s3:ListBucket", "arn:aws:s3:::work", {"s3__prefix": ""}),
    "a listing of another folder": ("s3:ListBucket", "arn:aws:s3:::work", {"s3__prefix": "fraud/"}),
    "data of another bucket": ("s3:GetObject", "arn:aws:s3:::payroll/2026.csv", {}),
    "a change of its own data": ("s3:PutObject", "arn:aws:s3:::work/churn/data/train/part-1.csv", {}),
    "a change of its own code": ("s3:PutObject", "arn:aws:s3:::work/churn/code/1/sourcedir.tar.gz", {}),
    "models beside its output": ("s3:PutObject", "arn:aws:s3:::work/churn/output-of-others/model.tar.gz", {}),
    "the reading of other models": ("s3:GetObject", "arn:aws:s3:::work/churn/output/job-001/output/model.tar.gz", {}),
    "the deletion of a model": ("s3:DeleteObject", "arn:aws:s3:::work/churn/output/job-001/model.tar.gz", {}),
    "another policy of the bucket": ("s3:PutBucketPolicy", "arn:aws:s3:::work", {}),
    "another image": ("ecr:BatchGetImage", "arn:aws:ecr:eu-west-1:141502667606:repository/sagemaker-xgboost-2", {}),
    "the push of an image": ("ecr:PutImage", "arn:aws:ecr:eu-west-1:141502667606:repository/sagemaker-xgboost", {}),
    "logs of others": ("logs:PutLogEvents", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/pay:x", {}),
    "metrics of others": ("cloudwatch:PutMetricData", "*", {"cloudwatch__namespace": "Payments"}),
    "another network": ("ec2:CreateNetworkInterface", f"arn:aws:ec2:{REGION}:{ACCOUNT}:subnet/subnet-2", {}),
    "another security group": ("ec2:CreateNetworkInterface", f"arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/sg-2", {}),
    "writing with a key for reading": ("kms:Encrypt", KEY, {"kms__ResourceAliases": "alias/other"}),
    "another role": ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/admin", {}),
    "another training job": ("sagemaker:CreateTrainingJob", "*", {}),
}


@pytest.mark.parametrize(("action", "resource", "context"), ALLOWED.values(), ids=ALLOWED)
def test_a_training_job(action: str, resource: str, context: dict[str, str]) -> None:
    assert allows(POLICY, action, resource, **context)


@pytest.mark.parametrize(("action", "resource", "context"), REFUSED.values(), ids=REFUSED)
def test_a_training_job_is_refused(action: str, resource: str, context: dict[str, str]) -> None:
    assert not allows(POLICY, action, resource, **context)


def test_a_job_without_network_and_keys_may_use_none() -> None:
    services = {
        action.split(":")[0]
        for statement in execution_policy([PLAIN], PLACE)["Statement"]
        for action in statement["Action"]
    }
    assert services == {"s3", "ecr", "logs", "cloudwatch"}


def test_an_alias_of_another_account_is_one_of_its_keys() -> None:
    theirs = "arn:aws:kms:eu-west-1:999999999999"
    policy = execution_policy([PLAIN], PLACE, read_keys=[f"{theirs}:alias/data"])
    assert allows(policy, "kms:Decrypt", f"{theirs}:key/1", kms__ResourceAliases="alias/data")
    assert not allows(policy, "kms:Decrypt", KEY, kms__ResourceAliases="alias/data")


def test_an_output_that_is_a_whole_bucket_is_one_without_conditions() -> None:
    policy = execution_policy([PLAIN], PLACE)
    assert allows(policy, "s3:PutObject", "arn:aws:s3:::work/job-001/output/model.tar.gz")
    assert allows(policy, "s3:ListBucket", "arn:aws:s3:::work", s3__prefix="")


def test_several_definitions_have_the_sum_of_what_each_needs() -> None:
    policy = execution_policy([DEFINITION, PLAIN], PLACE)
    alone = [execution_policy([each], PLACE) for each in (DEFINITION, PLAIN)]
    actions = [{action for statement in each["Statement"] for action in statement["Action"]} for each in alone]
    assert {action for statement in policy["Statement"] for action in statement["Action"]} == set.union(*actions)


def test_the_same_needs_in_another_order_are_the_same_policy() -> None:
    turned = {**DEFINITION, "input_data_config": DEFINITION["input_data_config"][::-1]}
    assert json.dumps(execution_policy([turned], PLACE)) == json.dumps(execution_policy([DEFINITION], PLACE))


def test_regions_with_another_partition_have_its_arns() -> None:
    china = Place("aws-cn", "cn-north-1", ACCOUNT)
    image = "450853457545.dkr.ecr.cn-north-1.amazonaws.com.cn/sagemaker-xgboost:1.7-1"
    definition = {**PLAIN, "algorithm_specification": {"training_image": image}}
    resources = {
        resource
        for statement in execution_policy([definition], china)["Statement"]
        for resource in statement["Resource"]
        if resource != "*"
    }
    assert all(resource.startswith("arn:aws-cn:") for resource in resources)


def test_sagemaker_alone_takes_the_role_and_for_this_account_alone() -> None:
    (statement,) = trust_policy(PLACE)["Statement"]
    assert statement == {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "sagemaker.amazonaws.com"},
        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    }


def test_a_place_that_is_not_in_s3_is_named() -> None:
    with pytest.raises(ValueError, match=r"reads\[0\]: 'https://example\.com/data' is not a place in S3"):
        execution_policy([PLAIN], PLACE, reads=["https://example.com/data"])


def test_an_image_that_is_not_in_ecr_is_named() -> None:
    definition = {**PLAIN, "algorithm_specification": {"training_image": "xgboost:latest"}}
    with pytest.raises(ValueError, match=r"training_image: 'xgboost:latest' is not an image in Amazon ECR"):
        execution_policy([definition], PLACE)
