"""What the user may decide about the provider's own behavior, as opposed to the tuning job's configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, get_args

from sagemaker_tuning.errors import Problem, SpecError
from sagemaker_tuning.observed import FINISHED
from sagemaker_tuning.planning import OnChange, OnDelete, Policy, WarmStartType
from sagemaker_tuning.preflight import problems_of_silence
from sagemaker_tuning.unknown import is_unknown

__all__ = ["Options", "is_option"]

_OLDER_NAME = "replace_on_status"  # the earlier name of rerun_on, which goes on to work


@dataclass(frozen=True)
class Options:
    """The provider options of one resource. None is sent to AWS; only another `rerun_token` replaces the job."""

    on_delete: OnDelete = "delete"
    adopt_existing: bool = False
    propagation_timeout_seconds: float = 120.0
    delete_timeout_seconds: float = 1800.0
    on_change: OnChange = "replace"
    rerun_on: tuple[str, ...] = ()
    rerun_token: str | None = None
    warm_start_config: Mapping[str, Any] | None = None
    max_instance_hours: float | None = None
    max_cost_usd: float | None = None
    silence: tuple[str, ...] = ()

    @classmethod
    def from_native(cls, values: Mapping[str, Any], **defaults: Any) -> Options:
        """Read the options among `values` (snake_case keys, others are ignored); `defaults` stand in for those not set.

        Errors: SpecError with every option that is wrong. An unknown value passes and counts as not set.
        """
        given = {
            name: value
            for name, value in values.items()
            if value is not None and not is_unknown(value) and is_option(name, value)
        }
        problems = [problem for name, value in given.items() if (problem := _problem(name, value))]
        problems += _contradictions(given, values)
        if problems:
            raise SpecError(problems)
        if _OLDER_NAME in given:
            given["rerun_on"] = given.pop(_OLDER_NAME)
        for name in ("rerun_on", "silence"):
            if name in given:
                given[name] = tuple(given[name])
        return cls(**(defaults | given))

    @property
    def takes_previous(self) -> bool:
        """A new job starts from earlier ones of the resource."""
        return self.warm_start_config is not None

    @property
    def policy(self) -> Policy:
        """What is done about a change."""
        kind = (self.warm_start_config or {}).get("warm_start_type")
        wanted = None if is_unknown(kind) else kind
        return Policy(self.on_change, self.on_delete, self.takes_previous, wanted)


_NAMES = frozenset({*(option.name for option in fields(Options)), _OLDER_NAME})


def is_option(name: str, value: Any) -> bool:
    """Whether a resource's input is an option, as opposed to part of the job.

    A warm start from `parents`, which the provider finds, is one; from parents by name, it is sent as it is.
    """
    if name == "warm_start_config":
        return isinstance(value, Mapping) and "parents" in value
    return name in _NAMES


def _problem(name: str, value: Any) -> Problem | None:
    if name == "on_delete" and value not in get_args(OnDelete):
        return Problem(name, value, "is not a delete policy", "Use 'delete', 'stop' or 'retain'")
    if name == "adopt_existing" and not isinstance(value, bool):
        return Problem(name, value, "is not a boolean", "Use True or False")
    if name.endswith("_seconds") and (isinstance(value, bool) or not isinstance(value, int | float) or value < 0):
        return Problem(name, value, "is not a number of seconds", "Give a number of at least 0")
    if name in ("max_instance_hours", "max_cost_usd") and not _is_amount(value):
        return Problem(name, value, "is not an amount", "Give a number greater than 0")
    if name in ("rerun_on", _OLDER_NAME) and not (
        isinstance(value, list | tuple) and all(item in FINISHED or is_unknown(item) for item in value)
    ):
        return Problem(name, value, "is not a list of final statuses", f"Use some of {', '.join(FINISHED)}")
    if name == "silence":
        return _problem_of_silence(value)
    if name == "on_change" and value not in get_args(OnChange):
        return Problem(name, value, "is not a policy for changes", f"Use {_listed(get_args(OnChange))}")
    if name == "rerun_token" and not isinstance(value, str):
        return Problem(name, value, "is not text", "Put it in quotes")
    return _problem_of_parents(value) if name == "warm_start_config" else None


def _problem_of_parents(config: Mapping[str, Any]) -> Problem | None:
    parents, kind = config["parents"], config.get("warm_start_type")
    if parents != "previous" and not is_unknown(parents):
        fix = "Use 'previous', or name the parents in `parent_hyper_parameter_tuning_jobs`"
        return Problem("warm_start_config.parents", parents, "is not 'previous'", fix)
    further = sorted(config.keys() - {"parents", "warm_start_type"})
    if further:
        return Problem(f"warm_start_config.{further[0]}", None, "is given beside `parents`", "Keep one of the two")
    if kind is not None and not is_unknown(kind) and kind not in get_args(WarmStartType):
        fix = f"Use {_listed(get_args(WarmStartType))}, or leave it out to have the right one found"
        return Problem("warm_start_config.warm_start_type", kind, "is not a type of warm start", fix)
    return None


def _problem_of_silence(ids: Any) -> Problem | None:
    if not isinstance(ids, list | tuple):
        return Problem("silence", ids, "is not a list", "Write it like ['spot-checkpoints']")
    problems = problems_of_silence((id_ for id_ in ids if not is_unknown(id_)), "silence")
    return problems[0] if problems else None


def _contradictions(given: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[Problem]:
    if "rerun_on" in given and _OLDER_NAME in given:
        yield Problem(_OLDER_NAME, None, "is given beside `rerun_on`, of which it is the earlier name", "Remove it")
    names_parents = isinstance(values.get("warm_start_config"), Mapping) and "warm_start_config" not in given
    if given.get("on_change") == "warm_start" and names_parents:
        message = "wants the new job to start from the old one, but `warm_start_config` names its parents"
        fix = "Write `warm_start_config={'parents': 'previous'}` or leave it out, or choose another `on_change`"
        yield Problem("on_change", "warm_start", message, fix)


def _listed(values: tuple[str, ...]) -> str:
    return f"{', '.join(map(repr, values[:-1]))} or {values[-1]!r}"


def _is_amount(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < float("inf")
