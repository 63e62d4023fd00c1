"""`adopt`: the program declares the job that exists, and says nothing that others may not read."""

from __future__ import annotations

import pytest
from adopted_programs import config_of, declared_by
from botocore.model import ListShape, MapShape, StructureShape
from existing_jobs import EXISTING
from hypothesis import HealthCheck, Phase, assume, given, settings
from sagemaker_sandbox.endpoint.autotune import autotune_problems
from sagemaker_sandbox.endpoint.rewriting import tuning_job_document
from sagemaker_tuning.cli.adoption_program import ExistingJob, adoption_program
from sagemaker_tuning.planning import plan
from sagemaker_tuning.spec import TuningJobSpec
from strategies import READ_ONLY, request_shape, specs

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
    max_examples=40,
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
