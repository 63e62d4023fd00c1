"""What a preview means for each tuning job: worked out anew from the states in its steps, by the rules of the provider.

The engine decides what is done, and its word counts; the core says why, and what comes of it. Where the two states do
not show a difference that the engine knows of, it is a secret, or Pulumi's own business, and is told as such. A job
that the preview refused has no step; what it was refused with is all that there is.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sagemaker_tuning import paths
from sagemaker_tuning.cost import Ceilings, Estimate, Gap, Prices, Verdict, estimate
from sagemaker_tuning.errors import SECRET
from sagemaker_tuning.explanation import Explanation, explain
from sagemaker_tuning.lifecycle.options import Options
from sagemaker_tuning.names import snake
from sagemaker_tuning.planning import Change, Outcome, Plan
from sagemaker_tuning.preflight import preflight
from sagemaker_tuning.pull_requests.preview import Message, Preview, Step
from sagemaker_tuning.settings import Settings
from sagemaker_tuning.stacks.decision import decide
from sagemaker_tuning.stacks.export import JOB_TYPE, TuningResource

__all__ = ["Fate", "JobChange", "Most", "job_changes"]


class Fate(enum.Enum):
    """What becomes of a job, in the order in which a reviewer wants to hear of it."""

    REFUSED = "is refused"
    RUNS_AGAIN = "runs again"
    DELETED = "is deleted"
    NEW = "is new"
    UPDATED = "is updated in place"
    LEFT_ALONE = "is left alone"
    UNCHANGED = "stays as it is"


@dataclass(frozen=True)
class Most:
    """The most that a job's training jobs can use and cost; None is unknown."""

    instance_hours: float | None
    cost_usd: float | None


@dataclass(frozen=True)
class JobChange:
    """What becomes of one tuning job.

    changes: what differs, or is left alone. estimate, over_ceilings, warnings: of the run that `up` would start, if it
    does; before: of the job that it replaces. consequences: sentences without their full stops. refusal: what was said
    against it.
    """

    urn: str
    name: str
    fate: Fate
    changes: tuple[Change, ...] = ()
    consequences: tuple[str, ...] = ()
    estimate: Estimate | None = None
    before: Most | None = None
    over_ceilings: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    refusal: tuple[str, ...] = ()

    @property
    def trials(self) -> int | None:
        """How many trials the new run has at most, if all that is known of it agrees."""
        numbers = {line.bound.trials for line in self.estimate.lines} if self.estimate else set()
        return numbers.pop() if len(numbers) == 1 else None

    @property
    def most(self) -> Most | None:
        """What the new run can use and cost."""
        return Most(self.estimate.max_instance_hours, self.estimate.max_cost_usd) if self.estimate else None


def job_changes(preview: Preview, settings: Settings, prices: Prices) -> tuple[JobChange, ...]:
    """Every tuning job of the preview, the most important first. `settings` are those of the preview."""
    steps = [step for step in preview.steps if step.type == JOB_TYPE]
    reader = _Reader(replace(settings, region=settings.region or _common_region(steps)), prices)
    changes = [change for step in steps if (change := reader.read(step)) is not None]
    found = [*_refused(preview.errors), *changes]
    names = [change.name for change in found]
    found = [replace(change, name=_full_name(change)) if names.count(change.name) > 1 else change for change in found]
    order = list(Fate)
    return tuple(sorted(found, key=lambda change: (order.index(change.fate), change.name)))


_HIDDEN = "is hidden in the preview, as it is or holds a secret"
_IN_FIGURES = frozenset({"runs", "cost"})  # consequences that the estimate has as numbers


@dataclass(frozen=True)
class _Reader:
    settings: Settings
    prices: Prices

    def read(self, step: Step) -> JobChange | None:
        """What a step means; None for a job that is only looked up, and so not this stack's."""
        if step.op == "create" and step.new:
            return self._new(step, TuningResource.of(step.new))
        if step.op == "delete" and step.old:
            return _deleted(step, TuningResource.of(step.old))
        if step.op in ("same", "update", "replace") and step.old and step.new:
            return self._changed(step, TuningResource.of(step.old), TuningResource.of(step.new))
        return None

    def _new(self, step: Step, new: TuningResource) -> JobChange:
        options = Options.from_native(new.inputs.options)
        adopts = ("a job of this name that exists is taken over, if it is as declared",) * options.adopt_existing
        bound = self._estimate(new, self.settings.region)
        return JobChange(
            step.urn,
            step.name,
            Fate.NEW,
            consequences=(*adopts, bound.arithmetic),
            estimate=bound,
            over_ceilings=self._over_ceilings(options, bound),
            warnings=self._warnings(new, options, bound),
        )

    def _changed(self, step: Step, old: TuningResource, new: TuningResource) -> JobChange:
        options = Options.from_native(new.inputs.options)
        # The environment may have another region than the one that the preview was made in.
        moved_to = (self.settings.region or "") if "region" in step.replaces else ""
        outcome, job = decide(old.state, new.inputs, options, region=moved_to)
        may_have_ended = step.op == "replace" and options.policy.starts_warm and not job.has_ended
        if may_have_ended:  # the provider has asked AWS, and the state is older
            outcome, _ = decide(replace(old.state, status="Completed"), new.inputs, options, region=moved_to)
        outcome = _as_the_engine_says(outcome, step, [*old.secret_paths, *new.secret_paths])
        if step.op != "replace":
            return _kept(step, explain(outcome, job))
        if old.is_retained_on_delete:
            outcome = replace(outcome, policy=replace(outcome.policy, on_delete="retain"))
        bound = self._estimate(new, moved_to or old.region or self.settings.region)
        explanation = explain(outcome, job, estimate=bound)
        if_ended = ", if that has ended by then" if may_have_ended and options.on_change != "warm_start" else ""
        return JobChange(
            step.urn,
            step.name,
            Fate.RUNS_AGAIN,
            explanation.changes,
            tuple(
                f"{sentence}{if_ended if name == 'warm_start' else ''}"
                for name, sentence in explanation.consequences
                if name not in _IN_FIGURES
            ),
            bound,
            self._before(old),
            self._over_ceilings(options, bound),
            self._warnings(new, options, bound),
        )

    def _estimate(self, new: TuningResource, region: str | None) -> Estimate:
        """What the new run can use and cost; of what the preview hides, `up` tells the provider alone."""
        bound = estimate(new.inputs.job, self.prices, region)
        lines = (
            replace(line, bound=replace(line.bound, gaps=tuple(_hidden_gap(gap, new) for gap in line.bound.gaps)))
            for line in bound.lines
        )
        return replace(bound, lines=tuple(lines))

    def _before(self, old: TuningResource) -> Most:
        state = old.state
        if state.estimated_cost_usd is not None:
            return Most(state.estimated_instance_hours, state.estimated_cost_usd)
        bound = estimate(state.inputs.job, self.prices, old.region or self.settings.region)
        return Most(bound.max_instance_hours, bound.max_cost_usd)

    def _over_ceilings(self, options: Options, bound: Estimate) -> tuple[str, ...]:
        return tuple(map(str, self._verdict(options, bound).problems))

    def _warnings(self, new: TuningResource, options: Options, bound: Estimate) -> tuple[str, ...]:
        silence = (*options.silence, *self.settings.silence)
        found = preflight(new.inputs.job, silence=silence, secret_paths=new.secret_paths)
        serious = [f"{finding.id}: {finding.problem}" for finding in found if finding.level != "info"]
        return (*map(str, self._verdict(options, bound).warnings), *serious)

    def _verdict(self, options: Options, bound: Estimate) -> Verdict:
        if any(gap.reason.endswith(_HIDDEN) for gap in bound.gaps):
            return Verdict()  # the provider, from which nothing is hidden, has checked it
        hours, cost = options.max_instance_hours, options.max_cost_usd
        ceilings = Ceilings(
            self.settings.max_instance_hours if hours is None else hours,
            self.settings.max_cost_usd if cost is None else cost,
        )
        return ceilings.check(bound)


def _common_region(steps: Iterable[Step]) -> str | None:
    """The region of the jobs that the stack has, if it is one."""
    regions = {region for step in steps if step.old and (region := TuningResource.of(step.old).region)}
    return regions.pop() if len(regions) == 1 else None


def _kept(step: Step, explanation: Explanation) -> JobChange:
    """A job that is not run again."""
    consequences = (explanation.advice,) if explanation.advice else ()
    left_alone = (*explanation.ignored, *explanation.undecided)
    if step.op == "update":
        changes = (*explanation.changes, *left_alone)
        unseen = () if changes else ("what changes is a secret, or Pulumi's own business",)
        return JobChange(step.urn, step.name, Fate.UPDATED, changes, (*unseen, *consequences))
    if left_alone:
        return JobChange(step.urn, step.name, Fate.LEFT_ALONE, left_alone, (explanation.headline, *consequences))
    return JobChange(step.urn, step.name, Fate.UNCHANGED)


def _deleted(step: Step, old: TuningResource) -> JobChange:
    name, status = old.state.inputs.name, old.state.status
    on_delete = "retain" if old.is_retained_on_delete else Options.from_native(old.state.inputs.options).on_delete
    sentences = {
        "delete": (
            f"{name} ({status}) is stopped if it still runs, and deleted",
            "with it go its record and the ranking of its trials; training jobs, models and artifacts stay",
        ),
        "stop": (f"{name} ({status}) is stopped if it still runs, and stays in SageMaker",),
        "retain": (f"{name} ({status}) stays in SageMaker as it is",),
    }
    return JobChange(step.urn, step.name, Fate.DELETED, consequences=sentences[on_delete])


def _as_the_engine_says(outcome: Outcome, step: Step, secret_paths: Sequence[str]) -> Outcome:
    """The outcome with what the engine does, and without differences that only come of what a preview hides."""
    changes = _seen((*outcome.plan.changes, *outcome.refused), secret_paths)
    if step.op == "replace":
        explained = {paths.parse(change.path)[0] for change in changes if change.action == "replace"}
        causes = [snake(key) for key in step.replaces] or [""]
        changes += tuple(_unseen(cause, secret_paths) for cause in causes if cause not in explained)
    else:
        changes = tuple(change for change in changes if change.action == "update")
    ignored, undecided = _seen(outcome.ignored, secret_paths), _seen(outcome.undecided, secret_paths)
    return replace(outcome, plan=Plan.of(changes), refused=(), ignored=ignored, undecided=undecided)


def _seen(changes: Iterable[Change], secret_paths: Sequence[str]) -> tuple[Change, ...]:
    """The changes but those from one secret to another: a preview shows them all alike, changed or not."""
    seen = []
    for change in changes:
        if not any(paths.overlap(change.path, path) for path in secret_paths):
            seen.append(change)
        elif change.before is None or change.after is None:
            reason = f"{change.reason.partition(': ')[0]}: {SECRET}"
            seen.append(replace(change, before=_hidden(change.before), after=_hidden(change.after), reason=reason))
    return tuple(seen)


def _hidden_gap(gap: Gap, new: TuningResource) -> Gap:
    if not gap.until_up or not any(paths.overlap(gap.path, path) for path in new.secret_paths):
        return gap
    return Gap(f"{gap.path} {_HIDDEN}", "", path=gap.path)


def _hidden(value: Any) -> str | None:
    return None if value is None else str(SECRET)


def _unseen(cause: str, secret_paths: Sequence[str]) -> Change:
    """The change of a property that the engine names, and whose values do not tell it."""
    secrets = [path for path in dict.fromkeys(secret_paths) if cause and paths.overlap(cause, path)]
    if len(secrets) == 1:
        return Change(secrets[0], str(SECRET), str(SECRET), "replace", "a secret value changes")
    if secrets:
        how = "changes in a place that the preview hides, as it holds secrets"
        one_of = f"one of its {len(secrets)} secret values changes"
        return Change(cause, None, None, "replace", how if cause in secrets else one_of)
    reasons = {
        "": "Pulumi was told to replace it, or it is tainted",
        "status": "the job has ended, in a way in which rerun_on asks to run it again",
    }
    return Change(cause, None, None, "replace", reasons.get(cause, "Pulumi has a reason of its own"))


def _refused(errors: Iterable[Message]) -> Iterator[JobChange]:
    """The jobs that the preview stopped at, each with all that was said."""
    said: dict[str, list[str]] = {}
    for message in errors:
        if f"{JOB_TYPE}::" in message.urn:
            said.setdefault(message.urn, []).append(message.text)
    for urn, texts in said.items():
        yield JobChange(urn, urn.split("::", 3)[-1], Fate.REFUSED, refusal=tuple(texts))


def _full_name(change: JobChange) -> str:
    """The name with the types of the components around it."""
    types = change.urn.split("::", 3)[2].split("$")[:-1]
    return "/".join([*(name.rpartition(":")[2] for name in types), change.name])
