"""What a training job leaves in S3: `<S3OutputPath>/<job>/output/{model,output}.tar.gz`, and its checkpoints."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .layout import Layout
from .s3 import S3Client, upload_archive, upload_folder

__all__ = ["upload_artifacts", "upload_checkpoints"]


def upload_artifacts(s3: S3Client, layout: Layout, job: Mapping[str, Any], *, is_failed: bool) -> str | None:
    """Upload the model and the output data; returns the S3 URI of the model, None if there is none.

    A training job that failed leaves its output data, and no model.
    """
    output = job["OutputDataConfig"]
    prefix = f"{output['S3OutputPath'].rstrip('/')}/{job['TrainingJobName']}/output"
    is_compressed = output.get("CompressionType", "GZIP") == "GZIP"
    if _has_files(layout.output_data):
        _upload(s3, layout.output_data, f"{prefix}/output", is_compressed)
    return None if is_failed else _upload(s3, layout.model, f"{prefix}/model", is_compressed)


def upload_checkpoints(s3: S3Client, layout: Layout, job: Mapping[str, Any]) -> None:
    checkpoints = job.get("CheckpointConfig")
    if checkpoints:
        upload_folder(s3, layout.checkpoint_folder(checkpoints.get("LocalPath")), checkpoints["S3Uri"])


def _upload(s3: S3Client, folder: Path, uri: str, is_compressed: bool) -> str:
    if is_compressed:
        upload_archive(s3, folder, f"{uri}.tar.gz")
        return f"{uri}.tar.gz"
    upload_folder(s3, folder, uri)
    return f"{uri}/"


def _has_files(folder: Path) -> bool:
    return any(path.is_file() for path in folder.rglob("*"))
