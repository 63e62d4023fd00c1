"""The secrets of a recorded job that its export does not show, and what stands for them in a comparison."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sagemaker_tuning.observed import Observed
from sagemaker_tuning.paths import Item, get, item_of, parse
from sagemaker_tuning.stacks.export import TuningResource
from sagemaker_tuning.unknown import is_unknown

__all__ = ["hidden_paths", "with_observed_secrets"]


def hidden_paths(resource: TuningResource) -> list[str]:
    """Where the state has a secret whose value the export does not show."""
    return [path for path in resource.secret_paths if is_unknown(get(resource.state.inputs.job, path))]


def with_observed_secrets(resource: TuningResource, observed: Observed) -> TuningResource:
    """The resource as if each hidden secret were what the job has: what cannot be compared is taken to be the same."""
    state, inputs = resource.state, resource.inputs
    recorded = replace(state.inputs, job=_filled(state.inputs.job, resource, observed))
    declared = replace(inputs, job=_filled(inputs.job, resource, observed))
    return replace(resource, state=replace(state, inputs=recorded), inputs=declared)


def _filled(job: Mapping[str, Any], resource: TuningResource, observed: Observed) -> dict[str, Any]:
    document = copy.deepcopy(dict(job))
    for path in resource.secret_paths:
        if is_unknown(get(document, path)):
            _put(document, path, get(observed.spec, path))
    return document


def _put(document: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = parse(path)
    container = get(document, parents) if parents else document
    if isinstance(container, list) and isinstance(last, Item):
        name = str(parents[-1])
        position = next(index for index, item in enumerate(container) if item_of(name, item, index) == last)
        container[position] = value
    elif value is None:  # the job has none
        del container[last.key if isinstance(last, Item) else last]
    else:
        container[last.key if isinstance(last, Item) else last] = value
