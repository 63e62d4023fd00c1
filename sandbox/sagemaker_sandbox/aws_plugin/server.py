"""The provider process: Pulumi's gRPC service on a port of 127.0.0.1, which is printed as the first line.

The SDK's servicer does the protocol. Three things are added: `Attach`, which the engine calls on a provider it did not
start itself (PULUMI_DEBUG_PROVIDERS), assets without content, and errors as their own message, without our stack.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from typing import Any

import grpc.aio
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.provider.experimental.server import ProviderServicer
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import provider_pb2_grpc

from sagemaker_sandbox.aws_plugin.assets import mark_assets
from sagemaker_sandbox.aws_plugin.provider import AwsStandIn, caller

__all__ = ["main"]

_Handler = Callable[[Any, Any, Any], Awaitable[Any]]  # servicer, request, context: protobuf's classes are generated


def _plainly(handler: _Handler) -> _Handler:
    """The same call, with assets as the provider takes them; AWS's errors and bad values end it in their own words."""

    async def call(self: Any, request: Any, context: Any) -> Any:
        caller.set(context.peer())
        for _, value in request.ListFields():
            if isinstance(value, Struct):
                mark_assets(value)
        try:
            return await handler(self, request, context)
        except Exception as error:
            cause = error.__context__  # the SDK raises a new error with the stack as text; this is the original
            if isinstance(cause, ValueError) or type(cause).__module__.startswith("botocore."):
                await context.abort(grpc.StatusCode.UNKNOWN, str(cause))
            raise

    return call


class _Servicer(ProviderServicer):
    async def Attach(self, request: Any, context: Any) -> Empty:
        return Empty()

    Configure = _plainly(ProviderServicer.Configure)
    Check = _plainly(ProviderServicer.Check)
    Diff = _plainly(ProviderServicer.Diff)
    Create = _plainly(ProviderServicer.Create)
    Read = _plainly(ProviderServicer.Read)
    Update = _plainly(ProviderServicer.Update)
    Delete = _plainly(ProviderServicer.Delete)
    Invoke = _plainly(ProviderServicer.Invoke)


def main() -> None:
    """Serve until the process is ended. Arguments are the engine's (its address, log flags); none is needed."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve())


async def _serve() -> None:
    server = grpc.aio.server(options=_GRPC_CHANNEL_OPTIONS)
    servicer = _Servicer(sys.argv[1:], version("pulumi-aws"), AwsStandIn(), engine_address="")
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(port, flush=True)
    await server.wait_for_termination()
