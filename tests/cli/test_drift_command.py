"""`drift` as a command: what it prints, in which form, and its exit codes."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest
from exported_stacks import ciphertext, deployed, export
from sagemaker_tuning.cli import app
from typer.testing import CliRunner


@pytest.fixture
def run(tmp_path):
    def run(*arguments, resources=()):
        file = tmp_path / "stack.json"
        file.write_text(export(*resources))
        result = CliRunner().invoke(app, ["drift", "--stack-export", str(file), *map(str, arguments)])
        assert file.read_text() == export(*resources), "the export is only read"
        return result

    return run


def with_edited_tag(aws):
    resource = deployed(aws)
    aws.add_tags(resource["outputs"]["arn"], {"team": "a|b"})
    return resource


def test_without_drift_it_says_so_in_a_line(aws, run):
    result = run(resources=[deployed(aws)])
    assert (result.exit_code, result.stdout) == (0, "No drift: 1 tuning job of ml/prod, 1 still running.\n")


def test_a_stack_without_jobs_has_none(aws, run):
    result = run()
    assert (result.exit_code, result.stdout) == (0, "No drift: ml/prod has no tuning jobs.\n")


def test_a_job_that_drifted_is_told_with_what_an_up_would_do(aws, run):
    resource = with_edited_tag(aws)
    result = run(resources=[resource, deployed(aws, "other")])
    assert result.exit_code == 2
    assert result.stdout.splitlines() == [
        f"churn ({resource['id']}): still running, tags edited",
        "  0 training jobs completed so far",
        "  tags[team]: ml → a|b",
        "  pulumi up changes nothing",
        "  pulumi up --refresh updates the job in place: tags[team] can be edited in place: a|b → ml",
        "",
        "1 of 2 tuning jobs of ml/prod drifted: 1 tags edited, 2 still running.",
    ]


def test_an_ignored_kind_is_no_drift(aws, run):
    result = run("--ignore", "tags-edited", resources=[with_edited_tag(aws)])
    assert result.exit_code == 0
    assert result.stdout.startswith("No drift but what is ignored: 1 tuning job of ml/prod")


def test_json_has_everything(aws, run):
    result = run("--json", resources=[with_edited_tag(aws)])
    document = json.loads(result.stdout)
    assert (result.exit_code, document["stack"], document["drifted"]) == (2, "prod", 1)
    (job,) = document["jobs"]
    assert job.keys() == {
        "name", "urn", "job", "region", "status", "drifted", "kinds", "findings", "up", "up_after_refresh",
        "not_compared",
    }  # fmt: skip
    assert job["kinds"] == ["still-running", "tags-edited"]
    assert job["up_after_refresh"]["action"] == "update"


def test_markdown_is_a_table_whose_cells_hold_any_text(aws, run):
    resource = with_edited_tag(aws)
    lines = run("--markdown", resources=[resource]).stdout.splitlines()
    assert lines[:3] == ["### Drift of ml/prod", "", "**1 of 1 tuning jobs drifted.**"]
    row = lines[-1]
    assert row.startswith(f"| `churn` | `{resource['id']}` | **still running**: ")
    assert "tags&#91;team&#93;: ml → a&#124;b" in row
    assert "None of 1 tuning jobs drifted." in run("--markdown", resources=[deployed(aws, "calm")]).stdout
    assert "There are no tuning jobs." in run("--markdown").stdout


def test_markdown_mentions_and_links_nobody(aws, run):
    resource = deployed(aws)
    aws.add_tags(resource["outputs"]["arn"], {"team": "@octocat #42 [x](https://example.com)"})
    output = run("--markdown", resources=[resource]).stdout
    assert "octocat" in output
    assert all(text not in output for text in ("@octocat", "#42", "[x]", "https://"))


def test_junit_has_a_case_for_each_job(aws, run, tmp_path):
    report = tmp_path / "drift.xml"
    assert run("--junit", report, resources=[with_edited_tag(aws), deployed(aws, "other")]).exit_code == 2
    suites = ElementTree.parse(report).getroot()
    (suite,) = suites
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("drift of ml/prod", "2", "1")
    churn, other = suite
    assert (churn.get("classname"), churn.get("name"), len(other)) == ("ml/prod", "churn", 0)
    assert "tags[team]: ml → a|b" in churn[0].text


def test_a_junit_report_that_cannot_be_written_is_an_error(aws, run, tmp_path):
    result = run("--junit", tmp_path / "missing" / "drift.xml", resources=[deployed(aws)])
    assert result.exit_code == 1
    assert "drift.xml: cannot be written" in result.output


def test_hidden_secrets_are_told_of_on_standard_error(aws, run):
    resource = deployed(aws)
    for properties in (resource["inputs"], resource["outputs"]):
        properties["trainingJobDefinition"]["staticHyperParameters"] = {"num_round": ciphertext()}
    result = run(resources=[resource])
    assert result.exit_code == 0
    assert "were not compared: churn (1); export with --show-secrets" in result.stderr


def test_when_no_job_is_found_the_account_is_called_in_question(aws, run):
    resource = deployed(aws)
    aws.vanish(resource["id"])
    result = run(resources=[resource])
    assert "no job of the state was found in account 111122223333, eu-west-1" in result.stderr


WRONG = {
    "two forms at once": (["--json", "--markdown"], "give either --json or --markdown"),
    "a stack beside a file": (["--stack", "prod"], "give either --stack-export or --stack"),
    "no such kind": (["--ignore", "boredom"], "boredom"),
}


@pytest.mark.parametrize(("arguments", "message"), WRONG.values(), ids=WRONG)
def test_wrong_options_are_errors_not_drift(aws, run, arguments, message):
    result = run(*arguments)
    assert result.exit_code == 1
    assert message in result.output


def test_without_a_file_pulumi_is_asked(aws, tmp_path, monkeypatch):
    pulumi = tmp_path / "pulumi"
    pulumi.write_text(
        f'#!/bin/sh\nwhich cat >/dev/null; echo "$PWD $*" >&2\ncat <<"END"\n{export(deployed(aws))}\nEND\n'
    )
    pulumi.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    result = CliRunner().invoke(app, ["drift", "--stack", "prod", "--cwd", str(tmp_path)])
    assert result.exit_code == 0, result.output
    pulumi.write_text('#!/bin/sh\necho "error: no stack named $4 found" >&2\nexit 255\n')
    failed = CliRunner().invoke(app, ["drift", "--stack", "prod", "--cwd", str(tmp_path)])
    assert failed.exit_code == 1
    assert failed.output.startswith("error: pulumi stack export --stack prod: no stack named prod found.\n")


def test_without_pulumi_the_way_out_is_named(aws, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    result = CliRunner().invoke(app, ["drift", "--cwd", str(tmp_path)])
    assert result.exit_code == 1
    assert "pulumi: is not on PATH.\nGive an exported stack with --stack-export FILE" in result.output
