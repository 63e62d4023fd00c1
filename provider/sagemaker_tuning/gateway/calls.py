"""The calls over boto3. Source: botocore's service models of SageMaker, CloudWatch Logs and the Price List."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from sagemaker_tuning.gateway.clients import new_client
from sagemaker_tuning.gateway.protocol import Document
from sagemaker_tuning.gateway.translation import translated
from sagemaker_tuning.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

__all__ = ["Gateway", "gateway_for"]

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
        with translated("client"):
            return self._client.meta.region_name

    def create(self, request: Mapping[str, Any]) -> str:
        with translated("CreateHyperParameterTuningJob", request.get("HyperParameterTuningJobName")):
            # The request is the spec's own: it was made from the same shapes that the stubs describe.
            return self._client.create_hyper_parameter_tuning_job(**request)["HyperParameterTuningJobArn"]

    def describe(self, name: str) -> Document:
        with translated("DescribeHyperParameterTuningJob", name, region=self._settings.region):
            return _document(self._client.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name))

    def stop(self, name: str) -> None:
        with translated("StopHyperParameterTuningJob", name):
            self._client.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)

    def delete(self, name: str) -> None:
        with translated("DeleteHyperParameterTuningJob", name):
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
        with translated("DescribeTrainingJob", name, region=self._settings.region):
            return _document(self._client.describe_training_job(TrainingJobName=name))

    def list_tags(self, arn: str) -> list[dict[str, str]]:
        return list(self._pages("ListTags", "Tags", {"ResourceArn": arn}, subject=arn))

    def add_tags(self, arn: str, tags: Mapping[str, str]) -> None:
        with translated("AddTags", arn):
            self._client.add_tags(
                ResourceArn=arn, Tags=[{"Key": key, "Value": value} for key, value in sorted(tags.items())]
            )

    def delete_tags(self, arn: str, keys: Sequence[str]) -> None:
        with translated("DeleteTags", arn):
            self._client.delete_tags(ResourceArn=arn, TagKeys=sorted(keys))

    def log_streams(self, group: str, prefix: str) -> list[str]:
        with translated("DescribeLogStreams", group):
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
            with translated("GetProducts"):
                pages = self._prices.get_paginator("get_products").paginate(
                    ServiceCode="AmazonSageMaker", FormatVersion="aws_v1", Filters=filters
                )
                self._products[asked] = [product for page in pages for product in page["PriceList"]]
        return self._products[asked]

    def _log_pages(
        self, group: str, stream: str, direction: str, **request: Any
    ) -> Iterator[tuple[list[Document], str | None]]:
        """Pages with the token after each. One without events is not the last; the one that repeats its token is."""
        with translated("GetLogEvents", stream):
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

        with translated(operation, subject, region=self._settings.region):
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
                self._built[service] = new_client(self._settings, service, attempts, options)
            return self._built[service]


_gateways: dict[Settings, Gateway] = {}
_gateways_lock = threading.Lock()


def gateway_for(settings: Settings) -> Gateway:
    """The one gateway, and so the one client, that this process has for these settings."""
    with _gateways_lock:
        return _gateways.setdefault(settings, Gateway(settings))


def _document(response: Any) -> Document:
    return {key: value for key, value in response.items() if key != "ResponseMetadata"}
