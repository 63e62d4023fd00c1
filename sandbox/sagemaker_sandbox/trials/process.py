"""A trial's process: starts it, gives its output line by line, ends it with all of its children."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO

import psutil

__all__ = ["TrialProcess"]

_LAUNCHER = Path(__file__).with_name("launcher.py")


class TrialProcess:
    """A command under the launcher, as a context that leaves no process behind.

    `on_line` gets each line of the output, then None when the output has ended; it is called from a thread.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str],
        on_line: Callable[[str | None], None],
    ) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_LAUNCHER), *command],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE,  # held open for as long as the trial may live
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a Ctrl-C at the sandbox's terminal is not the trial's
        )
        self._reader = threading.Thread(target=_read, args=(self._process.stdout, on_line), daemon=True)
        self._reader.start()

    def __enter__(self) -> TrialProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._process.poll() is None and error is not None:
            self.kill()
        self.wait()

    def terminate(self) -> None:
        """SIGTERM to the trial's process group."""
        self._process.terminate()

    def kill(self) -> None:
        """SIGKILL to the trial and to every descendant, also to those that left its process group."""
        try:
            descendants = psutil.Process(self._process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return
        for process in descendants:
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def wait(self) -> int:
        """The exit code, when the process and its output have ended; 128 + n after signal n."""
        code = self._process.wait()
        self._reader.join()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()
        return code


def _read(stream: IO[bytes], on_line: Callable[[str | None], None]) -> None:
    for line in stream:
        on_line(line.decode(errors="replace"))
    on_line(None)
