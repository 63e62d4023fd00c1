"""The built-in XGBoost algorithm on data sets that scikit-learn ships, through its image and its S3 channels."""

from __future__ import annotations

import gzip
import io
from typing import Any

import numpy as np
import pytest
import xgboost
from sagemaker_sandbox.trials.builtin_metrics import XGBOOST_METRICS, metric_definitions
from sklearn.datasets import dump_svmlight_file, load_breast_cancer, load_diabetes, load_iris
from sklearn.metrics import accuracy_score, f1_score, mean_squared_error, roc_auc_score
from training_jobs import BUCKET, Jobs, Run, channel, training_job

IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
BINARY = {"objective": "binary:logistic", "num_round": "10", "max_depth": "3", "eta": "0.3", "seed": "1"}
OBJECTIVE = "validation:auc"


def as_csv(table: Any) -> str:
    text = io.StringIO()
    np.savetxt(text, table, delimiter=",", fmt="%.8g")
    return text.getvalue()


def as_libsvm(features: Any, labels: Any) -> bytes:
    content = io.BytesIO()
    dump_svmlight_file(features, labels, content, zero_based=False)
    return content.getvalue()


def halves(load: Any) -> tuple[Any, Any, Any, Any]:
    """Features and labels to train on, features and labels to validate with."""
    features, labels = load(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(labels))
    features, labels = features[order], labels[order]
    middle = len(labels) // 2
    return features[:middle], labels[:middle], features[middle:], labels[middle:]


def csv_channels(jobs: Jobs, load: Any = load_breast_cancer) -> list[dict[str, Any]]:
    train_x, train_y, test_x, test_y = halves(load)
    rows = np.column_stack([train_y, train_x])
    # In two files and a marker, as a processing job would leave them.
    jobs.put("train/_SUCCESS", "")
    jobs.put("train/part-0.csv", as_csv(rows[: len(rows) // 2]))
    jobs.put("train/part-1.csv", as_csv(rows[len(rows) // 2 :]))
    jobs.put("validation/all.csv", as_csv(np.column_stack([test_y, test_x])))
    return [
        channel(name, f"s3://{BUCKET}/{name}/", ContentType="text/csv; label_size=1")
        for name in ("train", "validation")
    ]


def start(
    jobs: Jobs, parameters: dict[str, str], channels: list[dict[str, Any]], objective: str = OBJECTIVE, **changes: Any
) -> Run:
    parameters = {**parameters, "_tuning_objective_metric": objective}
    definitions = metric_definitions(IMAGE, objective)
    assert definitions
    return jobs.start(training_job(IMAGE, parameters, definitions, InputDataConfig=channels, **changes))


def model_of(jobs: Jobs, run: Run) -> xgboost.Booster:
    result = run.result()
    assert result.status == "Completed", result.failure_reason
    files = jobs.archive(result.model_artifacts or "")
    assert set(files) == {"xgboost-model"}
    return xgboost.Booster(model_file=bytearray(files["xgboost-model"]))


def test_the_objective_that_the_log_shows_is_the_saved_models_own(jobs: Jobs) -> None:
    run = start(jobs, BINARY, csv_channels(jobs))
    booster = model_of(jobs, run)
    _, _, test_x, test_y = halves(load_breast_cancer)
    expected = roc_auc_score(test_y, booster.predict(xgboost.DMatrix(test_x)))
    assert expected > 0.9
    assert dict(run.metrics())["validation:auc"] == pytest.approx(expected, abs=1e-4)
    assert dict(run.metrics())["ObjectiveMetric"] == pytest.approx(expected, abs=1e-4)


def test_every_round_is_a_line_in_the_services_form(jobs: Jobs) -> None:
    run = start(jobs, BINARY, csv_channels(jobs))
    run.result()
    lines = [line for line in run.trial.log.read_text().splitlines() if line.startswith("[")]
    assert [line.partition("#011")[0] for line in lines] == [f"[{number}]" for number in range(10)]
    assert all("#011train-auc:" in line and "#011validation-auc:" in line for line in lines)
    assert [name for name, _ in run.metrics()].count("validation:auc") == 10


def test_libsvm_gives_the_same_model_as_csv(jobs: Jobs) -> None:
    train_x, train_y, test_x, test_y = halves(load_breast_cancer)
    jobs.put("svm/train/a", as_libsvm(train_x[:100], train_y[:100]))
    jobs.put("svm/train/b", as_libsvm(train_x[100:], train_y[100:]))
    jobs.put("svm/validation/a", as_libsvm(test_x, test_y))
    channels = [
        channel(name, f"s3://{BUCKET}/svm/{name}/", ContentType="text/libsvm") for name in ("train", "validation")
    ]
    metrics = dict(start_and_end(jobs, BINARY, channels).metrics())
    expected = dict(start_and_end(jobs, BINARY, csv_channels(jobs)).metrics())
    assert metrics["validation:auc"] == pytest.approx(expected["validation:auc"], abs=0.01)


@pytest.mark.parametrize("content_type", ["text/csv", "text/libsvm"])
def test_pipe_mode_gives_the_same_model_as_file_mode(jobs: Jobs, content_type: str) -> None:
    train_x, train_y, test_x, test_y = halves(load_breast_cancer)
    for name, features, labels in (("train", train_x, train_y), ("validation", test_x, test_y)):
        csv = as_csv(np.column_stack([labels, features]))
        content = as_libsvm(features, labels) if content_type == "text/libsvm" else csv.encode()
        jobs.put(f"pipe/{name}/all.gz", gzip.compress(content))
        jobs.put(f"file/{name}/all", content)
    channels = {
        mode: [
            channel(name, f"s3://{BUCKET}/{mode}/{name}/", ContentType=content_type, **changes)
            for name in ("train", "validation")
        ]
        for mode, changes in (("pipe", {"InputMode": "Pipe", "CompressionType": "Gzip"}), ("file", {}))
    }
    piped, read = (start_and_end(jobs, BINARY, channels[mode]).metrics() for mode in ("pipe", "file"))
    assert piped == read


TASKS = {
    "binary": (load_breast_cancer, BINARY),
    "classes": (load_iris, {"objective": "multi:softprob", "num_class": "3", "num_round": "3"}),
    "values": (load_diabetes, {"objective": "reg:squarederror", "num_round": "3"}),
}
TASK_OF = {"merror": "classes", "mlogloss": "classes", "rmse": "values", "mae": "values"}


@pytest.mark.parametrize("metric", sorted({item["Name"].partition(":")[2] for item in XGBOOST_METRICS}))
def test_each_of_the_documented_metrics_can_be_the_objective(jobs: Jobs, metric: str) -> None:
    load, parameters = TASKS[TASK_OF.get(metric, "binary")]
    run = start_and_end(jobs, parameters, csv_channels(jobs, load), f"validation:{metric}")
    found = dict(run.metrics())
    assert set(found) == {f"train:{metric}", f"validation:{metric}", "ObjectiveMetric"}
    assert found["ObjectiveMetric"] == found[f"validation:{metric}"]
    assert [name for name, _ in run.metrics()].count("ObjectiveMetric") == int(parameters["num_round"])


ENDS = {"true": {"xgboost-model"}, "false": set()}


@pytest.mark.parametrize(("wish", "files"), ENDS.items(), ids=ENDS)
def test_a_training_that_is_stopped_saves_its_model_if_it_is_told_to(jobs: Jobs, wish: str, files: set[str]) -> None:
    parameters = {**BINARY, "num_round": "100000", "save_model_on_termination": wish}
    run = start(jobs, parameters, csv_channels(jobs))
    with run.changed:
        assert run.changed.wait_for(run.metrics, 60)
    run.trial.stop()
    assert run.result().status == "Stopped"
    assert set(jobs.archive(run.result().model_artifacts or "")) == files


def test_an_interrupted_training_goes_on_from_its_last_checkpoint(jobs: Jobs) -> None:
    parameters = {**BINARY, "num_round": "400"}
    spot = {
        "EnableManagedSpotTraining": True,
        "StoppingCondition": {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 60},
        "CheckpointConfig": {"S3Uri": f"s3://{BUCKET}/checkpoints"},
    }
    run = start(jobs, parameters, csv_channels(jobs), **spot)
    with run.changed:
        assert run.changed.wait_for(lambda: len(run.metrics()) > 20, 60)
    assert run.trial.interrupt()
    assert model_of(jobs, run).num_boosted_rounds() == 400
    assert run.statuses().count("Training") == 2
    rounds = [line.partition("#011")[0] for line in run.trial.log.read_text().splitlines() if line.startswith("[")]
    begins = [number for number, name in enumerate(rounds) if name == "[0]"]
    assert begins[0] == 0 < begins[1]
    assert len(rounds) == pytest.approx(400, abs=1)  # a checkpoint may be of the round whose line is not out yet


def start_and_end(jobs: Jobs, parameters: dict[str, str], channels: list[Any], objective: str = OBJECTIVE) -> Run:
    run = start(jobs, parameters, channels, objective)
    result = run.result()
    assert result.status == "Completed", result.failure_reason
    return run


def test_weights_in_the_second_column_weigh(jobs: Jobs) -> None:
    train_x, train_y, test_x, test_y = halves(load_breast_cancer)
    # All of the weight on the second half; the first half has its labels turned around.
    weights = np.arange(len(train_y)) >= len(train_y) // 2
    labels = np.where(weights, train_y, 1 - train_y)
    jobs.put("train/a.csv", as_csv(np.column_stack([labels, weights, train_x])))
    jobs.put("validation/a.csv", as_csv(np.column_stack([test_y, test_x])))
    channels = [channel(name, f"s3://{BUCKET}/{name}/", ContentType="csv") for name in ("train", "validation")]
    weighted = start_and_end(jobs, {**BINARY, "csv_weights": "1"}, channels)
    assert dict(weighted.metrics())["validation:auc"] > 0.9


def test_missing_csv_values_are_allowed(jobs: Jobs) -> None:
    rows = "\n".join(f"{index % 2},{index % 2 or ''},{index % 5}" for index in range(100))
    one = channel("train", jobs.put("train/a.csv", rows), ContentType="text/csv")
    run = start_and_end(jobs, {**BINARY, "min_child_weight": "0"}, [one], "train:auc")
    assert dict(run.metrics())["train:auc"] == 1.0


def test_early_stopping_goes_by_the_tuning_objective(jobs: Jobs) -> None:
    parameters = {**BINARY, "num_round": "200", "early_stopping_rounds": "3", "eval_metric": "auc,error"}
    run = start_and_end(jobs, parameters, csv_channels(jobs), "validation:logloss")
    losses = [value for name, value in run.metrics() if name == "validation:logloss"]
    assert len(losses) < 200
    assert len(losses) - 1 - int(np.argmin(losses)) == 3
    assert {"validation:auc", "validation:error", "train:error"} <= {name for name, _ in run.metrics()}


DOCUMENTED = {
    "accuracy of classes": (load_breast_cancer, BINARY, "validation:accuracy", "classes", accuracy_score),
    "f1 of classes": (
        load_iris,
        {"objective": "multi:softprob", "num_class": "3", "num_round": "3"},
        "validation:f1",
        "classes",
        lambda labels, classes: f1_score(labels, classes, average="macro"),
    ),
    "mean squared error": (
        load_diabetes,
        {"objective": "reg:squarederror", "num_round": "5"},
        "validation:mse",
        "values",
        mean_squared_error,
    ),
}


@pytest.mark.parametrize(("load", "parameters", "objective", "kind", "expected"), DOCUMENTED.values(), ids=DOCUMENTED)
def test_metrics_that_xgboost_itself_does_not_have(
    jobs: Jobs, load: Any, parameters: dict[str, str], objective: str, kind: str, expected: Any
) -> None:
    run = start(jobs, parameters, csv_channels(jobs, load), objective)
    _, _, test_x, test_y = halves(load)
    predicted = model_of(jobs, run).predict(xgboost.DMatrix(test_x))
    if kind == "classes":
        predicted = predicted.argmax(axis=1) if predicted.ndim > 1 else predicted > 0.5
    assert dict(run.metrics())[objective] == pytest.approx(expected(test_y, predicted), rel=1e-3)


def test_the_same_job_gives_the_same_values(jobs: Jobs) -> None:
    parameters = {**BINARY, "subsample": "0.5"}
    channels = csv_channels(jobs)
    first, second = (start_and_end(jobs, parameters, channels).metrics() for _ in range(2))
    assert first == second


WRONG = {
    "no num_round": (
        {"objective": "binary:logistic"},
        "1,2\n0,3\n",
        "text/csv",
        "UserError: Missing required hyperparameter: num_round",
    ),
    "a num_round that is no number": (
        {"num_round": "many"},
        "1,2\n0,3\n",
        "text/csv",
        "Hyperparameter num_round: could not parse value 'many'",
    ),
    "a hyperparameter that the algorithm does not have": (
        {**BINARY, "max_dept": "3"},
        "1,2\n0,3\n",
        "text/csv",
        "UserError: Extraneous hyperparameter found: max_dept",
    ),
    "a hyperparameter out of its range": (
        {**BINARY, "eta": "1.5"},
        "1,2\n0,3\n",
        "text/csv",
        "UserError: Hyperparameter eta: 1.5 is not in [0, 1]",
    ),
    "an objective that XGBoost does not know": (
        {**BINARY, "objective": "binary:magic"},
        "1,2\n0,3\n",
        "text/csv",
        "binary:magic",
    ),
    "a header in the CSV": (BINARY, "label,x\n1,2\n", "text/csv", "must have no header"),
    "rows of different length": (BINARY, "1,2\n1,2,3\n", "text/csv", "not text/csv: Some errors were detected"),
    "an unsupported content type": (BINARY, "{}", "application/json", "'application/json' is not supported"),
    "a line that is not libsvm": (BINARY, "1 a:b\n", "text/libsvm", "not text/libsvm: invalid literal for int()"),
}


@pytest.mark.parametrize(("parameters", "content", "content_type", "message"), WRONG.values(), ids=WRONG)
def test_a_users_mistake_is_the_failure_reason(
    jobs: Jobs, parameters: dict[str, str], content: str, content_type: str, message: str
) -> None:
    one = channel("train", jobs.put("train/a.csv", content), ContentType=content_type)
    result = start(jobs, parameters, [one], "train:auc").result()
    assert result.status == "Failed"
    assert result.failure_reason
    assert result.failure_reason.startswith("AlgorithmError: ")
    assert message in result.failure_reason


def test_a_job_without_training_data_fails(jobs: Jobs) -> None:
    one = channel("test", jobs.put("test/a.csv", "1,2\n"), ContentType="text/csv")
    assert "The 'train' channel is required" in (start(jobs, BINARY, [one]).result().failure_reason or "")
