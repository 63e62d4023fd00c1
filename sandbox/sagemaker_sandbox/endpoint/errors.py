"""The errors that the service answers with: a code and a text, in the service's own words.

Source: the error shapes of botocore's model, where there is one; else responses quoted in public issue threads. The
model has no shape for ValidationException, so clients match on its code.
"""

from __future__ import annotations

__all__ = ["ServiceError", "in_use", "invalid", "limit_exceeded", "not_found", "unreadable"]


class ServiceError(Exception):
    """An answer other than success. `code` is what clients find in `error["Code"]`."""

    def __init__(self, code: str, message: str, http_status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.http_status = http_status


def invalid(message: str) -> ServiceError:
    return ServiceError("ValidationException", message)


def unreadable(message: str) -> ServiceError:
    """A request whose JSON does not have the types of the operation's shape."""
    return ServiceError("SerializationException", message)


def not_found(what: str, name: str) -> ServiceError:
    return ServiceError("ResourceNotFound", f"Could not find {what} '{name}'.")


def in_use(what: str, name: str) -> ServiceError:
    # Source: amazon-sagemaker-examples issue 2440.
    return ServiceError("ResourceInUse", f"A {what} with the name, {name}, already exists. Choose a different name.")


def limit_exceeded(message: str) -> ServiceError:
    return ServiceError("ResourceLimitExceeded", message)
