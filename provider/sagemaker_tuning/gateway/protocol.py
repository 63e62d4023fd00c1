"""The AWS calls that this package makes, as everybody but the gateway itself sees them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

__all__ = ["Document", "TuningGateway"]

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
