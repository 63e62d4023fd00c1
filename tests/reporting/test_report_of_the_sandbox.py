"""A job of 500 trials, asked over HTTP: its report equals the API's figures, is made in time and is small enough."""

from __future__ import annotations

import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pages
import pytest
from reported_jobs import ACCOUNT, described, search
from sagemaker_sandbox.endpoint.jobs import MetricValue, TrainingJob, Transition, TuningJob
from sagemaker_sandbox.endpoint.persistence import DataDir, DiskStore
from sagemaker_sandbox.testing import ServedSandbox, serve

TRIALS = 500
MOST_SECONDS, MOST_BYTES = 5.0, 6_000_000
OBJECTIVE = {"Type": "Maximize", "MetricName": "validation:auc"}


@dataclass
class Made:
    """A report that the command wrote; `seconds` is the processor time that it took, from its start to its end."""

    page: str
    said: str
    seconds: float
    job: dict[str, Any]
    trials: list[dict[str, Any]]
    """What the API says of the same job."""


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSandbox]:
    folder = tmp_path_factory.mktemp("sandbox")
    fill(folder / "data")
    with serve(folder, data=folder / "data") as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def made(sandbox: ServedSandbox, tmp_path_factory: pytest.TempPathFactory) -> Made:
    file = tmp_path_factory.mktemp("report") / "churn.html"
    said, seconds = run_report(sandbox, "churn", "--html", str(file))
    client = sandbox.client("sagemaker")
    pages_of_trials = client.get_paginator("list_training_jobs_for_hyper_parameter_tuning_job").paginate(
        HyperParameterTuningJobName="churn", SortBy="CreationTime", SortOrder="Ascending"
    )
    trials = [trial for page in pages_of_trials for trial in page["TrainingJobSummaries"]]
    job = client.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="churn")
    return Made(file.read_text(encoding="utf-8"), said, seconds, job, trials)


def run_report(sandbox: ServedSandbox, *arguments: str) -> tuple[str, float]:
    return run("-m", "sagemaker_tuning", "report", *arguments, environment=sandbox.environment())


def run(*arguments: str, environment: dict[str, str] | None = None) -> tuple[str, float]:
    """What a Python process printed, and its processor time: neighbors make it wait, which is not counted."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ran = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    return ran.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def fill(folder: Path) -> None:
    """Write an ended tuning job with its training jobs into a data folder, so that nobody waits for 500 trainings."""
    job = described()
    declared = ("HyperParameterTuningJobName", "HyperParameterTuningJobConfig", "TrainingJobDefinition")
    arn, ended = job["HyperParameterTuningJobArn"], job["HyperParameterTuningEndTime"]
    document = {name: job[name] for name in declared}
    record = TuningJob(arn, "churn", document, job["CreationTime"], ended, status="Completed", end_time=ended)
    with DataDir(folder).opened() as (jobs, _services):
        store = DiskStore(jobs)
        with store.exclusively():
            store.put_tuning_job(record)
            for trial in search(TRIALS):
                store.put_training_job(training_job(trial, record))


def training_job(trial: dict[str, Any], job: TuningJob) -> TrainingJob:
    started, ended = trial["TrainingStartTime"], trial["TrainingEndTime"]
    status, seconds = trial["TrainingJobStatus"], int((ended - started).total_seconds())
    definition = dict(job.document["TrainingJobDefinition"])
    document = {
        "HyperParameters": {**definition.pop("StaticHyperParameters"), **trial["TunedHyperParameters"]},
        **definition,
    }
    made = TrainingJob(
        arn=f"{ACCOUNT}:training-job/{trial['TrainingJobName']}",
        name=trial["TrainingJobName"],
        document=document,
        creation_time=trial["CreationTime"],
        last_modified_time=ended,
        tuning_job_arn=job.arn,
        tuning_job_name=job.name,
        tuned=trial["TunedHyperParameters"],
        objective=OBJECTIVE,
        status=status,
        transitions=(Transition(status, "", started, ended),),
        start_time=started,
        end_time=ended,
        failure_reason=trial.get("FailureReason"),
        training_seconds=seconds,
        billable_seconds=seconds,
    )
    final = trial.get("FinalHyperParameterTuningJobObjectiveMetric")
    return replace(made, metrics={"validation:auc": MetricValue(final["Value"], ended)}) if final else made


def test_all_trials_are_there(made):
    assert len(made.trials) == TRIALS
    assert made.said.startswith(f"{made.said.split(':')[0]}: churn; 500 trials, ")


def test_the_page_is_small_enough(made):
    assert len(made.page.encode()) < MOST_BYTES


def test_it_is_made_in_time(made):
    # Neighbors make a processor slower as well. A third of the time is what the libraries take to be loaded.
    _, floor = run("-c", "import boto3, optuna.importance._fanova, plotly.offline")
    assert 0.1 < made.seconds < max(MOST_SECONDS, 8 * floor)


def test_the_figures_are_the_apis(made):
    drawn = pages.figures(made.page)
    values = {
        number: trial["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
        for number, trial in enumerate(made.trials, 1)
        if "FinalHyperParameterTuningJobObjectiveMetric" in trial
    }
    assert len(values) == made.job["ObjectiveStatusCounters"]["Succeeded"]
    for name in ("best-so-far", "objective"):
        assert pages.numbers(drawn[f"job-1-{name}-1"]) == values
    line = drawn["job-1-best-so-far-1"]["data"][-1]
    assert line["y"][-1] == made.job["BestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]

    by_name = {f["layout"]["xaxis"]["title"]["text"]: f for id, f in drawn.items() if "-scatter-" in id}
    for name in ("eta", "subsample", "max_depth"):
        traces = [trace for trace in by_name[name]["data"] if trace["name"] != "Best"]
        assert {number: x for trace in traces for number, x in zip(trace["customdata"], trace["x"], strict=True)} == {
            number: float(made.trials[number - 1]["TunedHyperParameters"][name]) for number in values
        }

    bars = [
        bar for trace in drawn["job-1-timeline"]["data"] for bar in zip(trace["customdata"], trace["x"], strict=True)
    ]
    assert dict(bars) == {
        number: round((trial["TrainingEndTime"] - trial["TrainingStartTime"]).total_seconds() * 1000)
        for number, trial in enumerate(made.trials, 1)
    }


def test_the_table_is_the_apis(made):
    rows = pages.table(made.page, "job-1-table")
    for row, trial in zip(rows, made.trials, strict=True):
        final = trial.get("FinalHyperParameterTuningJobObjectiveMetric")
        assert row["Training job"].text.strip() == trial["TrainingJobName"]
        assert row["Status"].text.strip().removesuffix(" (best)") == trial["TrainingJobStatus"]
        assert row["validation:auc"].value == (str(final["Value"]) if final else None)
        assert row["Billed"].value == str((trial["TrainingEndTime"] - trial["TrainingStartTime"]).total_seconds())
        tuned = trial["TunedHyperParameters"]
        assert {name: row[name].value or row[name].text.strip() for name in tuned} == tuned
    (best,) = [row for row in rows if row["Status"].text.strip().endswith("(best)")]
    assert best["Training job"].text.strip() == made.job["BestTrainingJob"]["TrainingJobName"]


def test_the_counts_are_the_apis(made):
    said = pages.text(made.page)
    counters = made.job["TrainingJobStatusCounters"]
    failed = counters["NonRetryableError"]
    assert f"{counters['Completed']} Completed, {counters['Stopped']} Stopped, {failed} Failed" in said
    assert f"{failed} of 500 trials gave no result." in said


@pytest.mark.slow
def test_the_bill_is_the_apis_where_it_is_asked_for(made, sandbox, tmp_path):
    run_report(sandbox, "churn", "--html", str(tmp_path / "r.html"), "--billing")
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    client = sandbox.client("sagemaker")
    rows = pages.table(page, "job-1-table")
    for row in rows[:: TRIALS // 10]:
        told = client.describe_training_job(TrainingJobName=row["Training job"].text.strip())
        assert row["Billed"].value == str(told["BillableTimeInSeconds"])
    total = sum(float(row["Billed"].value or "nan") for row in rows)
    shown = re.search(r'<td class="number" data-value="([0-9.]+)">[0-9.]+ h</td>', page)
    assert shown
    assert float(shown[1]) == total
