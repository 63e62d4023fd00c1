"""Pulumi's provider calls, answered from the served types: check, diff, create, read, update, delete, invoke."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

from pulumi.provider.experimental import provider as sdk

from sagemaker_sandbox.aws_plugin.aws import Aws, Settings
from sagemaker_sandbox.aws_plugin.diff import difference
from sagemaker_sandbox.aws_plugin.resource import ResourceType, Values, same_json
from sagemaker_sandbox.aws_plugin.served import INVOKES, TYPES
from sagemaker_sandbox.aws_plugin.values import UNKNOWN, from_properties, to_properties

__all__ = ["AwsStandIn", "caller"]

# The connection that a call came by: the engine has one to each provider instance.
caller: ContextVar[str] = ContextVar("caller", default="")

# NoSuchEntity, InvalidVpcID.NotFound, RepositoryNotFoundException; a HEAD says only 404.
_GONE = re.compile(r"404|NoSuch\w+|.*NotFound\w*")


class AwsStandIn(sdk.Provider):
    """One process may serve every provider instance of a program: an attached one does, under the Pulumi CLI."""

    def __init__(self) -> None:
        self._configured = {"": Aws(Settings.from_configuration({}))}

    @property
    def _aws(self) -> Aws:
        """As the caller was configured; a caller that never was gets the last configuration."""
        return self._configured.get(caller.get()) or next(reversed(self._configured.values()))

    async def configure(self, request: sdk.ConfigureRequest) -> sdk.ConfigureResponse:
        self._configured.pop(caller.get(), None)
        self._configured[caller.get()] = Aws(Settings.from_configuration(from_properties(request.args)))
        return sdk.ConfigureResponse(accept_secrets=False, supports_preview=True)

    async def check(self, request: sdk.CheckRequest) -> sdk.CheckResponse:
        type_ = TYPES.get(_token(request.type))
        if type_ is None:
            failure = sdk.CheckFailure("", _not_served(_token(request.type)))
            return sdk.CheckResponse(inputs=request.new_inputs, failures=[failure])
        declared, old = from_properties(request.new_inputs), from_properties(request.old_inputs)
        try:
            inputs = self._completed(type_, request.name, request.random_seed, declared, old)
        except ValueError as error:  # no name can be made
            return sdk.CheckResponse(inputs=request.new_inputs, failures=[sdk.CheckFailure("", str(error))])
        return sdk.CheckResponse(inputs=to_properties(inputs), failures=list(_problems(type_, inputs)))

    async def diff(self, request: sdk.DiffRequest) -> sdk.DiffResponse:
        state, inputs = from_properties(request.old_state), from_properties(request.new_inputs)
        return difference(TYPES[_token(request.type)], request.name, state, inputs)

    async def create(self, request: sdk.CreateRequest) -> sdk.CreateResponse:
        type_, inputs = TYPES[_token(request.type)], from_properties(request.properties)
        if request.preview:
            return sdk.CreateResponse("", to_properties({**dict.fromkeys(type_.computed, UNKNOWN), **inputs}))
        id_ = await asyncio.to_thread(type_.create, self._aws, inputs)
        return sdk.CreateResponse(id_, to_properties(await self._state(type_, id_, inputs)))

    async def update(self, request: sdk.UpdateRequest) -> sdk.UpdateResponse:
        type_ = TYPES[_token(request.type)]
        state, inputs = from_properties(request.olds), from_properties(request.news)
        if request.preview:
            outputs = {key: value for key, value in state.items() if key not in type_.inputs}
            outputs.update(dict.fromkeys(type_.recomputed, UNKNOWN), tagsAll=inputs.get("tags"))
            return sdk.UpdateResponse(to_properties({**outputs, **inputs}))
        await asyncio.to_thread(type_.update, self._aws, request.resource_id, state, inputs)
        return sdk.UpdateResponse(to_properties(await self._state(type_, request.resource_id, inputs)))

    async def read(self, request: sdk.ReadRequest) -> sdk.ReadResponse:
        type_ = TYPES.get(_token(request.type))
        if type_ is None:
            raise ValueError(_not_served(_token(request.type)))
        state = {**from_properties(request.properties), **from_properties(request.inputs)}
        observed = await self._observed(type_, request.resource_id, state)
        if observed is None:
            return sdk.ReadResponse(resource_id="")
        state = _in_declared_words(type_, state, observed)
        inputs = {key: value for key, value in state.items() if key in type_.inputs}
        return sdk.ReadResponse(request.resource_id, to_properties(state), to_properties(inputs))

    async def delete(self, request: sdk.DeleteRequest) -> None:
        type_, state = TYPES[_token(request.type)], from_properties(request.properties)
        try:
            await asyncio.to_thread(type_.delete, self._aws, request.resource_id, state)
        except Exception as error:
            if not _says_gone(error):
                raise

    async def invoke(self, request: sdk.InvokeRequest) -> sdk.InvokeResponse:
        function = INVOKES.get(request.tok)
        if function is None:
            return sdk.InvokeResponse(failures=[sdk.CheckFailure("", _not_served(request.tok))])
        result = await asyncio.to_thread(function, self._aws, from_properties(request.args))
        return sdk.InvokeResponse(to_properties(result))

    def _completed(self, type_: ResourceType, logical_name: str, seed: bytes, declared: Values, old: Values) -> Values:
        """The declared inputs with what a program may leave out: defaults, default tags, region and the name."""
        defaults = {key: spec.default for key, spec in type_.inputs.items() if spec.default is not None}
        inputs = {key: _as_text(value) if _is_json(type_, key) else value for key, value in declared.items()}
        inputs = {**defaults, **inputs}
        if "tags" in type_.inputs and self._aws.settings.default_tags and inputs.get("tags") != UNKNOWN:
            inputs["tags"] = {**self._aws.settings.default_tags, **inputs.get("tags", {})}
        if "region" in type_.inputs:
            inputs.setdefault("region", self._aws.region)
        if type_.name and type_.name.input not in inputs:
            kept = old.get(type_.name.input)
            is_ours = kept is not None and type_.name.is_automatic(logical_name, kept)
            inputs[type_.name.input] = kept if is_ours else type_.name.automatic(logical_name, seed)
        return inputs

    async def _state(self, type_: ResourceType, id_: str, inputs: Values) -> Values:
        observed = await self._observed(type_, id_, inputs)
        if observed is None:
            raise RuntimeError(f"{type_.token} {id_} is gone right after it was written. Run `pulumi refresh`.")
        return _in_declared_words(type_, inputs, observed)

    async def _observed(self, type_: ResourceType, id_: str, state: Values) -> Values | None:
        try:
            observed = await asyncio.to_thread(type_.read, self._aws, id_, state)
        except Exception as error:
            if _says_gone(error):
                return None
            raise
        if observed is None:
            return None
        if "region" in type_.inputs:
            observed["region"] = state.get("region", self._aws.region)
        if "tags" in type_.inputs:
            observed["tagsAll"] = observed["tags"]
        return observed


def _is_json(type_: ResourceType, key: str) -> bool:
    return key in type_.inputs and type_.inputs[key].same is same_json


def _as_text(document: Any) -> Any:
    """A policy as AWS takes it; a program may give its fields."""
    text = document if isinstance(document, str) else json.dumps(document)
    return UNKNOWN if UNKNOWN in text else text


def _in_declared_words(type_: ResourceType, declared: Values, observed: Values) -> Values:
    """What AWS says, in the program's words where both mean the same: a policy's text, the order of a set."""
    kept = {
        key: declared[key]
        for key, spec in type_.inputs.items()
        if key in declared and ((not spec.reported and key not in observed) or type_.is_same(key, observed, declared))
    }
    return {**observed, **kept}


def _problems(type_: ResourceType, inputs: Values) -> Iterator[sdk.CheckFailure]:
    served = ", ".join(sorted(type_.inputs))
    for key in inputs:
        if key not in type_.inputs:
            reason = f"the offline aws stand-in does not serve this property of {type_.token}; it serves {served}"
            yield sdk.CheckFailure(key, reason)
    for key, spec in type_.inputs.items():
        if spec.required and key not in inputs:
            yield sdk.CheckFailure(key, f"{type_.token} needs it")


def _token(qualified_type: str) -> str:
    """The type alone: the SDK takes it from the URN, where the types of a resource's parents come before it."""
    return qualified_type.rsplit("$", 1)[-1]


def _not_served(token: str) -> str:
    served = "\n  ".join(sorted([*TYPES, *INVOKES]))
    return (
        f"the offline aws stand-in does not serve {token}. Use Pulumi's real aws plugin for it. It serves:\n  {served}"
    )


def _says_gone(error: Exception) -> bool:
    response: Any = getattr(error, "response", None)  # botocore's ClientError, without importing botocore
    if not isinstance(response, dict):
        return False
    error_ = response.get("Error", {})
    # SageMaker has no code of its own for it.
    return bool(_GONE.fullmatch(error_.get("Code", "")) or error_.get("Message", "").startswith("Could not find "))
