"""Which error of this package stands for an error of AWS, and which of them may pass by themselves.

Source: error texts as users reported them and as Terraform's AWS provider matches them, because ValidationException and
its like are not modelled and one code covers many meanings.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sagemaker_tuning.errors import (
    AccessDenied,
    AlreadyExists,
    AwsError,
    InvalidRequest,
    LimitExceeded,
    NotFound,
    Throttled,
)

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError

__all__ = ["aws_error", "is_transient", "propagation_cause", "translated"]


def is_transient(error: AwsError) -> bool:
    """Whether the same call may well succeed later: throttled, the service's own failure, or no connection."""
    return isinstance(error, Throttled) or error.code in _TRANSIENT_CODES


def propagation_cause(error: AwsError) -> str | None:
    """What a refused create has to wait for, in words, if new permissions or objects have not spread yet; else None."""
    if not isinstance(error, InvalidRequest):
        return None
    return next((cause for text, cause in _PROPAGATION_CAUSES.items() if text in str(error)), None)


_PROPAGATION_CAUSES = {
    "Could not assume role": "SageMaker to be able to assume the execution role",
    "no identity-based policy allows": "the execution role's policy to take effect",
    "No S3 objects found under S3 URL": "the training data to become visible in S3",
    "The AWS Access Key Id you provided does not exist in our records": "the new access key to become known",
    "Access denied when describing algorithm": "the permission to use the algorithm to take effect",
}

_ERRORS: dict[str, type[AwsError]] = {
    "ResourceNotFound": NotFound,
    "ResourceNotFoundException": NotFound,
    "ResourceInUse": AlreadyExists,
    "ResourceLimitExceeded": LimitExceeded,
    "ValidationException": InvalidRequest,
    "ParamValidationError": InvalidRequest,
    "ThrottlingException": Throttled,
    "Throttling": Throttled,
    "TooManyRequestsException": Throttled,
    "RequestLimitExceeded": Throttled,
    "AccessDeniedException": AccessDenied,
    "AccessDenied": AccessDenied,
    "ExpiredToken": AccessDenied,
    "ExpiredTokenException": AccessDenied,
    "InvalidClientTokenId": AccessDenied,
    "InvalidSignatureException": AccessDenied,
    "UnrecognizedClientException": AccessDenied,
    "NoCredentialsError": AccessDenied,
    "PartialCredentialsError": AccessDenied,
    "SSOTokenLoadError": AccessDenied,
    "TokenRetrievalError": AccessDenied,
    "UnauthorizedSSOTokenError": AccessDenied,
}

_TRANSIENT_CODES = frozenset({
    "InternalFailure", "InternalServerError", "InternalServerException", "ServiceUnavailable",
    "ServiceUnavailableException", "500", "502", "503", "504",
    "EndpointConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "ConnectionClosedError", "HTTPClientError",
})  # fmt: skip

_FIXES: dict[str | type[AwsError], str] = {
    "NoRegionError": "Set one: `pulumi config set aws:region us-east-1`, `--region` of a command, or AWS_REGION.",
    "ProfileNotFound": "Correct `sagemaker-tuning:profile`, `aws:profile` or AWS_PROFILE, or create the profile.",
    "EndpointConnectionError": "Check the network, the region and the endpoint (AWS_ENDPOINT_URL, if it is set).",
    AlreadyExists: "Choose another name.",
    NotFound: "Check the name and the region. If it was deleted, `pulumi refresh` takes that into the state.",
    LimitExceeded: "Ask for less, or have the quota raised in Service Quotas.",
    AccessDenied: "Use credentials that are valid and allow this call.",
    InvalidRequest: "Change what SageMaker names here.",
    Throttled: "Try again later, with fewer operations at once (`--parallel`).",
    AwsError: "Try again; if it stays, ask AWS support with the request id.",
}


@contextmanager
def translated(operation: str, subject: str | None = None, *, region: str | None = None) -> Iterator[None]:
    """Turn what botocore raises inside into the errors of this package, chained to the original.

    region: where a subject that is not there was looked for, if that is known.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        raise _from_service(error, operation, subject, region) from error
    except BotoCoreError as error:
        raise _from_botocore(error, operation, subject) from error


def _from_service(error: ClientError, operation: str, subject: str | None, region: str | None) -> AwsError:
    said = error.response.get("Error", {})
    request_id = error.response.get("ResponseMetadata", {}).get("RequestId", "")
    return aws_error(said.get("Code", "Unknown"), said.get("Message", ""), request_id, operation, subject, region)


def _from_botocore(error: BotoCoreError, operation: str, subject: str | None) -> AwsError:
    return aws_error(type(error).__name__, str(error), "", operation, subject)


def aws_error(
    code: str, message: str, request_id: str, operation: str, subject: str | None, region: str | None = None
) -> AwsError:
    kind = _ERRORS.get(code, AwsError)
    # For a missing training job, Describe answers ValidationException; Delete may do so for a tuning job.
    if kind is InvalidRequest and not operation.startswith("Create") and "not found" in _not_found_text(message):
        kind = NotFound
    fix = _FIXES.get(code) or _FIXES[kind]
    if kind is NotFound and region:
        fix = f"It was looked for in {region}. {fix}"
    where = f"{operation}({subject})" if subject else operation
    trace = f" (request id {request_id})" if request_id else ""
    return kind(f"{where}: {code}: {message}{trace}\n{fix}", code=code, request_id=request_id, operation=operation)


def _not_found_text(message: str) -> str:
    return message.lower().replace("could not find", "not found").replace("can't find", "not found")
