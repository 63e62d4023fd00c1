"""What SageMaker made of a job by itself at its creation, and what state records of the job.

Right after a create, the declared and the observed document should not differ; whatever still does is the service's own
rewriting by definition. It is kept as digests, never as values, which may be secret. So a default that SageMaker adds
tomorrow cannot cause an endless replacement.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sagemaker_tuning.observed import Observed
from sagemaker_tuning.paths import KEYED_LISTS, MAPS, SETS, Item, Parts, format, item_of
from sagemaker_tuning.planning.comparison import FROM_SERVICE, Difference, Node, compare_observed, tree

__all__ = ["effective", "is_rewrite", "service_rewrites", "was_chosen_by_service"]

_NOTHING = "-"


def service_rewrites(declared: Mapping[str, Any], observed: Observed) -> dict[str, str]:
    """The paths where SageMaker has something else than was declared, taken right after a create.

    The values are digests of both sides, `sent:returned`, so that a rewrite is known again only while the program still
    says what it said then. Tags are not among them: they are edited, not rewritten.
    """
    found = compare_observed(declared, observed, FROM_SERVICE).differences
    return {format(found.parts): _fingerprint(found) for found in found if found.rule.action == "replace"}


def effective(declared: Mapping[str, Any], observed: Observed, rewrites: Mapping[str, str]) -> dict[str, Any]:
    """The document that state records: declared values where the plan sees no difference, observed ones elsewhere.

    What the service adds by itself is left out. The order is that of the declared document. A plan of this document
    with the same rewrites is `none`.
    """
    document = copy.deepcopy(dict(declared))
    for difference in compare_observed(declared, observed, FROM_SERVICE).differences:
        if not is_rewrite(difference, rewrites):
            _put(document, difference)
    return document


def is_rewrite(difference: Difference, rewrites: Mapping[str, str]) -> bool:
    """The service made this difference when the job was created."""
    return bool(rewrites) and rewrites.get(format(difference.parts)) == _fingerprint(difference)


def was_chosen_by_service(difference: Difference, rewrites: Mapping[str, str]) -> bool:
    """The program now declares what the service had filled in when the field was left out."""
    if difference.observed is not None or not rewrites:
        return False
    return rewrites.get(format(difference.parts)) == f"{_NOTHING}:{_digest(difference.declared, difference.parts)}"


def _fingerprint(difference: Difference) -> str:
    return f"{_digest(difference.declared, difference.parts)}:{_digest(difference.observed, difference.parts)}"


def _digest(value: Any, parts: Parts) -> str:
    if value is None:
        return _NOTHING
    name = parts[-1] if isinstance(parts[-1], str) else ""
    text = json.dumps(_canonical(value, name), sort_keys=True, separators=(",", ":"), default=repr)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _canonical(value: Any, name: str) -> Any:
    if isinstance(value, Mapping):
        return {key: _canonical(member, key) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        items = [_canonical(item, "") for item in value]
        return sorted(items, key=json.dumps) if name in KEYED_LISTS or name in SETS else items
    return value


def _put(document: dict[str, Any], difference: Difference) -> None:
    """Give the document the observed value at the difference's path."""
    container: Any = document
    node = tree()
    name = ""
    for part in difference.parts[:-1]:
        if isinstance(part, Item):
            container = container[_position(container, name, part)]
        else:
            node, name = node.members[part], part
            if name in MAPS and not container.get(part):
                container[part] = {}
            container = container[part]
    last = difference.parts[-1]
    if isinstance(last, str):
        node = node.members[last]
    key = _position(container, name, last) if isinstance(last, Item) else last
    value = _without_injections(node, copy.deepcopy(difference.observed), is_item=isinstance(last, Item))
    _assign(container, key, value)


def _assign(container: Any, key: Any, value: Any) -> None:
    """Set an entry of a mapping or an item of a list (one past the end appends); None takes it away."""
    if value is None:
        del container[key]
    elif isinstance(container, list) and key == len(container):
        container.append(value)
    else:
        container[key] = value


def _position(container: Any, list_name: str, item: Item) -> Any:
    """Where the item or entry stands; the end of the list for an item that is not in it."""
    if isinstance(container, Mapping):
        return item.key
    named = (index for index, value in enumerate(container) if item_of(list_name, value, index) == item)
    return next(named, len(container))


def _without_injections(node: Node, value: Any, *, is_item: bool = False) -> Any:
    """An observed value without the entries that the service adds to maps and lists."""
    if isinstance(value, list):
        key = KEYED_LISTS.get(node.name, "")
        kept = (item for item in value if not (isinstance(item, Mapping) and node.rule.injected(str(item.get(key)))))
        return [_without_injections(node, item, is_item=True) for item in kept]
    if isinstance(value, Mapping) and node.is_map and not is_item:
        return {key: entry for key, entry in value.items() if not node.rule.injected(key)}
    if isinstance(value, Mapping):
        return {
            key: _without_injections(node.members[key], member) if key in node.members else member
            for key, member in value.items()
        }
    return value
