"""Finding what was recorded of a resource: by its URN, by the aliases it names, or by those of its parent."""

from __future__ import annotations

from collections.abc import Iterable

from pulumi.runtime.proto import alias_pb2

from sagemaker_sandbox.engine import urns
from sagemaker_sandbox.engine.errors import EngineError
from sagemaker_sandbox.engine.goals import Goal
from sagemaker_sandbox.engine.state import ResourceState


class OldStates:
    """The states of one stack before the operation, and which registrations have claimed them."""

    def __init__(self, stack: str, project: str, base: Iterable[ResourceState]) -> None:
        self._stack = stack
        self._project = project
        self.by_urn = {state.urn: state for state in base if not state.delete}
        self._claimed: set[str] = set()
        self._aliased: dict[str, str] = {}  # new URN -> the alias its state was found by

    def claim(self, parent: str, type_token: str, name: str) -> str:
        """The URN of a new registration. Errors: EngineError if it was registered before, or its parent was not."""
        urn = urns.make_urn(self._stack, self._project, parent, type_token, name)
        if urn in self._claimed:
            raise EngineError(f"Duplicate resource URN '{urn}'; try giving it a unique name")
        if parent and parent not in self._claimed:
            raise EngineError(f"could not find parent resource {parent} of {urn}")
        self._claimed.add(urn)
        return urn

    def is_claimed(self, urn: str) -> bool:
        """Whether a registration stands for this URN, under its own name or a new one."""
        return urn in self._claimed or urn in self._aliased.values()

    def alias_of(self, urn: str) -> str | None:
        return self._aliased.get(urn)

    def find(self, urn: str, goal: Goal) -> ResourceState | None:
        """The state of a resource, by its URN or the first alias that has one."""
        if urn in self.by_urn:
            return self.by_urn[urn]
        for alias in self._aliases(goal):
            if alias not in self.by_urn:
                continue
            if self.is_claimed(alias):
                raise EngineError(f"Duplicate resource alias '{alias}' applied to resource with URN '{urn}'")
            self._aliased[urn] = alias
            return self.by_urn[alias]
        return None

    def _aliases(self, goal: Goal) -> list[str]:
        own = [self._alias_urn(goal, alias) for alias in goal.aliases]
        parent_alias = self._aliased.get(goal.parent)
        if parent_alias is None:
            return own
        name = goal.name
        if name.startswith(urns.name_of(goal.parent)):  # named after its parent by convention
            name = urns.name_of(parent_alias) + name.removeprefix(urns.name_of(goal.parent))
        return [*own, urns.make_urn(self._stack, self._project, parent_alias, goal.type, name)]

    def _alias_urn(self, goal: Goal, alias: alias_pb2.Alias) -> str:
        if alias.urn:
            return alias.urn
        spec = alias.spec
        parent = "" if spec.noParent else spec.parentUrn or goal.parent
        return urns.make_urn(
            spec.stack or self._stack,
            spec.project or self._project,
            self._aliased.get(parent, parent),
            spec.type or goal.type,
            spec.name or goal.name,
        )
