"""The real dynamic provider host, driven over gRPC as the engine drives it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any

import grpc
from google.protobuf import json_format, struct_pb2
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

SERIALIZE = """
import sys
from pulumi.dynamic.dynamic import serialize_provider
from sagemaker_tuning.adapters.dynamic import job_provider, completion_provider
provider = {"job": job_provider.HyperParameterTuningJobProvider,
            "completion": completion_provider.TuningJobCompletionProvider}[sys.argv[1]]
print(serialize_provider(provider()))
"""


def serialized(kind: str, hash_seed: str = "0") -> str:
    """The `__provider` that a program in a process of its own registers."""
    return subprocess.run(
        [sys.executable, "-c", SERIALIZE, kind],
        env=os.environ | {"PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


class DynamicHost:
    """`python -m pulumi.dynamic`, configured; every call takes and gives plain dicts."""

    def __init__(self, provider: str, config: Mapping[str, Any], environment: Mapping[str, str]) -> None:
        self._provider = provider
        self._process = subprocess.Popen(
            [sys.executable, "-u", "-m", "pulumi.dynamic"],
            env=os.environ | dict(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self._process.stdout is not None
        port = int(self._process.stdout.readline())
        self._printed: list[str] = []
        self._seen = 0
        self._reader = threading.Thread(target=self._printed.extend, args=(self._process.stdout,))
        self._reader.start()
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self._stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        self._stub.Configure(provider_pb2.ConfigureRequest(args=_struct(config)), timeout=30)

    def __enter__(self) -> DynamicHost:
        return self

    def __exit__(self, *_: object) -> None:
        self.printed()

    def printed(self) -> str:
        """Stop the host and return all that it has printed."""
        self._channel.close()
        self._process.kill()
        self._process.wait()
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()
        return "".join(self._printed)

    def new_lines(self, number: int) -> list[str]:
        """The next lines that the host prints, or has printed since the last call; as many as come within a while."""
        deadline = time.monotonic() + 20
        while len(self._printed) < self._seen + number and time.monotonic() < deadline:
            time.sleep(0.01)
        lines = [line.rstrip("\n") for line in self._printed[self._seen :]]
        self._seen += len(lines)
        return lines

    @staticmethod
    def is_unknown(value: Any) -> bool:
        return bool(value == rpc.UNKNOWN)

    def check(self, news: Mapping[str, Any], olds: Mapping[str, Any] | None = None) -> tuple[dict[str, Any], list[Any]]:
        """The checked inputs and the failures as (property, reason)."""
        answer = self._stub.Check(
            provider_pb2.CheckRequest(news=self._bag(news), olds=self._bag(olds) if olds else None), timeout=60
        )
        return _dict(answer.inputs), [(failure.property, failure.reason) for failure in answer.failures]

    def diff(self, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> provider_pb2.DiffResponse:
        return self._stub.Diff(provider_pb2.DiffRequest(id=id_, olds=self._bag(olds), news=self._bag(news)), timeout=60)

    def create(self, news: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        answer = self._stub.Create(provider_pb2.CreateRequest(properties=self._bag(news)), timeout=120)
        return answer.id, _dict(answer.properties)

    def read(self, id_: str, state: Mapping[str, Any]) -> tuple[str, dict[str, Any], dict[str, Any]]:
        """The id, the outputs and the inputs."""
        answer = self._stub.Read(provider_pb2.ReadRequest(id=id_, properties=self._bag(state)), timeout=60)
        return answer.id, _dict(answer.properties), _dict(answer.inputs)

    def update(self, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, Any]:
        answer = self._stub.Update(
            provider_pb2.UpdateRequest(id=id_, olds=self._bag(olds), news=self._bag(news)), timeout=120
        )
        return _dict(answer.properties)

    def delete(self, id_: str, state: Mapping[str, Any]) -> None:
        self._stub.Delete(provider_pb2.DeleteRequest(id=id_, properties=self._bag(state)), timeout=120)

    def _bag(self, properties: Mapping[str, Any]) -> struct_pb2.Struct:
        return _struct({**properties, "__provider": self._provider})


def unmarked(value: Any) -> Any:
    """Properties without the marks of secrets, which the engine takes away before it calls a dynamic provider."""
    value = rpc.unwrap_rpc_secret(value)
    if isinstance(value, dict):
        return {key: unmarked(item) for key, item in value.items()}
    return [unmarked(item) for item in value] if isinstance(value, list) else value


def _struct(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    return asyncio.run(rpc.serialize_properties(dict(properties), {}))


def _dict(struct: struct_pb2.Struct) -> dict[str, Any]:
    properties: dict[str, Any] = json_format.MessageToDict(struct)
    properties.pop("__provider", None)
    return properties
