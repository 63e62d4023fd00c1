"""Keeps secret values out of a digest: a training job's log and FailureReason may repeat what the job was given.

Which of a job's values are secret SageMaker does not know; the names of its variables and hyperparameters tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sagemaker_tuning.errors import SECRET

__all__ = ["mask_for"]

_SENSITIVE = re.compile(r"secret|token|passw|pwd|credential|api_?key|access_?key|private_?key|auth", re.IGNORECASE)
_SHORTEST = 4


def mask_for(described: Mapping[str, Any]) -> Callable[[str], str]:
    """What puts a mark in the place of the secret values of a described tuning job, wherever a text has them."""
    values = sorted({value for value in _secret_values(described) if len(value) >= _SHORTEST}, key=len, reverse=True)
    if not values:
        return lambda text: text
    pattern = re.compile("|".join(map(re.escape, values)))
    return lambda text: pattern.sub(repr(SECRET), text)


def _secret_values(described: Mapping[str, Any]) -> Iterator[str]:
    definitions = described.get("TrainingJobDefinitions") or [described.get("TrainingJobDefinition") or {}]
    for definition in definitions:
        for member in ("StaticHyperParameters", "Environment"):
            for name, value in (definition.get(member) or {}).items():
                if _SENSITIVE.search(name):
                    yield str(value)
