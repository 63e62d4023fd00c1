"""The most that a user allows a tuning job, against its estimate.

A ceiling never passes because something is missing: what cannot be told is a problem, and what `up` will know is told
as a warning and checked again then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sagemaker_tuning.cost.bounds import Gap
from sagemaker_tuning.cost.estimate import Estimate
from sagemaker_tuning.cost.words import count, dollars, hours
from sagemaker_tuning.errors import Problem
from sagemaker_tuning.spec.base import whole

__all__ = ["Ceilings", "Verdict"]


@dataclass(frozen=True)
class Verdict:
    """What stands against a job, and what can only be checked when `up` knows more."""

    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Ceilings:
    """None is no ceiling."""

    max_instance_hours: float | None = None
    max_cost_usd: float | None = None

    def check(self, estimate: Estimate) -> Verdict:
        """Whether the job stays below both."""
        problems: list[Problem] = []
        warnings: list[Problem] = []
        for name, ceiling, figure, gaps in (
            ("max_instance_hours", self.max_instance_hours, estimate.max_instance_hours, estimate.gaps_of_hours),
            ("max_cost_usd", self.max_cost_usd, estimate.max_cost_usd, estimate.gaps),
        ):
            if ceiling is None:
                continue
            ceiling = whole(ceiling)  # as the user wrote it: 3, not 3.0
            if figure is None:
                later = all(gap.until_up for gap in gaps)
                (warnings if later else problems).append(_unchecked(name, ceiling, gaps))
            elif _exceeds(figure, ceiling):
                problems.append(_exceeded(name, ceiling, figure, estimate))
        return Verdict(tuple(problems), tuple(warnings))


def _exceeds(figure: float, ceiling: float) -> bool:
    return round(figure - ceiling, 6) > 0  # what binary fractions add is not an excess


def _exceeded(name: str, ceiling: float, figure: float, estimate: Estimate) -> Problem:
    if name == "max_cost_usd":
        message = f"the {dollars(figure)} that this job can cost by {estimate.prices_name}: {estimate.cost_arithmetic}"
    else:
        message = f"the {hours(figure)} that this job can use: {estimate.hours_arithmetic}"
    fix = f"Lower the trials, the instances or the time limit, or raise `{name}` to {_raised(figure)}"
    return Problem(name, ceiling, f"is less than {message}", fix)


def _raised(figure: float) -> str:
    return count(float(dollars(figure)[1:].replace(",", ""))).replace(",", "")


def _unchecked(name: str, ceiling: float, gaps: Iterable[Gap]) -> Problem:
    gaps = list(gaps)
    reasons = "; ".join(gap.reason for gap in gaps)
    fixes = "; ".join(dict.fromkeys(gap.fix for gap in gaps))
    return Problem(name, ceiling, f"cannot be checked: {reasons}", fixes)
