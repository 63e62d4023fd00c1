"""Runs training jobs as local processes, one thread each, and tells a listener what happens.

The order of a training job's life is here; what each step does is in the modules beside. A trial's listener is
called from threads of the trial, one event at a time, and `Finished` always comes last. It may call `stop`.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from .artifacts import upload_artifacts, upload_checkpoints
from .channels import download_channels, download_checkpoints
from .errors import TrialError
from .events import EndStatus, Event, Finished, LastSecondaryStatus, Listener, Metric, SecondaryStatus, now
from .layout import Layout, write_configuration
from .metrics import MetricReader, as_logged
from .process import Ended, TrialProcess
from .programs import Program, environment, program
from .s3 import S3Client, extract_code

__all__ = ["Trial", "TrialRunner"]

_FAILURE_REASON_LENGTH = 1024
_DEFAULT_MAX_RUNTIME_SECONDS = 86_400
_TAIL_LINES = 20


class _StopRequested(Exception):
    """The trial was stopped before its process started."""


@dataclass(frozen=True)
class TrialRunner:
    """What all trials of a sandbox have in common.

    `cpus` is what one trial may use (its fair share of the machine when several run at a time); `extra_environment`
    is added to every trial's variables, such as those that point AWS clients at the sandbox.
    """

    cpus: int = field(default_factory=lambda: os.cpu_count() or 1)
    stop_grace_seconds: float = 120.0  # the service's time between SIGTERM and SIGKILL
    extra_environment: Mapping[str, str] = field(default_factory=dict)

    def start(self, training_job: Mapping[str, Any], folder: Path, s3: S3Client, on_event: Listener) -> Trial:
        """Start a trial and return at once.

        Shapes: `training_job` has the members that DescribeTrainingJob shares with CreateTrainingJob, with the
        MetricDefinitions also for built-in images. `folder` becomes the trial's own. `s3` is a boto3 S3 client.
        """
        trial = Trial(self, training_job, Layout(folder), s3, on_event)
        trial.start()
        return trial


class Trial:
    """One training job's run. Made by `TrialRunner.start`."""

    def __init__(
        self, runner: TrialRunner, job: Mapping[str, Any], layout: Layout, s3: S3Client, on_event: Listener
    ) -> None:
        self._runner = runner
        self._job = job
        self._layout = layout
        self._s3 = s3
        self._on_event = on_event
        self._is_stop_requested = threading.Event()
        self._process: TrialProcess | None = None
        self._telling = threading.Lock()
        self._tail: deque[str] = deque(maxlen=_TAIL_LINES)
        self._started: datetime | None = None
        self._result: Finished | None = None
        self._thread = threading.Thread(target=self._run, name=f"trial {job['TrainingJobName']}", daemon=True)

    @property
    def log(self) -> Path:
        """The file with what the trial printed, as the service's log would show it."""
        return self._layout.log

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask the trial to end: SIGTERM, and SIGKILL after the grace period. Returns at once."""
        self._is_stop_requested.set()
        if self._process:
            self._process.stop()

    def wait(self, timeout_seconds: float | None = None) -> Finished | None:
        """The result; None if the time is over before there is one."""
        self._thread.join(timeout_seconds)
        return self._result

    def _run(self) -> None:
        try:
            result = self._live()
        except _StopRequested:
            result = self._finished("Stopped", "Stopped", "Training job stopped")
        except TrialError as error:
            result = self._failed(str(error))
        except Exception as error:  # a bug of ours must still end the training job
            result = self._failed(f"InternalServerError: {type(error).__name__}: {error}")
        self._result = result
        self._tell(result)

    def _live(self) -> Finished:
        self._enter("Starting", "Starting the training job")
        chosen = program(self._job)
        metrics = MetricReader(self._job["AlgorithmSpecification"].get("MetricDefinitions", ()))
        self._layout.create()
        write_configuration(self._layout, self._job)
        self._started = now()
        self._enter("Downloading", "Downloading input data")
        self._download(chosen)
        self._enter("Training", "Training image download completed. Training in progress.")
        ended, exit_code = self._train(chosen, metrics)
        self._enter("Uploading", "Uploading generated training model")
        artifacts = upload_artifacts(self._s3, self._layout, self._job, is_failed=self._is_failure(ended, exit_code))
        upload_checkpoints(self._s3, self._layout, self._job)
        return self._conclude(chosen, ended, exit_code, artifacts)

    def _download(self, chosen: Program) -> None:
        if chosen.code_uri:
            extract_code(self._s3, chosen.code_uri, self._layout.code)
        download_channels(self._s3, self._layout, self._job, self._check_stop)
        download_checkpoints(self._s3, self._layout, self._job, self._check_stop)
        self._check_stop()

    def _train(self, chosen: Program, metrics: MetricReader) -> tuple[Ended, int]:
        """Run the process to its end, and read its log."""
        limit = self._job.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", _DEFAULT_MAX_RUNTIME_SECONDS)
        process = self._process = TrialProcess(
            chosen.command,
            folder=self._layout.code,
            environment=environment(
                self._job, self._layout, chosen.entry_point, self._runner.cpus, self._runner.extra_environment
            ),
            limit_seconds=limit,
            grace_seconds=self._runner.stop_grace_seconds,
            on_stopping=lambda: self._enter("Stopping", "Stopping the training job"),
        )
        if self._is_stop_requested.is_set():  # between the last look and now
            process.stop()
        with process, self._layout.log.open("w", encoding="utf-8", buffering=1) as log:
            for text in process.lines():
                self._follow(text, metrics, log)
        return process.wait()

    def _follow(self, text: str, metrics: MetricReader, log: TextIO) -> None:
        line = as_logged(text)
        log.write(line + "\n")
        self._tail.append(line)
        time_seen = now()
        for name, value in metrics.read(line):
            self._tell(Metric(name, value, time_seen))

    def _conclude(self, chosen: Program, ended: Ended, exit_code: int, artifacts: str | None) -> Finished:
        if ended is Ended.BY_STOP:
            return self._finished("Stopped", "Stopped", "Training job stopped", exit_code, artifacts)
        if ended is Ended.BY_TIME_LIMIT:
            message = "Training job runtime exceeded MaxRuntimeInSeconds provided"
            return self._finished("Stopped", "MaxRuntimeExceeded", message, exit_code, artifacts)
        if self._is_failure(ended, exit_code):
            return self._failed(
                f"AlgorithmError: {self._error_message(chosen, exit_code)}, exit code: {exit_code}", exit_code
            )
        return self._finished("Completed", "Completed", "Training job completed", exit_code, artifacts)

    def _is_failure(self, ended: Ended, exit_code: int) -> bool:
        return ended is Ended.BY_ITSELF and exit_code != 0

    def _error_message(self, chosen: Program, exit_code: int) -> str:
        """What /opt/ml/output/failure says; else what SageMaker's containers write there for a failed script."""
        if self._layout.failure.is_file():
            return self._layout.failure.read_text(errors="replace").strip()
        last = next((line for line in reversed(self._tail) if line.strip()), "")
        command = " ".join(chosen.command)
        return f'ExecuteUserScriptError:\nExitCode {exit_code}\nErrorMessage "{last}"\nCommand "{command}"'

    def _check_stop(self) -> None:
        if self._is_stop_requested.is_set():
            raise _StopRequested

    def _enter(self, status: str, message: str) -> None:
        self._tell(SecondaryStatus(status, message, now()))

    def _tell(self, event: Event) -> None:
        with self._telling:
            self._on_event(event)

    def _failed(self, reason: str, exit_code: int | None = None) -> Finished:
        return self._finished(
            "Failed", "Failed", "Training job failed", exit_code, reason=reason[:_FAILURE_REASON_LENGTH]
        )

    def _finished(
        self,
        status: EndStatus,
        secondary_status: LastSecondaryStatus,
        message: str,
        exit_code: int | None = None,
        artifacts: str | None = None,
        reason: str | None = None,
    ) -> Finished:
        time_ended = now()
        return Finished(
            status=status,
            secondary_status=secondary_status,
            message=message,
            time=time_ended,
            failure_reason=reason,
            model_artifacts=artifacts,
            training_start_time=self._started,
            training_end_time=time_ended if self._started else None,
            exit_code=exit_code,
        )
