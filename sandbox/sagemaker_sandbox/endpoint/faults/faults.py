"""The rules at work: counts what each could strike, and says what is struck now. Thread-safe; does nothing itself."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any, get_args

from .rules import (
    CallFault,
    Counted,
    FaultPlan,
    InstanceQuota,
    ObjectPropagation,
    RolePropagation,
    Rule,
    TrialFault,
)

__all__ = ["Faults"]


class Faults:
    """`clock` gives seconds that never go back."""

    def __init__(self, plan: FaultPlan | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._rules: list[_Rule] = []
        self.add(plan or FaultPlan())

    def add(self, plan: FaultPlan) -> None:
        """Put a plan's rules beside those there are. Its seed is theirs alone."""
        now = self._clock()
        with self._lock:
            self._rules += [_Rule(rule, f"{plan.seed}/{index}", now) for index, rule in enumerate(plan.rules)]

    def clear(self) -> None:
        with self._lock:
            self._rules.clear()

    def as_json(self) -> list[dict[str, Any]]:
        """Each rule with what it has seen and struck."""
        with self._lock:
            return [
                {**item.rule.model_dump(exclude_none=True), "seen": item.seen, "struck": item.struck}
                for item in self._rules
            ]

    def on_call(self, service: str, operation: str) -> list[CallFault]:
        """The faults that strike this call, in the rules' order."""
        call, now = f"{service}:{operation}", self._clock()
        with self._lock:
            found = [item for item in self._rules if isinstance(item.rule, get_args(CallFault))]
            struck = [item.rule for item in found if item.is_open(call, now) and item.strikes()]
            for item in found:
                item.note(call, now)
        return struck

    def on_trial(self, training_job: str) -> list[TrialFault]:
        """The faults that strike a trial which starts now."""
        with self._lock:
            return [
                item.rule
                for item in self._rules
                if isinstance(item.rule, get_args(TrialFault))
                and fnmatchcase(training_job, item.rule.training_job)
                and item.strikes()
            ]

    @property
    def role_propagation_seconds(self) -> float:
        return self._longest(RolePropagation)

    @property
    def object_propagation_seconds(self) -> float:
        return self._longest(ObjectPropagation)

    def instance_quota(self, instance_type: str) -> int | None:
        """How many instances of a type there may be at a time; None: as many as you like."""
        with self._lock:
            quotas = [item.rule for item in self._rules if isinstance(item.rule, InstanceQuota)]
        return min((quota.instances for quota in quotas if quota.instance_type == instance_type), default=None)

    def _longest(self, kind: type[RolePropagation | ObjectPropagation]) -> float:
        with self._lock:
            return max((item.rule.seconds for item in self._rules if isinstance(item.rule, kind)), default=0.0)


class _Rule:
    """One rule and its counts."""

    def __init__(self, rule: Rule, seed: str, now: float) -> None:
        self.rule: Any = rule  # each kind has its own members; who asks for one has looked at the kind
        self.seen = 0
        self.struck = 0
        self._random = random.Random(seed)
        self._since: float | None = None if getattr(rule, "after", None) else now

    def is_open(self, call: str, now: float) -> bool:
        """Whether the rule could strike this call now."""
        if not fnmatchcase(call, self.rule.call):
            return False
        seconds = self.rule.for_seconds
        return seconds is None or (self._since is not None and now - self._since <= seconds)

    def note(self, call: str, now: float) -> None:
        """Start the time of `for_seconds` if this is the call it follows."""
        if self.rule.after and fnmatchcase(call, self.rule.after):
            self._since = now

    def strikes(self) -> bool:
        """Count one occurrence, and say whether it is struck."""
        self.seen += 1
        is_struck = self._is_struck()
        self.struck += is_struck
        return is_struck

    def _is_struck(self) -> bool:
        rule: Counted = self.rule
        if rule.first is not None:
            return self.seen <= rule.first
        if rule.nth is not None:
            return self.seen == rule.nth
        if rule.every is not None:
            return self.seen % rule.every == 0
        if rule.probability is not None:
            return self._random.random() < rule.probability
        return True
