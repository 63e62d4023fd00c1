"""The page as a program reads it: its figures, its tables, and what must not be in it."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pages
import plotly.graph_objects
import pytest
from reported_jobs import (
    RANGES,
    DocumentGateway,
    definition,
    described,
    search,
    several_definitions,
    summary,
    with_best,
)
from sagemaker_tuning.cli import app
from sagemaker_tuning.errors import TuningError
from sagemaker_tuning.reporting import report
from sagemaker_tuning.reporting.plot import BEST, STATUSES
from typer.testing import CliRunner

HOSTILE = "<script>document.title='owned'</script>"


def page_of(*jobs: tuple[dict[str, Any], Sequence[dict[str, Any]]], **training_jobs: dict[str, Any]) -> str:
    names = [job["HyperParameterTuningJobName"] for job, _ in jobs]
    return report(*names, gateway=DocumentGateway(*jobs, **training_jobs)).html  # type: ignore[arg-type]


def two_definitions() -> tuple[dict[str, Any], Sequence[dict[str, Any]]]:
    few = {"IntegerParameterRanges": [{"Name": "k", "MinValue": "1", "MaxValue": "30"}]}
    definitions = [
        definition(
            DefinitionName=name, TuningObjective={"Type": kind, "MetricName": metric}, HyperParameterRanges=ranges
        )
        for name, kind, metric, ranges in (("trees", "Maximize", "auc", RANGES), ("near", "Minimize", "loss", few))
    ]
    of_trees = [{**one, "TrainingJobDefinitionName": "trees"} for one in search(20)]
    of_near = [
        summary(100 + k, 1 / k, tuned={"k": str(k)}, TrainingJobDefinitionName="near", TrainingJobName=f"near-{k}")
        for k in range(1, 13)
    ]
    return with_best(several_definitions("two", definitions), [*of_trees, *of_near])


def running() -> tuple[dict[str, Any], Sequence[dict[str, Any]]]:
    job = described("running", HyperParameterTuningJobStatus="InProgress")
    del job["HyperParameterTuningEndTime"]
    return with_best(job, [*search(12), summary(13, None, "InProgress"), summary(14, None, "Stopping")])


def grid() -> tuple[dict[str, Any], Sequence[dict[str, Any]]]:
    ranges = {
        "CategoricalParameterRanges": [
            {"Name": "booster", "Values": ["gbtree", "dart"]},
            {"Name": "depth", "Values": ["3", "6", "9"]},
        ]
    }
    job = described("grid", ranges=ranges)
    job["HyperParameterTuningJobConfig"]["Strategy"] = "Grid"
    pairs = [(booster, depth) for booster in ("gbtree", "dart") for depth in ("3", "6", "9")]
    return with_best(job, [summary(n, n / 10, tuned={"booster": b, "depth": d}) for n, (b, d) in enumerate(pairs, 1)])


JOBS = {
    "all kinds of hyperparameters": lambda: with_best(described(), search(60)),
    "definitions of their own": two_definitions,
    "still running": running,
    "nothing completed": lambda: (described(), [summary(n, None, "Failed", FailureReason="x") for n in (1, 2)]),
    "not one trial": lambda: (described(), []),
    "one trial": lambda: with_best(described(), search(1)),
    "one value": lambda: all_alike(),
    "values that are no numbers": lambda: (described(), [summary(1, float("nan")), summary(2, float("inf"))]),
    "a best value that is no number": lambda: with_best(described(), [summary(1, float("nan"))]),
    "a grid": grid,
    "Autotune, which names neither metric nor ranges": lambda: (
        described(
            Autotune={"Mode": "Enabled"},
            HyperParameterTuningJobConfig={"Strategy": "Bayesian", "ResourceLimits": {"MaxParallelTrainingJobs": 2}},
        ),
        search(12),
    ),
}


@pytest.mark.parametrize("job", JOBS.values(), ids=JOBS)
def test_every_figure_is_one_that_plotly_knows_and_holds_no_odd_number(job):
    drawn = pages.figures(page_of(job()))
    for figure in drawn.values():
        plotly.graph_objects.Figure(figure)  # raises for whatever is not in plotly's schema


def test_the_figures_and_the_table_are_those_of_the_api():
    job, trials = with_best(described(), search(60))
    page = page_of((job, trials))
    drawn = pages.figures(page)
    values = {
        number: trial["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
        for number, trial in enumerate(trials, 1)
        if "FinalHyperParameterTuningJobObjectiveMetric" in trial
    }
    assert pages.numbers(drawn["job-1-best-so-far-1"]) == values
    assert pages.numbers(drawn["job-1-objective-1"]) == values
    without = set(range(1, 61)) - set(values)
    assert set(pages.numbers(drawn["job-1-best-so-far-1"], axis="y2")) == without != set()

    rows = pages.table(page, "job-1-table")
    assert [row["Training job"].text.strip() for row in rows] == [trial["TrainingJobName"] for trial in trials]
    for number, (row, trial) in enumerate(zip(rows, trials, strict=True), 1):
        assert row["Status"].text.strip().removesuffix(" (best)") == trial["TrainingJobStatus"]
        assert row["validation:auc"].value == (str(values[number]) if number in values else None)
        tuned = {name: row[name].value or row[name].text.strip() for name in trial["TunedHyperParameters"]}
        assert tuned == trial["TunedHyperParameters"]
        trained = (trial["TrainingEndTime"] - trial["TrainingStartTime"]).total_seconds()
        assert row["Billed"].value == row["Time"].value == str(trained)


def test_every_hyperparameter_has_its_scatter_on_its_own_scale():
    drawn = pages.figures(page_of(with_best(described(), search(60))))
    axes = {
        figure["layout"]["xaxis"]["title"]["text"]: figure["layout"]["xaxis"]
        for name, figure in drawn.items()
        if "-scatter-" in name
    }
    assert set(axes) == {"eta", "momentum", "subsample", "max_depth", "booster"}
    assert axes["eta"]["type"] == "log"
    assert axes["momentum"]["ticktext"] == ["0.5", "0.9", "0.99", "0.999"]
    assert axes["booster"]["ticktext"] == ["gbtree", "dart", "gblinear"]
    assert "type" not in axes["subsample"]
    assert {axis["exponentformat"] for axis in axes.values()} == {"e"}  # and not 10µ


def test_a_job_of_500_trials_and_as_many_hyperparameters_as_there_may_be_is_under_6_megabytes():
    names = [f"hyperparameter_{number:02}" for number in range(30)]
    ranges = {"ContinuousParameterRanges": [{"Name": name, "MinValue": "0", "MaxValue": "1"} for name in names]}
    draw = random.Random(0)
    trials = [{**one, "TunedHyperParameters": {name: repr(draw.random()) for name in names}} for one in search(500)]
    assert len(page_of(with_best(described(ranges=ranges), trials)).encode()) < 6_000_000


def test_a_minimized_objective_goes_down():
    drawn = pages.figures(page_of(with_best(described(objective="Minimize"), [summary(n, 1 / n) for n in range(1, 6)])))
    line = drawn["job-1-best-so-far-1"]["data"][-1]
    assert line["y"] == [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5, 1 / 5]


def test_parallel_coordinates_hold_each_trial_that_has_all_its_values():
    job, trials = with_best(described(), [*search(20), summary(21, 0.5)])
    (lines,) = pages.figures(page_of((job, trials)))["job-1-definition-1-parallel"]["data"]
    values = {one["label"]: one["values"] for one in lines["dimensions"]}
    complete = [trial for trial in trials[:20] if "FinalHyperParameterTuningJobObjectiveMetric" in trial]
    expected = sorted(trial["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] for trial in complete)
    assert values["validation:auc"] == expected  # the best are drawn last, over the others
    assert sorted(values["max_depth"]) == sorted(
        float(trial["TunedHyperParameters"]["max_depth"]) for trial in complete
    )


def test_statuses_differ_by_color_and_sign_and_can_be_told_from_either_ground():
    assert len({look.color for look in STATUSES.values()}) >= 4
    assert len({look.symbol for look in STATUSES.values()}) == len(STATUSES)
    assert len({look.pattern for look in STATUSES.values()}) == len(STATUSES)
    for color in (BEST, *(look.color for look in STATUSES.values())):
        assert min(contrast(color, ground) for ground in ("#ffffff", "#14181f")) >= 3


def contrast(one: str, other: str) -> float:
    """By the definition of the Web Content Accessibility Guidelines."""

    def luminance(color: str) -> float:
        parts = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def all_alike() -> tuple[dict[str, Any], Sequence[dict[str, Any]]]:
    value = {"MetricName": "validation:auc", "Value": 0.5}
    return with_best(
        described(),
        [
            {**one, "FinalHyperParameterTuningJobObjectiveMetric": value, "ObjectiveStatus": "Succeeded"}
            for one in search(12)
        ],
    )


SAID = {
    "a running job says that it runs": (running, "The job had not ended at"),
    "a job without any value says so": (JOBS["nothing completed"], "No trial has a value of the objective."),
    "a job without trials says so": (JOBS["not one trial"], "No trial has started on an instance."),
    "missing importance has its reason": (all_alike, "All trials have the same value"),
    "a best value that is no number is none": (JOBS["a best value that is no number"], "Best value none"),
    "a job that ended without a trial was billed nothing": (JOBS["not one trial"], "Billed nothing"),
    "and does not wait for one": (JOBS["not one trial"], "Status of trials none At a time"),
    "failures have their reasons": (JOBS["nothing completed"], "2 of 2 trials gave no result."),
    "each definition has a section": (two_definitions, "near 12 trials, Minimize loss"),
    "warm start names its parents": (
        lambda: (
            described(
                WarmStartConfig={
                    "WarmStartType": "TransferLearning",
                    "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "older"}],
                }
            ),
            [],
        ),
        "TransferLearning from older",
    ),
    "a parent's better training job is told": (
        lambda: (described(OverallBestTrainingJob=summary(9, 0.99, TuningJobName="older")), []),
        "A parent of the warm start did better: churn-009-0badcafe of older",
    ),
    "money has its price list": (lambda: with_best(described(), search(20)), "on-demand prices of the package's price"),
}


@pytest.mark.parametrize(("job", "words"), SAID.values(), ids=SAID)
def test_the_page_says(job, words):
    assert words in pages.text(page_of(job()))


def test_spot_savings_are_shown():
    trials = [summary(n, 0.5) for n in (1, 2)]
    resources = {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1}
    told = {
        trial["TrainingJobName"]: {
            "TrainingTimeInSeconds": 100,
            "BillableTimeInSeconds": 25,
            "ResourceConfig": resources,
            "EnableManagedSpotTraining": True,
        }
        for trial in trials
    }
    spot = described(TrainingJobDefinition=definition(EnableManagedSpotTraining=True))
    assert "Saved by spot 75.0 %" in pages.text(page_of((spot, trials), **told))


def test_a_warm_pool_explains_the_cost():
    resources = {"InstanceType": "ml.m5.xlarge", "InstanceCount": 2}
    told = {
        "BillableTimeInSeconds": 1800,
        "ResourceConfig": resources,
        "WarmPoolStatus": {"Status": "Terminated", "ResourceRetainedBillableTimeInSeconds": 900},
    }
    warm = described(TrainingJobDefinition=definition(ResourceConfig={**resources, "KeepAlivePeriodInSeconds": 900}))
    said = pages.text(page_of((warm, [summary(1, 0.5)]), **{"churn-001-0badcafe": told}))
    assert "Warm pools were kept for 0.50 h more, which the costs include." in said


def test_what_a_job_holds_is_text_and_never_markup():
    ranges = {"CategoricalParameterRanges": [{"Name": HOSTILE, "Values": [HOSTILE, "</script>&<b>"]}]}
    trials = [
        summary(
            n, n, tuned={HOSTILE: (HOSTILE, "</script>&<b>")[n % 2]}, FailureReason=HOSTILE, TrainingJobName=HOSTILE
        )
        for n in range(1, 13)
    ]
    page = page_of(with_best(described(ranges=ranges, FailureReason=HOSTILE), trials))
    assert HOSTILE not in page
    assert HOSTILE in pages.text(page)
    assert page.count("</script>") == 4  # the figures, plotly, and our two


def test_neither_environment_nor_static_hyperparameters_are_in_the_page():
    failed = summary(1, None, "Failed", FailureReason="train.py --password hunter2 with API_TOKEN hunter3")
    page = page_of((described(), [failed]))
    assert "hunter2" not in page
    assert "hunter3" not in page


def test_a_price_is_not_called_unknown_because_nothing_is_billed_yet():
    spot = definition(EnableManagedSpotTraining=True)
    job = described(TrainingJobDefinition=spot, HyperParameterTuningJobStatus="InProgress")
    said = pages.text(page_of((job, [summary(1, None, "InProgress")])))
    assert "$0.23" in said
    assert "No price of these instances is known" not in said
    assert "Best value none yet" in said


def test_the_table_has_the_error_itself_and_not_the_command_that_failed():
    reason = (
        'AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "ValueError: no"\n'
        'Command "/usr/bin/python train.py --eta 0.1", exit code: 1'
    )
    page = page_of((described(), [summary(1, None, "Failed", FailureReason=reason)]))
    (row,) = pages.table(page, "job-1-table")
    assert row["Reason"].text.strip() == "ValueError: no"
    assert "--eta" not in page


def test_the_page_forbids_itself_the_network():
    page = page_of(with_best(described(), search(3)))
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert policy[1].startswith("default-src &#39;none&#39;;")
    assert "unsafe-inline" not in policy[1].split("style-src")[0]
    assert not re.search(r"<(?:script|img|iframe|link)[^>]+(?:src|href)=", page)


def test_links_leave_the_page_without_telling_where_from():
    page = page_of(with_best(described(), search(3)))
    away = re.findall(r'<a [^>]*href="https:[^>]*>', page)
    assert away
    assert all('target="_blank"' in link and 'rel="noopener noreferrer"' in link for link in away)


def test_several_jobs_are_compared_and_each_has_its_section():
    minimized = with_best(described("other", objective="Minimize"), search(5))
    page = page_of(with_best(described("one"), search(20)), with_best(described("two"), search(30, seed=1)), minimized)
    curves = pages.figures(page)
    assert [trace["name"] for trace in curves["comparison-1"]["data"]] == ["one", "two"]
    assert "comparison-2" not in curves
    assert {name[:5] for name in curves if name.startswith("job-")} == {"job-1", "job-2", "job-3"}


def test_a_job_whose_best_value_is_no_number_can_be_compared():
    nothing = with_best(described("nothing"), [summary(1, float("nan"))])
    said = pages.text(page_of(nothing, with_best(described("one"), search(20))))
    assert "nothing Completed Bayesian Maximize validation:auc – – 1" in said


def test_a_notebook_shows_the_page_in_a_frame_of_its_own():
    made = report("churn", gateway=DocumentGateway(with_best(described(), search(3))))
    shown = made._repr_html_()
    assert shown.startswith("<iframe")
    assert "allow-same-origin" not in shown
    assert "<!doctype html>" not in shown
    assert "&lt;!doctype html&gt;" in shown
    assert repr(made) == "Report(churn)"


def test_a_job_named_twice_is_reported_once():
    assert len(report("churn", "churn", gateway=DocumentGateway((described(), []))).jobs) == 1


class TestErrors:
    def test_without_its_packages_the_install_command_is_named(self):
        code = (
            "import sys; sys.modules['plotly'] = None\n"
            "import importlib.util; found = importlib.util.find_spec\n"
            "importlib.util.find_spec = lambda name, *more: None if name == 'plotly' else found(name, *more)\n"
            "from sagemaker_tuning.cli import main\n"
            "sys.argv = ['sagemaker-tuning', 'report', 'churn', '--html', 'x.html']\n"
            "main()\n"
        )
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert ran.returncode == 1
        assert ran.stderr == (
            "error: A report needs packages that are not installed: plotly.\n"
            'Install them: pip install "pulumi-sagemaker-tuning[report]"\n'
        )

    def test_the_public_name_needs_none_of_its_packages(self):
        code = (
            "from sagemaker_tuning import report, Report\n"
            "import sys\n"
            "print({'plotly', 'optuna', 'sklearn', 'jinja2', 'boto3'} & set(sys.modules))"
        )
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert ran.stdout == "set()\n"

    def test_no_job_at_all_is_an_error(self):
        with pytest.raises(TuningError, match="no tuning job was named"):
            report(gateway=DocumentGateway())

    def test_a_file_that_cannot_be_written_is_named(self, tmp_path):
        made = report("churn", gateway=DocumentGateway((described(), [])))
        with pytest.raises(TuningError, match=r"missing/r\.html: the report cannot be written: No such file"):
            made.save(tmp_path / "missing" / "r.html")

    def test_the_command_needs_a_file(self):
        assert CliRunner().invoke(app, ["report", "churn"]).exit_code == 1
