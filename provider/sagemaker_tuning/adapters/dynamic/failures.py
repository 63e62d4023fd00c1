"""Problems of a spec as check failures, so that a preview shows them all, each at its property."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pulumi.dynamic import CheckFailure, CheckResult

from sagemaker_tuning.adapters.dynamic.properties import property_path
from sagemaker_tuning.errors import Problem

__all__ = ["check_failures"]

_LONGEST = 80  # characters of a value


def check_failures(news: Mapping[str, Any], problems: Sequence[Problem]) -> CheckResult:
    """The refusal of these inputs.

    The engine shows of each failure "property P value V has a problem", and looks V up among the returned inputs, under
    P as a plain key; so the value that was given is put there. It throws the inputs away afterwards.
    """
    failures = [CheckFailure(property_path(problem.path), str(problem)) for problem in problems]
    given = {property_path(problem.path): _shown(problem.given) for problem in problems if problem.path}
    return CheckResult({**news, **given}, failures)


def _shown(given: Any) -> str:
    text = "not set" if given is None else str(given)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
