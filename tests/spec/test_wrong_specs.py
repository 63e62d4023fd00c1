from __future__ import annotations

from typing import Any

import pytest
from sagemaker_tuning.errors import SpecError
from sagemaker_tuning.spec import TuningJobSpec
from sagemaker_tuning.spec.rules import RULES
from spec_jobs import several, single
from wrong_specs import GONE, WRONG_SPECS, Wrong


def _spoiled(wrong: Wrong) -> dict[str, Any]:
    job = wrong.base()
    for (*parents, last), value in wrong.edits.items():
        node: Any = job
        for step in parents:
            node = node[step]
        if value is GONE:
            del node[last]
        else:
            node[last] = value
    return job


def _problems(document: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(SpecError) as raised:
        TuningJobSpec.from_native(document)
    texts = {problem.path: str(problem) for problem in raised.value.problems}
    assert len(texts) == len(raised.value.problems), "one problem a path"
    return texts


@pytest.mark.parametrize("job", [single(), several()], ids=["single", "several"])
def test_the_jobs_that_the_cases_spoil_are_right(job: dict[str, Any]) -> None:
    spec = TuningJobSpec.from_native(job)
    assert (spec.to_native(), spec.warnings) == (job, ())


@pytest.mark.parametrize("wrong", WRONG_SPECS.values(), ids=WRONG_SPECS)
def test_a_wrong_spec_says_where_what_and_how_to_mend_it(wrong: Wrong) -> None:
    texts = _problems(_spoiled(wrong))
    assert texts.keys() == wrong.problems.keys()
    for path, part in wrong.problems.items():
        assert part in texts[path]
        assert texts[path].startswith(f"{path}: ")
        assert texts[path].endswith((".", "?"))


def test_there_are_at_least_sixty_wrong_specs() -> None:
    assert len(WRONG_SPECS) >= 60


def test_every_rule_that_refuses_a_job_has_a_wrong_spec() -> None:
    told = {rule.id for wrong in WRONG_SPECS.values() for rule in RULES if any(rule.find(_spoiled_normal(wrong)))}
    assert {rule.id for rule in RULES if rule.severity == "error"} <= told


def _spoiled_normal(wrong: Wrong) -> dict[str, Any]:
    """The spoiled job with numbers as text, as rules get it."""
    job = _spoiled(wrong)
    ranges = job.get("hyper_parameter_tuning_job_config", {}).get("parameter_ranges", {})
    for item in ranges.get("integer_parameter_ranges", []):
        item["max_value"] = str(item["max_value"])
    return job


def test_all_problems_come_at_once() -> None:
    job = single()
    job["hyper_parameter_tuning_job_name"] = "no_good"
    job["hyper_parameter_tuning_job_config"]["resource_limits"]["max_parallel_training_jobs"] = 0
    job["training_job_definition"]["role_arm"] = job["training_job_definition"].pop("role_arn")
    job["training_job_definition"]["enable_managed_spot_training"] = True
    assert set(_problems(job)) == {
        "hyper_parameter_tuning_job_name",
        "hyper_parameter_tuning_job_config.resource_limits.max_parallel_training_jobs",
        "training_job_definition.role_arm",
        "training_job_definition.role_arn",
        "training_job_definition.stopping_condition.max_wait_time_in_seconds",
    }


WARNINGS = {
    "an instance type that botocore does not know": (
        {("training_job_definition", "resource_config", "instance_type"): "ml.m99.xlarge"},
        "training_job_definition.resource_config.instance_type",
    ),
    "a strategy's settings beside another strategy": (
        {("hyper_parameter_tuning_job_config", "strategy_config"): {}},
        "hyper_parameter_tuning_job_config.strategy_config",
    ),
    "compressed data outside Pipe mode": (
        {("training_job_definition", "input_data_config", 0, "compression_type"): "Gzip"},
        "training_job_definition.input_data_config[train].compression_type",
    ),
    "a tuning job of 31 days": (
        {("hyper_parameter_tuning_job_config", "resource_limits", "max_runtime_in_seconds"): 31 * 86400},
        "hyper_parameter_tuning_job_config.resource_limits.max_runtime_in_seconds",
    ),
    "no resources": (
        {("training_job_definition", "resource_config"): GONE},
        "training_job_definition.resource_config",
    ),
    "a type beside instance groups": (
        {
            ("training_job_definition", "resource_config", "instance_groups"): [
                {"instance_type": "ml.m5.xlarge", "instance_count": 1, "instance_group_name": "one"}
            ],
            ("training_job_definition", "resource_config", "instance_count"): GONE,
        },
        "training_job_definition.resource_config.instance_type",
    ),
    "a channel with two sources": (
        {
            ("training_job_definition", "input_data_config", 0, "data_source", "file_system_data_source"): {
                "file_system_id": "fs-0123456789abcdef0",
                "file_system_access_mode": "ro",
                "file_system_type": "EFS",
                "directory_path": "/data",
            }
        },
        "training_job_definition.input_data_config[train].data_source",
    ),
}


@pytest.mark.parametrize(("edits", "path"), WARNINGS.values(), ids=WARNINGS)
def test_what_no_source_says_is_refused_is_a_warning_only(edits: dict[tuple[str | int, ...], Any], path: str) -> None:
    spec = TuningJobSpec.from_native(_spoiled(Wrong(edits, {})))
    assert [problem.path for problem in spec.warnings] == [path]
