"""Problems of a spec as check failures, so that a preview shows them all and no stack."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pulumi.dynamic import CheckFailure, CheckResult

from sagemaker_tuning.errors import Problem

__all__ = ["refused"]


def refused(news: dict[str, Any], problems: Iterable[Problem]) -> CheckResult:
    """The refusal of these inputs; each reason begins with the path as the program has it.

    The failures name no property. Of one that does, the engine shows "property P value V has a problem", where V is
    `{<nil>}` for any P inside a block, and the plain text of a secret if the whole of P is one.
    """
    return CheckResult(news, [CheckFailure("", str(problem)) for problem in problems])
