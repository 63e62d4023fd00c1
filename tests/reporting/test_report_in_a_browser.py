"""The page as a person sees it, in headless Chromium that reaches no network."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from reported_jobs import DocumentGateway, definition, described, search, several_definitions, summary, with_best
from sagemaker_tuning.reporting import report

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
TRIALS = 40
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 800}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no chromium on PATH: the report is not looked at (on Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@contextmanager
def opened(browser: Any, file: Path, part: str = "") -> Iterator[Any]:
    """A page that is drawn; at its end it has had no error and has asked nobody for anything."""
    page = browser.new_page(viewport=WIDE)
    page.context.set_offline(True)
    page.set_default_timeout(30_000)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: wrong.append(asked.url) if asked.url.split("#")[0] != file.as_uri() else None)
    page.goto(f"{file.as_uri()}{part}")
    page.wait_for_function("document.documentElement.dataset.drawn === 'true'")
    yield page
    page.close()
    assert [one for one in wrong if not one.startswith(("data:", "blob:"))] == []


@pytest.fixture(scope="module")
def churn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    gateway = DocumentGateway(with_best(described(), search(TRIALS)))
    return report("churn", gateway=gateway).save(tmp_path_factory.mktemp("report") / "churn.html")


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three jobs: a usual one, one with two definitions, and one whose every text is markup."""
    ranges = described()["HyperParameterTuningJobConfig"]["ParameterRanges"]
    objective = {"Type": "Maximize", "MetricName": "validation:auc"}
    definitions = [
        definition(DefinitionName=name, TuningObjective=objective, HyperParameterRanges=ranges)
        for name in ("first", "second")
    ]
    trials = [
        {**one, "TrainingJobDefinitionName": ("first", "second")[index % 2]} for index, one in enumerate(search(24))
    ]
    hostile = {"CategoricalParameterRanges": [{"Name": HOSTILE, "Values": [HOSTILE, "b"]}]}
    owned = [
        summary(n, n, tuned={HOSTILE: (HOSTILE, "b")[n % 2]}, FailureReason=HOSTILE if n > 9 else None)
        for n in range(1, 13)
    ]
    gateway = DocumentGateway(
        with_best(described("plain"), search(12)),
        with_best(several_definitions("split", definitions), trials),
        with_best(described("hostile", ranges=hostile, FailureReason=HOSTILE), owned),
    )
    made = report("plain", "split", "hostile", gateway=gateway)
    return made.save(tmp_path_factory.mktemp("report") / "several.html")


@pytest.fixture(scope="module")
def opened_churn(browser: Any, churn: Path) -> Iterator[Any]:
    with opened(browser, churn) as page:
        yield page


@pytest.fixture
def page(opened_churn: Any, browser: Any, record_property: Callable[[str, object], None]) -> Any:
    """The report of one job, as if nobody had touched it yet: to load it takes seconds."""
    record_property("ran", f"Chromium {browser.version}")
    opened_churn.set_viewport_size(WIDE)
    opened_churn.emulate_media(color_scheme="light")
    opened_churn.get_by_label("Find").fill("")
    opened_churn.get_by_label("Status").select_option("")
    return opened_churn


def drawn(page: Any) -> dict[str, bool]:
    """Whether each plot that is to be seen has something in it: marks, bars or painted lines."""
    found: dict[str, bool] = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll(".plot")]
          .filter((place) => !place.closest("details:not([open])"))
          .map((place) => {
            const canvas = place.querySelector("canvas.gl-canvas-context");
            if (!canvas) return [place.id, place.querySelectorAll(".points path, path.js-line").length > 0];
            const copy = document.createElement("canvas");
            [copy.width, copy.height] = [canvas.width, canvas.height];
            copy.getContext("2d").drawImage(canvas, 0, 0);
            const pixels = copy.getContext("2d").getImageData(0, 0, copy.width, copy.height).data;
            return [place.id, pixels.some((value) => value > 0)];
          }))"""
    )
    return found


def column(page: Any, name: str) -> list[str]:
    """The cells of a column of the table of trials, as far as their rows are shown."""
    cells: list[str] = page.locator("table.trials").evaluate(
        """(table, name) => {
          const place = [...table.tHead.rows[0].cells].findIndex((cell) => cell.textContent.trim() === name);
          const shown = [...table.tBodies[0].rows].filter((row) => !row.hidden);
          return shown.map((row) => row.cells[place].textContent.trim());
        }""",
        name,
    )
    return cells


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_plot_is_drawn_and_nothing_runs_over_the_side(page, size, theme):
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=theme)
    plots = drawn(page)
    assert len(plots) == 10
    assert all(plots.values()), plots
    page.wait_for_function(f"document.documentElement.scrollWidth <= {size['width']}")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_texts_can_be_told_from_the_ground_in_plots_as_well(page, theme):
    page.emulate_media(color_scheme=theme)
    page.wait_for_function(
        """() => {
          const light = (color) => {
            const parts = color.match(/[0-9.]+/g).slice(0, 3).map((part) => part / 255)
              .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
          };
          const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
          const ground = light(getComputedStyle(document.body).backgroundColor);
          const least = (selector, property) => Math.min(...[...document.querySelectorAll(selector)]
            .map((element) => contrast(light(getComputedStyle(element)[property]), ground)));
          return least("h1, h2, h3, p, dt, dd, td, thead th, a, figcaption, .badge", "color") >= 4.5
            && least(".plot .xtick text, .plot .ytick text, .plot .legendtext", "fill") >= 4.5;
        }"""
    )


def test_the_table_sorts_by_a_columns_name_numbers_as_numbers(page):
    heading = page.get_by_role("button", name="validation:auc")
    heading.click()
    rising = column(page, "validation:auc")
    values = [float(text) for text in rising if text != "–"]
    assert 0 < len(values) < TRIALS
    assert rising == [*(f"{value:.6g}" for value in sorted(values)), *["–"] * (TRIALS - len(values))]
    heading.click()
    assert column(page, "validation:auc") == [*rising[: len(values)][::-1], *rising[len(values) :]]
    assert page.locator("th[aria-sort]").evaluate_all("all => all.map(one => [one.textContent, one.ariaSort])") == [
        ["validation:auc", "descending"]
    ]
    page.get_by_role("button", name="booster").click()
    boosters = column(page, "booster")
    assert boosters == sorted(boosters)


def test_the_table_shows_what_is_asked_for(page):
    page.get_by_label("Status").select_option("Failed")
    failed = column(page, "Status")
    assert set(failed) == {"Failed"}
    assert page.locator("form output").inner_text() == f"{len(failed)} of {TRIALS} trials"
    page.get_by_label("Status").select_option("")
    page.get_by_label("Find").fill("CHURN-007")
    assert column(page, "Trial") == ["7"]


def test_no_button_of_a_plot_sends_it_anywhere(page):
    titles = page.locator(".modebar-btn").evaluate_all("buttons => buttons.map(button => button.dataset.title)")
    assert set(titles) == {"Download plot as a PNG", "Zoom", "Pan", "Zoom in", "Zoom out", "Reset axes"}


def test_a_plot_can_be_kept_as_a_picture(page):
    with page.expect_download() as download:
        page.locator("#job-1-timeline .modebar-btn[data-title^=Download]").click(force=True)
    assert download.value.suggested_filename.endswith(".png")


def test_a_click_on_a_point_goes_to_its_row(page):
    page.get_by_label("Find").fill("no such trial")
    number = page.evaluate(
        """() => {
          const place = document.getElementById("job-1-best-so-far-1");
          place.emit("plotly_click", { points: [{ customdata: place.data[0].customdata[3] }] });
          return place.data[0].customdata[3];
        }"""
    )
    row = page.locator("tr.is-chosen")
    assert row.get_attribute("data-trial") == str(number)
    assert row.is_visible()


def test_of_several_jobs_the_open_one_is_drawn_and_a_closed_one_gives_its_room_back(browser, several):
    with opened(browser, several) as page:
        assert set(drawn(page)) == {"comparison-1"}
        page.locator("#job-2 > summary").click()
        page.wait_for_function("document.getElementById('job-2-timeline').data")
        shown = drawn(page)
        assert all(shown.values()), shown
        assert "job-2-definition-1-parallel" in shown
        assert "job-2-definition-2-parallel" not in shown
        page.locator("#job-1 > summary").click()
        page.wait_for_function("document.getElementById('job-1-timeline').data")
        assert page.locator("details.job[open]").count() == 1
        page.wait_for_function("!document.getElementById('job-2-timeline').data")


def test_markup_in_a_job_is_shown_and_does_not_run_and_a_link_opens_its_job(browser, several):
    with opened(browser, several, part="#job-3") as page:
        page.wait_for_function("document.getElementById('job-3-timeline').data")
        assert page.locator("details.job[open]").get_attribute("id") == "job-3"
        assert all(drawn(page).values())
        assert page.title() != "owned"
        assert page.locator("main img").count() == 0
        assert page.locator("#job-3").get_by_text(HOSTILE).first.is_visible()


def test_the_page_refuses_even_its_own_requests_and_scripts_that_are_not_its_own(browser, churn):
    page = browser.new_page(java_script_enabled=True)
    page.goto(churn.as_uri())
    answer = page.evaluate("fetch('https://example.com').then(() => 'answered', (error) => String(error))")
    assert re.search("TypeError|violates", answer)
    refused = page.evaluate(
        """() => new Promise((resolve) => {
          document.addEventListener("securitypolicyviolation", (event) => resolve(event.violatedDirective));
          const script = Object.assign(document.createElement("script"), { textContent: "document.title = 'owned'" });
          document.body.append(script);
        })"""
    )
    assert refused.startswith("script-src")
    assert page.title() != "owned"
    page.close()


def test_a_notebook_can_show_it(browser, tmp_path):
    gateway = DocumentGateway(with_best(described(), search(12)))
    notebook = tmp_path / "notebook.html"
    notebook.write_text(f"<!doctype html><meta charset=utf-8>{report('churn', gateway=gateway)._repr_html_()}")
    page = browser.new_page(viewport=WIDE)
    page.goto(notebook.as_uri())
    frame = page.frame_locator("iframe")
    frame.locator("html[data-drawn=true]").wait_for()
    assert frame.locator(".plot .points path").count() > 12
    page.close()


def test_without_script_the_figures_can_still_be_read(browser, churn):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(churn.as_uri())
    assert page.get_by_text("The plots and the sorting of tables need JavaScript").is_visible()
    assert page.locator("table.trials tbody tr").count() == TRIALS
    context.close()
