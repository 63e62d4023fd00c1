"""The input channels of a training job, brought into the trial's folder before it starts.

FastFile channels are downloaded as well: a script sees the same files, only sooner.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import TrialError
from .layout import Layout
from .s3 import Check, S3Client, download_manifest, download_prefix

__all__ = ["download_channels", "download_checkpoints"]

_DOWNLOADS = {"S3Prefix": download_prefix, "ManifestFile": download_manifest}


def download_channels(s3: S3Client, layout: Layout, job: Mapping[str, Any], check: Check) -> None:
    """Download every channel; `check` is called before each object and raises to give up."""
    default_mode = job["AlgorithmSpecification"]["TrainingInputMode"]
    for channel in job.get("InputDataConfig", ()):
        name = channel["ChannelName"]
        if channel.get("InputMode", default_mode) == "Pipe":
            raise TrialError(f"ClientError: Channel '{name}' has input mode Pipe; the sandbox runs File and FastFile.")
        source = channel["DataSource"].get("S3DataSource")
        if source is None:
            raise TrialError(f"ClientError: Channel '{name}' has no S3DataSource; the sandbox has no file systems.")
        download = _DOWNLOADS.get(source["S3DataType"])
        if download is None:
            raise TrialError(
                f"ClientError: Channel '{name}' has S3DataType {source['S3DataType']}; the sandbox runs "
                f"{' and '.join(_DOWNLOADS)}."
            )
        folder = layout.channel(name)
        folder.mkdir(exist_ok=True)
        download(s3, source["S3Uri"], folder, check)


def download_checkpoints(s3: S3Client, layout: Layout, job: Mapping[str, Any], check: Check) -> None:
    """Bring back what an earlier run of the job saved, if anything."""
    checkpoints = job.get("CheckpointConfig")
    if not checkpoints:
        return
    folder = layout.checkpoint_folder(checkpoints.get("LocalPath"))
    folder.mkdir(parents=True, exist_ok=True)
    download_prefix(s3, checkpoints["S3Uri"], folder, check, may_be_empty=True)
