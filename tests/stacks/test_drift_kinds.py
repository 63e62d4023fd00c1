"""Every kind of drift, made by hand behind the state's back, and what an `up` would do about it."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest
from exported_stacks import ciphertext, deployed, export, plaintext
from fakes.jobs import declared, request
from fakes.memory_gateway import MemoryGateway
from sagemaker_tuning.lifecycle.ownership import OWNER_TAG
from sagemaker_tuning.stacks.drift import Kind, drift_of
from sagemaker_tuning.stacks.export import parse_export

READS = {"Describe", "ListTags"}


@pytest.fixture
def aws():
    return MemoryGateway()


def look(aws, *resources):
    """The drift of each resource; nothing but reads is called."""
    aws.calls.clear()
    found = drift_of(parse_export(export(*resources), "stack.json"), lambda _region: aws)
    assert set(aws.calls) <= READS
    return found


def the(aws, resource):
    (found,) = look(aws, resource)
    return found


def tag(aws, arn, **tags):
    aws.add_tags(arn, tags)


ENDS = {
    "Completed": (Kind.FINISHED, "Completed; the state says InProgress; 0 training jobs completed"),
    "Stopped": (Kind.STOPPED, "Stopped, and not by this stack; the state says InProgress"),
    "Stopping": (Kind.STOPPED, "Stopping, and not by this stack; the state says InProgress"),
    "Failed": (Kind.FAILED, "Failed; the state says InProgress: no training job succeeded"),
    "DeleteFailed": (Kind.FAILED, "DeleteFailed; the state says InProgress: no training job succeeded"),
}


class TestKinds:
    def test_a_job_that_is_as_recorded_is_in_sync(self, aws):
        resource = deployed(aws)
        aws.finish(resource["id"])
        resource["outputs"]["status"] = "Completed"
        found = the(aws, resource)
        assert (found.kinds, found.has_drifted) == ([Kind.IN_SYNC], False)
        assert (found.up.action, found.up_after_refresh.action) == ("none", "none")
        assert aws.calls == ["Describe", "ListTags"]

    def test_a_job_that_runs_is_still_running(self, aws):
        resource = deployed(aws)
        aws.train(resource["id"], completed=2, running=1)
        found = the(aws, resource)
        assert (found.kinds, found.has_drifted) == ([Kind.RUNNING], False)
        assert found.findings[0].detail == "2 training jobs completed so far"

    @pytest.mark.parametrize(("status", "expected"), ENDS.items(), ids=ENDS)
    def test_an_end_is_told_by_its_status(self, aws, status, expected):
        resource = deployed(aws)
        aws.finish(resource["id"], status, "no training job succeeded" if "Failed" in status else None)
        (finding,) = the(aws, resource).findings
        assert (finding.kind, finding.detail) == expected

    def test_an_end_is_told_with_its_time(self, aws):
        resource = deployed(aws)
        aws.finish(resource["id"], "Stopped", at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc))
        (finding,) = the(aws, resource).findings
        told = "Stopped at 2026-01-02T03:04:05+00:00, and not by this stack; the state says InProgress"
        assert finding.detail == told

    def test_a_job_that_is_gone_is_created_anew_after_a_refresh(self, aws):
        resource = deployed(aws)
        aws.vanish(resource["id"])
        found = the(aws, resource)
        assert (found.kinds, found.status) == ([Kind.GONE], "")
        assert found.up.action == "none", "an up compares with the state"
        assert found.up_after_refresh.action == "create"
        assert aws.calls == ["Describe"]

    def test_a_job_that_is_being_deleted_is_as_good_as_gone(self, aws):
        resource = deployed(aws)
        aws.finish(resource["id"])
        aws.delete(resource["id"])
        (finding,) = the(aws, resource).findings
        assert (finding.kind, finding.detail) == (Kind.GONE, f"{resource['id']} is being deleted")

    def test_edited_tags_are_told_with_both_values(self, aws):
        resource = deployed(aws, spec=declared(tags={"team": "ml", "stage": "test"}))
        tag(aws, resource["outputs"]["arn"], team="risk", new="1")
        aws.delete_tags(resource["outputs"]["arn"], ["stage"])
        found = the(aws, resource)
        assert found.kinds == [Kind.RUNNING, Kind.TAGS]
        assert found.findings[1].detail == (
            "tags[new]: not set → 1; tags[stage]: test → not set; tags[team]: ml → risk"
        )
        assert (found.up.action, found.up_after_refresh.action) == ("none", "update")
        assert "tags[team] can be edited in place: risk → ml" in found.up_after_refresh.reason

    def test_another_job_of_the_same_name_is_not_taken_for_ours(self, aws):
        resource = deployed(aws, spec=declared("nightly"))
        resource["inputs"]["__autoName"] = resource["outputs"]["__autoName"] = False
        aws.vanish("nightly")
        aws.create(request("nightly"))
        found = the(aws, resource)
        assert found.kinds == [Kind.REUSED]
        assert "another job has the name nightly now: created 2026-01-01T00:00:0" in found.findings[0].detail
        assert found.up_after_refresh.action == "refuse"
        assert found.up_after_refresh.reason == "the name nightly is taken by the other job"
        assert aws.calls == ["Describe"]

    def test_the_name_that_is_taken_may_be_adopted_where_the_program_says_so(self, aws):
        resource = deployed(aws, spec=declared("nightly"), options={"adopt_existing": True})
        resource["inputs"]["__autoName"] = resource["outputs"]["__autoName"] = False
        aws.vanish("nightly")
        aws.create(request("nightly"))
        assert the(aws, resource).up_after_refresh.action == "create"

    def test_a_state_that_says_something_else_than_the_service_is_a_different_spec(self, aws):
        resource = deployed(aws)
        for properties in (resource["inputs"], resource["outputs"]):
            properties["hyperParameterTuningJobConfig"]["strategy"] = "Bayesian"
        found = the(aws, resource)
        assert found.kinds == [Kind.RUNNING, Kind.SPEC]
        assert found.findings[1].detail == "hyper_parameter_tuning_job_config.strategy: Bayesian → Random"
        assert (found.up.action, found.up_after_refresh.action) == ("none", "replace")

    def test_what_the_service_made_of_the_job_by_itself_is_no_difference(self, aws):
        resource = deployed(aws)
        del resource["outputs"]["__serviceRewrites"]  # as after a create that could not be described
        assert the(aws, resource).kinds == [Kind.RUNNING]

    def test_a_job_that_another_stack_adopted_is_told_of(self, aws):
        resource = deployed(aws)
        tag(aws, resource["outputs"]["arn"], **{OWNER_TAG: "ml/other/churn"})
        finding = the(aws, resource).findings[-1]
        assert finding.kind is Kind.OWNER
        assert finding.detail.startswith("its owner tag names ml/other/churn: another stack has adopted it")

    def test_a_lost_owner_tag_is_told_of(self, aws):
        resource = deployed(aws)
        aws.delete_tags(resource["outputs"]["arn"], [OWNER_TAG])
        assert the(aws, resource).kinds == [Kind.RUNNING, Kind.OWNER]


class TestWhatAnUpWouldDo:
    def test_a_status_to_rerun_on_replaces_the_job_without_a_refresh(self, aws):
        resource = deployed(aws, options={"rerun_on": ["Failed"]})
        aws.finish(resource["id"], "Failed", "no training job succeeded")
        found = the(aws, resource)
        assert found.kinds == [Kind.FAILED]
        assert (found.up.action, found.up_after_refresh.action) == ("replace", "replace")
        assert "Failed" in found.up.reason

    def test_a_policy_that_rejects_changes_is_kept_to(self, aws):
        resource = deployed(aws, options={"on_change": "reject"})
        for properties in (resource["inputs"], resource["outputs"]):
            properties["hyperParameterTuningJobConfig"]["strategy"] = "Bayesian"
        assert the(aws, resource).up_after_refresh.action == "refuse"

    def test_a_protected_resource_is_not_replaced(self, aws):
        resource = deployed(aws, options={"rerun_on": ["Failed"]}, protect=True)
        aws.finish(resource["id"], "Failed")
        found = the(aws, resource)
        assert found.up.action == "refuse"
        assert found.up.reason.startswith("the resource is protected, and would be replaced: ")

    def test_a_tainted_resource_is_replaced(self, aws):
        assert the(aws, deployed(aws, taint=True)).up.action == "replace"

    def test_a_replacement_that_was_begun_is_finished(self, aws):
        old, new = deployed(aws, "old", delete=True), deployed(aws, "new", pendingReplacement=True)
        aws.vanish(new["id"])
        pending, missing = look(aws, old, new)
        assert (pending.kinds, pending.has_drifted, pending.up.action) == ([Kind.PENDING], False, "delete")
        assert (missing.kinds, missing.up.action) == ([Kind.GONE], "create")

    def test_a_job_that_the_program_only_reads_is_left_out(self, aws):
        assert look(aws, deployed(aws, external=True)) == []


class TestSecrets:
    ENVIRONMENT = "training_job_definition.environment"

    def secret(self, aws, written, **environment):
        spec = declared().to_native()
        spec["training_job_definition"]["environment"] = {"TOKEN": "hunter2", "MODE": "fast"}
        resource = deployed(aws, spec=declared().from_native(spec))
        for properties in (resource["inputs"], resource["outputs"]):
            properties["trainingJobDefinition"]["environment"] = {"MODE": "fast", "TOKEN": written, **environment}
            properties["__secretPaths"] = [["training_job_definition", "environment", "TOKEN"]]
        return resource

    def test_a_hidden_secret_is_not_compared_and_that_is_said(self, aws):
        found = the(aws, self.secret(aws, ciphertext()))
        assert found.kinds == [Kind.RUNNING]
        assert found.unseen == (f"{self.ENVIRONMENT}[TOKEN]",)
        assert (found.up.action, found.up_after_refresh.action) == ("none", "none")

    def test_what_is_beside_a_hidden_secret_is_compared(self, aws):
        found = the(aws, self.secret(aws, ciphertext(), MODE="slow"))
        assert found.findings[1].detail == f"{self.ENVIRONMENT}[MODE]: slow → fast"
        assert found.up_after_refresh.action == "replace"

    def test_a_block_that_is_hidden_as_a_whole_is_not_compared(self, aws):
        resource = self.secret(aws, "")
        for properties in (resource["inputs"], resource["outputs"]):
            properties["trainingJobDefinition"] = ciphertext()
        found = the(aws, resource)
        assert (found.kinds, found.unseen) == ([Kind.RUNNING], ("training_job_definition",))
        assert found.up_after_refresh.action == "none"

    def test_a_secret_that_is_shown_is_compared_but_never_told(self, aws):
        assert the(aws, self.secret(aws, plaintext("hunter2"))).kinds == [Kind.RUNNING]
        found = the(aws, self.secret(aws, plaintext("hunter3")))
        assert found.findings[1].detail == f"{self.ENVIRONMENT}[TOKEN]: [secret] → [secret]"
        told = json.dumps([found.up.to_dict(), found.up_after_refresh.to_dict(), found.findings[1].detail])
        assert "hunter" not in told
