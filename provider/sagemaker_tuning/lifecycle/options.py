"""What the user may decide about the provider's own behavior, as opposed to the tuning job's configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

from sagemaker_tuning.errors import Problem, SpecError
from sagemaker_tuning.unknown import is_unknown

__all__ = ["OnDelete", "Options"]

OnDelete = Literal["delete", "stop", "retain"]

_STATUSES = ("Completed", "Failed", "Stopped")


@dataclass(frozen=True)
class Options:
    """The provider options of one resource. None of them is sent to AWS; a change of one never replaces the job."""

    on_delete: OnDelete = "delete"
    adopt_existing: bool = False
    propagation_timeout_seconds: float = 120.0
    delete_timeout_seconds: float = 1800.0
    replace_on_status: tuple[str, ...] = ()
    max_instance_hours: float | None = None
    max_cost_usd: float | None = None

    @classmethod
    def from_native(cls, values: Mapping[str, Any], **defaults: Any) -> Options:
        """Read the options among `values` (snake_case keys, others are ignored); `defaults` stand in for those not set.

        Errors: SpecError with every option that is wrong. An unknown value passes and counts as not set.
        """
        given = {
            option.name: values[option.name]
            for option in fields(cls)
            if values.get(option.name) is not None and not is_unknown(values[option.name])
        }
        problems = [problem for name, value in given.items() if (problem := _problem(name, value))]
        if problems:
            raise SpecError(problems)
        if "replace_on_status" in given:
            given["replace_on_status"] = tuple(given["replace_on_status"])
        return cls(**(defaults | given))


def _problem(name: str, value: Any) -> Problem | None:
    if name == "on_delete" and value not in get_args(OnDelete):
        return Problem(name, value, "is not a delete policy", "Use 'delete', 'stop' or 'retain'")
    if name == "adopt_existing" and not isinstance(value, bool):
        return Problem(name, value, "is not a boolean", "Use True or False")
    if name.endswith("_seconds") and (isinstance(value, bool) or not isinstance(value, int | float) or value < 0):
        return Problem(name, value, "is not a number of seconds", "Give a number of at least 0")
    if name in ("max_instance_hours", "max_cost_usd") and not _is_amount(value):
        return Problem(name, value, "is not an amount", "Give a number greater than 0")
    if name == "replace_on_status" and not (
        isinstance(value, list | tuple) and all(item in _STATUSES or is_unknown(item) for item in value)
    ):
        return Problem(name, value, "is not a list of final statuses", f"Use some of {', '.join(_STATUSES)}")
    return None


def _is_amount(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < float("inf")
