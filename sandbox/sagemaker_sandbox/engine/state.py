"""The state of a stack in memory, and its form on disk: a version 3 deployment.

A resource keeps the members that this engine does not use (`extra`), so that a state written by the Pulumi CLI goes
through without loss.
Source of the names: apitype.DeploymentV3 and apitype.ResourceV3 of the Pulumi SDK for Go.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timezone
from typing import Any

from sagemaker_sandbox.engine.errors import EngineError
from sagemaker_sandbox.engine.properties import Properties, from_json, to_json
from sagemaker_sandbox.engine.secrets import Crypter

VERSION = 3


def _json(name: str, *, always: bool = False, codec: bool = False) -> dict[str, Any]:
    """How a field is in the state: as `name`; left out while it has no value, unless `always`; encoded, if `codec`."""
    return {"name": name, "always": always, "codec": codec}


@dataclass(eq=False)
class ResourceState:
    """One resource as last recorded. Compared by identity: a stack can hold several states of one URN."""

    urn: str = field(default="", metadata=_json("urn", always=True))
    custom: bool = field(default=False, metadata=_json("custom", always=True))
    delete: bool = field(default=False, metadata=_json("delete"))
    id: str = field(default="", metadata=_json("id"))
    type: str = field(default="", metadata=_json("type", always=True))
    inputs: Properties = field(default_factory=dict, metadata=_json("inputs", codec=True))
    outputs: Properties = field(default_factory=dict, metadata=_json("outputs", codec=True))
    parent: str = field(default="", metadata=_json("parent"))
    protect: bool = field(default=False, metadata=_json("protect"))
    external: bool = field(default=False, metadata=_json("external"))
    dependencies: list[str] = field(default_factory=list, metadata=_json("dependencies"))
    init_errors: list[str] = field(default_factory=list, metadata=_json("initErrors"))
    provider: str = field(default="", metadata=_json("provider"))
    property_dependencies: dict[str, list[str]] = field(default_factory=dict, metadata=_json("propertyDependencies"))
    pending_replacement: bool = field(default=False, metadata=_json("pendingReplacement"))
    additional_secret_outputs: list[str] = field(default_factory=list, metadata=_json("additionalSecretOutputs"))
    aliases: list[str] = field(default_factory=list, metadata=_json("aliases"))
    custom_timeouts: dict[str, float] = field(default_factory=dict, metadata=_json("customTimeouts"))
    import_id: str = field(default="", metadata=_json("importID"))
    retain_on_delete: bool = field(default=False, metadata=_json("retainOnDelete"))
    deleted_with: str = field(default="", metadata=_json("deletedWith"))
    replace_with: list[str] = field(default_factory=list, metadata=_json("replaceWith"))
    created: str = field(default="", metadata=_json("created"))
    modified: str = field(default="", metadata=_json("modified"))
    source_position: str = field(default="", metadata=_json("sourcePosition"))
    ignore_changes: list[str] = field(default_factory=list, metadata=_json("ignoreChanges"))
    replace_on_changes: list[str] = field(default_factory=list, metadata=_json("replaceOnChanges"))
    replacement_trigger: Any = field(default=None, metadata=_json("replacementTrigger", codec=True))
    extra: Properties = field(default_factory=dict)

    def copy(self) -> ResourceState:
        return copy.copy(self)

    @property
    def all_dependencies(self) -> set[str]:
        """The URNs of everything that must exist as long as this resource does, its provider included."""
        provider = {self.provider.rpartition("::")[0]} if self.provider else set()
        related = {self.parent, self.deleted_with, *self.dependencies, *self.replace_with}
        return (related | provider | {urn for urns in self.property_dependencies.values() for urn in urns}) - {""}

    def to_json(self, encrypt: Callable[[str], str]) -> Properties:
        document: Properties = {}
        for item in _MEMBERS:
            value = getattr(self, item.name)
            if value in ("", False, None) or value == [] or value == {}:
                if not item.metadata.get("always"):
                    continue
            elif item.metadata.get("codec"):
                value = to_json(value, encrypt)
            document[item.metadata["name"]] = value
        return {**document, **self.extra}

    @classmethod
    def from_json(cls, document: Mapping[str, Any], decrypt: Callable[[str], str]) -> ResourceState:
        rest = dict(document)
        values = {}
        for item in _MEMBERS:
            if item.metadata["name"] in rest:
                value = rest.pop(item.metadata["name"])
                values[item.name] = from_json(value, decrypt) if item.metadata.get("codec") else value
        return cls(**values, extra=rest)


_MEMBERS = tuple(item for item in fields(ResourceState) if item.name != "extra")


@dataclass(frozen=True)
class PendingOperation:
    """An operation that had begun when the engine was killed; type is creating, updating, deleting or reading."""

    resource: ResourceState
    type: str


@dataclass
class Deployment:
    """Everything recorded about a stack."""

    resources: list[ResourceState] = field(default_factory=list)
    pending_operations: list[PendingOperation] = field(default_factory=list)
    metadata: Properties = field(default_factory=dict)

    @property
    def stack(self) -> ResourceState | None:
        """The root resource, which holds the stack's outputs."""
        return next((item for item in self.resources if item.type == "pulumi:pulumi:Stack"), None)


def deployment_from_json(document: Mapping[str, Any], decrypt: Callable[[str], str]) -> Deployment:
    """Read the inner object of a deployment (the one with `resources`)."""
    return Deployment(
        [ResourceState.from_json(item, decrypt) for item in document.get("resources") or ()],
        [
            PendingOperation(ResourceState.from_json(item["resource"], decrypt), item["type"])
            for item in document.get("pending_operations") or ()
        ],
        dict(document.get("metadata") or {}),
    )


def check_version(document: Mapping[str, Any], where: str) -> None:
    """Errors: EngineError unless the document is a version 3 deployment."""
    if document.get("version") != VERSION:
        raise EngineError(
            f"{where}: version {document.get('version')!r} of the deployment format; the engine reads version {VERSION}"
        )


class DeploymentWriter:
    """Turns a deployment into its JSON text, again and again during an update.

    A resource is encoded once per state of it: a whole stack costs one string join, and a secret that did not change
    keeps its ciphertext. Whoever changes a state in place calls `changed`.
    """

    def __init__(self, crypter: Crypter) -> None:
        self._crypter = crypter
        self._encoded: dict[int, tuple[ResourceState, str]] = {}  # holds the state too, so that its id stays taken

    def changed(self, state: ResourceState) -> None:
        self._encoded.pop(id(state), None)

    def same(self, new: ResourceState, old: ResourceState) -> None:
        """`new` is recorded exactly as `old` is."""
        self._encoded[id(new)] = (new, self.resource(old))

    def read(self, document: Mapping[str, Any]) -> Deployment:
        """Read a deployment (the object with `resources`); what does not change is written back as it was."""
        deployment = deployment_from_json(document, self._crypter.decrypt)
        for state, item in zip(deployment.resources, document.get("resources") or (), strict=True):
            self._encoded[id(state)] = (state, _dump(item))
        return deployment

    def resource(self, state: ResourceState) -> str:
        if id(state) not in self._encoded:
            self._encoded[id(state)] = (state, _dump(state.to_json(self._crypter.encrypt)))
        return self._encoded[id(state)][1]

    def deployment(self, deployment: Deployment) -> str:
        head = _dump(
            {
                "manifest": {"time": now(), "magic": "", "version": ""},
                "secrets_providers": {"type": "passphrase", "state": {"salt": self._crypter.salt}},
            }
        )
        parts = [head[:-1]]
        if deployment.resources:
            parts.append('"resources":[' + ",".join(map(self.resource, deployment.resources)) + "]")
        if deployment.pending_operations:
            operations = (
                f'{{"resource":{self.resource(item.resource)},"type":{_dump(item.type)}}}'
                for item in deployment.pending_operations
            )
            parts.append('"pending_operations":[' + ",".join(operations) + "]")
        parts.append(f'"metadata":{_dump(deployment.metadata)}}}')
        return ",".join(parts)


def now() -> str:
    """The time in the form that states use."""
    return datetime.now(timezone.utc).isoformat().replace("+00:00", "Z")


def _dump(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
