"""Every error that this package raises on purpose.

    TuningError
    ├── SpecError             the declared job is wrong; holds every Problem
    │   └── AdoptionRefused   it is not the job that exists already, which it was to take over
    ├── ChangeRefused         the policy does not allow a change, or no warm start can be made of it
    ├── TuningJobFailed       the job ended Failed or Stopped, and a completion was waiting for it
    ├── AwsError              AWS refused a call; keeps the AWS code, the request id and the operation
    │   ├── NotFound
    │   ├── AlreadyExists     the job's name is taken
    │   ├── LimitExceeded
    │   ├── AccessDenied
    │   ├── InvalidRequest
    │   └── Throttled
    ├── UnexpectedResponse    AWS answered something that its own service model does not allow
    └── ProviderBug           our mistake; the message asks for a report

`str(error)` is what a person reads: where, what was wrong (with the value), how to mend it.
"""

from __future__ import annotations

import reprlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

__all__ = [
    "SECRET",
    "AccessDenied",
    "AdoptionRefused",
    "AlreadyExists",
    "AwsError",
    "ChangeRefused",
    "InvalidRequest",
    "LimitExceeded",
    "NotFound",
    "Problem",
    "ProviderBug",
    "SpecError",
    "Throttled",
    "TuningError",
    "TuningJobFailed",
    "UnexpectedResponse",
]


class _Secret:
    def __repr__(self) -> str:
        return "[secret]"


SECRET = _Secret()
"""Stands where a secret value would be shown."""

_shorten = reprlib.Repr()
_shorten.maxstring = _shorten.maxother = 80
_shorten.maxdict = _shorten.maxlist = 3
_shorten.maxlevel = 2


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a spec.

    `path` is in the language of `paths` and empty for the document as a whole; `given` is the value found there, None
    if there is none; `message` goes on from the value ("has 40 characters; SageMaker allows 32"); `fix` says what to
    do. Neither ends in a full stop.
    """

    path: str
    given: Any
    message: str
    fix: str

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path else ""
        what = f"{_shorten.repr(self.given)} " if self.given is not None else ""
        return f"{where}{what}{self.message}.\n{self.fix}{'' if self.fix.endswith('?') else '.'}"


class TuningError(Exception):
    """The base of the tree; its text says where, what and how to mend it."""


class SpecError(TuningError):
    """The declared job is wrong. `problems` holds all that is wrong with it, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[SpecError], tuple[tuple[Problem, ...]]]:
        return (type(self), (self.problems,))


class AdoptionRefused(SpecError):
    """A job with this name exists, and is not the declared one."""


class ChangeRefused(TuningError):
    """The job may not be replaced as declared; says what would be, and how to go on."""


class TuningJobFailed(TuningError):
    """The tuning job ended without the result that was waited for."""


class AwsError(TuningError):
    """AWS refused a call. `code`, `request_id` and `operation` are as AWS gave them."""

    def __init__(self, message: str, *, code: str = "", request_id: str = "", operation: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.request_id = request_id
        self.operation = operation


class NotFound(AwsError):
    """The job (or the resource with this ARN) does not exist."""


class AlreadyExists(AwsError):
    """The job's name is taken in this account and region."""


class LimitExceeded(AwsError):
    """A service quota would be exceeded."""


class AccessDenied(AwsError):
    """The caller may not do this."""


class InvalidRequest(AwsError):
    """SageMaker refused what was asked for."""


class Throttled(AwsError):
    """Too many calls, even after all retries."""


class UnexpectedResponse(TuningError):
    """AWS answered something that its service model does not allow."""


class ProviderBug(TuningError):
    """A mistake of this package; the user can only report it."""

    def __init__(self, message: str) -> None:
        super().__init__(f"{message}\nThis is a bug in pulumi-sagemaker-tuning: please report it with the text above.")
        self._message = message

    def __reduce__(self) -> tuple[type[ProviderBug], tuple[str]]:
        return (type(self), (self._message,))
