"""`trials` and `compare`: what their tables, JSON and CSV hold, and how they fit where they are shown."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from fakes.jobs import request
from fakes.memory_gateway import MemoryGateway
from rich.console import Console
from sagemaker_tuning.cli import app
from typer.testing import CliRunner, Result

Run = Callable[..., Result]
START = datetime(2026, 1, 1, tzinfo=timezone.utc)


@pytest.fixture
def run() -> Run:
    """Runs a command as in a pipe; `COLUMNS=60` and the like are its environment."""
    return lambda *arguments, **environment: CliRunner().invoke(
        app, list(arguments), env={"COLUMNS": None, "NO_COLOR": None, **environment}
    )


def add_trial(aws: MemoryGateway, job: str, value: float | None, seconds: float = 60, **summary: Any) -> str:
    """A trial that completed with this value of the objective, or without one failed."""
    times = {"TrainingStartTime": START, "TrainingEndTime": START + timedelta(seconds=seconds)}
    if value is None:
        return aws.add_trial(job, "Failed", FailureReason="AlgorithmError: no, exit code: 1", **times, **summary)
    objective = {"MetricName": "validation:auc", "Value": value}
    found = {"FinalHyperParameterTuningJobObjectiveMetric": objective, "ObjectiveStatus": "Succeeded"}
    return aws.add_trial(job, "Completed", **found, **times, **summary)


@pytest.fixture
def churn(aws: MemoryGateway) -> MemoryGateway:
    aws.create(request("churn"))
    add_trial(aws, "churn", 0.8, 90, TunedHyperParameters={"eta": "0.07630828937395717", "depth": "10"})
    best = add_trial(aws, "churn", 0.9, 30, TunedHyperParameters={"eta": "0.2", "depth": "9"})
    aws.make_best("churn", best)
    add_trial(aws, "churn", None, 60, TunedHyperParameters={"eta": "0.5", "depth": "2"})
    aws.finish("churn")
    aws.calls.clear()
    return aws


def numbers(output: str) -> list[int]:
    return [int(line.split()[0]) for line in output.splitlines() if line.split() and line.split()[0].isdigit()]


SORTS = {
    "number": [1, 2, 3],
    "objective": [2, 1, 3],
    "status": [1, 2, 3],
    "time": [2, 3, 1],
    "eta": [1, 2, 3],
    "depth": [3, 2, 1],
}


class TestTrials:
    def test_each_trial_is_a_line_with_its_number_status_objective_and_values(self, run: Run, churn: Any) -> None:
        result = run("trials", "churn")
        assert result.exit_code == 0
        heading, *lines = (line.split() for line in result.stdout.splitlines())
        assert heading == ["#", "trial", "status", "validation:auc", "eta", "depth", "time"]
        assert lines[0] == ["1", "001-trial", "Completed", "0.8", "0.0763083", "10", "1", "min", "30", "s"]
        assert lines[1] == ["2", "002-trial", "Completed", "0.9", "*", "0.2", "9", "30", "s"]
        assert lines[2] == ["3", "003-trial", "Failed", "0.5", "2", "1", "min"]
        assert "3 trials of churn, which is Completed; * is the best." in result.stdout
        assert "Why trials failed: sagemaker-tuning show churn" in result.stdout

    def test_it_costs_one_describe_and_the_lists(self, run: Run, churn: MemoryGateway) -> None:
        run("trials", "churn")
        assert churn.calls == ["Describe", "ListTrialPage"]

    @pytest.mark.parametrize("column", SORTS)
    def test_they_are_sorted_by(self, run: Run, churn: Any, column: str) -> None:
        assert numbers(run("trials", "churn", "--sort", column).stdout)[:3] == SORTS[column]

    def test_a_column_that_is_not_there_is_an_error_with_those_that_are(self, run: Run, churn: Any) -> None:
        result = run("trials", "churn", "--sort", "gamma")
        assert result.exit_code == 1
        assert "'gamma' is no column" in result.stderr
        assert "eta, depth." in result.stderr

    @pytest.mark.parametrize(("given", "shown"), [(["failed"], [3]), (["Completed", "Failed"], [1, 2, 3])])
    def test_only_those_with_a_status(self, run: Run, churn: Any, given: list[str], shown: list[int]) -> None:
        options = [part for status in given for part in ("--status", status)]
        assert [row["number"] for row in json.loads(run("trials", "churn", "--json", *options).stdout)] == shown

    def test_none_with_a_status_is_said(self, run: Run, churn: Any) -> None:
        result = run("trials", "churn", "--status", "Stopped")
        assert (result.exit_code, result.stdout) == (0, "No trial of churn has that status; it has 3 trials.\n")

    def test_a_job_without_trials_is_said(self, run: Run, aws: MemoryGateway) -> None:
        aws.create(request("young"))
        result = run("trials", "young")
        assert (result.exit_code, result.stdout) == (0, "young has no trials yet; it is InProgress.\n")
        assert json.loads(run("trials", "young", "--json").stdout) == []
        aws.finish("young", "Stopped")
        assert run("trials", "young").stdout == "young has no trials; it is Stopped.\n"
        assert run("trials", "young", "--sort", "eta").exit_code == 0

    def test_a_job_that_is_not_there_is_one_message(self, run: Run, aws: Any) -> None:
        result = run("trials", "nobody")
        assert result.exit_code == 1
        assert result.stderr.startswith("error: ")

    def test_json_has_every_value_as_aws_has_it(self, run: Run, churn: Any) -> None:
        first, _, failed = json.loads(run("trials", "churn", "--json").stdout)
        assert first["tuned_hyper_parameters"] == {"eta": "0.07630828937395717", "depth": "10"}
        assert (first["objective_value"], first["training_seconds"]) == (0.8, 90)
        assert first["billable_seconds"] is None  # it was not asked for
        assert failed["failure_reason"] == "AlgorithmError: no, exit code: 1"
        assert first["log_stream_prefix"] == f"{first['name']}/"

    def test_a_value_that_is_no_number_is_null_in_json(self, run: Run, churn: Any) -> None:
        churn.make_best("churn", add_trial(churn, "churn", float("nan")))
        assert (
            json.loads(run("trials", "churn", "--json").stdout, parse_constant=pytest.fail)[3]["objective_value"]
            is None
        )
        best = json.loads(run("show", "churn", "--json").stdout, parse_constant=pytest.fail)["best_training_job"]
        assert best["final_hyper_parameter_tuning_job_objective_metric"]["value"] is None

    def test_csv_has_a_column_for_each_hyperparameter(self, run: Run, churn: Any) -> None:
        rows = list(csv.DictReader(io.StringIO(run("trials", "churn", "--csv").stdout)))
        assert [row["number"] for row in rows] == ["1", "2", "3"]
        assert [row["tuned_hyper_parameters.depth"] for row in rows] == ["10", "9", "2"]
        assert [row["objective_value"] for row in rows] == ["0.8", "0.9", ""]

    def test_csv_has_its_columns_without_any_row(self, run: Run, churn: MemoryGateway) -> None:
        header = run("trials", "churn", "--csv").stdout.splitlines()[0]
        assert run("trials", "churn", "--csv", "--status", "Stopped").stdout.splitlines() == [header]
        churn.create(request("young"))
        assert run("trials", "young", "--csv").stdout.startswith("number,name,arn,status,")

    def test_numbers_stand_on_the_right_and_words_on_the_left(self, run: Run, aws: MemoryGateway) -> None:
        mixed = request("mixed")
        ranges = mixed["HyperParameterTuningJobConfig"]["ParameterRanges"]
        ranges["CategoricalParameterRanges"] = [{"Name": "optimizer", "Values": ["sgd", "adam"]}]
        aws.create(mixed)
        add_trial(aws, "mixed", 0.8, TunedHyperParameters={"optimizer": "sgd", "eta": "0.25"})
        add_trial(aws, "mixed", 0.9, TunedHyperParameters={"optimizer": "adam", "eta": "0.5"})
        heading, first, second, *_ = run("trials", "mixed").stdout.splitlines()
        assert first.index("sgd") == second.index("adam") == heading.index("optimizer")
        assert first.index("0.25") + 4 == second.index("0.5") + 3 == heading.index("eta") + 3

    def test_several_definitions_have_a_column(self, run: Run, aws: MemoryGateway) -> None:
        both = request("both")
        single = both.pop("TrainingJobDefinition")
        both["TrainingJobDefinitions"] = [
            {
                **single,
                "DefinitionName": name,
                "TuningObjective": {"Type": "Maximize", "MetricName": "validation:auc"},
                "HyperParameterRanges": both["HyperParameterTuningJobConfig"]["ParameterRanges"],
            }
            for name in ("trees", "lines")
        ]
        aws.create(both)
        for value, name in ((0.8, "trees"), (0.9, "lines")):
            add_trial(aws, "both", value, TrainingJobDefinitionName=name)
        rows = [line.split() for line in run("trials", "both").stdout.splitlines()]
        assert [row[4] for row in rows[:3]] == ["definition", "trees", "lines"]

    def test_json_and_csv_together_are_refused(self, run: Run, churn: Any) -> None:
        assert run("trials", "churn", "--json", "--csv").exit_code == 1

    def test_the_bill_is_asked_for(self, run: Run, aws: MemoryGateway) -> None:
        aws.create(request("spot"))
        resources = {"InstanceType": "ml.m5.large", "InstanceCount": 2}
        bill = {"BillableTimeInSeconds": 900, "TrainingTimeInSeconds": 3600, "EnableManagedSpotTraining": True}
        for value in (0.8, 0.9):
            add_trial(aws, "spot", value, describe={"ResourceConfig": resources, **bill})
        aws.calls.clear()
        result = run("trials", "spot", "--billing")
        assert "2 × ml.m5.large" in result.stdout
        assert "30 min (saved 75.0 %)" in result.stdout
        assert "Billed: 1 instance-hour" in result.stdout
        assert aws.calls.count("DescribeTrainingJob") == 2
        assert run("trials", "spot", "--describe").stdout == result.stdout

    def test_names_and_values_that_look_like_markup_are_shown_as_they_are(self, run: Run, aws: MemoryGateway) -> None:
        aws.create(request("odd"))
        odd = {"[bold]opt[/]": "[red]sgd[/red]", "a b": ":smile:", "": "empty"}
        add_trial(aws, "odd", 0.5, TunedHyperParameters=odd)
        for width in ("200", "40"):
            text = "".join(run("trials", "odd", COLUMNS=width).stdout.split())
            for part in ("[bold]opt[/]", "[red]sgd[/red]", ":smile:"):
                assert part in text

    @pytest.mark.parametrize(("width", "options"), [(50, []), (60, ["--billing"]), (80, []), (120, ["--billing"])])
    def test_no_line_of_the_table_is_wider_than_the_terminal(
        self, run: Run, churn: Any, width: int, options: list[str]
    ) -> None:
        heading, *lines = run("trials", "churn", *options, COLUMNS=str(width)).stdout.split("\n\n")[0].splitlines()
        assert max(map(len, [heading, *lines])) <= width
        assert "validation:auc" in heading
        assert numbers("\n".join(line for line in lines if not line.startswith(" "))) == [1, 2, 3]
        assert "0.9 *" in "".join(lines)
        assert "0.0763083" in re.sub(r"\s+", "", "".join(lines))

    def test_in_a_pipe_each_trial_is_one_line_however_long(self, run: Run, aws: MemoryGateway) -> None:
        aws.create(request("wide"))
        for _ in range(300):
            add_trial(aws, "wide", 0.5, TunedHyperParameters={f"parameter_{number}": "1" * 30 for number in range(30)})
        lines = run("trials", "wide").stdout.splitlines()
        assert len(lines) == 1 + 300 + 2
        assert len({len(line) for line in lines[1:301]}) == 1
        assert "\x1b" not in "".join(lines)

    def test_colors_are_for_terminals_and_not_where_nobody_wants_them(
        self, churn: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from sagemaker_tuning.cli import terminal

        def table() -> str:
            out = Console(file=io.StringIO(), force_terminal=True, markup=False, width=80)
            shown = terminal.text_table([terminal.Column("status")])
            shown.add_row(terminal.status_text("Failed"))
            terminal.print_table(shown, out)
            return out.file.getvalue()  # type: ignore[attr-defined,no-any-return]  # it is the StringIO above

        monkeypatch.setenv("TERM", "xterm-256color")
        assert "\x1b[31mFailed" in table()
        monkeypatch.setenv("NO_COLOR", "1")
        assert "\x1b[31m" not in table()


class TestCompare:
    @pytest.fixture
    def two(self, churn: MemoryGateway) -> MemoryGateway:
        again = request("again")
        again["HyperParameterTuningJobConfig"]["Strategy"] = "Bayesian"
        ranges = again["HyperParameterTuningJobConfig"]["ParameterRanges"]
        ranges["ContinuousParameterRanges"][0] |= {"MaxValue": "0.9", "ScalingType": "Logarithmic"}
        ranges["CategoricalParameterRanges"] = [{"Name": "[b]booster", "Values": ["tree", "linear"]}]
        churn.create(again)
        best = add_trial(churn, "again", 0.95, TunedHyperParameters={"eta": "0.3", "[b]booster": "tree"})
        churn.make_best("again", best)
        churn.calls.clear()
        return churn

    def test_jobs_are_side_by_side(self, run: Run, two: MemoryGateway) -> None:
        result = run("compare", "churn", "again")
        assert result.exit_code == 0
        shown = [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in result.stdout.splitlines()]
        for row in (
            ["status", "Completed", "InProgress"],
            ["strategy", "Random", "Bayesian"],
            ["objective", "Maximize validation:auc", "Maximize validation:auc"],
            ["best", "0.9", "0.95 *"],
            ["best trial", "2 (002-trial)", "1 (001-trial)"],
            ["eta", "0.2", "0.3"],
            ["eta searched", "0.1 to 0.5", "0.1 to 0.9, logarithmic"],
            ["[b]booster searched", "tree, linear"],
            ["trials", "2 Completed, 1 Failed (of at most 4)", "1 Completed (of at most 4)"],
        ):
            assert row in shown
        assert "* is the best of all." in result.stdout

    def test_jobs_with_the_same_best_value_are_all_marked(self, run: Run, two: MemoryGateway) -> None:
        two.create(request("third"))
        two.make_best("third", add_trial(two, "third", 0.95))
        shown = run("compare", "churn", "again", "third").stdout
        assert ["best", "0.9", "0.95 *", "0.95 *"] in [re.split(r"\s{2,}", line) for line in shown.splitlines()]
        assert "* is the best of all; several have it." in shown

    def test_a_job_that_ended_without_trials_waits_for_none(self, run: Run, two: MemoryGateway) -> None:
        two.create(request("young"))
        two.finish("young", "Stopped")
        assert "none (of at most 4)" in run("compare", "churn", "young").stdout

    def test_each_job_costs_one_describe_and_its_lists(self, run: Run, two: MemoryGateway) -> None:
        run("compare", "churn", "again")
        assert two.calls == ["Describe", "ListTrialPage"] * 2

    def test_different_objectives_are_not_ranked(self, run: Run, two: MemoryGateway) -> None:
        other = request("other")
        other["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]["Type"] = "Minimize"
        two.create(other)
        result = run("compare", "churn", "other")
        assert "The objectives differ, so none is the best of all." in result.stdout
        assert "*" not in result.stdout

    def test_where_there_is_no_room_beside_they_are_one_below_the_other(self, run: Run, two: MemoryGateway) -> None:
        wide, narrow = (run("compare", "churn", "again", COLUMNS=width).stdout for width in ("60", "40"))
        assert wide.count("strategy") == 1
        assert narrow.count("strategy") == 2
        assert max(map(len, wide.splitlines()[:12])) <= 60

    def test_json_is_for_programs(self, run: Run, two: MemoryGateway) -> None:
        first, second = json.loads(run("compare", "churn", "again", "--json").stdout)
        assert (first["name"], first["status"], first["trials"]) == ("churn", "Completed", 3)
        assert first["trials_by_status"] == {"Completed": 2, "Failed": 1}
        assert second["best"]["tuned_hyper_parameters"] == {"eta": "0.3", "[b]booster": "tree"}
        assert second["ranges"]["eta"] == [
            {"kind": "continuous", "min_value": 0.1, "max_value": 0.9, "scaling_type": "Logarithmic"}
        ]

    @pytest.mark.parametrize("names", [["churn"], ["churn", "churn"], ["churn", "nobody"]])
    def test_less_than_two_jobs_is_an_error(self, run: Run, churn: Any, names: list[str]) -> None:
        result = run("compare", *names)
        assert result.exit_code == 1
        assert result.stderr
        assert isinstance(result.exception, SystemExit)
