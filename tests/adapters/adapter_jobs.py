"""The tuning job of the adapter's tests, as the engine sends it, and the script that its trials run."""

from __future__ import annotations

import copy
import time
from contextlib import suppress
from typing import Any

SECRET = "hush-hush-42"
BUCKET = "adapter-tests"

# The hyperparameter `does` says how a trial ends.
TRAIN = """
import argparse, os, sys, time
arguments = argparse.ArgumentParser()
arguments.add_argument("--eta", type=float)
arguments.add_argument("--does", default="finish")
given = arguments.parse_args()
if given.does == "fail":
    sys.exit("the data is not what it was")
if given.does == "tell":
    sys.exit(f"{os.environ['NICKNAME']} was refused with {os.environ['API_TOKEN']}")
print(f"score={given.eta};", flush=True)
if given.does == "wait":
    time.sleep(600)
"""

JOB: dict[str, Any] = {
    "hyperParameterTuningJobConfig": {
        "strategy": "Bayesian",
        "hyperParameterTuningJobObjective": {"type": "Maximize", "metricName": "score"},
        "resourceLimits": {"maxNumberOfTrainingJobs": 1, "maxParallelTrainingJobs": 1},
        "parameterRanges": {"continuousParameterRanges": [{"name": "eta", "minValue": 0, "maxValue": 0.5}]},
    },
    "trainingJobDefinition": {
        "algorithmSpecification": {
            "trainingImage": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/trainer:1",
            "trainingInputMode": "File",
            "metricDefinitions": [{"name": "score", "regex": "score=([0-9.]+)"}],
        },
        "roleArn": "arn:aws:iam::123456789012:role/tuning",
        "staticHyperParameters": {
            "sagemaker_program": "train.py",
            "sagemaker_submit_directory": f"s3://{BUCKET}/code.tar.gz",
        },
        "outputDataConfig": {"s3OutputPath": f"s3://{BUCKET}/models/"},
        "resourceConfig": {"instanceType": "ml.m5.large", "instanceCount": 1, "volumeSizeInGb": 10},
        "stoppingCondition": {"maxRuntimeInSeconds": 3600},
        "environment": {"API_TOKEN": SECRET},
    },
    "tags": {"team": "ml"},
    "__owner": "shop/dev/churn",
    "__autoName": True,
    "__secretPaths": [["training_job_definition", "environment", "API_TOKEN"]],
}


def job(**edits: Any) -> dict[str, Any]:
    """The inputs as the engine sends them, edited at dotted paths (`__` for a dot); None takes a key away."""
    edited = copy.deepcopy(JOB)
    for path, value in edits.items():
        *parents, last = path.split("__") if not path.startswith("__") else [path]
        block = edited
        for parent in parents:
            block = block[parent]
        if value is None:
            block.pop(last, None)
        else:
            block[last] = value
    return edited


FIXED = job(hyperParameterTuningJobName="nightly") | {"__autoName": False}


def wait_for_status(client: Any, name: str, status: str) -> None:
    """Wait until SageMaker says so; a minute at most."""
    deadline = time.monotonic() + 60
    named = {"HyperParameterTuningJobName": name}
    while (now := client.describe_hyper_parameter_tuning_job(**named)["HyperParameterTuningJobStatus"]) != status:
        assert time.monotonic() < deadline, f"{name} is {now}, not {status}"
        time.sleep(0.1)


def delete_job(client: Any, name: str) -> None:
    """Stop and delete a job behind the provider's back."""
    named = {"HyperParameterTuningJobName": name}
    with suppress(client.exceptions.ResourceNotFound):
        while client.describe_hyper_parameter_tuning_job(**named):
            with suppress(client.exceptions.ClientError):  # whichever of the two its status does not allow
                client.stop_hyper_parameter_tuning_job(**named)
            with suppress(client.exceptions.ClientError):
                client.delete_hyper_parameter_tuning_job(**named)
            time.sleep(0.05)
