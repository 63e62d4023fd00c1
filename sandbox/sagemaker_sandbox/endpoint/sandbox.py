"""`Sandbox`: the endpoint as a context, from the listening socket to the last trial's end."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType
from typing import Any

from moto.core.base_backend import BackendDict
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from sagemaker_sandbox.clients import client_environment, own_client
from sagemaker_sandbox.search import Search
from sagemaker_sandbox.trials import Listener, Trial, TrialRunner

from .application import OWN_USER_AGENT, Application, WsgiApp
from .arns import region_of
from .calls import CallLog
from .connections import LocalServer
from .faults import FaultPlan, Faults, load_plan
from .jobs import TuningJob
from .operations import Operations
from .page import LivePage
from .persistence import DataDir, DiskStore, KeptServices
from .recovery import recover
from .s3_mends import mend_s3
from .scheduler import Scheduler
from .store import MemoryStore, OnChange
from .trial_faults import TrialFaults

__all__ = ["Sandbox"]

_STOP_SECONDS = 1
_GRACE_SECONDS = 120.0  # the service's, between SIGTERM and SIGKILL of a trial
_SPOT_WAIT_SECONDS = 5.0  # from an interruption to the next spot instance


class Sandbox:
    """An AWS of one's own: nothing in it but what the block's clients make, and those before with the same `data_dir`.

    moto keeps its state for the whole process, so a process has one sandbox at a time.
    `port` 0 takes a free one. What is in the sandbox is kept in `data_dir`, for the next one; without it, all is gone
    at the end. Trials that are running at the end run again in the next one.
    `workers` is how many trials run at a time. `speed` divides the waiting between statuses, never the training.
    `faults` is what goes wrong, as a plan, a document or a file: see `sagemaker_sandbox.endpoint.faults`.
    """

    def __init__(
        self,
        port: int = 0,
        data_dir: Path | str | None = None,
        workers: int | None = None,
        speed: float = 1.0,
        *,
        faults: FaultPlan | Mapping[str, Any] | Path | None = None,
        on_change: OnChange = lambda job: None,
    ) -> None:
        self.calls = CallLog()
        self.faults = Faults(load_plan(faults or {}))
        self._port = port
        self._data = None if data_dir is None else DataDir(Path(data_dir).resolve())
        self._on_change = on_change
        self._speed = speed
        cores = os.cpu_count() or 1
        self._workers = workers or cores
        self._runner = TrialRunner(
            cpus=max(1, cores // self._workers),
            stop_grace_seconds=_GRACE_SECONDS / speed,
            spot_wait_seconds=_SPOT_WAIT_SECONDS / speed,
        )
        self._logs: dict[str, Any] = {}  # clients of CloudWatch Logs, by region

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def folder(self) -> Path:
        """Where trials have their folders, one for each training job's name."""
        return self._folder

    def environment(self) -> dict[str, str]:
        """The variables that point any AWS client at this sandbox."""
        return client_environment(self.url)

    def __enter__(self) -> Sandbox:
        """Errors: DataDirError if the data folder cannot be used."""
        BackendDict.reset()
        with ExitStack() as stack:
            moto = self._open_storage(stack)
            self._scheduler = Scheduler(
                self._store, self._start_trial, workers=self._workers, speed=self._speed, now=_now
            )
            application = Application(self._operations, moto, self.calls, self.faults)
            self._server = LocalServer(self._port, LivePage(self._store, self._folder, application))
            self._server.prepare()
            stack.callback(self._server.stop)
            # A trial is a client like any other, but what its runner stores is not a call of the user's.
            self._runner = replace(self._runner, extra_environment=self.environment())
            self._s3 = own_client("s3", self.url, OWN_USER_AGENT)
            stack.callback(self._s3.close)
            stack.callback(self._close_logs)
            threading.Thread(target=self._server.serve, name="endpoint", daemon=True).start()
            recover(self._store, self._scheduler, self._new_search, _now())
            self._scheduler.start()
            stack.callback(self._scheduler.close, _STOP_SECONDS)
            self._exits = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._exits.close()

    def _open_storage(self, stack: ExitStack) -> WsgiApp:
        """Set the store and the trials' folder; moto's application, with what it holds on disk if there is a disk."""
        mend_s3()
        moto: WsgiApp = DomainDispatcherApplication(create_backend_app)
        self._store: MemoryStore
        if self._data is None:
            self._folder = Path(tempfile.mkdtemp(prefix="sagemaker-sandbox-")).resolve()
            # A trial that was killed may still close its files.
            stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
            self._store = MemoryStore(self._on_change)
            return moto
        jobs, services = stack.enter_context(self._data.opened())
        self._folder = self._data.training_jobs
        self._store = DiskStore(jobs, self._on_change)
        kept = KeptServices(moto, services)
        kept.load()
        stack.callback(kept.close)
        return kept

    def _start_trial(self, training_job: dict[str, Any], on_event: Listener) -> Trial:
        folder = self._folder / training_job["TrainingJobName"]
        faults = TrialFaults(self.faults.on_trial(training_job["TrainingJobName"]), on_event)
        logs = self._logs_client(region_of(training_job["TrainingJobArn"]))
        shutil.rmtree(folder, ignore_errors=True)  # of the same training job, when an earlier process ran it
        trial = self._runner.start(training_job, folder, self._s3, faults.listen, logs=logs)
        faults.are_of(trial)
        return trial

    def _logs_client(self, region: str) -> Any:
        if region not in self._logs:
            self._logs[region] = own_client("logs", self.url, OWN_USER_AGENT, region)
        return self._logs[region]

    def _close_logs(self) -> None:
        for client in self._logs.values():
            client.close()

    def _operations(self, region: str) -> Operations:
        return Operations(self._store, self._scheduler, region, _now, self.faults)

    def _new_search(self, job: TuningJob) -> Search:
        return self._operations(region_of(job.arn)).search(job)


def _now() -> datetime:
    """The time in milliseconds, which is what the wire shows: a filter by a time seen there is exact."""
    time = datetime.now(timezone.utc)
    return time.replace(microsecond=time.microsecond // 1000 * 1000)
