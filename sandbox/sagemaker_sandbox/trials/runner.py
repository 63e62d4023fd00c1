"""Trials from their start to their end: `TrialRunner().start(...)` gives a `Trial`.

The order of a training job's life is here; what each step does is in the modules beside. A trial's listener is
called from threads of the trial, one event at a time, and `Finished` always comes last. It may call the trial's
methods.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from .artifacts import upload_artifacts
from .attempt import Attempt, Job, Machine, Outcome, StopRequested
from .errors import TrialError
from .events import EndStatus, Event, Finished, LastSecondaryStatus, Listener, SecondaryStatus, now
from .layout import Layout
from .limits import TimeLimits
from .logs import LogsClient
from .metrics import MetricReader
from .process import Ended
from .programs import program
from .s3 import S3Client

__all__ = ["Trial", "TrialRunner"]

_FAILURE_REASON_LENGTH = 1024
_TIME_LIMIT_MESSAGES: Mapping[LastSecondaryStatus, str] = {
    "MaxRuntimeExceeded": "Training job runtime exceeded MaxRuntimeInSeconds provided",
    "MaxWaitTimeExceeded": "Training job wait time exceeded MaxWaitTimeInSeconds provided",
}


class _WaitedTooLong(Exception):
    """There was no spot capacity within MaxWaitTimeInSeconds."""


@dataclass(frozen=True)
class TrialRunner(Machine):
    """What all trials of a sandbox have in common.

    After an interruption, spot capacity is there again within `spot_wait_seconds`.
    """

    spot_wait_seconds: float = 1.0

    def start(
        self,
        training_job: Mapping[str, Any],
        folder: Path,
        s3: S3Client,
        on_event: Listener,
        *,
        logs: LogsClient | None = None,
    ) -> Trial:
        """Start a trial and return at once.

        Shapes: `training_job` has the members that DescribeTrainingJob shares with CreateTrainingJob, with the
        MetricDefinitions also for built-in images. `folder` becomes the trial's own. `s3` and `logs` are boto3
        clients; without `logs` the log is only in the folder.
        """
        trial = Trial(self, training_job, Layout(folder), s3, logs, on_event)
        trial.start()
        return trial


class Trial:
    """One training job's run. Made by `TrialRunner.start`."""

    def __init__(
        self,
        runner: TrialRunner,
        job: Mapping[str, Any],
        layout: Layout,
        s3: S3Client,
        logs: LogsClient | None,
        on_event: Listener,
    ) -> None:
        self._runner = runner
        self._job = job
        self._layout = layout
        self._s3 = s3
        self._logs = logs
        self._on_event = on_event
        self._limits = TimeLimits(job)
        self._attempt: Attempt | None = None
        self._attempting = threading.Lock()
        self._is_stop_requested = threading.Event()
        self._telling = threading.Lock()
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
        with self._attempting:
            if self._attempt:
                self._attempt.stop()

    def interrupt(self) -> bool:
        """Take the trial's spot capacity away: it starts again on another instance, from its checkpoints.

        False, and nothing happens, if the job is not on spot capacity or does not train at the moment.
        """
        with self._attempting:
            is_on_spot = bool(self._job.get("EnableManagedSpotTraining"))
            return is_on_spot and self._attempt is not None and self._attempt.interrupt()

    def kill(self) -> None:
        """Stop without grace: SIGKILL to every process of the trial. Nothing happens if it has ended."""
        self.stop()
        self.crash()

    def crash(self) -> bool:
        """SIGKILL as if from elsewhere, by a machine out of memory, say: the training job fails of it.

        False, and nothing happens, if the job does not train at the moment.
        """
        with self._attempting:
            return self._attempt is not None and self._attempt.kill()

    def wait(self, timeout_seconds: float | None = None) -> Finished | None:
        """The result; None if the time is over before there is one."""
        self._thread.join(timeout_seconds)
        return self._result

    def _run(self) -> None:
        try:
            result = self._live()
        except StopRequested:
            result = self._finished("Stopped", "Stopped", "Training job stopped")
        except _WaitedTooLong:
            result = self._out_of_time("MaxWaitTimeExceeded")
        except TrialError as error:
            result = self._failed(str(error))
        except Exception as error:  # a bug of ours must still end the training job
            result = self._failed(f"InternalServerError: {type(error).__name__}: {error}")
        self._result = result
        self._tell(result)

    def _live(self) -> Finished:
        self._enter("Starting", "Starting the training job")
        metrics = MetricReader(self._job["AlgorithmSpecification"].get("MetricDefinitions", ()))
        job = Job(self._job, program(self._job), metrics, self._layout, self._s3, self._logs)
        outcome = self._run_attempt(job)
        while outcome.ended is Ended.BY_INTERRUPTION:
            self._enter("Interrupted", "The managed spot training instances were interrupted")
            self._wait_for_capacity()
            self._enter("Starting", "Starting the training job")
            outcome = self._run_attempt(job)
        self._enter("Uploading", "Uploading generated training model")
        artifacts = upload_artifacts(self._s3, self._layout, self._job, is_failed=_is_failure(outcome))
        self._limits.pause()
        return self._conclude(job, outcome, artifacts)

    def _run_attempt(self, job: Job) -> Outcome:
        with self._attempting:
            self._attempt = Attempt(self._runner, job, self._limits, self._tell)
            if self._is_stop_requested.is_set():
                raise StopRequested
        self._started = self._started or now()
        self._limits.begin()
        outcome = self._attempt.run()
        if outcome.ended is Ended.BY_INTERRUPTION:
            self._limits.pause()
        return outcome

    def _wait_for_capacity(self) -> None:
        seconds_left = self._limits.waiting_seconds_left
        if self._is_stop_requested.wait(min(self._runner.spot_wait_seconds, seconds_left)):
            raise StopRequested
        if seconds_left <= self._runner.spot_wait_seconds:
            raise _WaitedTooLong

    def _conclude(self, job: Job, outcome: Outcome, artifacts: str | None) -> Finished:
        exit_code = outcome.exit_code
        if outcome.ended is Ended.BY_STOP:
            return self._finished("Stopped", "Stopped", "Training job stopped", exit_code, artifacts)
        if outcome.ended is Ended.BY_TIME_LIMIT:
            _, secondary_status = self._limits.next_limit()
            return self._out_of_time(secondary_status, exit_code, artifacts)
        if _is_failure(outcome):
            return self._failed(
                f"AlgorithmError: {self._error_message(job, outcome)}, exit code: {exit_code}", exit_code
            )
        return self._finished("Completed", "Completed", "Training job completed", exit_code, artifacts)

    def _error_message(self, job: Job, outcome: Outcome) -> str:
        """What /opt/ml/output/failure says; else what SageMaker's containers write there for a failed script."""
        if self._layout.failure.is_file():
            return self._layout.failure.read_text(errors="replace").strip()
        command = " ".join(job.program.command)
        return (
            f"ExecuteUserScriptError:\nExitCode {outcome.exit_code}\n"
            f'ErrorMessage "{outcome.last_words}"\nCommand "{command}"'
        )

    def _enter(self, status: str, message: str) -> None:
        self._tell(SecondaryStatus(status, message, now()))

    def _tell(self, event: Event) -> None:
        with self._telling:
            self._on_event(event)

    def _failed(self, reason: str, exit_code: int | None = None) -> Finished:
        return self._finished(
            "Failed", "Failed", "Training job failed", exit_code, reason=reason[:_FAILURE_REASON_LENGTH]
        )

    def _out_of_time(
        self, secondary_status: LastSecondaryStatus, exit_code: int | None = None, artifacts: str | None = None
    ) -> Finished:
        message = _TIME_LIMIT_MESSAGES[secondary_status]
        return self._finished("Stopped", secondary_status, message, exit_code, artifacts)

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
            training_seconds=self._limits.training_seconds,
            billable_seconds=self._limits.billable_seconds,
            exit_code=exit_code,
        )


def _is_failure(outcome: Outcome) -> bool:
    return outcome.ended is Ended.BY_ITSELF and outcome.exit_code != 0
