"""Keeps secret values out of what is told of failures: a log and a FailureReason may repeat what a job was given.

SageMaker does not know which values are secret. A program that declares the job does, and can say where they are; of
any other job, hyperparameters and variables tell by their looks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import getitem
from typing import Any

from sagemaker_tuning.failures.reasons import without_command
from sagemaker_tuning.masking import Mask, mask_of
from sagemaker_tuning.observed import normalize
from sagemaker_tuning.spec.likely_secrets import looks_secret
from sagemaker_tuning.trials import Trial

__all__ = ["Mask", "SecretPath", "mask_for", "masked"]

SecretPath = Sequence[str | int]  # the keys of a native document that lead to a secret; an item of a list by its index


def mask_for(described: Mapping[str, Any], secret_paths: Iterable[SecretPath] = ()) -> Mask:
    """What puts a mark in the place of the secret values of a described tuning job, wherever a text has them."""
    paths = list(secret_paths)
    declared = normalize(described).spec if paths else {}
    return mask_of([*_likely_values(described), *(_at(declared, path) for path in paths)])


def masked(trial: Trial, mask: Mask) -> Trial:
    """The trial with a failure reason that can be shown and kept."""
    if trial.failure_reason is None:
        return trial
    return replace(trial, failure_reason=mask(without_command(trial.failure_reason)))


def _likely_values(described: Mapping[str, Any]) -> Iterator[str]:
    definitions = described.get("TrainingJobDefinitions") or [described.get("TrainingJobDefinition") or {}]
    for definition in definitions:
        for member in ("StaticHyperParameters", "Environment"):
            for name, value in (definition.get(member) or {}).items():
                if looks_secret(name, value):
                    yield value


def _at(node: Any, path: SecretPath) -> Any:
    try:
        return reduce(getitem, path, node)
    except (KeyError, IndexError, TypeError):  # the service does not describe everything that was declared
        return None
