"""What is said of a run before it is begun."""

from __future__ import annotations

from typing import Any

import pytest
from fakes.memory_gateway import MemoryGateway
from sagemaker_tuning.errors import SpecError
from sagemaker_tuning.lifecycle import Options, Review, review
from sagemaker_tuning.settings import Settings

# A search of one trial (a warning) without a time limit (a warning) and without a seed (an info).
JOB: dict[str, Any] = {
    "hyper_parameter_tuning_job_config": {
        "strategy": "Random",
        "resource_limits": {"max_number_of_training_jobs": 1, "max_parallel_training_jobs": 1},
        "parameter_ranges": {
            "continuous_parameter_ranges": [
                {"name": name, "min_value": "0", "max_value": "1"} for name in ("eta", "gamma")
            ]
        },
    },
    "training_job_definition": {
        "resource_config": {"instance_type": "ml.m5.large", "instance_count": 1, "volume_size_in_gb": 1},
        "stopping_condition": {},
    },
}


def reviewed(aws: MemoryGateway, settings: Settings | None = None, **options: Any) -> Review:
    settings = settings or Settings(region="us-east-1")
    return review(JOB, Options.from_native(options), settings, aws, pytest.fail)


def ids(found: Review) -> list[str]:
    return [warning.split(":")[0] for warning in found.warnings]


def test_findings_are_warnings_and_infos_are_not_told(aws: MemoryGateway) -> None:
    found = reviewed(aws)
    assert found.problems == ()
    assert ids(found) == ["warning few-trials", "warning runtime-missing"]
    assert aws.calls == []


def test_a_resource_and_the_configuration_can_silence(aws: MemoryGateway) -> None:
    assert ids(reviewed(aws, silence=["few-trials"])) == ["warning runtime-missing"]
    settings = Settings(region="us-east-1", silence=("runtime-missing",))
    assert ids(reviewed(aws, settings)) == ["warning few-trials"]
    assert reviewed(aws, settings, silence=["few-trials"]) == Review()


def test_a_strict_configuration_refuses_what_is_not_silenced(aws: MemoryGateway) -> None:
    settings = Settings(region="us-east-1", strict=True)
    found = reviewed(aws, settings, silence=["few-trials"], max_instance_hours=10)
    assert found.warnings == ()
    assert [str(problem).splitlines()[0] for problem in found.problems] == [
        "max_instance_hours: 10 is less than the 24 instance-hours that this job can use: "
        "1 trial × 1 × ml.m5.large × 86,400 s = 24 instance-hours, at $0.115 an hour $2.76.",
        "training_job_definition.stopping_condition.max_runtime_in_seconds: is left out, which lets each training job "
        "run for a day (runtime-missing).",
    ]


def test_a_misspelled_id_is_told_because_it_would_silence_nothing(aws: MemoryGateway) -> None:
    with pytest.raises(SpecError, match=r"silence: 'few-trails' is not the id of a check\.\nDid you mean few-trials\?"):
        reviewed(aws, silence=["few-trails"])
    found = reviewed(aws, Settings(region="us-east-1", silence=("few-trails",)))
    assert [problem.path for problem in found.problems] == ["sagemaker-tuning:silence"]


def test_silence_is_a_list() -> None:
    with pytest.raises(SpecError, match="'few-trials' is not a list"):
        Options.from_native({"silence": "few-trials"})
