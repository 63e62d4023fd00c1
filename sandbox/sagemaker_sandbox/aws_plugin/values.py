"""Pulumi's property values to plain Python values and back.

The engine is told that this provider takes no secrets: it then hands over plain values and marks the outputs of the
same name as secret again by itself. A value not known during preview stays the engine's own marker, `UNKNOWN`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.rpc import UNKNOWN

from sagemaker_sandbox.aws_plugin.assets import Asset

__all__ = ["UNKNOWN", "from_properties", "to_properties"]


def from_properties(properties: Mapping[str, PropertyValue]) -> dict[str, Any]:
    """Plain values of the properties that are set; whole numbers as int, which boto3 insists on."""
    plain = {key: _plain(value) for key, value in properties.items() if not key.startswith("__")}
    return {key: value for key, value in plain.items() if value is not None}


def to_properties(values: Mapping[str, Any]) -> dict[str, PropertyValue]:
    return {key: _property(value) for key, value in values.items() if value is not None}


def _plain(property_value: PropertyValue) -> Any:
    value = property_value.value
    if isinstance(value, Mapping):
        plain = {key: _plain(item) for key, item in value.items() if not key.startswith("__")}
        return Asset.from_marked(plain) or plain
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _property(value: Any) -> PropertyValue:
    if isinstance(value, Asset):
        return _property(value.to_wire())
    if isinstance(value, Mapping):
        return PropertyValue({key: _property(item) for key, item in value.items() if item is not None})
    if isinstance(value, (list, tuple)):
        return PropertyValue([_property(item) for item in value])
    if isinstance(value, int) and not isinstance(value, bool):
        return PropertyValue(float(value))
    if value is None or isinstance(value, (bool, float, str)):
        return PropertyValue(value)
    return PropertyValue(str(value))  # timestamps
