"""Tuning jobs to look at: their script prints a score, and what its hyperparameters tell it to."""

from __future__ import annotations

import io
import tarfile
import time
from collections.abc import Callable
from typing import Any

BUCKET = "page-tests"
TRUST_SAGEMAKER = """{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
  "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}]}"""

_TRAIN = """
import argparse, sys, time
arguments = argparse.ArgumentParser()
arguments.add_argument("-x", type=float)
arguments.add_argument("--says", default="nothing")
arguments.add_argument("--seconds", type=float, default=0)
arguments.add_argument("--lines", type=int, default=0)
given, others = arguments.parse_known_args()
print("says", given.says, flush=True)
for number in range(given.lines):
    print("line", number)
time.sleep(given.seconds)
if given.says == "fail":
    sys.exit("the data is not what it was")
print(f"score={1 - (given.x - 0.3) ** 2};", flush=True)
"""


def code_archive() -> bytes:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        member = tarfile.TarInfo("train.py")
        member.size = len(_TRAIN)
        tar.addfile(member, io.BytesIO(_TRAIN.encode()))
    return archive.getvalue()


def tuning_request(
    name: str, role_arn: str, *, trials: int = 2, categories: dict[str, str] | None = None, **static: str
) -> dict[str, Any]:
    """A CreateHyperParameterTuningJob request. `categories`: categorical hyperparameters of one value each."""
    categorical = [{"Name": key, "Values": [value]} for key, value in (categories or {}).items()]
    return {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobConfig": {
            "Strategy": "Random",
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "score"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": trials, "MaxParallelTrainingJobs": 2},
            "ParameterRanges": {
                "ContinuousParameterRanges": [{"Name": "x", "MinValue": "0", "MaxValue": "1"}],
                "CategoricalParameterRanges": categorical,
            },
            "RandomSeed": 7,
        },
        "TrainingJobDefinition": {
            "StaticHyperParameters": {
                "sagemaker_program": "train.py",
                "sagemaker_submit_directory": f"s3://{BUCKET}/code.tar.gz",
                **static,
            },
            **_algorithm(role_arn),
        },
    }


def training_request(name: str, role_arn: str) -> dict[str, Any]:
    """A CreateTrainingJob request."""
    code = {"sagemaker_program": "train.py", "sagemaker_submit_directory": f"s3://{BUCKET}/code.tar.gz"}
    return {"TrainingJobName": name, "HyperParameters": {**code, "x": "0.3"}, **_algorithm(role_arn)}


def _algorithm(role_arn: str) -> dict[str, Any]:
    return {
        "AlgorithmSpecification": {
            "TrainingImage": "123456789012.dkr.ecr.us-east-1.amazonaws.com/own:1",
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "score", "Regex": "score=([0-9.]+);"}],
        },
        "RoleArn": role_arn,
        "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/models"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 5},
        "StoppingCondition": {"MaxRuntimeInSeconds": 600},
    }


def eventually(check: Callable[[], Any], seconds: float = 60) -> Any:
    deadline = time.monotonic() + seconds
    while not (result := check()):
        assert time.monotonic() < deadline, "this did not come true in time"
        time.sleep(0.05)
    return result
