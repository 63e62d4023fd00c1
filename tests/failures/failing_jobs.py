"""Every way in which the sandbox's trials end without a result: the tuning job that does it, and its likely cause."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

BUCKET = "failing-jobs"
ROLE_TRUST = """{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
  "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}]}"""
SECRET = "hush-hush-42"
XGBOOST_IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
FAULTY_CALL = "s3:ListBuckets"

# The hyperparameter `does` says how a trial ends.
TRAIN = """
import argparse, os, shutil, signal, sys, time
arguments = argparse.ArgumentParser()
arguments.add_argument("-x", type=float)
arguments.add_argument("--does")
arguments.add_argument("--api_token")
given = arguments.parse_args()

def load():
    raise ValueError(f"could not convert string to float: 'row {given.x}'")

print(f"beginning with x = {given.x}", flush=True)
if given.does == "raise":
    load()
if given.does == "exit":
    sys.exit("the data is not what it was")
if given.does == "be silent":
    sys.stdout.flush()
    os._exit(3)
if given.does == "leave a note":
    with open(os.path.join(os.environ["SM_OUTPUT_DIR"], "failure"), "w") as file:
        file.write("the label column is missing")
    sys.exit(1)
if given.does == "want memory":
    raise MemoryError
if given.does == "be killed":
    os.kill(os.getpid(), signal.SIGKILL)
if given.does == "fill the disk":
    raise OSError(28, "No space left on device")
if given.does == "call S3":
    import boto3
    boto3.client("s3").list_buckets()
if given.does == "tell a secret":
    print("connecting with", given.api_token, flush=True)
    raise RuntimeError("the feature store refused " + given.api_token)
if given.does == "read the pipe":
    with open(os.path.join(os.environ["SM_INPUT_DIR"], "data", "train_0"), "rb") as pipe:
        pipe.read()
if given.does == "delete the data":
    import boto3
    boto3.client("s3").delete_object(Bucket=os.environ["DATA_BUCKET"], Key="vanishing/rows.csv")
if given.does == "remove the model's folder":
    shutil.rmtree(os.environ["SM_MODEL_DIR"])
if given.does == "wait":
    time.sleep(600)
if given.does != "be mute":
    print(f"score={1 - (given.x - 0.3) ** 2};", flush=True)
"""


@dataclass(frozen=True)
class Kind:
    """A way to fail. `edits` are laid over the request at dotted paths; `sentence` is a part of the cause's.

    `log` is a part of what is shown of the log; None if nothing has run, and so there is none.
    """

    cause: str
    sentence: str
    does: str = "finish"
    log: str | None = None
    edits: Mapping[str, Any] = field(default_factory=dict)
    fault: Mapping[str, Any] | None = None
    trials: int = 1
    stop: bool = False
    """Whether its training jobs are stopped by hand."""


_RESOURCES = "TrainingJobDefinition."
_STATIC = "TrainingJobDefinition.StaticHyperParameters."
_CHANNEL = "TrainingJobDefinition.InputDataConfig.0."
_S3 = f"{_CHANNEL}DataSource.S3DataSource."
_TIME = "TrainingJobDefinition.StoppingCondition."
_ON_SPOT = {"TrainingJobDefinition.EnableManagedSpotTraining": True}
_PIPE = {f"{_CHANNEL}InputMode": "Pipe"}
_XGBOOST = {
    "TrainingJobDefinition.AlgorithmSpecification": {"TrainingImage": XGBOOST_IMAGE, "TrainingInputMode": "File"},
    "TrainingJobDefinition.StaticHyperParameters": {"num_round": "1", "objective": "binary:logistic"},
    "HyperParameterTuningJobConfig.HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "train:auc"},
    "HyperParameterTuningJobConfig.ParameterRanges": {
        "ContinuousParameterRanges": [{"Name": "eta", "MinValue": "0.1", "MaxValue": "0.5"}]
    },
    f"{_CHANNEL}ContentType": "text/csv",
}

KINDS = {
    "a script that raises": Kind(
        "script_error", "ValueError: could not convert string to float", "raise", log="raise ValueError", trials=5
    ),
    "a script that exits with a word": Kind(
        "script_error", "failed: the data is not what it was", "exit", log="the data is not what it was"
    ),
    "a script that exits with its last line": Kind("script_error", "exit code 3", "be silent", log="beginning"),
    "a container's own note": Kind(
        "script_error", "failed: the label column is missing", "leave a note", log="beginning"
    ),
    "a script without memory": Kind("out_of_memory", "MemoryError", "want memory", log="MemoryError"),
    "a script that is killed": Kind("out_of_memory", "killed (exit code 137)", "be killed", log="beginning"),
    "a crash": Kind(
        "out_of_memory",
        "killed (exit code 137)",
        "wait",
        log="beginning",
        fault={"fault": "trial_crash", "after_seconds": 1},
    ),
    "a full disk": Kind("out_of_disk", "No space left on device", "fill the disk", log="[Errno 28]"),
    "a role without a permission": Kind(
        "permissions", "(AccessDenied) when calling the ListBuckets operation", "call S3", log="list_buckets()"
    ),
    "a secret in the log": Kind(
        "script_error", "refused [secret]", "tell a secret", log="RuntimeError: the feature store refused [secret]"
    ),
    "no line with the metric": Kind(
        "no_metric", "matches the regex of 'score', `score=([0-9.]+);`", "be mute", log="beginning"
    ),
    "a time limit": Kind(
        "out_of_time", "longer than MaxRuntimeInSeconds", "wait", "beginning", {f"{_TIME}MaxRuntimeInSeconds": 1}
    ),
    "an interruption and a time limit": Kind(
        "spot_interruption",
        "instances were taken away",
        "wait",
        "beginning",
        {**_ON_SPOT, f"{_TIME}MaxRuntimeInSeconds": 2, f"{_TIME}MaxWaitTimeInSeconds": 2},
        fault={"fault": "spot_interruption", "after_seconds": 0.5},
    ),
    "a training job that is stopped": Kind("stopped", "stopped before", "wait", log="beginning", stop=True),
    "a training image that is not there": Kind(
        "image_pull", "Cannot pull training image", edits={f"{_STATIC}sagemaker_program": None}
    ),
    "a source archive that is not there": Kind(
        "data_not_found", "NoSuchKey", edits={f"{_STATIC}sagemaker_submit_directory": f"s3://{BUCKET}/none.tar.gz"}
    ),
    "data that vanishes": Kind(
        "data_not_found",
        "no objects found under S3 URL",
        "delete the data",
        edits={
            f"{_S3}S3Uri": f"s3://{BUCKET}/vanishing/",
            "TrainingJobDefinition.Environment": {"DATA_BUCKET": BUCKET},
            "HyperParameterTuningJobConfig.ResourceLimits.MaxParallelTrainingJobs": 1,
        },
        trials=2,
    ),
    "a manifest's object that is not there": Kind(
        "data_not_found",
        "NoSuchKey",
        edits={f"{_S3}S3DataType": "ManifestFile", f"{_S3}S3Uri": f"s3://{BUCKET}/manifests/missing.json"},
    ),
    "a manifest that is none": Kind(
        "data_unreadable",
        "is not of the form",
        edits={f"{_S3}S3DataType": "ManifestFile", f"{_S3}S3Uri": f"s3://{BUCKET}/data/rows.csv"},
    ),
    "a manifest that leads astray": Kind(
        "configuration",
        "outside of the training job's folder",
        edits={f"{_S3}S3DataType": "ManifestFile", f"{_S3}S3Uri": f"s3://{BUCKET}/manifests/astray.json"},
    ),
    "an augmented manifest without the attribute": Kind(
        "data_unreadable",
        "has no attribute 'label'",
        edits={
            **_PIPE,
            f"{_S3}S3DataType": "AugmentedManifestFile",
            f"{_S3}S3Uri": f"s3://{BUCKET}/manifests/augmented.jsonl",
            f"{_S3}AttributeNames": ["label"],
        },
    ),
    "data that is not compressed": Kind(
        "data_unreadable",
        "is not gzip",
        "read the pipe",
        log="score=",
        edits={**_PIPE, f"{_CHANNEL}CompressionType": "Gzip"},
    ),
    "a source archive that is none": Kind(
        "data_unreadable",
        "Cannot unpack the code",
        edits={f"{_STATIC}sagemaker_submit_directory": f"s3://{BUCKET}/data/rows.csv"},
    ),
    "a script without an archive": Kind(
        "configuration", "needs sagemaker_submit_directory", edits={f"{_STATIC}sagemaker_submit_directory": None}
    ),
    "a script in an unknown language": Kind(
        "configuration", "neither a .py nor a .sh", edits={f"{_STATIC}sagemaker_program": "train.jl"}
    ),
    "a file system": Kind(
        "configuration",
        "has no S3DataSource",
        edits={
            f"{_CHANNEL}DataSource": {
                "FileSystemDataSource": {
                    "FileSystemId": "fs-01234567",
                    "FileSystemAccessMode": "ro",
                    "FileSystemType": "EFS",
                    "DirectoryPath": "/data",
                }
            }
        },
    ),
    "an output bucket that is not there": Kind(
        "output",
        "Artifact upload failed",
        log="score=",
        edits={"TrainingJobDefinition.OutputDataConfig.S3OutputPath": "s3://no-such-bucket-here/models"},
    ),
    "a hyperparameter that XGBoost refuses": Kind(
        "configuration",
        "max_depth",
        log="max_depth",
        edits={**_XGBOOST, f"{_STATIC}max_depth": "deep"},
    ),
    "a failure of SageMaker itself": Kind(
        "internal_error", "InternalServerError", "remove the model's folder", log="score="
    ),
}


def failing_request(name: str, role_arn: str, kind: Kind) -> dict[str, Any]:
    """The CreateHyperParameterTuningJob request of a kind."""
    request = {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobConfig": {
            "Strategy": "Random",
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "score"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": kind.trials, "MaxParallelTrainingJobs": 2},
            "ParameterRanges": {"ContinuousParameterRanges": [{"Name": "x", "MinValue": "0", "MaxValue": "1"}]},
            "RandomSeed": 7,
        },
        "TrainingJobDefinition": {
            "StaticHyperParameters": {
                "does": kind.does,
                "api_token": SECRET,
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
    for path, value in kind.edits.items():
        *parents, last = path.split(".")
        node: Any = request
        for parent in parents:
            node = node[int(parent)] if isinstance(node, list) else node[parent]
        if value is None:
            del node[last]
        else:
            node[last] = dict(value) if isinstance(value, Mapping) else value
    return request


def objects() -> dict[str, bytes]:
    """What the jobs need in their bucket, by key."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for name in ("train.py", "train.jl"):
            member = tarfile.TarInfo(name)
            member.size = len(TRAIN)
            tar.addfile(member, io.BytesIO(TRAIN.encode()))
    prefix = f'{{"prefix": "s3://{BUCKET}/data/"}}'
    return {
        "code.tar.gz": archive.getvalue(),
        "data/rows.csv": b"1,2\n0,3\n",
        "vanishing/rows.csv": b"1,2\n",
        "manifests/missing.json": f'[{prefix}, "missing.csv"]'.encode(),
        "manifests/astray.json": f'[{prefix}, "../../../astray.csv"]'.encode(),
        "manifests/augmented.jsonl": b'{"text": "a row"}\n',
    }
