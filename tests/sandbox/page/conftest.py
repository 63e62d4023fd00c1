"""A sandbox of the page's own tests, and a headless Chromium that looks at it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from page_jobs import BUCKET, TRUST_SAGEMAKER, code_archive, eventually
from sagemaker_sandbox.testing import ServedSandbox, serve

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class Watched:
    """A sandbox with what a job needs."""

    sandbox: ServedSandbox
    role_arn: str
    sagemaker: Any = field(init=False)

    def __post_init__(self) -> None:
        self.sagemaker = self.sandbox.client("sagemaker")

    def create(self, request: dict[str, Any]) -> None:
        self.sagemaker.create_hyper_parameter_tuning_job(**request)

    def ended(self, name: str) -> dict[str, Any]:
        """The job's description, once it has ended."""

        def job() -> dict[str, Any] | None:
            described = self.sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
            return None if described["HyperParameterTuningJobStatus"] == "InProgress" else described

        return eventually(job)


@pytest.fixture
def fresh_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSandbox]:
    with serve(tmp_path_factory.mktemp("page"), speed=10) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    with serve(tmp_path_factory.mktemp("page"), speed=10) as sandbox:
        s3, iam = sandbox.client("s3"), sandbox.client("iam")
        s3.create_bucket(Bucket=BUCKET)
        s3.put_object(Bucket=BUCKET, Key="code.tar.gz", Body=code_archive())
        role = iam.create_role(RoleName="training", AssumeRolePolicyDocument=TRUST_SAGEMAKER)["Role"]
        yield Watched(sandbox, role["Arn"])


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no chromium on PATH: the page is not looked at (on Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Any, record_property: Callable[[str, object], None]) -> Iterator[Any]:
    """A new window; at its end it has had no error, and has asked nobody but sandboxes for anything."""
    record_property("ran", f"Chromium {browser.version}")
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(20_000)
    errors: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    yield page
    page.close()
    assert errors == []
    assert [url for url in asked if not url.startswith(("http://127.0.0.1:", "data:,"))] == []
