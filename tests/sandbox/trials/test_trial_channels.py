"""Channels: what of S3 ends where in the trial's folder, and what is refused."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from training_jobs import BUCKET, SCRIPT_IMAGE, Jobs, Run, channel, training_job

LIST = """
    import os, pathlib
    folder = pathlib.Path(os.environ["SM_INPUT_DIR"], "data")
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            print(path.relative_to(folder))
"""

OBJECTS = ("data/train/a.csv", "data/train/deep/b.csv", "data/train/", "data/train-2/c.csv", "data/train.csv")

PREFIXES = {
    "a folder with its slash": ("data/train/", ["train/a.csv", "train/deep/b.csv"]),
    "a prefix takes everything that starts with it": (
        "data/train",
        ["train/a.csv", "train/deep/b.csv", "train/train-2/c.csv", "train/train.csv"],
    ),
    "a single object": ("data/train/a.csv", ["train/a.csv"]),
}


def listing(jobs: Jobs, *channels: dict[str, Any]) -> list[str]:
    run = jobs.script(LIST, InputDataConfig=list(channels))
    assert run.result().failure_reason is None
    return run.trial.log.read_text().splitlines()


@pytest.mark.parametrize(("prefix", "files"), PREFIXES.values(), ids=PREFIXES)
def test_a_prefix_is_downloaded(jobs: Jobs, prefix: str, files: list[str]) -> None:
    for key in OBJECTS:
        jobs.put(key, "1")
    assert listing(jobs, channel("train", f"s3://{BUCKET}/{prefix}")) == files


def test_several_channels_and_fast_file_mode(jobs: Jobs) -> None:
    one, two = jobs.put("one/a.csv", "1"), jobs.put("two/b.csv", "2")
    assert listing(jobs, channel("train", one), channel("test", two, InputMode="FastFile")) == [
        "test/b.csv",
        "train/a.csv",
    ]


def test_one_host_stands_for_all_and_gets_every_shard_and_every_groups_channel(jobs: Jobs) -> None:
    for key in ("data/a.csv", "data/b.csv", "data/c.csv"):
        jobs.put(key, "1")
    one = channel("train", f"s3://{BUCKET}/data/")
    one["DataSource"]["S3DataSource"].update(S3DataDistributionType="ShardedByS3Key", InstanceGroupNames=["second"])
    groups = [
        {"InstanceGroupName": name, "InstanceType": "ml.m5.large", "InstanceCount": 2} for name in ("first", "second")
    ]
    run = jobs.script(LIST, InputDataConfig=[one], ResourceConfig={"InstanceGroups": groups, "VolumeSizeInGB": 10})
    assert run.result().failure_reason is None
    assert run.trial.log.read_text().splitlines() == ["train/a.csv", "train/b.csv", "train/c.csv"]


def test_a_manifest_names_its_objects(jobs: Jobs) -> None:
    for key in ("lake/a.csv", "lake/deep/b.csv", "lake/left-out.csv"):
        jobs.put(key, "1")
    manifest = jobs.put("m.json", json.dumps([{"prefix": f"s3://{BUCKET}/lake/"}, "a.csv", "deep/b.csv"]))
    assert listing(jobs, channel("train", manifest, data_type="ManifestFile")) == ["train/a.csv", "train/deep/b.csv"]


def refused(jobs: Jobs, one: dict[str, Any]) -> Run:
    run = jobs.script(LIST, InputDataConfig=[one])
    result = run.result()
    assert result.status == "Failed"
    assert run.statuses() == ["Starting", "Downloading"]
    assert result.failure_reason
    assert result.failure_reason.startswith("ClientError: ")
    return run


WRONG_CHANNELS = {
    "a prefix without objects": (channel("train", f"s3://{BUCKET}/none/"), "no objects found under S3 URL"),
    "a bucket that is not there": (channel("train", "s3://missing-bucket/x"), "NoSuchBucket"),
    "an address that is not S3": (channel("train", "https://example.com/x"), "is not an S3 URI"),
    "a file system": (
        {"ChannelName": "train", "DataSource": {"FileSystemDataSource": {"FileSystemId": "fs-0123456789"}}},
        "no S3DataSource",
    ),
    "a channel that names its parent folder": (channel("..", f"s3://{BUCKET}/x"), "outside of the training job"),
}


@pytest.mark.parametrize(("one", "message"), WRONG_CHANNELS.values(), ids=WRONG_CHANNELS)
def test_a_channel_that_cannot_be_had_fails_the_job_with_its_reason(
    jobs: Jobs, one: dict[str, Any], message: str
) -> None:
    assert message in (refused(jobs, one).result().failure_reason or "")


WRONG_MANIFESTS = {
    "not JSON": "a.csv",
    "not a list": '{"prefix": "s3://bucket/"}',
    "without a prefix": '["a.csv"]',
    "with a number for a name": '[{"prefix": "s3://bucket/"}, 1]',
    "empty": "[]",
}


@pytest.mark.parametrize("content", WRONG_MANIFESTS.values(), ids=WRONG_MANIFESTS)
def test_a_malformed_manifest_says_what_it_should_look_like(jobs: Jobs, content: str) -> None:
    one = channel("train", jobs.put("m.json", content), data_type="ManifestFile")
    assert "is not of the form" in (refused(jobs, one).result().failure_reason or "")


@pytest.mark.parametrize("name", ["../../../../escaped", "/escaped", "deep/../../../escaped"])
def test_a_manifest_cannot_write_outside_of_the_trials_folder(jobs: Jobs, name: str) -> None:
    manifest = jobs.put("m.json", json.dumps([{"prefix": f"s3://{BUCKET}/lake/"}, name]))
    jobs.put(f"lake/{name}", "evil")
    refused(jobs, channel("train", manifest, data_type="ManifestFile"))
    assert not list(jobs.folder.rglob("escaped"))
    assert not Path("/escaped").exists()


def test_an_object_key_cannot_write_outside_of_the_trials_folder(jobs: Jobs) -> None:
    jobs.put("lake/../../../../escaped", "evil")
    refused(jobs, channel("train", f"s3://{BUCKET}/lake/"))
    assert not list(jobs.folder.rglob("escaped"))


def test_keys_that_a_file_system_cannot_hold_together_fail_the_job_with_their_names(jobs: Jobs) -> None:
    jobs.put("lake/a", "a file")
    jobs.put("lake/a/b", "in a folder of the same name")
    run = refused(jobs, channel("train", f"s3://{BUCKET}/lake/"))
    assert f"s3://{BUCKET}/lake/a/b" in (run.result().failure_reason or "")


def evil(name: str, **attributes: Any) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    for key, value in attributes.items():
        setattr(member, key, value)
    return member


EVIL_ARCHIVES = {
    "a path through the parent folder": [evil("../../escaped.py")],
    "a symbolic link to a folder outside": [evil("link", type=tarfile.SYMTYPE, linkname="/tmp")],
    "a symbolic link that climbs": [evil("link", type=tarfile.SYMTYPE, linkname="../../../../..")],
    "a hard link to a file outside": [evil("link", type=tarfile.LNKTYPE, linkname="../../../../../etc/hostname")],
    "a device": [evil("null", type=tarfile.CHRTYPE, devmajor=1, devminor=3)],
}


@pytest.mark.parametrize("members", EVIL_ARCHIVES.values(), ids=EVIL_ARCHIVES)
def test_an_archive_of_code_cannot_reach_outside_of_its_folder(jobs: Jobs, members: list[tarfile.TarInfo]) -> None:
    result = run_archive(jobs, members).result()
    assert "Cannot unpack the code" in (result.failure_reason or "")
    assert not list(jobs.folder.rglob("escaped.py"))
    assert not list(jobs.folder.rglob("link"))


def test_an_absolute_path_in_an_archive_of_code_is_taken_as_one_below_its_folder(jobs: Jobs) -> None:
    run = run_archive(jobs, [evil("/tmp/escaped-from-archive.py")])
    run.result()
    assert [path.parent.parent.name for path in jobs.folder.rglob("escaped-from-archive.py")] == ["code"]
    assert not Path("/tmp/escaped-from-archive.py").exists()


def run_archive(jobs: Jobs, members: list[tarfile.TarInfo]) -> Run:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for member in members:
            tar.addfile(member, io.BytesIO())
    parameters = {
        "sagemaker_program": "train.py",
        "sagemaker_submit_directory": jobs.put("evil.tar.gz", buffer.getvalue()),
    }
    return jobs.start(training_job(SCRIPT_IMAGE, parameters, []))
