"""The workflow and the pipeline of examples/pull_request: what they may do, whom they run for, and what they call.

By hand they were also checked with actionlint and with the services' JSON schemas; what they call is run in
test_previews_of_stacks.py.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
import yaml
from pipelines import EXAMPLE


@pytest.fixture(scope="module")
def workflow() -> dict[Any, Any]:
    document: dict[Any, Any] = yaml.safe_load((EXAMPLE / ".github/workflows/tuning-preview.yml").read_text())
    return document


@pytest.fixture(scope="module")
def pipeline() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((EXAMPLE / ".gitlab-ci.yml").read_text())
    return document


def test_the_workflow_runs_for_pull_requests_of_the_repository_itself_and_never_with_secrets_for_others(workflow):
    assert list(workflow[True]) == ["pull_request"], "YAML takes `on` for true"
    (job,) = workflow["jobs"].values()
    assert job["if"] == "github.event.pull_request.head.repo.full_name == github.repository"


def test_the_workflow_may_read_the_code_and_write_the_comment_and_no_more(workflow):
    assert workflow["permissions"] == {}
    (job,) = workflow["jobs"].values()
    assert job["permissions"] == {"contents": "read", "pull-requests": "write", "id-token": "write"}
    checkout = next(step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout"))
    assert checkout["with"] == {"persist-credentials": False}


def test_the_workflow_takes_nothing_from_the_pull_request_into_a_shell(workflow):
    (job,) = workflow["jobs"].values()
    assert not [step for step in job["steps"] if "${{" in step.get("run", "")]


def test_the_workflow_installs_the_cli_by_its_action_and_previews_by_the_script(workflow):
    (job,) = workflow["jobs"].values()
    action = next(step for step in job["steps"] if step.get("uses", "").startswith("pulumi/actions"))
    assert "command" not in action.get("with", {}), "its own preview has no JSON"
    assert job["steps"][-1]["run"].split()[:2] == ["../ci/preview.sh", '"$STACK"']
    assert job["strategy"]["fail-fast"] is False, "each stack has its comment, whatever becomes of the others"


def test_the_gitlab_job_runs_for_merge_requests_and_calls_the_same_script(pipeline):
    (job,) = pipeline.values()
    assert [rule["if"] for rule in job["rules"]] == ['$CI_PIPELINE_SOURCE == "merge_request_event"']
    assert job["script"][-1].split()[:2] == ["../ci/preview.sh", '"$STACK"']
    assert job["parallel"]["matrix"] == [{"STACK": ["dev", "prod"]}]


def test_the_script_can_be_run():
    assert os.access(EXAMPLE / "ci" / "preview.sh", os.X_OK)
