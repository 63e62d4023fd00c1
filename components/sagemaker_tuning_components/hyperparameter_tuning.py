"""`HyperparameterTuning`: a tuned model from an image, data and ranges; everything that it needs is made around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any, Literal

import pulumi
import pulumi_aws as aws
from sagemaker_tuning import HyperParameterTuningJob, TuningJobCompletion, TuningJobResult
from sagemaker_tuning.adapters.dynamic.job import PreviousParentsArgs
from sagemaker_tuning.adapters.inputs import HyperParameterTuningJobWarmStartConfigArgs
from sagemaker_tuning.console import tuning_job_url
from sagemaker_tuning.errors import SpecError
from sagemaker_tuning.planning import OnChange, OnDelete
from sagemaker_tuning.settings import Settings

from .execution_role import ExecutionRole
from .job_request import Objective, Search, Training, overlay
from .output_bucket import OutputBucket
from .private_network import PrivateNetwork
from .ranges import Range
from .uploads import Data, Uploads

__all__ = ["HyperparameterTuning"]

_Text = pulumi.Input[str]


class HyperparameterTuning(pulumi.ComponentResource):
    """A tuning job with its data, role, bucket and network, and the wait for its best model.

    Every part can be brought instead of made: `role_arn`, `bucket`, `network`, data that are in S3. What the arguments
    do not say goes into `config` and `definition`, which are laid over the job's own blocks.
    """

    job: HyperParameterTuningJob
    completion: TuningJobCompletion | None
    bucket: pulumi.Output[str]
    role_arn: pulumi.Output[str]
    output_path: pulumi.Output[str]
    job_name: pulumi.Output[str]
    console_url: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        image: _Text,
        ranges: Mapping[str, Range],
        maximize: _Text | None = None,
        minimize: _Text | None = None,
        data: Mapping[str, Data] | None = None,
        hyperparameters: Mapping[str, pulumi.Input[str | float | bool]] | None = None,
        metrics: Mapping[str, _Text] | None = None,
        source_dir: str | PathLike[str] | None = None,
        entry_point: _Text = "train.py",
        environment: Mapping[str, _Text] | None = None,
        trials: pulumi.Input[int] = 20,
        parallel: pulumi.Input[int] = 2,
        strategy: pulumi.Input[Literal["Bayesian", "Random", "Hyperband", "Grid"]] = "Bayesian",
        early_stopping: bool = False,
        instance_type: _Text = "ml.m5.large",
        instance_count: pulumi.Input[int] = 1,
        volume_size_in_gb: pulumi.Input[int] = 30,
        max_runtime_in_seconds: int = 3600,
        spot: bool = False,
        network: Literal["private"] | PrivateNetwork | pulumi.Input[Mapping[str, Any]] | None = None,
        isolated: bool = False,
        kms_key_id: _Text | None = None,
        bucket: _Text | None = None,
        force_destroy: pulumi.Input[bool] = False,
        expire_output_days: pulumi.Input[int] | None = None,
        role_arn: _Text | None = None,
        role_path: _Text | None = None,
        permissions_boundary: _Text | None = None,
        reads: Sequence[_Text] = (),
        read_keys: Sequence[_Text] = (),
        config: Mapping[str, Any] | None = None,
        definition: Mapping[str, Any] | None = None,
        warm_start_config: pulumi.Input[HyperParameterTuningJobWarmStartConfigArgs | PreviousParentsArgs] | None = None,
        on_change: pulumi.Input[OnChange] | None = None,
        on_delete: pulumi.Input[OnDelete] | None = None,
        rerun_on: pulumi.Input[Sequence[_Text]] | None = None,
        rerun_token: _Text | None = None,
        max_instance_hours: pulumi.Input[float] | None = None,
        max_cost_usd: pulumi.Input[float] | None = None,
        silence: pulumi.Input[Sequence[_Text]] | None = None,
        wait: bool = True,
        tags: pulumi.Input[Mapping[str, _Text]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Tune a model.

        What is tuned:
            image: the training image's registry path. ranges: `Integer`, `Continuous` or `Categorical` by
            hyperparameter. maximize, minimize: the metric; one of the two. hyperparameters: those that stay the same.
            metrics: regular expressions by the metric's name, for images that bring none of their own.
        Data and code:
            data: by channel a local file or folder, which is uploaded; a local `.manifest`, a list of objects that are
            in S3; an `s3://` prefix; or a channel of your own.
            source_dir: a folder with scripts, which is packed and uploaded, and whose `entry_point` is run. Hidden
            files are left out, links are followed.
        The search:
            trials, parallel, strategy; early_stopping: stops trials that fall behind.
        Instances:
            instance_type, instance_count, volume_size_in_gb, max_runtime_in_seconds of each trial; spot: on spare
            capacity, with checkpoints in the bucket.
        Surroundings:
            network: `"private"` makes a `PrivateNetwork`; or bring one, or a `vpc_config`. isolated: the container
            itself has no network. kms_key_id: encrypts output, volumes and the bucket. bucket: the name of yours.
            force_destroy, expire_output_days: of the bucket that is made. role_arn: a role of yours. role_path,
            permissions_boundary, reads, read_keys: of the role that is made; see `ExecutionRole`.
        The job:
            config, definition: laid over `hyper_parameter_tuning_job_config` and `training_job_definition`; None takes
            a key away. warm_start_config, on_change, on_delete, rerun_on, rerun_token, max_instance_hours,
            max_cost_usd, silence: as `HyperParameterTuningJob` has them. wait: False leaves the job running, for a
            `TuningJobCompletion` of your own.

        All taggable children get `tags`; S3 objects, which can have ten, get none if there are more.
        """
        super().__init__("sagemaker-tuning:components:HyperparameterTuning", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        try:
            search = Search(Objective.of(maximize, minimize), ranges, strategy, trials, parallel, early_stopping)
            job_config: Any = overlay(search.config(), config or {})
            # SageMaker's own model allows empty ranges; every trial would train the same model.
            if not ranges and "parameter_ranges" not in (config or {}):
                raise ValueError("ranges: there is nothing to tune.\nGive at least one hyperparameter its range.")
            # In a bucket of the user's there may be other stacks.
            prefix = f"{pulumi.get_project()}/{pulumi.get_stack()}/{name}"
            self.bucket = self._bucket(name, bucket, kms_key_id, force_destroy, expire_output_days, prefix, tags)
            uploads = Uploads(name, self.bucket, prefix, tags, child)
            channels = uploads.channels(data or {})
            script: dict[str, Any] = {}
            if source_dir is not None:
                script, code = uploads.script(source_dir, entry_point, is_isolated=isolated)
                channels += code
        except ValueError as error:
            raise pulumi.RunError(f"{name}: {error}") from None

        self.output_path = pulumi.Output.concat("s3://", self.bucket, f"/{prefix}/output")
        training = Training(
            image=image,
            output_path=self.output_path,
            channels=channels,
            hyperparameters={**(hyperparameters or {}), **script},
            metrics=metrics or {},
            environment=environment or {},
            instance_type=instance_type,
            instance_count=instance_count,
            volume_size_in_gb=volume_size_in_gb,
            max_runtime_in_seconds=max_runtime_in_seconds,
            checkpoint_path=pulumi.Output.concat("s3://", self.bucket, f"/{prefix}/checkpoints") if spot else None,
            vpc_config=self._vpc_config(name, network, tags),
            is_isolated=isolated,
            kms_key_id=kms_key_id,
        )
        job_definition: Any = overlay(training.definition(), definition or {})
        if role_arn is None:
            role_arn = ExecutionRole(
                name,
                definitions=[job_definition],
                reads=[*reads, *uploads.reads],
                read_keys=read_keys,
                path=role_path,
                permissions_boundary=permissions_boundary,
                tags=tags,
                opts=child,
            ).arn
        self.role_arn = pulumi.Output.from_input(role_arn)
        whole_definition: Any = {**job_definition, "role_arn": role_arn}
        self.job = HyperParameterTuningJob(
            name,
            hyper_parameter_tuning_job_config=job_config,
            training_job_definition=whole_definition,
            warm_start_config=warm_start_config,
            on_change=on_change,
            on_delete=on_delete,
            rerun_on=rerun_on,
            rerun_token=rerun_token,
            max_instance_hours=max_instance_hours,
            max_cost_usd=max_cost_usd,
            silence=silence,
            tags=tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=uploads.objects),
        )
        self.job_name = self.job.hyper_parameter_tuning_job_name
        self.console_url = pulumi.Output.all(self.job.arn, self.job_name).apply(lambda found: tuning_job_url(*found))
        self.completion = TuningJobCompletion(f"{name}-done", job_name=self.job_name, opts=child) if wait else None
        self.register_outputs(self._outputs())

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

    @property
    def result(self) -> pulumi.Output[TuningJobResult]:
        """Everything that came of the job. Errors: RunError with wait=False, which leaves it running."""
        if self.completion is None:
            raise pulumi.RunError(
                f"{self.pulumi_resource_name}: there is no result with wait=False.\n"
                "Leave wait out, or give job_name to a TuningJobCompletion."
            )
        return self.completion.result

    def _outputs(self) -> dict[str, pulumi.Output[Any]]:
        made = {
            "job_name": self.job_name,
            "role_arn": self.role_arn,
            "output_path": self.output_path,
            "console_url": self.console_url,
        }
        if self.completion is None:
            return made
        return {
            **made,
            "best_training_job": self.best_training_job,
            "best_hyperparameters": self.best_hyperparameters,
            "best_objective_value": self.best_objective_value,
            "best_model_artifacts": self.best_model_artifacts,
        }

    def _bucket(
        self,
        name: str,
        brought: _Text | None,
        kms_key_id: Any,
        force_destroy: Any,
        expire_output_days: Any,
        prefix: str,
        tags: Any,
    ) -> pulumi.Output[str]:
        if brought is not None:
            return pulumi.Output.from_input(brought)
        made = OutputBucket(
            name,
            kms_key_id=kms_key_id,
            expire_output_days=expire_output_days,
            output_prefix=f"{prefix}/output/",
            force_destroy=force_destroy,
            tags=tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        region = aws.get_region_output(opts=pulumi.InvokeOptions(parent=self)).region
        checked = region.apply(lambda region: _check_region(name, region))
        return pulumi.Output.all(made.bucket, checked).apply(lambda found: str(found[0]))

    def _vpc_config(self, name: str, network: Any, tags: Any) -> Any:
        if network == "private":
            network = PrivateNetwork(name, tags=tags, opts=pulumi.ResourceOptions(parent=self))
        return network.vpc_config if isinstance(network, PrivateNetwork) else network


def _check_region(name: str, region: str) -> None:
    """The aws provider of a component may be given to it; where its job is made is for the configuration to say."""
    try:
        of_jobs = Settings.from_config(pulumi.runtime.get_config).region
    except SpecError:
        return  # the job's own provider says what is wrong
    if of_jobs not in (None, region):
        raise pulumi.RunError(
            f"{name}: its aws provider is in {region}, but tuning jobs are made in {of_jobs}.\n"
            f"Give it a provider in {of_jobs}, or set sagemaker-tuning:region to {region}."
        )
