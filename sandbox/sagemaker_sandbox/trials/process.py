"""A trial's process: gives its output line by line, and ends with all of its children, in time or when asked to."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from enum import Enum
from pathlib import Path
from types import TracebackType

import psutil

__all__ = ["Ended", "TrialProcess"]

_LAUNCHER = Path(__file__).with_name("launcher.py")


class Ended(Enum):
    """Who ended a process."""

    BY_ITSELF = "by itself"
    BY_STOP = "by stop"
    BY_TIME_LIMIT = "by time limit"


class TrialProcess:
    """A command under the launcher, as a context that leaves no process behind.

    When it is asked to stop, or when its time is over, it gets SIGTERM, and SIGKILL after the grace period;
    `on_stopping` is called then, from a thread.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str],
        limit_seconds: float,
        grace_seconds: float,
        on_stopping: Callable[[], None],
    ) -> None:
        self._limit_seconds = limit_seconds
        self._grace_seconds = grace_seconds
        self._on_stopping = on_stopping
        self._ended = Ended.BY_ITSELF
        self._is_over = threading.Event()
        self._is_over_or_to_stop = threading.Event()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_LAUNCHER), *command],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE,  # held open for as long as the trial may live
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a Ctrl-C at the sandbox's terminal is not the trial's
        )
        self._guard = threading.Thread(target=self._end_in_time, daemon=True)
        self._guard.start()

    def __enter__(self) -> TrialProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is not None:
            self._kill()
        self.wait()

    def stop(self) -> None:
        """Ask the process to end. Returns at once."""
        self._is_over_or_to_stop.set()

    def lines(self) -> Iterator[str]:
        """Each line of standard output and error, until no process of the trial is left to write one."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            yield line.decode(errors="replace")

    def wait(self) -> tuple[Ended, int]:
        """Who ended it, and its exit code, which is 128 + n after signal n."""
        exit_code = self._process.wait()
        self._is_over.set()
        self._is_over_or_to_stop.set()
        self._guard.join()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()
        return self._ended, exit_code

    def _end_in_time(self) -> None:
        is_to_stop = self._is_over_or_to_stop.wait(self._limit_seconds)
        if self._is_over.is_set():
            return
        self._ended = Ended.BY_STOP if is_to_stop else Ended.BY_TIME_LIMIT
        self._process.terminate()
        self._on_stopping()
        if not self._is_over.wait(self._grace_seconds):
            self._kill()

    def _kill(self) -> None:
        """SIGKILL to every process of the trial, also to those that left its process group."""
        try:
            descendants = psutil.Process(self._process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return
        for process in descendants:
            with suppress(psutil.NoSuchProcess):
                process.kill()
