"""A preview is read alike from the document of `--json` and from the event log."""

from __future__ import annotations

import json

import pytest
from job_previews import JOB, completion, digest, event_log, job, other, step
from sagemaker_tuning.errors import SpecError
from sagemaker_tuning.pull_requests.preview import Message, read_preview

STEPS = (
    step("replace", old=job(), new=job(trials=5), replaces=["hyperParameterTuningJobConfig"]),
    step("same", "fraud", job(), job()),
    completion("update", "done", ["churn"], before=["churn-0a1b2c3"]),
    other("create", "bucket"),
)
SAID = (
    {"message": "churn: to be replaced\n\n", "severity": "info"},
    {"urn": STEPS[3]["urn"], "message": "warning: mind the bucket\n", "severity": "warning"},
)
URN = STEPS[0]["urn"]


def read(text):
    return read_preview(text, "preview.json")


@pytest.mark.parametrize(
    "text", [digest(*STEPS, said=SAID), digest(*STEPS, said=SAID, indent=4), event_log(*STEPS, said=SAID)]
)
def test_all_forms_have_the_same_steps_messages_and_counts(text):
    preview = read(text)
    assert [(step.op, step.name, step.replaces) for step in preview.steps] == [
        ("replace", "churn", ("hyperParameterTuningJobConfig",)),
        ("same", "fraud", ()),
        ("update", "done", ()),
        ("create", "bucket", ()),
    ]
    assert preview.steps[0].type == JOB
    assert preview.messages == (
        Message("info", "churn: to be replaced"),
        Message("warning", "mind the bucket", STEPS[3]["urn"]),
    )
    assert preview.counts == {"replace": 1, "same": 1, "update": 1, "create": 1}, "the stack itself does not count"
    assert (preview.project, preview.stack, preview.is_failed) == ("shop", "dev", False)
    assert preview.config == {"aws:region": "us-east-1"}


def test_how_a_replacement_is_carried_out_and_what_was_refreshed_are_no_steps_of_their_own():
    parts = [{**STEPS[0], "op": op} for op in ("refresh", "create-replacement", "delete-replaced")]
    preview = read(digest(parts[0], parts[1], STEPS[0], parts[2]))
    assert [step.op for step in preview.steps] == ["replace"]
    assert preview.counts == {"replace": 1}


REFUSED = {
    "urn": URN,
    "message": f"error: {JOB} resource 'churn' has a problem: strategy: 'Bayes'\n",
    "severity": "error",
}


def test_errors_are_told_without_what_their_place_says_already():
    preview = read(digest(said=[REFUSED]))
    assert preview.is_failed
    assert preview.errors == (Message("error", "strategy: 'Bayes'", URN),)


def test_what_a_program_says_of_its_own_end_is_dropped():
    noise = {"message": "KeyboardInterrupt\n\n", "severity": "info#err"}
    assert [message.severity for message in read(digest(said=[REFUSED, noise])).messages] == ["error"]
    assert read(digest(said=[noise])).messages == (Message("info", "KeyboardInterrupt"),)


def test_colors_debug_messages_and_passing_ones_are_dropped():
    said = [
        {"message": "\x1b[31m<{%fg 1%}>red<{%reset%}>\x1b[0m\n", "severity": "warning"},
        {"message": "registering", "severity": "debug"},
        {"message": "12 seconds", "severity": "info", "ephemeral": True},
    ]
    assert read(event_log(said=said)).messages == (Message("warning", "red"),)


def test_a_mandatory_policy_is_an_error_and_an_advisory_one_a_warning():
    violations = [
        {
            "policyEvent": {
                "resourceUrn": URN,
                "message": "<{%reset%}>too big\n",
                "policyName": "size",
                "enforcementLevel": level,
            }
        }
        for level in ("mandatory", "advisory")
    ]
    lines = event_log().splitlines()
    text = "\n".join([*lines[:1], *(json.dumps({"sequence": 9, **event}) for event in violations), *lines[1:]])
    preview = read(text)
    assert preview.messages == (
        Message("error", "policy size: too big", URN),
        Message("warning", "policy size: too big", URN),
    )
    assert preview.is_failed


FAILED = {
    "nothing was printed": "",
    "an error was told": digest(said=[REFUSED]),
    "the log says so": event_log(result="failed"),
    "the log was cut off": event_log(result=""),
}


@pytest.mark.parametrize("text", FAILED.values(), ids=FAILED)
def test_a_preview_has_failed_when(text):
    assert read(text).is_failed


WRONG = {
    "an exported stack": ('{"version": 3, "deployment": {}}', "is no preview"),
    "a list": ("[]", "is no preview"),
    "what a person reads": ("Previewing update (dev):", "is not JSON"),
    "a document that was cut off": (digest(*STEPS)[:-20], "is not JSON"),
    "an update's log": (event_log(isPreview=False), "of an update, not of a preview"),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG)
def test_something_else_is_refused_with_the_command_to_use(text, message):
    with pytest.raises(SpecError, match=message) as raised:
        read(text)
    assert "preview.json" in str(raised.value)
    assert "pulumi preview --json" in str(raised.value)
