"""The comment as a person sees it: GitHub's Markdown parser, and headless Chromium without a network.

GitHub's own clean-up of the HTML is left out, so that what is safe here is so by itself.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from job_previews import JOB, completion, digest, job, other, step
from rendered import to_html
from sagemaker_tuning.pull_requests import comment, objections, overview, read_preview

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>|`</code></details>"
REPLACES = ["hyperParameterTuningJobConfig"]
# What GitHub's style sheet does to a comment, as far as it matters for what is read.
STYLE = """
body { font: 14px/1.5 sans-serif; color: #1f2328; width: 760px; margin: 16px; overflow-wrap: break-word; }
table { border-collapse: collapse; display: block; overflow: auto; width: max-content; max-width: 100%; }
td, th { border: 1px solid #d1d9e0; padding: 6px 13px; }
code { background: #eff1f3; border-radius: 6px; padding: .2em .4em; font: 85% monospace; }
pre { background: #f6f8fa; padding: 16px; overflow: auto; } pre code { background: none; padding: 0; }
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no chromium on PATH: the comment is not looked at (on Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture
def look(browser: Any, tmp_path: Path, record_property: Callable[[str, object], None]) -> Iterator[Callable[..., Any]]:
    """Opens the comment about a preview; at the end nothing in it has run, and it has asked nobody for anything."""
    record_property("ran", f"Chromium {browser.version}")
    page = browser.new_page(viewport={"width": 830, "height": 900})
    page.context.set_offline(True)
    page.set_default_timeout(20_000)
    wrong: list[str] = []
    file = tmp_path / "comment.html"
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda asked: wrong.append(asked.url) if asked.url != file.as_uri() else None)

    def look(text: str, *fail_on: str) -> Any:
        found = overview(read_preview(text, "preview.json"))
        body = to_html(comment(found, "shop/dev", objections=objections(found, fail_on)))
        file.write_text(f"<!doctype html><meta charset=utf-8><title>comment</title><style>{STYLE}</style>{body}")
        page.goto(file.as_uri())
        return page

    yield look
    assert page.title() == "comment", "a script ran"
    page.close()
    assert wrong == []


def rows(page: Any) -> list[list[str]]:
    script = "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
    table: list[list[str]] = page.locator("tr").evaluate_all(script)
    return table


PULL_REQUEST = digest(
    step("replace", "churn", job(), job(trials=100, strategy="Random"), replaces=REPLACES),
    step("create", "fraud", new=job(trials=20)),
    step("delete", "old", old=job()),
    step("update", "spam", job(), job(tags={"team": "risk"})),
    *(step("same", f"store-{number}", job(), job()) for number in range(12)),
    completion("update", "all-done", ["churn", "fraud"], before=["churn-0a1b2c3"]),
    other("create", "bucket"),
)


def test_a_reviewer_sees_the_summary_and_a_table_and_unfolds_what_they_want_to_know(look):
    page = look(PULL_REQUEST)
    summary = page.get_by_text(
        "1 tuning job runs again, 1 is deleted, 1 is new, 1 is updated in place, 12 are unchanged"
    )
    assert summary.bounding_box()["y"] < 120, "it is the first thing on the page"
    assert [row[0] for row in rows(page)] == ["Tuning job", "churn", "old", "fraud", "spam"]
    assert rows(page)[1][3:] == ["100", "100", "$23.00 (+$11.50)"]

    change = page.get_by_text("resource_limits.max_number_of_training_jobs")
    assert not change.is_visible()
    page.get_by_text("runs again: 2 changes").click()
    assert change.is_visible()
    assert page.get_by_text("once the new job is accepted, churn-0a1b2c3 (Completed) is deleted").is_visible()
    page.get_by_text("runs again: 2 changes").click()
    assert not change.is_visible()


def test_the_marker_is_not_seen(look):
    assert "pr-comment" not in look(PULL_REQUEST).locator("body").inner_text()


def test_nothing_is_wider_than_the_page(look):
    page = look(digest(step("replace", "n" * 300, job(), job(role_arn="x" * 3000), replaces=["trainingJobDefinition"])))
    page.locator("summary").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 830


def test_texts_of_others_are_shown_and_never_run(look):
    changed = job(tags={HOSTILE: HOSTILE}, environment={"A": HOSTILE}, trials=5)
    page = look(
        digest(
            step("replace", HOSTILE, job(), changed, replaces=REPLACES),
            completion("create", HOSTILE, [HOSTILE]),
            said=[
                {"message": f"warning: {HOSTILE}\n", "severity": "warning"},
                {"message": f"{HOSTILE}\n", "severity": "info"},
            ],
        ),
        "replace",
    )
    assert page.locator("img, script, a").count() == 0
    assert rows(page)[1][0].startswith("<img src=x onerror=")
    assert len(rows(page)[1]) == 6
    assert page.locator("details").count() == 2
    page.locator("summary").first.click()
    assert page.get_by_text(f"training_job_definition.environment[A]: not set → {HOSTILE}").is_visible()


def test_a_failed_preview_looks_failed(look):
    said = [
        {"urn": f"urn:pulumi:dev::shop::{JOB}::churn", "message": f"error: {HOSTILE}\nDid you?\n", "severity": "error"}
    ]
    page = look(digest(said=said), "reject")
    assert page.get_by_text("The preview failed with 1 error").bounding_box()["y"] < 120
    assert page.locator("pre").inner_text().rstrip() == f"{HOSTILE}\nDid you?"
    assert page.get_by_text("This check fails").is_visible()
