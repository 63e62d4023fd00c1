"""What `show` says of a bill: all that is known, and where more is to be had only if there is more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from fakes.jobs import request
from fakes.memory_gateway import MemoryGateway
from sagemaker_tuning.cli import app
from sagemaker_tuning.cost.prices import Prices
from typer.testing import CliRunner

PRICES = Prices("the test's prices", {"eu-west-1": {"ml.m5.large": 0.2}})
START = datetime(2026, 1, 1, tzinfo=timezone.utc)
POOL = {"KeepAlivePeriodInSeconds": 600}
SPOT = {"EnableManagedSpotTraining": True, "StoppingCondition": {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 90}}


@pytest.fixture
def billed(aws: MemoryGateway, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """The line of a job with these members of its definition and one trial, which ran for so many seconds."""
    monkeypatch.setattr("sagemaker_tuning.cli.bills.load_prices", lambda: PRICES)

    def line(*options: str, seconds: float | None, members: Any = (), resources: Any = (), **described: Any) -> str:
        made = request("churn")
        definition = made["TrainingJobDefinition"]
        definition |= members
        definition["ResourceConfig"] |= resources
        aws.create(made)
        summary: dict[str, Any] = {"TrainingStartTime": START, "TrainingEndTime": None}
        if seconds is not None:
            summary["TrainingEndTime"] = START + timedelta(seconds=seconds)
        told = {"SecondaryStatus": "Completed", "ResourceConfig": definition["ResourceConfig"], **described}
        aws.add_trial("churn", "Completed" if seconds else "InProgress", describe=told, **summary)
        shown = CliRunner().invoke(app, ["show", "churn", *options], env={"COLUMNS": None}).stdout
        return next(row for row in shown.splitlines() if row.startswith("billed")).removeprefix("billed").strip()

    return line


def test_hours_are_hours(billed: Callable[..., str]) -> None:
    assert billed(seconds=5400) == "1.5 instance-hours, about $0.30 by the test's prices"


def test_a_few_seconds_are_not_rounded_up_to_a_hundredth_of_an_hour(billed: Callable[..., str]) -> None:
    assert billed(seconds=9) == "9 s of instance time, < $0.01 by the test's prices"


def test_what_was_spent_is_told_to_the_nearest_cent_and_not_as_a_bound(billed: Callable[..., str]) -> None:
    assert billed(seconds=401) == "0.11 instance-hours, about $0.02 by the test's prices"


def test_what_a_running_trial_is_billed_nobody_can_be_asked_for(billed: Callable[..., str]) -> None:
    assert billed(seconds=None) == "not known until a trial has ended"


def test_what_spot_training_is_billed_is_to_be_asked_for(billed: Callable[..., str]) -> None:
    assert billed(seconds=60, members=SPOT) == "not known; --billing asks for it"


def test_and_not_by_who_has_asked_already(billed: Callable[..., str]) -> None:
    assert billed("--billing", seconds=60, members=SPOT) == "not known"


def test_nor_as_long_as_the_trial_runs(billed: Callable[..., str]) -> None:
    assert billed(seconds=None, members=SPOT) == "not known until a trial has ended"


def test_a_warm_pool_that_was_not_asked_for_is_missing(billed: Callable[..., str]) -> None:
    said = billed(seconds=3600, resources=POOL)
    assert said == "1 instance-hour, without its warm pools, for which --billing asks, about $0.20 by the test's prices"


def test_a_warm_pool_is_billed_beside_the_training(billed: Callable[..., str]) -> None:
    kept = {"Status": "Terminated", "ResourceRetainedBillableTimeInSeconds": 1800}
    said = billed("--billing", seconds=3600, resources=POOL, BillableTimeInSeconds=3600, WarmPoolStatus=kept)
    assert said == "1 instance-hour, and 0.5 instance-hours in warm pools, about $0.30 by the test's prices"
