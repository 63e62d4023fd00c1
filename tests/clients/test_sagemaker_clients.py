"""The SageMaker Python SDK and sagemaker-core drive whole tuning jobs, with nothing but the sandbox's environment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

RunProgram = Callable[[str], dict[str, Any]]


@pytest.mark.slow
def test_the_python_sdk_tunes_a_script_and_warm_starts_from_it(run: RunProgram, sagemaker: Any) -> None:
    said = run("tune_script.py")
    job = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="sdk-first")
    assert (said["status"], said["warm_status"]) == ("Completed", "Completed")
    assert said["best"] == job["BestTrainingJob"]["TrainingJobName"] == max(said["scores"], key=said["scores"].get)
    assert said["columns"] == [
        "FinalObjectiveValue",
        "TrainingElapsedTimeSeconds",
        "TrainingEndTime",
        "TrainingJobName",
        "TrainingJobStatus",
        "TrainingStartTime",
        "x",
    ]
    assert said["warm_start"] == {
        "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "sdk-first"}],
        "WarmStartType": "TransferLearning",
    }
    assert _scores(sagemaker, "sdk-first") == pytest.approx(said["scores"])
    assert len(_scores(sagemaker, "sdk-second")) == 3


def test_the_python_sdk_tunes_the_built_in_xgboost_and_takes_a_job_up_by_name(run: RunProgram, sagemaker: Any) -> None:
    said = run("tune_xgboost.py")
    job = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="xgboost-first")
    best = sagemaker.describe_training_job(TrainingJobName=job["BestTrainingJob"]["TrainingJobName"])
    assert said["best"] == best["TrainingJobName"]
    assert said["model"] == best["ModelArtifacts"]["S3ModelArtifacts"]
    assert float(said["eta"]) == float(best["HyperParameters"]["eta"])
    assert said["overall"] in ("xgboost-first", "xgboost-again")


def test_sagemaker_core_creates_waits_lists_and_deletes(run: RunProgram, sagemaker: Any) -> None:
    said = run("tune_core.py")
    assert (said["status"], said["left"]) == ("Completed", "ResourceNotFound")
    assert said["listed"] == ["core-first", "core-second"]
    assert said["best"] in said["trials"]
    jobs = [sagemaker.describe_training_job(TrainingJobName=name) for name in said["trials"]]
    assert len(jobs) == 2
    assert said["score"] == max(job["FinalMetricDataList"][0]["Value"] for job in jobs)
    remaining = sagemaker.list_hyper_parameter_tuning_jobs()["HyperParameterTuningJobSummaries"]
    assert [job["HyperParameterTuningJobName"] for job in remaining] == ["core-second"]


def _scores(sagemaker: Any, tuning_job: str) -> dict[str, float]:
    response = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(HyperParameterTuningJobName=tuning_job)
    return {
        trial["TrainingJobName"]: trial["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
        for trial in response["TrainingJobSummaries"]
    }
