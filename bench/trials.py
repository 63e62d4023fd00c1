"""What a trial costs over running its script by hand, on data that is on the disk already.

A trial's time is all that it does itself: it lays out the container's folders, downloads the code and the data, follows
the log, and uploads the model. The statuses that the sandbox shows for a while, so that they can be seen, are left out.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from sagemaker_sandbox.trials import TrialRunner
from sklearn.datasets import load_breast_cancer

from bench.aws import aws
from bench.figures import Figure
from bench.timing import seconds_in_turn

__all__ = ["measure"]

_TOPIC = "a trial over its script run by hand"
_CEILING = 1.1
_BUCKET = "trials"
_SCRIPT = Path(__file__).parent / "programs" / "train.py"
_ROWS = "rows.csv"


def measure(trees: int, runs: int) -> Iterator[Figure]:
    """A training of so many trees; and a script that does nothing, which shows what every trial costs."""
    with aws(speed=1000), tempfile.TemporaryDirectory() as folder:
        bench = _Bench.new(Path(folder))
        # Of one run it cannot be said whether it was disturbed.
        ceiling = _CEILING if runs > 1 else None
        yield bench.figure(f"training of {trees} trees", {"trees": str(trees)}, runs, ceiling)
        yield bench.figure("a script that does nothing", {}, runs)


@dataclass
class _Bench:
    folder: Path
    s3: Any  # boto3 makes its clients' classes at run time
    logs: Any
    runner: TrialRunner
    count: int = 0

    @classmethod
    def new(cls, folder: Path) -> _Bench:
        session = boto3.session.Session()
        s3 = session.client("s3")
        rows = _rows()
        (folder / _ROWS).write_bytes(rows)
        s3.create_bucket(Bucket=_BUCKET)
        s3.put_object(Bucket=_BUCKET, Key=f"data/{_ROWS}", Body=rows)
        s3.put_object(Bucket=_BUCKET, Key="sourcedir.tar.gz", Body=_archive())
        return cls(folder, s3, session.client("logs"), TrialRunner())

    def figure(self, name: str, parameters: Mapping[str, str], runs: int, ceiling: float | None = None) -> Figure:
        values, floors = seconds_in_turn(lambda: self._trial(parameters), lambda: self._by_hand(parameters), runs)
        return Figure(_TOPIC, name, values, "python train.py", floors, ceiling=ceiling)

    def _trial(self, parameters: Mapping[str, str]) -> None:
        self.count += 1
        job = _training_job(f"trial-{self.count}", parameters)
        trial = self.runner.start(
            job, self.folder / job["TrainingJobName"], self.s3, lambda event: None, logs=self.logs
        )
        result = trial.wait()
        if result is None or result.status != "Completed":
            raise RuntimeError(f"the trial ended with {result}")

    def _by_hand(self, parameters: Mapping[str, str]) -> None:
        arguments = [part for name, value in parameters.items() for part in (f"--{name}", value)]
        folders = {"SM_CHANNEL_TRAIN": str(self.folder), "SM_MODEL_DIR": str(self.folder)}
        command = [sys.executable, str(_SCRIPT), *arguments]
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, **folders})


def _training_job(name: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{_BUCKET}/data/"}
    return {
        "TrainingJobName": name,
        "HyperParameters": {
            **parameters,
            "sagemaker_program": _SCRIPT.name,
            "sagemaker_submit_directory": f"s3://{_BUCKET}/sourcedir.tar.gz",
        },
        "AlgorithmSpecification": {
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "score", "Regex": "score=(.*)"}],
        },
        "InputDataConfig": [{"ChannelName": "train", "DataSource": {"S3DataSource": source}}],
        "OutputDataConfig": {"S3OutputPath": f"s3://{_BUCKET}/output"},
    }


def _rows() -> bytes:
    features, labels = load_breast_cancer(return_X_y=True)
    rows = (",".join(map(repr, map(float, [label, *row]))) for label, row in zip(labels, features, strict=True))
    return "\n".join(rows).encode()


def _archive() -> bytes:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        tar.add(_SCRIPT, _SCRIPT.name)
    return archive.getvalue()
