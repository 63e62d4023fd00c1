"""The typed front of the AWS calls that this package makes; the only module that imports boto3.

Decides how a client is built from settings, how often botocore tries again (adaptive mode: throttling, 5xx, broken
connections), and which error of this package stands for an error of AWS. Leaves to its callers what to do about one:
`is_transient` and `propagation_cause` only say what kind of error it is.

boto3 is imported by the first call, so that a preview which needs no call never pays for it.

Source: botocore's `sagemaker/2017-07-24` service model; error texts as users reported them and as Terraform's AWS
provider matches them, because ValidationException and its like are not modelled and one code covers many meanings.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Protocol, cast

from sagemaker_tuning.errors import (
    AccessDenied,
    AlreadyExists,
    AwsError,
    InvalidRequest,
    LimitExceeded,
    NotFound,
    Throttled,
)
from sagemaker_tuning.settings import AssumedRole, Settings

if TYPE_CHECKING:
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError
    from mypy_boto3_sagemaker import SageMakerClient

__all__ = ["Gateway", "TuningGateway", "gateway_for", "is_transient", "propagation_cause"]

Document = dict[str, Any]  # a response as botocore parses it, PascalCase keys, without ResponseMetadata


class TuningGateway(Protocol):
    """The calls that lifecycle and completion make; every one raises the errors of `errors` and no other."""

    @property
    def region(self) -> str: ...

    def create(self, request: Mapping[str, Any]) -> str:
        """Send a CreateHyperParameterTuningJob request; the ARN of the accepted job."""

    def describe(self, name: str) -> Document: ...

    def stop(self, name: str) -> None: ...

    def delete(self, name: str) -> None: ...

    def list_tuning_jobs(
        self,
        *,
        name_contains: str | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
    ) -> Iterator[Document]:
        """Summaries, newest first; a further page of a hundred is fetched only when the iteration gets there."""

    def list_training_jobs(
        self, name: str, *, status: str | None = None, sort_by: str = "CreationTime", order: str = "Ascending"
    ) -> Iterator[Document]:
        """Summaries of the training jobs that the tuning job `name` started, oldest first unless asked otherwise."""

    def list_all_training_jobs(
        self,
        *,
        name_contains: str | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        status: str | None = None,
        sort_by: str = "CreationTime",
        order: str = "Ascending",
    ) -> Iterator[Document]:
        """Summaries of all training jobs of the region, whoever started them."""

    def describe_training_job(self, name: str) -> Document: ...

    def list_tags(self, arn: str) -> list[dict[str, str]]: ...

    def add_tags(self, arn: str, tags: Mapping[str, str]) -> None: ...

    def delete_tags(self, arn: str, keys: Sequence[str]) -> None: ...

    def log_streams(self, group: str, prefix: str) -> list[str]:
        """The names of the streams of a log group that begin with the prefix, in the order of their names."""

    def last_log_events(self, group: str, stream: str, count: int) -> list[Document]:
        """The last events of a log stream, oldest first."""

    def log_events(self, group: str, stream: str, token: str | None = None) -> tuple[list[Document], str | None]:
        """All events of a log stream so far, oldest first, and a token: with it the call gives what came after them."""

    def price_list(self, filters: Sequence[Mapping[str, str]]) -> list[str]:
        """SageMaker's products in AWS's price list, each a JSON text; asked once for the same filters."""


_MOST_LOG_EVENTS = 10_000  # in one answer of GetLogEvents


class Gateway:
    """TuningGateway over boto3. Safe to share between threads; obtained from `gateway_for`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._built: dict[str, Any] = {}
        self._products: dict[str, list[str]] = {}

    @property
    def region(self) -> str:
        """The region that the calls go to, however it was found."""
        with _translated("client"):
            return self._client.meta.region_name

    def create(self, request: Mapping[str, Any]) -> str:
        with _translated("CreateHyperParameterTuningJob", request.get("HyperParameterTuningJobName")):
            # The request is the spec's own: it was made from the same shapes that the stubs describe.
            return self._client.create_hyper_parameter_tuning_job(**request)["HyperParameterTuningJobArn"]

    def describe(self, name: str) -> Document:
        with _translated("DescribeHyperParameterTuningJob", name):
            return _document(self._client.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name))

    def stop(self, name: str) -> None:
        with _translated("StopHyperParameterTuningJob", name):
            self._client.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)

    def delete(self, name: str) -> None:
        with _translated("DeleteHyperParameterTuningJob", name):
            self._client.delete_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)

    def list_tuning_jobs(
        self,
        *,
        name_contains: str | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
    ) -> Iterator[Document]:
        filters = {
            "NameContains": name_contains,
            "CreationTimeAfter": created_after,
            "CreationTimeBefore": created_before,
            "SortBy": "CreationTime",
            "SortOrder": "Descending",
        }
        return self._pages("ListHyperParameterTuningJobs", "HyperParameterTuningJobSummaries", filters)

    def list_training_jobs(
        self, name: str, *, status: str | None = None, sort_by: str = "CreationTime", order: str = "Ascending"
    ) -> Iterator[Document]:
        filters = {
            "HyperParameterTuningJobName": name,
            "StatusEquals": status,
            "SortBy": sort_by,
            "SortOrder": order,
        }
        return self._pages("ListTrainingJobsForHyperParameterTuningJob", "TrainingJobSummaries", filters, subject=name)

    def list_all_training_jobs(
        self,
        *,
        name_contains: str | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        status: str | None = None,
        sort_by: str = "CreationTime",
        order: str = "Ascending",
    ) -> Iterator[Document]:
        filters = {
            "NameContains": name_contains,
            "CreationTimeAfter": created_after,
            "CreationTimeBefore": created_before,
            "StatusEquals": status,
            "SortBy": sort_by,
            "SortOrder": order,
        }
        return self._pages("ListTrainingJobs", "TrainingJobSummaries", filters)

    def describe_training_job(self, name: str) -> Document:
        with _translated("DescribeTrainingJob", name):
            return _document(self._client.describe_training_job(TrainingJobName=name))

    def list_tags(self, arn: str) -> list[dict[str, str]]:
        return list(self._pages("ListTags", "Tags", {"ResourceArn": arn}, subject=arn))

    def add_tags(self, arn: str, tags: Mapping[str, str]) -> None:
        with _translated("AddTags", arn):
            self._client.add_tags(
                ResourceArn=arn, Tags=[{"Key": key, "Value": value} for key, value in sorted(tags.items())]
            )

    def delete_tags(self, arn: str, keys: Sequence[str]) -> None:
        with _translated("DeleteTags", arn):
            self._client.delete_tags(ResourceArn=arn, TagKeys=sorted(keys))

    def log_streams(self, group: str, prefix: str) -> list[str]:
        with _translated("DescribeLogStreams", group):
            pages = self._logs.get_paginator("describe_log_streams").paginate(
                logGroupName=group, logStreamNamePrefix=prefix
            )
            return [stream["logStreamName"] for page in pages for stream in page["logStreams"]]

    def last_log_events(self, group: str, stream: str, count: int) -> list[Document]:
        events: list[Document] = []
        limit = min(count, _MOST_LOG_EVENTS)
        for page, _ in self._log_pages(group, stream, "nextBackwardToken", startFromHead=False, limit=limit):
            events = [*page, *events]
            if len(events) >= count:
                break
        return events[-count:]

    def log_events(self, group: str, stream: str, token: str | None = None) -> tuple[list[Document], str | None]:
        start = {"startFromHead": True} if token is None else {"startFromHead": True, "nextToken": token}
        events: list[Document] = []
        for page, following in self._log_pages(group, stream, "nextForwardToken", **start):
            events += page
            token = following
        return events, token

    def price_list(self, filters: Sequence[Mapping[str, str]]) -> list[str]:
        asked = repr(filters)
        if asked not in self._products:
            with _translated("GetProducts"):
                pages = self._prices.get_paginator("get_products").paginate(
                    ServiceCode="AmazonSageMaker", FormatVersion="aws_v1", Filters=filters
                )
                self._products[asked] = [product for page in pages for product in page["PriceList"]]
        return self._products[asked]

    def _log_pages(
        self, group: str, stream: str, direction: str, **request: Any
    ) -> Iterator[tuple[list[Document], str | None]]:
        """Pages with the token after each. One without events is not the last; the one that repeats its token is."""
        with _translated("GetLogEvents", stream):
            while True:
                answer = self._logs.get_log_events(logGroupName=group, logStreamName=stream, **request)
                token = answer.get(direction)
                yield answer["events"], token
                if token is None or token == request.get("nextToken"):
                    return
                request["nextToken"] = token

    def _pages(
        self, operation: str, result: str, filters: Mapping[str, Any], subject: str | None = None
    ) -> Iterator[Document]:
        from botocore import xform_name

        with _translated(operation, subject):
            # get_paginator has one typed overload per operation; here the operation is a value.
            paginator = cast(Any, self._client).get_paginator(xform_name(operation))
            given = {name: value for name, value in filters.items() if value is not None}
            for page in paginator.paginate(**given, PaginationConfig={"PageSize": 100}):
                yield from page[result]

    @property
    def _client(self) -> SageMakerClient:
        return cast("SageMakerClient", self._client_of("sagemaker", self._settings.max_attempts))

    @property
    def _logs(self) -> Any:  # two calls, which are not worth the stubs of one more service
        # A log is an extra: nobody should wait for it in a network that has no way to CloudWatch Logs.
        return self._client_of("logs", 3, connect_timeout=5, read_timeout=20)

    @property
    def _prices(self) -> Any:  # one call, which is not worth the stubs of one more service
        # The price list has endpoints in few regions, for all; prices are an extra, like logs.
        home = "cn-northwest-1" if (self._settings.region or "").startswith("cn-") else "us-east-1"
        return self._client_of("pricing", 3, connect_timeout=5, read_timeout=20, region_name=home)

    def _client_of(self, service: str, attempts: int, **options: Any) -> Any:
        with self._lock:
            if service not in self._built:
                self._built[service] = _new_client(self._settings, service, attempts, options)
            return self._built[service]


_gateways: dict[Settings, Gateway] = {}
_gateways_lock = threading.Lock()


def gateway_for(settings: Settings) -> Gateway:
    """The one gateway, and so the one client, that this process has for these settings."""
    with _gateways_lock:
        return _gateways.setdefault(settings, Gateway(settings))


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
    "NoRegionError": "Set one: `pulumi config set aws:region us-east-1`, or the variable AWS_REGION.",
    "ProfileNotFound": "Correct `sagemaker-tuning:profile`, `aws:profile` or AWS_PROFILE, or create the profile.",
    "EndpointConnectionError": "Check the network, the region and the endpoint (AWS_ENDPOINT_URL, if it is set).",
    AlreadyExists: "Choose another name.",
    NotFound: "It may have been deleted: `pulumi refresh` takes that into the state. Check the name and the region.",
    LimitExceeded: "Ask for less, or have the quota raised in Service Quotas.",
    AccessDenied: "Use credentials that are valid and allow this call.",
    InvalidRequest: "Change what SageMaker names here.",
    Throttled: "Try again later, with fewer operations at once (`--parallel`).",
    AwsError: "Try again; if it stays, ask AWS support with the request id.",
}


@contextmanager
def _translated(operation: str, subject: str | None = None) -> Iterator[None]:
    """Turn what botocore raises inside into the errors of this package, chained to the original."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        raise _from_service(error, operation, subject) from error
    except BotoCoreError as error:
        raise _from_botocore(error, operation, subject) from error


def _from_service(error: ClientError, operation: str, subject: str | None) -> AwsError:
    said = error.response.get("Error", {})
    request_id = error.response.get("ResponseMetadata", {}).get("RequestId", "")
    return _error(said.get("Code", "Unknown"), said.get("Message", ""), request_id, operation, subject)


def _from_botocore(error: BotoCoreError, operation: str, subject: str | None) -> AwsError:
    return _error(type(error).__name__, str(error), "", operation, subject)


def _error(code: str, message: str, request_id: str, operation: str, subject: str | None) -> AwsError:
    kind = _ERRORS.get(code, AwsError)
    # For a missing training job, Describe answers ValidationException; Delete may do so for a tuning job.
    if kind is InvalidRequest and not operation.startswith("Create") and "not found" in _not_found_text(message):
        kind = NotFound
    fix = _FIXES.get(code) or _FIXES[kind]
    where = f"{operation}({subject})" if subject else operation
    trace = f" (request id {request_id})" if request_id else ""
    return kind(f"{where}: {code}: {message}{trace}\n{fix}", code=code, request_id=request_id, operation=operation)


def _not_found_text(message: str) -> str:
    return message.lower().replace("could not find", "not found").replace("can't find", "not found")


def _document(response: Any) -> Document:
    return {key: value for key, value in response.items() if key != "ResponseMetadata"}


def _new_client(settings: Settings, service: str, attempts: int, options: Mapping[str, Any]) -> Any:
    import boto3
    from botocore.config import Config

    session = boto3.Session(
        region_name=settings.region,
        profile_name=settings.profile,
        aws_access_key_id=settings.access_key,
        aws_secret_access_key=settings.secret_key,
        aws_session_token=settings.session_token,
    )
    for role in settings.assumed_roles:
        session = _with_role(session, role, settings.endpoint("sts"))
    config = Config(
        retries={"mode": "adaptive", "total_max_attempts": attempts},
        user_agent_extra="pulumi-sagemaker-tuning",
        **options,
    )
    client: Any = session.client  # the stubs have one overload per service; here it is a value
    return client(service, endpoint_url=settings.endpoint(service), config=config)


def _with_role(session: boto3.Session, role: AssumedRole, sts_endpoint: str | None) -> boto3.Session:
    """A session of the assumed role whose credentials renew themselves: waiting for a tuning job takes hours."""
    import boto3
    from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
    from botocore.session import get_session

    arguments = {
        "RoleSessionName": role.session_name,
        "ExternalId": role.external_id,
        "DurationSeconds": role.duration_seconds,
    }
    source = session.get_credentials()
    if source is None:
        raise _error("NoCredentialsError", "no credentials to assume the role with", "", "AssumeRole", role.role_arn)
    fetcher = AssumeRoleCredentialFetcher(
        partial(session.client, endpoint_url=sts_endpoint),
        source,
        role.role_arn,
        extra_args={name: value for name, value in arguments.items() if value is not None},
    )
    credentials = DeferredRefreshableCredentials(method="assume-role", refresh_using=fetcher.fetch_credentials)
    core = get_session()
    # The one thing that botocore asks of a credential resolver.
    core.register_component("credential_provider", SimpleNamespace(load_credentials=lambda: credentials))
    return boto3.Session(botocore_session=core, region_name=session.region_name)
