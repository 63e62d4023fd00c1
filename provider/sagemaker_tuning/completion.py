"""The core of TuningJobCompletion: waits for tuning jobs to end and says what came of them.

Many jobs are watched with one List call per hundred jobs and look; only what lists cannot give is described: each job
once, when it has ended, for its best training job and its failure. A single job is described at each look, which is one
call as well and shows the best objective so far. Nothing is kept between looks that the service does not know itself,
so a wait that was interrupted goes on where it stands.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sagemaker_tuning.errors import NotFound, TuningError, TuningJobFailed
from sagemaker_tuning.gateway import Document, TuningGateway
from sagemaker_tuning.results import JobResult, Trials, job_result, missing_result, progress_of_one
from sagemaker_tuning.waiter import SYSTEM_CLOCK, TERMINAL, Clock, Say, poll, retry_transient

__all__ = ["OnFailure", "wait_for_completion"]

OnFailure = Literal["error", "continue"]

_OUTAGE_SECONDS = 600.0  # how long a wait of hours bears that no call gets through


def wait_for_completion(
    names: Sequence[str],
    gateway: TuningGateway,
    *,
    say: Say,
    on_failure: OnFailure = "error",
    poll_interval_seconds: float = 30.0,
    deadline_seconds: float | None = None,
    clock: Clock = SYSTEM_CLOCK,
) -> dict[str, JobResult]:
    """Wait until every job has ended; the results by the names that were given, in their order.

    `poll_interval_seconds` is the longest time between two looks; a wait begins with shorter ones.
    Errors: TuningJobFailed, naming every job that gave no result and why, once all have ended, unless `on_failure` is
    `continue`; TuningError when the deadline passes, and then the same call can be made again.
    """
    wait = _Wait(names, gateway, say, clock)
    results = poll(
        wait.look,
        clock=clock,
        longest_interval_seconds=poll_interval_seconds,
        deadline_seconds=deadline_seconds,
        overdue=lambda: TuningError(
            f"job_names: {', '.join(wait.running)} did not end within {deadline_seconds:g} s.\n"
            "Run the update again to wait on; the jobs go on meanwhile."
        ),
    )
    failures = [result for result in results.values() if not result.is_success]
    if failures and on_failure == "error":
        raise TuningJobFailed(
            "\n".join(f"{failure.name} is {failure.status}: {failure.problem}" for failure in failures)
            + "\nCorrect the job and run it again, or set on_failure='continue' to go on without its result."
        )
    if len(results) == 1:
        for failure in failures:
            say(failure.summary)
    return results


class _Wait:
    """The jobs that have not ended yet, and the results of those that have."""

    def __init__(self, names: Sequence[str], gateway: TuningGateway, say: Say, clock: Clock) -> None:
        self._names = list(dict.fromkeys(names))
        self._gateway = gateway
        self._say = say
        self._clock = clock
        self._results: dict[str, JobResult] = {}
        self._trials: dict[str, Trials] = {}
        self._window = _Window()
        self._last_said = ""

    @property
    def running(self) -> list[str]:
        return [name for name in self._names if name not in self._results]

    def look(self) -> dict[str, JobResult] | None:
        """Every result, or None while a job still runs."""
        return retry_transient(self._look, timeout_seconds=_OUTAGE_SECONDS, clock=self._clock, say=self._say)

    def _look(self) -> dict[str, JobResult] | None:
        if len(self._names) == 1:
            self._look_at_one(self._names[0])
        elif self.running:
            self._look_at_many()
        return None if self.running else {name: self._results[name] for name in self._names}

    def _look_at_one(self, name: str) -> None:
        described = self._describe(name)
        if described is not None:
            self._progress(progress_of_one(described))
        self._settle(name, described)

    def _look_at_many(self) -> None:
        summaries = self._summaries()
        for name in self.running:
            summary = summaries.get(name.casefold())
            if summary is not None:
                self._trials[name] = Trials.of(summary)
            # A list may lag behind a create; only Describe can tell that a job is gone.
            if summary is None or summary["HyperParameterTuningJobStatus"] in TERMINAL:
                self._settle(name, self._describe(name))
        self._progress(self._progress_of_many())

    def _settle(self, name: str, described: Document | None) -> None:
        """Keep the result of a job that has ended."""
        if described is None:
            self._results[name] = missing_result(name, self._gateway.region)
        elif described["HyperParameterTuningJobStatus"] in TERMINAL:
            self._results[name] = job_result(described, self._training_job)
        else:
            return
        if len(self._names) > 1:
            self._say(self._results[name].summary)

    def _summaries(self) -> dict[str, Document]:
        """The summaries of the jobs that still run, by their names in lower case."""
        missing = {name.casefold() for name in self.running}
        found: dict[str, Document] = {}
        pages = self._gateway.list_tuning_jobs(
            name_contains=_common_part(self.running),
            created_after=self._window.opens,
            created_before=self._window.closes,
        )
        for summary in pages:
            name = summary["HyperParameterTuningJobName"].casefold()
            if name in missing:
                found[name] = summary
                missing.remove(name)
            if not missing:  # no further page is asked for
                break
        self._window = _Window.around(found.values()) if not missing else _Window()
        return found

    def _progress_of_many(self) -> str:
        return f"{len(self._results)}/{len(self._names)} tuning jobs ended, {Trials.sum(self._trials.values())}"

    def _progress(self, text: str) -> None:
        if text != self._last_said:
            self._say(text)
            self._last_said = text

    def _describe(self, name: str) -> Document | None:
        try:
            return self._gateway.describe(name)
        except NotFound:
            return None

    def _training_job(self, name: str) -> Document | None:
        try:
            return self._gateway.describe_training_job(name)
        except NotFound:
            return None


@dataclass(frozen=True)
class _Window:
    """The creation times between which the watched jobs lie, so that a List has no other jobs to page through."""

    opens: datetime | None = None
    closes: datetime | None = None

    @classmethod
    def around(cls, summaries: Collection[Mapping[str, Any]]) -> _Window:
        times = [summary["CreationTime"] for summary in summaries]
        # The filters exclude the very instant, and the service compares whole seconds.
        return cls(min(times) - timedelta(seconds=2), max(times) + timedelta(seconds=2)) if times else cls()


def _common_part(names: Sequence[str]) -> str | None:
    """What all the names begin with, as a filter for List."""
    return os.path.commonprefix(list(names)).strip("-") or None  # noqa: RUF071 - by character is what is meant
