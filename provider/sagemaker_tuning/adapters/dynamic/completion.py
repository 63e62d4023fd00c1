"""`TuningJobCompletion`, the resource that waits for tuning jobs, as a program writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast

import pulumi
import pulumi.dynamic

from sagemaker_tuning.adapters.dynamic.completion_provider import (
    GENERATIONS,
    JOB_SECRETS,
    TuningJobCompletionProvider,
)
from sagemaker_tuning.adapters.dynamic.completion_results import (
    TuningJobFailure,
    TuningJobFailures,
    TuningJobResult,
    TuningJobTrial,
)
from sagemaker_tuning.adapters.dynamic.job import HyperParameterTuningJob
from sagemaker_tuning.adapters.dynamic.program import properties
from sagemaker_tuning.stacks.properties import SECRET_PATHS

__all__ = ["TuningJobCompletion", "TuningJobFailure", "TuningJobFailures", "TuningJobResult", "TuningJobTrial"]


def _of_the_result() -> Any:
    """An output of the one job waited for, under the name that it is assigned to."""
    return _OfTheResult()


class _OfTheResult:
    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, completion: TuningJobCompletion | None, _owner: type) -> Any:
        return self if completion is None else completion.result.apply(lambda result: getattr(result, self._name))


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
        keep_trials: pulumi.Input[bool] | None = None,
        billing: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Wait for the job `job_name`, or for all of `job_names`.

        on_failure: `error` (default) fails when a job gave no result, naming the reason; `continue` takes it as one.
        timeout_seconds: fail when the jobs have not ended by then; the next `up` waits on. No limit unless given.
        poll_interval_seconds: the longest time between two looks; 30 unless configured.
        keep_trials: whether the results have all trials (default), which the state of the stack then keeps, or only
            the best; it costs one List call for each hundred.
        billing: whether the results have what all trials were billed for; costs one Describe call for each trial.
        """
        inputs: dict[str, Any] = {
            "job_name": job_name,
            "job_names": job_names,
            "on_failure": on_failure,
            "timeout_seconds": timeout_seconds,
            "poll_interval_seconds": poll_interval_seconds,
            "keep_trials": keep_trials,
            "billing": billing,
        }
        further = {
            "results": None,
            GENERATIONS: _generations(job_name, job_names),
            JOB_SECRETS: _job_secrets(job_name, job_names),
        }
        super().__init__(TuningJobCompletionProvider(), name, properties(name, inputs, opts) | further, opts)

    @property
    @pulumi.getter
    def results(self) -> pulumi.Output[Mapping[str, TuningJobResult]]:
        """Everything that came of each job, by the job's name."""
        return cast("pulumi.Output[Mapping[str, TuningJobResult]]", pulumi.get(self, "results"))

    @property
    def result(self) -> pulumi.Output[TuningJobResult]:
        """Everything that came of the job, if only one was waited for; so are the outputs below."""
        return self.results.apply(_only)

    status: pulumi.Output[str] = _of_the_result()
    """The job's final status."""
    training_job_status_counters: pulumi.Output[Mapping[str, int] | None] = _of_the_result()
    """How many training jobs there were, by status."""
    best_training_job: pulumi.Output[str | None] = _of_the_result()
    """The name of the best training job."""
    best_hyperparameters: pulumi.Output[Mapping[str, str] | None] = _of_the_result()
    """The tuned hyperparameters of the best training job."""
    best_objective_value: pulumi.Output[float | None] = _of_the_result()
    """The objective metric's final value in the best training job."""
    best_final_metrics: pulumi.Output[Mapping[str, float] | None] = _of_the_result()
    """The final values of all metrics in the best training job."""
    best_model_artifacts: pulumi.Output[str | None] = _of_the_result()
    """The S3 URI of the model that the best training job made."""
    best_training_image: pulumi.Output[str | None] = _of_the_result()
    """The image of the best training job."""
    best_log_url: pulumi.Output[str | None] = _of_the_result()
    """The log of the best training job in the CloudWatch console."""
    overall_best_training_job: pulumi.Output[str | None] = _of_the_result()
    """The name of the best training job of this job and of the parents of its warm start."""
    trials: pulumi.Output[Sequence[TuningJobTrial] | None] = _of_the_result()
    """Every training job, oldest first; None with `keep_trials=False`."""
    billable_seconds: pulumi.Output[float | None] = _of_the_result()
    """Billable time of all trials and instances; None unless `billing=True`."""
    cost_usd: pulumi.Output[float | None] = _of_the_result()
    """What all trials cost, without any discount of the account; None unless `billing=True` and prices are known."""
    spot_savings_percent: pulumi.Output[float | None] = _of_the_result()
    """What managed spot training saved over all trials on spot instances; None unless `billing=True`."""
    failures: pulumi.Output[TuningJobFailures | None] = _of_the_result()
    """Why trials gave no result, grouped by cause; None if all gave one."""
    console_url: pulumi.Output[str | None] = _of_the_result()
    """The job's page in the SageMaker console."""


async def _jobs_of(job_name: Any, job_names: Any) -> list[HyperParameterTuningJob]:
    """The jobs of this program that the names are outputs of."""
    names = [job_name, job_names, *(job_names if isinstance(job_names, list | tuple) else ())]
    outputs = [name for name in names if isinstance(name, pulumi.Output)]
    sources = {source for output in outputs for source in await output.resources()}
    jobs = [source for source in sources if isinstance(source, HyperParameterTuningJob)]
    return sorted(jobs, key=lambda job: job.pulumi_resource_name)


async def _generations(job_name: Any, job_names: Any) -> list[pulumi.Output[str]] | None:
    """The generations of the jobs.

    A job with a name of the user's own is replaced by one of the same name; only by these is it another one.
    """
    return [job._generation for job in await _jobs_of(job_name, job_names)] or None


async def _job_secrets(job_name: Any, job_names: Any) -> pulumi.Output[list[Any]] | None:
    """Where the jobs have secrets, all of them together."""
    paths = [pulumi.get(job, SECRET_PATHS) for job in await _jobs_of(job_name, job_names)]
    if not paths:
        return None
    return pulumi.Output.all(*paths).apply(lambda found: [path for of_job in found for path in of_job or ()])


def _only(results: Mapping[str, TuningJobResult]) -> TuningJobResult:
    if len(results) != 1:
        raise pulumi.RunError("This completion waited for several jobs: use `results[name]`.")
    return next(iter(results.values()))
