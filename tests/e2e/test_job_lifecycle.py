"""One tuning job from up to destroy, each change as a user would make it."""

from __future__ import annotations

import pytest
from sagemaker_tuning.lifecycle.ownership import OWNER_TAG
from tuning_stacks import job_of

pytestmark = pytest.mark.e2e

MAX_VALUE = "hyper_parameter_tuning_job_config.parameter_ranges.continuous_parameter_ranges[rate].max_value"


def test_up_tunes_and_up_again_calls_nobody(stack, aws):
    stack.configure(wait="true", tags={"team": "ml"})
    preview = stack.preview()
    assert preview.operations.items() >= {"churn": "create", "churn-done": "create"}.items()

    with aws.calls() as calls:
        made = stack.up()
    assert made.exit_code == 0, made.output
    assert calls.count("CreateHyperParameterTuningJob") == 1
    name = job_of(stack)
    outputs = stack.outputs
    best = aws.describe(name)["BestTrainingJob"]
    assert outputs["status"] == "Completed"
    assert outputs["best"] == best["TrainingJobName"]
    assert outputs["hyperparameters"] == best["TunedHyperParameters"]
    assert outputs["objective"] == pytest.approx(best["FinalHyperParameterTuningJobObjectiveMetric"]["Value"])
    assert outputs["artifacts"] == f"s3://data/output/{best['TrainingJobName']}/output/model.tar.gz"
    assert "3/3 trials" in made.output
    assert aws.tags(outputs["arn"]).items() >= {"team": "ml"}.items()

    with aws.calls() as calls:
        again = stack.up("--expect-no-changes")
    assert again.exit_code == 0, again.output
    assert calls == []


def test_a_tag_is_edited_in_place_by_one_call(stack, aws):
    stack.configure(tags={"team": "ml", "stage": "test"})
    stack.up()
    name, arn = job_of(stack), stack.outputs["arn"]
    stack.configure(tags={"team": "risk", "stage": "test"})
    with aws.calls() as calls:
        edited = stack.up()
    assert edited.exit_code == 0, edited.output
    assert calls == ["AddTags"]
    assert "tags[team] can be edited in place: ml → risk" in edited.output
    assert job_of(stack) == name
    assert aws.tags(arn)["team"] == "risk"
    assert aws.tags(arn)[OWNER_TAG].endswith(f"/{stack.name}/churn")


def test_a_removed_tag_is_one_call_too(stack, aws):
    stack.configure(tags={"team": "ml", "stage": "test"})
    stack.up()
    stack.configure(tags={"team": "ml"})
    with aws.calls() as calls:
        assert stack.up().exit_code == 0
    assert calls == ["DeleteTags"]
    assert "stage" not in aws.tags(stack.outputs["arn"])


def test_a_changed_range_creates_the_new_job_before_it_deletes_the_old(stack, aws):
    stack.up()
    old = job_of(stack)
    stack.configure(maxRate="2")

    preview = stack.preview()
    assert preview.exit_code == 0, preview.output
    assert MAX_VALUE in preview.output
    assert "1 → 2" in preview.output
    with aws.calls() as calls:
        replaced = stack.up()
    assert replaced.exit_code == 0, replaced.output
    assert calls.index("CreateHyperParameterTuningJob") < calls.index("DeleteHyperParameterTuningJob")
    assert job_of(stack) != old
    assert old not in aws.jobs()
    assert job_of(stack) in aws.jobs()


def test_a_fixed_name_is_free_before_the_new_job_takes_it(stack, aws, engine):
    name = f"nightly-{engine}"
    stack.configure(fixedName=name, seconds="30")
    stack.up()
    created = aws.describe(name)["CreationTime"]
    stack.configure(fixedName=name, maxRate="2")
    with aws.calls() as calls:
        replaced = stack.up()
    assert replaced.exit_code == 0, replaced.output
    assert calls.index("DeleteHyperParameterTuningJob") < calls.index("CreateHyperParameterTuningJob")
    assert aws.describe(name)["CreationTime"] > created
    assert stack.preview("--expect-no-changes").exit_code == 0


def test_drift_made_by_hand_is_shown_by_refresh_and_mended_by_up(stack, aws):
    stack.configure(tags={"team": "ml"})
    stack.up()
    arn = stack.outputs["arn"]
    aws.sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "team", "Value": "intruder"}])
    refreshed = stack.refresh()
    assert refreshed.exit_code == 0, refreshed.output
    assert stack.resources()["churn"]["outputs"]["tags"] == {"team": "intruder"}
    preview = stack.preview()
    assert "intruder → ml" in preview.output
    assert stack.up().exit_code == 0
    assert aws.tags(arn)["team"] == "ml"


def test_a_job_deleted_outside_is_made_anew_after_a_refresh(stack, aws):
    stack.configure(wait="true")
    stack.up()
    gone = job_of(stack)
    aws.sagemaker.delete_hyper_parameter_tuning_job(HyperParameterTuningJobName=gone)
    refreshed = stack.refresh()
    assert refreshed.exit_code == 0, refreshed.output
    assert "churn" not in stack.resources()
    assert stack.preview().operations["churn"] == "create"
    assert stack.up().exit_code == 0
    assert job_of(stack) != gone
    assert aws.describe(job_of(stack))["HyperParameterTuningJobStatus"] == "Completed"


def test_destroy_stops_a_running_job_and_deletes_it(stack, aws):
    stack.configure(seconds="60")
    stack.up()
    name = job_of(stack)
    assert aws.describe(name)["HyperParameterTuningJobStatus"] == "InProgress"
    with aws.calls() as calls:
        destroyed = stack.destroy()
    assert destroyed.exit_code == 0, destroyed.output
    assert calls.index("StopHyperParameterTuningJob") < calls.index("DeleteHyperParameterTuningJob")
    assert name not in aws.jobs()


def test_a_wrong_spec_fails_at_preview_with_every_problem_and_no_call(stack, aws):
    stack.configure(strategy="Bayes", maxRate="-1", roleArn="training")
    with aws.calls() as calls:
        preview = stack.preview()
    assert preview.exit_code != 0
    assert calls == []
    assert "hyper_parameter_tuning_job_config.strategy: 'Bayes'" in preview.output
    assert "Did you mean Bayesian?" in preview.output
    assert "training_job_definition.role_arn" in preview.output
    assert "continuous_parameter_ranges[rate]" in preview.output
    assert "/sagemaker_tuning/" not in preview.output, "a stack of ours is shown to the user"


def test_a_secret_stays_a_secret(stack, aws):
    stack.configure(secrets={"token": "hunter2"})
    made = stack.up()
    assert aws.describe(job_of(stack))["TrainingJobDefinition"]["Environment"] == {"TOKEN": "hunter2"}
    stack.configure(secrets={"token": "hunter3"})
    preview = stack.preview("--diff")
    assert "training_job_definition.environment[TOKEN]" in preview.output
    replaced = stack.up()
    refreshed = stack.refresh()
    for text in (made.output, preview.output, replaced.output, refreshed.output, stack.state_file.read_text()):
        assert "hunter2" not in text
        assert "hunter3" not in text
