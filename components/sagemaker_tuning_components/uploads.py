"""Data and code in S3: local files become objects under a prefix that holds the hash of their content.

So new data has a new place, a new place is a new run, and a preview shows both: the object's key and the channel's
`s3_uri`, old → new. Where the files already are in S3, nothing is made.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws

from .local_files import Files, find_files, pack
from .manifests import is_manifest, listed_prefix

__all__ = ["Data", "Uploads", "source_archive"]

Data = str | PathLike[str] | pulumi.Output[str] | Mapping[str, Any]

_CONTENT_TYPES = {".libsvm": "text/libsvm", ".svm": "text/libsvm", ".parquet": "application/x-parquet"}


def source_archive(folder: str | PathLike[str]) -> pulumi.FileAsset:
    """A folder with scripts, packed as SageMaker's framework images want it; the same files give the same bytes.

    Errors: RunError if there is nothing in it.
    """
    try:
        return pulumi.FileAsset(str(pack(find_files(Path(folder), "source_archive"))))
    except ValueError as error:
        raise pulumi.RunError(str(error)) from None


@dataclass
class Uploads:
    """The objects that one component puts into one bucket, below one prefix.

    `reads` are the prefixes that uploaded manifests name: data beside these objects.
    """

    name: str
    bucket: pulumi.Output[str]
    prefix: str
    tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None
    options: pulumi.ResourceOptions
    objects: list[aws.s3.BucketObjectv2] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)

    def channel(self, name: str, data: Data) -> dict[str, Any]:
        """A channel, in the provider's terms, of a path, an S3 URI or what is a channel already."""
        if isinstance(data, Mapping):
            return {"channel_name": name, **data}
        if isinstance(data, pulumi.Output) or str(data).startswith("s3://"):
            return _channel(name, data, None)
        path, where = Path(data), f"data[{name}]"
        files = find_files(path, where)
        folder = self._folder(name, files)
        if is_manifest(path):
            self.reads.append(listed_prefix(path, where))
            return _channel(name, pulumi.Output.concat(folder, path.name), None, "ManifestFile")
        return _channel(name, folder, _content_type(files.by_name))

    def code(self, source_dir: str | PathLike[str]) -> pulumi.Output[str]:
        """The S3 URI of the folder's archive, for `sagemaker_submit_directory`."""
        files = find_files(Path(source_dir), "source_dir")
        key = f"{self.prefix}/code/{files.digest}/sourcedir.tar.gz"
        self._put("code", key, pack(files), "application/gzip")
        return pulumi.Output.concat("s3://", self.bucket, "/", key)

    def _folder(self, name: str, files: Files) -> pulumi.Output[str]:
        key = f"{self.prefix}/data/{name}/{files.digest}/"
        for relative, path in files.by_name.items():
            label = name if len(files.by_name) == 1 else f"{name}/{relative}"
            self._put(label, f"{key}{relative}", path, _content_type([relative]))
        return pulumi.Output.concat("s3://", self.bucket, "/", key)

    def _put(self, label: str, key: str, path: Path, content_type: str | None) -> None:
        self.objects.append(
            aws.s3.BucketObjectv2(
                f"{self.name}-{label}",
                bucket=self.bucket,
                key=key,
                source=pulumi.FileAsset(str(path.resolve())),
                content_type=content_type,
                tags=self.tags,
                opts=self.options,
            )
        )


def _channel(name: str, uri: Any, content_type: str | None, data_type: str = "S3Prefix") -> dict[str, Any]:
    source = {"s3_data_type": data_type, "s3_uri": uri}
    channel = {"channel_name": name, "data_source": {"s3_data_source": source}}
    return {**channel, "content_type": content_type} if content_type else channel


def _content_type(names: Iterable[str]) -> str | None:
    """What all of the files are; None if they differ, or if their names do not say it."""
    types = {_CONTENT_TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] for name in names}
    return types.pop() if len(types) == 1 else None
