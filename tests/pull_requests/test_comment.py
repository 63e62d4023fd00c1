"""The comment: its summary, what it says of a failed preview, and its limit. Rendered by GitHub's own parser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from job_previews import JOB, completion, digest, event_log, job, other, step
from rendered import render
from sagemaker_tuning.errors import SpecError
from sagemaker_tuning.pull_requests import comment, marker, objections, overview, read_preview
from sagemaker_tuning.pull_requests.comment import LONGEST
from sagemaker_tuning.pull_requests.markdown import length

REPLACES = ["hyperParameterTuningJobConfig"]
URN = f"urn:pulumi:dev::shop::{JOB}::churn"


def written(text: str, fail_on: Any = (), max_cost_usd: float | None = None, **more: Any) -> str:
    found = overview(read_preview(text, "preview.json"))
    return comment(found, "shop/dev", objections=objections(found, fail_on, max_cost_usd), **more)


def again(name: str = "churn", trials: int = 100, **more: Any) -> dict[str, Any]:
    return step("replace", name, job(), job(trials=trials), replaces=REPLACES, **more)


def error(text: str, urn: str = URN) -> dict[str, Any]:
    return {**({"urn": urn} if urn else {}), "message": f"error: {text}\n", "severity": "error"}


SUMMARIES = {
    "no tuning job": (digest(other("create", "b")), "No tuning job changes"),
    "nothing changes": (digest(step("same", old=job(), new=job())), "1 tuning job is unchanged"),
    "one of each": (
        digest(
            again("a"),
            again("b"),
            step("create", "c", new=job()),
            step("delete", "d", old=job()),
            step("update", "e", job(), job(tags={})),
            *(step("same", f"f{number}", job(), job()) for number in range(12)),
        ),
        "2 tuning jobs run again, 1 is deleted, 1 is new, 1 is updated in place, 12 are unchanged; "
        "at most 250 instance-hours, $57.50 (+$34.50)",
    ),
    "a cheaper one": (digest(again(trials=10)), "1 tuning job runs again; at most 10 instance-hours, $2.30 (−$9.20)"),
    "as dear as before": (
        digest(step("replace", old=job(), new=job(strategy="Random"), replaces=REPLACES)),
        "1 tuning job runs again; at most 50 instance-hours, $11.50",
    ),
    "a price that is not known": (
        digest(again("a", 1), step("create", "b", new=job(instance_type="ml.made.up"))),
        "1 tuning job runs again, 1 is new; at most 51 instance-hours, $0.23; what 1 job can cost is not known",
    ),
    "no price known at all": (
        digest(step("create", "b", new=job(instance_type="ml.made.up"))),
        "1 tuning job is new; at most 50 instance-hours; what 1 job can cost is not known",
    ),
    "a failed preview": (
        digest(said=[error("strategy: 'Bayes'"), error("tags: no")]),
        "The preview failed with 2 errors; as far as it came, 1 tuning job is refused",
    ),
    "a preview that was cut off": (
        event_log(again(), result=""),
        "The preview failed; as far as it came, 1 tuning job runs again",
    ),
    "nothing at all": ("", "The preview failed"),
}


@pytest.mark.parametrize(("text", "summary"), SUMMARIES.values(), ids=SUMMARIES)
def test_the_summary_is_the_first_line_after_the_heading(text, summary):
    lines = [line for line in written(text).splitlines() if line]
    assert lines[0] == "<!-- sagemaker-tuning:pr-comment shop/dev -->"
    assert lines[1] == "### SageMaker tuning jobs of `shop/dev`"
    assert lines[2] == f"**{summary}**"


@pytest.mark.parametrize(("trials", "is_compared"), [(100, True), (50, False)])
def test_a_difference_is_explained_where_there_is_one(trials, is_compared):
    changed = job(trials=trials, strategy="Random")
    made = written(digest(step("replace", old=job(), new=changed, replaces=REPLACES)))
    assert "Costs are what the instances can cost at most" in made
    assert ("in parentheses, the difference" in made) is is_compared


def test_the_table_has_a_row_for_each_job_that_changes():
    text = digest(
        again("a"),
        step("same", "b", job(), job()),
        step("create", "c", new=job()),
        step("update", "d", job(), job(tags={"team": "risk"})),
        step("delete", "e", old=job()),
    )
    (table,) = render(written(text)).tables
    assert table == [
        ["Tuning job", "What happens", "Why", "Trials", "Max hours", "Max cost"],
        ["a", "🔁 runs again", "max_number_of_training_jobs is immutable: 50 → 100", "100", "100", "$23.00 (+$11.50)"],
        ["e", "🗑️ is deleted", "no longer in the program", "", "", ""],
        ["c", "✨ is new", "", "50", "50", "$11.50"],
        ["d", "✏️ is updated in place", "tags[team] can be edited in place: ml → risk", "", "", ""],
    ]


def test_a_fold_has_every_change_with_old_and_new_and_what_comes_of_it():
    changed = job(trials=5, role_arn="arn:aws:iam::123456789012:role/other", environment={"A": "x|y", "B": "`z`"})
    folds = render(written(digest(step("replace", old=job(), new=changed, replaces=REPLACES)))).folds
    text = folds["churn runs again: 4 changes"]
    for line in (
        "resource_limits.max_number_of_training_jobs: 50 → 5\nmax_number_of_training_jobs is immutable",
        "role_arn: arn:aws:iam::123456789012:role/training → arn:aws:iam::123456789012:role/other",
        "training_job_definition.environment[A]: not set → x|y",
        "training_job_definition.environment[B]: not set → `z`",
        "5 trials × 1 × ml.m5.xlarge × 3,600 s = 5 instance-hours, at $0.23 an hour $1.15",
        "once the new job is accepted, churn-0a1b2c3 (Completed) is deleted",
        "with it go its record and the ranking of its trials",
    ):
        assert line in text


def test_a_fold_ends_somewhere():
    changed = job(environment={f"KEY_{index:03}": "x" for index in range(130)})
    made = written(digest(step("replace", old=job(), new=changed, replaces=["trainingJobDefinition"])))
    assert "and 30 more" in render(made).folds["churn runs again: 130 changes"]


def test_a_value_that_is_not_known_yet_is_said_to_be():
    unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    made = written(digest(step("replace", old=job(), new=job(role_arn=unknown), replaces=["trainingJobDefinition"])))
    assert "→ known after up\nrole_arn is immutable; it may turn out to be the same" in render(made).text
    assert unknown not in made


def test_completions_that_will_wait_are_named_with_their_jobs():
    made = written(
        digest(
            again("a"),
            again("b"),
            completion("update", "both", ["a", "b"], before=["a-0a1b2c3", "b-0a1b2c3"]),
            completion("create", "new", ["a"]),
        )
    )
    assert "up waits in both for a, b; new for a." in render(made).text


def test_other_resources_are_one_line():
    made = written(
        digest(other("create", "a"), other("create", "b"), other("delete", "c"), other("same", "d"), unlisted=3)
    )
    text = render(made).text
    assert "Other resources: 2 to create, 1 to delete, 1 unchanged, 3 unchanged that the preview does not list." in text


def test_warnings_are_listed_and_what_was_printed_is_folded_without_our_own_lines():
    said = [
        {"urn": URN, "message": "warning: mind @everyone\n", "severity": "warning"},
        {"message": "churn: to be replaced\n\n", "severity": "info"},
        {"message": "  hyper_parameter_tuning_job_config.strategy: no\n\n", "severity": "info"},
        {"message": "loading the table\n\n", "severity": "info"},
        {"message": "  of the program\n\n", "severity": "info"},
    ]
    shown = render(written(digest(again(), said=said)))
    assert "Warnings\n\nchurn: mind @\u2060everyone" in shown.text
    assert shown.folds["What was printed during the preview"].strip() == "loading the table\n  of the program"


# ------------------------------------------------------------------------------------------------------------ failures


def test_a_failed_preview_shows_its_errors_before_anything_else():
    made = written(
        digest(again("a"), said=[error("strategy: 'Bayes'\nDid you mean Bayesian?"), error("no region", "")])
    )
    text = render(made).text
    assert text.index("Did you mean Bayesian?") < text.index("no region") < text.index("Tuning job\n")
    assert "churn:" in text


def test_what_a_preview_without_a_document_said_is_shown():
    made = written("", stderr="error: no stack named 'prod' found\n")
    assert "error: no stack named 'prod' found" in render(made).text


def test_a_succeeded_preview_is_not_blamed_for_what_it_said_beside():
    assert "a newer version" not in written(digest(), stderr="warning: a newer version of Pulumi is available\n")


# ------------------------------------------------------------------------------------------------------- objections

OBJECTIONS = {
    "replace": (again(), ["replace"], None, "churn would run again (replace)"),
    "cost in total": (
        again(),
        [],
        20.0,
        None,
    ),
    "cost in total, asked for": (
        again(),
        ["cost"],
        20.0,
        "all runs together can cost $23.00, more than the $20.00 allowed here (cost)",
    ),
    "cost over a ceiling": (
        step("create", new=job(), options={"max_instance_hours": 10}),
        ["cost"],
        None,
        "churn: max_instance_hours: 10 is less than the 50 instance-hours that this job can use: 50 trials × 1 × "
        "ml.m5.xlarge × 3,600 s = 50 instance-hours, at $0.23 an hour $11.50 (cost)",
    ),
    "cost that nobody knows": (
        step("create", new=job(instance_type="ml.made.up")),
        ["cost"],
        20.0,
        "what churn can cost is not known, while $20.00 is allowed here (cost)",
    ),
    "cost that up will know": (
        step("create", new=job(instance_type="04da6b54-80e4-46f7-96ec-b56ff0331ba9")),
        ["cost"],
        20.0,
        None,
    ),
    "cost that is allowed": (again(), ["cost"], 23.0, None),
    "an update": (step("update", old=job(), new=job(tags={})), ["replace", "cost", "reject"], 0.0, None),
    "a new job": (step("create", new=job()), ["replace", "reject"], None, None),
}


@pytest.mark.parametrize(("changed", "fail_on", "most", "objection"), OBJECTIONS.values(), ids=OBJECTIONS)
def test_fail_on(changed, fail_on, most, objection):
    found = overview(read_preview(digest(changed), "preview.json"))
    assert objections(found, fail_on, most) == (() if objection is None else (objection,))


def test_a_refusal_is_an_objection_and_by_a_ceiling_one_of_cost():
    text = digest(
        said=[error("max_cost_usd: 10 is less than the $57.50 that this job can cost: ...\nLower the trials.")]
    )
    found = overview(read_preview(text, "preview.json"))
    assert objections(found, ["reject"]) == ("churn is refused (reject)",)
    assert objections(found, ["cost"]) == (
        "churn: max_cost_usd: 10 is less than the $57.50 that this job can cost: .. (cost)",
    )


def test_a_failed_preview_passes_no_gate():
    found = overview(read_preview("", "preview.json"))
    assert objections(found, ["replace"]) == ("the preview failed, and does not tell all that would be done",)
    assert objections(found, []) == ()


def test_objections_stand_above_the_table():
    text = render(written(digest(again()), ["replace"])).text
    assert text.index("This check fails:\n\nchurn would run again (replace)") < text.index("Tuning job\n")


# -------------------------------------------------------------------------------------------------------------- limit


def large(number: int, words: int = 1, *others: dict[str, Any], **more: Any) -> str:
    """A preview of so many jobs that run again, each with changes of many words."""
    value = "a changed value with `ticks` and |pipes| " * words
    steps = [
        step(
            "replace",
            f"store-{index:03}",
            job(),
            job(trials=60, environment={f"KEY_{key}": value for key in range(words)}),
            replaces=REPLACES,
        )
        for index in range(number)
    ]
    return digest(*steps, *others, **more)


def test_three_hundred_jobs_fit_with_all_rows_and_summary_and_say_what_is_left_out():
    made = written(large(300))
    assert length(made) < LONGEST
    shown = render(made)
    assert "**300 tuning jobs run again; at most 18,000 instance-hours, $4,140.00 (+$690.00)**" in made
    assert len(shown.tables[0]) == 301
    left_out = re.search(r"no room for the details of ([\d,]+) more tuning jobs\.", shown.text)
    assert left_out
    assert int(left_out[1]) + sum("runs again" in name for name in shown.folds) == 300


def test_a_thousand_jobs_fit_too_and_rows_go_after_folds():
    made = written(large(1000))
    assert LONGEST - 2000 < length(made) < LONGEST
    shown = render(made)
    rows = len(shown.tables[0]) - 1
    assert f"There is no room for {1000 - rows:,} more tuning jobs." in shown.text
    assert "1,000 tuning jobs run again" in shown.text
    assert shown.folds == {}


def test_all_that_can_be_said_at_once_fits():
    said = [error(f"{index} {'e' * 6000}") for index in range(40)]
    said += [{"message": f"warning: {index} {'#' * 3000}\n", "severity": "warning"} for index in range(200)]
    said += [{"message": "p" * 20_000, "severity": "info"}]
    waits = [completion("create", f"{'|' * 300}{index}", [f"{'j' * 300}{index}"]) for index in range(200)]
    found = overview(read_preview(large(300, 3, *waits, said=said), "x"))
    made = comment(found, "shop/dev", objections=[f"{index} {'#' * 5000}" for index in range(60)])
    assert length(made) < LONGEST
    text = render(made).text
    assert re.search(r"and \d+ more errors", text)
    assert text.count("more\n") >= 2, "objections and warnings are counted, too"
    assert "The preview failed with 40 errors; as far as it came, 1 tuning job is refused, 300 run again" in text


@settings(max_examples=20, deadline=None)
@given(
    number=st.integers(0, 40),
    words=st.integers(0, 40),
    said=st.lists(
        st.tuples(st.sampled_from(["error", "warning", "info"]), st.text(min_size=1, max_size=40)), max_size=60
    ),
    longer=st.sampled_from([1, 20, 400]),
    stderr=st.text(max_size=40),
)
def test_no_preview_is_too_long(number, words, said, longer, stderr):
    messages = [{"urn": URN, "message": f"{text * longer}\n", "severity": severity} for severity, text in said]
    waits = [completion("create", f"{'w' * 300}{index}", [f"{'j' * 300}{index}"]) for index in range(number)]
    found = overview(read_preview(large(number, words, *waits, said=messages), "x"))
    made = comment(found, "shop/dev", objections=["#" * 5000 + str(index) for index in range(30)], stderr=stderr * 5000)
    assert length(made) < LONGEST
    assert made.startswith(
        "<!-- sagemaker-tuning:pr-comment shop/dev -->\n\n### SageMaker tuning jobs of `shop/dev`\n\n**"
    )
    assert render(made).tags.isdisjoint({"script", "a", "img"})


# ------------------------------------------------------------------------------------------------------------- marker


@pytest.mark.parametrize("name", ["dev", "acme/shop/dev-1", "my stack.2", "a--b"])
def test_a_marker_is_a_hidden_line_of_its_own(name):
    assert render(f"{marker(name)}\n\ntext").text.strip() == "text"


@pytest.mark.parametrize("name", ["", "a-->b", "two\nlines", "x" * 201, "<b>"])
def test_a_marker_that_would_end_itself_is_refused(name):
    with pytest.raises(SpecError, match="cannot tell a comment from others"):
        marker(name)
