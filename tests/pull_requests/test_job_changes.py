"""What becomes of each job is worked out from the states in the preview's steps; the engine's word counts."""

from __future__ import annotations

from typing import Any

import pytest
from job_previews import JOB, digest, event_log, job, other, step
from sagemaker_tuning.pull_requests.job_changes import Fate
from sagemaker_tuning.pull_requests.overview import Overview, overview
from sagemaker_tuning.pull_requests.preview import read_preview
from sagemaker_tuning.unknown import UNKNOWN

CONFIG = "hyper_parameter_tuning_job_config"
TRIALS = f"{CONFIG}.resource_limits.max_number_of_training_jobs"
REPLACES = ["hyperParameterTuningJobConfig"]


def seen(*steps: dict[str, Any], **more: Any) -> Overview:
    return overview(read_preview(digest(*steps, **more), "preview.json"))


def only(*steps: dict[str, Any], **more: Any) -> Any:
    (change,) = seen(*steps, **more).jobs
    return change


def paths(change: Any) -> list[str]:
    return [one.path for one in change.changes]


def test_a_replaced_job_runs_again_with_every_change_and_what_it_costs():
    change = only(step("replace", old=job(), new=job(trials=100, strategy="Random"), replaces=REPLACES))
    assert (change.fate, change.name) == (Fate.RUNS_AGAIN, "churn")
    assert [(one.path, one.before, one.after) for one in change.changes] == [
        (f"{CONFIG}.strategy", "Bayesian", "Random"),
        (TRIALS, 50, 100),
    ]
    assert change.trials == 100
    assert (change.most.instance_hours, change.most.cost_usd) == (100, pytest.approx(23))
    assert (change.before.instance_hours, change.before.cost_usd) == (50, pytest.approx(11.5))
    assert change.consequences[1] == "once the new job is accepted, churn-0a1b2c3 (Completed) is deleted"


def test_both_forms_of_a_preview_mean_the_same():
    steps = [
        step("replace", old=job(), new=job(trials=5, role_arn=UNKNOWN), replaces=REPLACES),
        step("create", "new", new=job()),
        step("delete", "old", old=job()),
    ]
    from_events = overview(read_preview(event_log(*steps), "events.jsonl"))
    assert seen(*steps).jobs == from_events.jobs


def test_the_most_important_come_first():
    found = seen(
        step("same", "a", job(), job()),
        step("update", "b", job(), job(tags={})),
        step("create", "c", new=job()),
        step("delete", "d", old=job()),
        step("replace", "e", job(), job(trials=5), replaces=REPLACES),
        said=[{"urn": f"urn:pulumi:dev::shop::{JOB}::f", "message": "error: no", "severity": "error"}],
    )
    assert [change.name for change in found.jobs] == ["f", "e", "d", "c", "b", "a"]


def test_a_job_that_only_a_program_reads_is_none_of_the_stacks():
    assert seen(step("read", new=job())).jobs == ()


# ----------------------------------------------------------------------------------------------- the engine's word


def test_a_secret_that_changed_is_told_where_it_is_and_never_what():
    secret = job(environment={"TOKEN": "[secret]", "MODE": "x"})
    change = only(step("replace", old=secret, new=secret, replaces=["trainingJobDefinition"]))
    assert change.fate is Fate.RUNS_AGAIN
    assert [(one.path, one.before, one.after) for one in change.changes] == [
        ("training_job_definition.environment[TOKEN]", "[secret]", "[secret]")
    ]


def test_a_secret_of_an_event_log_is_as_hidden():
    hidden = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "[secret]"}
    secret = job(environment={"TOKEN": hidden})
    log = event_log(step("replace", old=secret, new=secret, replaces=["trainingJobDefinition"]))
    (change,) = overview(read_preview(log, "events.jsonl")).jobs
    assert paths(change) == ["training_job_definition.environment[TOKEN]"]


def test_a_secret_beside_other_changes_is_not_called_one():
    old = job(environment={"TOKEN": "[secret]"})
    change = only(step("replace", old=old, new=job(environment={"TOKEN": "[secret]"}, trials=5), replaces=REPLACES))
    assert paths(change) == [TRIALS]


def test_a_value_that_became_a_secret_is_no_change_unless_the_engine_says_so():
    old, new = job(environment={"TOKEN": "plain"}), job(environment={"TOKEN": "[secret]"}, trials=5)
    assert paths(only(step("replace", old=old, new=new, replaces=REPLACES))) == [TRIALS]
    both = only(step("replace", old=old, new=new, replaces=[*REPLACES, "trainingJobDefinition"]))
    assert paths(both) == [TRIALS, "training_job_definition.environment[TOKEN]"]


def test_a_secret_that_is_new_or_gone_is_told_without_its_value():
    old, new = job(environment={"OLD": "[secret]"}), job(environment={"NEW": "[secret]"})
    change = only(step("replace", old=old, new=new, replaces=["trainingJobDefinition"]))
    assert [(one.path[-5:], one.before, one.after) for one in change.changes] == [
        ("[NEW]", None, "[secret]"),
        ("[OLD]", "[secret]", None),
    ]
    assert [one.reason for one in change.changes] == [
        f"environment[{key}] is immutable: [secret]" for key in ("NEW", "OLD")
    ]


def test_of_several_secrets_nobody_can_tell_which_changes():
    secret = job(environment={"A": "[secret]", "B": "[secret]"})
    (change,) = only(step("replace", old=secret, new=secret, replaces=["trainingJobDefinition"])).changes
    assert (change.path, change.reason) == ("training_job_definition", "one of its 2 secret values changes")


def test_what_the_preview_hides_as_a_whole_may_change_anywhere_and_is_not_told_by_up():
    """The engine hides a whole list, as that of definitions, where one of its items holds a secret."""
    hidden = job(training_job_definition="[secret]")
    ceiling = {"max_cost_usd": 1}
    made = step(
        "replace", old=hidden, new=hidden, replaces=["trainingJobDefinition"], options=ceiling, old_options=ceiling
    )
    for bag in (made["oldState"]["inputs"], made["oldState"]["outputs"], made["newState"]["inputs"]):
        bag["__secretPaths"] = [["training_job_definition", "environment", "TOKEN"]]
    change = only(made)
    (told,) = change.changes
    assert (told.path, told.reason) == (
        "training_job_definition",
        "changes in a place that the preview hides, as it holds secrets",
    )
    assert "training_job_definition is hidden in the preview, as it is or holds a secret" in change.consequences[0]
    assert not any(gap.until_up for gap in change.estimate.gaps), "a limit on all runs has to count it as not known"
    assert (change.over_ceilings, change.warnings) == ((), ()), "the provider has checked its own ceilings"


CAUSES = {
    "another provider": (["provider"], "provider", "Pulumi has a reason of its own"),
    "pulumi up --replace": ([], "", "Pulumi was told to replace it, or it is tainted"),
    "a status that AWS was asked for": (["status"], "status", "the job has ended, in a way in which rerun_on asks"),
    "a region that is not configured any more": (["region"], "region", "Pulumi has a reason of its own"),
}


@pytest.mark.parametrize(("replaces", "path", "reason"), CAUSES.values(), ids=CAUSES)
def test_a_cause_that_the_states_do_not_show_is_told_as_such(replaces, path, reason):
    change = only(step("replace", old=job(), new=job(), replaces=replaces), config={})
    assert change.fate is Fate.RUNS_AGAIN
    assert [one.path for one in change.changes] == [path]
    assert change.changes[0].reason.startswith(reason)


def test_another_region_is_told_with_both():
    change = only(step("replace", old=job(), new=job(), replaces=["region"]), config={"aws:region": "eu-west-1"})
    assert [(one.path, one.before, one.after) for one in change.changes] == [("region", "us-east-1", "eu-west-1")]


def test_a_region_that_only_this_machine_has_moves_nothing():
    changed = step("replace", old=job(), new=job(trials=5), replaces=REPLACES)
    preview = read_preview(digest(changed, config={}), "preview.json")
    (change,) = overview(preview, environment={"AWS_REGION": "ap-south-1"}).jobs
    assert paths(change) == [TRIALS]
    assert change.most.cost_usd == pytest.approx(1.15), "the price is of the region where the job is"


def test_what_the_engine_leaves_as_it_is_stays_so():
    assert only(step("same", old=job(), new=job(trials=5, tags={}))).fate is Fate.UNCHANGED


def test_an_update_of_something_hidden_says_so():
    secret = job(tags={"key": "[secret]"})
    change = only(step("update", old=secret, new=secret))
    assert (change.fate, change.changes) == (Fate.UPDATED, ())
    assert change.consequences == ("what changes is a secret, or Pulumi's own business",)


# -------------------------------------------------------------------------------------------------------- policies


def test_changes_that_a_policy_ignores_are_told_though_nothing_is_done():
    ignoring = {"on_change": "ignore"}
    change = only(step("same", old=job(), new=job(trials=5), options=ignoring, old_options=ignoring))
    assert (change.fate, paths(change), change.estimate) == (Fate.LEFT_ALONE, [TRIALS], None)
    assert "on_change='ignore'" in change.consequences[0]


def test_a_warm_start_that_the_engine_begins_is_possible_whatever_the_recorded_status():
    warm = {"on_change": "warm_start"}
    for status in ("Completed", "InProgress"):
        changed = step(
            "replace", old=job(), new=job(trials=5), options=warm, old_options=warm, status=status, replaces=REPLACES
        )
        change = only(changed)
        assert (
            change.consequences[-1]
            == "the new job goes on from what churn-0a1b2c3 has learned (IdenticalDataAndAlgorithm)"
        )


def test_earlier_jobs_as_parents_are_told_with_their_condition():
    previous = {"warm_start_config": {"parents": "previous"}}
    change = only(
        step(
            "replace",
            old=job(),
            new=job(trials=5),
            options=previous,
            old_options=previous,
            status="InProgress",
            replaces=REPLACES,
        )
    )
    assert change.consequences[-1].endswith("has learned (IdenticalDataAndAlgorithm), if that has ended by then")


DELETED = {
    "delete": "churn-0a1b2c3 (Completed) is stopped if it still runs, and deleted",
    "stop": "churn-0a1b2c3 (Completed) is stopped if it still runs, and stays in SageMaker",
    "retain": "churn-0a1b2c3 (Completed) stays in SageMaker as it is",
}


@pytest.mark.parametrize(("policy", "sentence"), DELETED.items())
def test_what_becomes_of_a_deleted_job_is_as_on_delete_says(policy, sentence):
    change = only(step("delete", old=job(), old_options={"on_delete": policy}))
    assert (change.fate, change.consequences[0]) == (Fate.DELETED, sentence)


def test_retain_on_delete_keeps_a_job_too():
    assert only(step("delete", old=job(), retainOnDelete=True)).consequences == (DELETED["retain"],)
    replaced = step("replace", old=job(), new=job(trials=5), replaces=REPLACES, retainOnDelete=True)
    assert "churn-0a1b2c3 (Completed) stays" in only(replaced).consequences[1]


def test_an_adopted_job_may_be_there_already():
    change = only(step("create", new=job(), options={"adopt_existing": True}))
    assert change.fate is Fate.NEW
    assert change.consequences[0].startswith("a job of this name that exists is taken over")


def test_a_refused_job_has_what_was_said_against_it():
    said = [
        {"urn": f"urn:pulumi:dev::shop::{JOB}::churn", "message": f"error: {text}\n", "severity": "error"}
        for text in "ab"
    ]
    change = only(said=said)
    assert (change.fate, change.name, change.refusal) == (Fate.REFUSED, "churn", ("a", "b"))


def test_jobs_of_one_name_are_told_with_their_components():
    found = seen(
        step("create", "job", new=job(), parents="acme:ml:Nightly$"),
        step("create", "job", new=job(), parents="acme:ml:Weekly$"),
        step("create", "own", new=job()),
    )
    assert [change.name for change in found.jobs] == ["Nightly/job", "Weekly/job", "own"]


# ----------------------------------------------------------------------------------------------- figures and counts


def test_totals_are_of_the_runs_alone_and_name_what_is_unknown():
    found = seen(
        step("replace", "a", job(), job(trials=100), replaces=REPLACES),
        step("create", "b", new=job(instance_type="ml.made.up")),
        step("update", "c", job(), job(tags={})),
    )
    assert (found.hours.amount, found.hours.unknown) == (150, ())
    assert found.cost.amount == pytest.approx(23)
    assert [change.name for change in found.cost.unknown] == ["b"]
    assert found.cost_before == pytest.approx(11.5)


def test_the_recorded_estimate_of_the_old_job_is_believed():
    changed = step("replace", old=job(), new=job(trials=5), replaces=REPLACES)
    changed["oldState"]["outputs"] |= {"estimatedInstanceHours": 40, "estimatedCostUsd": 8.0}
    assert (only(changed).before.instance_hours, only(changed).before.cost_usd) == (40, 8.0)


def test_prices_are_of_the_users_file_if_there_is_one(tmp_path):
    file = tmp_path / "prices.yaml"
    file.write_text("{date: 2026-01-31, regions: {us-east-1: {ml.m5.xlarge: 10}}}")
    preview = read_preview(digest(step("create", new=job())), "preview.json")
    assert overview(preview, prices=str(file)).cost.amount == 500
    configured = read_preview(
        digest(step("create", new=job()), config={"aws:region": "us-east-1", "sagemaker-tuning:prices": str(file)}), "x"
    )
    assert overview(configured).cost.amount == 500


def test_a_configured_price_file_that_is_elsewhere_is_done_without_and_told():
    config = {"aws:region": "us-east-1", "sagemaker-tuning:prices": "elsewhere.yaml"}
    found = seen(step("create", new=job()), config=config)
    assert found.cost.amount == pytest.approx(11.5)
    assert "elsewhere.yaml cannot be read" in found.notes[0]


def test_ceilings_of_resource_and_configuration_are_told_where_the_provider_did_not():
    change = only(step("create", new=job(), options={"max_cost_usd": 5}))
    assert change.over_ceilings[0].startswith("max_cost_usd: 5 is less than the $11.50 that this job can cost")
    config = {"aws:region": "us-east-1", "sagemaker-tuning:maxInstanceHours": "10"}
    assert only(step("create", new=job()), config=config).over_ceilings[0].startswith("max_instance_hours: 10")


def test_a_region_is_found_among_the_other_jobs_if_it_is_configured_nowhere():
    found = seen(step("same", "a", job(), job()), step("create", "b", new=job()), config={})
    assert found.cost.amount == pytest.approx(11.5)


def test_what_preflight_finds_is_a_warning_of_a_new_run_and_can_be_silenced():
    wide = {"training_job_definition.enable_managed_spot_training": True}
    spot = job(**wide) | {}
    spot["training_job_definition"]["stopping_condition"]["max_wait_time_in_seconds"] = 7200
    warnings = only(step("create", new=spot)).warnings
    assert any(warning.startswith("spot-checkpoints: training_job_definition.") for warning in warnings), warnings
    silenced = only(step("create", new=spot, options={"silence": ["spot-checkpoints"]})).warnings
    assert not any("checkpoint" in warning for warning in silenced)


def test_other_resources_and_unlisted_ones_are_counted_apart():
    found = seen(
        step("same", "a", job(), job()),
        other("create", "b"),
        other("same", "c"),
        unlisted=4,
    )
    assert found.others == {"create": 1, "same": 1}
    assert found.unlisted == 4
