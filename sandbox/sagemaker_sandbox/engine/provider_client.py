"""The resource provider protocol from the engine's side.

What a provider cannot take (secrets, unknowns, resource references) is unwrapped on the way out, and secrets are marked
again on the way in.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import errors_pb2, plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from sagemaker_sandbox.engine import urns
from sagemaker_sandbox.engine.errors import StepFailed
from sagemaker_sandbox.engine.plugins import Plugin
from sagemaker_sandbox.engine.properties import (
    Properties,
    Secret,
    Wire,
    contains_secrets,
    contains_unknowns,
    from_struct,
    mark_secrets,
    reveal,
    to_struct,
)
from sagemaker_sandbox.engine.provider import CheckFailure, Diff, DiffUnavailable, Outcome, PropertyChange

_READY_SECONDS = 60
_CONFIG_WIRE = Wire(secrets=False)  # a provider's acceptance of secrets is not known before Configure


class ProviderClient:
    """A provider process; `configure` comes before everything but check_config and diff_config."""

    def __init__(self, plugin: Plugin, engine_address: str) -> None:
        self.plugin = plugin
        self._stub = provider_pb2_grpc.ResourceProviderStub(plugin.channel)
        self._wire = Wire(unknowns=False, secrets=False, resources=False)
        self._supports_preview = False
        self._known = True  # False while the provider's own configuration has unknowns: then it is not asked
        grpc.channel_ready_future(plugin.channel).result(timeout=_READY_SECONDS)
        if plugin.process is None:
            self._optional("Attach", plugin_pb2.PluginAttach(address=engine_address))
        self._handshake(engine_address)

    def _handshake(self, engine_address: str) -> None:
        """Ask what the provider accepts; an older one says so in its answer to Configure instead."""
        request = provider_pb2.ProviderHandshakeRequest(
            engine_address=engine_address, configure_with_urn=True, invoke_with_preview=True
        )
        answer = self._optional("Handshake", request)
        self._handshaken = answer is not None
        if answer is not None:
            self._wire = Wire(unknowns=False, secrets=answer.accept_secrets, resources=answer.accept_resources)
            self._supports_preview = True

    # ----------------------------------------------------------------------------------------------- configuration

    def check_config(self, urn: str, olds: Properties, news: Properties) -> tuple[Properties, list[CheckFailure]]:
        """Validate the provider's own configuration; one that cannot takes it as it is."""
        request = provider_pb2.CheckRequest(
            urn=urn,
            olds=to_struct(olds, _CONFIG_WIRE),
            news=to_struct(news, _CONFIG_WIRE),
            name=urns.name_of(urn),
            type=urns.type_of(urn),
        )
        answer = self._optional("CheckConfig", request)
        if answer is None:
            return news, []
        inputs = from_struct(answer.inputs)
        mark_secrets(inputs, news)
        return inputs, [CheckFailure(item.property, item.reason) for item in answer.failures]

    def diff_config(self, urn: str, old_inputs: Properties, old_outputs: Properties, news: Properties) -> Diff:
        request = provider_pb2.DiffRequest(
            urn=urn,
            old_inputs=to_struct(old_inputs, _CONFIG_WIRE),
            olds=to_struct(old_outputs, _CONFIG_WIRE),
            news=to_struct(news, _CONFIG_WIRE),
            name=urns.name_of(urn),
            type=urns.type_of(urn),
        )
        answer = self._optional("DiffConfig", request)
        return Diff() if answer is None else _diff_of(answer)

    def configure(self, urn: str, provider_id: str, config: Properties) -> None:
        self._known = not contains_unknowns(config)
        if not self._known:
            return
        package = urns.package_of(urns.type_of(urn))
        variables = {
            f"{package}:config:{key}": value if isinstance(value, str) else json.dumps(value)
            for key, value in reveal(config).items()
            if key != "version"
        }
        request = provider_pb2.ConfigureRequest(
            variables=variables,
            args=to_struct(config, Wire()),
            acceptSecrets=True,
            acceptResources=True,
            sends_old_inputs=True,
            sends_old_inputs_to_delete=True,
            id=provider_id,
            urn=urn,
            name=urns.name_of(urn),
            type=urns.type_of(urn),
        )
        answer = self._call("Configure", request)
        if not self._handshaken:
            self._wire = Wire(unknowns=False, secrets=answer.acceptSecrets, resources=answer.acceptResources)
            self._supports_preview = answer.supportsPreview

    def cancel(self) -> None:
        """Ask the provider to end what it is doing. A provider that cannot is no error."""
        with contextlib.suppress(StepFailed):
            self._optional("Cancel", empty_pb2.Empty())

    # -------------------------------------------------------------------------------------------------- operations

    def check(
        self, urn: str, olds: Properties, news: Properties, *, unknowns: bool
    ) -> tuple[Properties, list[CheckFailure]]:
        if not self._known:
            return news, []
        request = provider_pb2.CheckRequest(
            urn=urn,
            olds=self._struct(olds, unknowns),
            news=self._struct(news, unknowns),
            randomSeed=os.urandom(32),
            name=urns.name_of(urn),
            type=urns.type_of(urn),
        )
        answer = self._call("Check", request)
        inputs = from_struct(answer.inputs) if answer.HasField("inputs") else news
        self._mark(inputs, news)
        return inputs, [CheckFailure(item.property, item.reason) for item in answer.failures]

    def diff(
        self,
        urn: str,
        resource_id: str,
        old_inputs: Properties,
        old_outputs: Properties,
        news: Properties,
        *,
        unknowns: bool,
        ignore_changes: Sequence[str],
    ) -> Diff:
        if not self._known:
            raise DiffUnavailable(
                "The provider for this resource has inputs that are not known during preview.\n"
                "This preview may not correctly represent the changes that will be applied during an update."
            )
        request = provider_pb2.DiffRequest(
            id=resource_id,
            urn=urn,
            old_inputs=self._struct(old_inputs, unknowns),
            olds=self._struct(old_outputs, unknowns),
            news=self._struct(news, unknowns),
            ignoreChanges=ignore_changes,
            name=urns.name_of(urn),
            type=urns.type_of(urn),
        )
        return _diff_of(self._call("Diff", request))

    def create(self, urn: str, news: Properties, *, preview: bool, timeout: float) -> Outcome:
        if preview and not self._previews:
            return Outcome(outputs=news if self._known else {})
        request = provider_pb2.CreateRequest(
            urn=urn,
            properties=self._struct(news, preview),
            timeout=timeout,
            preview=preview,
            name=urns.name_of(urn),
            type=urns.type_of(urn),
        )
        outcome = self._outcome("Create", request, news)
        if not outcome.id and not preview:
            raise StepFailed(f"plugin returned empty resource.ID from create '{urn}'")
        return outcome

    def update(
        self,
        urn: str,
        resource_id: str,
        old_inputs: Properties,
        old_outputs: Properties,
        news: Properties,
        *,
        preview: bool,
        timeout: float,
        ignore_changes: Sequence[str],
    ) -> Outcome:
        if preview and not self._previews:
            return Outcome(outputs=news if self._known else {})
        request = provider_pb2.UpdateRequest(
            id=resource_id,
            urn=urn,
            old_inputs=self._struct(old_inputs, False),
            olds=self._struct(old_outputs, False),
            news=self._struct(news, preview),
            timeout=timeout,
            ignoreChanges=ignore_changes,
            preview=preview,
            name=urns.name_of(urn),
            type=urns.type_of(urn),
        )
        return self._outcome("Update", request, news)

    def read(
        self, urn: str, resource_id: str, inputs: Properties, state: Properties, *, timeout: float
    ) -> Outcome | None:
        """The resource as it is now; None if it is no more."""
        if not self._known:
            return Outcome(resource_id)
        request = provider_pb2.ReadRequest(
            id=resource_id,
            urn=urn,
            inputs=self._struct(inputs, False),
            properties=self._struct(state, False),
            timeout=timeout,
            name=urns.name_of(urn),
            type=urns.type_of(urn),
        )
        outcome = self._outcome("Read", request, state)
        if outcome.inputs is not None:
            self._mark(outcome.inputs, inputs)
        return outcome if outcome.id else None

    def delete(self, urn: str, resource_id: str, inputs: Properties, outputs: Properties, *, timeout: float) -> None:
        request = provider_pb2.DeleteRequest(
            id=resource_id,
            urn=urn,
            properties=self._struct(outputs, False),
            old_inputs=self._struct(inputs, False),
            timeout=timeout,
            name=urns.name_of(urn),
            type=urns.type_of(urn),
        )
        self._call("Delete", request)

    def invoke(self, token: str, arguments: Properties, *, preview: bool) -> tuple[Properties, list[CheckFailure]]:
        """Call a function of the provider."""
        if not self._known:
            return {}, []
        request = provider_pb2.InvokeRequest(tok=token, args=self._struct(arguments, False), preview=preview)
        answer = self._call("Invoke", request)
        result = from_struct(getattr(answer, "return"))
        if contains_secrets(arguments) and not self._wire.secrets:
            result = {key: value if isinstance(value, Secret) else Secret(value) for key, value in result.items()}
        return result, [CheckFailure(item.property, item.reason) for item in answer.failures]

    def construct(self, request: provider_pb2.ConstructRequest) -> provider_pb2.ConstructResponse:
        """Have the provider build a component; it registers the parts with the engine's monitor itself."""
        answer: provider_pb2.ConstructResponse = self._call("Construct", request)
        return answer

    def call(self, request: provider_pb2.CallRequest) -> provider_pb2.CallResponse:
        answer: provider_pb2.CallResponse = self._call("Call", request)
        return answer

    # ------------------------------------------------------------------------------------------------------ helpers

    @property
    def _previews(self) -> bool:
        return self._known and self._supports_preview

    def _struct(self, properties: Mapping[str, Any], unknowns: bool) -> Any:
        return to_struct(properties, dataclasses.replace(self._wire, unknowns=unknowns))

    def _mark(self, outputs: Properties, inputs: Mapping[str, Any]) -> None:
        if not self._wire.secrets:
            mark_secrets(outputs, inputs)

    def _outcome(self, method: str, request: Any, inputs: Properties) -> Outcome:
        """Call; a resource that exists although its initialization failed is an outcome, not a failure."""
        try:
            answer = getattr(self._stub, method)(request)
            reasons: list[str] = []
        except grpc.RpcError as error:
            answer = _init_failure(error)
            if answer is None:
                raise _failure(error) from None
            reasons = list(answer.reasons) or ["the provider gave no reason"]
        outcome = Outcome(getattr(answer, "id", ""), from_struct(answer.properties), init_errors=reasons)
        if method == "Read" and answer.HasField("inputs"):
            outcome.inputs = from_struct(answer.inputs)
        self._mark(outcome.outputs, inputs)
        return outcome

    def _call(self, method: str, request: Any) -> Any:
        try:
            return getattr(self._stub, method)(request)
        except grpc.RpcError as error:
            raise _failure(error) from None

    def _optional(self, method: str, request: Any) -> Any:
        """Call a method that a provider need not have; None if it has not."""
        try:
            return getattr(self._stub, method)(request)
        except grpc.RpcError as error:
            if error.code() is grpc.StatusCode.UNIMPLEMENTED or "not implemented" in (error.details() or "").lower():
                return None
            raise _failure(error) from None


def _diff_of(answer: provider_pb2.DiffResponse) -> Diff:
    detailed = None
    if answer.hasDetailedDiff:
        kinds = provider_pb2.PropertyDiff.Kind
        detailed = {
            path: PropertyChange(kinds.Name(item.kind).lower(), item.inputDiff)
            for path, item in answer.detailedDiff.items()
        }
    return Diff(
        answer.changes,
        list(answer.replaces),
        list(answer.diffs),
        list(answer.stables),
        answer.deleteBeforeReplace,
        detailed,
    )


def _failure(error: grpc.RpcError) -> StepFailed:
    """The provider's own message, with the causes and property errors that it attached."""
    if error.code() is grpc.StatusCode.UNAVAILABLE:
        return StepFailed(f"the provider's process ended or cannot be reached: {error.details()}")
    parts = [error.details() or error.code().name]
    for detail in _details(error):
        cause, invalid = errors_pb2.ErrorCause(), errors_pb2.InputPropertiesError()
        if detail.Unpack(cause):
            parts.append(cause.message)
        elif detail.Unpack(invalid):
            parts.extend(f"property {item.property_path} has a problem: {item.reason}" for item in invalid.errors)
    return StepFailed("\n".join(parts))


def _init_failure(error: grpc.RpcError) -> provider_pb2.ErrorResourceInitFailed | None:
    failure = provider_pb2.ErrorResourceInitFailed()
    return failure if any(detail.Unpack(failure) for detail in _details(error)) else None


def _details(error: grpc.RpcError) -> list[Any]:
    """The messages that a gRPC error carries beside its text."""
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            return list(status_pb2.Status.FromString(value).details)
    return []
