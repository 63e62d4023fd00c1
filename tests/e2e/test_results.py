"""What a program learns of its tuning jobs: results, trials, bills, and jobs that it reads by itself."""

from __future__ import annotations

from typing import Any

import pytest
from sagemaker_sandbox.testing import PulumiStack
from tuning_stacks import BUCKET, PROGRAMS, Aws, job_of

pytestmark = pytest.mark.e2e

LIST_TRIALS = "ListTrainingJobsForHyperParameterTuningJob"


@pytest.fixture
def stack(aws: Aws, pulumi_stack: Any, request: pytest.FixtureRequest) -> PulumiStack:
    name = f"r{abs(hash(request.node.nodeid))}"
    return pulumi_stack(PROGRAMS / "results", stack=name, config={"bucket": BUCKET, "roleArn": aws.role_arn})


def trials_of(aws: Aws, name: str) -> list[dict[str, Any]]:
    """The descriptions of the job's training jobs, oldest first."""
    summaries = aws.sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name, SortBy="CreationTime", SortOrder="Ascending"
    )["TrainingJobSummaries"]
    return [aws.sagemaker.describe_training_job(TrainingJobName=item["TrainingJobName"]) for item in summaries]


def test_the_results_have_the_best_and_all_trials_for_one_list_and_one_describe(stack: PulumiStack, aws: Aws) -> None:
    with aws.calls() as calls:
        made = stack.up()
    assert made.exit_code == 0, made.output
    assert (calls.count(LIST_TRIALS), calls.count("DescribeTrainingJob")) == (1, 1)
    name, result = job_of(stack), stack.outputs["result"]
    best = aws.describe(name)["BestTrainingJob"]
    described = aws.sagemaker.describe_training_job(TrainingJobName=best["TrainingJobName"])
    assert result["status"] == "Completed"
    assert result["bestTrainingJob"] == best["TrainingJobName"]
    assert result["bestHyperparameters"] == best["TunedHyperParameters"]
    metrics = {metric["MetricName"]: metric["Value"] for metric in described["FinalMetricDataList"]}
    assert result["bestFinalMetrics"] == pytest.approx(metrics)
    assert result["bestTrainingImage"] == "123456789012.dkr.ecr.eu-west-1.amazonaws.com/trainer:1"
    assert result["bestModelArtifacts"] == described["ModelArtifacts"]["S3ModelArtifacts"]
    assert result["bestBillableSeconds"] == described["BillableTimeInSeconds"] * 2
    assert result["trainingJobStatusCounters"]["completed"] == 3
    region = described["TrainingJobArn"].split(":")[3]
    home = f"https://{region}.console.aws.amazon.com"
    assert stack.outputs["console_url"] == f"{home}/sagemaker/home?region={region}#/hyper-tuning-jobs/{name}"
    assert result["bestLogUrl"].startswith(f"{home}/cloudwatch/home?region={region}#logsV2:log-groups/log-group/")
    trials = result["trials"]
    assert [trial["name"] for trial in trials] == [found["TrainingJobName"] for found in trials_of(aws, name)]
    assert stack.outputs["first_trial"] == trials[0]["name"]
    assert {trial["status"] for trial in trials} == {"Completed"}
    assert all(trial["hyperparameters"].keys() == {"rate"} for trial in trials)
    assert max(trial["objectiveValue"] for trial in trials) == pytest.approx(result["bestObjectiveValue"])
    assert all(trial["trainingSeconds"] >= 0 for trial in trials)
    assert not any("billableSeconds" in trial for trial in trials)
    assert "billableSeconds" not in result


@pytest.mark.slow
def test_what_was_billed_is_told_when_it_is_asked_for_and_no_job_runs_again(stack: PulumiStack, aws: Aws) -> None:
    stack.configure(keepTrials="false", seconds="3")  # less is billed whole: at least a second, on spot too
    assert stack.up().exit_code == 0
    name = job_of(stack)
    assert "trials" not in stack.outputs["result"]
    assert stack.outputs.get("billable_seconds") is None

    stack.configure(keepTrials="true", billing="true")
    with aws.calls() as calls:
        asked = stack.up()
    assert asked.exit_code == 0, asked.output
    assert asked.operations["churn-done"] == "update"
    described = trials_of(aws, name)
    assert calls == ["DescribeHyperParameterTuningJob", LIST_TRIALS, *["DescribeTrainingJob"] * 3]
    result = stack.outputs["result"]
    billable, trained = (
        sum(job[f"{figure}TimeInSeconds"] for job in described) * 2 for figure in ("Billable", "Training")
    )
    assert stack.outputs["billable_seconds"] == result["billableSeconds"] == billable > 0
    assert result["billableHours"] == pytest.approx(billable / 3600)
    assert result["spotSavingsPercent"] == pytest.approx((1 - billable / trained) * 100)
    assert 0 < result["spotSavingsPercent"] < 100
    assert result["trialsWithoutBillableTime"] == 0
    trial = result["trials"][0]
    assert (trial["instanceType"], trial["instanceCount"]) == ("ml.m5.large", 2)
    assert trial["queueSeconds"] >= 0
    assert trial["finalMetrics"]["score"] == pytest.approx(trial["objectiveValue"])
    with aws.calls() as calls:
        assert stack.up("--expect-no-changes").exit_code == 0
    assert calls == []


def test_a_program_reads_jobs_when_they_are_there_and_not_before(stack: PulumiStack, aws: Aws) -> None:
    # Even a job whose name is known is not asked for before it exists.
    stack.configure(read="true", fixedName=f"read-{abs(hash(stack.name)) % 10**8}")
    with aws.calls() as calls:
        preview = stack.preview()
    assert preview.exit_code == 0, preview.output
    assert calls == []
    made = stack.up()
    assert made.exit_code == 0, made.output
    outputs, name = stack.outputs, job_of(stack)
    best = aws.describe(name)["BestTrainingJob"]
    described = aws.sagemaker.describe_training_job(TrainingJobName=best["TrainingJobName"])
    assert outputs["artifacts"] == outputs["result"]["bestModelArtifacts"]
    assert outputs["strategy"] == "Random"
    assert outputs["best"]["training_job_name"] == best["TrainingJobName"]
    assert outputs["best"]["resource_config"]["instance_count"] == 2
    assert outputs["best"]["creation_time"] == described["CreationTime"].isoformat()
    assert outputs["best"]["billable_seconds"] == described["BillableTimeInSeconds"] * 2
    assert outputs["best"]["tags"] == aws.tags(described["TrainingJobArn"])
    objectives = {
        trial["name"]: trial["objectiveValue"]
        for trial in sorted(outputs["result"]["trials"], key=lambda trial: -trial["objectiveValue"])
    }
    assert outputs["ranked"] == list(objectives)


def test_a_job_that_is_not_there_is_told_in_a_line(stack: PulumiStack, aws: Aws) -> None:
    stack.configure(read="true", readRegion="us-east-2")
    made = stack.up()
    assert made.exit_code != 0
    assert "DescribeTrainingJob(" in made.output
    assert "Check the name and the region." in made.output
    assert "Traceback" not in made.output


@pytest.mark.slow
def test_several_jobs_have_the_same_results_by_name(stack: PulumiStack, aws: Aws) -> None:
    stack.configure(several="true")
    made = stack.up()
    assert made.exit_code == 0, made.output
    results = stack.outputs["results"]
    assert list(results) == [job_of(stack), stack.outputs["risk"]]
    assert results[job_of(stack)] == stack.outputs["result"]
    assert results[stack.outputs["risk"]].keys() == stack.outputs["result"].keys()
    assert [len(result["trials"]) for result in results.values()] == [3, 3]
