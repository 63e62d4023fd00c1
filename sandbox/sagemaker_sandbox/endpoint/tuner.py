"""One tuning job while it runs: what its search is told, and when and how the job ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sagemaker_sandbox.search import Search, Suggestion

from .jobs import TrainingJob
from .store import SearchEvent

__all__ = ["Ending", "SearchDiverged", "Tuner"]

_ATTEMPTS = 5  # without one success, then the service gives up


@dataclass(frozen=True)
class Ending:
    """The terminal status that the job comes to as soon as no trial runs any more."""

    status: str
    failure_reason: str | None = None


class SearchDiverged(Exception):
    """A search that was asked and told the same again did not suggest the same."""


class Tuner:
    """Not thread-safe: the scheduler's loop owns it. `record` is told what the search is asked and told."""

    def __init__(self, arn: str, search: Search, record: Callable[[SearchEvent], None]) -> None:
        self.arn = arn
        self._record = record
        self.ending: Ending | None = None
        self.is_draining = False  # being stopped: nothing more is launched, and only the stop ends the job
        self._search = search
        self._trial_ids: dict[str, int] = {}  # running training jobs' ARNs -> the search's ids
        self._steps: dict[str, int] = {}
        self._ended = 0
        self._completed = 0
        self._scored = 0
        self._convergence_time: datetime | None = None

    @property
    def running(self) -> tuple[str, ...]:
        """The ARNs of the training jobs that have not ended."""
        return tuple(self._trial_ids)

    @property
    def completion_details(self) -> dict[str, Any]:
        """TuningJobCompletionDetails."""
        details: dict[str, Any] = {"NumberOfTrainingJobsObjectiveNotImproving": self._search.trials_without_improvement}
        if self._convergence_time:
            details["ConvergenceDetectedTime"] = self._convergence_time
        return details

    def ask(self) -> Suggestion | None:
        """The next trial, if one is to be launched now."""
        return None if self.ending or self.is_draining else self._search.ask()

    def launched(self, arn: str, suggestion: Suggestion) -> None:
        self._record(SearchEvent("asked", arn))
        self._launched(arn, suggestion)

    def report(self, arn: str, value: float) -> bool:
        """Take the next value of a trial's objective metric; True means that the trial is not worth finishing."""
        self._record(SearchEvent("reported", arn, value))
        return self._report(arn, value)

    def restarted(self, arn: str) -> None:
        """Let a trial begin anew: what it reports again the search knows already, and ignores by its step."""
        self._record(SearchEvent("restarted", arn))
        self._steps[arn] = 0

    def tell(self, trial: TrainingJob) -> None:
        """Take a trial that has ended, and decide whether the job ends with it."""
        self._record(SearchEvent("told", trial.arn))
        self._tell(trial)

    def replay(self, events: Iterable[SearchEvent], training_job: Callable[[str], TrainingJob]) -> None:
        """Bring the search to where another one was, by the same events.

        Errors: SearchDiverged if the search now suggests something else than the trial that was launched.
        """
        for event in events:
            trial = training_job(event.training_job_arn)
            if event.kind == "asked":
                suggestion = self._search.ask()
                if suggestion is None or suggestion.hyper_parameters != trial.tuned:
                    raise SearchDiverged(f"{trial.name} had {dict(trial.tuned)}, now it would be {suggestion}")
                self._launched(trial.arn, suggestion)
            elif event.kind == "restarted":
                self._steps[trial.arn] = 0
            elif event.kind == "told":
                self._tell(trial)
            elif event.value is not None:
                self._report(trial.arn, event.value)

    def _launched(self, arn: str, suggestion: Suggestion) -> None:
        self._trial_ids[arn] = suggestion.trial_id
        self._steps[arn] = 0

    def _report(self, arn: str, value: float) -> bool:
        self._steps[arn] += 1
        return self._search.report(self._trial_ids[arn], self._steps[arn], value)

    def _tell(self, trial: TrainingJob) -> None:
        value = trial.objective_value
        self._search.tell(self._trial_ids.pop(trial.arn), value, trial.status)  # type: ignore[arg-type]  # has ended
        self._ended += 1
        self._completed += trial.status == "Completed"
        self._scored += value is not None
        if self._convergence_time is None and self._search.has_converged:
            self._convergence_time = trial.last_modified_time
        if not self.is_draining:
            self.ending = self.ending or self._verdict()

    def _verdict(self) -> Ending | None:
        is_finished = self._search.finished is not None
        if not self._scored and (is_finished or self._ended >= _ATTEMPTS):
            return Ending("Failed", self._failure())
        return Ending("Completed") if is_finished else None

    def _failure(self) -> str:
        if self._completed:
            return (
                f"No objective metrics found after running {self._ended} training jobs. Please ensure that the custom "
                "algorithm is emitting the objective metric as defined by the regular expression provided."
            )
        # Source: amazon-sagemaker-examples issue 2436.
        return (
            f"No training job succeeded after {self._ended} attempts. For additional details, please take a look at "
            "the training job failures by listing training jobs for the hyperparameter tuning job."
        )
