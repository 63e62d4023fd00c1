"""Makes a tuning job without Pulumi, as a notebook would, and prints what the program has to be told of it."""

import io
import json
import sys
import tarfile
import time

import boto3
from botocore.exceptions import ClientError

IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"
ALLOWED = ["s3:GetObject", "s3:PutObject", "s3:ListBucket", "ecr:*", "logs:*", "cloudwatch:PutMetricData"]
NEW_ROLE_SECONDS = 5


def make_bucket(name: str) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=name)
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        tar.add("source/train.py", "train.py")
    s3.put_object(Bucket=name, Key="code/sourcedir.tar.gz", Body=archive.getvalue())


def make_role(name: str) -> str:
    iam = aws.client("iam")
    trust = policy(Principal={"Service": "sagemaker.amazonaws.com"}, Action="sts:AssumeRole")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]
    # As generous as roles made by hand are; the other examples show how little a job needs.
    iam.put_role_policy(RoleName=name, PolicyName=name, PolicyDocument=policy(Action=ALLOWED, Resource="*"))
    return role["Arn"]


def policy(**statement: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def make_job(name: str, bucket: str, role_arn: str) -> None:
    rate = {"Name": "rate", "MinValue": "0.001", "MaxValue": "1.5", "ScalingType": "Logarithmic"}
    config = {
        "Strategy": "Bayesian",
        "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
        "ResourceLimits": {"MaxNumberOfTrainingJobs": 3, "MaxParallelTrainingJobs": 2},
        "ParameterRanges": {"ContinuousParameterRanges": [rate]},
    }
    definition = {
        "AlgorithmSpecification": {
            "TrainingImage": IMAGE,
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "loss", "Regex": r"loss=([0-9.e+-]+)"}],
        },
        "StaticHyperParameters": {
            "epochs": "9",
            "sagemaker_program": "train.py",
            "sagemaker_submit_directory": f"s3://{bucket}/code/sourcedir.tar.gz",
        },
        "RoleArn": role_arn,
        "OutputDataConfig": {"S3OutputPath": f"s3://{bucket}/output"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 5},
        "StoppingCondition": {"MaxRuntimeInSeconds": 600},
    }
    request = {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobConfig": config,
        "TrainingJobDefinition": definition,
        "Tags": [{"Key": "owner", "Value": "notebook"}],
    }
    while not is_accepted(request):
        time.sleep(NEW_ROLE_SECONDS)


def is_accepted(request: dict) -> bool:
    """Whether the job was created: IAM takes a while to make a new role known."""
    try:
        aws.client("sagemaker").create_hyper_parameter_tuning_job(**request)
    except ClientError as error:
        if "assume" in str(error):
            return False
        raise
    return True


name = sys.argv[1]
aws = boto3.Session(region_name="us-east-1")
account = aws.client("sts").get_caller_identity()["Account"]
bucket = f"{name}-{account}"
make_bucket(bucket)
role_arn = make_role(name)
make_job(name, bucket, role_arn)
print(f"pulumi config set job {name}\npulumi config set bucket {bucket}\npulumi config set roleArn {role_arn}")
