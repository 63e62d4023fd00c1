"""One step of an operation, and carrying it out."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from enum import Enum

from sagemaker_sandbox.engine import urns
from sagemaker_sandbox.engine.errors import EngineError, StepFailed
from sagemaker_sandbox.engine.journal import Journal
from sagemaker_sandbox.engine.properties import UNKNOWN_TEXT, Properties, Secret, equal
from sagemaker_sandbox.engine.provider import DIFF_SOME, Diff, Outcome, PropertyChange, Provider
from sagemaker_sandbox.engine.registry import ProviderRegistry
from sagemaker_sandbox.engine.state import ResourceState, now


class Op(str, Enum):
    """What a step does, by the name that the Pulumi CLI has for it."""

    SAME = "same"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    REPLACE = "replace"
    CREATE_REPLACEMENT = "create-replacement"
    DELETE_REPLACED = "delete-replaced"
    READ = "read"
    READ_REPLACEMENT = "read-replacement"
    REFRESH = "refresh"
    IMPORT = "import"
    IMPORT_REPLACEMENT = "import-replacement"
    DISCARD = "discard"
    DISCARD_REPLACED = "discard-replaced"
    REMOVE_PENDING_REPLACE = "remove-pending-replace"


DELETES = frozenset({Op.DELETE, Op.DELETE_REPLACED, Op.DISCARD, Op.DISCARD_REPLACED})
# Steps that tell how another step, REPLACE, is carried out.
PARTS_OF_A_REPLACEMENT = frozenset(
    {
        Op.CREATE_REPLACEMENT,
        Op.DELETE_REPLACED,
        Op.READ_REPLACEMENT,
        Op.IMPORT_REPLACEMENT,
        Op.DISCARD_REPLACED,
        Op.REMOVE_PENDING_REPLACE,
    }
)


@dataclass(eq=False)
class Step:
    """A step before and after it ran: `new` is completed by running it."""

    op: Op
    old: ResourceState | None = None
    new: ResourceState | None = None
    replace_keys: list[str] = field(default_factory=list)
    diffs: list[str] = field(default_factory=list)
    detailed: dict[str, PropertyChange] | None = None
    ignore_changes: list[str] = field(default_factory=list)
    delete_later: bool = False  # of a replacement: the old resource is deleted after everything else
    is_skipped: bool = False  # of a same step: nothing is recorded, for the resource was left out by --target

    @property
    def state(self) -> ResourceState:
        state = self.new or self.old
        assert state is not None, "a step has an old state, a new state or both"
        return state

    @property
    def urn(self) -> str:
        return self.state.urn

    @property
    def is_logical(self) -> bool:
        """Whether the step is a change that a user would count, or no change, and not the engine's own business."""
        return self.op not in PARTS_OF_A_REPLACEMENT and self.op is not Op.REFRESH

    @property
    def result_op(self) -> Op:
        """What a refresh turned out to be; otherwise the operation itself."""
        if self.op is not Op.REFRESH:
            return self.op
        if self.new is None:
            return Op.DELETE
        return Op.UPDATE if self.diffs or self.detailed else Op.SAME


@dataclass(frozen=True)
class StepContext:
    """What running a step needs.

    states: the resources of the old state by URN; deleted: URNs that this operation deletes.
    """

    preview: bool
    journal: Journal
    registry: ProviderRegistry
    states: dict[str, ResourceState]
    deleted: Collection[str]
    warn: Callable[[str, str], None]

    def provider(self, state: ResourceState) -> Provider:
        if urns.is_provider_type(state.type):
            return self.registry
        return self.registry.ensure(state.provider, self.states)


def run(step: Step, context: StepContext) -> None:
    """Carry a step out and record it. Errors: StepFailed with the provider's message, or EngineError."""
    _RUNNERS[step.op](step, context)


def _same(step: Step, context: StepContext) -> None:
    old, new = step.old, step.new
    assert new is not None
    if step.is_skipped:
        return
    assert old is not None
    new.id, new.outputs = old.id, old.outputs
    new.created, new.modified = old.created, old.modified
    if urns.is_provider_type(new.type):
        context.registry.same(old)
    changed = any(getattr(new, name) != getattr(old, name) for name in _RECORDED_BY_SAME)
    if changed or not equal(new.inputs, old.inputs):
        context.journal.settle(new, old)
    else:
        context.journal.settle_same(new, old)


# A same step is only worth saving if it changes how the resource is recorded.
_RECORDED_BY_SAME = (
    "urn",
    "parent",
    "protect",
    "dependencies",
    "provider",
    "property_dependencies",
    "additional_secret_outputs",
    "aliases",
    "custom_timeouts",
    "retain_on_delete",
    "deleted_with",
    "replace_with",
    "ignore_changes",
    "replace_on_changes",
)


def _create(step: Step, context: StepContext) -> None:
    new = step.new
    assert new is not None
    new.created = new.modified = now()
    outcome = Outcome(outputs={})
    if new.custom:
        context.journal.begin(new, "creating")
        try:
            outcome = context.provider(new).create(
                new.urn, new.inputs, preview=context.preview, timeout=new.custom_timeouts.get("create", 0)
            )
        except (StepFailed, EngineError):
            context.journal.end(new)
            raise
    _complete(new, outcome)
    replaced = None
    if step.op is Op.CREATE_REPLACEMENT and step.old is not None:
        if step.delete_later:
            step.old.delete = True
            context.journal.touched(step.old)
        elif step.old.pending_replacement or context.preview:
            replaced = step.old
    context.journal.settle(new, replaced)
    _raise_init_errors(new)


def _update(step: Step, context: StepContext) -> None:
    old, new = step.old, step.new
    assert old is not None
    assert new is not None
    new.id, new.created, new.modified = old.id, old.created, now()
    outcome = Outcome(outputs={})
    if new.custom:
        context.journal.begin(new, "updating")
        try:
            outcome = context.provider(new).update(
                new.urn,
                old.id,
                old.inputs,
                old.outputs,
                new.inputs,
                preview=context.preview,
                timeout=new.custom_timeouts.get("update", 0),
                ignore_changes=step.ignore_changes,
            )
        except (StepFailed, EngineError):
            context.journal.end(new)
            raise
    outcome.id = old.id
    _complete(new, outcome)
    context.journal.settle(new, old)
    _raise_init_errors(new)


def _delete(step: Step, context: StepContext) -> None:
    old = step.old
    assert old is not None
    if old.protect and step.op is Op.DELETE:
        raise StepFailed(
            f"resource {old.urn!r} cannot be deleted\nbecause it is protected. To unprotect the resource, remove the "
            "`protect` flag from the resource in your Pulumi program and run `pulumi up`"
        )
    keeps = old.external or old.retain_on_delete or old.deleted_with in context.deleted
    if old.custom and not keeps and not context.preview:
        context.journal.begin(old, "deleting")
        try:
            context.provider(old).delete(
                old.urn, old.id, old.inputs, old.outputs, timeout=old.custom_timeouts.get("delete", 0)
            )
        except (StepFailed, EngineError):
            context.journal.end(old)
            raise
    if step.op is Op.DELETE_REPLACED and not old.delete:
        # Deleted before its replacement exists: what depends on it still names it, so the state keeps it until then.
        old.pending_replacement = True
        context.journal.end(old)
        context.journal.touched(old)
    else:
        context.journal.settle(None, old)


def _read(step: Step, context: StepContext) -> None:
    new = step.new
    assert new is not None
    if new.id == UNKNOWN_TEXT:
        new.outputs = {}
    else:
        outcome = context.provider(new).read(
            new.urn, new.id, new.inputs, new.inputs, timeout=new.custom_timeouts.get("read", 0)
        )
        if outcome is None:
            raise StepFailed(f"resource '{new.id}' does not exist")
        _complete(new, outcome)
    replaced = step.old
    if step.op is Op.READ_REPLACEMENT and step.old is not None:
        step.old.delete = True
        context.journal.touched(step.old)
        replaced = None
    context.journal.settle(new, replaced)


def _import(step: Step, context: StepContext) -> None:
    """Read a resource that exists, and take it over if the program's inputs make no difference to it."""
    new = step.new
    assert new is not None
    provider = context.provider(new)
    outcome = provider.read(new.urn, new.import_id, {}, {}, timeout=new.custom_timeouts.get("read", 0))
    if outcome is None:
        raise StepFailed(f"resource '{new.import_id}' does not exist")
    if outcome.inputs is None:
        raise StepFailed("provider does not support importing resources; please try updating the provider")
    diff = provider.diff(
        new.urn,
        outcome.id,
        outcome.inputs,
        outcome.outputs,
        new.inputs,
        unknowns=context.preview,
        ignore_changes=step.ignore_changes,
    )
    if diff.changes == DIFF_SOME:
        step.diffs, step.detailed = diff.diffs, diff.detailed
        message = f"inputs to import do not match the existing resource: {', '.join(diff.diffs or diff.replaces)}"
        if not context.preview:
            raise StepFailed(f"{message}; importing this resource will fail")
        context.warn(new.urn, f"{message}; importing this resource will fail")
    new.created = new.modified = now()
    _complete(new, outcome)
    if step.op is Op.IMPORT_REPLACEMENT and step.old is not None:
        step.old.delete = True
        context.journal.touched(step.old)
    context.journal.settle(new, None)


def _refresh(step: Step, context: StepContext) -> None:
    old = step.old
    assert old is not None
    if not old.custom or urns.is_provider_type(old.type) or old.pending_replacement:
        step.new = old
        return
    provider = context.provider(old)
    outcome = provider.read(old.urn, old.id, old.inputs, old.outputs, timeout=old.custom_timeouts.get("read", 0))
    if outcome is None:
        step.new = None
        context.journal.replace_in_place(None, old)
        return
    new = old.copy()
    _complete(new, outcome)
    new.init_errors = outcome.init_errors
    new.inputs = outcome.inputs if outcome.inputs is not None else old.inputs
    if outcome.init_errors:
        context.warn(old.urn, "Refreshed resource is in an unhealthy state:\n* " + "\n* ".join(outcome.init_errors))
    if not (equal(new.inputs, old.inputs) and equal(new.outputs, old.outputs)):
        new.modified = now()
        step.diffs, step.detailed = _drift(provider, old, new, context.preview)
    step.new = new
    context.journal.replace_in_place(new, old)


def _drift(
    provider: Provider, old: ResourceState, new: ResourceState, preview: bool
) -> tuple[list[str], dict[str, PropertyChange] | None]:
    """What an update would undo: the provider's own diff, asked with the sides swapped."""
    if old.external:
        return sorted(key for key in new.outputs if not equal(new.outputs[key], old.outputs.get(key))), None
    diff: Diff = provider.diff(
        new.urn,
        new.id,
        new.inputs,
        new.outputs,
        old.inputs,
        unknowns=preview,
        ignore_changes=old.ignore_changes,
    )
    if diff.changes != DIFF_SOME:
        return [], None
    changed = (
        diff.diffs or diff.replaces or [key for key in new.inputs if not equal(new.inputs[key], old.inputs.get(key))]
    )
    return changed, diff.detailed


def _nothing(step: Step, context: StepContext) -> None:
    """The step only tells what the steps around it amount to."""


def _forget(step: Step, context: StepContext) -> None:
    context.journal.settle(None, step.old)


def _complete(new: ResourceState, outcome: Outcome) -> None:
    new.id = outcome.id or new.id
    new.init_errors = outcome.init_errors
    new.outputs = _with_secrets(outcome.outputs, new.additional_secret_outputs)


def _with_secrets(outputs: Properties, names: Collection[str]) -> Properties:
    return {
        key: Secret(value) if key in names and not isinstance(value, Secret) else value
        for key, value in outputs.items()
    }


def _raise_init_errors(state: ResourceState) -> None:
    if state.init_errors:
        reasons = "".join(f"\n  * {reason}" for reason in state.init_errors)
        raise StepFailed(f"{len(state.init_errors)} error(s) occurred while the resource came up; it exists:{reasons}")


_RUNNERS: dict[Op, Callable[[Step, StepContext], None]] = {
    Op.SAME: _same,
    Op.CREATE: _create,
    Op.CREATE_REPLACEMENT: _create,
    Op.UPDATE: _update,
    Op.REPLACE: _nothing,
    Op.DELETE: _delete,
    Op.DELETE_REPLACED: _delete,
    Op.DISCARD: _delete,
    Op.DISCARD_REPLACED: _delete,
    Op.READ: _read,
    Op.READ_REPLACEMENT: _read,
    Op.IMPORT: _import,
    Op.IMPORT_REPLACEMENT: _import,
    Op.REFRESH: _refresh,
    Op.REMOVE_PENDING_REPLACE: _forget,
}
