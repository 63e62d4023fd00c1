"""The tuning job that a component asks for, in the provider's native form. Pure; values may be Pulumi's outputs.

Defaults are those of a first run on tabular data. Whatever they do not cover is laid over them, block by block.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .ranges import Range, parameter_ranges

__all__ = ["Objective", "Search", "Training", "overlay"]


@dataclass(frozen=True)
class Objective:
    """The one metric that is to become as large, or as small, as possible."""

    type: str
    metric: Any

    @classmethod
    def of(cls, maximize: Any, minimize: Any) -> Objective:
        """Errors: ValueError unless exactly one of the two is given."""
        if (maximize is None) == (minimize is None):
            raise ValueError(
                f"maximize, minimize: {'neither' if maximize is None else 'both'} given.\n"
                'Name the one metric to tune for, such as maximize="validation:auc".'
            )
        return cls("Minimize", minimize) if maximize is None else cls("Maximize", maximize)


@dataclass(frozen=True)
class Search:
    """What is searched, and how."""

    objective: Objective
    ranges: Mapping[str, Range]
    strategy: Any
    trials: Any
    parallel: Any
    early_stopping: bool

    def config(self) -> dict[str, Any]:
        """The `hyper_parameter_tuning_job_config`."""
        return {
            "strategy": self.strategy,
            "hyper_parameter_tuning_job_objective": {"type": self.objective.type, "metric_name": self.objective.metric},
            "resource_limits": {
                "max_number_of_training_jobs": self.trials,
                "max_parallel_training_jobs": self.parallel,
            },
            "parameter_ranges": parameter_ranges(self.ranges),
            **({"training_job_early_stopping_type": "Auto"} if self.early_stopping else {}),
        }


@dataclass(frozen=True)
class Training:
    """What is run for each trial, on what, and for how long."""

    image: Any
    output_path: Any
    channels: Sequence[Mapping[str, Any]] = ()
    hyperparameters: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)
    instance_type: Any = "ml.m5.large"
    instance_count: Any = 1
    volume_size_in_gb: Any = 30
    max_runtime_in_seconds: int = 3600
    checkpoint_path: Any = None  # with one, training runs on spot instances
    vpc_config: Any = None
    is_isolated: bool = False
    kms_key_id: Any = None

    def definition(self) -> dict[str, Any]:
        """The `training_job_definition`, but for the role."""
        key = self.kms_key_id
        return {
            "algorithm_specification": {
                "training_image": self.image,
                "training_input_mode": "File",
                **_if({"metric_definitions": [{"name": name, "regex": regex} for name, regex in self.metrics.items()]}),
            },
            **_if({"static_hyper_parameters": dict(self.hyperparameters)}),
            **_if({"input_data_config": list(self.channels)}),
            "output_data_config": {"s3_output_path": self.output_path, **({} if key is None else {"kms_key_id": key})},
            "resource_config": {
                "instance_type": self.instance_type,
                "instance_count": self.instance_count,
                "volume_size_in_gb": self.volume_size_in_gb,
                **({} if key is None else {"volume_kms_key_id": key}),
            },
            "stopping_condition": {"max_runtime_in_seconds": self.max_runtime_in_seconds},
            **self._spot(),
            **({} if self.vpc_config is None else {"vpc_config": self.vpc_config}),
            **({"enable_network_isolation": True} if self.is_isolated else {}),
            **_if({"environment": dict(self.environment)}),
        }

    def _spot(self) -> dict[str, Any]:
        """Spot training waits for capacity for as long as it may train."""
        if self.checkpoint_path is None:
            return {}
        runtime = self.max_runtime_in_seconds
        return {
            "stopping_condition": {"max_runtime_in_seconds": runtime, "max_wait_time_in_seconds": 2 * runtime},
            "enable_managed_spot_training": True,
            "checkpoint_config": {"s3_uri": self.checkpoint_path},
        }


def overlay(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """The first with the second laid over it: mappings key by key, anything else as a whole; None takes a key away."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = overlay(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return {key: value for key, value in merged.items() if value is not None}


def _if(setting: dict[str, Any]) -> dict[str, Any]:
    """The settings that have something in them."""
    return {key: value for key, value in setting.items() if value}
