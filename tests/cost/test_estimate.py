"""What a tuning job can cost at most: the figures, and the arithmetic as a person reads it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from sagemaker_tuning.cost import Prices, estimate
from sagemaker_tuning.unknown import UNKNOWN

REGION = "us-east-1"
PRICES = Prices("the test's prices", {REGION: {"ml.m5.xlarge": 0.23, "ml.p3.2xlarge": 3.825, "ml.c5.xlarge": 0.204}})

LIMITS = "hyper_parameter_tuning_job_config.resource_limits"
DEFINITION = "training_job_definition"
RESOURCES = f"{DEFINITION}.resource_config"


def job() -> dict[str, Any]:
    return {
        "hyper_parameter_tuning_job_config": {
            "strategy": "Bayesian",
            "resource_limits": {"max_number_of_training_jobs": 50, "max_parallel_training_jobs": 5},
        },
        "training_job_definition": {
            "resource_config": {"instance_type": "ml.m5.xlarge", "instance_count": 2},
            "stopping_condition": {"max_runtime_in_seconds": 3600},
        },
    }


def edited(edits: dict[str, Any]) -> dict[str, Any]:
    """The job with some fields set, or taken out where the value is None."""
    document = job()
    for path, value in edits.items():
        *parents, last = path.split(".")
        node = document
        for name in parents:
            node = node.setdefault(name, {})
        if value is None:
            node.pop(last)
        else:
            node[last] = deepcopy(value)
    return document


CASES: dict[str, tuple[dict[str, Any], float | None, float | None, str]] = {
    "trials by instances by time": (
        {},
        100,
        23.0,
        "50 trials × 2 × ml.m5.xlarge × 3,600 s = 100 instance-hours, at $0.23 an hour $23.00",
    ),
    "one trial": (
        {f"{LIMITS}.max_number_of_training_jobs": 1},
        2,
        0.46,
        "1 trial × 2 × ml.m5.xlarge × 3,600 s = 2 instance-hours, at $0.23 an hour $0.46",
    ),
    "no time limit is the service's default, a day": (
        {f"{DEFINITION}.stopping_condition": {}},
        2400,
        552.0,
        "50 trials × 2 × ml.m5.xlarge × 86,400 s = 2,400 instance-hours, at $0.23 an hour $552.00",
    ),
    "retries are inside of the time limit": (
        {f"{DEFINITION}.retry_strategy": {"maximum_retry_attempts": 3}},
        100,
        23.0,
        "50 trials × 2 × ml.m5.xlarge × 3,600 s = 100 instance-hours, at $0.23 an hour $23.00",
    ),
    "waiting for spot capacity is not billed, and the discount is not counted on": (
        {
            f"{DEFINITION}.enable_managed_spot_training": True,
            f"{DEFINITION}.stopping_condition.max_wait_time_in_seconds": 7200,
        },
        100,
        23.0,
        "50 trials × 2 × ml.m5.xlarge × 3,600 s = 100 instance-hours, at $0.23 an hour $23.00",
    ),
    "with spot, the wait limit ends also a job without a time limit": (
        {
            f"{DEFINITION}.enable_managed_spot_training": True,
            f"{DEFINITION}.stopping_condition": {"max_wait_time_in_seconds": 7200},
        },
        200,
        46.0,
        "50 trials × 2 × ml.m5.xlarge × 7,200 s = 200 instance-hours, at $0.23 an hour $46.00",
    ),
    "the tuning job's own time is the lower bound": (
        {f"{LIMITS}.max_runtime_in_seconds": 7200},
        20,
        4.6,
        "5 at a time × 2 × ml.m5.xlarge × 7,200 s of the tuning job = 20 instance-hours, at $0.23 an hour $4.60",
    ),
    "the tuning job's own time is the higher bound": (
        {f"{LIMITS}.max_runtime_in_seconds": 360_000},
        100,
        23.0,
        "50 trials × 2 × ml.m5.xlarge × 3,600 s = 100 instance-hours, at $0.23 an hour $23.00",
    ),
    "without a number of trials, the tuning job's own time bounds": (
        {f"{LIMITS}.max_runtime_in_seconds": 7200, f"{LIMITS}.max_number_of_training_jobs": None},
        20,
        4.6,
        "5 at a time × 2 × ml.m5.xlarge × 7,200 s of the tuning job = 20 instance-hours, at $0.23 an hour $4.60",
    ),
    "fewer trials than may run at a time": (
        {f"{LIMITS}.max_runtime_in_seconds": 1800, f"{LIMITS}.max_number_of_training_jobs": 2},
        2,
        0.46,
        "2 at a time × 2 × ml.m5.xlarge × 1,800 s of the tuning job = 2 instance-hours, at $0.23 an hour $0.46",
    ),
    "a warm pool is kept after each trial": (
        {f"{RESOURCES}.keep_alive_period_in_seconds": 600},
        116.6666,
        26.8333,
        "50 trials × 2 × ml.m5.xlarge × (3,600 s + 600 s kept warm) = 116.67 instance-hours, at $0.23 an hour $26.84",
    ),
    "a warm pool is kept also where the tuning job's time bounds": (
        {f"{RESOURCES}.keep_alive_period_in_seconds": 360, f"{LIMITS}.max_runtime_in_seconds": 7200},
        30,
        6.9,
        "5 at a time × 2 × ml.m5.xlarge × 7,200 s of the tuning job + 50 trials × 2 × ml.m5.xlarge × 360 s kept warm "
        "= 30 instance-hours, at $0.23 an hour $6.90",
    ),
    "groups of instances add up": (
        {
            RESOURCES: {
                "instance_groups": [
                    {"instance_group_name": "a", "instance_type": "ml.m5.xlarge", "instance_count": 2},
                    {"instance_group_name": "b", "instance_type": "ml.p3.2xlarge", "instance_count": 1},
                ]
            }
        },
        150,
        214.25,
        "50 trials × (2 × ml.m5.xlarge + 1 × ml.p3.2xlarge) × 3,600 s = 150 instance-hours, "
        "at $4.285 an hour for the cluster $214.25",
    ),
    "of several kinds, the most instances bound the hours and the dearest the cost": (
        {
            RESOURCES: None,
            f"{DEFINITION}.hyper_parameter_tuning_resource_config": {
                "allocation_strategy": "Prioritized",
                "instance_configs": [
                    {"instance_type": "ml.p3.2xlarge", "instance_count": 1, "volume_size_in_gb": 1},
                    {"instance_type": "ml.m5.xlarge", "instance_count": 3, "volume_size_in_gb": 1},
                ],
            },
        },
        150,
        191.25,
        "50 trials × 3 × ml.m5.xlarge × 3,600 s = 150 instance-hours, at $0.23 an hour $34.50 "
        "(training_job_definition, the most of 2 possibilities); "
        "50 trials × 1 × ml.p3.2xlarge × 3,600 s = 50 instance-hours, at $3.825 an hour $191.25 "
        "(training_job_definition, the most of 2 possibilities)",
    ),
    "preferences share the count of their resource config": (
        {
            RESOURCES: {
                "instance_count": 2,
                "instance_preferences": [{"instance_type": "ml.c5.xlarge"}, {"instance_type": "ml.m5.xlarge"}],
            }
        },
        100,
        23.0,
        "50 trials × 2 × ml.c5.xlarge × 3,600 s = 100 instance-hours, at $0.204 an hour $20.40 "
        "(training_job_definition, the most of 2 possibilities); "
        "50 trials × 2 × ml.m5.xlarge × 3,600 s = 100 instance-hours, at $0.23 an hour $23.00 "
        "(training_job_definition, the most of 2 possibilities)",
    ),
    "the most expensive definition bounds the job": (
        {
            DEFINITION: None,
            "training_job_definitions": [
                {
                    "definition_name": name,
                    "resource_config": {"instance_type": "ml.m5.xlarge", "instance_count": count},
                    "stopping_condition": {"max_runtime_in_seconds": 3600},
                }
                for name, count in (("small", 1), ("large", 4))
            ],
        },
        200,
        46.0,
        "50 trials × 4 × ml.m5.xlarge × 3,600 s = 200 instance-hours, at $0.23 an hour $46.00 "
        "(training_job_definitions[large], the most of 2 possibilities)",
    ),
    "Grid runs every combination once": (
        {
            "hyper_parameter_tuning_job_config": {
                "strategy": "Grid",
                "resource_limits": {"max_parallel_training_jobs": 5},
                "parameter_ranges": {
                    "categorical_parameter_ranges": [
                        {"name": "a", "values": ["1", "2", "3"]},
                        {"name": "b", "values": ["x", "y"]},
                    ]
                },
            }
        },
        12,
        2.76,
        "6 trials × 2 × ml.m5.xlarge × 3,600 s = 12 instance-hours, at $0.23 an hour $2.76",
    ),
    "a price that is not known is not guessed": (
        {f"{RESOURCES}.instance_type": "ml.m9.xlarge"},
        100,
        None,
        "50 trials × 2 × ml.m9.xlarge × 3,600 s = 100 instance-hours; "
        "cost unknown, as the price of ml.m9.xlarge in us-east-1 is not in the test's prices",
    ),
    "a training plan is paid for beforehand": (
        {f"{RESOURCES}.training_plan_arn": "arn:aws:sagemaker:us-east-1:123456789012:training-plan/plan"},
        100,
        None,
        "50 trials × 2 × ml.m5.xlarge × 3,600 s = 100 instance-hours; "
        "cost unknown, as instances of a training plan are paid for with the plan",
    ),
    "SageMaker chooses the number of trials": (
        {f"{LIMITS}.max_number_of_training_jobs": None},
        None,
        None,
        "instance-hours and cost unknown, as `max_number_of_training_jobs` is left out, "
        "and SageMaker chooses how many training jobs it runs",
    ),
    "no groups of instances are no instances": (
        {RESOURCES: {"instance_groups": []}},
        None,
        None,
        f"instance-hours and cost unknown, as {RESOURCES}.instance_type is left out",
    ),
    "an empty choice of instances is none": (
        {RESOURCES: {"instance_type": "ml.m5.xlarge", "instance_count": 2, "instance_preferences": []}},
        100,
        23.0,
        "50 trials × 2 × ml.m5.xlarge × 3,600 s = 100 instance-hours, at $0.23 an hour $23.00",
    ),
    "a number that is known at up only": (
        {f"{LIMITS}.max_number_of_training_jobs": UNKNOWN},
        None,
        None,
        f"instance-hours and cost unknown, as {LIMITS}.max_number_of_training_jobs is not known until up",
    ),
    "an instance type that is known at up only": (
        {f"{RESOURCES}.instance_type": UNKNOWN},
        None,
        None,
        f"instance-hours and cost unknown, as {RESOURCES}.instance_type is not known until up",
    ),
    "a block that is known at up only": (
        {DEFINITION: UNKNOWN},
        None,
        None,
        f"instance-hours and cost unknown, as {DEFINITION} is not known until up",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_most_a_job_can_use(case: tuple[dict[str, Any], float | None, float | None, str]) -> None:
    edits, hours, cost, arithmetic = case
    found = estimate(edited(edits), PRICES, REGION)
    assert found.arithmetic == arithmetic
    assert found.max_instance_hours == (hours if hours is None else pytest.approx(hours, abs=1e-4))
    assert found.max_cost_usd == (cost if cost is None else pytest.approx(cost, abs=1e-4))


@pytest.mark.parametrize("prices", [PRICES, None], ids=["no region", "no prices"])
def test_hours_need_neither_region_nor_prices(prices: Prices | None) -> None:
    found = estimate(job(), prices, None)
    assert found.max_instance_hours == 100
    assert found.max_cost_usd is None
    assert found.unknown == ("the region is not configured" if prices else "there are no prices",)
