"""The plan's result: what an `up` would do to a job, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from sagemaker_tuning.planning.rules import Action
from sagemaker_tuning.unknown import is_unknown

__all__ = ["Change", "Note", "Plan"]


@dataclass(frozen=True)
class Change:
    """One difference. `before` is what the job has, `after` what the program declares; None stands for nothing."""

    path: str
    before: Any
    after: Any
    action: Action
    reason: str

    @property
    def is_certain(self) -> bool:
        """False if only what is not known until `up` makes the difference, which then may be none."""
        if isinstance(self.after, (list, tuple)) and self.before:
            return not any(map(is_unknown, self.after))
        return not is_unknown(self.after)

    def to_dict(self) -> dict[str, Any]:
        """The change as plain data, in the order path, before, after, action, reason."""
        return {
            "path": self.path,
            "before": self.before,
            "after": self.after,
            "action": self.action,
            "reason": self.reason,
        }


@dataclass(frozen=True)
class Note:
    """Something a person should know about a path that changes nothing."""

    path: str
    message: str


@dataclass(frozen=True)
class Plan:
    """What an `up` would do: nothing, an update in place or a replacement."""

    action: Literal["none", "update", "replace"]
    changes: tuple[Change, ...] = ()
    notes: tuple[Note, ...] = ()

    @classmethod
    def of(cls, changes: Iterable[Change], notes: Iterable[Note] = ()) -> Plan:
        """The plan of these changes: one that needs a replacement makes it one."""
        changes = tuple(changes)
        if any(change.action == "replace" for change in changes):
            return cls("replace", changes, tuple(notes))
        return cls("update" if changes else "none", changes, tuple(notes))

    def to_dict(self) -> dict[str, Any]:
        """`action` and `changes`, as `sagemaker-tuning plan --json` prints them."""
        return {"action": self.action, "changes": [change.to_dict() for change in self.changes]}
