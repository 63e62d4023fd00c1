"""What a training job leaves in S3: `<S3OutputPath>/<job>/output/{model,output}.tar.gz`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .layout import Layout
from .s3 import S3Client, join_uri, upload_archive, upload_folder, uploadable

__all__ = ["upload_artifacts"]


def upload_artifacts(s3: S3Client, layout: Layout, job: Mapping[str, Any], *, is_failed: bool) -> str | None:
    """Upload the model and the output data; returns the S3 URI of the model, None if there is none.

    A training job that failed leaves its output data, and no model.
    """
    output = job["OutputDataConfig"]
    prefix = join_uri(output["S3OutputPath"], f"{job['TrainingJobName']}/output")
    is_compressed = output.get("CompressionType", "GZIP") == "GZIP"
    if uploadable(layout.output_data):
        _upload(s3, layout.output_data, f"{prefix}/output", is_compressed)
    return None if is_failed else _upload(s3, layout.model, f"{prefix}/model", is_compressed)


def _upload(s3: S3Client, folder: Path, uri: str, is_compressed: bool) -> str:
    if is_compressed:
        upload_archive(s3, folder, f"{uri}.tar.gz")
        return f"{uri}.tar.gz"
    upload_folder(s3, folder, uri)
    return f"{uri}/"
