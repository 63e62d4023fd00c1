"""The engine's gRPC server: one port for the program's resource monitor and for everyone's log lines."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager
from pathlib import Path

import grpc
from pulumi.runtime.proto import engine_pb2_grpc, resource_pb2, resource_pb2_grpc

from sagemaker_sandbox.engine.backend import ORGANIZATION
from sagemaker_sandbox.engine.engine_service import EngineService
from sagemaker_sandbox.engine.goals import Config
from sagemaker_sandbox.engine.monitor import MonitorService, Operation
from sagemaker_sandbox.engine.plugins import CHANNEL_OPTIONS
from sagemaker_sandbox.engine.stack import Stack


@contextmanager
def serve(
    operation: Operation, engine: EngineService, info: resource_pb2.DeploymentInfo, program_folder: Path
) -> Iterator[str]:
    """Serve an operation; yields the address."""
    # A registration holds its thread until its resource is done: the program has four per slot, and component providers
    # as many again.
    pool = futures.ThreadPoolExecutor(max(info.parallel, 1) * 8 + 32)
    server = grpc.server(pool, options=CHANNEL_OPTIONS)
    monitor = MonitorService(operation, info, program_folder)
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, server)
    engine_pb2_grpc.add_EngineServicer_to_server(engine, server)
    monitor.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        yield monitor.address
    finally:
        server.stop(grace=None).wait()
        pool.shutdown()


def deployment_info(stack: Stack, config: Config, *, preview: bool, parallel: int) -> resource_pb2.DeploymentInfo:
    """What a program and component providers may ask about the operation."""
    return resource_pb2.DeploymentInfo(
        project=stack.project.name,
        stack=stack.name,
        organization=ORGANIZATION,
        config={key: text for key, (text, _) in config.items()},
        configSecretKeys=[key for key, (_, secret) in config.items() if secret],
        dryRun=preview,
        parallel=parallel,
    )
