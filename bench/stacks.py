"""What a stack of N tuning jobs takes over a stack of N resources that do nothing, on the same engine.

The two stacks take turns, operation by operation. The jobs' trials wait, so that no training is measured, and destroy
leaves the jobs where they are (`on_delete="retain"`), as the time that the service takes to stop one is nothing of
ours. What the sandbox takes to answer is in the figures of `up` and `refresh`.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from sagemaker_sandbox.testing import CLI, LOCAL

from bench.aws import aws
from bench.figures import Figure
from bench.stack import Stack

__all__ = ["OPERATIONS", "measure"]

OPERATIONS = ("up", "preview", "refresh", "destroy")
_ENGINES = {LOCAL: "the local engine", CLI: "the Pulumi CLI"}
_FLOOR, _JOBS = "nothing", "jobs"
_STANDSTILL = 0.001  # the sandbox's speed at which no trial leaves Starting while we measure
_CEILING = 5.0  # about twice the largest ratio seen, so that no noise of the machine reaches it

# (operation, number of jobs) -> the seconds of each run
_Times = dict[tuple[str, int], list[float]]


def measure(engine: str, sizes: Sequence[int], runs: int) -> Iterator[Figure]:
    """The figures of every operation at every size."""
    times: dict[str, _Times] = {kind: defaultdict(list) for kind in (_FLOOR, _JOBS)}
    with tempfile.TemporaryDirectory() as folder:
        stacks = {kind: Stack.new(engine, Path(folder) / kind) for kind in times}
        for _ in range(runs):
            for size in sizes:
                _live(stacks, size, times)
    for size in sizes:
        for operation in OPERATIONS:
            yield Figure(
                topic=f"N tuning jobs over N resources that do nothing, on {_ENGINES[engine]}",
                name=f"{operation} of {size}",
                values=times[_JOBS][operation, size],
                floor_name="does nothing",
                floors=times[_FLOOR][operation, size],
                ceiling=_CEILING,
            )


def _live(stacks: dict[str, Stack], size: int, times: dict[str, _Times]) -> None:
    """Time both stacks from up to destroy, against a sandbox without any earlier job."""
    with aws(speed=_STANDSTILL) as sandbox:
        for kind, stack in stacks.items():
            stack.environment = sandbox.environment
            stack.configure(kind=kind, count=size, onDelete="retain")
        for operation in OPERATIONS:
            for kind, stack in stacks.items():
                times[kind][operation, size].append(stack.seconds(operation))
