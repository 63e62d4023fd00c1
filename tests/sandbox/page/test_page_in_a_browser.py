"""The live page as a person sees it, in headless Chromium."""

from __future__ import annotations

import re
from typing import Any

import pytest
from page_jobs import training_request, tuning_request

HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
HOSTILE_NAME = "<script>alert()</script>"


def look(page: Any, watched: Any, name: str | None = None) -> None:
    page.goto(f"{watched.sandbox.url}/_sandbox")
    if name:
        page.get_by_role("button", name=re.compile(f"^{name} ")).click()
        page.get_by_role("heading", name=name, exact=True).wait_for()


def rows(page: Any) -> list[list[str]]:
    """The trials table as it is read: a list of cells for each row, its head first."""
    script = "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    table: list[list[str]] = page.get_by_role("row").evaluate_all(script)
    return table


def test_an_empty_sandbox_says_so(page, fresh_sandbox):
    page.goto(f"{fresh_sandbox.url}/_sandbox")
    page.get_by_text("No tuning job yet").wait_for()
    assert not page.get_by_role("main").is_visible()


def test_a_job_comes_up_by_itself_and_moves_on_to_its_end(page, watched):
    look(page, watched)
    watched.create(tuning_request("comes-up", watched.role_arn, trials=2, seconds="2"))
    page.get_by_role("heading", name="comes-up").wait_for()
    page.get_by_role("cell", name="Training", exact=True).first.wait_for()
    page.get_by_role("cell", name="Completed (best)").wait_for()
    page.get_by_role("status").get_by_text("comes-up is Completed").wait_for()
    assert page.get_by_role("button", name="comes-up Completed · 2 of 2 trials").is_visible()


def test_the_table_and_the_curve_show_what_the_service_says(page, watched):
    watched.create(tuning_request("shown", watched.role_arn, trials=5))
    best = watched.ended("shown")["BestTrainingJob"]
    score = best["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
    look(page, watched, "shown")
    head, *trials = rows(page)
    assert head == ["#", "Training job", "Status", "Objective", "x", "Time"]
    assert [row[0] for row in trials] == ["1", "2", "3", "4", "5"]
    (winner,) = [row for row in trials if "best" in row[2]]
    assert winner[1] == best["TrainingJobName"]
    assert float(winner[3]) == pytest.approx(score, abs=1e-5)
    assert winner[4] == best["TunedHyperParameters"]["x"]

    name = f"score by trial, and the best so far. Maximize: {score:.4g} in trial {winner[0]} of 5."
    curve = page.get_by_role("img", name=name)
    assert curve.locator("circle").count() == 5
    heights = curve.locator("circle").evaluate_all("dots => dots.map(dot => -dot.cy.baseVal.value)")
    assert sorted(range(5), key=heights.__getitem__) == sorted(range(5), key=lambda place: float(trials[place][3]))


def test_a_trials_log_and_its_failure_are_shown_on_demand_and_kept_in_the_address(page, watched):
    watched.create(tuning_request("fails", watched.role_arn, trials=1, says="fail"))
    reason = watched.ended("fails")["FailureReason"]
    look(page, watched, "fails")
    assert page.get_by_text(reason).is_visible()
    trial = page.get_by_role("button", name=re.compile("^fails-001-"))
    trial.click()
    log = page.get_by_role("region", name=re.compile("^Log of fails-001-"))
    log.get_by_text("the data is not what it was").wait_for()
    assert trial.get_attribute("aria-pressed") == "true"
    assert "AlgorithmError" in page.locator("#trial-failure").inner_text()
    page.reload()
    log.get_by_text("the data is not what it was").wait_for()
    trial.click()
    log.wait_for(state="hidden")


def test_what_a_job_contains_is_text_and_never_markup(page, watched):
    watched.create(
        tuning_request("hostile", watched.role_arn, trials=1, categories={HOSTILE_NAME: HOSTILE, "says": HOSTILE})
    )
    watched.ended("hostile")
    look(page, watched, "hostile")
    page.get_by_role("button", name=re.compile("^hostile-001-")).click()
    page.get_by_role("region", name=re.compile("^Log of")).get_by_text(HOSTILE).wait_for()
    head, trial = rows(page)
    assert HOSTILE_NAME in head
    assert trial.count(HOSTILE) == 2
    assert page.locator("main img, main script").count() == 0
    assert page.title() == "SageMaker sandbox"


def test_the_keyboard_reaches_everything_and_keeps_its_place_while_the_page_updates(page, watched):
    watched.create(tuning_request("typed", watched.role_arn, trials=2, seconds="3"))
    look(page, watched, "typed")
    trial = page.get_by_role("button", name=re.compile("^typed-001-"))
    trial.focus()
    page.keyboard.press("Enter")
    page.get_by_role("region", name=re.compile("^Log of typed-001-")).wait_for()
    page.get_by_role("cell", name=re.compile("^Completed")).first.wait_for()  # rows were made anew meanwhile
    assert page.evaluate("document.activeElement.textContent").startswith("typed-001-")
    names = page.get_by_role("button").evaluate_all("all => all.map(button => button.textContent.trim())")
    assert all(names)


def test_training_jobs_of_no_tuning_job_have_a_place_too(page, watched):
    watched.sagemaker.create_training_job(**training_request("alone", watched.role_arn))
    look(page, watched)
    page.get_by_role("button", name="Training jobs of no tuning job").click()
    page.get_by_role("button", name="alone").click()
    page.get_by_role("region", name="Log of alone").get_by_text("score=1.0;").wait_for()
    assert rows(page)[0] == ["#", "Training job", "Status", "Time"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_light_and_in_dark(page, watched, scheme):
    page.emulate_media(color_scheme=scheme)
    look(page, watched)
    colors = page.evaluate(
        """names => Object.fromEntries(names.map(name =>
             [name, getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()]))""",
        ["ground", "panel", "chosen", "text", "quiet", "accent", "good", "bad", "under-way"],
    )
    assert (_luminance(colors["ground"]) > 0.5) == (scheme == "light")
    for behind in ("ground", "panel", "chosen"):
        for text in ("text", "quiet", "accent", "good", "bad", "under-way"):
            assert _contrast(colors[behind], colors[text]) >= 4.5, (behind, text)  # WCAG 2.2, 1.4.3


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: str) -> float:
    """Of `#rrggbb`. Source: WCAG 2.2, relative luminance."""
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_narrow_window_scrolls_the_table_and_not_the_page(page, watched):
    watched.create(tuning_request("narrow", watched.role_arn, trials=2))
    watched.ended("narrow")
    page.set_viewport_size({"width": 380, "height": 800})
    look(page, watched, "narrow")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_sandbox_that_has_ended_is_told(page, tmp_path):
    from sagemaker_sandbox.testing import serve

    with serve(tmp_path) as sandbox:
        page.goto(f"{sandbox.url}/_sandbox")
        page.get_by_text("No tuning job yet").wait_for()
    page.get_by_role("status").get_by_text("The sandbox does not answer").wait_for()
