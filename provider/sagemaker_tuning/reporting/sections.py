"""What a page says of one job, in its order, and of several jobs side by side.

Figures get their ids here; the figures of a page are drawn when their section is open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sagemaker_tuning.cost.prices import Prices
from sagemaker_tuning.reporting.bill import Bill, bill
from sagemaker_tuning.reporting.definitions import Definition, Objective
from sagemaker_tuning.reporting.importance import Importance, importance
from sagemaker_tuning.reporting.job import NumberedTrial, ReportedJob
from sagemaker_tuning.reporting.objective_plots import best_so_far_plot, comparison_plot, objective_plot
from sagemaker_tuning.reporting.parameter_plots import importance_plot, parallel_plot, scatter_plot
from sagemaker_tuning.reporting.plot import Plot, by_status
from sagemaker_tuning.reporting.search_space import Hyperparameter
from sagemaker_tuning.reporting.timeline_plot import timeline_plot

__all__ = ["Comparison", "DefinitionSection", "Figure", "JobSection", "comparison_of", "section_of"]


@dataclass(frozen=True)
class Figure:
    """A plot and the id of its place in the page."""

    id: str
    plot: Plot


@dataclass(frozen=True)
class DefinitionSection:
    """What was searched under one training job definition, the most important hyperparameters first."""

    definition: Definition
    trials: Sequence[NumberedTrial]
    hyperparameters: Sequence[Hyperparameter]
    importance: Importance
    importance_figure: Figure | None
    parallel_figure: Figure | None
    scatter_figures: Sequence[Figure]

    @property
    def figures(self) -> Iterator[Figure]:
        yield from (figure for figure in (self.importance_figure, self.parallel_figure) if figure)
        yield from self.scatter_figures


@dataclass(frozen=True)
class Column:
    """A hyperparameter in the table of trials; numeric if it is so in every definition."""

    name: str
    is_numeric: bool


@dataclass(frozen=True)
class JobSection:
    """A job's part of the page."""

    id: str
    job: ReportedJob
    statuses: Mapping[str, Sequence[NumberedTrial]]
    objective_figures: Sequence[Figure]
    definitions: Sequence[DefinitionSection]
    timeline: Figure | None
    bill: Bill
    columns: Sequence[Column]
    """The hyperparameters of the table of trials, of all definitions."""

    @property
    def has_reasons(self) -> bool:
        return any(one.trial.failure_reason for one in self.job.trials)

    def trial_named(self, name: str) -> NumberedTrial:
        """The job's trial of this name."""
        return next(one for one in self.job.trials if one.trial.name == name)

    @property
    def figures(self) -> Iterator[Figure]:
        yield from self.objective_figures
        yield from (figure for definition in self.definitions for figure in definition.figures)
        if self.timeline:
            yield self.timeline


@dataclass(frozen=True)
class Comparison:
    """Several jobs side by side."""

    figures: Sequence[Figure]


def section_of(job: ReportedJob, section_id: str, prices: Prices | None) -> JobSection:
    """A job's part of the page; `section_id` begins the ids in it."""
    timeline = timeline_plot(job)
    definitions = [
        _definition(job, definition, f"{section_id}-definition-{index}")
        for index, definition in enumerate(job.definitions, 1)
    ]
    return JobSection(
        id=section_id,
        job=job,
        statuses=by_status(job.trials),
        objective_figures=list(_objective_figures(job, section_id)),
        definitions=definitions,
        timeline=Figure(f"{section_id}-timeline", timeline) if timeline else None,
        bill=bill(job, prices),
        columns=list(_columns(definitions)),
    )


def comparison_of(jobs: Sequence[ReportedJob]) -> Comparison:
    """A curve for each objective that at least two of the jobs share."""
    having: dict[Objective, list[ReportedJob]] = {}
    for job in jobs:
        for objective in job.objectives:
            having.setdefault(objective, []).append(job)
    plots = [comparison_plot(objective, those) for objective, those in having.items() if len(those) > 1]
    return Comparison([Figure(f"comparison-{index}", plot) for index, plot in enumerate(plots, 1) if plot])


def _objective_figures(job: ReportedJob, section_id: str) -> Iterator[Figure]:
    for index, (objective, trials) in enumerate(job.objectives.items(), 1):
        for name, plot in (
            ("best-so-far", best_so_far_plot(job, objective, trials)),
            ("objective", objective_plot(objective, trials)),
        ):
            if plot:
                yield Figure(f"{section_id}-{name}-{index}", plot)


def _definition(job: ReportedJob, definition: Definition, section_id: str) -> DefinitionSection:
    trials = job.trials_of(definition)
    weighed = importance(definition, trials)
    ranks = {name: rank for rank, name in enumerate(weighed.shares)}
    ordered = sorted(definition.hyperparameters, key=lambda one: ranks.get(one.name, len(ranks)))
    has_values = any(trial.value is not None for trial in trials)
    bars, parallel = importance_plot(definition, weighed), parallel_plot(definition, trials)
    return DefinitionSection(
        definition=definition,
        trials=trials,
        hyperparameters=ordered,
        importance=weighed,
        importance_figure=Figure(f"{section_id}-importance", bars) if bars else None,
        parallel_figure=Figure(f"{section_id}-parallel", parallel) if parallel else None,
        scatter_figures=[
            Figure(f"{section_id}-scatter-{index}", scatter_plot(definition, one, trials))
            for index, one in enumerate(ordered, 1)
        ]
        if has_values
        else [],
    )


def _columns(definitions: Sequence[DefinitionSection]) -> Iterator[Column]:
    kinds: dict[str, list[str]] = {}
    for section in definitions:
        for one in section.hyperparameters:
            kinds.setdefault(one.name, []).append(one.kind)
    for name, of_name in kinds.items():
        yield Column(name, "categorical" not in of_name)
