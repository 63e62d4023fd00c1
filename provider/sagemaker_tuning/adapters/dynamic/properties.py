"""The property bag of a tuning job, with what Pulumi's SDK has for a value that is not known yet.

The bag itself is `stacks.properties`, which reads the same one from an exported state, where there is no Pulumi.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi.output import Unknown as PulumiUnknown

from sagemaker_tuning import paths
from sagemaker_tuning.names import camel
from sagemaker_tuning.stacks import properties as recorded
from sagemaker_tuning.stacks.properties import NAME, Inputs, State
from sagemaker_tuning.unknown import UNKNOWN, is_unknown

__all__ = [
    "NAME",
    "Inputs",
    "State",
    "declared_inputs",
    "from_native",
    "to_native",
    "to_properties",
    "top_level_property",
]


def declared_inputs(properties: Mapping[str, Any]) -> Inputs:
    """The inputs that a program declares now; unlike those of a state, they may be unknown as yet."""
    return Inputs.of(_with_own_unknown(properties))


def to_properties(inputs: Inputs) -> dict[str, Any]:
    """The inputs as the engine has them."""
    properties: dict[str, Any] = _with_pulumis_unknown(inputs.to_properties())
    return properties


def to_native(value: Any) -> Any:
    """The value as the core has it: snake_case keys, whole numbers, our own unknown."""
    return recorded.to_native(_with_own_unknown(value))


def from_native(value: Any) -> Any:
    """The value as the engine has it: camelCase keys, Pulumi's unknown."""
    return _with_pulumis_unknown(recorded.from_native(value))


def top_level_property(path: str) -> str:
    """The property that a path begins with, which is what the engine calls a change's cause."""
    return camel(str(paths.parse(path)[0]))


def _with_own_unknown(value: Any) -> Any:
    if isinstance(value, PulumiUnknown):
        return UNKNOWN
    if isinstance(value, Mapping):
        return {key: _with_own_unknown(item) for key, item in value.items()}
    return [_with_own_unknown(item) for item in value] if isinstance(value, list) else value


def _with_pulumis_unknown(value: Any) -> Any:
    if is_unknown(value):
        return pulumi.UNKNOWN
    if isinstance(value, Mapping):
        return {key: _with_pulumis_unknown(item) for key, item in value.items()}
    return [_with_pulumis_unknown(item) for item in value] if isinstance(value, list) else value
