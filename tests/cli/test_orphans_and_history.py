"""`orphans` and `history` as commands: what they print, and their exit codes."""

from __future__ import annotations

import json

import pytest
from exported_stacks import deployed, export
from fakes.jobs import declared, request
from sagemaker_tuning import lifecycle
from sagemaker_tuning.cli import app
from sagemaker_tuning.lifecycle.ownership import OWNER_TAG, RELEASED_TAG
from typer.testing import CliRunner

EMPTY = json.dumps({"version": 3, "deployment": {"manifest": {}}})


def run(*arguments, state):
    return CliRunner().invoke(app, [*map(str, arguments), "--stack-export", "-"], input=state)


def lose(aws, name="lost", **tags):
    aws.create(request(name, tags={OWNER_TAG: "ml/prod/churn", **tags}))


class TestOrphans:
    def test_an_orphan_is_told_with_the_ways_out(self, aws):
        lose(aws)
        result = run("orphans", state=export())
        assert result.exit_code == 2
        where = "--hyper-parameter-tuning-job-name lost --region eu-west-1"
        assert result.stdout.splitlines() == [
            "lost: InProgress, created 2026-01-01 00:00 UTC, owner ml/prod/churn",
            "  churn is not in the state; an up takes the job back if the program still declares it so",
            "  to adopt it:",
            "    sagemaker-tuning adopt lost --region eu-west-1",
            "  to delete it:",
            f"    aws sagemaker stop-hyper-parameter-tuning-job {where}",
            f"    aws sagemaker delete-hyper-parameter-tuning-job {where}",
            "",
            "1 orphan of ml/prod among 1 tuning job in eu-west-1.",
        ]

    def test_what_was_let_go_of_is_listed_and_is_no_reason_to_act(self, aws):
        lose(aws, "kept", **{RELEASED_TAG: "true"})
        result = run("orphans", state=export())
        assert result.exit_code == 0
        assert "Let go of on purpose (on_delete stop or retain):\n  kept: InProgress" in result.stdout
        assert result.stdout.endswith(
            "No orphan of ml/prod among 1 tuning job in eu-west-1; 1 more that on_delete let go of.\n"
        )

    def test_json_has_everything(self, aws):
        lose(aws)
        result = run("orphans", "--json", state=export(deployed(aws)))
        (orphan,) = json.loads(result.stdout)
        assert (result.exit_code, orphan["job"], orphan["released"]) == (2, "lost", False)
        assert orphan["successor"].startswith("churn-")
        assert orphan["ways_out"].keys() == {"adopt", "delete"}

    def test_markdown_is_a_table(self, aws):
        lose(aws)
        lines = run("orphans", "--markdown", state=export()).stdout.splitlines()
        assert lines[:3] == ["### Orphans of ml/prod", "", "1 orphan of ml/prod among 1 tuning job in eu-west-1."]
        assert lines[-1].startswith("| `lost` | InProgress | 2026-01-01 00:00 UTC | `ml/prod/churn` | churn is not in")

    def test_of_an_empty_state_the_owner_has_to_be_told(self, aws):
        lose(aws)
        refused = run("orphans", state=EMPTY)
        assert refused.exit_code == 1
        assert "Say whose jobs to look for: --owner PROJECT/STACK." in refused.output
        assert run("orphans", "--owner", "ml/prod", state=EMPTY).exit_code == 2
        assert run("orphans", "--owner", "ml", state=EMPTY).exit_code == 1

    def test_older_jobs_can_be_left_out(self, aws):
        lose(aws)
        assert run("orphans", "--since", "2026-01-02", state=export()).exit_code == 0


class TestHistory:
    @pytest.fixture
    def state(self, aws):
        """A state whose job is the second generation."""
        first = deployed(aws)
        aws.finish(first["id"])
        aws.best(first["id"], 0.75)
        aws.add_tags(first["outputs"]["arn"], {RELEASED_TAG: "true"})
        return export(deployed(aws, spec=declared(strategy="Bayesian")))

    def test_generations_are_told_with_what_came_of_them(self, aws, state):
        result = run("history", "churn", state=state)
        assert result.exit_code == 0, result.output
        first, second = aws.names
        lines = result.stdout.splitlines()
        assert lines[0] == f"1  {first}  2026-01-01 00:00 UTC  Completed (let go of)"
        assert lines[1] == "   the first that is known"
        assert lines[2].startswith("   best validation:auc 0.75, 1 trial, ")
        assert lines[4] == f"2  {second}  2026-01-01 00:00 UTC  InProgress (in the state)"
        assert lines[5] == "   hyper_parameter_tuning_job_config.strategy: Random → Bayesian"
        assert lines[6].startswith("   no objective yet, 0 trials")
        assert "2 generations of ml/prod/churn." in lines
        assert lines[-1].startswith("SageMaker forgets a job whose record is deleted")

    def test_json_has_everything(self, aws, state):
        first, second = json.loads(run("history", "churn", "--json", state=state).stdout)
        assert (first["generation"], first["changes"], first["released"], first["best_value"]) == (1, None, True, 0.75)
        assert [change["path"] for change in second["changes"]] == ["hyper_parameter_tuning_job_config.strategy"]
        assert (second["in_state"], second["best_value"], second["cost_usd"]) == (True, None, None)

    def test_a_resource_that_the_state_no_longer_has_is_found_by_its_owner(self, aws, state):
        result = CliRunner().invoke(app, ["history", "ml/prod/churn"])
        assert "2 generations of ml/prod/churn." in result.stdout

    def test_a_resource_can_be_named_by_its_urn(self, aws, state):
        urn = json.loads(state)["deployment"]["resources"][-1]["urn"]
        assert "2 generations" in run("history", urn, state=state).stdout

    def test_a_name_that_is_none_or_not_the_only_one_is_an_error(self, aws, state):
        missing = run("history", "nope", state=state)
        assert missing.exit_code == 1
        assert "'nope' is no tuning job of the stack.\nThe stack's jobs are churn;" in missing.output
        twice = export(deployed(aws, "a"), deployed(aws, "a", types="acme:Team"))
        ambiguous = run("history", "a", state=twice)
        assert ambiguous.exit_code == 1
        assert "names 2 resources of the stack.\nGive one of the URNs: urn:pulumi:prod::ml::" in ambiguous.output

    def test_more_changes_than_fit_are_counted(self, aws):
        first = deployed(aws, spec=declared(tags={}))
        lifecycle.update_tags(first["outputs"]["arn"], {}, {RELEASED_TAG: "true"}, aws)
        state = export(deployed(aws, spec=declared(tags={f"key-{number}": "x" for number in range(9)})))
        assert "   and 3 more changes" in run("history", "churn", state=state).stdout.splitlines()
