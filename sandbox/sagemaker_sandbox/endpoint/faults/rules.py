"""The rules of a fault document, as pydantic models: one class for each kind of fault."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    ValidationError,
    model_validator,
)

__all__ = [
    "AccessDenied",
    "CallFault",
    "ConnectionReset",
    "Counted",
    "FaultPlan",
    "FaultPlanError",
    "InstanceQuota",
    "ObjectPropagation",
    "Refused",
    "RolePropagation",
    "Rule",
    "ServerError",
    "Slow",
    "SpotInterruption",
    "Throttling",
    "TrialCrash",
    "TrialFault",
    "load_plan",
]

_FREQUENCIES = ("first", "nth", "every", "probability")


class FaultPlanError(ValueError):
    """A fault document that cannot be used. The text has a line for each problem: where, what, how to fix it."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Counted(_Model):
    """Which of the occurrences that a rule could strike it does strike: all, unless one of these is set."""

    first: PositiveInt | None = None
    nth: PositiveInt | None = None
    every: PositiveInt | None = None
    probability: Annotated[float, Field(ge=0, le=1)] | None = None

    @model_validator(mode="after")
    def _one_frequency(self) -> Counted:
        given = [name for name in _FREQUENCIES if getattr(self, name) is not None]
        if len(given) > 1:
            raise ValueError(f"{' and '.join(given)} are given; keep one of {', '.join(_FREQUENCIES)}")
        return self


class _OnCall(Counted):
    """A fault of an API call. `call` and `after` are patterns of service:Operation."""

    call: str
    after: str | None = None
    for_seconds: PositiveFloat | None = None

    @model_validator(mode="after")
    def _patterns(self) -> _OnCall:
        for name in ("call", "after"):
            pattern = getattr(self, name)
            if pattern is not None and pattern != "*" and pattern.count(":") != 1:
                raise ValueError(
                    f"{name}: {pattern!r} names no operation; write service:Operation, such as sagemaker:Create*"
                )
        if self.after and self.for_seconds is None:
            raise ValueError("after is given without for_seconds; say how long after it the fault lasts")
        return self


class Throttling(_OnCall):
    fault: Literal["throttling"]


class ServerError(_OnCall):
    fault: Literal["server_error"]
    status: Annotated[int, Field(ge=500, le=599)] = 500


class ConnectionReset(_OnCall):
    fault: Literal["connection_reset"]
    takes_effect: bool = False


class Slow(_OnCall):
    fault: Literal["slow"]
    seconds: PositiveFloat


class AccessDenied(_OnCall):
    fault: Literal["access_denied"]


class RolePropagation(_Model):
    fault: Literal["role_propagation"]
    seconds: PositiveFloat


class ObjectPropagation(_Model):
    fault: Literal["object_propagation"]
    seconds: PositiveFloat


class InstanceQuota(_Model):
    fault: Literal["instance_quota"]
    instance_type: str
    instances: Annotated[int, Field(ge=0)]


class _OnTrial(Counted):
    """A fault of a trial, so many seconds into its training. `training_job` is a pattern of names."""

    training_job: str = "*"
    after_seconds: NonNegativeFloat = 0.0


class TrialCrash(_OnTrial):
    fault: Literal["trial_crash"]


class SpotInterruption(_OnTrial):
    fault: Literal["spot_interruption"]


Refused: TypeAlias = Throttling | ServerError | AccessDenied  # the faults that are an answer
CallFault: TypeAlias = Refused | ConnectionReset | Slow
TrialFault: TypeAlias = TrialCrash | SpotInterruption
Rule: TypeAlias = Annotated[
    CallFault | RolePropagation | ObjectPropagation | InstanceQuota | TrialFault, Field(discriminator="fault")
]


class FaultPlan(_Model):
    """A fault document."""

    seed: int = 0
    rules: tuple[Rule, ...] = ()


def load_plan(given: FaultPlan | Mapping[str, Any] | Path | str | bytes) -> FaultPlan:
    """The plan of a document, or of a file (`Path`), or of its text (`str` and `bytes`); YAML takes JSON too.

    Errors: FaultPlanError with every problem; OSError for a file that cannot be read.
    """
    if isinstance(given, FaultPlan):
        return given
    where = f"{given}: " if isinstance(given, Path) else ""
    try:
        document = given if isinstance(given, Mapping) else _parse(given)
        return FaultPlan.model_validate(document)
    except yaml.YAMLError as error:
        raise FaultPlanError(f"{where}neither YAML nor JSON: {error}") from error
    except ValidationError as error:
        raise FaultPlanError("\n".join(where + _problem(item) for item in error.errors())) from error


def _parse(given: Path | str | bytes) -> Any:
    return yaml.safe_load(given.read_bytes() if isinstance(given, Path) else given)


def _problem(error: Any) -> str:
    """`rules[1].seconds: Field required`; the discriminator's value is no part of the user's path."""
    path = ""
    parts = list(error["loc"])
    for index, part in enumerate(parts):
        if isinstance(part, int):
            path += f"[{part}]"
        elif not (index and isinstance(parts[index - 1], int)):
            path += f".{part}" if path else part
    given = error["input"]
    shown = "" if isinstance(given, Mapping | list | tuple) else f", not {given!r}"
    return f"{path or 'the document'}: {error['msg'].removeprefix('Value error, ')}{shown}"
