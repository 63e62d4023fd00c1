"""The input channels of a training job: downloaded into the trial's folder before it starts, or ready to be piped.

FastFile channels are downloaded as well: a script sees the same files, only sooner. One host stands for all of the
job's instances, so it gets all of a channel: every shard of a ShardedByS3Key source, whatever its instance groups.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from .errors import TrialError
from .layout import Layout, inside
from .pipes import Pipe
from .s3 import S3Client, download
from .sources import S3Object, find_objects, objects_below
from .streams import open_stream

__all__ = ["Check", "download_checkpoints", "prepare_channels"]

Check: TypeAlias = Callable[[], None]  # raises to give up between two objects


def prepare_channels(s3: S3Client, layout: Layout, job: Mapping[str, Any], check: Check) -> list[Pipe]:
    """Download every File and FastFile channel; returns the pipes of the others."""
    default_mode = job["AlgorithmSpecification"]["TrainingInputMode"]
    pipes = []
    for channel in job.get("InputDataConfig", ()):
        folder = layout.channel(channel["ChannelName"])
        source = _s3_source(channel)
        if channel.get("InputMode", default_mode) == "Pipe":
            pipes.append(_pipe(s3, layout, channel, source))
        else:
            folder.mkdir(exist_ok=True)
            _download(s3, find_objects(s3, source), folder, check)
    return pipes


def download_checkpoints(s3: S3Client, layout: Layout, job: Mapping[str, Any], check: Check) -> None:
    """Bring back what an earlier run of the job saved, if anything."""
    checkpoints = job.get("CheckpointConfig")
    if checkpoints:
        folder = layout.checkpoint_folder(checkpoints.get("LocalPath"))
        folder.mkdir(parents=True, exist_ok=True)
        _download(s3, objects_below(s3, checkpoints["S3Uri"], may_be_none=True), folder, check)


def _s3_source(channel: Mapping[str, Any]) -> Mapping[str, Any]:
    source: Mapping[str, Any] | None = channel["DataSource"].get("S3DataSource")
    if source is None:
        name = channel["ChannelName"]
        raise TrialError(f"ClientError: Channel '{name}' has no S3DataSource; the sandbox has no file systems.")
    return source


def _pipe(s3: S3Client, layout: Layout, channel: Mapping[str, Any], source: Mapping[str, Any]) -> Pipe:
    stream = open_stream(s3, channel, source)
    return Pipe(lambda epoch: layout.pipe(channel["ChannelName"], epoch), stream.epoch)


def _download(s3: S3Client, objects: Iterable[S3Object], folder: Path, check: Check) -> None:
    paths = [(item, inside(folder, item.name)) for item in objects]
    for item, path in paths:
        check()
        download(s3, item.bucket, item.key, path)
