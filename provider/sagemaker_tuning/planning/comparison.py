"""Where a declared document and a document to compare it with differ, under the rules.

Decides which differences are real. What a real one requires and how it is told is left to `decision` and `reasons`;
what the service wrote itself, to `rewrites`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sagemaker_tuning.errors import Problem, SpecError
from sagemaker_tuning.observed import Observed
from sagemaker_tuning.paths import KEYED_LISTS, MAPS, Item, Parts, format
from sagemaker_tuning.planning.rules import IMMUTABLE, RULES, Default, LeftOut, Rule, expand
from sagemaker_tuning.unknown import UNKNOWN, is_unknown

__all__ = [
    "FROM_SERVICE",
    "FROM_STATE",
    "STATELESS",
    "Comparison",
    "Difference",
    "Leniency",
    "Node",
    "compare",
    "compare_observed",
    "tree",
]


@dataclass(frozen=True)
class Leniency:
    """What the observed side may have, or lack, without a difference.

    `injections`: entries that the service adds. `fillings`: fields that the service may fill in when they are left out.
    `omissions`: fields that Describe may leave out although they were sent; these become notes.
    """

    injections: bool
    fillings: bool
    omissions: bool


STATELESS = Leniency(injections=True, fillings=True, omissions=True)
"""Against a Describe of which nothing is known but the document itself."""

FROM_SERVICE = Leniency(injections=True, fillings=False, omissions=False)
"""Against a Describe when what the service wrote by itself at creation is known."""

FROM_STATE = Leniency(injections=False, fillings=False, omissions=False)
"""Against what state records, which holds nothing that was not declared or has not drifted."""


@dataclass(frozen=True)
class Difference:
    """One place where the documents differ; None stands for a side that has nothing there."""

    parts: Parts
    rule: Rule
    declared: Any
    observed: Any


@dataclass
class Comparison:
    """The differences, and those that may only be a field that the service does not report."""

    differences: list[Difference] = field(default_factory=list)
    unreported: list[Difference] = field(default_factory=list)


@dataclass
class Node:
    """A generic path of the document: its rule, and the members of the structure or list item that stands there."""

    name: str
    rule: Rule = IMMUTABLE
    is_list: bool = False
    members: dict[str, Node] = field(default_factory=dict)

    @property
    def is_map(self) -> bool:
        """The user's own keys stand here."""
        return self.name in MAPS

    def holds(self, value: Any) -> bool:
        """The value has the form of what stands here."""
        return value is None or isinstance(value, (list, tuple) if self.is_list else Mapping)


@cache
def tree() -> Node:
    """The rules, arranged as the document is; members stand in the order of the rows."""
    root = Node("")
    for rule in RULES:
        for path in (path for pattern in rule.paths for path in expand(pattern)):
            node = root
            for step in path.split("."):
                name = step.removesuffix("[]")
                node = node.members.setdefault(name, Node(name))
                node.is_list = node.is_list or step.endswith("[]")
            node.rule = rule
    return root


def compare(declared: Mapping[str, Any], observed: Mapping[str, Any], leniency: Leniency) -> Comparison:
    """Everything in which the declared document differs from the observed one, in the order of the rules.

    Both are native documents; the declared one may hold unknowns. A member that only the observed side has and nobody
    can declare is not compared.
    Errors: SpecError if the declared document has a member that no rule knows.
    """
    walk = _Walk(leniency)
    walk.structure(tree(), (), declared, observed)
    return walk.found


def compare_observed(declared: Mapping[str, Any], observed: Observed, leniency: Leniency) -> Comparison:
    """The same against a described job; tags only where they were asked for."""
    if "tags" not in observed.spec:
        declared = {name: value for name, value in declared.items() if name != "tags"}
    return compare(declared, observed.spec, leniency)


class _Walk:
    """One pass over both documents at once. `parts` is where it stands, `node` what is known of that place."""

    def __init__(self, leniency: Leniency) -> None:
        self._leniency = leniency
        self.found = Comparison()

    def structure(self, node: Node, parts: Parts, declared: Mapping[str, Any], observed: Mapping[str, Any]) -> None:
        for name, member in node.members.items():
            if name in declared or name in observed:
                self.value(member, (*parts, name), declared.get(name), observed.get(name))
        if not node.members.keys() >= declared.keys():
            strange = sorted(declared.keys() - node.members.keys())[0]
            where = format((*parts, strange))
            fix = "Remove it, or check its spelling"
            raise SpecError([Problem(where, None, "is not a property of a tuning job", fix)])

    def value(self, node: Node, parts: Parts, declared: Any, observed: Any) -> None:
        """Settle what can be settled without looking inside, then look inside."""
        if declared == observed:  # whole subtrees, most of the time
            return
        if is_unknown(declared):
            self._differs(node, parts, declared, observed)
            return
        declared_unset, observed_unset = _is_unset(declared), _is_unset(observed)
        if declared_unset and (observed_unset or self._may_be_left_out(node.rule, observed)):
            return
        if observed_unset and self._may_be_missing(node, parts, declared):
            return
        if not node.members and not node.is_map:
            if declared_unset or observed_unset or not node.rule.equal(declared, observed):
                self._differs(node, parts, declared, observed)
        elif not (node.holds(declared) and node.holds(observed)):
            self._differs(node, parts, declared, observed)
        elif node.is_map:
            self._map(node, parts, declared or {}, observed or {})
        elif declared is None or observed is None:
            self._one_sided(node, parts, declared, observed)
        else:
            self._container(node, parts, declared, observed)

    def _container(self, node: Node, parts: Parts, declared: Any, observed: Any) -> None:
        if node.is_list:
            self._list(node, parts, declared, observed)
        else:
            self.structure(node, parts, declared, observed)

    def _one_sided(self, node: Node, parts: Parts, declared: Any, observed: Any) -> None:
        """A container that one side lacks is one difference, if anything inside it is one."""
        inner = _Walk(self._leniency)
        nothing: Any = [] if node.is_list else {}
        ours, theirs = nothing if declared is None else declared, nothing if observed is None else observed
        inner._container(node, parts, ours, theirs)
        if inner.found.differences:
            self._differs(node, parts, declared, observed)
        else:
            self.found.unreported.extend(inner.found.unreported)

    def _map(self, node: Node, parts: Parts, declared: Mapping[str, Any], observed: Mapping[str, Any]) -> None:
        for key in sorted(declared.keys() | observed.keys()):
            value, found = declared.get(key), observed.get(key)
            if value == found or (value is None and self._is_injected(node.rule, key)):
                continue
            if is_unknown(value) or value is None or found is None or not node.rule.equal(value, found):
                self._differs(node, (*parts, Item(key)), value, found)

    def _list(self, node: Node, parts: Parts, declared: Sequence[Any], observed: Sequence[Any]) -> None:
        key = KEYED_LISTS.get(node.name)
        named = [item for item in declared if not _has_unknown_key(item, key)]
        ours, theirs = _by_key(named, key), _by_key(observed, key)
        if ours is None or theirs is None:
            self._ordered_list(node, parts, declared, observed)
            return
        has_unknown = len(named) < len(declared)
        if has_unknown:
            self._differs(node, parts, UNKNOWN, observed)
        for name in sorted(ours.keys() | theirs.keys()):
            item_parts = (*parts, Item(name))
            if name in ours and name in theirs:
                self._item(node, item_parts, ours[name], theirs[name])
            elif name in ours or not (has_unknown or self._is_injected(node.rule, name)):
                self._differs(node, item_parts, ours.get(name), theirs.get(name))

    def _ordered_list(self, node: Node, parts: Parts, declared: Sequence[Any], observed: Sequence[Any]) -> None:
        if len(declared) != len(observed):
            self._differs(node, parts, declared, observed)
            return
        for index, (item, found) in enumerate(zip(declared, observed, strict=True)):
            self._item(node, (*parts, Item(str(index))), item, found)

    def _item(self, node: Node, parts: Parts, declared: Any, observed: Any) -> None:
        if isinstance(declared, Mapping) and isinstance(observed, Mapping):
            self.structure(node, parts, declared, observed)
        elif declared != observed:
            self._differs(node, parts, declared, observed)

    def _differs(self, node: Node, parts: Parts, declared: Any, observed: Any) -> None:
        self.found.differences.append(Difference(parts, node.rule, declared, observed))

    def _is_injected(self, rule: Rule, key: str) -> bool:
        return self._leniency.injections and rule.injected(key)

    def _may_be_left_out(self, rule: Rule, observed: Any) -> bool:
        if rule.left_out is LeftOut.KEPT or (rule.service_decides and self._leniency.fillings):
            return True
        return isinstance(rule.left_out, Default) and rule.equal(rule.left_out.value, observed)

    def _may_be_missing(self, node: Node, parts: Parts, declared: Any) -> bool:
        left_out = node.rule.left_out
        if isinstance(left_out, Default) and node.rule.equal(declared, left_out.value):
            return True
        if not (node.rule.unreported and self._leniency.omissions):
            return False
        self.found.unreported.append(Difference(parts, node.rule, declared, None))
        return True


def _is_unset(value: Any) -> bool:
    """SageMaker does not tell an empty list, structure or text from none at all."""
    return value is None or (isinstance(value, (str, list, tuple, Mapping)) and not value)


def _has_unknown_key(item: Any, key: str | None) -> bool:
    return is_unknown(item) or (key is not None and isinstance(item, Mapping) and is_unknown(item.get(key)))


def _by_key(items: Sequence[Any], key: str | None) -> dict[str, Any] | None:
    """The items by name, or None if they are not all named, and named differently."""
    if key is None or not all(isinstance(item, Mapping) and isinstance(item.get(key), str) for item in items):
        return None
    named = {item[key]: item for item in items}
    return named if len(named) == len(items) else None
