"""What trials run on, and for how long: instances, storage, network, spot, time limits."""

from __future__ import annotations

from collections.abc import Iterator

from sagemaker_tuning.preflight.finding import Check
from sagemaker_tuning.spec.rules.nodes import Breach, Job, definitions, is_absent, known
from sagemaker_tuning.spec.rules.resources import LOCAL_STORAGE, family, instance_types

__all__ = ["RUNNING_CHECKS"]

# Of the families that SageMaker trains on, those that the EC2 documentation lists as previous generation
# (docs.aws.amazon.com/ec2/latest/instancetypes/pg.html), with a successor.
_SUCCESSORS = {"c4": "c5", "m4": "m5", "p2": "g5"}


def _spot(job: Job) -> Iterator[tuple[tuple[str | int, ...], dict[str, object]]]:
    for at, definition in definitions(job):
        if known(definition, "enable_managed_spot_training") is True:
            yield at, definition


def _spot_without_checkpoints(job: Job) -> Iterator[Breach]:
    for at, definition in _spot(job):
        if is_absent(definition, "checkpoint_config"):
            yield Breach((*at, "enable_managed_spot_training"), True)


def _spot_without_waiting(job: Job) -> Iterator[Breach]:
    for at, definition in _spot(job):
        run = known(definition, "stopping_condition", "max_runtime_in_seconds")
        wait = known(definition, "stopping_condition", "max_wait_time_in_seconds")
        if run is not None and run == wait:
            yield Breach((*at, "stopping_condition", "max_wait_time_in_seconds"), wait)


def _no_time_limit(job: Job) -> Iterator[Breach]:
    for at, definition in definitions(job):
        if is_absent(known(definition, "stopping_condition"), "max_runtime_in_seconds"):
            yield Breach((*at, "stopping_condition", "max_runtime_in_seconds"))


def _tuning_ends_first(job: Job) -> Iterator[Breach]:
    where = ("hyper_parameter_tuning_job_config", "resource_limits", "max_runtime_in_seconds")
    tuning = known(job, *where)
    limits = [known(definition, "stopping_condition", "max_runtime_in_seconds") for _, definition in definitions(job)]
    told = [limit for limit in limits if limit is not None]
    if tuning is not None and told and tuning < min(told):
        yield Breach(where, tuning, {"seconds": f"{min(told):,}"})


def _previous_generation(job: Job) -> Iterator[Breach]:
    for at, instance_type in instance_types(job):
        successor = _SUCCESSORS.get(family(instance_type) or "")
        if successor is not None:
            yield Breach(at, instance_type, {"successor": successor})


def _unused_volume(job: Job) -> Iterator[Breach]:
    for at, definition in definitions(job):
        for name in ("resource_config", "hyper_parameter_tuning_resource_config"):
            resources = known(definition, name)
            size = known(resources, "volume_size_in_gb")
            if family(known(resources, "instance_type")) in LOCAL_STORAGE and size is not None:
                yield Breach((*at, name, "volume_size_in_gb"), size)


def _code_out_of_reach(job: Job) -> Iterator[Breach]:
    where = ("static_hyper_parameters", "sagemaker_submit_directory")
    for at, definition in definitions(job):
        archive = known(definition, *where)  # framework containers read JSON, so it may be in quotes
        is_isolated = known(definition, "enable_network_isolation") is True
        if is_isolated and isinstance(archive, str) and archive.strip('"').startswith("s3://"):
            yield Breach((*at, *where), archive)


RUNNING_CHECKS = (
    Check(
        "spot-checkpoints",
        "warning",
        _spot_without_checkpoints,
        "has no `checkpoint_config`, so that a training job which loses its instances starts from the beginning",
        "Add `checkpoint_config`, and let the script save to its folder and go on from there",
        "Spot instances are taken away at two minutes' notice; without checkpoints what was trained so far is paid for "
        "and lost.",
    ),
    Check(
        "spot-wait",
        "info",
        _spot_without_waiting,
        "equals `max_runtime_in_seconds`, which leaves no time to wait for spot capacity",
        "Raise it above `max_runtime_in_seconds`",
        "`max_wait_time_in_seconds` holds the waiting and the run; a job that waited may be stopped before it is done.",
    ),
    Check(
        "runtime-missing",
        "warning",
        _no_time_limit,
        "is left out, which lets each training job run for a day",
        "Set it to what a training job needs at most; it also bounds the cost",
        "A training job that hangs is billed until its time limit, and the default is 86,400 seconds (botocore, "
        "StoppingCondition).",
    ),
    Check(
        "tuning-time-short",
        "warning",
        _tuning_ends_first,
        "ends the search before a training job may have used its own {seconds} seconds",
        "Raise it, or lower `max_runtime_in_seconds` of the training jobs",
        "When the time of the tuning job is over its running training jobs are stopped, and what they trained is lost.",
    ),
    Check(
        "instance-generation",
        "warning",
        _previous_generation,
        "is of a previous generation, for which capacity dwindles and the price of a result is higher",
        "Use ml.{successor} or newer",
        "AWS lists these families as previous generation and encourages to use current ones "
        "(docs.aws.amazon.com/ec2/latest/instancetypes/pg.html).",
    ),
    Check(
        "isolated-code",
        "warning",
        _code_out_of_reach,
        "cannot be fetched by a container without a network",
        "Give the archive as an input channel, and its path below /opt/ml/input/data here",
        "With `enable_network_isolation` SageMaker itself brings the channels; a container that downloads its script "
        "cannot, and every trial fails. The SageMaker Python SDK sends such code as the channel `code`.",
    ),
    Check(
        "volume-unused",
        "info",  # the SageMaker SDK always sends a size
        _unused_volume,
        "does nothing: these instances have storage of their own, of fixed size",
        "Leave it out, and check that the instance's own storage is enough",
        "SageMaker provisions no volume for instances with NVMe storage (botocore, ResourceConfig); who counts on a "
        "bigger one runs out of space.",
    ),
)
