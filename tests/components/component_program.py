"""A program of components without an engine: Pulumi's mocks record what it registers and answer as AWS would."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws
from pulumi.runtime import mocks, settings
from pulumi.runtime.stack import run_pulumi_func

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    # These are loaded when they are first used; then they warn of names of their own.
    aws.ec2.Vpc, aws.iam.Role, aws.s3.Bucket  # noqa: B018  # a look is a use

ACCOUNT, REGION = "123456789012", "eu-west-1"
IMAGE = "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:1.7-1"
JOB = "pulumi-python:dynamic/sagemaker-tuning:HyperParameterTuningJob"
COMPLETION = "pulumi-python:dynamic/sagemaker-tuning:TuningJobCompletion"
RESULT = {
    "status": "Completed",
    "bestTrainingJob": "churn-0a1b2c3-004-ffffffff",
    "bestHyperparameters": {"eta": "0.1"},
    "bestObjectiveValue": 0.9,
    "bestModelArtifacts": "s3://made/model.tar.gz",
}
_INVOKES = {
    "aws:index/getPartition:getPartition": {"partition": "aws"},
    "aws:index/getRegion:getRegion": {"region": REGION},
    "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": ACCOUNT},
    "aws:index/getAvailabilityZones:getAvailabilityZones": {"names": [f"{REGION}{letter}" for letter in "abc"]},
}
_OUTPUTS: dict[str, Callable[[str, dict[str, Any]], dict[str, Any]]] = {
    "aws:s3/bucket:Bucket": lambda name, _: {"bucket": f"{name}-made", "arn": f"arn:aws:s3:::{name}-made"},
    "aws:iam/role:Role": lambda name, _: {"name": f"{name}-role", "arn": f"arn:aws:iam::{ACCOUNT}:role/{name}-role"},
    "aws:ec2/vpcEndpoint:VpcEndpoint": lambda name, _: {"prefixListId": "pl-s3"},
    JOB: lambda name, _: {
        "hyperParameterTuningJobName": f"{name}-0a1b2c3",
        "arn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:hyper-parameter-tuning-job/{name}-0a1b2c3",
        "status": "InProgress",
    },
    COMPLETION: lambda name, inputs: {"results": {inputs["jobName"]: RESULT}},
}


@dataclass(frozen=True)
class Registered:
    """One resource as the engine would be asked for it."""

    name: str
    inputs: dict[str, Any]


class Run(mocks.Mocks):
    """What a program registered, by type, in order."""

    def __init__(self) -> None:
        self.registered: dict[str, list[Registered]] = {}
        self.outputs: dict[str, Any] = {}

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        inputs = dict(args.inputs)
        self.registered.setdefault(args.typ, []).append(Registered(args.name, inputs))
        outputs = _OUTPUTS[args.typ](args.name, inputs) if args.typ in _OUTPUTS else {}
        return f"{args.name}-id", {**inputs, **outputs}

    def call(self, args: mocks.MockCallArgs) -> dict[str, Any]:
        return dict(_INVOKES[args.token])

    def only(self, type_: str) -> dict[str, Any]:
        (resource,) = self.registered[type_]
        return resource.inputs

    def of(self, type_: str) -> dict[str, dict[str, Any]]:
        return {resource.name: resource.inputs for resource in self.registered.get(type_, ())}


def run(program: Callable[[], dict[str, Any]], *, preview: bool = False) -> Run:
    """Run a program that returns outputs; their values are in the result."""
    result = Run()

    def whole() -> None:
        for name, value in program().items():
            pulumi.Output.from_input(value).apply(lambda known, name=name: result.outputs.update({name: known}))

    with _event_loop() as loop:
        mocks.set_mocks(result, project="shop", stack="dev", preview=preview)
        loop.run_until_complete(run_pulumi_func(whole))
    return result


@contextmanager
def _event_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """A loop for one program. A program that fails leaves tasks behind, and the mocks a loop in each thread."""
    loops: list[asyncio.AbstractEventLoop] = []

    def begin() -> None:
        loops.append(asyncio.new_event_loop())
        asyncio.set_event_loop(loops[-1])

    begin()
    loop = loops[0]
    threads = ThreadPoolExecutor(initializer=begin)
    loop.set_default_executor(threads)
    try:
        yield loop
    finally:
        settings.reset_options()
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        threads.shutdown()
        asyncio.set_event_loop(None)
        for each in loops:
            each.close()
