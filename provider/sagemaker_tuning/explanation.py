"""What a plan means for the person who reads a preview: what runs again, what it can cost, what becomes of the old job.

Decides the words only. What changes is `planning`'s, and the figures are `cost`'s; nothing is asked of AWS, so the old
job is told of as it was recorded. Values of secrets are masked in the plan already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sagemaker_tuning.cost import Estimate, dollars, hours
from sagemaker_tuning.observed import MISSING
from sagemaker_tuning.planning import Change, Outcome, Parent
from sagemaker_tuning.planning.warm_start import MOST_TRIALS
from sagemaker_tuning.unknown import is_unknown

__all__ = ["Explanation", "explain"]

_MOST_CHANGES_SHOWN = 8
_KEPT = "training jobs, models and artifacts stay"


@dataclass(frozen=True)
class Explanation:
    """A plan in words. `action` is what Pulumi will show, or `refuse` where the preview fails.

    `consequences` has, for a replacement, what runs again (`runs`), the most that it can use and cost (`cost`), how
    that is calculated (`arithmetic`), what becomes of the old job (`old_job`) and of its results (`record`), and what
    the new one begins with (`warm_start`); each is a sentence without its full stop. `advice` is how to go on.
    """

    action: Literal["none", "update", "replace", "refuse"]
    headline: str
    changes: tuple[Change, ...]
    ignored: tuple[Change, ...] = ()
    undecided: tuple[Change, ...] = ()
    obstacles: tuple[str, ...] = ()
    consequences: tuple[tuple[str, str], ...] = ()
    advice: str = ""

    @property
    def is_worth_telling(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.changes or self.ignored or self.undecided)

    @property
    def short(self) -> list[str]:
        """A few lines for a terminal: what happens, why, and what of it cannot be undone."""
        told = dict(self.consequences)
        figures = ", ".join(told[name] for name in ("runs", "cost") if name in told)
        lines = [f"{self.headline}{f': {figures}' if figures else ''}"]
        lines += _listed(self.changes) + _listed(self.ignored) + _listed(self.undecided)
        lines += [f"  {obstacle}" for obstacle in self.obstacles]
        lines += [f"  {told[name]}" for name in ("old_job", "record", "warm_start") if name in told]
        return [*lines, f"  {self.advice}"] if self.advice else lines

    @property
    def full(self) -> str:
        """All of it as text: every change and every consequence."""
        lines = [self.headline]
        for title, changes in (("", self.changes), ("left alone", self.ignored), ("may change", self.undecided)):
            lines += [f"  {title}:"] if title and changes else []
            lines += [f"  {change.path}: {change.reason}" for change in changes]
        lines += [f"  {obstacle}" for obstacle in self.obstacles]
        lines += [f"  {sentence}" for _, sentence in self.consequences]
        return "\n".join([*lines, f"  {self.advice}"] if self.advice else lines)

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain data; values that are not known until `up` are null."""
        return {
            "action": self.action,
            "headline": self.headline,
            "changes": [_plain(change) for change in self.changes],
            "ignored": [_plain(change) for change in self.ignored],
            "undecided": [_plain(change) for change in self.undecided],
            "obstacles": list(self.obstacles),
            "consequences": dict(self.consequences),
            "advice": self.advice,
        }


def explain(outcome: Outcome, old: Parent, *, estimate: Estimate | None = None) -> Explanation:
    """What the outcome of a plan means for the old job; `estimate` is the new one's, if its cost is to be told."""
    if outcome.refused:
        return _refusal(outcome, old, estimate)
    # What needs the new job comes first, as only so many are told.
    changes = tuple(sorted(outcome.plan.changes, key=lambda change: change.action != "replace"))
    ignored, undecided = outcome.ignored, outcome.undecided
    if outcome.plan.action == "replace":
        consequences = (*_run(estimate), *_fate(outcome, old), *_beginning(outcome, old))
        return Explanation("replace", "to be replaced", changes, consequences=consequences)
    headline = "to be updated in place" if changes else "stays as it is"
    advice = ""
    if ignored:
        headline += f", {_count(len(ignored), 'change')} left alone (on_change='ignore')"
        advice = "To run the job as it is declared now, change rerun_token, or set on_change='replace'"
    if undecided:
        headline += ", unless a value that is not known yet is another one (on_change='reject')"
        advice = "If it is, the update stops here"
    return Explanation(outcome.plan.action, headline, changes, ignored, undecided, advice=advice)


def _refusal(outcome: Outcome, old: Parent, estimate: Estimate | None) -> Explanation:
    """A change that is not allowed: by the user, or by what the service demands of the job that the user wants."""
    obstacles = tuple(map(str, outcome.obstacles))
    changes = (*outcome.refused, *outcome.plan.changes)
    if not obstacles:
        return Explanation(
            "refuse",
            f"{old.name} would be replaced (on_change='reject')",
            changes,
            consequences=(*_run(estimate), *_fate(outcome, old)),
            advice="To allow it once, change rerun_token; to allow it always, set on_change='replace'",
        )
    if not outcome.policy.starts_warm or outcome.policy.withholds_name(old):
        return Explanation("refuse", f"{old.name} cannot be replaced", changes, obstacles=obstacles)
    wish = "on_change='warm_start'" if outcome.policy.on_change == "warm_start" else "parents='previous'"
    advice = f"For a new job that begins without what {old.name} has learned, do without {wish}"
    return Explanation("refuse", f"cannot go on from {old.name} ({wish})", changes, obstacles=obstacles, advice=advice)


def _run(estimate: Estimate | None) -> list[tuple[str, str]]:
    """What runs again, and the most that it can use."""
    if estimate is None:
        return []
    told = []
    numbers = {line.bound.trials for line in estimate.lines}
    trials = next(iter(numbers)) if len(numbers) == 1 else None
    if trials is not None:
        told.append(("runs", f"{_count(trials, 'trial')} run{'s' * (trials == 1)} again"))
    figures = [
        *([hours(estimate.max_instance_hours)] if estimate.max_instance_hours is not None else []),
        *([dollars(estimate.max_cost_usd)] if estimate.max_cost_usd is not None else []),
    ]
    told.append(("cost", f"{' and '.join(figures)} at most" if figures else "no known bound of hours or cost"))
    return [*told, ("arithmetic", estimate.arithmetic)]


def _fate(outcome: Outcome, old: Parent) -> list[tuple[str, str]]:
    """What becomes of the old job and of its results."""
    if old.status == MISSING:
        return [("old_job", f"{old.name} is gone already")]
    name = f"{old.name} ({old.status})" if old.has_ended else old.name
    if outcome.policy.on_delete == "retain":
        fate = f"{name} stays{'' if old.has_ended else ', and runs on if it still runs'}"
        return [("old_job", f"{fate} (on_delete='retain')")]
    if outcome.policy.on_delete == "stop":
        fate = f"{name} stays" if old.has_ended else f"{name} is stopped if it still runs, and stays"
        return [("old_job", f"{fate} (on_delete='stop')")]
    stopped = "" if old.has_ended else "is stopped if it still runs, and "
    if old.is_deleted_first:
        risk = "if SageMaker refuses the new one, neither is there"
        fate = f"first {name} {stopped}is deleted, as the new job takes its name; {risk}"
    else:
        fate = f"once the new job is accepted, {name} {stopped}is deleted"
    way_out = "another name and on_delete='retain' keep" if old.is_deleted_first else "on_delete='retain' keeps"
    record = f"with it go its record and the ranking of its trials; {_KEPT} ({way_out} all of it)"
    return [("old_job", fate), ("record", record)]


def _beginning(outcome: Outcome, old: Parent) -> list[tuple[str, str]]:
    start = outcome.warm_start
    if start is not None:
        sentence = f"the new job goes on from what {start.parent} has learned"
        if not is_unknown(start.type):
            sentence += f" ({start.type})"
        if start.trials is not None and start.trials > MOST_TRIALS:
            sentence += f"; both may have {start.trials} trials together, and the quota is {MOST_TRIALS} unless raised"
        return [("warm_start", sentence)]
    if outcome.obstacles:
        return [("warm_start", f"the new job cannot go on from {old.name}: {'; '.join(map(str, outcome.obstacles))}")]
    return []


def _listed(changes: tuple[Change, ...]) -> list[str]:
    shown = [f"  {change.path}: {change.reason}" for change in changes[:_MOST_CHANGES_SHOWN]]
    left = len(changes) - len(shown)
    return [*shown, f"  and {_count(left, 'more change')}"] if left else shown


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _plain(change: Change) -> dict[str, Any]:
    return {name: _known(value) for name, value in change.to_dict().items()}


def _known(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _known(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_known(item) for item in value]
    return None if is_unknown(value) else value
