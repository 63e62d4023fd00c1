"""`HyperParameterTuningJob`, the resource as a program writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, cast

import pulumi
import pulumi.dynamic
from typing_extensions import NotRequired, TypedDict

from sagemaker_tuning.adapters import inputs
from sagemaker_tuning.adapters.dynamic.job_provider import HyperParameterTuningJobProvider
from sagemaker_tuning.adapters.dynamic.program import properties
from sagemaker_tuning.errors import TuningError
from sagemaker_tuning.planning import OnChange, OnDelete, WarmStartType
from sagemaker_tuning.spec.documents import load_part
from sagemaker_tuning.stacks.properties import AUTO_NAME, GENERATION

__all__ = ["HyperParameterTuningJob", "PreviousParentsArgs"]

_NAME = "hyperParameterTuningJobName"
_OUTPUTS = dict.fromkeys(
    (_NAME, "arn", "status", "creationTime", "estimatedInstanceHours", "estimatedCostUsd", "warmStartParents")
)
_FORM_NAMES = {
    "native": "this package's own form",
    "api": "a CreateHyperParameterTuningJob request",
    "describe": "a DescribeHyperParameterTuningJob response",
    "ack": "an ACK manifest",
    "pulumi": "the inputs of a Pulumi resource",
}


class PreviousParentsArgs(TypedDict):
    """A warm start from the resource's own earlier jobs."""

    parents: pulumi.Input[Literal["previous"]]
    """The provider finds them when the job is created."""
    warm_start_type: NotRequired[pulumi.Input[WarmStartType]]
    """Left out, it is what data and algorithm demand."""


class HyperParameterTuningJob(pulumi.dynamic.Resource, module="sagemaker-tuning", name="HyperParameterTuningJob"):
    """A SageMaker hyperparameter tuning job.

    The keys are the API's names in snake_case, and any value may be a `pulumi.Input`. The resource is created as soon
    as SageMaker has accepted the job; `TuningJobCompletion` waits for its result. All but the tags and the options of
    this resource is immutable in SageMaker: a change of it replaces the job.
    """

    def __init__(
        self,
        name: str,
        *,
        hyper_parameter_tuning_job_config: pulumi.Input[inputs.HyperParameterTuningJobConfigArgs],
        training_job_definition: pulumi.Input[inputs.HyperParameterTrainingJobDefinitionArgs] | None = None,
        training_job_definitions: pulumi.Input[Sequence[pulumi.Input[inputs.HyperParameterTrainingJobDefinitionArgs]]]
        | None = None,
        warm_start_config: pulumi.Input[inputs.HyperParameterTuningJobWarmStartConfigArgs | PreviousParentsArgs]
        | None = None,
        autotune: pulumi.Input[inputs.AutotuneArgs] | None = None,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        hyper_parameter_tuning_job_name: pulumi.Input[str] | None = None,
        on_delete: pulumi.Input[OnDelete] | None = None,
        adopt_existing: pulumi.Input[bool] | None = None,
        propagation_timeout_seconds: pulumi.Input[float] | None = None,
        delete_timeout_seconds: pulumi.Input[float] | None = None,
        on_change: pulumi.Input[OnChange] | None = None,
        rerun_on: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        rerun_token: pulumi.Input[str] | None = None,
        replace_on_status: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        max_instance_hours: pulumi.Input[float] | None = None,
        max_cost_usd: pulumi.Input[float] | None = None,
        silence: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a tuning job.

        hyper_parameter_tuning_job_name: leave it out to get one made of the logical name and a random suffix. Then a
        replacement is created before the old job is deleted; a name of your own is free only after that.
        on_change: what a change does that SageMaker cannot make in place. `replace` (default): a new job runs, and the
        old one is treated as `on_delete` says. `warm_start`: so too, and the new job starts from what the old one has
        learned; a preview fails if the service's rules forbid that, and names the rule. `reject`: a preview fails and
        says what would be replaced. `ignore`: the job stays as it is; each preview says so, and the change is there
        again under another policy. Tags and options are changed in place under every policy.
        rerun_on: final statuses, such as `Failed`, on which the next `up` runs the job again, whatever `on_change` is;
        a preview then asks for the status of a job that had not ended when it was last seen. `replace_on_status` is its
        earlier name.
        rerun_token: any text; the job runs again when it is another one, whatever `on_change` is.
        warm_start_config: parents by name, or `{"parents": "previous"}`: when the job is created, the provider takes up
        to five earlier jobs of this resource that the service's rules allow, and says which ones. A later change of
        the resource goes on from them. Jobs whose record is deleted (see `on_delete`) cannot be parents of later ones.
        on_delete: what a destroy or a replacement does to the job: `delete` (default: stop it, wait, delete the
        record), `stop` or `retain`. Training jobs, models and artifacts stay in any case.
        adopt_existing: take over a job of this name that exists already, if nothing about it would have to be replaced.
        propagation_timeout_seconds: how long to wait for a new IAM role or S3 object to be visible to SageMaker.
        delete_timeout_seconds: how long to wait for the job to stop before its record can be deleted.
        max_instance_hours, max_cost_usd: the most that the job may use and cost. A preview that would run a job which
        can exceed one of them fails and shows the arithmetic: trials × instances × time limit × price.
        silence: ids of preflight checks, such as `spot-checkpoints`, whose warnings are not wanted.
        """
        self._declare(
            name,
            {
                "hyper_parameter_tuning_job_name": hyper_parameter_tuning_job_name,
                "hyper_parameter_tuning_job_config": hyper_parameter_tuning_job_config,
                "training_job_definition": training_job_definition,
                "training_job_definitions": training_job_definitions,
                "warm_start_config": warm_start_config,
                "autotune": autotune,
                "tags": tags,
                "on_delete": on_delete,
                "adopt_existing": adopt_existing,
                "propagation_timeout_seconds": propagation_timeout_seconds,
                "delete_timeout_seconds": delete_timeout_seconds,
                "on_change": on_change,
                "rerun_on": rerun_on,
                "rerun_token": rerun_token,
                "replace_on_status": replace_on_status,
                "max_instance_hours": max_instance_hours,
                "max_cost_usd": max_cost_usd,
                "silence": silence,
            },
            opts,
        )

    @classmethod
    def from_file(
        cls, path: str, name: str | None = None, *, opts: pulumi.ResourceOptions | None = None, **inputs: Any
    ) -> HyperParameterTuningJob:
        """Declare the tuning job that a file describes, and say which form the file took.

        The file is YAML or JSON: the native form, a CreateHyperParameterTuningJob request, a describe document or an
        ACK manifest. `name` is the logical name; without it the file's name serves. The other arguments are those of
        the constructor; what they give is laid over the file, block by block, so that a program can put in what only
        it knows: `from_file("tuning.yaml", training_job_definition={"role_arn": role.arn})`.
        """
        try:
            form, document = load_part(path)
        except TuningError as error:
            raise pulumi.RunError(f"{path}:\n{error}") from None
        logical_name = name or Path(path).stem
        pulumi.log.info(f"{logical_name}: read {path} as {_FORM_NAMES[form]}.")
        job = cls.__new__(cls)
        job._declare(logical_name, _overlay(document, inputs), opts)
        return job

    @classmethod
    def get(cls, name: str, id: str, opts: pulumi.ResourceOptions | None = None) -> HyperParameterTuningJob:
        """Read the tuning job with the name `id`, without managing it."""
        job = cls.__new__(cls)
        job._register(name, {}, pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id)))
        return job

    @property
    @pulumi.getter(name=_NAME)
    def hyper_parameter_tuning_job_name(self) -> pulumi.Output[str]:
        """The job's name, given or made."""
        return cast("pulumi.Output[str]", pulumi.get(self, _NAME))

    @property
    @pulumi.getter
    def arn(self) -> pulumi.Output[str]:
        """The job's ARN."""
        return cast("pulumi.Output[str]", pulumi.get(self, "arn"))

    @property
    @pulumi.getter
    def status(self) -> pulumi.Output[str]:
        """The job's status as of the last `up` or `refresh`."""
        return cast("pulumi.Output[str]", pulumi.get(self, "status"))

    @property
    @pulumi.getter(name="creationTime")
    def creation_time(self) -> pulumi.Output[str]:
        """When SageMaker accepted the job, in ISO 8601."""
        return cast("pulumi.Output[str]", pulumi.get(self, "creationTime"))

    @property
    @pulumi.getter(name="warmStartParents")
    def warm_start_parents(self) -> pulumi.Output[Sequence[str] | None]:
        """The names of the jobs that this one started from, given or found; None if it started from nothing."""
        return cast("pulumi.Output[Sequence[str] | None]", pulumi.get(self, "warmStartParents"))

    @property
    @pulumi.getter(name="estimatedInstanceHours")
    def estimated_instance_hours(self) -> pulumi.Output[float | None]:
        """The most instance-hours that the job can use, as it was reckoned when the job was created."""
        return cast("pulumi.Output[float | None]", pulumi.get(self, "estimatedInstanceHours"))

    @property
    @pulumi.getter(name="estimatedCostUsd")
    def estimated_cost_usd(self) -> pulumi.Output[float | None]:
        """The most dollars that the job can cost, likewise; None where a price is not known."""
        return cast("pulumi.Output[float | None]", pulumi.get(self, "estimatedCostUsd"))

    @property
    def _generation(self) -> pulumi.Output[str]:
        return cast("pulumi.Output[str]", pulumi.get(self, GENERATION))

    def _declare(self, name: str, inputs: Mapping[str, Any], opts: pulumi.ResourceOptions | None) -> None:
        hidden = {
            AUTO_NAME: inputs.get("hyper_parameter_tuning_job_name") is None,
            GENERATION: pulumi.UNKNOWN if pulumi.runtime.is_dry_run() else None,
        }
        self._register(name, properties(name, inputs, opts) | hidden, opts)

    def _register(self, name: str, declared: dict[str, Any], opts: pulumi.ResourceOptions | None) -> None:
        super().__init__(HyperParameterTuningJobProvider(), name, _OUTPUTS | declared, opts)


def _overlay(document: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The document with the inputs laid over it: mappings key by key, anything else as a whole."""
    merged = dict(document)
    for key, value in inputs.items():
        below = merged.get(key)
        merged[key] = _overlay(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return merged
