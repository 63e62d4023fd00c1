"""Pipe input mode: a channel's data through named pipes `<channel>_0`, `<channel>_1`, ..., one for each epoch.

A pipe is filled while the training reads it; the pipe of the next epoch is there as soon as one is opened.
Source: SageMaker Developer Guide, "How Amazon SageMaker Provides Training Information".
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from .errors import TrialError

__all__ = ["Pipe"]

_POKE_SECONDS = 0.01


class Pipe:
    """`path` gives an epoch's pipe and `content` what goes into it. A context, in which the pipes are served."""

    def __init__(self, path: Callable[[int], Path], content: Callable[[int], Iterable[bytes]]) -> None:
        self._path = path
        self._content = content
        self._epoch = 0
        self._is_over = False
        self._error: TrialError | None = None
        self._thread = threading.Thread(target=self._serve, name=f"pipe {path(0).name}", daemon=True)
        os.mkfifo(path(0))

    def __enter__(self) -> Pipe:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over = True
        while self._thread.is_alive():
            self._wake()
            self._thread.join(_POKE_SECONDS)

    def check(self) -> None:
        """Raise what went wrong with the data, if anything did. The training merely sees the end of its pipe."""
        if self._error:
            raise self._error

    def _serve(self) -> None:
        while not self._is_over and self._error is None:
            with open(self._path(self._epoch), "wb", buffering=0) as pipe:  # waits for the training to open it
                os.mkfifo(self._path(self._epoch + 1))
                if not self._is_over:
                    self._fill(pipe.fileno())
            self._epoch += 1

    def _fill(self, pipe: int) -> None:
        try:
            for chunk in self._content(self._epoch):
                _write(pipe, chunk)
        except BrokenPipeError:
            pass  # the training has read enough of this epoch
        except TrialError as error:
            self._error = error

    def _wake(self) -> None:
        """Be a reader for a moment, so that the thread does not wait for one any more."""
        with suppress(FileNotFoundError):
            os.close(os.open(self._path(self._epoch), os.O_RDONLY | os.O_NONBLOCK))


def _write(pipe: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(pipe, rest) :]
