"""Tuning jobs that are looked at again and again until they end: by a completion, and by a person at a terminal.

Decides which calls a look takes: one List for each hundred jobs that run, and no more, however many other jobs the
account has; a Describe for a job that ended, and for one that the list does not show. The last job that runs, or the
only one, is described at each look, which is one call as well and shows the best objective so far. How often to look is
the caller's to say (`waiter.poll`).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from math import ceil

from sagemaker_tuning.errors import NotFound
from sagemaker_tuning.gateway import Document, TuningGateway
from sagemaker_tuning.progress import ENDED, Progress
from sagemaker_tuning.waiter import SYSTEM_CLOCK, Clock, Say, retry_transient

__all__ = ["OUTAGE_SECONDS", "Watch"]

_PAGE = 100  # as many summaries as one List call gives
OUTAGE_SECONDS = 600.0
"""How long a wait of hours bears that no call gets through."""


class Watch:
    """The tuning jobs of these names. `look` asks the service; the rest is what the last look saw."""

    def __init__(self, names: Sequence[str], gateway: TuningGateway, *, say: Say, clock: Clock = SYSTEM_CLOCK) -> None:
        """`say` is told, once, when calls fail and are tried again."""
        self.names = list(dict.fromkeys(names))
        self.progress: dict[str, Progress] = {}
        """By name, in the order of the names; the case is the caller's."""
        self.ended: dict[str, Document | None] = {}
        """The descriptions of the jobs that have ended, in the order of their ends; None for one that is gone."""
        self._gateway = gateway
        self._say = say
        self._clock = clock

    @property
    def running(self) -> list[str]:
        return [name for name in self.names if name not in self.ended]

    def look(self) -> dict[str, Progress]:
        """Ask how far the jobs are that still run; the progress of all.

        Errors: AwsError if a call is refused, or has failed for ten minutes.
        """
        retry_transient(self._look, timeout_seconds=OUTAGE_SECONDS, clock=self._clock, say=self._say)
        self.progress = {name: self.progress[name] for name in self.names}
        return self.progress

    def _look(self) -> None:
        if len(self.running) == 1:
            self._describe(self.running[0])
        elif self.running:
            self._list()

    def _list(self) -> None:
        summaries = self._summaries()
        for name in self.running:
            summary = summaries.get(name.casefold())
            # A list may lag behind a create; only Describe can tell that a job is gone.
            if summary is None or summary["HyperParameterTuningJobStatus"] in ENDED:
                self._describe(name)
            else:
                self.progress[name] = Progress.of(summary)

    def _describe(self, name: str) -> None:
        try:
            document: Document | None = self._gateway.describe(name)
        except NotFound:
            document = None
        self.progress[name] = Progress.of(document) if document else Progress.missing(name)
        if self.progress[name].is_ended:
            self.ended[name] = document

    def _summaries(self) -> dict[str, Document]:
        """What a page for each hundred of the running jobs says of them, by their names in lower case."""
        wanted = {name.casefold() for name in self.running}
        opens, closes = self._creation_times()
        pages = self._gateway.list_tuning_jobs(
            name_contains=_common_part(self.running), created_after=opens, created_before=closes
        )
        found: dict[str, Document] = {}
        for summary in islice(pages, _PAGE * ceil(len(wanted) / _PAGE)):
            name = summary["HyperParameterTuningJobName"].casefold()
            if name in wanted:
                found[name] = summary
            if len(found) == len(wanted):  # no further page is asked for
                break
        return found

    def _creation_times(self) -> tuple[datetime | None, datetime | None]:
        """Between which times all running jobs were created, so that a list has few others; unknown at first."""
        times = [self.progress[name].creation_time for name in self.running if name in self.progress]
        known = [time for time in times if time is not None]
        if len(known) < len(self.running):
            return None, None
        # The filters exclude the very instant, and the service compares whole seconds.
        return min(known) - timedelta(seconds=2), max(known) + timedelta(seconds=2)


def _common_part(names: Sequence[str]) -> str | None:
    """What all the names begin with, as a filter for List."""
    return os.path.commonprefix(list(names)).strip("-") or None  # noqa: RUF071 - by character is what is meant
