"""A trial's log: the file in its folder, and the CloudWatch Logs stream in which clients look for it.

Group `/aws/sagemaker/TrainingJobs`, stream `<training job>/<host>-<when the instance was started>`.
Source: SageMaker Developer Guide, "Log groups and streams that SageMaker AI sends to CloudWatch Logs".
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from contextlib import suppress
from datetime import datetime
from io import TextIOBase
from pathlib import Path
from types import TracebackType
from typing import Any, TypeAlias

from botocore.exceptions import BotoCoreError, ClientError

from .events import now

__all__ = ["GROUP", "LogStream", "LogsClient", "TrialLog"]

LogsClient: TypeAlias = Any  # boto3 makes its client classes at run time

GROUP = "/aws/sagemaker/TrainingJobs"

_TAIL_LINES = 20
# PutLogEvents takes 10,000 events and 1 MiB in one request, counting 26 bytes for each event besides its text.
_BATCH_EVENTS = 10_000
_BATCH_BYTES = 1 << 20
_EVENT_BYTES = 26
_LONGEST_LINE = (1 << 18) // 4 - _EVENT_BYTES  # 256 KiB for an event, of up to four bytes for a character

_log = logging.getLogger(__name__)


class LogStream:
    """Takes lines and sends them in batches. A failure to send costs the lines, not the training job."""

    def __init__(self, client: LogsClient, name: str) -> None:
        self._client = client
        self._name = name
        self._is_made = False
        self._waiting: deque[tuple[datetime, str]] = deque()
        self._sending = threading.Lock()

    def add(self, line: str, time: datetime) -> None:
        if line:  # CloudWatch takes no empty event
            self._waiting.append((time, line[:_LONGEST_LINE]))

    def send(self) -> None:
        """Send what has come in since the last time."""
        with self._sending:
            try:
                while self._waiting:
                    self._make()
                    events = self._take_batch()
                    self._client.put_log_events(logGroupName=GROUP, logStreamName=self._name, logEvents=events)
            except (BotoCoreError, ClientError) as error:
                _log.warning("lines of log stream %s are lost: %s", self._name, error)
                self._waiting.clear()

    def _make(self) -> None:
        if self._is_made:
            return
        errors = self._client.exceptions
        with suppress(errors.ResourceAlreadyExistsException):  # an interrupted run's, of the same second
            try:
                self._make_stream()
            except errors.ResourceNotFoundException:
                self._make_group()
                self._make_stream()
        self._is_made = True

    def _make_group(self) -> None:
        with suppress(self._client.exceptions.ResourceAlreadyExistsException):  # another trial was first
            self._client.create_log_group(logGroupName=GROUP)

    def _make_stream(self) -> None:
        self._client.create_log_stream(logGroupName=GROUP, logStreamName=self._name)

    def _take_batch(self) -> list[dict[str, Any]]:
        batch: list[dict[str, Any]] = []
        size = 0
        while self._waiting and len(batch) < _BATCH_EVENTS:
            time, line = self._waiting[0]
            size += len(line.encode()) + _EVENT_BYTES
            if size > _BATCH_BYTES:
                break
            self._waiting.popleft()
            batch.append({"timestamp": int(time.timestamp() * 1000), "message": line})
        return batch


class TrialLog:
    """The lines of one run on one instance, as a context. A later run's lines come after an earlier one's."""

    def __init__(self, path: Path, stream: LogStream | None) -> None:
        self._path = path
        self._stream = stream
        self._tail: deque[str] = deque(maxlen=_TAIL_LINES)

    def __enter__(self) -> TrialLog:
        self._file: TextIOBase = self._path.open("a", encoding="utf-8", buffering=1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()
        self.send()

    @property
    def last_words(self) -> str:
        """The last line that is not blank."""
        return next((line for line in reversed(self._tail) if line.strip()), "")

    def write(self, line: str) -> None:
        self._file.write(line + "\n")
        self._tail.append(line)
        if self._stream:
            self._stream.add(line, now())

    def send(self) -> None:
        if self._stream:
            self._stream.send()
