"""Which jobs of an account are a stack's orphans, and what becomes of them."""

from __future__ import annotations

import pytest
from exported_stacks import deployed, export
from fakes.jobs import request
from fakes.memory_gateway import MemoryGateway
from sagemaker_tuning.lifecycle.ownership import OWNER_TAG, RELEASED_TAG
from sagemaker_tuning.stacks.export import parse_export
from sagemaker_tuning.stacks.orphans import orphans_of


@pytest.fixture
def aws():
    return MemoryGateway()


def search(aws, *resources, **options):
    """The orphans of ml/prod; only what reads is called."""
    aws.calls.clear()
    found = orphans_of(parse_export(export(*resources), "-"), [aws], owner_prefix="ml/prod/", **options)
    assert set(aws.calls) <= {"List", "ListTags"}
    return found


def made_for(aws, name, owner, **tags):
    aws.create(request(name, tags={OWNER_TAG: owner, **tags}))
    return name


def test_a_job_of_the_stack_that_the_state_does_not_have_is_an_orphan(aws):
    lost = made_for(aws, "lost", "ml/prod/churn")
    found = search(aws)
    (orphan,) = found.orphans
    assert (orphan.name, orphan.owner, orphan.status) == (lost, "ml/prod/churn", "InProgress")
    assert (orphan.resource, orphan.successor, orphan.is_released) == ("churn", None, False)
    assert orphan.advice == "churn is not in the state; an up takes the job back if the program still declares it so"
    assert (found.jobs, found.regions, len(found.lost)) == (1, ("eu-west-1",), 1)


def test_what_the_state_has_or_is_not_the_stacks_is_none(aws):
    own = deployed(aws)
    made_for(aws, "other-stack", "ml/production/churn")
    made_for(aws, "other-project", "html/prod/churn")
    aws.create(request("nobodys"))
    found = search(aws, own)
    assert (found.jobs, found.orphans) == (4, ())
    assert aws.calls == ["List", *["ListTags"] * 3], "the state's own jobs are known without a call"


def test_a_job_that_another_one_came_after_was_left_behind(aws):
    made_for(aws, "old", "ml/prod/churn")
    current = deployed(aws)
    (orphan,) = search(aws, current).orphans
    assert orphan.successor == current["id"]
    assert orphan.advice == f"churn is {current['id']} now, and this one was left behind"


def test_a_job_inside_a_component_has_the_components_type_in_its_owner(aws):
    made_for(aws, "lost", "ml/prod/acme:ml:Team::churn")
    (orphan,) = search(aws).orphans
    assert orphan.resource == "churn"


def test_a_job_that_on_delete_let_go_of_is_there_on_purpose(aws):
    made_for(aws, "kept", "ml/prod/churn", **{RELEASED_TAG: "true"})
    found = search(aws)
    assert (found.lost, [orphan.name for orphan in found.released]) == ([], ["kept"])
    assert found.released[0].advice == "on_delete let go of it; nobody but you will delete it"


@pytest.mark.parametrize("status", ["InProgress", "Completed"])
def test_the_ways_out_are_commands_and_only_what_runs_is_stopped(aws, status):
    aws.finish(made_for(aws, "lost", "ml/prod/churn"), status)
    (orphan,) = search(aws).orphans
    where = "--hyper-parameter-tuning-job-name lost --region eu-west-1"
    assert orphan.ways_out["adopt"] == ["sagemaker-tuning adopt lost --region eu-west-1"]
    assert orphan.ways_out["delete"] == [
        *([f"aws sagemaker stop-hyper-parameter-tuning-job {where}"] if status == "InProgress" else []),
        f"aws sagemaker delete-hyper-parameter-tuning-job {where}",
    ]


def test_only_jobs_since_a_time_are_looked_at(aws):
    made_for(aws, "old", "ml/prod/churn")
    (orphan,) = search(aws).orphans
    assert search(aws, created_after=orphan.creation_time).orphans == ()
    assert aws.calls == ["List"]


def test_a_job_that_vanishes_meanwhile_is_none(aws):
    made_for(aws, "lost", "ml/prod/churn")
    aws.before_next("ListTags", lambda: aws.vanish("lost"))
    assert search(aws).orphans == ()
