"""What a change at each path means: the rules of the plan, as data.

One row a family of paths. A row says how two values are compared, what it means when the program leaves the field out,
what a change requires and why, and what SageMaker does to the field by itself. Every path that a user can declare has
exactly one row; a structure has one only where SageMaker treats it as a whole.
Facts: the SageMaker API reference and service model; what Describe gives back was learned from recorded responses and
from the normalizing code of the ACK controller (aws-controllers-k8s/sagemaker-controller) and of the Terraform
provider (hashicorp/terraform-provider-aws).
"""

from __future__ import annotations

import enum
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from sagemaker_tuning.planning.equality import (
    Equality,
    exact,
    float32,
    name_or_arn,
    number_text,
    same_members,
    same_name,
)

__all__ = ["IMMUTABLE", "OPTION", "REGION", "RERUN", "RULES", "Action", "Default", "LeftOut", "Rule", "expand"]

Action = Literal["update", "replace"]


class LeftOut(enum.Enum):
    """What it means that the program leaves a field out."""

    ABSENT = "SageMaker has nothing there either"
    SERVICE_DECIDES = "SageMaker may fill in what it likes"
    KEPT = "whatever the job has is kept, even if the program once declared it"


@dataclass(frozen=True)
class Default:
    """The field left out means this value. `service_decides`: SageMaker may also fill in another one."""

    value: Any
    service_decides: bool = False


def _never(_key: str) -> bool:
    return False


@dataclass(frozen=True)
class Rule:
    """One family of paths.

    `paths` are generic (`[]` stands for any item, `{a,b}` for either name). `reason` goes on from the field's name:
    "strategy *is immutable*". `injected` knows the keys of entries that SageMaker adds of its own accord.
    `unreported`: Describe has been seen to leave the field out although it was sent.
    """

    paths: tuple[str, ...]
    equal: Equality = exact
    left_out: LeftOut | Default = LeftOut.ABSENT
    action: Action = "replace"
    reason: str = "is immutable"
    injected: Callable[[str], bool] = _never
    unreported: bool = False

    @property
    def service_decides(self) -> bool:
        """SageMaker may fill the field in when it is left out."""
        if isinstance(self.left_out, Default):
            return self.left_out.service_decides
        return self.left_out is not LeftOut.ABSENT


CONFIG = "hyper_parameter_tuning_job_config"
DEFINITION = "{training_job_definition,training_job_definitions[]}"
RANGES = (
    "{hyper_parameter_tuning_job_config.parameter_ranges"
    ",training_job_definition.hyper_parameter_ranges,training_job_definitions[].hyper_parameter_ranges}"
)
NUMERIC_RANGES = f"{RANGES}.{{integer_parameter_ranges,continuous_parameter_ranges}}[]"
CHANNEL = f"{DEFINITION}.input_data_config[]"
RESOURCES = f"{DEFINITION}.resource_config"
TUNING_RESOURCES = f"{DEFINITION}.hyper_parameter_tuning_resource_config"

RULES: tuple[Rule, ...] = (
    # -- the job as a whole ------------------------------------------------------------------------------------------
    Rule(
        ("hyper_parameter_tuning_job_name",),
        equal=same_name,
        left_out=LeftOut.KEPT,  # a generated name is not in the program; no job is replaced to lose its name
        reason="is the job's identity",
    ),
    # -- configuration -----------------------------------------------------------------------------------------------
    Rule((f"{CONFIG}.{{strategy,random_seed}}",)),
    Rule((f"{CONFIG}.strategy_config.hyperband_strategy_config.{{min_resource,max_resource}}",)),
    Rule(
        (
            f"{CONFIG}.hyper_parameter_tuning_job_objective.{{type,metric_name}}",
            f"{DEFINITION}.tuning_objective.{{type,metric_name}}",
        ),
        reason="is what the search optimizes, and immutable",
    ),
    Rule((f"{CONFIG}.resource_limits.max_parallel_training_jobs",)),
    Rule(
        (f"{CONFIG}.resource_limits.{{max_number_of_training_jobs,max_runtime_in_seconds}}",),
        left_out=LeftOut.SERVICE_DECIDES,  # a grid's number of combinations, for one
    ),
    Rule((f"{CONFIG}.training_job_early_stopping_type",), left_out=Default("Off")),
    Rule(
        (
            f"{CONFIG}.tuning_job_completion_criteria",
            f"{CONFIG}.tuning_job_completion_criteria.convergence_detected",  # autotune's
        ),
        left_out=LeftOut.SERVICE_DECIDES,
    ),
    Rule((f"{CONFIG}.tuning_job_completion_criteria.target_objective_metric_value",), equal=float32),
    Rule((f"{CONFIG}.tuning_job_completion_criteria.convergence_detected.complete_on_convergence",)),
    Rule(
        (
            f"{CONFIG}.tuning_job_completion_criteria.best_objective_not_improving"
            ".max_number_of_training_jobs_not_improving",
        ),
        left_out=LeftOut.SERVICE_DECIDES,
    ),
    # -- parameter ranges --------------------------------------------------------------------------------------------
    Rule(
        (
            f"{NUMERIC_RANGES}.name",
            f"{RANGES}.{{categorical_parameter_ranges,auto_parameters}}[].name",
        )
    ),
    Rule(
        (
            f"{NUMERIC_RANGES}.{{min_value,max_value}}",
            f"{RANGES}.auto_parameters[].value_hint",
        ),
        equal=number_text,
        reason="bounds the search, and is immutable",
    ),
    Rule(
        (f"{RANGES}.categorical_parameter_ranges[].values",),
        equal=same_members,
        reason="bounds the search, and is immutable",
    ),
    Rule((f"{NUMERIC_RANGES}.scaling_type",), left_out=LeftOut.SERVICE_DECIDES),
    Rule(
        ("training_job_definition.hyper_parameter_ranges",),  # a single definition's ranges are in the configuration
        left_out=LeftOut.SERVICE_DECIDES,
    ),
    # -- training job definitions ------------------------------------------------------------------------------------
    Rule((f"{DEFINITION}.{{definition_name,role_arn}}",)),
    Rule(
        (f"{DEFINITION}.static_hyper_parameters",),
        equal=number_text,
        # SageMaker adds "_tuning_objective_metric" itself; comparing it would replace every job.
        injected=lambda key: key.startswith("_"),
    ),
    Rule((f"{DEFINITION}.environment",)),
    Rule((f"{DEFINITION}.algorithm_specification.training_input_mode",)),
    Rule(
        (f"{DEFINITION}.algorithm_specification.training_image",),
        left_out=LeftOut.SERVICE_DECIDES,  # either of image and algorithm may come back beside the one that was sent
    ),
    Rule(
        (f"{DEFINITION}.algorithm_specification.algorithm_name",),
        equal=name_or_arn,
        left_out=LeftOut.SERVICE_DECIDES,
    ),
    Rule(
        (f"{DEFINITION}.algorithm_specification.metric_definitions",),
        left_out=LeftOut.SERVICE_DECIDES,  # XGBoost's image brings nineteen
        injected=lambda key: key == "ObjectiveMetric",
    ),
    Rule((f"{DEFINITION}.algorithm_specification.metric_definitions[].{{name,regex}}",)),
    Rule(
        (
            f"{DEFINITION}.{{enable_network_isolation,enable_inter_container_traffic_encryption}}",
            f"{DEFINITION}.enable_managed_spot_training",
            f"{RESOURCES}.instance_placement_config.enable_multiple_jobs",
        ),
        left_out=Default(False),
    ),
    Rule((f"{DEFINITION}.vpc_config.{{security_group_ids,subnets}}",), equal=same_members),
    Rule((f"{DEFINITION}.output_data_config.{{s3_output_path,kms_key_id}}",)),
    Rule((f"{DEFINITION}.output_data_config.compression_type",), left_out=Default("GZIP"), unreported=True),
    Rule((f"{DEFINITION}.checkpoint_config.s3_uri",)),
    Rule((f"{DEFINITION}.checkpoint_config.local_path",), left_out=Default("/opt/ml/checkpoints/")),
    Rule((f"{DEFINITION}.retry_strategy",), left_out=LeftOut.SERVICE_DECIDES),
    Rule((f"{DEFINITION}.retry_strategy.maximum_retry_attempts",)),
    Rule(
        (f"{DEFINITION}.stopping_condition.max_runtime_in_seconds",),
        left_out=Default(86400, service_decides=True),
    ),
    Rule((f"{DEFINITION}.stopping_condition.max_wait_time_in_seconds",)),
    Rule((f"{DEFINITION}.stopping_condition.max_pending_time_in_seconds",), unreported=True),
    # -- input channels ----------------------------------------------------------------------------------------------
    Rule((f"{CHANNEL}.{{channel_name,content_type}}",)),
    Rule((f"{CHANNEL}.shuffle_config.seed",)),
    Rule((f"{CHANNEL}.compression_type",), left_out=Default("None", service_decides=True)),
    Rule((f"{CHANNEL}.{{record_wrapper_type,input_mode}}",), left_out=LeftOut.SERVICE_DECIDES),
    Rule(
        (
            f"{CHANNEL}.data_source.s3_data_source.{{s3_data_type,s3_uri}}",
            f"{CHANNEL}.data_source.s3_data_source.model_access_config.accept_eula",
            f"{CHANNEL}.data_source.s3_data_source.hub_access_config.hub_content_arn",
            f"{CHANNEL}.data_source.dataset_source.dataset_arn",
            f"{CHANNEL}.data_source.file_system_data_source.{{file_system_id,file_system_type}}",
            f"{CHANNEL}.data_source.file_system_data_source.{{file_system_access_mode,directory_path}}",
        ),
    ),
    Rule(
        (f"{CHANNEL}.data_source.s3_data_source.s3_data_distribution_type",),
        left_out=LeftOut.SERVICE_DECIDES,
    ),
    Rule((f"{CHANNEL}.data_source.s3_data_source.attribute_names",), equal=same_members),
    Rule((f"{CHANNEL}.data_source.s3_data_source.instance_group_names",), equal=same_members, unreported=True),
    # -- instances ---------------------------------------------------------------------------------------------------
    Rule(
        (RESOURCES,),
        left_out=LeftOut.SERVICE_DECIDES,  # comes back although hyper_parameter_tuning_resource_config was sent
    ),
    Rule((TUNING_RESOURCES,), unreported=True),
    Rule(
        (
            f"{RESOURCES}.{{instance_type,volume_kms_key_id,keep_alive_period_in_seconds,training_plan_arn}}",
            f"{RESOURCES}.instance_groups[].{{instance_group_name,instance_type,instance_count}}",
            f"{RESOURCES}.instance_placement_config.placement_specifications[].{{ultra_server_id,instance_count}}",
            f"{RESOURCES}.instance_preferences[].{{instance_type,training_plan_arns}}",
            f"{TUNING_RESOURCES}.{{instance_type,volume_kms_key_id,allocation_strategy}}",
            f"{TUNING_RESOURCES}.instance_configs[].{{instance_type,instance_count,volume_size_in_gb}}",
        ),
    ),
    Rule((f"{RESOURCES}.instance_count",), left_out=LeftOut.SERVICE_DECIDES),
    Rule(
        (
            f"{RESOURCES}.volume_size_in_gb",
            f"{TUNING_RESOURCES}.{{instance_count,volume_size_in_gb}}",
            f"{RESOURCES}.instance_preferences[].instance_count",
        ),
        left_out=Default(0),  # the service model has these as plain numbers, which come back as 0 when never sent
    ),
    # -- beside the definitions --------------------------------------------------------------------------------------
    Rule(("autotune.mode",)),
    Rule(
        ("warm_start_config.{warm_start_type,parent_hyper_parameter_tuning_jobs[].hyper_parameter_tuning_job_name}",),
        reason="is read once, when the job starts",
    ),
    Rule(("tags",), action="update", reason="can be edited in place"),
)

IMMUTABLE = Rule(())
"""The rule of a structure that has no row of its own: SageMaker has no call that edits a tuning job."""

OPTION = Rule((), action="update", reason="only guides the provider")
"""The rule of the resource's options that SageMaker never sees."""

RERUN = Rule((), reason="asks to run the job again")
"""The rule of `rerun_token`, whose only meaning is that it changes."""

REGION = Rule((), reason="cannot change: a tuning job stays in the region it was created in")

_CHOICE = re.compile(r"\{([^{}]*)\}")


def expand(pattern: str) -> Iterator[str]:
    """Every generic path that a row's pattern stands for: `a.{b,c}` gives `a.b` and `a.c`."""
    choice = _CHOICE.search(pattern)
    if choice is None:
        yield pattern
        return
    head, tail = pattern[: choice.start()], pattern[choice.end() :]
    yield from itertools.chain.from_iterable(expand(head + name + tail) for name in choice[1].split(","))
