"""What the next `up` would do with a recorded job, in a word and its reason.

The provider's own decision is asked, with the program's inputs of the last `up`; what Pulumi itself decides (a resource
that is protected, or tainted) comes on top.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from sagemaker_tuning.explanation import explain
from sagemaker_tuning.lifecycle import Options
from sagemaker_tuning.lifecycle.reading import Read
from sagemaker_tuning.stacks.decision import decide
from sagemaker_tuning.stacks.export import TuningResource

__all__ = ["Expectation", "after_refresh", "next_up", "without_the_job"]


@dataclass(frozen=True)
class Expectation:
    """What an `up` would do; `reason` is a sentence without its full stop."""

    action: Literal["none", "create", "update", "replace", "delete", "refuse"]
    reason: str

    def to_dict(self) -> dict[str, Any]:
        return {"action": self.action, "reason": self.reason}


def next_up(resource: TuningResource, status: str) -> Expectation:
    """With the state as it is; `status` is the job's now, which the provider asks for where it matters."""
    if resource.is_tainted:
        return _unless_protected(resource, Expectation("replace", "the resource is tainted"))
    options = Options.from_native(resource.inputs.options)
    outcome, old = decide(resource.state, resource.inputs, options, region=resource.region, ask_status=lambda: status)
    explanation = explain(outcome, old)
    reasons = [change.reason for change in (*explanation.changes, *explanation.ignored, *explanation.undecided)]
    reason = "; ".join([*reasons, *explanation.obstacles]) or "the state is what the program declares"
    return _unless_protected(resource, Expectation(explanation.action, reason))


def after_refresh(resource: TuningResource, found: Read) -> Expectation:
    """With the state that a refresh would write."""
    return next_up(replace(resource, state=resource.state.refreshed(found)), found.observed.status)


def without_the_job(resource: TuningResource, *, is_name_taken: bool) -> Expectation:
    """After a refresh has taken a job that is gone out of the state; the name may be another job's by now."""
    options = Options.from_native(resource.inputs.options)
    if not is_name_taken or resource.inputs.is_auto_named:
        return Expectation("create", "a refresh forgets the job, and the program still declares it")
    if options.adopt_existing:
        return Expectation("create", "adopt_existing takes the other job over, if it is what the program declares")
    return Expectation("refuse", f"the name {resource.inputs.name} is taken by the other job")


def _unless_protected(resource: TuningResource, expected: Expectation) -> Expectation:
    if expected.action != "replace" or not resource.is_protected:
        return expected
    return Expectation("refuse", f"the resource is protected, and would be replaced: {expected.reason}")
