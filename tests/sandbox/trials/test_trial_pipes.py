"""Pipe input mode: what a script reads from the named pipes of its channels, epoch by epoch."""

from __future__ import annotations

import gzip
import json
import struct
from typing import Any

import pytest
from training_jobs import BUCKET, Jobs, Run, channel

# Each channel's number of epochs is in the hyperparameters; what was read comes back as the model.
READ = """
    import argparse, os, pathlib
    parser = argparse.ArgumentParser()
    parser.add_argument("--train", type=int, default=0)
    parser.add_argument("--test", type=int, default=0)
    for name, epochs in vars(parser.parse_args()).items():
        for epoch in range(epochs):
            content = pathlib.Path(os.environ["SM_INPUT_DIR"], "data", f"{name}_{epoch}").read_bytes()
            pathlib.Path(os.environ["SM_MODEL_DIR"], f"{name}_{epoch}").write_bytes(content)
"""


def pipe(name: str, uri: str, **changes: Any) -> dict[str, Any]:
    return channel(name, uri, InputMode="Pipe", **changes)


def read(jobs: Jobs, *channels: dict[str, Any], **epochs: str) -> dict[str, bytes]:
    """What a script reads in the given number of epochs of each channel."""
    result = jobs.script(READ, InputDataConfig=list(channels), HyperParameters=epochs).result()
    assert result.status == "Completed", result.failure_reason
    return jobs.archive(result.model_artifacts or "")


def test_a_pipe_has_the_objects_one_after_the_other_in_every_epoch(jobs: Jobs) -> None:
    jobs.put("data/a.csv", "1,2\n")
    jobs.put("data/b.csv", "3,4\n")
    content = b"1,2\n3,4\n"
    assert read(jobs, pipe("train", f"s3://{BUCKET}/data/"), train="3") == dict.fromkeys(
        ["train_0", "train_1", "train_2"], content
    )


def test_the_jobs_own_input_mode_holds_for_channels_without_one(jobs: Jobs) -> None:
    algorithm = {"TrainingImage": "any", "TrainingInputMode": "Pipe"}
    run = jobs.script(
        READ,
        InputDataConfig=[channel("train", jobs.put("data/a.csv", "1"))],
        HyperParameters={"train": "1"},
        AlgorithmSpecification=algorithm,
    )
    assert jobs.archive(run.result().model_artifacts or "") == {"train_0": b"1"}


def test_each_channel_has_pipes_and_epochs_of_its_own(jobs: Jobs) -> None:
    one, two = jobs.put("one/a", "1"), jobs.put("two/a", "2")
    assert read(jobs, pipe("train", one), pipe("test", two), train="2", test="1") == {
        "train_0": b"1",
        "train_1": b"1",
        "test_0": b"2",
    }


def test_a_pipe_is_filled_while_it_is_read(jobs: Jobs) -> None:
    """Far more than a pipe's buffer, of which the script reads the beginning only, and then the next epoch."""
    jobs.put("data/large", b"x" * 5_000_000)
    run = jobs.script(
        """
        import os
        for epoch in range(2):
            with open(os.path.join(os.environ["SM_INPUT_DIR"], "data", f"train_{epoch}"), "rb") as pipe:
                print("epoch", epoch, pipe.read(3))
        print(len(open(os.path.join(os.environ["SM_INPUT_DIR"], "data", "train_2"), "rb").read()))
        """,
        InputDataConfig=[pipe("train", f"s3://{BUCKET}/data/")],
    )
    assert run.result().status == "Completed"
    assert run.trial.log.read_text().splitlines() == ["epoch 0 b'xxx'", "epoch 1 b'xxx'", "5000000"]


def test_a_manifest_orders_its_objects(jobs: Jobs) -> None:
    for name in "abc":
        jobs.put(f"lake/{name}", name)
    manifest = jobs.put("m.json", json.dumps([{"prefix": f"s3://{BUCKET}/lake/"}, "c", "a"]))
    assert read(jobs, pipe("train", manifest, data_type="ManifestFile"), train="1") == {"train_0": b"ca"}


def test_gzip_objects_arrive_unpacked(jobs: Jobs) -> None:
    jobs.put("data/a.gz", gzip.compress(b"1\n"))
    jobs.put("data/b.gz", gzip.compress(b"2\n") + gzip.compress(b"3\n"))  # two members, as `cat` makes them
    assert read(jobs, pipe("train", f"s3://{BUCKET}/data/", CompressionType="Gzip"), train="1") == {
        "train_0": b"1\n2\n3\n"
    }


def as_record(data: bytes) -> bytes:
    return struct.pack("<II", 0xCED7230A, len(data)) + data + b"\0" * (-len(data) % 4)


def test_each_object_becomes_a_record_if_the_channel_says_so(jobs: Jobs) -> None:
    jobs.put("data/a", "four")
    jobs.put("data/b", "eleven text")
    assert read(jobs, pipe("train", f"s3://{BUCKET}/data/", RecordWrapperType="RecordIO"), train="1") == {
        "train_0": as_record(b"four") + as_record(b"eleven text")
    }


def augmented(jobs: Jobs, *rows: dict[str, Any] | str, **changes: Any) -> dict[str, Any]:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    one = pipe("train", jobs.put("rows.manifest", "\n".join(lines) + "\n"), data_type="AugmentedManifestFile")
    one["DataSource"]["S3DataSource"]["AttributeNames"] = ["image-ref", "is-a-cat", "caption"]
    return {**one, **changes}


def cat(jobs: Jobs, name: str, is_a_cat: int) -> dict[str, Any]:
    return {
        "caption": f"{name}'s",
        "is-a-cat": is_a_cat,
        "image-ref": jobs.put(f"images/{name}.jpg", f"<{name}>"),
        "is-a-cat-metadata": {"confidence": 0.9},
    }


def test_an_augmented_manifest_gives_the_named_attributes_of_each_line_in_order(jobs: Jobs) -> None:
    one = augmented(jobs, cat(jobs, "tom", 1), cat(jobs, "rex", 0))
    assert read(jobs, one, train="1") == {"train_0": b"<tom>1tom's<rex>0rex's"}


def test_an_augmented_manifest_gives_a_record_for_each_attribute(jobs: Jobs) -> None:
    one = augmented(jobs, cat(jobs, "tom", 1), RecordWrapperType="RecordIO")
    assert read(jobs, one, train="1") == {"train_0": b"".join(map(as_record, (b"<tom>", b"1", b"tom's")))}


def test_shuffling_gives_each_epoch_an_order_of_its_own_and_keeps_lines_together(jobs: Jobs) -> None:
    rows = [cat(jobs, f"{number:02d}", number % 2) for number in range(20)]
    one = augmented(jobs, *rows, ShuffleConfig={"Seed": 7})
    epochs = read(jobs, one, train="2")
    assert epochs["train_0"] != epochs["train_1"]
    lines = sorted(f"<{number:02d}>{number % 2}{number:02d}'s".encode() for number in range(20))
    for content in epochs.values():
        assert sorted(part + b"'s" for part in content.split(b"'s") if part) == lines
    assert read(jobs, one, train="2") == epochs


def refused(jobs: Jobs, one: dict[str, Any]) -> Run:
    run = jobs.script(READ, InputDataConfig=[one], HyperParameters={"train": "1"})
    assert run.result().status == "Failed"
    return run


def test_an_augmented_manifest_without_the_attribute_names_its_line(jobs: Jobs) -> None:
    run = refused(jobs, augmented(jobs, cat(jobs, "tom", 1), {"image-ref": f"s3://{BUCKET}/x"}))
    assert run.result().failure_reason == (
        f"ClientError: Augmented manifest 's3://{BUCKET}/rows.manifest' line 2 has no attribute 'is-a-cat'."
    )


@pytest.mark.parametrize("line", ["not JSON", "[1, 2]", "3"])
def test_an_augmented_manifest_of_other_lines_names_the_first(jobs: Jobs, line: str) -> None:
    run = refused(jobs, augmented(jobs, line))
    assert "line 1 is not a JSON object" in (run.result().failure_reason or "")
    assert run.statuses() == ["Starting", "Downloading"]


def test_an_augmented_manifest_needs_pipe_mode(jobs: Jobs) -> None:
    run = refused(jobs, augmented(jobs, cat(jobs, "tom", 1), InputMode="File"))
    assert "supported in Pipe input mode only" in (run.result().failure_reason or "")


BROKEN_STREAMS = {
    "an object that is not gzip": ({"CompressionType": "Gzip"}, "is not gzip"),
    "an object that is gone": ({"data_type": "ManifestFile"}, "NoSuchKey"),
}


@pytest.mark.parametrize(("changes", "message"), BROKEN_STREAMS.values(), ids=BROKEN_STREAMS)
def test_data_that_cannot_be_had_while_it_is_read_fails_the_job(
    jobs: Jobs, changes: dict[str, Any], message: str
) -> None:
    uri = jobs.put("m.json", json.dumps([{"prefix": f"s3://{BUCKET}/lake/"}, "gone"]))
    run = refused(jobs, pipe("train", uri, **changes))
    assert message in (run.result().failure_reason or "")
    assert "Training" in run.statuses()


def test_a_training_that_never_reads_its_pipe_still_ends(jobs: Jobs) -> None:
    assert read(jobs, pipe("train", jobs.put("data/a", "1"))) == {}


def test_a_training_that_is_stopped_while_it_reads_ends(jobs: Jobs) -> None:
    jobs.put("data/large", b"x" * 1_000_000)
    run = jobs.script(
        """
        import os, time
        pipe = open(os.path.join(os.environ["SM_INPUT_DIR"], "data", "train_0"), "rb")
        pipe.read(1)
        print("ready=1")
        time.sleep(600)
        """,
        metrics=("ready",),
        InputDataConfig=[pipe("train", f"s3://{BUCKET}/data/")],
    )
    run.wait_for_log("ready")
    run.trial.stop()
    assert run.result().status == "Stopped"


def test_a_pipe_cannot_be_outside_of_the_trials_folder(jobs: Jobs) -> None:
    jobs.put("data/a", "1")
    run = refused(jobs, pipe("../../../../escaped", f"s3://{BUCKET}/data/"))
    assert "outside of the training job" in (run.result().failure_reason or "")
    assert not list(jobs.folder.rglob("escaped*"))
