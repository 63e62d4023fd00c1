"""Errors that the engine shows to its user, and the exit codes that go with them."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The Pulumi CLI's exit codes.

    Source: https://www.pulumi.com/docs/iac/cli/exit-codes/ and the CLI's own behavior.
    """

    SUCCESS = 0
    ERROR = 1
    CONFIGURATION = 2
    STACK_NOT_FOUND = 6
    NO_CHANGES_EXPECTED = 7
    CANCELED = 8


class EngineError(Exception):
    """Something the user can mend; its text says what and how. Shown without a traceback."""

    exit_code = ExitCode.ERROR


class StackNotFound(EngineError):
    """The named stack is not in the backend."""

    exit_code = ExitCode.STACK_NOT_FOUND


class ChangesFound(EngineError):
    """`--expect-no-changes` was given and there are changes."""

    exit_code = ExitCode.NO_CHANGES_EXPECTED


class CannotAsk(EngineError):
    """The command needs a yes and there is nobody to ask."""

    exit_code = ExitCode.CONFIGURATION


class Canceled(EngineError):
    """The user interrupted the operation or said no to it."""

    exit_code = ExitCode.CANCELED


class StepFailed(EngineError):
    """A provider could not carry out a step; the text is the provider's.

    `urn` is the resource, where it came to no step because already the diff failed.
    """

    def __init__(self, message: str, urn: str = "") -> None:
        super().__init__(message)
        self.urn = urn


class Reported(EngineError):
    """The operation failed and every reason has already been shown as a diagnostic."""
