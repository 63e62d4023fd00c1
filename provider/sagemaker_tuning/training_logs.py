"""The log of a training job as lines in the order of their times: the last ones, or those that come while it runs.

Every instance writes a stream of its own, and a job that starts again, as on spot capacity, writes new ones. Where the
streams are is known to `console`; a log that is not there yet, or not any more, has no lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from sagemaker_tuning.console import log_location
from sagemaker_tuning.errors import NotFound
from sagemaker_tuning.gateway import TuningGateway

__all__ = ["LogFollower", "LogLine", "last_lines"]


@dataclass(frozen=True)
class LogLine:
    """`instance` is the stream's name below the training job's, such as `algo-1-1767225600`."""

    time: datetime
    instance: str
    text: str


def last_lines(training_job_name: str, gateway: TuningGateway, count: int) -> list[LogLine]:
    """The last lines of a training job's log, over all of its streams."""
    if count < 1:
        return []
    group = log_location(training_job_name).group
    lines = [
        line
        for stream in _streams(training_job_name, gateway)
        for line in _lines(stream, gateway.last_log_events(group, stream, count))
    ]
    return _in_order(lines)[-count:]


class LogFollower:
    """Gives the lines of a training job's log as they come, each once."""

    def __init__(self, training_job_name: str, gateway: TuningGateway) -> None:
        self._training_job_name = training_job_name
        self._gateway = gateway
        self._tokens: dict[str, str | None] = {}  # where the reading of each stream stands

    def new_lines(self) -> list[LogLine]:
        """What has come since the last call, of streams that were there before and of new ones.

        Errors: AwsError; the next call then gives what this one would have given.
        """
        group = log_location(self._training_job_name).group
        lines: list[LogLine] = []
        tokens = dict(self._tokens)
        for stream in _streams(self._training_job_name, self._gateway):
            events, tokens[stream] = self._gateway.log_events(group, stream, tokens.get(stream))
            lines += _lines(stream, events)
        self._tokens = tokens
        return _in_order(lines)


def _streams(training_job_name: str, gateway: TuningGateway) -> list[str]:
    location = log_location(training_job_name)
    try:
        return gateway.log_streams(location.group, location.stream_prefix)
    except NotFound:  # the group comes with an account's first log
        return []


def _lines(stream: str, events: Iterable[Mapping[str, Any]]) -> list[LogLine]:
    instance = stream.rpartition("/")[2]
    return [
        LogLine(datetime.fromtimestamp(event["timestamp"] / 1000, timezone.utc), instance, text)
        for event in events
        for text in _CONTROL.sub("", event["message"]).splitlines() or [""]
    ]


def _in_order(lines: list[LogLine]) -> list[LogLine]:
    return sorted(lines, key=lambda line: line.time)  # stable: lines of one moment stay as they were written


# What a program wrote for its own terminal must not steer the reader's: ANSI sequences, and control characters. The
# log agent of SageMaker writes an escape as #033. A tab's #011 stays: metric definitions match it.
_CONTROL = re.compile(r"(?:\x1b|#033)\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|[\x00-\x08\x0b-\x1f\x7f]")
