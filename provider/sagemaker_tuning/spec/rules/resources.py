"""Rules of where and how long training jobs run: instances, volumes, spot, time limits."""

from __future__ import annotations

from collections.abc import Iterator

from sagemaker_tuning.spec.findings import Location
from sagemaker_tuning.spec.rules.nodes import Breach, Job, Node, Rule, definitions, is_absent, items, known, repeated
from sagemaker_tuning.spec.rules.training import is_built_in
from sagemaker_tuning.spec.shapes import INSTANCE_TYPES

__all__ = ["LOCAL_STORAGE", "RESOURCE_RULES", "family", "instance_types"]

_TUNING = "hyper_parameter_tuning_resource_config"
_LONGEST_TRAINING_SECONDS = 28 * 24 * 3600
_LONGEST_WAIT_WITHOUT_CHECKPOINTS = 3600

# Families whose instances have their own NVMe storage, and those that have none at all (EC2's instance type pages).
LOCAL_STORAGE = frozenset(
    {"g4dn", "g5", "g6", "g6e", "p3dn", "p4d", "p4de", "p5", "p5e", "p5en", "r5d", "trn1", "trn1n"}
)
_EBS_ONLY = frozenset({"c4", "c5", "c5n", "c6i", "c7i", "m4", "m5", "m6i", "m7i", "p2", "p3", "r5", "r6i", "r7i", "t3"})


def _resources(job: Job) -> Iterator[tuple[Location, Node, Node]]:
    for at, definition in definitions(job):
        resources = known(definition, "resource_config")
        if resources is not None:
            yield (*at, "resource_config"), resources, definition


def family(instance_type: str | None) -> str | None:
    """`m5` of `ml.m5.xlarge`."""
    return instance_type.split(".")[1] if instance_type else None


def instance_types(job: Job) -> Iterator[tuple[Location, str]]:
    """Every place that names an instance type."""
    for at, definition in definitions(job):
        for name, lists in (
            ("resource_config", ("instance_groups", "instance_preferences")),
            (_TUNING, ("instance_configs",)),
        ):
            resources = known(definition, name)
            places = [((*at, name), resources)]
            places += [((*at, name, kind, index), item) for kind in lists for index, item in items(resources, kind)]
            for where, node in places:
                if (instance_type := known(node, "instance_type")) is not None:
                    yield (*where, "instance_type"), instance_type


def _new_instance_types(job: Job) -> Iterator[Breach]:
    for at, instance_type in instance_types(job):
        if instance_type not in INSTANCE_TYPES:
            yield Breach(at, instance_type)


def _both_resources(job: Job) -> Iterator[Breach]:
    for at, _, definition in _resources(job):
        if known(definition, _TUNING) is not None:
            yield Breach((*at[:-1], _TUNING))


def _no_resources(job: Job) -> Iterator[Breach]:
    for at, definition in definitions(job):
        if is_absent(definition, "resource_config") and is_absent(definition, _TUNING):
            yield Breach((*at, "resource_config"))


def _configs_beside_one_type(job: Job) -> Iterator[Breach]:
    for at, definition in definitions(job):
        resources = known(definition, _TUNING)
        if known(resources, "instance_configs") is None:
            continue
        for name in ("instance_type", "instance_count", "volume_size_in_gb"):
            if known(resources, name) is not None:
                yield Breach((*at, _TUNING, name), known(resources, name))


def _groups_beside_one_type(job: Job) -> Iterator[Breach]:
    for at, resources, _ in _resources(job):
        for name in ("instance_type", "instance_count"):
            if known(resources, "instance_groups") and known(resources, name) is not None:
                yield Breach((*at, name), known(resources, name))


def _preferences_beside_others(job: Job) -> Iterator[Breach]:
    for at, resources, definition in _resources(job):
        if known(resources, "instance_preferences") is None:
            continue
        for name in ("instance_type", "instance_groups", "instance_placement_config"):
            if known(resources, name) is not None:
                yield Breach((*at, name))
        if known(definition, "enable_managed_spot_training"):
            yield Breach((*at[:-1], "enable_managed_spot_training"), True)


def _preferences_counted_twice(job: Job) -> Iterator[Breach]:
    for at, resources, _ in _resources(job):
        for index, preference in items(resources, "instance_preferences"):
            counted = known(preference, "instance_count")
            if known(resources, "instance_count") is not None and counted is not None:
                yield Breach((*at, "instance_preferences", index, "instance_count"), counted)


def _preferences_uncounted(job: Job) -> Iterator[Breach]:
    for at, resources, _ in _resources(job):
        if is_absent(resources, "instance_count"):
            for index, preference in items(resources, "instance_preferences"):
                if is_absent(preference, "instance_count"):
                    yield Breach((*at, "instance_preferences", index, "instance_count"))


def _preferences_repeated(job: Job) -> Iterator[Breach]:
    for at, resources, _ in _resources(job):
        for index, instance_type in repeated(resources, "instance_preferences", "instance_type"):
            yield Breach((*at, "instance_preferences", index, "instance_type"), instance_type)


def _plans_in_both_places(job: Job) -> Iterator[Breach]:
    for at, resources, _ in _resources(job):
        for index, preference in items(resources, "instance_preferences"):
            if known(resources, "training_plan_arn") is not None and known(preference, "training_plan_arns"):
                yield Breach((*at, "instance_preferences", index, "training_plan_arns"))


def _spot_without_wait(job: Job) -> Iterator[Breach]:
    for at, definition in definitions(job):
        left_out = is_absent(known(definition, "stopping_condition"), "max_wait_time_in_seconds")
        if known(definition, "enable_managed_spot_training") and left_out:
            yield Breach((*at, "stopping_condition", "max_wait_time_in_seconds"))


def _wait_shorter_than_run(job: Job) -> Iterator[Breach]:
    for at, definition in definitions(job):
        wait = known(definition, "stopping_condition", "max_wait_time_in_seconds")
        run = known(definition, "stopping_condition", "max_runtime_in_seconds")
        if known(definition, "enable_managed_spot_training") and wait is not None and run is not None and wait < run:
            yield Breach((*at, "stopping_condition", "max_wait_time_in_seconds"), wait)


def _long_wait_without_checkpoints(job: Job) -> Iterator[Breach]:
    for at, definition in definitions(job):
        wait = known(definition, "stopping_condition", "max_wait_time_in_seconds")
        if not (known(definition, "enable_managed_spot_training") and wait and is_built_in(definition)):
            continue
        if is_absent(definition, "checkpoint_config") and wait > _LONGEST_WAIT_WITHOUT_CHECKPOINTS:
            yield Breach((*at, "stopping_condition", "max_wait_time_in_seconds"), wait)


def _training_too_long(job: Job) -> Iterator[Breach]:
    for at, definition in definitions(job):
        seconds = known(definition, "stopping_condition", "max_runtime_in_seconds")
        if seconds is not None and seconds > _LONGEST_TRAINING_SECONDS:
            yield Breach((*at, "stopping_condition", "max_runtime_in_seconds"), seconds)


def _key_for_local_storage(job: Job) -> Iterator[Breach]:
    for at, resources, _ in _resources(job):
        key = known(resources, "volume_kms_key_id")
        if key is not None and family(known(resources, "instance_type")) in LOCAL_STORAGE:
            yield Breach((*at, "volume_kms_key_id"), key)


def _no_volume_size(job: Job) -> Iterator[Breach]:
    for at, resources, _ in _resources(job):
        if family(known(resources, "instance_type")) in _EBS_ONLY and is_absent(resources, "volume_size_in_gb"):
            yield Breach((*at, "volume_size_in_gb"))


RESOURCE_RULES = (
    Rule(
        "known-instance-type",
        "B enum TrainingInstanceType",
        _new_instance_types,
        "is an instance type that the installed botocore does not know yet",
        "Check the spelling; if it is a new type, nothing need be done",
        severity="warning",
    ),
    Rule(
        "one-resource-config",
        "4.17 B, T",
        _both_resources,
        "is given beside `resource_config`; SageMaker takes one of the two",
        "Keep the one that fits",
    ),
    Rule(
        "a-resource-config",
        "4.17 inference",
        _no_resources,
        "is missing; a training job needs instances to run on",
        "Add `resource_config` or `hyper_parameter_tuning_resource_config`",
        severity="warning",
    ),
    Rule(
        "configs-alone",
        "4.17 B, T",
        _configs_beside_one_type,
        "is given beside `instance_configs`, each of which has its own",
        "Leave it out here",
    ),
    Rule(
        "groups-alone",
        "4.18 inference",
        _groups_beside_one_type,
        "is given beside `instance_groups`, each of which has its own",
        "Leave it out here",
        severity="warning",
    ),
    Rule(
        "preferences-alone",
        "4.19 B",
        _preferences_beside_others,
        "cannot be used with `instance_preferences`",
        "Leave it out, or leave the preferences out",
    ),
    Rule(
        "preferences-counted-once",
        "4.19 B",
        _preferences_counted_twice,
        "is given here and in `resource_config`",
        "Keep `instance_count` on every preference or only on `resource_config`",
    ),
    Rule(
        "preferences-counted",
        "4.19 B",
        _preferences_uncounted,
        "is missing here and in `resource_config`",
        "Add `instance_count` to every preference, or only to `resource_config`",
    ),
    Rule(
        "preferences-distinct",
        "4.19 B",
        _preferences_repeated,
        "is preferred twice",
        "Name each instance type once",
    ),
    Rule(
        "plans-in-one-place",
        "4.19 B",
        _plans_in_both_places,
        "is given beside `training_plan_arn` of `resource_config`",
        "Keep the plans in one of the two places",
    ),
    Rule(
        "spot-wait",
        "4.20 B, G-spot",
        _spot_without_wait,
        "is missing; spot training needs it",
        "Add `max_wait_time_in_seconds`, at least `max_runtime_in_seconds`",
    ),
    Rule(
        "spot-wait-covers-run",
        "4.20 B, G-spot",
        _wait_shorter_than_run,
        "is less than `max_runtime_in_seconds`, which it includes",
        "Raise it to `max_runtime_in_seconds` or more",
    ),
    Rule(
        "spot-checkpoints",
        "4.20 G-spot",
        _long_wait_without_checkpoints,
        "is more than the 3600 that a built-in algorithm may wait without checkpoints",
        "Add `checkpoint_config`, or use 3600 or less",
    ),
    Rule(
        "training-runtime",
        "4.21 B, G-lim",
        _training_too_long,
        "is more than the 28 days that a training job may run",
        "Use 2419200 or less",
    ),
    Rule(
        "no-key-for-local-storage",
        "4.22 B",
        _key_for_local_storage,
        "cannot encrypt the storage that these instances bring themselves",
        "Leave it out, or use an instance type without local storage",
    ),
    Rule(
        "volume-size",
        "4.22 B",
        _no_volume_size,
        "is missing; these instances have no storage of their own",
        "Add `volume_size_in_gb`",
    ),
)
