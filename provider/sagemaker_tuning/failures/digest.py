"""The failures of a tuning job's trials at a glance: grouped by cause, each with an example and the end of its log.

Decides what is asked for it beside the list of trials, which has the reasons: the log of one example of each of the
largest groups, and a Describe of an example that was stopped, because no list tells a time limit from a stop. Whatever
cannot be had is left out: a digest never fails, and so never hides the failure that it is about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sagemaker_tuning.errors import AwsError
from sagemaker_tuning.failures.causes import LikelyCause, likely_cause
from sagemaker_tuning.failures.evidence import Evidence, evidence_of
from sagemaker_tuning.failures.masking import Mask, mask_for
from sagemaker_tuning.failures.reasons import last_traceback, normalized, without_command
from sagemaker_tuning.gateway import TuningGateway
from sagemaker_tuning.training_logs import last_lines
from sagemaker_tuning.trials import Trial

__all__ = ["FailureDigest", "FailureGroup", "digest_of"]

_MOST_LOGS = 3
_LOG_LINES = 50  # enough to hold a traceback
_SHOWN_LINES = 15
_LONGEST_LINE = 160
_WITHOUT_LOG = ("image_pull", "capacity", "quota")  # nothing has run


@dataclass(frozen=True)
class FailureGroup:
    """Trials that failed alike. `reason` is their FailureReason without what differs, `example_reason` one as it is."""

    cause: LikelyCause
    count: int
    reason: str
    example: str
    example_reason: str | None = None
    log_lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class FailureDigest:
    """The groups, largest first. `log_problem` says why a log could not be read, if one could not."""

    failed: int
    total: int
    groups: tuple[FailureGroup, ...]
    log_problem: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The digest as plain data, without what is not known."""
        groups = [{key: value for key, value in asdict(group).items() if value} for group in self.groups]
        problem = {"log_problem": self.log_problem} if self.log_problem else {}
        return {"failed": self.failed, "total": self.total, "groups": groups, **problem}

    @property
    def summary(self) -> str:
        """One line for a person."""
        kinds = Counter[str]()
        for group in self.groups:
            kinds[group.cause.id] += group.count
        counted = ", ".join(f"{count} × {cause}" for cause, count in kinds.most_common())
        return f"{self.failed} of {self.total} trials gave no result: {counted}"

    def lines(self, *, groups: int = 3, log_lines: int = 5, logs: int = 1) -> list[str]:
        """The digest for a person: so many groups, and so many lines of the logs of the first ones."""
        shown, more = self.groups[:groups], self.groups[groups:]
        lines = [f"{self.failed} of {self.total} trials gave no result:"]
        for number, group in enumerate(shown):
            lines += _group_lines(group, log_lines if number < logs else 0)
        if more:
            lines.append(f"  {sum(group.count for group in more)} × other failures, of {len(more)} kinds")
        if self.log_problem:
            lines.append(f"  The log could not be read: {self.log_problem}")
        return lines


def digest_of(
    described: Mapping[str, Any],
    trials: Sequence[Trial],
    gateway: TuningGateway,
    *,
    mask: Mask | None = None,
) -> FailureDigest | None:
    """The failures among the trials of a described tuning job; None if there are none.

    mask: hides secret values in texts; without it, those of hyperparameters and variables with telling names.
    """
    alike: dict[Evidence, list[Trial]] = {}
    for trial in trials:
        evidence = evidence_of(trial, described)
        if evidence:
            alike.setdefault(evidence, []).append(trial)
    logs = _Logs(gateway, mask or mask_for(described))
    counts_stopped = _failed_of_its_trials(described)
    groups = []
    for evidence, found in sorted(alike.items(), key=lambda item: len(item[1]), reverse=True):
        of_example = _of_example(evidence, found[0], logs)
        # Else somebody, or early stopping, meant these to end.
        if counts_stopped or likely_cause(of_example).id != "stopped":
            groups.append(_group(of_example, found, logs))
    if not groups:
        return None
    return FailureDigest(sum(group.count for group in groups), len(trials), tuple(groups), logs.problem)


def _failed_of_its_trials(described: Mapping[str, Any]) -> bool:
    is_own_failure = (described.get("FailureReason") or "").startswith("InternalServerError")
    return described.get("HyperParameterTuningJobStatus") == "Failed" and not is_own_failure


class _Logs:
    """The ends of a few logs, until one cannot be read."""

    def __init__(self, gateway: TuningGateway, mask: Mask) -> None:
        self.gateway = gateway
        self.mask = mask
        self.problem: str | None = None
        self._left = _MOST_LOGS

    def end_of(self, training_job_name: str) -> tuple[str, ...]:
        if self.problem or not self._left:
            return ()
        self._left -= 1
        try:
            lines = last_lines(training_job_name, self.gateway, _LOG_LINES)
        except AwsError as error:
            self.problem = f"{error.operation} answers {error.code}"
            return ()
        return tuple(self.mask(line.text) for line in lines)


def _of_example(evidence: Evidence, example: Trial, logs: _Logs) -> Evidence:
    evidence = replace(evidence, reason=logs.mask(without_command(example.failure_reason or "")))
    return _confirmed(evidence, example, logs.gateway) if evidence.status == "Stopped" else evidence


def _group(evidence: Evidence, trials: Sequence[Trial], logs: _Logs) -> FailureGroup:
    example = trials[0]
    log = () if likely_cause(evidence).id in _WITHOUT_LOG else logs.end_of(example.name)
    return FailureGroup(
        cause=likely_cause(replace(evidence, log=log)),
        count=len(trials),
        reason=normalized(evidence.reason),
        example=example.name,
        example_reason=evidence.reason or None,
        log_lines=_telling(log),
    )


def _confirmed(evidence: Evidence, trial: Trial, gateway: TuningGateway) -> Evidence:
    """The evidence with what only Describe says of a stopped training job; as it was if that cannot be had."""
    try:
        described = gateway.describe_training_job(trial.name)
    except AwsError:
        return evidence
    statuses = [transition.get("Status") for transition in described.get("SecondaryStatusTransitions") or []]
    return replace(
        evidence, secondary_status=described.get("SecondaryStatus"), was_interrupted="Interrupted" in statuses
    )


def _telling(log: tuple[str, ...]) -> tuple[str, ...]:
    """The last lines, but from the beginning of a traceback if it is among them."""
    traceback = last_traceback(log)
    start = max(len(log) - _SHOWN_LINES, traceback.start if traceback else 0)
    return tuple(line for line in log[start:] if line.strip())


def _group_lines(group: FailureGroup, log_lines: int) -> list[str]:
    lines = [f"  {group.count} × {group.cause.id}: {group.cause.sentence}", f"      {group.cause.mend}"]
    shown = group.log_lines[-log_lines:] if log_lines else ()
    if not shown:
        return [*lines, f"      For example {group.example}."]
    return [*lines, f"      The log of {group.example} ends:", *(f"      | {line[:_LONGEST_LINE]}" for line in shown)]
