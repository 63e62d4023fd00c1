"""The commands, as a shell sees them: output, errors, exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version
from typing import Any

import pytest
import yaml
from fakes.jobs import request
from fakes.memory_gateway import MemoryGateway
from sagemaker_tuning import gateway
from sagemaker_tuning.cli import app
from sagemaker_tuning.spec import TuningJobSpec
from typer.testing import CliRunner

STRATEGY = "hyper_parameter_tuning_job_config.strategy"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs the command in a folder of its own, with text on standard input."""
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    return lambda *arguments, stdin=None: runner.invoke(app, list(arguments), input=stdin)


@pytest.fixture
def files(tmp_path):
    """Writes documents as JSON; the result is the file's name in the folder of the run."""

    def write(name: str, document: Any) -> str:
        (tmp_path / name).write_text(document if isinstance(document, str) else json.dumps(document))
        return name

    return write


@pytest.fixture
def service(monkeypatch) -> MemoryGateway:
    """A SageMaker in memory, in place of the live commands' gateway; it has one job, `churn`."""
    memory = MemoryGateway()
    memory.create(request("churn"))
    monkeypatch.setattr(gateway, "gateway_for", lambda _settings: memory)
    return memory


def echo(**edits: Any) -> dict[str, Any]:
    """A description of the job that says what was sent, edited at the top of its configuration."""
    described = {name: value for name, value in request("churn").items() if name != "Tags"}
    described["HyperParameterTuningJobConfig"] = described["HyperParameterTuningJobConfig"] | edits
    return described | {"HyperParameterTuningJobStatus": "InProgress", "CreationTime": "2026-11-01T12:00:00Z"}


TAGS = {"Tags": [{"Key": "team", "Value": "ml"}]}


def wrong() -> dict[str, Any]:
    document = request("churn")
    document["HyperParameterTuningJobConfig"]["Strategy"] = "Bayes"
    document["TrainingJobDefinition"]["RoleArn"] = "nobody"
    return document


class TestValidate:
    @pytest.mark.parametrize("form", ["native", "api", "ack"])
    def test_a_valid_spec_is_named_with_its_form(self, run, files, form):
        spec = TuningJobSpec.from_api(request("churn"))
        result = run("validate", files("spec.json", getattr(spec, f"to_{form}")()))
        assert (result.exit_code, result.stdout) == (0, f"Valid ({form} form).\n")

    def test_every_problem_is_shown_with_path_value_and_mend(self, run, files):
        result = run("validate", files("spec.json", wrong()))
        assert result.exit_code == 1
        assert f"{STRATEGY}: 'Bayes'" in result.stderr
        assert "training_job_definition.role_arn: 'nobody'" in result.stderr
        assert "2 problems found." in result.stderr

    def test_problems_as_json(self, run, files):
        result = run("validate", files("spec.json", wrong()), "--json")
        document = json.loads(result.stdout)
        assert (result.exit_code, document["valid"], document["warnings"]) == (1, False, [])
        assert {problem["path"] for problem in document["problems"]} == {STRATEGY, "training_job_definition.role_arn"}
        assert all(set(problem) == {"path", "given", "message", "fix"} for problem in document["problems"])

    def test_a_valid_spec_as_json(self, run):
        result = run("validate", "-", "--json", stdin=json.dumps(request("churn")))
        assert json.loads(result.stdout) == {"valid": True, "form": "api", "problems": [], "warnings": []}

    def test_a_warning_does_not_make_a_spec_wrong(self, run, files):
        document = request("churn")
        document["TrainingJobDefinition"]["ResourceConfig"]["InstanceType"] = "ml.z99.large"
        result = run("validate", files("spec.json", document))
        assert result.exit_code == 0
        assert "warning: training_job_definition.resource_config.instance_type: 'ml.z99.large'" in result.stderr


class TestPlan:
    @pytest.fixture
    def spec(self, files):
        return files("spec.json", request("churn"))

    def test_no_difference_is_nothing_to_change(self, run, files, spec):
        result = run("plan", spec, "--describe", files("d.json", echo()), "--tags", files("t.json", TAGS))
        assert (result.exit_code, result.output) == (0, "Nothing to change.\n")

    def test_json_is_the_documented_object(self, run, files, spec):
        result = run("plan", spec, "--describe", files("d.json", echo(Strategy="Bayesian")), "--json")
        assert result.exit_code == 0
        assert json.loads(result.stdout) == {
            "action": "replace",
            "changes": [
                {
                    "path": STRATEGY,
                    "before": "Bayesian",
                    "after": "Random",
                    "action": "replace",
                    "reason": "strategy is immutable: Bayesian → Random",
                }
            ],
        }

    def test_a_change_is_shown_with_path_and_reason(self, run, files, spec):
        result = run("plan", spec, "--describe", files("d.json", echo(Strategy="Bayesian")))
        assert f"+- {STRATEGY}\n     strategy is immutable: Bayesian → Random\n" in result.stdout
        *_, summary, arithmetic, fate, record = result.stdout.splitlines()
        assert summary == "The job would be replaced: 4 trials run again, 0.67 instance-hours at most."
        assert arithmetic.startswith("  4 trials × 1 × ml.m5.large × 600 s = 0.67 instance-hours; cost unknown, as")
        assert fate.startswith("  first churn is stopped if it still runs, and is deleted, as the new job takes its")
        assert record.startswith("  with it go its record and the ranking of its trials; training jobs, models")

    def test_tags_are_compared_when_given(self, run, files, spec):
        tags = files("t.json", [{"Key": "team", "Value": "risk"}])
        result = run("plan", spec, "--describe", files("d.json", echo()), "--tags", tags, "--json")
        plan = json.loads(result.stdout)
        assert (plan["action"], [change["path"] for change in plan["changes"]]) == ("update", ["tags[team]"])

    def test_tags_that_are_not_given_are_noted(self, run, files, spec):
        result = run("plan", spec, "--describe", files("d.json", echo()))
        assert "tags are not compared" in result.stdout
        assert result.stdout.endswith("Nothing to change.\n")

    @pytest.mark.parametrize(("edits", "code"), [({}, 0), ({"Strategy": "Bayesian"}, 2)])
    def test_the_exit_code_tells_whether_anything_would_change(self, run, files, spec, edits, code):
        arguments = ["plan", spec, "--describe", files("d.json", echo(**edits))]
        assert run(*arguments, "--exit-code").exit_code == code
        assert run(*arguments).exit_code == 0

    def test_documents_come_from_standard_input(self, run, files, spec):
        described = files("d.json", echo())
        assert run("plan", "-", "--describe", described, stdin=json.dumps(request("churn"))).exit_code == 0
        assert run("plan", spec, "--describe", "-", stdin=json.dumps(echo())).exit_code == 0

    def test_a_live_job_is_asked_with_its_tags(self, run, files, service):
        result = run("plan", files("spec.json", request("churn", tags={"team": "risk"})), "--job", "churn", "--json")
        assert [change["path"] for change in json.loads(result.stdout)["changes"]] == ["tags[team]"]
        assert service.calls == ["Create", "Describe", "ListTags"]

    @pytest.mark.parametrize(
        "arguments",
        [
            ["--exit-code"],
            ["--describe", "d.json", "--job", "churn"],
            ["--tags", "t.json"],
            ["--describe", "d.json", "--unheard-of"],
            ["--describe", "missing.json"],
            ["--describe", "text.json"],
            ["--describe", "list.json"],
            ["--describe", "other.json"],
            ["--describe", "d.json", "--tags", "other.json"],
            ["--describe", "d.json", "--tags", "keys.json"],
        ],
        ids=" ".join,
    )
    def test_a_mistake_is_one_message_and_never_taken_for_changes(self, run, files, spec, arguments):
        files("d.json", echo())
        files("t.json", TAGS)
        files("text.json", "not json")
        files("list.json", [])
        files("other.json", {"StackName": "x"})
        files("keys.json", {"Tags": [{"Key": 1, "Value": "x"}]})
        result = run("plan", spec, *arguments)
        assert result.exit_code == 1
        assert result.stderr
        assert "Traceback" not in result.output
        assert isinstance(result.exception, SystemExit)

    def test_two_documents_cannot_share_standard_input(self, run):
        result = run("plan", "-", "--describe", "-", stdin=json.dumps(request("churn")))
        assert result.exit_code == 1
        assert "only one of" in result.stderr


class TestConvert:
    SPEC = TuningJobSpec.from_api(request("churn"))

    @pytest.mark.parametrize(
        ("form", "read"),
        [("native", yaml.safe_load), ("api", json.loads), ("ack", yaml.safe_load)],
        ids=["native", "api", "ack"],
    )
    def test_a_form_is_written_without_loss(self, run, files, form, read):
        result = run("convert", files("spec.json", request("churn")), "--to", form)
        assert result.exit_code == 0
        assert read(result.stdout) == getattr(self.SPEC, f"to_{form}")()
        assert json.loads(run("convert", "-", "--to", "api", stdin=result.stdout).stdout) == request("churn")

    def test_a_form_that_cannot_hold_the_job_says_why(self, run):
        document = request("churn")
        document["HyperParameterTuningJobConfig"]["RandomSeed"] = 7
        result = run("convert", "-", "--to", "ack", stdin=json.dumps(document))
        assert result.exit_code == 1
        assert "random_seed" in result.stderr

    def test_an_unknown_form_is_refused(self, run):
        result = run("convert", "-", "--to", "terraform", stdin="{}")
        assert result.exit_code == 1
        assert "'terraform' is not one of" in result.stderr


class TestShow:
    def test_status_counters_and_best_training_job(self, run, service):
        service.train("churn", completed=3, running=1)
        result = run("show", "churn")
        assert result.exit_code == 0
        lines = dict(
            line.split(maxsplit=1) for line in result.stdout.splitlines() if line.startswith(("name", "status"))
        )
        assert lines == {"name": "churn", "status": "InProgress"}
        assert "3 completed, 1 in progress (of at most 4)" in result.stdout

    def test_the_best_training_job_with_its_hyperparameters(self, run, service):
        best = service.best("churn", 0.91)
        lines = [line.split() for line in run("show", "churn").stdout.splitlines()]
        assert lines[-3:] == [["best", "training", "job", best], ["validation:auc", "0.91"], ["eta", "0.25"]]
        document = json.loads(run("show", "churn", "--json").stdout)
        assert document["best_training_job"]["tuned_hyper_parameters"] == {"eta": "0.25"}

    def test_a_parents_better_training_job_is_told(self, run, service):
        service.best("churn", 0.91)
        service.create(request("older"))
        better = service.best("older", 0.95)
        service.overall_best("churn", {**service.describe("older")["BestTrainingJob"], "TuningJobName": "older"})
        assert run("show", "churn").stdout.splitlines()[-1] == f"overall best       {better} of older, 0.95"

    def test_json_has_the_counters_and_the_users_tags(self, run, service):
        service.finish("churn", "Failed", "No training job succeeded after 5 attempts.")
        document = json.loads(run("show", "churn", "--json").stdout)
        assert (document["name"], document["status"], document["tags"]) == ("churn", "Failed", {"team": "ml"})
        assert document["failure_reason"] == "No training job succeeded after 5 attempts."
        assert "own_tags" not in document

    def test_failures_are_shown_with_cause_log_and_mend(self, run, service):
        for _ in range(3):
            trial = service.add_trial("churn", FailureReason="AlgorithmError: ValueError: no, exit code: 1")
            service.log("/aws/sagemaker/TrainingJobs", f"{trial}/algo-1-1", "epoch 1", "ValueError: no")
        service.finish("churn", "Failed", "No training job succeeded after 3 attempts.")
        lines = run("show", "churn").stdout.splitlines()
        digest = lines[lines.index("3 of 3 trials gave no result:") :]
        assert digest[1] == "  3 × script_error: The training script failed: ValueError: no"
        assert digest[-2:] == ["      | epoch 1", "      | ValueError: no"]
        failures = json.loads(run("show", "churn", "--json").stdout)["failures"]
        assert [(group["cause"]["id"], group["count"]) for group in failures["groups"]] == [("script_error", 3)]

    def test_nothing_is_asked_twice_and_tags_only_where_they_are_printed(self, run, service):
        service.add_trials("churn", 2)
        service.finish("churn")
        service.calls.clear()
        run("show", "churn")
        assert service.calls == ["Describe", "ListTrialPage"]
        run("show", "churn", "--json")
        assert service.calls[2:] == ["Describe", "ListTrialPage", "ListTags"]

    def test_the_best_of_several_definitions_is_named_with_its_own(self, run, service):
        trial = service.add_trial("churn", "Completed", TrainingJobDefinitionName="trees")
        service.make_best("churn", trial)
        assert f"best training job  {trial} of trees" in run("show", "churn").stdout

    def test_a_job_without_failures_asks_for_no_log(self, run, service):
        service.add_trials("churn", 2)
        service.finish("churn")
        service.calls.clear()
        assert run("show", "churn").exit_code == 0
        assert "LogStreams" not in service.calls
        assert json.loads(run("show", "churn", "--json").stdout)["failures"] is None

    def test_the_bill_and_the_console_are_there(self, run, service):
        resources = {"InstanceType": "ml.m5.large", "InstanceCount": 2}
        service.add_trials("churn", 2, ResourceConfig=resources, BillableTimeInSeconds=1800)
        lines = dict(line.split("  ", 1) for line in run("show", "churn", "--billing").stdout.splitlines())
        assert lines["billed"].strip().startswith("2 instance-hours")
        assert lines["console"].strip().endswith("#/hyper-tuning-jobs/churn")
        assert json.loads(run("show", "churn", "--billing", "--json").stdout)["billable_instance_seconds"] == 7200

    def test_a_job_that_does_not_exist_is_one_message(self, run, service):
        result = run("show", "nobody")
        assert result.exit_code == 1
        assert result.stderr.startswith("error: ")
        assert isinstance(result.exception, SystemExit)


def test_the_version_is_the_distributions(run):
    assert run("--version").stdout == f"sagemaker-tuning {version('pulumi-sagemaker-tuning')}\n"


@pytest.mark.parametrize("command", ["validate", "plan", "convert", "show", "trials", "logs", "watch", "compare"])
def test_every_command_has_help(run, command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"sagemaker-tuning {command}" in result.stdout or f" {command} " in result.stdout


def test_the_module_is_the_command(tmp_path):
    (tmp_path / "spec.json").write_text(json.dumps(wrong()))
    command = [sys.executable, "-m", "sagemaker_tuning", "validate", "spec.json"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (1, "")
    assert STRATEGY in result.stderr
    assert "Traceback" not in result.stderr


def test_no_command_needs_pulumi_and_offline_commands_need_no_boto3(tmp_path):
    (tmp_path / "spec.json").write_text(json.dumps(request("churn")))
    (tmp_path / "d.json").write_text(json.dumps(echo()))
    script = (
        "import sys; from sagemaker_tuning.cli import app\n"
        "app(['plan', 'spec.json', '--describe', 'd.json'], standalone_mode=False)\n"
        "print([name for name in ('pulumi', 'boto3', 'botocore') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "[]"
