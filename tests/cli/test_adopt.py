"""`adopt`: the program declares the job that exists, and says nothing that others may not read."""

from __future__ import annotations

import copy
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from adopted_programs import config_of, declared_by
from botocore.model import ListShape, MapShape, StructureShape
from existing_jobs import EXISTING
from fakes.jobs import request as job_request
from fakes.memory_gateway import MemoryGateway
from hypothesis import HealthCheck, Phase, assume, given, settings
from sagemaker_sandbox.endpoint.autotune import autotune_problems
from sagemaker_sandbox.endpoint.rewriting import tuning_job_document
from sagemaker_tuning.cli import app
from sagemaker_tuning.cli.adoption_program import ExistingJob, adoption_program
from sagemaker_tuning.planning import plan
from sagemaker_tuning.spec import TuningJobSpec
from strategies import READ_ONLY, request_shape, specs
from typer.testing import CliRunner

adopt_command = importlib.import_module("sagemaker_tuning.cli.adopt")  # the package's own `adopt` is the function

REGION, ACCOUNT = "us-east-1", "123456789012"


def described(request, name):
    """Describe's response for a request, with all that the service adds."""
    return {
        "HyperParameterTuningJobName": name,
        **tuning_job_document(request, region=REGION, account=ACCOUNT),
        "HyperParameterTuningJobArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:hyper-parameter-tuning-job/{name}",
        "HyperParameterTuningJobStatus": "Completed",
        "CreationTime": "2026-01-01T00:00:00Z",
    }


def adopted(*jobs):
    """What the written program declares, run with the config that the written commands set; and both texts."""
    program, commands = adoption_program([ExistingJob.of(describe, tags) for describe, tags in jobs], REGION)
    describes = {describe["HyperParameterTuningJobName"]: describe for describe, _ in jobs}
    config = config_of(commands, describes)
    assert config.pop("sagemaker-tuning:region") == REGION
    return declared_by(program, config), program, "\n".join(commands)


def assert_declares(arguments, describe, tags):
    assert arguments.pop("adopt_existing") is True
    spec = TuningJobSpec.from_native(arguments)
    decision = plan(spec, describe, tags=tags)
    assert (decision.action, decision.changes) == ("none", ())
    assert spec.hyper_parameter_tuning_job_name == describe["HyperParameterTuningJobName"]


@pytest.mark.parametrize("name", EXISTING)
def test_the_program_of_an_existing_job_declares_it(name):
    describe, tags = described(EXISTING[name], name), EXISTING[name].get("Tags", [])
    (declared,) = adopted((describe, tags))[0].items()
    assert declared[0] == name
    assert_declares(declared[1], describe, tags)


def test_one_program_declares_them_all():
    jobs = [(described(request, name), request.get("Tags", [])) for name, request in EXISTING.items()]
    declared, _, _ = adopted(*jobs)
    assert list(declared) == list(EXISTING)
    for describe, tags in jobs:
        assert_declares(declared[describe["HyperParameterTuningJobName"]], describe, tags)


def autotunes(request):
    """Whether the service can choose what the request leaves out; the ranges that it chooses are no grid."""
    is_grid = request["HyperParameterTuningJobConfig"]["Strategy"] == "Grid"
    return not is_grid and not list(autotune_problems(request))


# Shrinking a request takes minutes, and the request as it was drawn says enough.
@settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(specs())
def test_the_program_of_any_valid_job_declares_it(request):
    assume("Autotune" not in request or autotunes(request))
    name, tags = request["HyperParameterTuningJobName"], request.get("Tags", [])
    describe = described(request, name)
    ((_, arguments),) = adopted((describe, tags))[0].items()
    assert_declares(arguments, describe, tags)


# ------------------------------------------------------------------------------------------- what a program looks like


SDK_JOB = (described(EXISTING["made-by-the-sagemaker-sdk"], "churn"), [])


def test_what_the_service_added_and_what_is_the_default_is_left_out():
    for name in ("made-in-the-console", "made-by-boto3"):
        program = adopted((described(EXISTING[name], name), []))[1]
        for word in ("_tuning_objective_metric", "metric_definitions", "enable_", "compression_type", "kms_key_id"):
            assert word not in program
        for word in (
            "categorical_parameter_ranges",
            "record_wrapper_type",
            "input_mode",
            "training_job_early_stopping_type",
            "scaling_type",
        ):
            assert f'"{word}"' not in program
    assert '"max_runtime_in_seconds": 86400' in adopted((described(EXISTING["made-in-the-console"], "a"), []))[1], (
        "a stopping condition is required, and cannot be left empty"
    )


def test_a_list_that_comes_back_empty_was_never_sent():
    describe = described(EXISTING["several-definitions"], "a")
    for definition in describe["TrainingJobDefinitions"]:
        definition["InputDataConfig"] = []
    ((_, arguments),) = adopted((describe, []))[0].items()
    assert_declares(arguments, describe, [])


def test_what_belongs_to_the_account_is_config():
    jobs = [(described(EXISTING[name], name), []) for name in ("in-a-network", "encrypted", "placed", "from-a-hub")]
    _, program, commands = adopted(*jobs)
    for value in ("123456789012", "s3://data", "subnet-0a", "sg-0a", "alias/volumes", "us-0a1b"):
        assert value not in program
    assert 'f"s3://{bucket}/output/"' in program
    assert 'f"{image_registry}/trainer:1"' in program
    assert 'subnets: list[str] = config.require_object("subnets")' in program
    assert 'pulumi config set subnets \'["subnet-0b", "subnet-0a"]\'' in commands
    assert "pulumi config set volumeKmsKeyId alias/volumes" in commands


def test_buckets_are_called_after_what_is_in_them():
    request = copy.deepcopy(EXISTING["on-spot"])
    definition = request["TrainingJobDefinition"]
    definition["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"] = "s3://rows/a/"
    definition["CheckpointConfig"]["S3Uri"] = "s3://arn:aws:s3:us-east-1:123456789012:accesspoint/notes/b/"
    _, program, commands = adopted((described(request, "a"), []))
    assert {line.split("set ")[1] for line in commands.splitlines()} >= {
        "outputBucket data",
        "trainBucket rows",
        "checkpointBucket arn:aws:s3:us-east-1:123456789012:accesspoint/notes",
    }
    assert 'f"s3://{checkpoint_bucket}/b/"' in program


def test_a_secret_is_neither_in_the_program_nor_in_the_commands():
    _, program, commands = adopted(SDK_JOB)
    assert "hf_0123456789" not in program + commands
    assert 'hf_token = config.require_secret("hfToken")' in program
    assert (
        'TrainingJobDefinition.Environment."HF_TOKEN"\' --output text | pulumi config set --secret hfToken' in commands
    )
    assert '"MODE": "fast"' in program


def test_a_secret_of_one_of_several_definitions_is_asked_for_there():
    request = copy.deepcopy(EXISTING["several-definitions"])
    request["TrainingJobDefinitions"][1]["Environment"] = {"DB_PASSWORD": "correct horse"}
    _, program, commands = adopted((described(request, "a"), []))
    assert "correct horse" not in program + commands
    assert "'TrainingJobDefinitions[1].Environment.\"DB_PASSWORD\"'" in commands


def test_variables_never_clash():
    names = ["a-b", "a--b", "class", "config", "pulumi", "list", "1st"]
    jobs = [(described(EXISTING["made-by-boto3"], name), []) for name in names]
    declared, program, _ = adopted(*jobs)
    assert list(declared) == names
    assert re.findall(r"(?m)^(\w+) = HyperParameterTuningJob", program) == [
        "a_b", "a_b_2", "value_class", "config_2", "pulumi_2", "list_2", "value_1st",
    ]  # fmt: skip


def test_the_program_is_formatted_and_typed(tmp_path):
    jobs = [(described(request, name), request.get("Tags", [])) for name, request in EXISTING.items()]
    program = tmp_path / "__main__.py"
    program.write_text(adopted(*jobs)[1], encoding="utf-8")
    ruff = Path(sys.executable).with_name("ruff")
    for check in (["format", "--diff"], ["check", "--select=E,F,I,B"]):
        command = [ruff, *check, "--line-length=120", "--isolated", program]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.slow  # mypy reads all of Pulumi
def test_type_checkers_agree_with_every_argument(tmp_path):
    jobs = [(described(request, name), request.get("Tags", [])) for name, request in EXISTING.items()]
    program = tmp_path / "program.py"
    program.write_text(adopted(*jobs)[1], encoding="utf-8")
    mypy = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path}", program]
    result = subprocess.run(mypy, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert result.returncode == 0, result.stdout


WARNED = {
    "of a stack": ({"sagemaker-tuning:owner": "ml/prod/churn"}, "the owner tag of the Pulumi resource ml/prod/churn"),
    "of ACK": ({"services.k8s.aws/namespace": "default"}, "the ACK controller of a Kubernetes cluster"),
    "of CloudFormation": ({"aws:cloudformation:stack-name": "ml"}, "a CloudFormation stack"),
    "let go of": ({"sagemaker-tuning:owner": "ml/prod/churn", "sagemaker-tuning:released": "true"}, None),
    "nobody's": ({"team": "ml"}, None),
}


@pytest.mark.parametrize(("tags", "warning"), WARNED.values(), ids=WARNED)
def test_a_job_that_somebody_else_manages_is_told_of(tags, warning):
    job = ExistingJob.of(SDK_JOB[0], [{"Key": key, "Value": value} for key, value in tags.items()])
    told = "\n".join(job.warnings())
    assert (warning in told) if warning else not told


def test_what_a_preview_would_refuse_is_told_without_secrets():
    request = copy.deepcopy(EXISTING["made-by-the-sagemaker-sdk"])
    request["TrainingJobDefinition"]["Environment"] = {"TOKEN": "x" * 600}
    (told,) = ExistingJob.of(described(request, "a"), []).warnings()
    assert told.startswith("a: a preview will refuse what SageMaker has accepted: training_job_definition.environment")
    assert "xxx" not in told


# ------------------------------------------------------------------------------------------------------- the command


@pytest.fixture
def account(monkeypatch):
    gateway = MemoryGateway()
    monkeypatch.setattr(adopt_command, "live_gateway", lambda region, profile: gateway)
    gateway.create(job_request("churn"))
    return gateway


def run(*arguments):
    return CliRunner().invoke(app, ["adopt", *map(str, arguments)])


def test_the_program_is_printed_alone(account):
    result = run("churn")
    assert result.exit_code == 0
    compile(result.stdout, "__main__.py", "exec")
    assert "pulumi config set sagemaker-tuning:region eu-west-1" in result.stderr
    assert account.calls == ["Create", "Describe", "ListTags"], "it only reads"


def test_a_folder_becomes_a_project_and_is_never_written_over(account, tmp_path):
    folder = tmp_path / "new" / "churn"
    result = run("churn", "--out", folder)
    assert result.exit_code == 0, result.output
    assert yaml.safe_load((folder / "Pulumi.yaml").read_text()) == {"name": "churn", "runtime": "python"}
    assert "adopt_existing=True" in (folder / "__main__.py").read_text()
    again = run("churn", "--out", folder)
    assert (again.exit_code, "__main__.py: is there already" in again.output) == (1, True)


def test_a_file_is_only_the_program(account, tmp_path):
    assert run("churn", "--out", tmp_path / "adopted.py").exit_code == 0
    assert [file.name for file in tmp_path.iterdir()] == ["adopted.py"]


def test_a_folder_that_cannot_be_made_is_an_error(account, tmp_path):
    (tmp_path / "file").touch()
    result = run("churn", "--out", tmp_path / "file" / "below")
    assert result.exit_code == 1
    assert "cannot be written" in result.output


def test_a_job_that_is_being_deleted_is_none_to_adopt(account):
    account.finish("churn", "Deleting")
    result = run("churn")
    assert result.exit_code == 1
    assert "churn: is being deleted" in result.output


# ------------------------------------------------------------------------------------- what the table of jobs covers


def members(shape, path=""):
    """Every member below a shape, by its path in the API's names; a list's items and a map's entries have none."""
    if isinstance(shape, ListShape):
        yield from members(shape.member, f"{path}[]")
    elif isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            if name not in READ_ONLY:
                yield f"{path}.{name}".lstrip("."), member
                yield from members(member, f"{path}.{name}".lstrip("."))


def values(value, shape, path=""):
    """Every member that a request gives, with its value."""
    if isinstance(shape, ListShape):
        for item in value:
            yield from values(item, shape.member, f"{path}[]")
    elif isinstance(shape, StructureShape):
        for name, item in value.items():
            below = f"{path}.{name}".lstrip(".")
            yield below, item
            yield from values(item, shape.members[name], below)


def given_values():
    for name, request in EXISTING.items():
        yield from values({"HyperParameterTuningJobName": name, **request}, request_shape())


def test_the_existing_jobs_use_every_member_of_the_requests_shape():
    assert len(EXISTING) >= 25
    used = {path for path, _ in given_values()}
    assert {path for path, _ in members(request_shape())} - used == set()


def test_the_existing_jobs_use_every_value_of_every_enumeration():
    used = {(path, value) for path, value in given_values() if isinstance(value, str)}
    possible = {
        (path, value)
        for path, shape in members(request_shape())
        if not isinstance(shape, MapShape) and shape.name != "TrainingInstanceType"
        for value in getattr(shape, "enum", [])
    }
    # SageMaker accepts ReverseLogarithmic for continuous ranges only.
    refused = {item for item in possible if "IntegerParameterRanges" in item[0] and item[1] == "ReverseLogarithmic"}
    assert possible - used - refused == set()
