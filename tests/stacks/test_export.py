"""What is read of an exported stack, and what is said of a file that is none."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest
from exported_stacks import ciphertext, export, plaintext, resource
from sagemaker_tuning.adapters.dynamic.completion import TuningJobCompletion
from sagemaker_tuning.adapters.dynamic.job import HyperParameterTuningJob
from sagemaker_tuning.errors import SpecError
from sagemaker_tuning.stacks.export import COMPLETION_TYPE, JOB_TYPE, TuningResource, parse_export
from sagemaker_tuning.unknown import UNKNOWN

ENVIRONMENT = "training_job_definition.environment"


def job(environment, *, inputs=None, **members):
    outputs = {
        "__owner": "ml/prod/acme:Team::churn",
        "__autoName": True,
        "__serviceRewrites": {"training_job_definition.retry_strategy": "-:0a1b2c3d4e5f"},
        "hyperParameterTuningJobName": "churn-0a1b2c3",
        "hyperParameterTuningJobConfig": {"strategy": "Random", "randomSeed": 7.0},
        "trainingJobDefinition": {"environment": environment, "staticHyperParameters": {"numRound": "5"}},
        "arn": "arn:aws:sagemaker:eu-west-1:111122223333:hyper-parameter-tuning-job/churn-0a1b2c3",
        "status": "InProgress",
        "region": "eu-west-1",
        "creationTime": "2026-11-21T14:13:05.544000+00:00",
        "tags": {"costCenter": "7"},
    }
    declared = {"onDelete": "stop", "replaceOnStatus": ["Failed"], **(inputs or {})}
    return resource("churn", declared, outputs, types="acme:Team", **members)


def only(text: str) -> TuningResource:
    (found,) = parse_export(text, "stack.json").jobs
    return found


def test_a_job_inside_a_component_is_read_in_the_cores_spelling():
    found = only(export(job({"MODE": "fast"}, protect=True, dependencies=["urn:a"])))
    assert (found.name, found.id, found.region) == ("churn", "churn-0a1b2c3", "eu-west-1")
    assert found.inputs.options == {"on_delete": "stop", "replace_on_status": ["Failed"]}
    assert found.state.inputs.job["hyper_parameter_tuning_job_config"] == {"strategy": "Random", "random_seed": 7}
    assert found.state.inputs.job["training_job_definition"] == {
        "environment": {"MODE": "fast"},
        "static_hyper_parameters": {"numRound": "5"},
    }
    assert found.state.inputs.job["tags"] == {"costCenter": "7"}
    assert found.state.inputs.owner == "ml/prod/acme:Team::churn"
    assert found.state.creation_time == datetime(2026, 11, 21, 14, 13, 5, 544000, timezone.utc)
    assert found.state.rewrites == {"training_job_definition.retry_strategy": "-:0a1b2c3d4e5f"}
    assert (found.is_protected, found.dependencies, found.secret_paths) == (True, ("urn:a",), ())


SECRETS = {
    "a ciphertext is unknown": (ciphertext(), UNKNOWN),
    "a plain text is known, and still a secret": (plaintext("hunter2"), "hunter2"),
    "what a preview shows is unknown": ("[secret]", UNKNOWN),
}


@pytest.mark.parametrize(("written", "read"), SECRETS.values(), ids=SECRETS)
def test_a_secret_has_its_path_whatever_is_shown_of_it(written, read):
    found = only(export(job({"TOKEN": written, "MODE": "fast"})))
    assert found.state.inputs.job["training_job_definition"]["environment"] == {"TOKEN": read, "MODE": "fast"}
    assert found.secret_paths == (f"{ENVIRONMENT}[TOKEN]",)


def test_a_block_that_is_a_secret_as_a_whole_is_unknown_as_a_whole():
    found = only(export(job(ciphertext())))
    assert found.state.inputs.job["training_job_definition"]["environment"] is UNKNOWN
    assert found.secret_paths == (ENVIRONMENT,)


def test_what_a_preview_does_not_know_yet_is_unknown():
    declared = {"trainingJobDefinition": {"roleArn": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}}
    found = only(export(job({}, inputs=declared)))
    assert found.inputs.job["training_job_definition"] == {"role_arn": UNKNOWN}


def test_only_our_resources_are_read_and_the_stack_is_known_by_any():
    other = {"urn": "urn:pulumi:prod::ml::aws:s3/bucket:Bucket::data", "type": "aws:s3/bucket:Bucket"}
    done = {"urn": f"urn:pulumi:prod::ml::{COMPLETION_TYPE}::done", "type": COMPLETION_TYPE, "outputs": {"a": 1}}
    found = parse_export(export(other, done, version=4), "stack.json")
    assert (found.project, found.stack, found.owner_prefix) == ("ml", "prod", "ml/prod/")
    assert found.jobs == ()
    assert found.completions == {done["urn"]: {"a": 1}}


def test_a_stack_without_resources_has_no_jobs():
    found = parse_export(json.dumps({"version": 3, "deployment": {"manifest": {}}}), "-")
    assert (found.project, found.jobs) == ("", ())


@pytest.mark.parametrize(
    ("resource_class", "known_type"), [(HyperParameterTuningJob, JOB_TYPE), (TuningJobCompletion, COMPLETION_TYPE)]
)
def test_the_types_are_those_that_the_resources_register(resource_class, known_type):
    assert f"pulumi-python:{resource_class._resource_type_name}" == known_type


WRONG = {
    "no JSON": ("nonsense", "is not JSON"),
    "a list": ("[]", "is no exported stack"),
    "a backend's own file": ('{"version": 3, "checkpoint": {}}', "is a backend's own state file"),
    "a version to come": ('{"version": 9, "deployment": {}}', "is a deployment of version 9"),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG)
def test_a_file_that_is_no_export_is_named_with_the_way_out(text, message):
    with pytest.raises(SpecError) as refused:
        parse_export(text, "stack.json")
    assert str(refused.value).startswith(f"stack.json: {message}")
    assert "Give what `pulumi stack export` writes" in str(refused.value)
