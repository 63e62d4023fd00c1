"""The bench measures every topic, at its smallest size, and its ceilings can fail."""

from __future__ import annotations

import json
import math
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Figure = runpy.run_path(str(ROOT / "bench" / "figures.py"))["Figure"]

RATIOS = {
    "the least disturbed runs are compared": ([9, 4], [2, 8], 2, False),
    "a ratio at its ceiling is allowed": ([6], [2], 3, False),
    "a ratio above its ceiling is not": ([6.1], [2], 3.05, True),
    "nothing over nothing is as good as it can be": ([0], [0], 1, False),
    "anything over nothing is too much": ([1], [0], math.inf, True),
}


@pytest.mark.parametrize(("values", "floors", "ratio", "is_exceeded"), RATIOS.values(), ids=RATIOS)
def test_a_figure_is_judged_by_its_ratio(values, floors, ratio, is_exceeded):
    figure = Figure("topic", "name", values, "floor", floors, ceiling=3)
    assert (figure.ratio, figure.is_exceeded) == (ratio, is_exceeded)


def run_bench(file: Path, *topics: str) -> list[dict]:
    command = [sys.executable, "-m", "bench", *topics, "--tiny", "--json", str(file)]
    # The Pulumi CLI would take longer than all the rest.
    path = os.pathsep.join(
        folder for folder in os.environ["PATH"].split(os.pathsep) if not Path(folder, "pulumi").exists()
    )
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads(file.read_text())["figures"]
    for figure in figures:
        assert figure["name"] in " ".join(done.stdout.split())
    return figures


@pytest.mark.e2e
@pytest.mark.slow
def test_every_operation_of_a_stack_is_measured(tmp_path):
    figures = run_bench(tmp_path / "figures.json", "stacks")
    assert [figure["name"] for figure in figures] == ["up of 1", "preview of 1", "refresh of 1", "destroy of 1"]
    assert all(figure["ratio"] > 0 for figure in figures)


@pytest.mark.e2e
@pytest.mark.slow
def test_calls_are_counted_by_job(tmp_path):
    calls = {figure["name"]: figure["values"] for figure in run_bench(tmp_path / "figures.json", "calls")}
    assert calls["preview of new jobs"] == [0]
    assert calls["up: create"] == [3]
    assert calls["preview and up without a change"] == [0]
    assert calls["up: edit a tag"] == [1]
    assert calls["refresh"] == [2]


def test_the_core_and_its_start_are_measured(tmp_path):
    figures = {figure["name"]: figure for figure in run_bench(tmp_path / "figures.json", "core", "cold-start")}
    assert figures["plan of the largest job, one change"]["floor_name"] == "DeepDiff, order ignored"
    assert figures["import for a program"]["ratio"] > 1
    assert figures["Pulumi and boto3 loaded by validate and plan"]["values"] == [0]


def test_the_strategies_are_compared_on_each_function(tmp_path):
    figures = run_bench(tmp_path / "figures.json", "search")
    assert [figure["name"] for figure in figures] == ["Branin", "Hartmann-6", "powers of ten, noisy"] * 2
    assert [figure["ceiling"] for figure in figures] == [0.99] * 3 + [0.5] * 3
    assert all(0 < figure["ratio"] <= figure["ceiling"] for figure in figures)


@pytest.mark.slow
def test_a_trial_is_measured_over_its_script(tmp_path):
    figures = run_bench(tmp_path / "figures.json", "trials")
    assert [figure["name"] for figure in figures] == ["training of 20 trees", "a script that does nothing"]
    assert all(figure["ratio"] > 0 for figure in figures)


@pytest.mark.slow
def test_the_endpoint_is_measured_over_moto(tmp_path):
    (figure,) = run_bench(tmp_path / "figures.json", "endpoint")
    assert figure["floor_name"] == "moto's server"
    assert "holding 6 training jobs" in figure["note"]
    assert figure["ratio"] > 0
