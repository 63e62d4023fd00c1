"""Keeps secret values out of what people see.

Problems and plans are told where the secrets are and mask them. `Teller` is for text that others wrote: SageMaker
repeats a value that it refuses, and so may an error of the network. `with_secrets_marked` is for what the engine shows.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from pulumi.runtime.rpc import is_rpc_secret, wrap_rpc_secret

from sagemaker_tuning import paths
from sagemaker_tuning.adapters.dynamic.host import say
from sagemaker_tuning.adapters.dynamic.properties import Inputs
from sagemaker_tuning.errors import SECRET, Problem, TuningError
from sagemaker_tuning.masking import mask_of
from sagemaker_tuning.names import camel
from sagemaker_tuning.spec.base import whole

__all__ = ["Teller", "with_secrets_marked"]


class Teller:
    """Speaks about one resource: by its logical name, further lines indented below it, and its secrets masked."""

    def __init__(self, inputs: Inputs) -> None:
        self._logical_name = inputs.logical_name
        self._secret_paths = inputs.secret_paths
        self.mask = mask_of(paths.get(inputs.job | inputs.options, path) for path in self._secret_paths)

    def __call__(self, text: str) -> None:
        first, *further = text.splitlines() or [""]
        below = (line if line.startswith("  ") else f"  {line}" for line in further)
        say(self.mask("\n".join([f"{self._logical_name}: {first}", *below])))

    def masked(self, problem: Problem) -> Problem:
        """The problem without the value that was found, if that is a secret."""
        is_secret = problem.given is not None and any(paths.overlap(problem.path, path) for path in self._secret_paths)
        return replace(problem, given=SECRET if is_secret else problem.given, message=self.mask(problem.message))

    @contextmanager
    def masked_errors(self) -> Iterator[None]:
        """Mask the message of a TuningError that is raised inside."""
        try:
            yield
        except TuningError as error:
            error.args = tuple(
                self.mask(argument) if isinstance(argument, str) else argument for argument in error.args
            )
            raise


def with_secrets_marked(properties: Mapping[str, Any], locations: Iterable[Sequence[str | int]]) -> dict[str, Any]:
    """The engine's properties with the values at these places, given in the native spelling, marked as secrets."""
    marked: dict[str, Any] = copy.deepcopy(dict(properties))
    for location in locations:
        _mark(marked, [whole(step) for step in location])
    return marked


def _mark(container: Any, steps: Sequence[Any], name: str = "") -> None:
    if is_rpc_secret(container):
        return
    step, *further = steps
    key = step if isinstance(step, int) or name in paths.MAPS else camel(step)
    try:
        inner = container[key]
    except (KeyError, IndexError, TypeError):
        return  # nothing is there any more
    if further:
        _mark(inner, further, step if isinstance(step, str) else "")
    else:
        container[key] = wrap_rpc_secret(inner)
