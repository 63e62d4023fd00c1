"""`sagemaker-tuning pr-comment`, as a pipeline sees it: files, standard input, errors and exit codes."""

from __future__ import annotations

import pytest
from job_previews import JOB, digest, event_log, job, step
from sagemaker_tuning.cli import app
from typer.testing import CliRunner

REPLACED = step("replace", old=job(), new=job(trials=100), replaces=["hyperParameterTuningJobConfig"])
REFUSED = {"urn": REPLACED["urn"], "message": f"error: {JOB} resource 'churn' has a problem: no\n", "severity": "error"}


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs the command in a folder of its own, where `preview.json` is the given text."""
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()

    def run(*arguments, preview=None, stdin=None):
        if preview is not None:
            (tmp_path / "preview.json").write_text(preview, encoding="utf-8")
        return runner.invoke(app, ["pr-comment", *arguments], input=stdin)

    return run


def test_a_preview_comes_from_standard_input_or_from_a_file(run):
    from_file = run("preview.json", preview=digest(REPLACED))
    assert from_file.exit_code == 0, from_file.output
    assert "1 tuning job runs again" in from_file.stdout
    for text in (digest(REPLACED), event_log(REPLACED)):
        assert run(stdin=text).stdout == from_file.stdout


def test_the_comment_is_written_to_a_file_and_nothing_to_the_screen(run, tmp_path):
    done = run("preview.json", "-o", "comment.md", preview=digest(REPLACED))
    assert (done.exit_code, done.output) == (0, "")
    assert (tmp_path / "comment.md").read_text().startswith("<!-- sagemaker-tuning:pr-comment shop/dev -->\n")


def test_a_marker_of_ones_own_names_the_comment(run):
    shown = run("--marker", "acme/prod", stdin="").stdout
    assert shown.startswith(
        "<!-- sagemaker-tuning:pr-comment acme/prod -->\n\n### SageMaker tuning jobs of `acme/prod`\n"
    )
    assert run(stdin="").stdout.startswith("<!-- sagemaker-tuning:pr-comment unknown stack -->")


@pytest.mark.parametrize("kinds", [["replace"], ["cost,replace"], ["reject, replace"], ["cost", "replace"]])
def test_fail_on_exits_2_after_the_comment_is_written(run, tmp_path, kinds):
    options = [part for kind in kinds for part in ("--fail-on", kind)]
    failed = run("preview.json", "-o", "comment.md", *options, preview=digest(REPLACED))
    assert failed.exit_code == 2
    assert failed.stderr == "--fail-on: churn would run again (replace)\n"
    assert "churn would run again (replace)" in (tmp_path / "comment.md").read_text()


def test_what_passes_exits_0(run):
    assert run("--fail-on", "cost,reject", "--max-cost-usd", "23", stdin=digest(REPLACED)).exit_code == 0


def test_a_ceiling_for_all_implies_cost(run):
    failed = run("--max-cost-usd", "22.99", stdin=digest(REPLACED))
    assert failed.exit_code == 2
    assert "all runs together can cost $23.00, more than the $22.99 allowed here (cost)" in failed.stderr


def test_a_preview_that_failed_is_told_and_is_no_error_by_itself(run):
    shown = run(stdin=digest(said=[REFUSED]))
    assert (shown.exit_code, "The preview failed with 1 error" in shown.stdout) == (0, True)


def test_an_exit_code_tells_of_a_failure_that_the_document_does_not(run, tmp_path):
    (tmp_path / "preview.err").write_text("error: preview failed: 1 policy violation\n")
    shown = run("--preview-exit-code", "255", "--preview-errors", "preview.err", stdin=digest(REPLACED))
    assert "**The preview failed; as far as it came, 1 tuning job runs again**" in shown.stdout
    assert "1 policy violation" in shown.stdout


def test_a_region_of_the_environment_is_that_of_the_preview(run, monkeypatch):
    created = digest(step("create", new=job()), config={})
    monkeypatch.delenv("AWS_REGION", raising=False)
    assert "what 1 job can cost is not known" in run(stdin=created).stdout
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    assert "$11.50" in run(stdin=created).stdout


def test_prices_of_ones_own_are_used(run, tmp_path):
    (tmp_path / "prices.json").write_text('{"regions": {"us-east-1": {"ml.m5.xlarge": 1}}}')
    assert "$100.00 (+$50.00)" in run("--prices", "prices.json", stdin=digest(REPLACED)).stdout


ERRORS = {
    "no such file": (["nowhere.json"], "", "nowhere.json: cannot be read: No such file or directory"),
    "no preview": ([], "{}", "-: is no preview"),
    "no kind": (["--fail-on", "replace,never"], "", "'never' is none of replace, cost, reject"),
    "no such folder": (["-o", "nowhere/comment.md"], digest(), "nowhere/comment.md: cannot be written"),
    "no marker": (["--marker", "<b>"], digest(), "marker: '<b>' cannot tell a comment from others"),
    "no prices": (["--prices", "nowhere.yaml"], digest(), "prices: 'nowhere.yaml' cannot be read"),
    "no errors": (["--preview-errors", "nowhere"], digest(), "nowhere: cannot be read"),
    "less than nothing": (["--max-cost-usd", "-1"], digest(), "max-cost-usd"),
}


@pytest.mark.parametrize(("arguments", "stdin", "message"), ERRORS.values(), ids=ERRORS)
def test_a_mistake_is_told_and_exits_1(run, arguments, stdin, message):
    failed = run(*arguments, stdin=stdin)
    assert failed.exit_code == 1
    assert message in re_spaced(failed.stderr)
    assert "Traceback" not in failed.output


def re_spaced(text: str) -> str:
    """The text without the box that typer draws around a wrong option."""
    return " ".join(text.replace("│", " ").split())
