"""Training jobs in the API's form, put together, run and looked at by the tests of trials."""

from __future__ import annotations

import io
import tarfile
import textwrap
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from sagemaker_sandbox.trials import Event, Finished, Metric, SecondaryStatus, Trial, TrialRunner

BUCKET = "training-data"
SCRIPT_IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.1-cpu"
DEADLINE_SECONDS = 60


@dataclass
class Run:
    """A trial and every event of it."""

    trial: Trial
    events: list[Event]
    changed: threading.Condition

    def result(self) -> Finished:
        finished = self.trial.wait(DEADLINE_SECONDS)
        assert finished is not None, "the trial did not end in time"
        assert self.events[-1] is finished
        return finished

    def statuses(self) -> list[str]:
        return [event.status for event in self.events if isinstance(event, SecondaryStatus)]

    def metrics(self) -> list[tuple[str, float]]:
        return [(event.name, event.value) for event in self.events if isinstance(event, Metric)]

    def wait_for_log(self, text: str) -> None:
        """Wait for a metric named after the text, which the script prints as `text=1`."""
        with self.changed:
            seen = self.changed.wait_for(lambda: (text, 1.0) in self.metrics(), DEADLINE_SECONDS)
        assert seen, f"the script did not print {text}=1; its log: {self.trial.log.read_text()}"


@dataclass
class Jobs:
    """Makes and starts training jobs."""

    s3: Any
    folder: Path
    runner: TrialRunner
    logs: Any = None
    count: int = field(default=0)

    def put(self, key: str, content: str | bytes) -> str:
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=content)
        return f"s3://{BUCKET}/{key}"

    def get(self, uri: str) -> bytes:
        content: bytes = self.s3.get_object(Bucket=BUCKET, Key=uri.removeprefix(f"s3://{BUCKET}/"))["Body"].read()
        return content

    def keys(self, prefix: str) -> list[str]:
        return [item["Key"] for item in self.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", ())]

    def archive(self, uri: str) -> dict[str, bytes]:
        """The files of a tar.gz in S3."""
        with tarfile.open(fileobj=io.BytesIO(self.get(uri))) as tar:
            return {item.name: tar.extractfile(item).read() for item in tar if item.isfile()}  # type: ignore[union-attr]

    def start(self, job: dict[str, Any]) -> Run:
        self.count += 1
        events: list[Event] = []
        changed = threading.Condition()

        def on_event(event: Event) -> None:
            with changed:
                events.append(event)
                changed.notify_all()

        trial = self.runner.start(job, self.folder / f"trial-{self.count}", self.s3, on_event, logs=self.logs)
        return Run(trial, events, changed)

    def script(self, source: str, *, metrics: tuple[str, ...] = (), **changes: Any) -> Run:
        """Start a Python script in script mode; the named metrics are read from lines `name=value`."""
        parameters = {
            "sagemaker_program": '"train.py"',
            "sagemaker_submit_directory": f'"{self.code({"train.py": textwrap.dedent(source)})}"',
            **changes.pop("HyperParameters", {}),
        }
        definitions = [{"Name": name, "Regex": rf"{name}=([-+.\deE]+)"} for name in metrics]
        return self.start(training_job(SCRIPT_IMAGE, parameters, definitions, **changes))

    def code(self, files: dict[str, str]) -> str:
        """Put a source archive, as the SageMaker SDK does."""
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
            for name, text in files.items():
                member = tarfile.TarInfo(name)
                member.size = len(text.encode())
                tar.addfile(member, io.BytesIO(text.encode()))
        return self.put(f"code-{self.count}/sourcedir.tar.gz", buffer.getvalue())


def training_job(
    image: str, parameters: dict[str, str], metric_definitions: list[dict[str, str]], **changes: Any
) -> dict[str, Any]:
    return {
        "TrainingJobName": "tune-001-0badcafe",
        "TrainingJobArn": "arn:aws:sagemaker:us-east-1:123456789012:training-job/tune-001-0badcafe",
        "HyperParameters": parameters,
        "AlgorithmSpecification": {
            "TrainingImage": image,
            "TrainingInputMode": "File",
            "MetricDefinitions": metric_definitions,
        },
        "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/output/"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        **changes,
    }


def channel(name: str, uri: str, *, data_type: str = "S3Prefix", **changes: Any) -> dict[str, Any]:
    return {
        "ChannelName": name,
        "DataSource": {"S3DataSource": {"S3DataType": data_type, "S3Uri": uri}},
        **changes,
    }


def logs_client(url: str) -> Any:
    return boto3.client(
        "logs",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"max_attempts": 0}),
    )
