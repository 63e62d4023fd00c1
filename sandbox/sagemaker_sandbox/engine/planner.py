"""Which steps a registration needs. The decisions are the Pulumi CLI's; providers are asked to check and to diff.

Registrations are planned one at a time. What was decided for earlier ones decides with: a resource that had to be
deleted because something it depends on is replaced is created again, and what nobody registers is deleted at the end.
Source: the step generator of the Pulumi CLI.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sagemaker_sandbox.engine import paths, urns
from sagemaker_sandbox.engine.deletions import dependents_of
from sagemaker_sandbox.engine.diffs import diff_properties
from sagemaker_sandbox.engine.errors import EngineError, StepFailed
from sagemaker_sandbox.engine.goals import Goal, ReadGoal, external_state_of, state_of
from sagemaker_sandbox.engine.old_states import OldStates
from sagemaker_sandbox.engine.properties import UNKNOWN, Properties, contains_unknowns, equal, reveal
from sagemaker_sandbox.engine.provider import (
    DIFF_NONE,
    DIFF_SOME,
    DIFF_UNKNOWN,
    CheckFailure,
    Diff,
    DiffUnavailable,
    Provider,
)
from sagemaker_sandbox.engine.registry import ProviderRegistry
from sagemaker_sandbox.engine.state import ResourceState
from sagemaker_sandbox.engine.steps import Op, Step

Warn = Callable[[str, str], None]


class CheckFailed(EngineError):
    """The provider refused the inputs of a resource."""

    def __init__(self, state: ResourceState, failures: Sequence[CheckFailure]) -> None:
        super().__init__(f"resource {state.urn} is invalid")
        self.urn = state.urn
        self.messages = [_failure_text(state, failure) for failure in failures]


@dataclass
class Planner:
    """The steps of one operation. Not thread-safe: the caller plans one registration at a time.

    base: the old state in its order; targets: URN patterns given with --target, empty for everything.
    """

    preview: bool
    base: Sequence[ResourceState]
    olds: OldStates
    registry: ProviderRegistry
    warn: Warn
    targets: Sequence[str] = ()

    deleted: set[str] = field(default_factory=set, init=False)
    _replaced: set[str] = field(default_factory=set, init=False)
    _early_deletes: dict[ResourceState, list[str]] = field(default_factory=dict, init=False)  # -> keys that required it
    _skipped: set[str] = field(default_factory=set, init=False)

    # ------------------------------------------------------------------------------------------------ registration

    def register(self, goal: Goal) -> list[Step]:
        """The steps for one registration, in order; the last but one or the last settles the new state.

        Errors: CheckFailed; StepFailed from the provider; EngineError.
        """
        urn = self.olds.claim(goal.parent, goal.type, goal.name)
        old = self.olds.find(urn, goal)
        new = state_of(urn, goal, self.olds.alias_of(urn))
        if not self.is_targeted(new):
            return [self._leave(new, old)]
        if old is not None:
            new.created, new.modified = old.created, old.modified
        self._refuse_skipped_dependencies(new)
        provider = self._provider(new)
        if goal.custom and goal.import_id and (old is None or (old.import_id or old.id) != goal.import_id):
            return self._import(goal, new, old, provider)
        recreating = old is not None and (old in self._early_deletes)
        compared = None if old is None or recreating or old.external else old
        if compared is not None:
            new.inputs = self._ignore_changes(urn, new.inputs, compared.inputs, goal.ignore_changes)
        self._check(provider, new, compared)
        if old is None:
            return [Step(Op.CREATE, new=new)]
        if recreating:
            self.deleted.discard(urn)
            self._replaced.add(urn)
            keys = self._early_deletes[old]
            return [Step(Op.REPLACE, old, new, keys), Step(Op.CREATE_REPLACEMENT, old, new, keys)]
        if old.external:
            return _replace_later(old, new, Diff())
        return self._compare(goal, old, new, provider)

    def read(self, goal: ReadGoal) -> list[Step]:
        """The steps for looking up a resource that this stack does not manage."""
        urn = self.olds.claim(goal.parent, goal.type, goal.name)
        old = self.olds.by_urn.get(urn)
        new = external_state_of(urn, goal)
        if old is not None and not old.external and old.id != goal.id:
            self._replaced.add(urn)
            return [Step(Op.READ_REPLACEMENT, old, new, delete_later=True), Step(Op.REPLACE, old, new)]
        return [Step(Op.READ, old, new)]

    def deletes(self) -> list[Step]:
        """A step for everything that is left over: replaced, or no longer in the program."""
        steps = []
        for state in self.base:
            if not self.is_targeted(state):
                continue
            if state.delete:
                steps.append(Step(Op.DISCARD_REPLACED if state.external else Op.DELETE_REPLACED, old=state))
            elif self.olds.is_claimed(state.urn):
                continue
            elif state.pending_replacement:
                steps.append(Step(Op.REMOVE_PENDING_REPLACE, old=state))
            else:
                self.deleted.add(state.urn)
                steps.append(Step(Op.DISCARD if state.external else Op.DELETE, old=state))
        return steps

    # ----------------------------------------------------------------------------------------------------- targets

    def is_targeted(self, state: ResourceState) -> bool:
        """Whether --target names a resource, or nothing is named; providers and the stack itself always take part."""
        if not self.targets or urns.is_provider_type(state.type) or state.type == urns.STACK_TYPE:
            return True
        return any(fnmatch.fnmatchcase(state.urn, pattern) for pattern in self.targets)

    def _leave(self, new: ResourceState, old: ResourceState | None) -> Step:
        """The step for a resource outside --target: as it was, or not at all."""
        if old is None:
            self._skipped.add(new.urn)
            return Step(Op.SAME, None, new, is_skipped=True)
        return Step(Op.SAME, old, old.copy())

    def _refuse_skipped_dependencies(self, new: ResourceState) -> None:
        if missing := sorted(new.all_dependencies & self._skipped):
            raise EngineError(
                f"{new.urn} depends on {missing[0]}, which has not been created yet and is not in the --target list; "
                f"add --target '{missing[0]}'"
            )

    # ------------------------------------------------------------------------------------------------------ inputs

    def _provider(self, state: ResourceState) -> Provider | None:
        if not state.custom:
            return None
        if urns.is_provider_type(state.type):
            return self.registry
        return self.registry.ensure(state.provider, self.olds.by_urn)

    def _check(self, provider: Provider | None, new: ResourceState, old: ResourceState | None) -> None:
        if provider is None:
            return
        inputs, failures = provider.check(
            new.urn, old.inputs if old is not None else {}, new.inputs, unknowns=self.preview
        )
        if failures:
            raise CheckFailed(new, failures)
        new.inputs = inputs

    def _ignore_changes(self, urn: str, inputs: Properties, olds: Properties, ignored: Sequence[str]) -> Properties:
        impossible = []
        for text in ignored:
            inputs, done = paths.restore(paths.parse(text), olds, inputs)
            if not done:
                impossible.append(text)
        if impossible:
            names = ", ".join(impossible)
            self.warn(urn, f'cannot ignore changes in added or removed elements of the path: "{names}"')
        return inputs

    def _import(
        self, goal: Goal, new: ResourceState, old: ResourceState | None, provider: Provider | None
    ) -> list[Step]:
        self._check(provider, new, None)
        if old is None:
            return [Step(Op.IMPORT, new=new, ignore_changes=goal.ignore_changes)]
        self._replaced.add(new.urn)
        return [
            Step(Op.IMPORT_REPLACEMENT, old, new, ignore_changes=goal.ignore_changes, delete_later=True),
            Step(Op.REPLACE, old, new, delete_later=True),
        ]

    # -------------------------------------------------------------------------------------------------- comparison

    def _compare(self, goal: Goal, old: ResourceState, new: ResourceState, provider: Provider | None) -> list[Step]:
        """Same, update or replacement of a resource that is there."""
        triggered = _is_triggered(old.replacement_trigger, new.replacement_trigger)
        diff = Diff(DIFF_SOME) if triggered else self._diff(old, new, provider)
        _replace_on_changes(diff, goal.replace_on_changes)
        if diff.changes == DIFF_NONE and not old.pending_replacement:
            if old.init_errors:
                return [Step(Op.UPDATE, old, new, ignore_changes=goal.ignore_changes)]
            return [Step(Op.SAME, old, new)]
        if not (triggered or old.pending_replacement or diff.requires_replacement):
            return [Step(Op.UPDATE, old, new, [], diff.diffs, diff.detailed, goal.ignore_changes)]
        return self._replace(goal, old, new, provider, diff)

    def _replace(
        self, goal: Goal, old: ResourceState, new: ResourceState, provider: Provider | None, diff: Diff
    ) -> list[Step]:
        if new.protect and old.protect:
            raise EngineError(
                f"unable to replace resource {new.urn!r}\nas it is currently marked for protection. To unprotect the "
                "resource, remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`"
            )
        if goal.import_id:
            raise EngineError(
                "previously-imported resources that still specify an ID may not be replaced; "
                f"please remove the `import` declaration from your program ({', '.join(diff.replaces)} changed)"
            )
        self._replaced.add(new.urn)
        # A replacement starts from nothing: defaults that the check carried over from the old inputs do not apply.
        new.inputs = goal.properties
        self._check(provider, new, None)
        early = diff.delete_before_replace if goal.delete_before_replace is None else goal.delete_before_replace
        if not (early or old.pending_replacement):
            return _replace_later(old, new, diff)
        return [
            *self._delete_before(old),
            Step(Op.REPLACE, old, new, diff.replaces, diff.diffs, diff.detailed),
            Step(Op.CREATE_REPLACEMENT, old, new, diff.replaces, diff.diffs, diff.detailed),
        ]

    def _delete_before(self, old: ResourceState) -> list[Step]:
        """Delete a resource, and before it those that depend on it and must be replaced with it."""
        steps = []
        for state, keys in reversed(self._dependent_replacements(old)):
            if state in self._early_deletes:
                continue
            if state.protect:
                raise EngineError(
                    f"unable to replace resource {state.urn!r} as part of replacing {old.urn!r} as it is currently "
                    "marked for protection. To unprotect the resource, remove the `protect` flag from the resource in "
                    "your Pulumi program and run `pulumi up`"
                )
            self._early_deletes[state] = keys
            self.deleted.add(state.urn)
            steps.append(Step(Op.DELETE_REPLACED, old=state, replace_keys=keys))
        if not old.pending_replacement:
            self.deleted.add(old.urn)
            steps.append(Step(Op.DELETE_REPLACED, old=old))
        return steps

    def _dependent_replacements(self, root: ResourceState) -> list[tuple[ResourceState, list[str]]]:
        """Dependents that a new `root` forces to be replaced, and the inputs that force it.

        Each is asked what it would do if the inputs that come from a replaced resource became unknown.
        """
        replaced = {root.urn}
        found = []
        for state in dependents_of(root, self.base):
            if self.olds.is_claimed(state.urn) or not state.custom or state.external:
                continue
            keys = self._forced_by(state, replaced)
            if keys is not None:
                replaced.add(state.urn)
                found.append((state, keys))
        return found

    def _forced_by(self, state: ResourceState, replaced: set[str]) -> list[str] | None:
        if state.provider and urns.split_reference(state.provider)[0] in replaced:
            return []
        if state.deleted_with in replaced or replaced & set(state.replace_with):
            return []
        inputs = {
            key: UNKNOWN if replaced & set(state.property_dependencies.get(key, ())) else value
            for key, value in state.inputs.items()
        }
        if UNKNOWN not in inputs.values():
            return None
        provider = self._provider(state)
        assert provider is not None, "a custom resource has a provider"
        diff = _ask(provider, state, inputs, state.ignore_changes, unknowns=True)
        _replace_on_changes(diff, state.replace_on_changes)
        return diff.replaces if diff.requires_replacement else None

    def _diff(self, old: ResourceState, new: ResourceState, provider: Provider | None) -> Diff:
        if self._replaced & set(new.replace_with):
            return Diff(DIFF_SOME, ["replaceWith"])
        if new.deleted_with in self._replaced:
            return Diff(DIFF_SOME, ["deletedWith"])
        if self._provider_changed(old, new):
            return Diff(DIFF_SOME, ["provider"])
        if provider is None:
            return Diff(DIFF_NONE if equal(old.inputs, new.inputs) else DIFF_SOME)
        try:
            return _ask(provider, old, new.inputs, new.ignore_changes, unknowns=self.preview)
        except DiffUnavailable as reason:
            self.warn(new.urn, str(reason))
            return Diff(DIFF_SOME)

    def _provider_changed(self, old: ResourceState, new: ResourceState) -> bool:
        """Whether the resource moved to a provider that cannot manage what the old one made."""
        if old.provider == new.provider:
            return False
        if not old.provider or not new.provider:
            return True
        before, after = urns.split_reference(old.provider)[0], urns.split_reference(new.provider)[0]
        return after in self._replaced or urns.type_of(before) != urns.type_of(after)


def _ask(
    provider: Provider, old: ResourceState, news: Properties, ignore_changes: Sequence[str], *, unknowns: bool
) -> Diff:
    """The provider's diff; one that does not know is answered by comparing the inputs."""
    try:
        diff = provider.diff(
            old.urn, old.id, old.inputs, old.outputs, news, unknowns=unknowns, ignore_changes=ignore_changes
        )
    except StepFailed as failure:
        raise StepFailed(str(failure), old.urn) from failure
    if diff.changes == DIFF_UNKNOWN:
        diff.diffs = diff_properties(reveal(old.inputs), reveal(news)).changed_keys
        diff.changes = DIFF_SOME if diff.diffs else DIFF_NONE
    return diff


def _replace_on_changes(diff: Diff, texts: Sequence[str]) -> None:
    """Turn changes at the given paths into reasons for a replacement, in place."""
    if diff.changes != DIFF_SOME:
        return
    wanted = [paths.parse(text) for text in texts]
    changed = {key: paths.parse(key) for key in (*diff.diffs, *(diff.detailed or ()))}
    for path in changed.values():
        if any(paths.covers(pattern, path) for pattern in wanted) and str(path[0]) not in diff.replaces:
            diff.replaces.append(str(path[0]))


def _replace_later(old: ResourceState, new: ResourceState, diff: Diff) -> list[Step]:
    """Create the new one first; the old one is deleted when everything else is done."""
    return [
        Step(Op.CREATE_REPLACEMENT, old, new, diff.replaces, diff.diffs, diff.detailed, delete_later=True),
        Step(Op.REPLACE, old, new, diff.replaces, diff.diffs, diff.detailed, delete_later=True),
    ]


def _is_triggered(old: object, new: object) -> bool:
    if old is None or new is None:
        return False
    return contains_unknowns(new) or not equal(reveal(old), reveal(new))


def _failure_text(state: ResourceState, failure: CheckFailure) -> str:
    head = f"{state.type} resource '{urns.name_of(state.urn)}'"
    if not failure.property:
        return f"{head} has a problem: {failure.reason}"
    value = _shown(state.inputs.get(failure.property))
    return f"{head}: property {failure.property} value {{{value}}} has a problem: {failure.reason}"


def _shown(value: object) -> str:
    return "<nil>" if value is None else str(value)
