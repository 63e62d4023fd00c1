"""What training jobs did cost."""

from __future__ import annotations

from typing import Any

import pytest
from sagemaker_tuning.cost import Actual, Prices, actual, cost_of
from sagemaker_tuning.trials import Trial

PRICES = Prices("the test's prices", {"us-east-1": {"ml.m5.xlarge": 0.23, "ml.p3.2xlarge": 3.825}})
ONE: dict[str, Any] = {"InstanceType": "ml.m5.xlarge", "InstanceCount": 2, "VolumeSizeInGB": 10}
GROUPS: dict[str, Any] = {
    "InstanceGroups": [
        {"InstanceType": "ml.m5.xlarge", "InstanceCount": 2, "InstanceGroupName": "a"},
        {"InstanceType": "ml.p3.2xlarge", "InstanceCount": 1, "InstanceGroupName": "b"},
    ]
}
SELECTED: dict[str, Any] = {
    "InstancePreferences": [{"InstanceType": "ml.p3.2xlarge"}, {"InstanceType": "ml.m5.xlarge"}],
    "InstanceCount": 1,
    "SelectedInstanceType": "ml.m5.xlarge",
    "SelectedInstanceCount": 1,
}


def trial(billable: int | None, resources: dict[str, Any], region: str = "us-east-1", **further: Any) -> Trial:
    """A trial as DescribeTrainingJob gives it."""
    arn = f"arn:aws:sagemaker:{region}:123456789012:training-job/t-1"
    summary = {"TrainingJobName": "t-1", "TrainingJobArn": arn, "TrainingJobStatus": "Completed"}
    billed = {} if billable is None else {"BillableTimeInSeconds": billable}
    return Trial.from_summary(summary).described({"ResourceConfig": resources, **billed, **further})


CASES: dict[str, tuple[list[Trial], Actual]] = {
    "instances times billable time": ([trial(3600, ONE)], Actual(1, 2.0, 0.46)),
    "spot is billed for less time, at the same price": (
        [trial(1800, ONE, TrainingTimeInSeconds=3600, EnableManagedSpotTraining=True)],
        Actual(1, 1.0, 0.23),
    ),
    "a warm pool is billed as well": (
        [trial(3600, ONE, WarmPoolStatus={"Status": "Reused", "ResourceRetainedBillableTimeInSeconds": 1800})],
        Actual(1, 3.0, 0.69),
    ),
    "groups add up": ([trial(3600, GROUPS)], Actual(1, 3.0, 4.285)),
    "of preferences, the one that was selected": ([trial(3600, SELECTED)], Actual(1, 1.0, 0.23)),
    "a training job that never ran is unknown, not free": (
        [trial(3600, ONE), trial(None, ONE)],
        Actual(2, 2.0, 0.46, hours_unknown=1, cost_unknown=1),
    ),
    "a price that is not known leaves the hours": (
        [trial(3600, {**ONE, "InstanceType": "ml.m9.xlarge"})],
        Actual(1, 2.0, None, cost_unknown=1),
    ),
    "a region without prices leaves the hours": (
        [trial(3600, ONE, region="eu-north-1")],
        Actual(1, 2.0, None, cost_unknown=1),
    ),
    "nothing known": ([trial(None, ONE)], Actual(1, None, None, hours_unknown=1, cost_unknown=1)),
    "no training job": ([], Actual(0, None, None)),
    "a billable time of zero is known": ([trial(0, ONE)], Actual(1, 0.0, 0.0)),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_training_jobs_cost(case: tuple[list[Trial], Actual]) -> None:
    trials, expected = case
    found = actual(trials, PRICES)
    assert found == Actual(
        expected.training_jobs,
        expected.instance_hours if expected.instance_hours is None else pytest.approx(expected.instance_hours),
        expected.cost_usd if expected.cost_usd is None else pytest.approx(expected.cost_usd),
        expected.hours_unknown,
        expected.cost_unknown,
    )


def test_without_prices_the_hours_are_known() -> None:
    assert actual([trial(3600, ONE)], None) == Actual(1, 2.0, None, cost_unknown=1)


def test_a_trial_that_was_not_described_has_no_cost() -> None:
    summary = {"TrainingJobName": "t", "TrainingJobArn": "arn:aws:sagemaker:us-east-1:1:training-job/t"}
    assert cost_of(Trial.from_summary({**summary, "TrainingJobStatus": "Completed"}), PRICES) is None
