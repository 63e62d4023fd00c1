"""Previews of real stacks as comments, on the local engine and on the Pulumi CLI; and the pipeline of the example."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from comment_services import Service, serving
from pipelines import EXAMPLE, PIPELINES, variables_of
from rendered import Rendered, render
from sagemaker_sandbox.testing import LOCAL, PulumiStack, ServedSandbox, available_engines
from sagemaker_tuning.cli import app
from sagemaker_tuning.pull_requests.comment import LONGEST
from typer.testing import CliRunner

pytestmark = pytest.mark.e2e

SHOP = Path(__file__).parent / "programs" / "shop"
IGNORE, REJECT = {"on_change": "ignore"}, {"on_change": "reject"}
FIRST: dict[str, Any] = {
    "churn": {"secret": True},
    "fraud": {"tags": {"team": "ml"}},
    "kept": {"options": IGNORE},
    "old": {},
    "spam": {},
    "stock": {"thing": "t"},
}
SECOND: dict[str, Any] = {
    "churn": {"secret": True, "trials": 50, "most": 2},
    "fraud": {"tags": {"team": "risk"}},
    "kept": {"trials": 9, "options": IGNORE},
    "new": {"trials": 10, "instance_type": "ml.m5.xlarge"},
    "spam": {},
    "stock": {"thing": "t"},
}


@pytest.fixture(params=available_engines())
def pulumi_engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def stack(
    pulumi_stack: Callable[..., PulumiStack], sagemaker_sandbox: ServedSandbox, request: pytest.FixtureRequest
) -> PulumiStack:
    """The shop's stack, with the jobs of FIRST declared and nothing made."""
    iam, s3 = sagemaker_sandbox.client("iam"), sagemaker_sandbox.client("s3")
    name = f"t{abs(hash(request.node.nodeid))}"
    trust = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy)["Role"]
    s3.create_bucket(Bucket="data")
    config = {"roleArn": role["Arn"], "jobs": FIRST, "things": {"t": 1}, "wait": "true", "aws:region": "us-east-1"}
    return pulumi_stack(SHOP, stack=name, config=config, secrets={"token": "hunter2"})


def previewed(stack: PulumiStack) -> tuple[str, str]:
    """The document and the event log of a preview."""
    log = stack.home / "preview.jsonl"
    shown = stack.run("preview", "--json", "--show-sames", "--stack", stack.name, "--event-log", str(log))
    return shown.stdout, log.read_text(encoding="utf-8")


def commented(preview: str, *arguments: str, exit_code: int = 0) -> tuple[str, Rendered]:
    """The comment about a preview, as Markdown and as it is read."""
    done = CliRunner().invoke(app, ["pr-comment", *arguments], input=preview)
    assert done.exit_code == exit_code, done.output
    return done.stdout, render(done.stdout)


def test_each_kind_of_change_is_told_for_what_it_is(stack):
    made = stack.up()
    assert made.ok, made
    document, _ = previewed(stack)
    assert "**6 tuning jobs are unchanged**" in commented(document)[0]

    stack.configure(jobs=SECOND, things={"t": 2, "u": 1}, warning="mind @acme/everyone")
    for preview in previewed(stack):
        text, shown = commented(preview)
        assert (
            "**2 tuning jobs run again, 1 is deleted, 1 is new, 1 is updated in place, 1 has changes that are left "
            "alone, 1 is unchanged; at most 62 instance-hours, $8.28 (+$7.82)**" in text
        )
        assert [row[:3] for row in shown.tables[0][1:]] == [
            ["churn", "🔁 runs again", "max_number_of_training_jobs is immutable: 2 → 50 (and 1 more)"],
            ["stock", "🔁 runs again", "static_hyper_parameters[note] is immutable: not known until up; may change"],
            ["old", "🗑️ is deleted", "no longer in the program"],
            ["new", "✨ is new", ""],
            ["fraud", "✏️ is updated in place", "tags[team] can be edited in place: ml → risk"],
            ["kept", "💤 is left alone", "max_number_of_training_jobs is immutable: 2 → 9"],
        ]
        assert shown.tables[0][1][3:] == ["50", "50", "$5.75 (+$5.52)"]
        assert "continuous_parameter_ranges[rate].max_value: 1 → 2" in shown.folds["churn runs again: 2 changes"]
        assert "once the new job is accepted, churn-" in shown.folds["churn runs again: 2 changes"]
        assert "static_hyper_parameters[note]: made of 1 → known after up" in shown.folds["stock runs again: 1 change"]
        assert "Other resources: 1 to create, 1 to update." in shown.text
        assert "mind @\u2060acme/everyone" in shown.text
        assert "up waits in all-done" in shown.text
        assert shown.folds["What was printed during the preview"].strip() == "printed by the program"
        assert "hunter2" not in text


@pytest.mark.slow
def test_a_changed_secret_is_named_and_not_told(stack):
    assert stack.up().ok
    stack.configure(secrets={"token": "hunter3"})
    for preview in previewed(stack):
        text, shown = commented(preview, "--fail-on", "replace", exit_code=2)
        fold = shown.folds["churn runs again: 1 change"]
        assert "training_job_definition.environment[TOKEN]: [secret] → [secret]\na secret value changes" in fold
        assert "hunter" not in preview + text


REFUSALS = {
    "check": (
        {"strategy": "Bayes"},
        "hyper_parameter_tuning_job_config.strategy: 'Bayes' is not one of Bayesian, Random, Hyperband, Grid.",
        "churn is refused (reject)",
    ),
    "ceiling": (
        {"trials": 500, "options": {"max_cost_usd": 10}},
        "max_cost_usd: 10 is less than the $57.50 that this job can cost",
        "churn: max_cost_usd: 10 is less than the $57.50 that this job can cost",
    ),
    "policy": ({"trials": 5, "options": REJECT}, "would be replaced (on_change='reject')", "churn is refused (reject)"),
}


@pytest.mark.slow
def test_a_refused_job_makes_the_preview_fail_with_the_reason_first(stack):
    stack.configure(jobs={**FIRST, "churn": {"options": REJECT}})
    assert stack.up().ok
    for row, reason, objection in REFUSALS.values():
        stack.configure(jobs={**FIRST, "churn": row})
        for preview in previewed(stack):
            text, shown = commented(preview, "--fail-on", "cost,reject", exit_code=2)
            assert "**The preview failed with 1 error; as far as it came, 1 tuning job is refused" in text
            assert reason in shown.text
            assert objection in shown.text
            assert shown.tables[0][1][:2] == ["churn", "⛔ is refused"]


def test_three_hundred_jobs_of_an_engine_fit_into_one_comment(pulumi_stack, tmp_path):
    rows = {f"store-{number:03}": {"trials": 10, "tags": {"store": str(number)}} for number in range(300)}
    config = {"roleArn": "arn:aws:iam::123456789012:role/training", "jobs": rows, "aws:region": "us-east-1"}
    document, _ = previewed(pulumi_stack(SHOP, config=config))
    text, shown = commented(document)
    assert len(text.encode()) < LONGEST
    assert "**300 tuning jobs are new; at most 3,000 instance-hours, $345.00**" in text
    assert len(shown.tables[0]) == 301


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as running:
        yield running


@pytest.mark.parametrize(
    "pipeline", [pytest.param(name, marks=[pytest.mark.slow] * (name == "gitlab")) for name in PIPELINES]
)
def test_the_pipeline_of_the_example_keeps_one_comment_and_fails_when_it_should(stack, service, tmp_path, pipeline):
    variables = {**stack.full_environment(), **variables_of(pipeline, service, tmp_path)}
    if stack.engine == LOCAL:
        (tmp_path / "pulumi").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m sagemaker_sandbox.engine "$@"\n')
        (tmp_path / "pulumi").chmod(0o755)
        variables["PATH"] = os.pathsep.join([str(tmp_path), variables["PATH"]])

    def run(*options: str) -> subprocess.CompletedProcess[str]:
        command = [str(EXAMPLE / "ci" / "preview.sh"), stack.name, *options]
        return subprocess.run(command, cwd=stack.program, env=variables, capture_output=True, text=True, check=False)

    first = run("--fail-on", "cost", "--max-cost-usd", "200")
    assert first.returncode == 0, first
    assert "comment created" in first.stdout
    dear = run("--fail-on", "cost", "--max-cost-usd", "1")
    assert (dear.returncode, "comment 1000 updated" in dear.stdout) == (2, True), dear
    stack.configure(jobs={"churn": {"strategy": "Bayes"}})
    failed = run()
    assert failed.returncode not in (0, 2), failed
    assert "comment 1000 updated" in failed.stdout
    assert [comment["body"].splitlines()[0] for comment in service.comments] == [
        f"<!-- sagemaker-tuning:pr-comment {stack.name} -->"
    ]
    assert "**The preview failed with 1 error" in service.comments[0]["body"]
    variables["PULUMI_CONFIG_PASSPHRASE"] = "wrong"
    locked = run()
    assert locked.returncode not in (0, 2), locked
    assert "incorrect passphrase" in service.comments[0]["body"]
    assert len(service.comments) == 1
