"""The property bag of a tuning job, inputs or state, between the engine's spelling and the core's.

The state has the inputs as they are in effect, under the inputs' own keys (so that the engine can mark its secrets
again, which it takes away before it calls a dynamic provider), and beside them what the service said. Numbers arrive as
floats, whatever they were. Keys that begin with `__` are kept in the state but never displayed:

- `__owner`: project/stack/logical name, which only the program knows; inside a component with its type, as two
  components may each have a resource of this name.
- `__secretPaths`: where the secrets are. The engine hands a dynamic provider the plain values and marks them again in
  its answers; without these paths the provider could not know what it must not print.
- `__autoName`: true when the program gives the job no name, so that the provider chooses one.
- `__generation`: differs between a job and its replacement, even if both have the same name. The provider's check
  fills it in, at random for a new job; so in a preview it begins as unknown, and what depends on a new job is shown as
  unknown instead of with values that `up` will not have. A completion has the generations of the jobs it waits for.

An unknown is our own here; that of Pulumi's SDK is the adapter's to translate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sagemaker_tuning import paths
from sagemaker_tuning.lifecycle.naming import logical_name
from sagemaker_tuning.lifecycle.options import is_option
from sagemaker_tuning.lifecycle.reading import Read
from sagemaker_tuning.names import camel, snake
from sagemaker_tuning.observed import Identity
from sagemaker_tuning.spec.base import whole
from sagemaker_tuning.spec.findings import path_of

__all__ = ["AUTO_NAME", "GENERATION", "NAME", "OWNER", "SECRET_PATHS", "Inputs", "State", "from_native", "to_native"]

NAME = "hyper_parameter_tuning_job_name"
OWNER, SECRET_PATHS, AUTO_NAME, GENERATION = "__owner", "__secretPaths", "__autoName", "__generation"

_HIDDEN = (OWNER, SECRET_PATHS, AUTO_NAME, GENERATION)
_OUTPUTS = (
    "arn", "status", "creationTime", "region", "estimatedInstanceHours", "estimatedCostUsd", "warmStartParents"
)  # fmt: skip


def to_native(value: Any, name: str = "") -> Any:
    """The value as the core has it: snake_case keys, whole numbers."""
    if isinstance(value, Mapping):
        spell = str if name in paths.MAPS else snake
        return {spell(key): to_native(item, spell(key)) for key, item in value.items()}
    if isinstance(value, list):
        return [to_native(item) for item in value]
    return whole(value)


def from_native(value: Any, name: str = "") -> Any:
    """The value as the engine has it: camelCase keys."""
    if isinstance(value, Mapping):
        spell = str if name in paths.MAPS else camel
        return {spell(key): from_native(item, key) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [from_native(item) for item in value]
    return value


@dataclass(frozen=True)
class Inputs:
    """What a program declared. `job` is a native document, unchecked; `options` are the provider's own."""

    job: dict[str, Any]
    options: dict[str, Any] = field(default_factory=dict)
    hidden: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, properties: Mapping[str, Any]) -> Inputs:
        """The inputs among the properties, be they inputs or state."""
        native = to_native({key: item for key, item in properties.items() if not _is_set_apart(key)})
        return cls(
            job={key: item for key, item in native.items() if not is_option(key, item)},
            options={key: item for key, item in native.items() if is_option(key, item)},
            hidden={key: properties[key] for key in _HIDDEN if key in properties},
        )

    def to_properties(self) -> dict[str, Any]:
        return {**from_native(self.job), **from_native(self.options), **self.hidden}

    @property
    def owner(self) -> str:
        return str(self.hidden.get(OWNER, ""))

    @property
    def logical_name(self) -> str:
        """What the user calls the resource."""
        return logical_name(self.owner)

    @property
    def is_auto_named(self) -> bool:
        return bool(self.hidden.get(AUTO_NAME))

    @property
    def generation(self) -> Any:
        """What tells the job from those before it; None until check has filled it in, unknown in a preview."""
        return to_native(self.hidden.get(GENERATION))

    @property
    def name(self) -> Any:
        """The job's name; None where the provider has yet to choose one, or unknown."""
        return self.job.get(NAME)

    @property
    def secret_paths(self) -> list[str]:
        """Where the secrets are, in the path language."""
        return [path_of(tuple(whole(step) for step in location), self.job) for location in self.secret_locations]

    @property
    def secret_locations(self) -> list[list[str | int]]:
        """The same as keys and indexes."""
        return list(self.hidden.get(SECRET_PATHS) or [])

    @property
    def declared(self) -> dict[str, Any]:
        """The job without a name that the program did not choose."""
        return {key: item for key, item in self.job.items() if key != NAME} if self.is_auto_named else self.job


@dataclass(frozen=True)
class State:
    """What the state has of a job that exists. `rewrites` is None if the job could not be described when created."""

    inputs: Inputs
    arn: str
    status: str
    region: str
    creation_time: datetime | None = None
    rewrites: Mapping[str, str] | None = None
    estimated_instance_hours: float | None = None
    estimated_cost_usd: float | None = None
    warm_start_parents: tuple[str, ...] = ()

    @classmethod
    def of(cls, properties: Mapping[str, Any]) -> State:
        created = properties.get("creationTime")
        return cls(
            inputs=Inputs.of(properties),
            arn=properties.get("arn", ""),
            status=properties.get("status", ""),
            region=properties.get("region", ""),
            creation_time=datetime.fromisoformat(created) if created else None,
            rewrites=properties.get("__serviceRewrites"),
            estimated_instance_hours=properties.get("estimatedInstanceHours"),
            estimated_cost_usd=properties.get("estimatedCostUsd"),
            warm_start_parents=tuple(properties.get("warmStartParents") or ()),
        )

    def to_properties(self) -> dict[str, Any]:
        outputs = {
            "arn": self.arn,
            "status": self.status,
            "region": self.region,
            "creationTime": self.creation_time.isoformat() if self.creation_time else None,
            "estimatedInstanceHours": self.estimated_instance_hours,
            "estimatedCostUsd": self.estimated_cost_usd,
            "warmStartParents": list(self.warm_start_parents) or None,
            "__serviceRewrites": None if self.rewrites is None else dict(self.rewrites),
        }
        return {**self.inputs.to_properties(), **{key: value for key, value in outputs.items() if value is not None}}

    def refreshed(self, found: Read) -> State:
        """The state that a refresh writes after it has found the job so."""
        return replace(
            self,
            inputs=replace(self.inputs, job=dict(found.effective)),
            arn=found.observed.arn,
            status=found.observed.status,
            creation_time=found.observed.creation_time,
            rewrites=found.rewrites,
        )

    @property
    def identity(self) -> Identity:
        return Identity(self.inputs.name, self.arn, self.creation_time)


def _is_set_apart(key: str) -> bool:
    return key.startswith("__") or key in _OUTPUTS
