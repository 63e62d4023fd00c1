"""Everything that a comment tells of a preview, before it is put into Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sagemaker_tuning.cost import Prices, load_prices
from sagemaker_tuning.errors import SECRET, SpecError
from sagemaker_tuning.pull_requests.job_changes import Fate, JobChange, job_changes
from sagemaker_tuning.pull_requests.preview import Preview
from sagemaker_tuning.pull_requests.waits import Wait, waits
from sagemaker_tuning.settings import Settings

__all__ = ["Overview", "Total", "overview"]


@dataclass(frozen=True)
class Total:
    """A sum over jobs, of those that are known; `unknown` are the jobs that are not in it."""

    amount: float
    unknown: tuple[JobChange, ...] = ()


@dataclass(frozen=True)
class Overview:
    """A preview, as a reviewer of tuning jobs sees it.

    others: how many of the other resources have each op. unlisted: how many unchanged resources the preview did not
    name, so that jobs may be among them.
    """

    preview: Preview
    jobs: tuple[JobChange, ...]
    waits: tuple[Wait, ...]
    others: Mapping[str, int]
    unlisted: int
    prices: Prices
    notes: tuple[str, ...] = field(default=())

    def of(self, fate: Fate) -> tuple[JobChange, ...]:
        return tuple(job for job in self.jobs if job.fate is fate)

    @property
    def runs(self) -> tuple[JobChange, ...]:
        """The jobs whose training jobs an `up` would start."""
        return tuple(job for job in self.jobs if job.estimate is not None)

    @property
    def hours(self) -> Total:
        """The most instance-hours that they can use."""
        return _total((job, job.most.instance_hours) for job in self.runs if job.most)

    @property
    def cost(self) -> Total:
        """The most dollars that they can cost."""
        return _total((job, job.most.cost_usd) for job in self.runs if job.most)

    @property
    def cost_before(self) -> float | None:
        """The most that the jobs which they replace could cost; None if that is not known of all."""
        before = [job.before.cost_usd for job in self.runs if job.before]
        known = [amount for amount in before if amount is not None]
        return sum(known) if before and len(known) == len(before) else None


def overview(preview: Preview, *, prices: str | None = None, environment: Mapping[str, str] | None = None) -> Overview:
    """What the preview means for tuning jobs.

    prices: a file of the user's own; without one, the file that the stack's configuration names, or the package's
    table. environment: the variables that the preview was made with, for its region.
    Errors: SpecError for a price file of the user's that cannot be read.
    """
    settings, notes = _settings(preview, environment or {})
    if prices is not None:
        found = load_prices(prices)
    else:
        found, notes = _configured_prices(settings, notes)
    jobs, waiting = job_changes(preview, settings, found), waits(preview)
    told = {*(job.urn for job in jobs), *(wait.urn for wait in waiting)}
    ours = Counter(step.op for step in preview.steps if step.urn in told)
    listed = sum(step.op == "same" for step in preview.steps)
    unlisted = max(preview.counts.get("same", 0) - listed, 0)
    others = {op: count - ours[op] for op, count in preview.counts.items()}
    others["same"] = others.get("same", 0) - unlisted
    return Overview(
        preview,
        jobs,
        waiting,
        {op: count for op, count in others.items() if count > 0},
        unlisted,
        found,
        notes,
    )


def _settings(preview: Preview, environment: Mapping[str, str]) -> tuple[Settings, tuple[str, ...]]:
    """The provider's settings in the preview, whose configuration has everything but secrets."""
    config = {key: value for key, value in preview.config.items() if value != str(SECRET)}
    try:
        return Settings.from_config(config.get, environment), ()
    except SpecError:
        return Settings(), ("The configuration of sagemaker-tuning cannot be read: ceilings and region are not known",)


def _configured_prices(settings: Settings, notes: tuple[str, ...]) -> tuple[Prices, tuple[str, ...]]:
    if settings.asks_for_prices:
        notes = (*notes, "Prices are those of a table here; `up` asks AWS for them")
    try:
        return load_prices(settings.prices), notes
    except SpecError:
        note = f"The price file {settings.prices} cannot be read here, so prices are those of the package's table"
        return load_prices(), (*notes, note)


def _total(amounts: Iterable[tuple[JobChange, float | None]]) -> Total:
    amounts = list(amounts)
    known = sum(amount for _, amount in amounts if amount is not None)
    return Total(known, tuple(job for job, amount in amounts if amount is None))
