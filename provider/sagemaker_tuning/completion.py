"""The core of TuningJobCompletion: waits for tuning jobs to end and says what came of them.

What a look costs is decided in `watch`, what a result holds in `results`. Nothing is kept between looks that the
service does not know itself, so a wait that was interrupted goes on where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from typing import Literal

from sagemaker_tuning.errors import TuningError, TuningJobFailed
from sagemaker_tuning.failures import SecretPath
from sagemaker_tuning.gateway import Document, TuningGateway
from sagemaker_tuning.observed import MISSING
from sagemaker_tuning.progress import Progress, TrialCounts
from sagemaker_tuning.results import TRIALS_LISTED, Asked, JobResult, job_result, missing_result
from sagemaker_tuning.waiter import SYSTEM_CLOCK, Clock, Say, poll, retry_transient
from sagemaker_tuning.watch import OUTAGE_SECONDS, Watch

__all__ = ["OnFailure", "wait_for_completion"]

OnFailure = Literal["error", "continue"]

_FEW = 3  # failed jobs whose digests make a text that is still read


def wait_for_completion(
    names: Sequence[str],
    gateway: TuningGateway,
    *,
    say: Say,
    on_failure: OnFailure = "error",
    poll_interval_seconds: float = 30.0,
    deadline_seconds: float | None = None,
    clock: Clock = SYSTEM_CLOCK,
    asked: Asked = TRIALS_LISTED,
    secret_paths: Sequence[SecretPath] = (),
) -> dict[str, JobResult]:
    """Wait until every job has ended; the results by the names that were given, in their order.

    `asked` says how much is to be known of each job that has ended, `secret_paths` where the jobs have secrets.
    `poll_interval_seconds` is the longest time between two looks; a wait begins with shorter ones.
    Errors: TuningJobFailed, naming every job that gave no result and why, once all have ended, unless `on_failure` is
    `continue`; TuningError when the deadline passes, and then the same call can be made again.
    """
    wait = _Wait(names, gateway, say, clock, partial(job_result, asked=asked, secret_paths=secret_paths))
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
            "\n".join(_failure_lines(failures))
            + "\nCorrect the job and run it again, or set on_failure='continue' to go on without its result."
        )
    if len(results) == 1:
        for line in _failure_lines(failures):
            say(line)
    return results


def _failure_lines(failed: Sequence[JobResult]) -> Iterator[str]:
    """What a person reads of the failures: much of one job, less of several."""
    for result in failed:
        yield f"{result.name} is {result.status}: {result.problem}"
        if result.failures is None:
            continue
        if len(failed) == 1:
            yield from result.failures.lines()
        elif len(failed) <= _FEW:
            yield from result.failures.lines(groups=1, log_lines=0)
        else:
            yield f"  {result.failures.summary}"


class _Wait:
    """A watch whose progress is told, and the results of the jobs that have ended."""

    def __init__(
        self,
        names: Sequence[str],
        gateway: TuningGateway,
        say: Say,
        clock: Clock,
        result_of: Callable[[Document, TuningGateway], JobResult],
    ) -> None:
        self._watch = Watch(names, gateway, say=say, clock=clock)
        self._gateway = gateway
        self._say = say
        self._clock = clock
        self._result_of = result_of
        self._results: dict[str, JobResult] = {}
        self._last_said = ""

    @property
    def running(self) -> list[str]:
        return self._watch.running

    def look(self) -> dict[str, JobResult] | None:
        """Every result, or None while a job still runs."""
        progress = self._watch.look()
        is_alone = len(progress) == 1
        if is_alone:
            self._tell_progress(progress.values())
        for name, described in self._watch.ended.items():
            if name not in self._results:
                self._results[name] = self._result(name, described)
                self._tell_end(self._results[name], is_alone=is_alone)
        if not is_alone:
            self._tell_progress(progress.values())
        return None if self.running else {name: self._results[name] for name in self._watch.names}

    def _result(self, name: str, described: Document | None) -> JobResult:
        if described is None:
            return missing_result(name, self._gateway.region)
        return retry_transient(
            lambda: self._result_of(described, self._gateway),
            timeout_seconds=OUTAGE_SECONDS,
            clock=self._clock,
            say=self._say,
        )

    def _tell_end(self, result: JobResult, *, is_alone: bool) -> None:
        if not is_alone:
            self._say(result.summary)
        if result.is_success and result.failures:
            self._say(result.failures.summary if is_alone else f"{result.name}: {result.failures.summary}")

    def _tell_progress(self, jobs: Collection[Progress]) -> None:
        there = [job for job in jobs if job.status != MISSING]
        if not there:
            return
        text = str(there[0])
        if len(jobs) > 1:
            trials = TrialCounts.sum(job.trials for job in there)
            text = f"{len(self._results)}/{len(jobs)} tuning jobs ended, {trials}"
        if text != self._last_said:
            self._say(text)
            self._last_said = text
