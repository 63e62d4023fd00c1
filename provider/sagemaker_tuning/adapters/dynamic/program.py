"""The program's side: what a resource sends to the engine for the inputs that a person wrote.

Keys become camelCase, except those of maps, which are the user's own; Outputs are translated when they resolve, so an
Output may stand for a leaf or for a whole block. Nothing is validated here: a misspelled key reaches the provider's
check, which knows its path.

The hidden inputs beside them, whose names begin with `__`, are explained in `stacks.properties`.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi

from sagemaker_tuning.names import camel
from sagemaker_tuning.paths import MAPS
from sagemaker_tuning.stacks.properties import OWNER, SECRET_PATHS

__all__ = ["properties"]

_STACK = "pulumi:pulumi:Stack"

_Steps = tuple[str | int, ...]


def properties(
    logical_name: str, inputs: Mapping[str, Any], opts: pulumi.ResourceOptions | None = None
) -> dict[str, Any]:
    """The properties of a resource: its inputs in Pulumi's spelling, its owner and the paths of its secrets.

    A secret's path is the list of its keys in the user's spelling; an item of a list is given by its index.
    """
    translation = _Translation()
    translated = translation.block(inputs, ())
    owner = _owner(logical_name, opts.parent if opts else None)
    return translated | {OWNER: owner, SECRET_PATHS: translation.secret_paths()}


async def _owner(logical_name: str, parent: pulumi.Resource | None) -> str:
    """The text that marks a job as this resource's own: `project/stack/name`, or `project/stack/types::name`.

    Not an Output: one of the parent's URN would make the resource depend on its parent.
    """
    urn = await parent.urn.future() if parent else None
    types = str(urn).split("::", 2)[2].rpartition("::")[0].removeprefix(_STACK).lstrip("$") if urn else ""
    qualified_name = f"{types}::{logical_name}" if types else logical_name
    return f"{pulumi.get_project()}/{pulumi.get_stack()}/{qualified_name}"


@dataclass
class _Translation:
    outputs: list[tuple[_Steps, pulumi.Output[Any]]] = field(default_factory=list)

    def value(self, value: Any, steps: _Steps) -> Any:
        if isinstance(value, pulumi.Output) or inspect.isawaitable(value):
            output: pulumi.Output[Any] = pulumi.Output.from_input(value)
            self.outputs.append((steps, output))
            # What an output resolves to holds no outputs any more, so there is nothing to collect inside of it.
            return output.apply(lambda resolved: _Translation().value(resolved, steps))
        if isinstance(value, Mapping):
            return self.block(value, steps)
        if isinstance(value, list | tuple):
            return [self.value(item, (*steps, index)) for index, item in enumerate(value)]
        return value

    def block(self, block: Mapping[str, Any], steps: _Steps) -> dict[str, Any]:
        spell = str if steps and steps[-1] in MAPS else camel
        return {spell(key): self.value(item, (*steps, key)) for key, item in block.items() if item is not None}

    def secret_paths(self) -> Awaitable[list[list[str | int]] | None]:
        return _only_secret(list(self.outputs))


async def _only_secret(outputs: list[tuple[_Steps, pulumi.Output[Any]]]) -> list[list[str | int]] | None:
    return sorted([list(steps) for steps, output in outputs if await output.is_secret()]) or None
