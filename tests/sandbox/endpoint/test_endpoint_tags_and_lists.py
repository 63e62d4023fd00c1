"""Tags, and what the List operations filter, sort and page."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from endpoint_clients import Aws
from endpoint_requests import tuning_request

NAMES = ("list-e", "List-d", "list-c", "list-b", "list-a")


@pytest.fixture(scope="module")
def jobs(aws: Aws) -> dict[str, str]:
    """Five jobs that have ended, by name; the value is the ARN."""
    arns = {}
    for name in NAMES:
        request = tuning_request(name, aws.role_arn, trials=1, does="nothing" if name == "list-c" else "finish")
        request["Tags"] = [{"Key": "made", "Value": "first"}]
        arns[name] = aws.sagemaker.create_hyper_parameter_tuning_job(**request)["HyperParameterTuningJobArn"]
    for name in NAMES:
        aws.ended(name)
    return arns


def tags(aws: Aws, arn: str) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in aws.sagemaker.list_tags(ResourceArn=arn)["Tags"]}


def code(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    found: str = raised.value.response["Error"]["Code"]
    return found


def test_tags_are_added_overwritten_and_removed_by_key(aws: Aws, jobs: dict[str, str]) -> None:
    arn = jobs["list-a"]
    added = [{"Key": "made", "Value": "again"}, {"Key": "team", "Value": "ml"}]
    answer = aws.sagemaker.add_tags(ResourceArn=arn, Tags=added)
    assert answer["Tags"] == added
    aws.sagemaker.delete_tags(ResourceArn=arn, TagKeys=["team", "never there"])
    assert tags(aws, arn) == {"made": "again"}


def test_a_jobs_tags_go_to_the_training_jobs_that_it_launches(aws: Aws, jobs: dict[str, str]) -> None:
    (trial,) = aws.trials("list-b")
    assert tags(aws, trial["TrainingJobArn"]) == {"made": "first"}


def test_tag_limits_hold(aws: Aws, jobs: dict[str, str]) -> None:
    arn = jobs["list-b"]
    many = [{"Key": f"k{number}", "Value": ""} for number in range(50)]
    assert code(aws.sagemaker.add_tags, ResourceArn=arn, Tags=many) == "ResourceLimitExceeded"
    twice = [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]
    assert code(aws.sagemaker.add_tags, ResourceArn=arn, Tags=twice) == "ValidationException"
    reserved = [{"Key": "aws:cloudformation:stack-name", "Value": "s"}]
    assert code(aws.sagemaker.add_tags, ResourceArn=arn, Tags=reserved) == "ValidationException"
    assert tags(aws, arn) == {"made": "first"}


def test_tags_of_a_job_that_does_not_exist_are_not_found(aws: Aws, jobs: dict[str, str]) -> None:
    missing = jobs["list-a"].replace("list-a", "list-z")
    assert code(aws.sagemaker.list_tags, ResourceArn=missing) == "ResourceNotFound"


def listed(aws: Aws, **request: Any) -> list[str]:
    response = aws.sagemaker.list_hyper_parameter_tuning_jobs(**request)
    return [job["HyperParameterTuningJobName"] for job in response["HyperParameterTuningJobSummaries"]]


@pytest.mark.usefixtures("jobs")
def test_tuning_jobs_are_sorted_and_filtered(aws: Aws) -> None:
    assert listed(aws) == ["list-a", "list-b", "list-c", "List-d", "list-e"]
    assert listed(aws, SortOrder="Descending") == ["list-e", "List-d", "list-c", "list-b", "list-a"]
    assert listed(aws, SortBy="CreationTime") == list(NAMES)
    assert listed(aws, NameContains="LIST-D") == ["List-d"]
    assert listed(aws, StatusEquals="Failed") == ["list-c"]
    assert listed(aws, StatusEquals="InProgress") == []
    created = aws.describe("list-c")["CreationTime"]
    assert listed(aws, CreationTimeAfter=created) == ["list-a", "list-b"]
    assert listed(aws, CreationTimeBefore=created, SortBy="CreationTime") == ["list-e", "List-d"]


@pytest.mark.usefixtures("jobs")
def test_pages_hold_every_job_once_in_both_orders(aws: Aws) -> None:
    pages = aws.sagemaker.get_paginator("list_hyper_parameter_tuning_jobs")
    for order in ("Ascending", "Descending"):
        seen = [
            job["HyperParameterTuningJobName"]
            for page in pages.paginate(SortBy="Status", SortOrder=order, PaginationConfig={"PageSize": 2})
            for job in page["HyperParameterTuningJobSummaries"]
        ]
        assert sorted(seen) == sorted(NAMES)
        assert seen.index("list-c") == (4 if order == "Ascending" else 0)  # the one that failed


def test_a_token_of_ones_own_making_is_refused(aws: Aws) -> None:
    assert code(aws.sagemaker.list_hyper_parameter_tuning_jobs, NextToken="page 2") == "ValidationException"


@pytest.mark.usefixtures("jobs")
def test_a_summary_has_what_progress_needs(aws: Aws) -> None:
    response = aws.sagemaker.list_hyper_parameter_tuning_jobs(NameContains="list-a")
    (summary,) = response["HyperParameterTuningJobSummaries"]
    assert summary["Strategy"] == "Random"
    assert summary["ResourceLimits"] == {"MaxNumberOfTrainingJobs": 1, "MaxParallelTrainingJobs": 2}
    assert summary["TrainingJobStatusCounters"]["Completed"] == 1
    assert "HyperParameterTuningJobConfig" not in summary


@pytest.mark.usefixtures("jobs")
def test_training_jobs_without_a_metric_are_left_out_when_sorted_by_it(aws: Aws) -> None:
    request = {"HyperParameterTuningJobName": "list-c"}
    by_value = aws.sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
        **request, SortBy="FinalObjectiveMetricValue"
    )
    assert by_value["TrainingJobSummaries"] == []
    by_name = aws.sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(**request)
    assert len(by_name["TrainingJobSummaries"]) == 1


@pytest.mark.usefixtures("jobs")
def test_training_jobs_are_filtered_by_status_after_the_page_is_cut(aws: Aws) -> None:
    first = aws.sagemaker.list_training_jobs(MaxResults=2, StatusEquals="Failed")
    assert first["TrainingJobSummaries"] == []
    assert first["NextToken"]


@pytest.mark.usefixtures("jobs")
def test_another_region_has_none_of_it() -> None:
    elsewhere = boto3.session.Session().client("sagemaker", region_name="eu-central-1")
    assert elsewhere.list_hyper_parameter_tuning_jobs()["HyperParameterTuningJobSummaries"] == []
    assert elsewhere.list_training_jobs()["TrainingJobSummaries"] == []
    elsewhere.close()
