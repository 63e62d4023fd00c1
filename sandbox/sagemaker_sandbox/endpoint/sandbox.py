"""`Sandbox`: the endpoint as a context, from the listening socket to the last trial's end."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from contextlib import suppress
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

import boto3
import psutil
from botocore.config import Config
from cheroot.wsgi import Server
from moto.core.base_backend import BackendDict
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from sagemaker_sandbox.trials import Listener, Trial, TrialRunner

from .application import OWN_USER_AGENT, Application
from .calls import CallLog
from .clients import client_environment
from .operations import Operations
from .scheduler import Scheduler
from .store import MemoryStore, OnChange

__all__ = ["Sandbox"]

_HOST = "127.0.0.1"
_SERVER_THREADS = 24
_BACKLOG = 128
_STOP_SECONDS = 1
_GRACE_SECONDS = 120.0  # the service's, between SIGTERM and SIGKILL of a trial


class Sandbox:
    """A fresh AWS of one's own: nothing in it but what the block's clients make.

    moto keeps its state for the whole process, so a process has one sandbox at a time.
    `port` 0 takes a free one. `data_dir` keeps the trials' folders and logs, else they are gone with the sandbox.
    `workers` is how many trials run at a time. `speed` divides the waiting between statuses, never the training.
    For `role_propagation_seconds` after a role's creation SageMaker cannot assume it, as in the service.
    """

    def __init__(
        self,
        port: int = 0,
        data_dir: Path | str | None = None,
        workers: int | None = None,
        speed: float = 1.0,
        *,
        role_propagation_seconds: float = 0.0,
        on_change: OnChange = lambda job: None,
    ) -> None:
        cores = os.cpu_count() or 1
        workers = workers or cores
        self._is_folder_kept = data_dir is not None
        self._folder = Path(data_dir or tempfile.mkdtemp(prefix="sagemaker-sandbox-")).resolve()
        self.calls = CallLog()
        self._store = MemoryStore(on_change)
        self._scheduler = Scheduler(self._store, self._start_trial, workers=workers, speed=speed, now=_now)
        self._role_propagation_seconds = role_propagation_seconds
        moto = DomainDispatcherApplication(create_backend_app)
        self._server = Server(
            (_HOST, port),
            Application(self._operations, moto, self.calls),
            numthreads=_SERVER_THREADS,
            request_queue_size=_BACKLOG,
            shutdown_timeout=_STOP_SECONDS,
        )
        self._server_thread = threading.Thread(target=self._server.serve, name="endpoint", daemon=True)
        self._runner = TrialRunner(cpus=max(1, cores // workers), stop_grace_seconds=_GRACE_SECONDS / speed)

    @property
    def url(self) -> str:
        return f"http://{_HOST}:{self._server.bind_addr[1]}"

    @property
    def folder(self) -> Path:
        """Where trials have their folders, one for each training job's name."""
        return self._folder

    def environment(self) -> dict[str, str]:
        """The variables that point any AWS client at this sandbox."""
        return client_environment(self.url)

    def __enter__(self) -> Sandbox:
        BackendDict.reset()
        self._server.prepare()
        # A trial is a client like any other, but what it stores is not a call of the user's.
        variables = self.environment()
        self._runner = TrialRunner(self._runner.cpus, self._runner.stop_grace_seconds, variables)
        self._s3 = boto3.session.Session(
            aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
            region_name=variables["AWS_REGION"],
        ).client("s3", endpoint_url=self.url, config=Config(user_agent_extra=OWN_USER_AGENT, proxies={}))
        self._server_thread.start()
        self._scheduler.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._scheduler.close(_STOP_SECONDS)
        _kill_processes_in(self._folder)
        self._server.stop()
        self._server_thread.join()
        self._s3.close()
        if not self._is_folder_kept:
            shutil.rmtree(self._folder, ignore_errors=True)  # a trial that was killed may still close its files

    def _start_trial(self, training_job: dict[str, Any], on_event: Listener) -> Trial:
        folder = self._folder / training_job["TrainingJobName"]
        return self._runner.start(training_job, folder, self._s3, on_event)

    def _operations(self, region: str) -> Operations:
        return Operations(self._store, self._scheduler, region, _now, self._role_propagation_seconds)


def _kill_processes_in(folder: Path) -> None:
    """Kill the descendants of this process that work in the folder: trials that would not stop."""
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            if Path(process.cwd()).is_relative_to(folder):
                process.kill()


_now = partial(datetime.now, timezone.utc)
