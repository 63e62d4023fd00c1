"""The engine's side of Pulumi's provider protocol, over real gRPC: one resource at a time, with its state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

_KINDS = provider_pb2.PropertyDiff.Kind


class CheckFailed(Exception):
    """The provider rejected the inputs; as `{property: reason}`."""

    def __init__(self, failures: Mapping[str, str]) -> None:
        super().__init__(str(failures))
        self.failures = dict(failures)


class Provider:
    """A stub on a running provider process."""

    def __init__(self, port: int, configuration: Mapping[str, Any] | None = None) -> None:
        # Connections of the engine are its own each; Python's would be shared.
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=[("grpc.use_local_subchannel_pool", 1)])
        self.stub = provider_pb2_grpc.ResourceProviderStub(self.channel)
        self.stub.Attach(plugin_pb2.PluginAttach(address="127.0.0.1:1"))
        request = provider_pb2.ConfigureRequest(args=to_struct(configuration or {}), acceptSecrets=True)
        self.configured = self.stub.Configure(request)

    def invoke(self, token: str, **args: Any) -> dict[str, Any]:
        response = self.stub.Invoke(provider_pb2.InvokeRequest(tok=token, args=to_struct(args)))
        if response.failures:
            raise CheckFailed({failure.property: failure.reason for failure in response.failures})
        return from_struct(getattr(response, "return"))

    def resource(self, type_: str, name: str = "thing") -> Resource:
        return Resource(self, type_, name)


@dataclass(frozen=True)
class Diff:
    """What a change of inputs means: `none`, `update` or `replace`, and each changed path with its kind."""

    action: str
    paths: Mapping[str, str] = field(default_factory=dict)
    delete_before_replace: bool = False


class Resource:
    """A resource as the engine handles it: check, then create, update or replace; refresh; delete."""

    def __init__(self, provider: Provider, type_: str, name: str) -> None:
        self.provider, self.stub = provider, provider.stub
        self.urn = f"urn:pulumi:dev::test::{type_}::{name}"
        self.id = ""
        self.inputs: dict[str, Any] = {}
        self.state: dict[str, Any] = {}

    def check(
        self, inputs: Mapping[str, Any], *, seed: bytes = b"seed", is_replacement: bool = False
    ) -> dict[str, Any]:
        olds = {} if is_replacement else self.inputs
        response = self.stub.Check(
            provider_pb2.CheckRequest(urn=self.urn, olds=to_struct(olds), news=to_struct(inputs), randomSeed=seed)
        )
        if response.failures:
            raise CheckFailed({failure.property: failure.reason for failure in response.failures})
        return from_struct(response.inputs)

    def diff(self, inputs: Mapping[str, Any]) -> Diff:
        """The difference between the state and inputs that are not checked yet."""
        response = self.stub.Diff(
            provider_pb2.DiffRequest(
                urn=self.urn, id=self.id, olds=to_struct(self.state), news=to_struct(self.check(inputs))
            )
        )
        if response.changes == provider_pb2.DiffResponse.DIFF_NONE:
            return Diff("none")
        return Diff(
            "replace" if response.replaces else "update",
            {path: _KINDS.Name(each.kind).lower() for path, each in response.detailedDiff.items()},
            response.deleteBeforeReplace,
        )

    def preview_create(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        checked = self.check(inputs)
        request = provider_pb2.CreateRequest(urn=self.urn, properties=to_struct(checked), preview=True)
        return from_struct(self.stub.Create(request).properties)

    def create(self, inputs: Mapping[str, Any]) -> Resource:
        self.inputs = self.check(inputs)
        response = self.stub.Create(provider_pb2.CreateRequest(urn=self.urn, properties=to_struct(self.inputs)))
        self.id, self.state = response.id, from_struct(response.properties)
        return self

    def update(self, inputs: Mapping[str, Any], *, preview: bool = False) -> dict[str, Any]:
        checked = self.check(inputs)
        response = self.stub.Update(
            provider_pb2.UpdateRequest(
                urn=self.urn, id=self.id, olds=to_struct(self.state), news=to_struct(checked), preview=preview
            )
        )
        state = from_struct(response.properties)
        if not preview:
            self.inputs, self.state = checked, state
        return state

    def refresh(self) -> Resource:
        self._read(self.id, self.state, self.inputs)
        return self

    def import_(self, id_: str) -> Resource:
        self._read(id_, {}, {})
        return self

    def delete(self) -> None:
        self.stub.Delete(provider_pb2.DeleteRequest(urn=self.urn, id=self.id, properties=to_struct(self.state)))

    def _read(self, id_: str, state: Mapping[str, Any], inputs: Mapping[str, Any]) -> None:
        response = self.stub.Read(
            provider_pb2.ReadRequest(urn=self.urn, id=id_, properties=to_struct(state), inputs=to_struct(inputs))
        )
        self.id = response.id
        self.state, self.inputs = from_struct(response.properties), from_struct(response.inputs)


def to_struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(values)
    return struct


def from_struct(struct: struct_pb2.Struct) -> dict[str, Any]:
    return json_format.MessageToDict(struct)
