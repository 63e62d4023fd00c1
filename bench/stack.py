"""A stack of the program in `programs/jobs`, whose edits are values of its config."""

from __future__ import annotations

import shutil
from pathlib import Path

from sagemaker_sandbox.testing import PulumiStack, Result

from bench.timing import seconds

__all__ = ["Stack"]

_PROGRAM = Path(__file__).parent / "programs" / "jobs"


class Stack(PulumiStack):
    """Every operation has to succeed: the time of a failure says nothing."""

    @classmethod
    def new(cls, engine: str, folder: Path) -> Stack:
        shutil.copytree(_PROGRAM, folder / "program", ignore=shutil.ignore_patterns("__pycache__"))
        stack = cls(engine, folder / "program", folder / "home")
        stack.init()
        return stack

    def run(self, *arguments: str, stdin: str | None = None) -> Result:
        result = super().run(*arguments, stdin=stdin)
        if not result.ok:
            raise RuntimeError(f"{' '.join(arguments)} failed:\n{result!r}")
        return result

    def seconds(self, operation: str) -> float:
        """How long an operation takes; nothing of what it says is read."""
        unattended = () if operation == "preview" else ("--yes", "--skip-preview")
        return seconds(lambda: self.run(operation, "--stack", self.name, *unattended))
