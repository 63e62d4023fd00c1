"""Where the examples are, and how their tests look at what an engine did."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from sagemaker_sandbox.testing import OperationResult

EXAMPLES = Path(__file__).parents[2] / "examples"
_READS = re.compile(r"Get|Describe|List|Head")


def writes_among(calls: Iterable[str]) -> list[str]:
    """The calls that change something."""
    return [call for call in calls if not _READS.match(call)]


def changes_of(result: OperationResult) -> dict[tuple[str, str], str]:
    """What happens to each resource, by type and name, that does not stay the same; a stack reference is only read."""
    return {
        (step.type.rsplit(":", 1)[-1], step.name): step.op for step in result.steps if step.op not in ("same", "read")
    }
