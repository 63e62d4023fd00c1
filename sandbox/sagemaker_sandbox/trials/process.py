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
    BY_INTERRUPTION = "by interruption"


class TrialProcess:
    """A command under the launcher, as a context that leaves no process behind.

    When it is asked to stop, or when its time is over, it gets SIGTERM, and SIGKILL after the grace period;
    `on_stopping` is called then, from a thread. An interruption is the end of its machine: SIGKILL at once.
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
        self._asking = threading.Lock()
        self._is_over = threading.Event()
        self._is_over_or_asked = threading.Event()
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
            self.kill()
        self.wait()

    def stop(self) -> None:
        """Ask the process to end. Returns at once."""
        self._ask(Ended.BY_STOP)

    def interrupt(self) -> bool:
        """Take its machine away. Returns at once; False if the process has ended, or was asked to."""
        return self._ask(Ended.BY_INTERRUPTION)

    def kill(self) -> bool:
        """SIGKILL to every process of the trial, also to those that left its process group; False if it has ended."""
        if self._process.poll() is not None:
            return False  # its process id may be another's by now
        with suppress(psutil.NoSuchProcess):
            for process in psutil.Process(self._process.pid).children(recursive=True):
                with suppress(psutil.NoSuchProcess):
                    process.kill()
        self._close_input()  # the launcher's sign to kill, if the command was only about to start
        return True

    def lines(self) -> Iterator[str]:
        """Each line of standard output and error, until no process of the trial is left to write one."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            yield line.decode(errors="replace")

    def wait(self) -> tuple[Ended, int]:
        """Who ended it, and its exit code, which is 128 + n after signal n."""
        exit_code = self._process.wait()
        with self._asking:
            self._is_over.set()
            self._is_over_or_asked.set()
        self._guard.join()
        self._close_input()
        if self._process.stdout:
            self._process.stdout.close()
        return self._ended, exit_code

    def _ask(self, by: Ended) -> bool:
        """Whether this is the first to ask, and so who ended it."""
        with self._asking:
            is_first = not self._is_over_or_asked.is_set()
            if is_first:
                self._ended = by
                self._is_over_or_asked.set()
            return is_first

    def _end_in_time(self) -> None:
        if not self._is_over_or_asked.wait(self._limit_seconds):
            self._ask(Ended.BY_TIME_LIMIT)
        if self._is_over.is_set():
            return
        if self._ended is Ended.BY_INTERRUPTION:
            self.kill()
            return
        self._process.terminate()
        self._on_stopping()
        if not self._is_over.wait(self._grace_seconds):
            self.kill()

    def _close_input(self) -> None:
        if self._process.stdin:
            with suppress(OSError):  # the launcher has ended
                self._process.stdin.close()
