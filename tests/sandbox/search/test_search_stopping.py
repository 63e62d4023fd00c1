"""Budget, parallelism, early stopping and completion criteria."""

from __future__ import annotations

import math
from typing import Any

import pytest
from sagemaker_sandbox.search import CompletionReason, Search
from tuning_configs import config, play


def test_no_more_trials_than_the_budget() -> None:
    search = Search(config(trials=7), [{}], seed=1)
    assert len(play(search, lambda _: 1.0)) == 7
    assert search.finished is CompletionReason.MAX_NUMBER_OF_TRAINING_JOBS


def test_failed_and_stopped_trials_count_towards_the_budget() -> None:
    search = Search(config(trials=3), [{}], seed=1)
    assert len(play(search, lambda _: None)) == 3
    assert search.finished is CompletionReason.MAX_NUMBER_OF_TRAINING_JOBS


def test_no_more_at_a_time_than_the_parallel_limit_and_not_finished_while_one_runs() -> None:
    search = Search(config(trials=3, parallel=2), [{}], seed=1)
    first, second = search.ask(), search.ask()
    assert first
    assert second
    assert search.ask() is None
    search.tell(first.trial_id, 1.0, "Completed")
    third = search.ask()
    assert third
    search.tell(second.trial_id, 1.0, "Stopped")
    assert search.ask() is None
    assert search.finished is None
    search.tell(third.trial_id, None, "Failed")
    assert search.finished is CompletionReason.MAX_NUMBER_OF_TRAINING_JOBS


def test_a_space_that_is_smaller_than_the_budget_ends_with_its_last_trial() -> None:
    search = Search(config(trials=9, CategoricalParameterRanges=[{"Name": "c", "Values": ["a", "b"]}]), [{}], seed=1)
    first = search.ask()
    assert first
    search.tell(first.trial_id, 1.0, "Completed")
    assert search.finished is None
    second = search.ask()
    assert second
    search.tell(second.trial_id, 1.0, "Completed")
    assert search.finished is CompletionReason.MAX_NUMBER_OF_TRAINING_JOBS


TARGETS = {
    "a minimized objective that reaches its target": ("Minimize", 0.5, [0.9, 0.5], True),
    "a minimized objective above its target": ("Minimize", 0.5, [0.9, 0.6], False),
    "a maximized objective that exceeds its target": ("Maximize", 0.5, [0.1, 0.6], True),
    "a maximized objective below its target": ("Maximize", 0.5, [0.1, 0.4], False),
}


@pytest.mark.parametrize(("kind", "target", "values", "is_reached"), TARGETS.values(), ids=TARGETS)
def test_the_target_ends_the_tuning_job(kind: str, target: float, values: list[float], is_reached: bool) -> None:
    search = Search(
        config(
            HyperParameterTuningJobObjective={"Type": kind, "MetricName": "m"},
            TuningJobCompletionCriteria={"TargetObjectiveMetricValue": target},
        ),
        [{}],
        seed=1,
    )
    remaining = iter(values)
    for _ in values:
        suggestion = search.ask()
        assert suggestion
        search.tell(suggestion.trial_id, next(remaining), "Completed")
    assert (search.finished is CompletionReason.TARGET_OBJECTIVE_METRIC_VALUE) is is_reached
    assert (search.ask() is None) is is_reached


def run(values: list[float | None], **criteria: Any) -> Search:
    search = Search(config(trials=len(values), TuningJobCompletionCriteria=criteria), [{}], seed=1)
    remaining = iter(values)
    play(search, lambda _: next(remaining))
    return search


def test_a_best_objective_that_does_not_improve_ends_the_tuning_job() -> None:
    patience = {"BestObjectiveNotImproving": {"MaxNumberOfTrainingJobsNotImproving": 3}}
    search = run([5.0, 4.0, 4.0, None, 9.0, 1.0, 1.0], **patience)
    assert search.finished is CompletionReason.BEST_OBJECTIVE_NOT_IMPROVING
    assert search.trials_without_improvement == 3


def test_an_improvement_starts_the_count_again() -> None:
    patience = {"BestObjectiveNotImproving": {"MaxNumberOfTrainingJobsNotImproving": 3}}
    search = run([5.0, 6.0, 6.0, 4.0, 6.0, 6.0], **patience)
    assert search.finished is CompletionReason.MAX_NUMBER_OF_TRAINING_JOBS
    assert search.trials_without_improvement == 2


def test_convergence_ends_the_tuning_job_only_where_it_is_asked_for() -> None:
    settled = [1 / n for n in range(1, 11)] + [0.1] * 30
    enabled = run(settled, ConvergenceDetected={"CompleteOnConvergence": "Enabled"})
    disabled = run(settled, ConvergenceDetected={"CompleteOnConvergence": "Disabled"})
    assert enabled.finished is CompletionReason.CONVERGENCE_DETECTED
    assert disabled.finished is CompletionReason.MAX_NUMBER_OF_TRAINING_JOBS
    assert disabled.has_converged


def test_a_steady_improvement_is_no_convergence() -> None:
    search = run([100.0 - n for n in range(40)], ConvergenceDetected={"CompleteOnConvergence": "Enabled"})
    assert search.finished is CompletionReason.MAX_NUMBER_OF_TRAINING_JOBS


def follow(search: Search, losses: list[float]) -> list[bool]:
    """Report one trial's losses until it is stopped."""
    suggestion = search.ask()
    assert suggestion
    answers: list[bool] = []
    for step, loss in enumerate(losses, start=1):
        answers.append(search.report(suggestion.trial_id, step, loss))
        if answers[-1]:
            break
    search.tell(suggestion.trial_id, losses[len(answers) - 1], "Stopped" if answers[-1] else "Completed")
    return answers


def test_the_median_rule_compares_a_value_with_the_median_of_running_averages() -> None:
    search = Search(config(TrainingJobEarlyStoppingType="Auto"), [{}], seed=1)
    for loss in (1.0, 2.0, 3.0, 4.0):
        follow(search, [loss * 2, loss])  # running averages at step 2: 1.5, 3.0, 4.5, 6.0; their median 3.75
    assert follow(search, [4.0, 3.8]) == [False, True]
    assert follow(search, [4.0, 3.0]) == [False, False]


def test_the_median_rule_waits_for_finished_trials() -> None:
    search = Search(config(TrainingJobEarlyStoppingType="Auto"), [{}], seed=1)
    for _ in range(3):
        follow(search, [1.0])
    assert follow(search, [99.0]) == [False]


def test_without_early_stopping_no_trial_is_stopped() -> None:
    search = Search(config(trials=20), [{}], seed=1)
    assert [follow(search, [float(loss)]) for loss in range(20)] == [[False]] * 20


def test_values_that_are_not_finite_or_come_twice_are_ignored() -> None:
    search = Search(config(trials=2, TrainingJobEarlyStoppingType="Auto"), [{}], seed=1)
    suggestion = search.ask()
    assert suggestion
    assert not search.report(suggestion.trial_id, 1, 1.0)
    assert not search.report(suggestion.trial_id, 1, 2.0)
    assert not search.report(suggestion.trial_id, 2, math.nan)
    search.tell(suggestion.trial_id, math.inf, "Completed")
    assert search.trials_without_improvement == 1
