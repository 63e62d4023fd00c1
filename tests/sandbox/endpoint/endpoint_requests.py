"""Requests for the endpoint's tests: a tuning job whose trials are a script of a few lines."""

from __future__ import annotations

import copy
import io
import tarfile
from collections.abc import Mapping
from typing import Any

BUCKET = "endpoint-tests"
TRUST_SAGEMAKER = """{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
  "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}]}"""
XGBOOST_IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"

# Its score is best at x = 0.3; the hyperparameter `does` says how the trial ends.
TRAIN = """
import argparse, sys, time
arguments = argparse.ArgumentParser()
arguments.add_argument("-x", type=float)
arguments.add_argument("--does", default="finish")
given = arguments.parse_args()
if given.does == "fail":
    sys.exit("the data is not what it was")
if given.does != "nothing":
    print(f"score={1 - (given.x - 0.3) ** 2};", flush=True)
if given.does == "pause":
    time.sleep(2)
if given.does == "linger":
    time.sleep(0.3)
if given.does == "wait":
    time.sleep(600)
"""


def code_archive() -> bytes:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        member = tarfile.TarInfo("train.py")
        member.size = len(TRAIN)
        tar.addfile(member, io.BytesIO(TRAIN.encode()))
    return archive.getvalue()


def tuning_request(name: str, role_arn: str, *, does: str = "finish", trials: int = 2) -> dict[str, Any]:
    """A CreateHyperParameterTuningJob request."""
    return {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobConfig": {
            "Strategy": "Random",
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "score"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": trials, "MaxParallelTrainingJobs": 2},
            "ParameterRanges": {"ContinuousParameterRanges": [{"Name": "x", "MinValue": "0", "MaxValue": "1"}]},
            "RandomSeed": 7,
        },
        "TrainingJobDefinition": {
            "StaticHyperParameters": {
                "does": does,
                "sagemaker_program": "train.py",
                "sagemaker_submit_directory": f"s3://{BUCKET}/code.tar.gz",
            },
            "AlgorithmSpecification": {
                "TrainingImage": "123456789012.dkr.ecr.us-east-1.amazonaws.com/own:1",
                "TrainingInputMode": "File",
                "MetricDefinitions": [{"Name": "score", "Regex": "score=([0-9.]+);"}],
            },
            "RoleArn": role_arn,
            "InputDataConfig": [
                {
                    "ChannelName": "train",
                    "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/data/"}},
                }
            ],
            "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/models"},
            "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 5},
            "StoppingCondition": {"MaxRuntimeInSeconds": 600},
        },
    }


def edited(request: Mapping[str, Any], edits: Mapping[str, Any]) -> dict[str, Any]:
    """A copy with values set at dotted paths; None removes the member."""
    result = copy.deepcopy(dict(request))
    for path, value in edits.items():
        *parents, last = path.split(".")
        node = result
        for parent in parents:
            node = node[int(parent)] if isinstance(node, list) else node.setdefault(parent, {})
        if value is None:
            del node[last]
        else:
            node[last] = value
    return result


def at(document: Any, path: str) -> Any:
    """The value at a dotted path; None if it is not there."""
    for part in path.split("."):
        if isinstance(document, list):
            document = document[int(part)]
        elif part in document:
            document = document[part]
        else:
            return None
    return document
