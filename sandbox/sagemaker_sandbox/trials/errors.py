"""The one error of a trial: its text becomes the training job's FailureReason."""

from __future__ import annotations

__all__ = ["TrialError"]


class TrialError(Exception):
    """A trial that cannot go on, with the FailureReason as SageMaker words it (`ClientError: ...`)."""
