"""The order in which resources may be deleted: whatever depends on a resource goes before it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from sagemaker_sandbox.engine.state import ResourceState


def dependents_of(root: ResourceState, states: Iterable[ResourceState]) -> Iterator[ResourceState]:
    """Everything that depends on `root`, directly or not, in the order of the state (dependencies first)."""
    affected = {root.urn}
    for state in states:
        if state is not root and not state.delete and state.all_dependencies & affected:
            affected.add(state.urn)
            yield state


def waves(condemned: Iterable[ResourceState]) -> Iterator[list[ResourceState]]:
    """Groups to be deleted one after the other; within a group the order does not matter."""
    remaining = list(condemned)
    while remaining:
        needed: defaultdict[str, int] = defaultdict(int)
        for state in remaining:
            for urn in state.all_dependencies - {state.urn}:
                needed[urn] += 1
        wave = [state for state in remaining if not needed[state.urn]]
        # A cycle cannot come from a program; a damaged state is deleted in reverse order rather than never.
        wave = wave or [remaining[-1]]
        yield wave
        remaining = [state for state in remaining if state not in wave]
