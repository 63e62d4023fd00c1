"""Where a person looks: addresses in every partition, as the consoles show them."""

from __future__ import annotations

import pytest
from sagemaker_tuning.console import log_location, log_url, training_job_url, tuning_job_url
from sagemaker_tuning.errors import UnexpectedResponse
from sagemaker_tuning.times import aware_time

PARTITIONS = {
    "aws": ("eu-west-1", "https://eu-west-1.console.aws.amazon.com"),
    "aws-cn": ("cn-north-1", "https://cn-north-1.console.amazonaws.cn"),
    "aws-us-gov": ("us-gov-west-1", "https://us-gov-west-1.console.amazonaws-us-gov.com"),
    "aws-of-tomorrow": ("mars-1", "https://mars-1.console.aws.amazon.com"),
}


@pytest.mark.parametrize("partition", PARTITIONS)
def test_a_job_has_a_page_in_the_console_of_its_partition_and_region(partition: str) -> None:
    region, home = PARTITIONS[partition]
    arn = f"arn:{partition}:sagemaker:{region}:111122223333"
    tuning = tuning_job_url(f"{arn}:hyper-parameter-tuning-job/churn", "Churn")
    assert tuning == f"{home}/sagemaker/home?region={region}#/hyper-tuning-jobs/Churn"
    training = f"{arn}:training-job/churn-001"
    assert training_job_url(training) == f"{home}/sagemaker/home?region={region}#/jobs/churn-001"
    assert log_url(training) == (
        f"{home}/cloudwatch/home?region={region}#logsV2:log-groups/log-group/$252Faws$252Fsagemaker$252FTrainingJobs"
        "$3FlogStreamNameFilter$3Dchurn-001$252F"
    )


def test_the_log_of_all_instances_and_of_one() -> None:
    assert log_location("churn-001").group == "/aws/sagemaker/TrainingJobs"
    assert log_location("churn-001").stream_prefix == "churn-001/"


@pytest.mark.parametrize("given", ["noon", 1e30, ["2026"]])
def test_what_is_no_time_is_said_with_its_value(given: object) -> None:
    with pytest.raises(UnexpectedResponse, match="is not a time"):
        aware_time(given)
