"""A tuning job's life through boto3, with trials that really run."""

from __future__ import annotations

import re
from typing import Any

import psutil
import pytest
from botocore.exceptions import ClientError
from endpoint_clients import Aws, wait_until
from endpoint_requests import BUCKET, TRUST_SAGEMAKER, edited, tuning_request


def create(aws: Aws, name: str, **options: Any) -> str:
    request = tuning_request(name, aws.role_arn, **options)
    arn: str = aws.sagemaker.create_hyper_parameter_tuning_job(**request)["HyperParameterTuningJobArn"]
    return arn


def fails(call: Any, **arguments: Any) -> tuple[str, str]:
    """The error's code and text."""
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    error = raised.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_job_trains_to_its_end_and_finds_the_best_trial(aws: Aws) -> None:
    create(aws, "trains", trials=4)
    job = aws.ended("trains")
    trials = aws.trials("trains")

    assert job["HyperParameterTuningJobStatus"] == "Completed"
    assert job["TrainingJobStatusCounters"] == {
        "Completed": 4,
        "InProgress": 0,
        "RetryableError": 0,
        "NonRetryableError": 0,
        "Stopped": 0,
    }
    assert job["ObjectiveStatusCounters"] == {"Succeeded": 4, "Pending": 0, "Failed": 0}
    nearest = min(trials, key=lambda trial: abs(float(trial["TunedHyperParameters"]["x"]) - 0.3))
    assert job["BestTrainingJob"]["TrainingJobName"] == nearest["TrainingJobName"]
    found = job["BestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"]
    x = float(nearest["TunedHyperParameters"]["x"])
    assert found == {"MetricName": "score", "Value": pytest.approx(1 - (x - 0.3) ** 2, rel=1e-6)}
    assert [trial["TrainingJobName"][:11] for trial in trials] == [f"trains-00{n}-" for n in (1, 2, 3, 4)]
    assert all(re.fullmatch(r"trains-\d{3}-[0-9a-f]{8}", trial["TrainingJobName"]) for trial in trials)
    assert job["CreationTime"] < job["HyperParameterTuningEndTime"]
    assert job["ConsumedResources"]["RuntimeInSeconds"] >= 0


def test_a_trial_is_a_training_job_with_statuses_metrics_and_a_model_in_s3(aws: Aws) -> None:
    create(aws, "one-trial", trials=1)
    aws.ended("one-trial")
    (trial,) = aws.trials("one-trial")
    job = aws.sagemaker.describe_training_job(TrainingJobName=trial["TrainingJobName"].upper())

    statuses = [entry["Status"] for entry in job["SecondaryStatusTransitions"]]
    assert statuses == ["Starting", "Downloading", "Training", "Uploading", "Completed"]
    assert all(entry["StartTime"] <= entry["EndTime"] for entry in job["SecondaryStatusTransitions"])
    assert job["HyperParameters"]["x"] == trial["TunedHyperParameters"]["x"]
    assert job["HyperParameters"]["_tuning_objective_metric"] == "score"
    assert [metric["MetricName"] for metric in job["FinalMetricDataList"]] == ["score"]
    assert job["TuningJobArn"] == aws.describe("one-trial")["HyperParameterTuningJobArn"]
    assert job["OutputDataConfig"]["KmsKeyId"] == ""
    key = job["ModelArtifacts"]["S3ModelArtifacts"].removeprefix(f"s3://{BUCKET}/")
    assert aws.s3.head_object(Bucket=BUCKET, Key=key)["ContentLength"] > 0


def test_counters_add_up_while_trials_run(aws: Aws) -> None:
    create(aws, "counting", does="wait", trials=9)
    wait_until(lambda: aws.trials("counting"), bool)
    job = aws.describe("counting")
    total = len(aws.trials("counting"))
    assert sum(job["TrainingJobStatusCounters"].values()) == total
    assert job["TrainingJobStatusCounters"]["InProgress"] == job["ObjectiveStatusCounters"]["Pending"] == total
    assert "BestTrainingJob" not in job
    aws.sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName="counting")
    aws.ended("counting")


def test_stop_goes_through_stopping_to_stopped_and_ends_the_trials_processes(aws: Aws) -> None:
    create(aws, "stopped", does="wait")
    wait_until(lambda: _working_in(aws, "stopped-"), bool)
    aws.sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName="stopped")

    assert aws.describe("stopped")["HyperParameterTuningJobStatus"] == "Stopping"
    job = aws.ended("stopped")
    assert job["HyperParameterTuningJobStatus"] == "Stopped"
    assert {trial["TrainingJobStatus"] for trial in aws.trials("stopped")} == {"Stopped"}
    assert job["TrainingJobStatusCounters"]["Stopped"] == len(aws.trials("stopped"))
    assert _working_in(aws, "stopped-") == []
    assert fails(aws.sagemaker.stop_hyper_parameter_tuning_job, HyperParameterTuningJobName="stopped") == (
        "ValidationException",
        "The request was rejected because the tuning job is already Stopped.",
    )


def _working_in(aws: Aws, prefix: str) -> list[psutil.Process]:
    """The processes of trials whose training job's name starts so."""
    start = f"{aws.sandbox.folder}/{prefix}"
    return [process for process in psutil.Process().children(recursive=True) if process.cwd().startswith(start)]


def test_a_single_training_job_can_be_stopped_and_the_search_goes_on(aws: Aws) -> None:
    create(aws, "goes-on", does="wait", trials=3)
    first = wait_until(lambda: aws.trials("goes-on"), bool)[0]["TrainingJobName"]
    aws.sagemaker.stop_training_job(TrainingJobName=first)
    wait_until(lambda: aws.trials("goes-on"), lambda trials: len(trials) == 3)
    stopped = aws.sagemaker.describe_training_job(TrainingJobName=first)
    assert (stopped["TrainingJobStatus"], stopped["SecondaryStatus"]) == ("Stopped", "Stopped")
    assert fails(aws.sagemaker.stop_training_job, TrainingJobName=first) == (
        "ValidationException",
        "The request was rejected because the training job is in status Stopped.",
    )
    aws.sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName="goes-on")
    aws.ended("goes-on")


def test_a_job_whose_trials_all_fail_gives_up_after_five(aws: Aws) -> None:
    create(aws, "failing", does="fail", trials=20)
    job = aws.ended("failing")
    assert job["HyperParameterTuningJobStatus"] == "Failed"
    assert re.match(r"No training job succeeded after [56] attempts\.", job["FailureReason"])
    assert job["TrainingJobStatusCounters"]["NonRetryableError"] >= 5
    trial = aws.trials("failing")[0]
    assert trial["ObjectiveStatus"] == "Failed"
    assert trial["FailureReason"].startswith("AlgorithmError: ")
    assert "the data is not what it was" in trial["FailureReason"]


def test_a_job_whose_trials_print_no_metric_says_so(aws: Aws) -> None:
    create(aws, "silent", does="nothing", trials=1)
    job = aws.ended("silent")
    assert job["FailureReason"].startswith("No objective metrics found after running 1 training jobs.")
    assert job["ObjectiveStatusCounters"] == {"Succeeded": 0, "Pending": 0, "Failed": 1}
    assert job["TrainingJobStatusCounters"]["Completed"] == 1


def test_a_job_can_be_deleted_only_after_its_end_and_leaves_its_training_jobs(aws: Aws) -> None:
    create(aws, "deleted", does="wait", trials=1)
    code, text = fails(aws.sagemaker.delete_hyper_parameter_tuning_job, HyperParameterTuningJobName="deleted")
    assert code == "ValidationException"
    assert "not in a terminal state" in text
    trial = wait_until(lambda: aws.trials("deleted"), bool)[0]["TrainingJobName"]
    aws.sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName="deleted")
    aws.ended("deleted")

    aws.sagemaker.delete_hyper_parameter_tuning_job(HyperParameterTuningJobName="deleted")
    assert aws.describe("deleted")["HyperParameterTuningJobStatus"] == "Deleting"
    assert fails(create, aws=aws, name="deleted")[0] == "ResourceInUse"
    wait_until(lambda: aws.sagemaker.list_hyper_parameter_tuning_jobs(NameContains="deleted"), _is_empty)
    expected = ("ResourceNotFound", "Could not find hyper parameter tuning job 'deleted'.")
    assert fails(aws.describe, name="deleted") == expected
    assert fails(aws.trials, name="deleted") == expected
    assert aws.sagemaker.describe_training_job(TrainingJobName=trial)["TrainingJobStatus"] == "Stopped"
    create(aws, "deleted", trials=1)
    assert aws.ended("deleted")["HyperParameterTuningJobStatus"] == "Completed"


def _is_empty(response: dict[str, Any]) -> bool:
    return not response["HyperParameterTuningJobSummaries"]


def test_names_are_unique_without_regard_to_case_and_shown_as_given(aws: Aws) -> None:
    create(aws, "Named", trials=1)
    assert fails(create, aws=aws, name="nAMED") == (
        "ResourceInUse",
        "A hyperparameter tuning job with the name, nAMED, already exists. Choose a different name.",
    )
    assert aws.describe("NAMED")["HyperParameterTuningJobName"] == "Named"
    assert aws.describe("named")["HyperParameterTuningJobArn"].endswith(":hyper-parameter-tuning-job/named")


def test_a_role_that_does_not_exist_or_trusts_others_cannot_be_assumed(aws: Aws) -> None:
    missing = "arn:aws:iam::123456789012:role/not-there-yet"
    assert fails(aws.sagemaker.create_hyper_parameter_tuning_job, **tuning_request("no-role", missing)) == (
        "ValidationException",
        f"Could not assume role {missing}. Please ensure that the role exists and allows principal "
        "'sagemaker.amazonaws.com' to assume the role.",
    )
    trust = TRUST_SAGEMAKER.replace("sagemaker.", "lambda.")
    other = aws.iam.create_role(RoleName="for-lambda", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    text = fails(aws.sagemaker.create_hyper_parameter_tuning_job, **tuning_request("no-trust", other))[1]
    assert text.startswith(f"Could not assume role {other}.")


def test_a_channel_without_objects_is_refused(aws: Aws) -> None:
    path = "TrainingJobDefinition.InputDataConfig.0.DataSource.S3DataSource.S3Uri"
    for uri, ending in {
        f"s3://{BUCKET}/nothing/": 'permissions on bucket "endpoint-tests".',
        "s3://no-such-bucket/data": "Error message from S3: The specified bucket does not exist",
    }.items():
        request = edited(tuning_request("no-data", aws.role_arn), {path: uri})
        code, text = fails(aws.sagemaker.create_hyper_parameter_tuning_job, **request)
        assert code == "ValidationException"
        assert text.startswith(f'No S3 objects found under S3 URL "{uri}" given in input data source.')
        assert text.endswith(ending)


def test_a_warm_start_learns_from_its_parents_and_counts_their_best(aws: Aws) -> None:
    create(aws, "parent", trials=3)
    parent = aws.ended("parent")
    request = edited(
        tuning_request("child", aws.role_arn, trials=1),
        {
            "WarmStartConfig.WarmStartType": "IdenticalDataAndAlgorithm",
            "WarmStartConfig.ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "parent"}],
        },
    )
    aws.sagemaker.create_hyper_parameter_tuning_job(**request)
    child = aws.ended("child")
    candidates = [parent["BestTrainingJob"], child["BestTrainingJob"]]
    best = max(candidates, key=lambda job: job["FinalHyperParameterTuningJobObjectiveMetric"]["Value"])
    assert child["OverallBestTrainingJob"]["TrainingJobName"] == best["TrainingJobName"]
    assert child["OverallBestTrainingJob"]["TuningJobName"] in ("parent", "child")
    assert "OverallBestTrainingJob" not in parent


def test_autotune_needs_neither_objective_nor_budget(aws: Aws) -> None:
    request = edited(
        tuning_request("autotuned", aws.role_arn),
        {
            "Autotune": {"Mode": "Enabled"},
            "HyperParameterTuningJobConfig.HyperParameterTuningJobObjective": None,
            "HyperParameterTuningJobConfig.ParameterRanges": {"AutoParameters": [{"Name": "x", "ValueHint": "0.1"}]},
            "HyperParameterTuningJobConfig.ResourceLimits": {"MaxParallelTrainingJobs": 2},
            "HyperParameterTuningJobConfig.TuningJobCompletionCriteria": {"TargetObjectiveMetricValue": 0.9},
        },
    )
    aws.sagemaker.create_hyper_parameter_tuning_job(**request)
    job = aws.ended("autotuned")
    assert job["HyperParameterTuningJobStatus"] == "Completed"
    assert job["BestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] >= 0.9


def test_several_definitions_share_a_job_and_are_told_apart(aws: Aws) -> None:
    request = tuning_request("plural", aws.role_arn, trials=2)
    config = request["HyperParameterTuningJobConfig"]
    single = request.pop("TrainingJobDefinition")
    ranges, objective = config.pop("ParameterRanges"), config.pop("HyperParameterTuningJobObjective")
    request["TrainingJobDefinitions"] = [
        {**single, "DefinitionName": name, "TuningObjective": objective, "HyperParameterRanges": ranges}
        for name in ("first", "second")
    ]
    aws.sagemaker.create_hyper_parameter_tuning_job(**request)
    job = aws.ended("plural")
    assert job["HyperParameterTuningJobStatus"] == "Completed"
    assert "TrainingJobDefinition" not in job
    assert {trial["TrainingJobDefinitionName"] for trial in aws.trials("plural")} == {"first", "second"}


def test_a_training_job_can_be_made_without_a_tuning_job(aws: Aws) -> None:
    definition = tuning_request("unused", aws.role_arn)["TrainingJobDefinition"]
    parameters = {**definition.pop("StaticHyperParameters"), "x": "0.3"}
    aws.sagemaker.create_training_job(TrainingJobName="alone", HyperParameters=parameters, **definition)
    job = wait_until(
        lambda: aws.sagemaker.describe_training_job(TrainingJobName="alone"),
        lambda seen: seen["TrainingJobStatus"] != "InProgress",
    )
    assert job["TrainingJobStatus"] == "Completed"
    assert job["FinalMetricDataList"][0]["Value"] == 1.0
    assert "TuningJobArn" not in job
