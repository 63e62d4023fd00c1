"""A check as a row of data, and what it finds in a job."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from sagemaker_tuning.errors import Problem
from sagemaker_tuning.spec.rules.nodes import Breach, Job

__all__ = ["Check", "Finding", "Level"]

Level = Literal["error", "warning", "info"]
"""An error makes the run useless, a warning probably makes it worse or dearer, an info is good to know."""


@dataclass(frozen=True)
class Check:
    """One row: what is looked for, how to find it, what to say of it, and why it matters.

    `message` goes on from the value found ("has no group, so ..."); `fix` says what to do; both are filled from the
    breach's details. `why` stands by itself, with its source where it has one.
    """

    id: str
    level: Level
    find: Callable[[Job], Iterator[Breach]]
    message: str
    fix: str
    why: str


@dataclass(frozen=True)
class Finding:
    """What a check found: `problem` has its path, the value there, the reason and the mend."""

    id: str
    level: Level
    problem: Problem

    def __str__(self) -> str:
        return f"{self.level} {self.id}: {self.problem}"

    def to_dict(self) -> dict[str, Any]:
        """The finding for programs."""
        problem = self.problem
        return {
            "id": self.id,
            "level": self.level,
            "path": problem.path,
            "given": problem.given,
            "message": problem.message,
            "fix": problem.fix,
        }
