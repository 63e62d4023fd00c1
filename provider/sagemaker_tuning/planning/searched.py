"""Which hyperparameters a job with one training job definition sets, and which ones it tunes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sagemaker_tuning.unknown import is_unknown

__all__ = ["Searched", "searched"]

_INJECTED = "_"  # how the names of hyperparameters begin that the service adds


@dataclass(frozen=True)
class Searched:
    """`kinds` has the list of ranges that each tuned hyperparameter is in, `sizes` how many values a static one would
    stand for: those of a categorical range, else one. `is_complete`: nothing of it is unknown as yet.
    """

    static: Mapping[str, Any] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    is_complete: bool = True

    @property
    def names(self) -> set[str]:
        return {*self.static, *self.kinds}


def searched(job: Mapping[str, Any]) -> Searched:
    """The hyperparameters of a native document."""
    config, definition = job.get("hyper_parameter_tuning_job_config"), job.get("training_job_definition")
    if not isinstance(config, Mapping) or not isinstance(definition, Mapping):
        return Searched(is_complete=False)
    ranges = definition.get("hyper_parameter_ranges") or config.get("parameter_ranges") or {}
    static = definition.get("static_hyper_parameters") or {}
    if is_unknown(ranges) or is_unknown(static):
        return Searched(is_complete=False)
    kinds, sizes, is_complete = {}, {}, True
    for kind, items in ranges.items():
        for item in [] if is_unknown(items) else items:
            name, values = (None, []) if is_unknown(item) else (item.get("name"), item.get("values", [None]))
            if is_unknown(name) or is_unknown(values) or name is None:
                is_complete = False
            else:
                kinds[name], sizes[name] = kind, len(set(values))
        is_complete = is_complete and not is_unknown(items)
    named = {name: value for name, value in static.items() if not name.startswith(_INJECTED)}
    return Searched(named, kinds, sizes, is_complete)
