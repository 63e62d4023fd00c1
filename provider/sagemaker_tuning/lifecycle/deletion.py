"""Ending a job's life as `on_delete` says. A job already gone is success, whoever deleted it.

A record can only be deleted in a terminal status, so a running job is stopped first and waited for. The service may
change the status between our look and our call; then its refusal counts for nothing and the next look decides. Training
jobs, models and artifacts are never touched.
"""

from __future__ import annotations

from dataclasses import dataclass

from sagemaker_tuning.errors import AccessDenied, InvalidRequest, NotFound, TuningError
from sagemaker_tuning.gateway import TuningGateway
from sagemaker_tuning.lifecycle.options import Options
from sagemaker_tuning.lifecycle.ownership import RELEASED_TAG
from sagemaker_tuning.lifecycle.reading import describe_same
from sagemaker_tuning.observed import TERMINAL, Identity
from sagemaker_tuning.waiter import SYSTEM_CLOCK, Clock, Say, poll, retry_transient

__all__ = ["delete"]

_MAX_DELETE_ATTEMPTS = 3


def delete(
    identity: Identity,
    options: Options,
    gateway: TuningGateway,
    *,
    child: str | None = None,
    clock: Clock = SYSTEM_CLOCK,
    say: Say,
) -> None:
    """Delete, stop or release the job that the state knows; a later job of the same name is left alone.

    `child` is a job that was created a moment ago to start from this one.
    Errors: TuningError if the job is not gone within `delete_timeout_seconds`; the state then still has it.
    """
    if options.on_delete == "retain":
        _release(identity, gateway, say)
    elif options.on_delete == "stop":
        _stop(identity, gateway)
        _release(identity, gateway, say)
    else:
        if child is not None:
            _let_begin(child, identity.name, options.delete_timeout_seconds, gateway, clock, say)
        _Deletion(identity, options.delete_timeout_seconds, gateway, clock, say).run()


def _let_begin(child: str, parent: str, timeout_seconds: float, gateway: TuningGateway, clock: Clock, say: Say) -> None:
    """Wait until the child has begun: before its first training job SageMaker loads what the parent has learned."""
    said: list[str] = []

    def has_begun() -> bool | None:
        try:
            described = gateway.describe(child)
        except NotFound:
            return True
        if described["HyperParameterTuningJobStatus"] != "InProgress":
            return True
        if any(described.get("TrainingJobStatusCounters", {}).values()):
            return True
        if not said:
            said.append(child)
            say(f"{parent} is deleted as soon as {child} has begun, which starts from it")
        return None

    poll(
        has_begun,
        clock=clock,
        longest_interval_seconds=15.0,
        deadline_seconds=timeout_seconds,
        overdue=lambda: TuningError(
            f"{child} has not begun after {timeout_seconds:g} s, so {parent}, from which it starts, is not deleted.\n"
            "Run the operation again, or allow more time with `delete_timeout_seconds`."
        ),
    )


def _stop(identity: Identity, gateway: TuningGateway) -> None:
    described = describe_same(identity, gateway)
    if described is not None and described["HyperParameterTuningJobStatus"] == "InProgress":
        _tolerant_stop(identity.name, gateway)


def _release(identity: Identity, gateway: TuningGateway, say: Say) -> None:
    """Mark the job as nobody's, so that no later create takes it for that of an interrupted update."""
    try:
        gateway.add_tags(identity.arn, {RELEASED_TAG: "true"})
    except NotFound:
        return
    except (AccessDenied, InvalidRequest) as refusal:  # 48 tags of the user's own leave no room for this one
        say(f"{identity.name} stays, but cannot be marked as released ({refusal})")


def _tolerant_stop(name: str, gateway: TuningGateway) -> None:
    try:
        gateway.stop(name)
    except (InvalidRequest, NotFound):
        return  # it ended, was stopped or was deleted since we looked


@dataclass
class _Deletion:
    """One deletion: each look at the status does the one thing that is next."""

    identity: Identity
    timeout_seconds: float
    gateway: TuningGateway
    clock: Clock
    say: Say
    attempts: int = 0
    last_status: str = "there"

    def run(self) -> None:
        poll(
            self._step,
            clock=self.clock,
            longest_interval_seconds=15.0,
            deadline_seconds=self.timeout_seconds,
            overdue=lambda: TuningError(
                f"{self.identity.name} is still {self.last_status} after {self.timeout_seconds:g} s: not deleted.\n"
                "Run the operation again, or allow more time with `delete_timeout_seconds`."
            ),
        )

    def _step(self) -> bool | None:
        described = retry_transient(
            lambda: describe_same(self.identity, self.gateway), timeout_seconds=60.0, clock=self.clock, say=self.say
        )
        if described is None:
            return True
        status = described["HyperParameterTuningJobStatus"]
        if status == "InProgress":
            self.say(f"stopping {self.identity.name} before its record can be deleted")
            _tolerant_stop(self.identity.name, self.gateway)
        elif status in TERMINAL:
            self._delete_record(status, described.get("FailureReason"))
        self.last_status = status
        return None

    def _delete_record(self, status: str, reason: str | None) -> None:
        if status == "DeleteFailed" and self.attempts >= _MAX_DELETE_ATTEMPTS:
            raise TuningError(
                f"{self.identity.name}: SageMaker could not delete the record ({reason or 'it gives no reason'}).\n"
                "Run the operation again; if it stays so, set on_delete='retain' or ask AWS support."
            )
        self.attempts += 1
        try:
            self.gateway.delete(self.identity.name)
        except NotFound:
            return  # the next look finds it gone
        except InvalidRequest as refusal:
            if "terminal state" not in str(refusal):
                raise
