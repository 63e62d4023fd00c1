"""One run of a training job on one fresh instance: download, train, and what is kept in S3 meanwhile.

A job has one of these, and one more after each interruption of its spot capacity.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from .channels import download_checkpoints, prepare_channels
from .checkpoints import CheckpointSync
from .events import Event, Metric, SecondaryStatus, now
from .layout import HOST, Layout, inside, write_configuration
from .limits import TimeLimits
from .logs import LogsClient, LogStream, TrialLog
from .metrics import MetricReader, as_logged
from .pipes import Pipe
from .process import Ended, TrialProcess
from .programs import Program, environment
from .repeating import repeating
from .s3 import S3Client, fetch_code, unpack_code

__all__ = ["Attempt", "Job", "Machine", "Outcome", "StopRequested"]


class StopRequested(Exception):
    """The trial was stopped before its process started."""


@dataclass(frozen=True)
class Machine:
    """What every instance of the sandbox has.

    `cpus` is what one trial may use (its fair share of the machine when several run at a time); `extra_environment`
    is added to every trial's variables, such as those that point AWS clients at the sandbox. Checkpoints and logs go
    out every `sync_seconds`.
    """

    cpus: int = field(default_factory=lambda: os.cpu_count() or 1)
    stop_grace_seconds: float = 120.0  # the service's time between SIGTERM and SIGKILL
    sync_seconds: float = 1.0
    extra_environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Job:
    """A training job with all that stays the same over its attempts. Without `logs` the log is only in the folder."""

    document: Mapping[str, Any]
    program: Program
    metrics: MetricReader
    layout: Layout
    s3: S3Client
    logs: LogsClient | None


@dataclass(frozen=True)
class Outcome:
    ended: Ended
    exit_code: int
    last_words: str
    """The last line of the log."""


class Attempt:
    """`run` is called once; the other methods come from other threads."""

    def __init__(self, machine: Machine, job: Job, limits: TimeLimits, tell: Callable[[Event], None]) -> None:
        self._machine = machine
        self._job = job
        self._limits = limits
        self._tell = tell
        self._is_stop_requested = threading.Event()
        self._process: TrialProcess | None = None

    def stop(self) -> None:
        self._is_stop_requested.set()
        if self._process:
            self._process.stop()

    def interrupt(self) -> bool:
        return self._process is not None and self._process.interrupt()

    def kill(self) -> bool:
        return self._process is not None and self._process.kill()

    def run(self) -> Outcome:
        """Errors: TrialError if the data cannot be had or checkpoints cannot be kept; StopRequested."""
        job, layout = self._job, self._job.layout
        layout.create()
        write_configuration(layout, job.document)
        self._enter("Downloading", "Downloading input data")
        pipes = self._download()
        checkpoints = self._checkpoints()
        self._enter("Training", "Training image download completed. Training in progress.")
        outcome = self._train(pipes, checkpoints)
        if checkpoints:
            checkpoints.sync()
        for pipe in pipes if outcome.ended is Ended.BY_ITSELF else ():
            pipe.check()
        return outcome

    def _download(self) -> list[Pipe]:
        job, layout = self._job, self._job.layout
        code = job.program.code_uri or ""
        comes_as_channel = code.startswith("/")
        if code and not comes_as_channel:
            fetch_code(job.s3, code, layout.code)
        pipes = prepare_channels(job.s3, layout, job.document, self._check_stop)
        if comes_as_channel:
            unpack_code(inside(layout.container, code.lstrip("/")), layout.code, code)
        download_checkpoints(job.s3, layout, job.document, self._check_stop)
        self._check_stop()
        return pipes

    def _checkpoints(self) -> CheckpointSync | None:
        config = self._job.document.get("CheckpointConfig")
        if not config:
            return None
        folder = self._job.layout.checkpoint_folder(config.get("LocalPath"))
        return CheckpointSync(self._job.s3, folder, config["S3Uri"])

    def _train(self, pipes: list[Pipe], checkpoints: CheckpointSync | None) -> Outcome:
        """Run the process to its end, and read its log."""
        with ExitStack() as stack:
            log = stack.enter_context(self._log())
            stack.enter_context(repeating(log.send, self._machine.sync_seconds))
            if checkpoints:
                stack.enter_context(repeating(checkpoints.sync_settled, self._machine.sync_seconds))
            for pipe in pipes:
                stack.enter_context(pipe)
            for line in self._job.program.notes(self._job.layout.code):
                log.write(line)
            process = stack.enter_context(self._start())
            for text in process.lines():
                self._follow(text, log)
        ended, exit_code = process.wait()
        return Outcome(ended, exit_code, log.last_words)

    def _log(self) -> TrialLog:
        job = self._job
        name = f"{job.document['TrainingJobName']}/{HOST}-{int(time.time())}"
        return TrialLog(job.layout.log, LogStream(job.logs, name) if job.logs else None)

    def _start(self) -> TrialProcess:
        job, machine = self._job, self._machine
        limit_seconds, _ = self._limits.next_limit()
        self._process = TrialProcess(
            job.program.command,
            folder=job.layout.code,
            environment=environment(
                job.document, job.layout, job.program.entry_point, machine.cpus, machine.extra_environment
            ),
            limit_seconds=limit_seconds,
            grace_seconds=machine.stop_grace_seconds,
            on_stopping=lambda: self._enter("Stopping", "Stopping the training job"),
        )
        if self._is_stop_requested.is_set():  # between the last look and now
            self._process.stop()
        return self._process

    def _follow(self, text: str, log: TrialLog) -> None:
        line = as_logged(text)
        log.write(line)
        time_seen = now()
        for name, value in self._job.metrics.read(line):
            self._tell(Metric(name, value, time_seen))

    def _check_stop(self) -> None:
        if self._is_stop_requested.is_set():
            raise StopRequested

    def _enter(self, status: str, message: str) -> None:
        self._tell(SecondaryStatus(status, message, now()))
