"""The ResourceMonitor service: where a program registers its resources.

It translates requests to goals and results to answers; the operation behind it decides and acts.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn, Protocol, TypeVar

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, resource_pb2, resource_pb2_grpc

from sagemaker_sandbox.engine import urns
from sagemaker_sandbox.engine.errors import EngineError
from sagemaker_sandbox.engine.goals import Goal, ReadGoal, goal_from
from sagemaker_sandbox.engine.properties import Properties, Wire, contains_unknowns, from_struct, to_struct
from sagemaker_sandbox.engine.provider import CheckFailure
from sagemaker_sandbox.engine.state import ResourceState

_SUPPORTED = {
    "secrets": resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    "resourceReferences": resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    "aliasSpecs": resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    "replacementTrigger": resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
    "deletedWith": resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    "replaceWith": resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
    # Claimed so that the SDK sends them here, to be refused by name; else it asks for an update of the Pulumi CLI.
    "transforms": resource_pb2.RESOURCE_MONITOR_FEATURE_TRANSFORMS,
    "invokeTransforms": resource_pb2.RESOURCE_MONITOR_FEATURE_INVOKE_TRANSFORMS,
    "resourceHooks": resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
    "errorHooks": resource_pb2.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS,
}


class OperationStopped(Exception):
    """The operation failed or was canceled: nothing new is begun. The reason has been shown already."""


class Operation(Protocol):
    """What the monitor needs of the running operation. Every method may raise OperationStopped."""

    def register(self, goal: Goal) -> ResourceState: ...
    def read(self, goal: ReadGoal) -> ResourceState: ...
    def register_outputs(self, urn: str, outputs: Properties) -> None: ...
    def default_provider(self, package: str, version: str, download_url: str) -> str: ...
    def invoke(self, reference: str, token: str, arguments: Properties) -> tuple[Properties, list[CheckFailure]]: ...
    def construct(self, reference: str, request: provider_pb2.ConstructRequest) -> provider_pb2.ConstructResponse: ...
    def call(self, reference: str, request: provider_pb2.CallRequest) -> provider_pb2.CallResponse: ...
    def fail(self, error: Exception, urn: str) -> NoReturn: ...


Method = TypeVar("Method", bound=Callable[..., Any])


def _ends_the_operation(method: Method) -> Method:
    """Any error ends the operation; the program only hears that the monitor is gone, as from the Pulumi CLI."""

    @functools.wraps(method)
    def wrapped(self: MonitorService, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            try:
                return method(self, request, context)
            except OperationStopped:
                raise
            except Exception as error:  # also a bug of this engine must end the operation, not hang the program
                self.operation.fail(error, "")
        except OperationStopped:
            context.abort(grpc.StatusCode.UNAVAILABLE, "resource monitor shut down")

    return wrapped  # type: ignore[return-value]  # same signature


class MonitorService(resource_pb2_grpc.ResourceMonitorServicer):
    """info: what GetDeploymentInfo tells; address: this service's own, for providers that build components."""

    def __init__(self, operation: Operation, info: resource_pb2.DeploymentInfo, program_folder: Path) -> None:
        self.operation = operation
        self.address = ""
        self._info = info
        self._info.supportedFeatures.extend(_SUPPORTED.values())
        self._folder = program_folder
        self._component_providers: dict[str, Mapping[str, str]] = {}  # by the component's URN

    def SupportsFeature(
        self, request: resource_pb2.SupportsFeatureRequest, context: grpc.ServicerContext
    ) -> resource_pb2.SupportsFeatureResponse:
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in _SUPPORTED)

    def GetDeploymentInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> resource_pb2.DeploymentInfo:
        return self._info

    def SignalAndWaitForShutdown(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Programs with callbacks wait here; this engine makes no callbacks."""
        return empty_pb2.Empty()

    # --------------------------------------------------------------------------------------------------- resources

    @_ends_the_operation
    def RegisterResource(
        self, request: resource_pb2.RegisterResourceRequest, context: grpc.ServicerContext
    ) -> resource_pb2.RegisterResourceResponse:
        if not request.custom and request.parent in self._component_providers:
            for package, reference in self._component_providers[request.parent].items():
                if package not in request.providers:
                    request.providers[package] = reference
        if request.remote:
            return self._construct(request)
        state = self.operation.register(goal_from(request, self._provider_of(request), self._folder))
        if not request.custom:
            self._component_providers[state.urn] = dict(request.providers)
        outputs = state.outputs if request.custom else {}
        if not request.supportsPartialValues:
            outputs = {key: value for key, value in outputs.items() if not contains_unknowns(value)}
        return resource_pb2.RegisterResourceResponse(
            urn=state.urn,
            id=state.id,
            object=to_struct(outputs, Wire(secrets=request.acceptSecrets, resources=request.acceptResources)),
        )

    @_ends_the_operation
    def ReadResource(
        self, request: resource_pb2.ReadResourceRequest, context: grpc.ServicerContext
    ) -> resource_pb2.ReadResourceResponse:
        package = urns.package_of(request.type)
        provider = request.provider or self._inherited(request.parent, package)
        goal = ReadGoal(
            request.type,
            request.name,
            request.id,
            from_struct(request.properties),
            request.parent,
            provider or self.operation.default_provider(package, request.version, request.pluginDownloadURL),
            sorted(request.dependencies),
            list(request.additionalSecretOutputs),
        )
        state = self.operation.read(goal)
        wire = Wire(secrets=request.acceptSecrets, resources=request.acceptResources)
        return resource_pb2.ReadResourceResponse(urn=state.urn, properties=to_struct(state.outputs, wire))

    @_ends_the_operation
    def RegisterResourceOutputs(
        self, request: resource_pb2.RegisterResourceOutputsRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        self.operation.register_outputs(request.urn, from_struct(request.outputs))
        return empty_pb2.Empty()

    def _provider_of(self, request: resource_pb2.RegisterResourceRequest) -> str:
        if not (request.custom or request.remote) or urns.is_provider_type(request.type):
            return ""
        package = urns.package_of(request.type)
        own = request.provider or request.providers.get(package, "") or self._inherited(request.parent, package)
        return own or self.operation.default_provider(package, request.version, request.pluginDownloadURL)

    def _inherited(self, parent: str, package: str) -> str:
        return self._component_providers.get(parent, {}).get(package, "")

    # --------------------------------------------------------------------------------------------------- functions

    @_ends_the_operation
    def Invoke(
        self, request: resource_pb2.ResourceInvokeRequest, context: grpc.ServicerContext
    ) -> resource_pb2.ResourceInvokeResponse:
        package = urns.package_of(request.tok)
        reference = request.provider or self._inherited(request.parent, package)
        reference = reference or self.operation.default_provider(package, request.version, request.pluginDownloadURL)
        arguments = from_struct(request.args)
        if contains_unknowns(arguments):
            return resource_pb2.ResourceInvokeResponse(unknown=True)
        result, failures = self.operation.invoke(reference, request.tok, arguments)
        answer = resource_pb2.ResourceInvokeResponse(
            failures=[provider_pb2.CheckFailure(property=item.property, reason=item.reason) for item in failures]
        )
        getattr(answer, "return").CopyFrom(to_struct(result, Wire(resources=request.acceptResources)))
        return answer

    @_ends_the_operation
    def Call(
        self, request: resource_pb2.ResourceCallRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CallResponse:
        package = urns.package_of(request.tok)
        reference = request.provider or self.operation.default_provider(
            package, request.version, request.pluginDownloadURL
        )
        forwarded = provider_pb2.CallRequest(
            tok=request.tok,
            args=request.args,
            argDependencies={
                key: provider_pb2.CallRequest.ArgumentDependencies(urns=item.urns)
                for key, item in request.argDependencies.items()
            },
            **self._context_for_providers(),
        )
        return self.operation.call(reference, forwarded)

    def _construct(self, request: resource_pb2.RegisterResourceRequest) -> resource_pb2.RegisterResourceResponse:
        """Have a provider build a component; its parts come back here as registrations."""
        forwarded = provider_pb2.ConstructRequest(
            type=request.type,
            name=request.name,
            parent=request.parent,
            inputs=request.object,
            inputDependencies={
                key: provider_pb2.ConstructRequest.PropertyDependencies(urns=item.urns)
                for key, item in request.propertyDependencies.items()
            },
            providers=request.providers,
            dependencies=request.dependencies,
            aliases=request.aliases,
            **self._context_for_providers(),
        )
        built = self.operation.construct(self._provider_of(request), forwarded)
        return resource_pb2.RegisterResourceResponse(
            urn=built.urn,
            object=built.state,
            propertyDependencies={
                key: resource_pb2.RegisterResourceResponse.PropertyDependencies(urns=item.urns)
                for key, item in built.stateDependencies.items()
            },
        )

    def _context_for_providers(self) -> dict[str, Any]:
        info = self._info
        return {
            "project": info.project,
            "stack": info.stack,
            "organization": info.organization,
            "config": info.config,
            "configSecretKeys": info.configSecretKeys,
            "dryRun": info.dryRun,
            "parallel": info.parallel,
            "monitorEndpoint": self.address,
        }

    # ------------------------------------------------------------------------------------------------- unsupported

    @_ends_the_operation
    def RegisterStackTransform(self, request: Any, context: grpc.ServicerContext) -> NoReturn:
        raise _unsupported("stack transforms")

    @_ends_the_operation
    def RegisterStackInvokeTransform(self, request: Any, context: grpc.ServicerContext) -> NoReturn:
        raise _unsupported("invoke transforms")

    @_ends_the_operation
    def RegisterResourceHook(
        self, request: resource_pb2.RegisterResourceHookRequest, context: grpc.ServicerContext
    ) -> NoReturn:
        raise _unsupported(f"resource hooks ('{request.name}')")

    @_ends_the_operation
    def RegisterErrorHook(
        self, request: resource_pb2.RegisterErrorHookRequest, context: grpc.ServicerContext
    ) -> NoReturn:
        raise _unsupported(f"error hooks ('{request.name}')")

    @_ends_the_operation
    def RegisterPackage(self, request: resource_pb2.RegisterPackageRequest, context: grpc.ServicerContext) -> NoReturn:
        raise _unsupported(f"package references ('{request.name}')")


def _unsupported(what: str) -> EngineError:
    return EngineError(f"the program uses {what}, which the local engine does not support; run it with the Pulumi CLI")
