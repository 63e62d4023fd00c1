"""What a served resource type states about itself: its inputs, its name, its outputs and its AWS calls.

A new type is one subclass of ResourceType in `served/`. Types see plain values; inputs arrive checked, complete with
name, defaults, region and default tags. A missing resource may surface as the AWS error it is: the provider knows
those by their code.
"""

from __future__ import annotations

import hashlib
import json
import operator
import re
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sagemaker_sandbox.aws_plugin.aws import Aws

__all__ = ["Input", "Name", "ResourceType", "Values", "same_json"]

Values = dict[str, Any]
_SUFFIX_HEX_DIGITS = 7
_MADE = re.compile(rf".+-[0-9a-f]{{{_SUFFIX_HEX_DIGITS}}}")


@dataclass(frozen=True)
class Input:
    """One input of a type."""

    required: bool = False
    replaces: bool = False  # a change of it replaces the resource
    default: Any = None
    aws_decides: bool = False  # when the program leaves it out, whatever AWS chose is right
    reported: bool = True  # False: AWS does not say it back, so the state keeps what was declared
    same: Callable[[Any, Any], bool] = operator.eq


@dataclass(frozen=True)
class Name:
    """The input that names the resource, and how it is made when the program leaves it out."""

    input: str = "name"
    limit: int = 64
    lower: bool = False
    suffix: bool = True
    prefix: str = ""

    def automatic(self, logical_name: str, seed: bytes) -> str:
        """The logical name with seven random hex digits; the same seed gives the same digits.

        Errors: ValueError if that is longer than AWS allows; the real provider cuts nothing off either.
        """
        if not self.suffix:
            return logical_name
        stem = self._stem(logical_name)
        if len(stem) + _SUFFIX_HEX_DIGITS > self.limit:
            raise ValueError(
                f"name {stem!r} plus {_SUFFIX_HEX_DIGITS} random chars is longer than maximum length {self.limit}"
            )
        digits = hashlib.sha256(seed).hexdigest() if seed else secrets.token_hex(_SUFFIX_HEX_DIGITS)
        return f"{stem}{digits[:_SUFFIX_HEX_DIGITS]}"

    def is_automatic(self, logical_name: str, value: Any) -> bool:
        """Whether the name was made; maybe of another logical name, which the resource had before an alias."""
        if not self.suffix:
            return bool(value == logical_name)
        return _MADE.fullmatch(str(value)) is not None

    def _stem(self, logical_name: str) -> str:
        stem = f"{self.prefix}{logical_name}-"
        return stem.lower() if self.lower else stem


class ResourceType(ABC):
    """One resource type: declarations, and the four operations over boto3."""

    token: ClassVar[str]
    inputs: ClassVar[Mapping[str, Input]]
    computed: ClassVar[Sequence[str]] = ()  # outputs that are known only once the resource exists
    recomputed: ClassVar[Sequence[str]] = ()  # those that an update may change
    name: ClassVar[Name | None] = None
    is_one_of_a_kind: ClassVar[bool] = False  # there cannot be two at a time, so the old one goes before the new one

    @abstractmethod
    def create(self, aws: Aws, inputs: Values) -> str:
        """Make the resource and return its id."""

    @abstractmethod
    def read(self, aws: Aws, id: str, state: Values) -> Values | None:
        """Everything AWS says of it now, in Pulumi's names; None when it is gone. At an import the state is empty."""

    def update(self, aws: Aws, id: str, state: Values, inputs: Values) -> None:
        """Bring it from `state` to `inputs`. Only called for changes that do not replace."""
        raise AssertionError(f"every input of {self.token} replaces, so there is nothing to update")

    @abstractmethod
    def delete(self, aws: Aws, id: str, state: Values) -> None:
        """Remove it."""

    def is_same(self, input: str, state: Values, inputs: Values) -> bool:
        """Whether the declared value of an input is what the state holds."""
        old, new, spec = state.get(input), inputs.get(input), self.inputs[input]
        if new is None and spec.aws_decides:
            return True
        if old is None or new is None:
            return (old or None) == (new or None)  # left out is the same as empty
        return spec.same(old, new)


def same_json(left: Any, right: Any) -> bool:
    """Equality of JSON texts, whose spaces and key order AWS does not keep."""
    try:
        return bool(json.loads(left) == json.loads(right))
    except (TypeError, ValueError):  # not JSON: an unknown value
        return bool(left == right)
