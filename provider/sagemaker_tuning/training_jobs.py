"""Tuning jobs and training jobs as the service describes them, every member by its snake_case name.

A read model is a view of one API document: nothing is copied, converted or filled in, so `to_api` gives back what came
in, and a member that the document lacks is None. Which members there are is data, generated from botocore's service
model by scripts/generate_read_shapes.py; a member newer than that is found in the document itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from sagemaker_tuning.gateway import TuningGateway, gateway_for
from sagemaker_tuning.names import snake
from sagemaker_tuning.settings import Settings

__all__ = [
    "ApiDocument",
    "TrainingJob",
    "TrainingJobSummary",
    "TuningJob",
    "get_hyper_parameter_tuning_job",
    "get_training_job",
    "list_training_jobs",
]

_Members = Mapping[str, "tuple[str, str | None]"]  # snake_case name -> API name, shape of the structure inside


class ApiDocument:
    """A structure of an API response. `job.resource_config.instance_type` reads a member; `row` gives plain data."""

    _shape: str = ""

    def __init__(self, document: Mapping[str, Any], shape: str | None = None) -> None:
        self._document = document
        if shape is not None:
            self._shape = shape

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # never a member; copy and pickle ask for such names before there is a document
            raise AttributeError(name)
        api_name, shape = self._member(name)
        return _wrapped(self._document.get(api_name), shape)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *_shapes()[self._shape]]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ApiDocument) and self._document == other._document

    __hash__ = None  # type: ignore[assignment]  # it is a view of a dict, and so no more hashable than that

    def __repr__(self) -> str:
        return f"{type(self).__name__}({dict(self._document)!r})"

    def to_api(self) -> dict[str, Any]:
        """The document as it came from the API."""
        return dict(self._document)

    def to_row(self) -> dict[str, Any]:
        """Every member under its snake_case name, as plain data, None where the document has nothing.

        This is the record that resource catalogues keep; the keys of maps (hyperparameters, environment) are untouched.
        """
        names = [*_shapes()[self._shape], *(snake(name) for name in self._document)]
        return {name: _plain(getattr(self, name)) for name in dict.fromkeys(names)}

    def _member(self, name: str) -> tuple[str, str | None]:
        members = _shapes()[self._shape]
        if name in members:
            return members[name]
        newer = next((api_name for api_name in self._document if snake(api_name) == name), None)
        if newer is None:
            raise AttributeError(f"{self._shape} has no member {name!r}", name=name, obj=self)
        return newer, None


class TuningJob(ApiDocument):
    """A tuning job, from DescribeHyperParameterTuningJob."""

    _shape = "DescribeHyperParameterTuningJobResponse"

    @classmethod
    def from_api(cls, describe: Mapping[str, Any]) -> TuningJob:
        """The view of a DescribeHyperParameterTuningJob response."""
        return cls(describe)


class TrainingJob(ApiDocument):
    """A training job, from DescribeTrainingJob, with the figures that follow from it.

    A figure is None where the service gave no data, as it does for jobs that failed early or did not start; never 0.
    """

    _shape = "DescribeTrainingJobResponse"

    @classmethod
    def from_api(cls, describe: Mapping[str, Any]) -> TrainingJob:
        """The view of a DescribeTrainingJob response."""
        return cls(describe)

    @property
    def final_metrics(self) -> dict[str, float]:
        """The last value of every metric, by the metric's name."""
        return {metric.metric_name: metric.value for metric in self.final_metric_data_list or []}

    @property
    def spot_savings_percent(self) -> float | None:
        """How much less was billed than ran: 500 s of training of which 100 are billed saved 80 %."""
        ran, billed = self.training_time_in_seconds, self.billable_time_in_seconds
        return (1 - billed / ran) * 100 if ran and billed is not None else None


class TrainingJobSummary(ApiDocument):
    """One line of ListTrainingJobsForHyperParameterTuningJob."""

    _shape = "HyperParameterTrainingJobSummary"


def get_hyper_parameter_tuning_job(name: str, gateway: TuningGateway | None = None) -> TuningJob:
    """The tuning job of this name; without a gateway, boto3's own chain finds region and credentials."""
    return TuningJob.from_api((gateway or _default_gateway()).describe(name))


def get_training_job(name: str, gateway: TuningGateway | None = None) -> TrainingJob:
    """The training job of this name."""
    return TrainingJob.from_api((gateway or _default_gateway()).describe_training_job(name))


def list_training_jobs(tuning_job_name: str, gateway: TuningGateway | None = None) -> list[TrainingJobSummary]:
    """Summaries of all training jobs that the tuning job started, oldest first."""
    return [
        TrainingJobSummary(summary) for summary in (gateway or _default_gateway()).list_training_jobs(tuning_job_name)
    ]


def _default_gateway() -> TuningGateway:
    return gateway_for(Settings.from_environment())


@cache
def _shapes() -> Mapping[str, _Members]:
    text = files("sagemaker_tuning").joinpath("read_shapes.json").read_text(encoding="utf-8")
    shapes: Mapping[str, Mapping[str, list[Any]]] = json.loads(text)
    return {
        shape: {name: (api_name, inner) for name, (api_name, inner) in members.items()}
        for shape, members in shapes.items()
    }


def _wrapped(value: Any, shape: str | None) -> Any:
    if shape is None or value is None:
        return value
    if isinstance(value, list):
        return [ApiDocument(item, shape) for item in value]
    return ApiDocument(value, shape)


def _plain(value: Any) -> Any:
    if isinstance(value, ApiDocument):
        return {name: member for name, member in value.to_row().items() if member is not None}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
