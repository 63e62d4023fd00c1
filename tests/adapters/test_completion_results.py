"""A job's result in the properties that the engine keeps."""

from __future__ import annotations

from dataclasses import replace

from sagemaker_tuning.adapters.dynamic.completion_results import result_properties
from sagemaker_tuning.results import JobResult
from sagemaker_tuning.trials import Trial


def test_a_metric_that_is_no_number_is_left_out() -> None:
    metrics = {"loss": float("inf"), "epochs": 3.0}
    best = Trial("a-1", "arn:aws:sagemaker:us-east-1:1:training-job/a-1", "Completed", objective_value=float("nan"))
    best = replace(best, objective_metric_name="loss", final_metrics=metrics)
    found = result_properties(JobResult("a", "Completed", best_training_job=best, trials=(best,)))
    assert found["bestObjectiveMetric"] == "loss"
    assert "bestObjectiveValue" not in found
    assert "objectiveValue" not in found["trials"][0]
    assert found["bestFinalMetrics"] == found["trials"][0]["finalMetrics"] == {"epochs": 3.0}
