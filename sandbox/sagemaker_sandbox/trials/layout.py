"""SageMaker's container layout under a folder of the trial's own.

    <folder>/algo-1/opt/ml/input/config/{hyperparameters,inputdataconfig,resourceconfig}.json
    <folder>/algo-1/opt/ml/input/data/<channel>/...   or the named pipes <channel>_<epoch>
    <folder>/algo-1/opt/ml/{model,code,checkpoints}   <folder>/algo-1/opt/ml/output/{data,failure}
    <folder>/algo-1.log                               what the trial printed

There is no container, so a script that opens `/opt/ml/...` by its absolute path does not find it: scripts take their
paths from the SM_* variables, as the SageMaker examples do. One host runs, whatever the instance count.
Source: SageMaker Developer Guide, "How Amazon SageMaker Provides Training Information".
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .errors import TrialError

__all__ = ["HOST", "Layout", "inside", "resource_config", "write_configuration"]

HOST = "algo-1"


class Layout:
    """The paths of one trial."""

    def __init__(self, folder: Path) -> None:
        self.container = folder.resolve() / HOST
        self.root = self.container / "opt" / "ml"
        self.input = self.root / "input"
        self.config = self.input / "config"
        self.data = self.input / "data"
        self.model = self.root / "model"
        self.code = self.root / "code"
        self.checkpoints = self.root / "checkpoints"
        self.output = self.root / "output"
        self.output_data = self.output / "data"
        self.intermediate = self.output / "intermediate"
        self.failure = self.output / "failure"
        self.log = self.container.with_name(f"{HOST}.log")

    def create(self) -> None:
        """Lay it out anew, as on a fresh instance: nothing is left of an earlier run."""
        if self.container.exists():
            shutil.rmtree(self.container)
        for path in (self.config, self.data, self.model, self.code, self.output_data):
            path.mkdir(parents=True, exist_ok=True)

    def channel(self, name: str) -> Path:
        return inside(self.data, name)

    def pipe(self, channel: str, epoch: int) -> Path:
        return inside(self.data, f"{channel}_{epoch}")

    def checkpoint_folder(self, local_path: str | None) -> Path:
        """Where the container path of a CheckpointConfig lies in the trial's folder."""
        return inside(self.container, local_path.lstrip("/")) if local_path else self.checkpoints


def inside(folder: Path, name: str) -> Path:
    """The path of a name that must stay inside a folder; names come from object keys and requests."""
    try:
        path = (folder / name).resolve()
    except (ValueError, OSError, RuntimeError) as error:  # a null character, a surrogate; links in a circle
        raise TrialError(f"ClientError: {name!r} is no name of a file: {error}") from error
    if not path.is_relative_to(folder) or path == folder:
        raise TrialError(f"ClientError: '{name}' would be written outside of the training job's folder.")
    return path


def write_configuration(layout: Layout, job: Mapping[str, Any]) -> None:
    """Write the three files of input/config."""
    _write(layout.config / "hyperparameters.json", job.get("HyperParameters", {}))
    _write(layout.config / "inputdataconfig.json", input_data_config(job))
    _write(layout.config / "resourceconfig.json", resource_config(job))


def input_data_config(job: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    default_mode = job["AlgorithmSpecification"]["TrainingInputMode"]
    return {
        channel["ChannelName"]: {
            **({"ContentType": channel["ContentType"]} if "ContentType" in channel else {}),
            "TrainingInputMode": channel.get("InputMode", default_mode),
            "S3DistributionType": channel["DataSource"]
            .get("S3DataSource", {})
            .get("S3DataDistributionType", "FullyReplicated"),
            "RecordWrapperType": channel.get("RecordWrapperType", "None"),
        }
        for channel in job.get("InputDataConfig", ())
    }


def resource_config(job: Mapping[str, Any]) -> dict[str, Any]:
    resources = job.get("ResourceConfig", {})
    groups = resources.get("InstanceGroups") or [
        {"InstanceGroupName": "homogeneousCluster", "InstanceType": resources.get("InstanceType", "local")}
    ]
    return {
        "current_host": HOST,
        "current_instance_type": groups[0]["InstanceType"],
        "current_group_name": groups[0]["InstanceGroupName"],
        "hosts": [HOST],
        "instance_groups": [
            {
                "instance_group_name": group["InstanceGroupName"],
                "instance_type": group["InstanceType"],
                "hosts": [HOST] if index == 0 else [],
            }
            for index, group in enumerate(groups)
        ],
        "network_interface_name": "eth0",
    }


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=2))
