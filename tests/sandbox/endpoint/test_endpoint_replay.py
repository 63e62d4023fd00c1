"""A search that is brought, by what was recorded, to where another one was."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timezone

import pytest
from sagemaker_sandbox.endpoint.jobs import TrainingJob
from sagemaker_sandbox.endpoint.store import SearchEvent
from sagemaker_sandbox.endpoint.tuner import SearchDiverged, Tuner
from sagemaker_sandbox.search import Suggestion

NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)


@dataclass
class NotingSearch:
    """Suggests `x` for every trial and notes all that it is asked and told."""

    x: str = "0.5"
    heard: list[tuple[object, ...]] = field(default_factory=list)
    trials_without_improvement: int = 0
    has_converged: bool = False
    finished: None = None

    def ask(self) -> Suggestion:
        self.heard.append(("ask",))
        asked = sum(entry == ("ask",) for entry in self.heard)
        return Suggestion(asked, None, {"x": self.x})

    def report(self, trial_id: int, step: int, value: float) -> bool:
        self.heard.append(("report", trial_id, step, value))
        return False

    def tell(self, trial_id: int, value: float | None, status: str) -> None:
        self.heard.append(("tell", trial_id, value, status))


def trial(arn: str) -> TrainingJob:
    return TrainingJob(arn, arn, {}, NOW, NOW, tuned={"x": "0.5"})


def lived(search: NotingSearch) -> list[SearchEvent]:
    """What is recorded of two trials; the first reports, starts again, and reports once more."""
    events: list[SearchEvent] = []
    tuner = Tuner("job", search, events.append)  # type: ignore[arg-type]  # it has what a tuner uses
    for arn in ("first", "second"):
        suggestion = tuner.ask()
        assert suggestion
        tuner.launched(arn, suggestion)
    for value in (0.1, 0.2):
        tuner.report("first", value)
    tuner.restarted("first")
    for value in (0.1, 0.2, 0.3):
        tuner.report("first", value)
    tuner.tell(replace(trial("second"), status="Failed"))
    return events


def replayed(search: NotingSearch, events: list[SearchEvent]) -> Tuner:
    tuner = Tuner("job", search, lambda event: None)  # type: ignore[arg-type]  # as above
    trials = {"first": trial("first"), "second": replace(trial("second"), status="Failed")}
    tuner.replay(events, trials.__getitem__)
    return tuner


def test_the_other_search_hears_the_same_also_of_a_trial_that_started_again() -> None:
    search, other = NotingSearch(), NotingSearch()
    tuner = replayed(other, lived(search))
    assert other.heard == search.heard
    assert ("report", 1, 3, 0.3) in other.heard
    assert tuner.running == ("first",)


def test_a_search_that_suggests_something_else_is_not_taken_for_the_same() -> None:
    with pytest.raises(SearchDiverged, match=r"first had {'x': '0\.5'}, now it would be .*0\.9"):
        replayed(NotingSearch(x="0.9"), lived(NotingSearch()))
