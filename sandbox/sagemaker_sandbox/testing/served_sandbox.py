"""`ServedSandbox`: a sandbox in a process of its own, `sagemaker-sandbox serve`, for as long as tests need it.

Of its own, because moto keeps its state for a whole process: inside pytest there could be one sandbox only, and tests
that use moto themselves would meet it. It also leaves the test's interpreter free while trials are followed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import sagemaker_sandbox
from sagemaker_sandbox.clients import own_session, without_aws

__all__ = ["ServedSandbox", "serve"]

_TETHER = Path(sagemaker_sandbox.__file__).parent / "endpoint" / "tether.py"
_READY = "\n# "  # begins the line after the exports
_START_SECONDS = 60.0
_STOP_SECONDS = 20.0
_ANSWER_SECONDS = 30.0


class ServedSandbox:
    """A running sandbox, as its clients see it."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self._environment = dict(environment)
        self._log = log
        self._open_clients: list[Any] = []

    @property
    def url(self) -> str:
        return self._environment["AWS_ENDPOINT_URL"]

    def environment(self) -> dict[str, str]:
        """The variables that point any AWS client at this sandbox."""
        return dict(self._environment)

    def client(self, service: str, **options: Any) -> Any:
        """A boto3 client of this sandbox, whatever the environment and the user's AWS files say.

        Options are those of boto3's `Session.client`.
        """
        import boto3  # a quarter of a second, which a test without a client of its own need not wait for

        session: Any = boto3.session.Session(botocore_session=own_session())  # its stubs know literal names only
        client = session.client(service, endpoint_url=self.url, **options)
        self._open_clients.append(client)
        return client

    @property
    def calls(self) -> list[str]:
        """The operations that clients have called, oldest first."""
        return [call["operation"] for call in self.call_log()]

    @contextmanager
    def recorded_calls(self) -> Iterator[list[str]]:
        """The operations that clients call in the block: a list that is filled in at its end."""
        before = len(self.calls)
        made: list[str] = []
        yield made
        made += self.calls[before:]

    def call_log(self) -> list[dict[str, Any]]:
        """Every call with service, operation, status, time and error code."""
        with urllib.request.urlopen(f"{self.url}/_sandbox/calls", timeout=_ANSWER_SECONDS) as answer:
            log: list[dict[str, Any]] = json.load(answer)
        return log

    @property
    def log(self) -> str:
        """What the sandbox has printed: a line for each new status of a job."""
        return self._log.read_text(encoding="utf-8", errors="replace").partition(_READY)[2]

    def close(self) -> None:
        """Close the clients that were asked for."""
        for client in self._open_clients:
            client.close()


@contextmanager
def serve(folder: Path, *, speed: float = 1.0, data: Path | None = None) -> Iterator[ServedSandbox]:
    """Start a sandbox, with its log in a folder, and end it after the block. It is fresh, or has what `data` holds.

    On Linux it is killed with this process, however that ends. Errors: RuntimeError with what it printed, if it does
    not start.
    """
    log = folder / "sandbox.log"
    command = [sys.executable, "-m", "sagemaker_sandbox", "serve", "--speed", str(speed)]
    if data is not None:
        command += ["--data", str(data)]
    with ExitStack() as ends:
        output = ends.enter_context(log.open("w", encoding="utf-8"))
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_TETHER), str(os.getpid()), *command],
            env=without_aws(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        ends.callback(_stop, process)
        sandbox = ServedSandbox(_wait_for_exports(process, log), log)
        ends.callback(sandbox.close)
        yield sandbox


def _wait_for_exports(process: subprocess.Popen[bytes], log: Path) -> dict[str, str]:
    """The variables that it prints first, once it is ready."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        exports, is_ready, _ = log.read_text(encoding="utf-8").partition(_READY)
        if is_ready:
            return dict(line.removeprefix("export ").split("=", 1) for line in exports.splitlines())
        if process.poll() is not None:
            break
        time.sleep(0.02)
    raise RuntimeError(f"the sandbox did not start. It printed:\n{log.read_text(encoding='utf-8')}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
