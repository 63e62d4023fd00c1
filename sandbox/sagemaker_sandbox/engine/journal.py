"""The record of a running operation, which keeps the stack's state valid after every step.

The state is what the operation has settled so far, in the order it settled it, followed by what it has not yet touched
(in the old order): that is always a valid order, dependencies first. An operation in flight is listed as pending, so
that a killed engine leaves word of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from sagemaker_sandbox.engine.state import Deployment, DeploymentWriter, PendingOperation, ResourceState


class Journal:
    """Collects settled states and saves after each change. Thread-safe.

    write: receives the deployment's JSON text; None for a preview, which saves nothing.
    """

    def __init__(self, base: Deployment, writer: DeploymentWriter, write: Callable[[str], None] | None) -> None:
        self._base = base
        self._writer = writer
        self._write = write
        self._settled: list[ResourceState] = []
        self._gone: set[ResourceState] = set()
        self._pending: dict[ResourceState, str] = {}
        self._lock = threading.RLock()

    def begin(self, state: ResourceState, operation: str) -> None:
        """An operation (creating, updating, deleting, reading) on a resource starts now."""
        with self._lock:
            self._pending[state] = operation
            self._save()

    def end(self, state: ResourceState) -> None:
        """The operation ended without anything to record."""
        with self._lock:
            self._pending.pop(state, None)
            self._save()

    def settle(self, new: ResourceState | None, old: ResourceState | None) -> None:
        """`new` (None: nothing) now stands for `old`; ends what was pending for either."""
        with self._lock:
            for state in (new, old):
                if state is not None:
                    self._pending.pop(state, None)
            if old is not None:
                self._gone.add(old)
            if new is not None:
                self._settled.append(new)
                self._writer.changed(new)
            self._save()

    def settle_same(self, new: ResourceState, old: ResourceState) -> None:
        """`new` stands for `old` and is recorded as it was: nothing to save."""
        with self._lock:
            self._gone.add(old)
            self._settled.append(new)
            self._writer.same(new, old)

    def replace_in_place(self, new: ResourceState | None, old: ResourceState) -> None:
        """Like settle, at the old place in the order; for refresh, which meets resources in any order."""
        with self._lock:
            position = self._base.resources.index(old)
            self._base.resources[position : position + 1] = [] if new is None else [new]
            if new is None:
                self._forget(old.urn)
            self._save()

    def forget_pending(self, *, creates: bool) -> None:
        """Drop what earlier operations left pending; creates only if asked, for the resource may exist."""
        with self._lock:
            kept = [item for item in self._base.pending_operations if item.type == "creating" and not creates]
            self._base.pending_operations = kept
            self._save()

    def touched(self, state: ResourceState) -> None:
        """A state already recorded was changed in place."""
        with self._lock:
            self._writer.changed(state)
            self._save()

    def deployment(self) -> Deployment:
        with self._lock:
            resources = [state for state in (*self._settled, *self._base.resources) if state not in self._gone]
            earlier = [item for item in self._base.pending_operations if item.type == "creating"]
            running = [PendingOperation(state, operation) for state, operation in self._pending.items()]
            return Deployment(resources, running + earlier, self._base.metadata)

    def _forget(self, urn: str) -> None:
        """Remove a vanished resource from what others say they depend on."""
        for state in self._base.resources:
            if urn in state.all_dependencies:
                state.dependencies = [item for item in state.dependencies if item != urn]
                state.property_dependencies = {
                    key: [item for item in urns if item != urn] for key, urns in state.property_dependencies.items()
                }
                state.deleted_with = "" if state.deleted_with == urn else state.deleted_with
                self._writer.changed(state)

    def _save(self) -> None:
        if self._write is not None:
            self._write(self._writer.deployment(self.deployment()))


def pending_warning(pending: Sequence[PendingOperation]) -> str:
    """What an interrupted operation left behind, as the Pulumi CLI tells it."""
    listed = "".join(f"  * {item.resource.urn}, interrupted while {item.type}\n" for item in pending)
    return _PENDING.format(count=len(pending), listed=listed)


_PENDING = """Attempting to deploy or update resources with {count} pending operations from previous deployment.
{listed}These resources are in an unknown state because the engine was interrupted while waiting for changes to these \
resources to complete. You should confirm whether or not the operations listed completed successfully by checking the \
state of the appropriate provider.

Once you have confirmed the status of the interrupted operations, you can repair your stack using `pulumi refresh` \
which will refresh the state from the provider you are using and clear the pending operations if there are any.

Note that `pulumi refresh` will need to be run interactively to clear pending CREATE operations."""
