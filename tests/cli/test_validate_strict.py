"""`validate --strict`, as a shell sees it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sagemaker_tuning.cli import app
from sagemaker_tuning.preflight import CHECKS
from typer.testing import CliRunner

SPEC = """
hyper_parameter_tuning_job_config:
  strategy: Random
  hyper_parameter_tuning_job_objective: {type: Maximize, metric_name: auc}
  resource_limits: {max_number_of_training_jobs: 10, max_parallel_training_jobs: 5}
  parameter_ranges:
    continuous_parameter_ranges: [{name: eta, min_value: 0.01, max_value: 0.5}]
training_job_definition:
  algorithm_specification:
    training_image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/trainer:1
    training_input_mode: File
    metric_definitions: [{name: auc, regex: "auc=([0-9.]+)"}]
  role_arn: arn:aws:iam::123456789012:role/tuning
  output_data_config: {s3_output_path: s3://data/out/}
  resource_config: {instance_type: ml.m5.xlarge, instance_count: 2, volume_size_in_gb: 10}
  stopping_condition: {}
"""
FINE = SPEC.replace("stopping_condition: {}", "stopping_condition: {max_runtime_in_seconds: 3600}")
TIME = "training_job_definition.stopping_condition.max_runtime_in_seconds"

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `validate` on a spec, in a folder of its own and an environment without AWS."""
    monkeypatch.chdir(tmp_path)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "SAGEMAKER_TUNING_PRICES"):
        monkeypatch.delenv(name, raising=False)

    def validate(spec: str, *arguments: str) -> Result:
        Path("tuning.yaml").write_text(spec)
        return CliRunner().invoke(app, ["validate", "tuning.yaml", *arguments])

    return validate


def test_a_warning_is_shown_with_its_id_and_fails(run: Run) -> None:
    result = run(SPEC, "--strict", "--region", "us-east-1")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[:2] == [
        f"warning runtime-missing: {TIME}: is left out, which lets each training job run for a day.",
        "Set it to what a training job needs at most; it also bounds the cost.",
    ]
    assert result.stdout.splitlines() == [
        "At most: 10 trials × 2 × ml.m5.xlarge × 86,400 s = 480 instance-hours, at $0.23 an hour $110.40.",
        "Valid (native form), with 1 warning, 1 info.",
    ]


def test_without_strict_only_what_sagemaker_refuses_counts(run: Run) -> None:
    result = run(SPEC)
    assert (result.exit_code, result.output) == (0, "Valid (native form).\n")


def test_an_info_alone_does_not_fail(run: Run) -> None:
    result = run(FINE, "--strict")
    assert result.exit_code == 0
    assert "info seed-missing" in result.stderr
    assert result.stdout.endswith("cost unknown, as the region is not configured.\nValid (native form), with 1 info.\n")


def test_an_ignored_check_says_nothing(run: Run) -> None:
    result = run(SPEC, "--strict", "--ignore", "runtime-missing", "--ignore", "seed-missing")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.endswith("Valid (native form).\n")


def test_a_misspelled_id_is_an_error(run: Run) -> None:
    result = run(SPEC, "--strict", "--ignore", "runtime-mising")
    assert result.exit_code == 1
    assert result.stderr == (
        "error: --ignore: 'runtime-mising' is not the id of a check.\nDid you mean runtime-missing?\n"
    )


def test_a_sample_log_shows_what_the_metrics_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.log").write_text("epoch 1 auc=0.5\nepoch 2 auc=0.75\n")
    result = run(FINE, "--strict", "--sample-log", "train.log")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "auc: 2 lines, the last value is '0.75' (the objective)"


def test_a_sample_log_without_the_objective_fails(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.log").write_text("epoch 1 AUC 0.5\n")
    result = run(FINE, "--strict", "--sample-log", "train.log")
    assert result.exit_code == 1
    assert result.stderr.startswith("error sample-objective: training_job_definition.algorithm_specification.")


def test_a_sample_log_that_is_not_there_is_named(run: Run) -> None:
    result = run(FINE, "--strict", "--sample-log", "nowhere.log")
    assert (result.exit_code, result.stderr.splitlines()[0]) == (
        1,
        "error: --sample-log: 'nowhere.log' cannot be read: No such file or directory.",
    )


@pytest.mark.parametrize("by", ["option", "environment"])
def test_prices_of_your_own_count(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str) -> None:
    (tmp_path / "prices.json").write_text(json.dumps({"regions": {"eu-central-1": {"ml.m5.xlarge": 0.5}}}))
    arguments = ["--region", "eu-central-1"]
    if by == "option":
        arguments += ["--prices", "prices.json"]
    else:
        monkeypatch.setenv("SAGEMAKER_TUNING_PRICES", "prices.json")
    result = run(FINE, "--strict", *arguments)
    assert "= 20 instance-hours, at $0.50 an hour $10.00." in result.stdout


def test_json_has_findings_metrics_and_estimate(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.log").write_text("auc=0.5\n")
    result = run(SPEC, "--strict", "--json", "--region", "us-east-1", "--sample-log", "train.log")
    document: dict[str, Any] = json.loads(result.stdout)
    assert result.exit_code == 1
    assert document["valid"] is True
    assert [(entry["id"], entry["level"], entry["path"]) for entry in document["findings"]] == [
        ("runtime-missing", "warning", TIME),
        ("seed-missing", "info", "hyper_parameter_tuning_job_config.random_seed"),
    ]
    assert document["metrics"] == [{"name": "auc", "lines": 1, "last": "0.5"}]
    assert document["estimate"]["max_cost_usd"] == pytest.approx(110.4)


def test_a_wrong_spec_is_told_as_ever(run: Run) -> None:
    result = run(SPEC.replace("Random", "Randon"), "--strict")
    assert result.exit_code == 1
    assert "Did you mean Random?" in result.stderr
    assert "1 problem found." in result.stderr


def test_options_of_strict_need_it(run: Run) -> None:
    result = run(SPEC, "--ignore", "runtime-missing")
    assert result.exit_code == 1
    assert "are for" in result.stderr


def test_every_check_is_explained() -> None:
    result = CliRunner().invoke(app, ["validate", "--explain"])
    assert result.exit_code == 0
    assert [block.split()[0] for block in result.stdout.split("\n\n")] == list(CHECKS)
    assert all(len(line) <= 100 for line in result.stdout.splitlines())
