"""Figures of training jobs: what is billed, what spot saved, where the time went; and unknown where data is missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sagemaker_tuning.figures import figures_of, instances_of
from sagemaker_tuning.training_jobs import TrainingJob

SPOT = json.loads((Path(__file__).parents[1] / "fixtures" / "read" / "training_job_spot.json").read_text("utf-8"))
ONE = {"ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1}}
TWO = {"ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 2}}


def resources(**members: Any) -> dict[str, Any]:
    return {"ResourceConfig": members}


def groups(*counts: tuple[str, int]) -> dict[str, Any]:
    found = [
        {"InstanceGroupName": f"group-{number}", "InstanceType": instance_type, "InstanceCount": count}
        for number, (instance_type, count) in enumerate(counts)
    ]
    return resources(InstanceGroups=found, VolumeSizeInGB=30)


PREFERENCES = [{"InstanceType": "ml.p4d.24xlarge"}, {"InstanceType": "ml.g5.48xlarge"}]

INSTANCES: dict[str, tuple[dict[str, Any], dict[str, int] | None]] = {
    "a cluster of one type": (TWO, {"ml.m5.large": 2}),
    "groups of several types": (
        groups(("ml.m5.large", 1), ("ml.p3.2xlarge", 3)),
        {"ml.m5.large": 1, "ml.p3.2xlarge": 3},
    ),
    "groups of one type": (groups(("ml.m5.large", 1), ("ml.m5.large", 3)), {"ml.m5.large": 4}),
    "groups beside a count that says nothing": (
        resources(InstanceCount=0, InstanceGroups=[{"InstanceType": "ml.m5.large", "InstanceCount": 2}]),
        {"ml.m5.large": 2},
    ),
    "the preferred type that was selected": (
        resources(
            InstancePreferences=PREFERENCES,
            InstanceCount=3,
            SelectedInstanceType="ml.g5.48xlarge",
            SelectedInstanceCount=2,
        ),
        {"ml.g5.48xlarge": 2},
    ),
    "preferred types of which none is selected yet": (
        resources(InstancePreferences=PREFERENCES, InstanceCount=3),
        None,
    ),
    "a group without a count": (groups(("ml.m5.large", 1), ("ml.p3.2xlarge", 0)), None),
    "serverless training": ({"ServerlessJobConfig": {"JobType": "FineTuning"}}, None),
    "nothing at all": ({}, None),
}


@pytest.mark.parametrize(("describe", "expected"), INSTANCES.values(), ids=INSTANCES)
def test_instances_by_type(describe: dict[str, Any], expected: dict[str, int] | None) -> None:
    assert instances_of(describe) == expected
    assert figures_of(describe).instance_count == (sum(expected.values()) if expected else None)


BILLED: dict[str, tuple[dict[str, Any], float | None]] = {
    "one instance": (ONE | {"BillableTimeInSeconds": 100}, 100),
    "each instance counts": (TWO | {"BillableTimeInSeconds": 100}, 200),
    "each group counts": (groups(("ml.m5.large", 1), ("ml.p3.2xlarge", 3)) | {"BillableTimeInSeconds": 100}, 400),
    "nothing was billed": (ONE | {"BillableTimeInSeconds": 0}, 0),
    "without a billable time": (ONE | {"TrainingTimeInSeconds": 100}, None),
    "without instances": ({"BillableTimeInSeconds": 100}, None),
}


@pytest.mark.parametrize(("describe", "expected"), BILLED.values(), ids=BILLED)
def test_billable_time_counts_every_instance(describe: dict[str, Any], expected: float | None) -> None:
    figures = figures_of(describe)
    assert figures.billable_seconds == expected
    assert figures.billable_hours == (None if expected is None else expected / 3600)
    assert TrainingJob.from_api(describe).billable_hours == figures.billable_hours


WARM_POOLS: dict[str, tuple[dict[str, Any], float | None]] = {
    "kept, on two instances": (TWO | {"WarmPoolStatus": {"ResourceRetainedBillableTimeInSeconds": 300}}, 600),
    "taken over at once": (
        TWO
        | {"WarmPoolStatus": {"Status": "Reused", "ResourceRetainedBillableTimeInSeconds": 0, "ReusedByJob": "next"}},
        0,
    ),
    "not known yet": (TWO | {"WarmPoolStatus": {"Status": "InUse"}}, None),
    "no warm pool": (TWO, None),
}


@pytest.mark.parametrize(("describe", "expected"), WARM_POOLS.values(), ids=WARM_POOLS)
def test_warm_pools_are_billed_for_every_instance(describe: dict[str, Any], expected: float | None) -> None:
    assert figures_of(describe).warm_pool_seconds == expected


SAVINGS: dict[str, tuple[dict[str, Any], float | None]] = {
    "the example of the API reference": ({"TrainingTimeInSeconds": 500, "BillableTimeInSeconds": 100}, 80),
    "nothing was billed": ({"TrainingTimeInSeconds": 500, "BillableTimeInSeconds": 0}, 100),
    "all was billed": ({"TrainingTimeInSeconds": 500, "BillableTimeInSeconds": 500}, 0),
    "without the billed time": ({"TrainingTimeInSeconds": 500}, None),
    "without training": ({"TrainingTimeInSeconds": 0, "BillableTimeInSeconds": 0}, None),
    "of a time that may have interruptions in it": (
        {
            "TrainingStartTime": "2026-03-01T12:00:00Z",
            "TrainingEndTime": "2026-03-01T13:00:00Z",
            "BillableTimeInSeconds": 100,
        },
        None,
    ),
}


@pytest.mark.parametrize(("describe", "expected"), SAVINGS.values(), ids=SAVINGS)
def test_spot_savings(describe: dict[str, Any], expected: float | None) -> None:
    assert figures_of(describe).spot_savings_percent == expected
    assert TrainingJob.from_api(describe).spot_savings_percent == expected


def at(status: str, start: int, end: int | None = None) -> dict[str, Any]:
    """A transition between seconds since 1970."""
    return {"Status": status, "StartTime": start} | ({} if end is None else {"EndTime": end})


TIMES: dict[str, tuple[list[dict[str, Any]], tuple[float | None, ...]]] = {  # queue, download, algorithm, upload
    "from start to end": (
        [at("Starting", 0, 60), at("Downloading", 60, 90), at("Training", 90, 290), at("Uploading", 290, 300)],
        (60, 30, 200, 10),
    ),
    "waiting for capacity is queueing too": ([at("Pending", 0, 40), at("Starting", 40, 100)], (100, None, None, None)),
    "statuses that SageMaker no longer sends": (
        [
            at("LaunchingMLInstances", 0, 10),
            at("PreparingTrainingStack", 10, 15),
            at("DownloadingTrainingImage", 15, 20),
        ],
        (15, 5, None, None),
    ),
    "a status without duration took no time": ([at("Uploading", 10, 10)], (None, None, None, 0)),
    "a status that has not ended is unknown": ([at("Starting", 0, 60), at("Training", 60)], (60, None, None, None)),
    "a second round that has not ended makes the sum unknown": (
        [at("Training", 0, 60), at("Interrupted", 60, 70), at("Training", 70)],
        (10, None, None, None),
    ),
    "a job that failed at the start": ([at("Starting", 0, 5), at("Failed", 5, 5)], (5, None, None, None)),
    "no transitions": ([], (None, None, None, None)),
}


@pytest.mark.parametrize(("transitions", "expected"), TIMES.values(), ids=TIMES)
def test_times_by_secondary_status(transitions: list[dict[str, Any]], expected: tuple[float | None, ...]) -> None:
    figures = figures_of({"SecondaryStatusTransitions": transitions})
    found = (figures.queue_seconds, figures.download_seconds, figures.algorithm_seconds, figures.upload_seconds)
    assert found == expected


def test_training_time_is_that_of_the_service_or_from_start_to_end() -> None:
    times = {"TrainingStartTime": "2026-03-01T12:00:00Z", "TrainingEndTime": "2026-03-01T12:05:00Z"}
    assert figures_of(times).training_seconds == 300
    assert figures_of(times | {"TrainingTimeInSeconds": 290}).training_seconds == 290
    assert figures_of({"TrainingStartTime": "2026-03-01T12:00:00Z"}).training_seconds is None


def test_a_spot_job_that_was_interrupted_and_kept_its_instances() -> None:
    figures = TrainingJob.from_api(SPOT).figures
    assert figures.instances == {"ml.m5.2xlarge": 2}
    assert (figures.training_seconds, figures.billable_seconds, figures.warm_pool_seconds) == (1420, 994, 1200)
    assert figures.billable_hours == pytest.approx(994 / 3600)
    assert figures.spot_savings_percent == pytest.approx(65)
    assert figures.queue_seconds == 90 + 120 + 570
    assert figures.download_seconds == 40 + 30
    assert figures.algorithm_seconds == 480 + 855
    assert figures.upload_seconds == pytest.approx(14.885)
