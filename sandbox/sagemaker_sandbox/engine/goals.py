"""What a program asks for: one registration of a resource, read from the protocol's request, and its first state."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pulumi.runtime.proto import alias_pb2, resource_pb2, source_pb2

from sagemaker_sandbox.engine import urns
from sagemaker_sandbox.engine.errors import EngineError
from sagemaker_sandbox.engine.properties import Properties, Secret, from_struct, from_value, with_hashes
from sagemaker_sandbox.engine.state import ResourceState

Config = Mapping[str, tuple[str, bool]]

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|us|µs|ns|h|m|s)")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}


@dataclass
class Goal:
    """The wanted state of a resource. Optional options are None where the program said nothing."""

    type: str
    name: str
    custom: bool
    properties: Properties = field(default_factory=dict)
    parent: str = ""
    provider: str = ""
    dependencies: list[str] = field(default_factory=list)
    property_dependencies: dict[str, list[str]] = field(default_factory=dict)
    protect: bool | None = None
    retain_on_delete: bool | None = None
    delete_before_replace: bool | None = None
    ignore_changes: list[str] = field(default_factory=list)
    replace_on_changes: list[str] = field(default_factory=list)
    replacement_trigger: Any = None
    additional_secret_outputs: list[str] = field(default_factory=list)
    aliases: list[alias_pb2.Alias] = field(default_factory=list)
    import_id: str = ""
    custom_timeouts: dict[str, float] = field(default_factory=dict)
    deleted_with: str = ""
    replace_with: list[str] = field(default_factory=list)
    source_position: str = ""


@dataclass(frozen=True)
class ReadGoal:
    """A resource to be looked up, not managed (`Resource.get`)."""

    type: str
    name: str
    id: str
    properties: Properties
    parent: str
    provider: str
    dependencies: list[str]
    additional_secret_outputs: list[str]


def goal_from(request: resource_pb2.RegisterResourceRequest, provider: str, folder: Path) -> Goal:
    """Read a registration; `provider` is its resolved reference, `folder` where relative assets start.

    Errors: EngineError for options that this engine does not have.
    """
    _refuse_unsupported(request)
    properties = with_hashes(from_struct(request.object), folder)
    dependencies = sorted(set(request.dependencies))
    property_dependencies = {key: sorted(set(item.urns)) for key, item in request.propertyDependencies.items()}
    if not property_dependencies:
        property_dependencies = dict.fromkeys(properties, dependencies)
    for key in properties:
        property_dependencies.setdefault(key, [])
    aliases = [alias_pb2.Alias(urn=urn) for urn in request.aliasURNs]
    explicit_order = request.deleteBeforeReplaceDefined or request.deleteBeforeReplace
    return Goal(
        type=request.type,
        name=request.name,
        custom=request.custom,
        properties=properties,
        parent=request.parent,
        provider=provider,
        dependencies=dependencies,
        property_dependencies=dict(sorted(property_dependencies.items())),
        protect=request.protect if request.HasField("protect") else None,
        retain_on_delete=request.retainOnDelete if request.HasField("retainOnDelete") else None,
        delete_before_replace=request.deleteBeforeReplace if explicit_order else None,
        ignore_changes=list(request.ignoreChanges),
        replace_on_changes=list(request.replaceOnChanges),
        replacement_trigger=from_value(request.replacement_trigger)
        if request.HasField("replacement_trigger")
        else None,
        additional_secret_outputs=list(request.additionalSecretOutputs),
        aliases=[*aliases, *request.aliases],
        import_id=request.importId,
        custom_timeouts=_timeouts(request.customTimeouts),
        deleted_with=request.deletedWith,
        replace_with=list(request.replace_with),
        source_position=source_position(request.sourcePosition, folder),
    )


def state_of(urn: str, goal: Goal, alias: str | None) -> ResourceState:
    """The state that a registration asks for, before a provider has had its say."""
    return ResourceState(
        urn=urn,
        custom=goal.custom,
        type=goal.type,
        inputs=goal.properties,
        parent=goal.parent,
        protect=bool(goal.protect),
        dependencies=goal.dependencies,
        provider=goal.provider,
        property_dependencies=goal.property_dependencies if goal.custom else {},
        additional_secret_outputs=goal.additional_secret_outputs,
        aliases=[alias] if alias else [],
        custom_timeouts=goal.custom_timeouts,
        import_id=goal.import_id,
        retain_on_delete=bool(goal.retain_on_delete),
        deleted_with=goal.deleted_with,
        replace_with=goal.replace_with,
        source_position=goal.source_position,
        ignore_changes=goal.ignore_changes,
        replace_on_changes=goal.replace_on_changes,
        replacement_trigger=goal.replacement_trigger,
    )


def external_state_of(urn: str, goal: ReadGoal) -> ResourceState:
    """The state of a resource that is looked up; reading it fills in the rest."""
    return ResourceState(
        urn=urn,
        custom=True,
        external=True,
        id=goal.id,
        type=goal.type,
        inputs=goal.properties,
        parent=goal.parent,
        provider=goal.provider,
        dependencies=goal.dependencies,
        additional_secret_outputs=goal.additional_secret_outputs,
    )


def default_provider_goal(package: str, version: str, download_url: str, config: Config) -> Goal:
    """The provider that resources of a package get when they name none, configured by the stack.

    config: text and secrecy by full key. Dynamic providers see all of it, under full keys; others their own part.
    """
    is_dynamic = package == "pulumi-python"
    inputs: Properties = {}
    for key, (text, is_secret) in config.items():
        namespace, _, name = key.partition(":")
        if is_dynamic or namespace == package:
            inputs[key if is_dynamic else name] = Secret(text) if is_secret else text
    name = "default"
    if version:
        inputs.update({"version": version, "__internal": {}})
        name += "_" + re.sub(r"[.+-]", "_", version)
    if download_url:
        inputs["__internal"] = {"pluginDownloadURL": download_url}
        name += "_" + download_url.split("://", 1)[-1]
    return Goal(urns.PROVIDER_TYPE_PREFIX + package, name, custom=True, properties=inputs)


def source_position(position: source_pb2.SourcePosition, folder: Path) -> str:
    """Where in the program a resource is declared, relative to the project as the CLI records it."""
    if not position.uri.startswith("file://"):
        return ""
    path = Path(position.uri.removeprefix("file://"))
    if not path.is_relative_to(folder):
        return ""
    return f"project:///{path.relative_to(folder)}#{position.line}"


def _refuse_unsupported(request: resource_pb2.RegisterResourceRequest) -> None:
    unsupported = {
        "transforms": bool(request.transforms),
        "resource hooks": any(names for _, names in request.hooks.ListFields()),
        "state migrations": bool(request.state_migrations),
        "parameterized packages": bool(request.packageRef),
        "env_var_mappings": bool(request.envVarMappings),
    }
    for name, used in unsupported.items():
        if used:
            raise EngineError(
                f"{request.type} '{request.name}' uses {name}, which the local engine does not support; "
                "run this program with the Pulumi CLI"
            )


def _timeouts(timeouts: resource_pb2.RegisterResourceRequest.CustomTimeouts) -> dict[str, float]:
    texts = {name: getattr(timeouts, name) for name in ("create", "update", "delete", "read")}
    return {name: _seconds(text) for name, text in texts.items() if text}


def _seconds(text: str) -> float:
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise EngineError(f"custom_timeouts: {text!r} is no duration; write it like '5m', '40s' or '1h30m'")
    return sum(float(number) * _SECONDS[unit] for number, unit in parts)
