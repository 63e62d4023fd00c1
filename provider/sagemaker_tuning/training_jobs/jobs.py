"""A tuning job and a training job: what was described, the account and tags that catalogues keep, derived figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from sagemaker_tuning.console import log_url, training_job_url, tuning_job_url
from sagemaker_tuning.figures import Figures, figures_of
from sagemaker_tuning.training_jobs.document import ApiDocument
from sagemaker_tuning.training_jobs.shapes import DescribeHyperParameterTuningJobResponse, DescribeTrainingJobResponse

__all__ = ["TrainingJob", "TuningJob"]

Tags = Sequence[Mapping[str, str]]
J = TypeVar("J", bound="_JobOfAnAccount")


class _JobOfAnAccount(ApiDocument):
    """What a Describe response says of the account only in the ARN, and of the tags not at all."""

    _kind: ClassVar[str]

    def __init__(self, document: Mapping[str, Any], tags: Tags | None = None) -> None:
        super().__init__(document)
        self.tags = None if tags is None else {tag["Key"]: tag.get("Value", "") for tag in tags}
        """By key; None if they were not asked for."""

    @classmethod
    def from_api(cls: type[J], document: Mapping[str, Any], tags: Tags | None = None) -> J:
        """The view of a Describe response, and of ListTags' list if there is one."""
        return cls(document, tags)

    @property
    def account_id(self) -> str | None:
        """The account that owns the job."""
        return self._arn.split(":")[4] if self._arn else None

    def to_row(self) -> dict[str, Any]:
        """The flat record that resource catalogues keep: every member, `account_id`, and `tags` as `key:value`."""
        tags = None if self.tags is None else sorted(f"{key}:{value}" for key, value in self.tags.items())
        return {"account_id": self.account_id, **super().to_row(), "tags": tags}

    @property
    def _arn(self) -> str:
        return self._document.get(f"{self._kind}Arn") or ""

    @property
    def _name(self) -> str | None:
        return self._document.get(f"{self._kind}Name")


class TuningJob(_JobOfAnAccount, DescribeHyperParameterTuningJobResponse):
    """A tuning job, from DescribeHyperParameterTuningJob."""

    _kind = "HyperParameterTuningJob"

    @property
    def console_url(self) -> str | None:
        return tuning_job_url(self._arn, self._name) if self._arn else None


class TrainingJob(_JobOfAnAccount, DescribeTrainingJobResponse):
    """A training job, from DescribeTrainingJob, with the figures that follow from it.

    A figure is None where the service gave no data, as it does for jobs that failed early or did not start; never 0.
    """

    _kind = "TrainingJob"

    @property
    def console_url(self) -> str | None:
        return training_job_url(self._arn, self._name) if self._arn else None

    @property
    def log_url(self) -> str | None:
        return log_url(self._arn, self._name) if self._arn else None

    @property
    def final_metrics(self) -> dict[str, float]:
        """The last value of every metric, by the metric's name."""
        metrics = self._document.get("FinalMetricDataList") or []
        return {metric["MetricName"]: metric["Value"] for metric in metrics}

    @property
    def figures(self) -> Figures:
        """What is billed, what spot saved and where the time went."""
        return figures_of(self._document)

    @property
    def billable_hours(self) -> float | None:
        """Billable time × instances."""
        return self.figures.billable_hours

    @property
    def spot_savings_percent(self) -> float | None:
        """How much less was billed than ran: 500 s of training of which 100 are billed saved 80 %."""
        return self.figures.spot_savings_percent
