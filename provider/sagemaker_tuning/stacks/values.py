"""Property values as the engine writes them in JSON: in an exported state, and in what `pulumi preview --json` prints.

A secret is an object with a signature: its ciphertext, or its plain text after `--show-secrets`; a preview shows
`[secret]`. What cannot be read becomes our unknown, so that it is never compared with anything, and where a secret
stands is kept, so that it is never shown.
Source: sdk/go/common/resource/{stack/deployment,plugin/rpc,sig/sig}.go of pulumi/pulumi.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sagemaker_tuning import paths
from sagemaker_tuning.names import snake
from sagemaker_tuning.spec.findings import Location
from sagemaker_tuning.unknown import UNKNOWN

__all__ = ["Values", "read_values"]

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"
_SHOWN_SECRET = "[secret]"
_UNKNOWN_TEXTS = frozenset(
    {
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",  # text, and in a preview anything
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)


@dataclass
class Values:
    """Plain property values, in the engine's own spelling. `secrets` are places, in the native spelling."""

    properties: dict[str, Any] = field(default_factory=dict)
    secrets: list[Location] = field(default_factory=list)


def read_values(properties: Mapping[str, Any]) -> Values:
    """The values of a property bag; a secret that is encrypted, and what a preview does not know, is unknown."""
    values = Values()
    values.properties = {key: _read(item, (snake(key),), values.secrets) for key, item in properties.items()}
    return values


def _read(value: Any, at: Location, secrets: list[Location]) -> Any:
    if isinstance(value, Mapping):
        if value.get(_SIGNATURE) == _SECRET:
            secrets.append(at)
            return _read(json.loads(value["plaintext"]), at, []) if "plaintext" in value else UNKNOWN
        spell = str if at[-1] in paths.MAPS else snake
        return {key: _read(item, (*at, spell(key)), secrets) for key, item in value.items()}
    if isinstance(value, list):
        return [_read(item, (*at, index), secrets) for index, item in enumerate(value)]
    if value == _SHOWN_SECRET:
        secrets.append(at)
        return UNKNOWN
    return UNKNOWN if isinstance(value, str) and value in _UNKNOWN_TEXTS else value
