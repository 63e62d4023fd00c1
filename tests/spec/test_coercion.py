from __future__ import annotations

from typing import Any

import pytest
from sagemaker_tuning.spec import TuningJobSpec
from sagemaker_tuning.spec.base import text_of, whole
from spec_jobs import single


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5, "5"),
        (5.0, "5"),
        (-3.0, "-3"),
        (0.1, "0.1"),
        (1e-05, "1e-05"),
        (2.0**60, "1.152921504606847e+18"),
        (True, "true"),
        (False, "false"),
        ("0.10", "0.10"),
        ("True", "True"),
    ],
)
def test_hyperparameters_are_text(value: Any, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize(("value", "number"), [(5.0, 5), (5, 5), (5.5, 5.5), (True, True), ("5", "5")])
def test_whole_floats_are_integers(value: Any, number: Any) -> None:
    assert (whole(value), type(whole(value))) == (number, type(number))


def test_a_program_may_write_numbers_and_pulumi_may_send_floats() -> None:
    job = single()
    config, definition = job["hyper_parameter_tuning_job_config"], job["training_job_definition"]
    config["resource_limits"] = {"max_number_of_training_jobs": 10.0, "max_parallel_training_jobs": 2.0}
    ranges = config["parameter_ranges"]
    ranges["continuous_parameter_ranges"][0] |= {"min_value": 0.01, "max_value": 0.5}
    ranges["integer_parameter_ranges"][0] |= {"min_value": 1.0, "max_value": 10}
    definition["static_hyper_parameters"] = {"num_round": 100.0}
    spec = TuningJobSpec.from_native(job)
    assert spec.to_native() == single()
    assert type(spec.to_api()["HyperParameterTuningJobConfig"]["ResourceLimits"]["MaxParallelTrainingJobs"]) is int
