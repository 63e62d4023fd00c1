"""`TuningJobCompletion`, the resource that waits for tuning jobs, as a program writes it."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, Literal, cast

import pulumi
import pulumi.dynamic

from sagemaker_tuning.adapters.dynamic.completion_provider import GENERATIONS, TuningJobCompletionProvider
from sagemaker_tuning.adapters.dynamic.job import HyperParameterTuningJob
from sagemaker_tuning.adapters.dynamic.program import properties

__all__ = ["TuningJobCompletion", "TuningJobResult"]


@pulumi.output_type
class TuningJobResult(dict):  # type: ignore[type-arg]  # the SDK fills an output type as a bare dict
    """What came of one tuning job. None where SageMaker did not say, as for times of a training job that never ran.

    `best_*` is the best training job of this tuning job, `overall_best_*` the best of it and of its warm start parents.
    """

    status: str
    failure_reason: str | None = pulumi.property("failureReason", default=None)
    training_job_status_counters: Mapping[str, int] | None = pulumi.property("trainingJobStatusCounters", default=None)
    objective_status_counters: Mapping[str, int] | None = pulumi.property("objectiveStatusCounters", default=None)
    best_training_job: str | None = pulumi.property("bestTrainingJob", default=None)
    best_tuning_job: str | None = pulumi.property("bestTuningJob", default=None)
    best_hyperparameters: Mapping[str, str] | None = pulumi.property("bestHyperparameters", default=None)
    best_objective_metric: str | None = pulumi.property("bestObjectiveMetric", default=None)
    best_objective_value: float | None = pulumi.property("bestObjectiveValue", default=None)
    best_model_artifacts: str | None = pulumi.property("bestModelArtifacts", default=None)
    best_final_metrics: Mapping[str, float] | None = pulumi.property("bestFinalMetrics", default=None)
    best_training_time_in_seconds: int | None = pulumi.property("bestTrainingTimeInSeconds", default=None)
    best_billable_time_in_seconds: int | None = pulumi.property("bestBillableTimeInSeconds", default=None)
    best_spot_savings_percent: float | None = pulumi.property("bestSpotSavingsPercent", default=None)
    overall_best_training_job: str | None = pulumi.property("overallBestTrainingJob", default=None)
    overall_best_tuning_job: str | None = pulumi.property("overallBestTuningJob", default=None)
    overall_best_hyperparameters: Mapping[str, str] | None = pulumi.property("overallBestHyperparameters", default=None)
    overall_best_objective_metric: str | None = pulumi.property("overallBestObjectiveMetric", default=None)
    overall_best_objective_value: float | None = pulumi.property("overallBestObjectiveValue", default=None)
    overall_best_model_artifacts: str | None = pulumi.property("overallBestModelArtifacts", default=None)
    overall_best_final_metrics: Mapping[str, float] | None = pulumi.property("overallBestFinalMetrics", default=None)
    overall_best_training_time_in_seconds: int | None = pulumi.property(
        "overallBestTrainingTimeInSeconds", default=None
    )
    overall_best_billable_time_in_seconds: int | None = pulumi.property(
        "overallBestBillableTimeInSeconds", default=None
    )
    overall_best_spot_savings_percent: float | None = pulumi.property("overallBestSpotSavingsPercent", default=None)


class TuningJobCompletion(pulumi.dynamic.Resource, module="sagemaker-tuning", name="TuningJobCompletion"):
    """Waits for tuning jobs to end, and has their results.

    Progress is shown while it waits. An interrupted wait loses nothing: the next `up` waits on. One completion can wait
    for any number of jobs; do so rather than with one for each, as only four operations of dynamic providers run at a
    time.
    """

    def __init__(
        self,
        name: str,
        *,
        job_name: pulumi.Input[str] | None = None,
        job_names: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        on_failure: pulumi.Input[Literal["error", "continue"]] | None = None,
        timeout_seconds: pulumi.Input[float] | None = None,
        poll_interval_seconds: pulumi.Input[float] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Wait for the job `job_name`, or for all of `job_names`.

        on_failure: `error` (default) fails when a job gave no result, naming the reason; `continue` takes it as one.
        timeout_seconds: fail when the jobs have not ended by then; the next `up` waits on. No limit unless given.
        poll_interval_seconds: the longest time between two looks; 30 unless configured.
        """
        inputs: dict[str, Any] = {
            "job_name": job_name,
            "job_names": job_names,
            "on_failure": on_failure,
            "timeout_seconds": timeout_seconds,
            "poll_interval_seconds": poll_interval_seconds,
        }
        further = {"results": None, GENERATIONS: _generations(job_name, job_names)}
        super().__init__(TuningJobCompletionProvider(), name, properties(name, inputs, opts) | further, opts)

    @property
    @pulumi.getter
    def results(self) -> pulumi.Output[Mapping[str, TuningJobResult]]:
        """Everything that came of each job, by the job's name."""
        return cast("pulumi.Output[Mapping[str, TuningJobResult]]", pulumi.get(self, "results"))

    @property
    def result(self) -> pulumi.Output[TuningJobResult]:
        """Everything that came of the job, if only one was waited for; so are the properties below."""
        return self.results.apply(_only)

    @property
    def status(self) -> pulumi.Output[str]:
        """The job's final status."""
        return self.result.apply(lambda result: result.status)

    @property
    def best_training_job(self) -> pulumi.Output[str | None]:
        """The name of the best training job."""
        return self.result.apply(lambda result: result.best_training_job)

    @property
    def best_hyperparameters(self) -> pulumi.Output[Mapping[str, str] | None]:
        """The tuned hyperparameters of the best training job."""
        return self.result.apply(lambda result: result.best_hyperparameters)

    @property
    def best_objective_value(self) -> pulumi.Output[float | None]:
        """The objective metric's final value in the best training job."""
        return self.result.apply(lambda result: result.best_objective_value)

    @property
    def best_model_artifacts(self) -> pulumi.Output[str | None]:
        """The S3 URI of the model that the best training job made."""
        return self.result.apply(lambda result: result.best_model_artifacts)


def _generations(job_name: Any, job_names: Any) -> Awaitable[list[pulumi.Output[str]] | None]:
    """The generations of the jobs that the names are outputs of.

    A job with a name of the user's own is replaced by one of the same name; only by these is it another one.
    """
    names = [job_name, job_names, *(job_names if isinstance(job_names, list | tuple) else ())]
    outputs = [name for name in names if isinstance(name, pulumi.Output)]

    async def generations() -> list[pulumi.Output[str]] | None:
        sources = {source for output in outputs for source in await output.resources()}
        jobs = [source for source in sources if isinstance(source, HyperParameterTuningJob)]
        return [job._generation for job in sorted(jobs, key=lambda job: job.pulumi_resource_name)] or None

    return generations()


def _only(results: Mapping[str, TuningJobResult]) -> TuningJobResult:
    if len(results) != 1:
        raise pulumi.RunError("This completion waited for several jobs: use `results[name]`.")
    return next(iter(results.values()))
