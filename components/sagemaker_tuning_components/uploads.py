"""Data and code in S3: local files become objects under a prefix that holds the hash of their content.

So new data has a new place, a new place is a new run, and a preview shows both: the object's key and the channel's
`s3_uri`, old → new. Where the files already are in S3, nothing is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path, PurePosixPath
from typing import Any

import pulumi
import pulumi_aws as aws

from .local_files import Files, find_files, pack
from .manifests import is_manifest, listed_prefix

__all__ = ["Data", "Uploads", "source_archive"]

Data = str | PathLike[str] | pulumi.Output[str] | Mapping[str, Any]

_ARCHIVE = "sourcedir.tar.gz"

# Not Python's `mimetypes`, which asks the machine: on another one, the same data would be another job.
_CONTENT_TYPES = {
    ".csv": "text/csv",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".jsonl": "application/jsonlines",
    ".libsvm": "text/libsvm",
    ".parquet": "application/x-parquet",
    ".png": "image/png",
    ".svm": "text/libsvm",
    ".txt": "text/plain",
}
_MOST_OBJECT_TAGS = 10


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

    def channels(self, data: Mapping[str, Data]) -> list[dict[str, Any]]:
        """The channels of a job. Errors: ValueError for data that are none, with the channel's name."""
        if not isinstance(data, Mapping):
            raise ValueError(f'data: {data!r} has no channel.\nGive it one, such as data={{"train": {data!r}}}.')
        return [self.channel(name, source) for name, source in data.items()]

    def channel(self, name: str, data: Data) -> dict[str, Any]:
        """A channel, in the provider's terms, of a path, an S3 URI or what is a channel already."""
        if isinstance(data, Mapping):
            return {"channel_name": name, **data}
        if isinstance(data, pulumi.Output):
            return _channel(name, data, data.apply(lambda uri: _content_type([uri])))
        where = f"data[{name}]"
        if not isinstance(data, str | PathLike) or not str(data):
            raise ValueError(f"{where}: {data!r} is not data.\nGive a path, an s3:// URI or a channel's fields.")
        if str(data).startswith("s3://"):
            return _channel(name, data, _content_type([str(data)]))
        path = Path(data)
        files = find_files(path, where)
        folder = self._folder(name, files)
        if is_manifest(path):
            self.reads.append(listed_prefix(path, where))
            return _channel(name, pulumi.Output.concat(folder, path.name), None, "ManifestFile")
        return _channel(name, folder, _content_type(files.by_name))

    def script(
        self, source_dir: str | PathLike[str], entry_point: pulumi.Input[str], *, is_isolated: bool
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The hyperparameters by which SageMaker's framework images find a script, and the channels for that.

        An isolated container cannot fetch the folder's archive from S3, so it comes as data do.
        """
        files = find_files(Path(source_dir), "source_dir")
        if isinstance(entry_point, str) and str(PurePosixPath(entry_point)) not in files.by_name:
            raise ValueError(
                f"entry_point: {entry_point!r} is not in {str(source_dir)!r}, the source_dir.\n"
                "Give the script's path from there."
            )
        key = f"{self.prefix}/code/{files.digest}/{_ARCHIVE}"
        self._put(f"code/{_ARCHIVE}", key, pack(files), "application/gzip")  # a channel may have the name `code`
        uri = pulumi.Output.concat("s3://", self.bucket, "/", key)
        program = {"sagemaker_program": entry_point}
        if not is_isolated:
            return {**program, "sagemaker_submit_directory": uri}, []
        return {**program, "sagemaker_submit_directory": f"/opt/ml/input/data/code/{_ARCHIVE}"}, [_channel("code", uri)]

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
                tags=_object_tags(self.tags),
                opts=self.options,
            )
        )


def _object_tags(tags: Any) -> Any:
    """The tags, unless there are more than S3 lets an object have."""
    return tags and pulumi.Output.from_input(tags).apply(lambda tags: tags if len(tags) <= _MOST_OBJECT_TAGS else {})


def _channel(
    name: str, uri: Any, content_type: pulumi.Input[str | None] = None, data_type: str = "S3Prefix"
) -> dict[str, Any]:
    source = {"s3_data_type": data_type, "s3_uri": uri}
    channel = {"channel_name": name, "data_source": {"s3_data_source": source}}
    return channel if content_type is None else {**channel, "content_type": content_type}


def _content_type(names: Iterable[str]) -> str | None:
    """What all of the files are; None if they differ, or if their names do not say it."""
    types = {_CONTENT_TYPES.get(PurePosixPath(name).suffix.lower()) for name in names}
    return types.pop() if len(types) == 1 else None
