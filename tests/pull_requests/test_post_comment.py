"""The script of examples/pull_request that keeps one comment: against services that answer as GitHub and GitLab do."""

from __future__ import annotations

import subprocess
import sys

import pytest
from comment_services import TOKEN, serving
from pipelines import EXAMPLE, PIPELINES, variables_of

MARKER = "<!-- sagemaker-tuning:pr-comment dev -->"


@pytest.fixture
def service():
    with serving() as running:
        yield running


@pytest.fixture
def post(tmp_path, service):
    """Runs the script on a text, as a pipeline does."""

    def post(pipeline, text, **changed):
        file = tmp_path / "comment.md"
        file.write_text(text, encoding="utf-8")
        variables = {**variables_of(pipeline, service, tmp_path), **changed}
        command = [sys.executable, "-I", str(EXAMPLE / "ci" / "post_comment.py"), str(file)]
        return subprocess.run(command, env=variables, capture_output=True, text=True, timeout=60, check=False)

    return post


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_the_first_run_creates_the_comment_and_the_next_updates_it(post, service, pipeline):
    service.add("Looks good to me")
    created = post(pipeline, f"{MARKER}\n\nfirst ✨")
    assert (created.returncode, created.stdout) == (0, "comment created\n"), created
    updated = post(pipeline, f"{MARKER}\n\nsecond")
    assert (updated.returncode, updated.stdout) == (0, "comment 1001 updated\n"), updated
    assert [comment["body"] for comment in service.comments] == ["Looks good to me", f"{MARKER}\n\nsecond"]


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_the_comment_is_found_after_many_others(post, service, pipeline):
    for number in range(230):
        service.add(f"comment {number}")
    service.add(f"{MARKER}\n\nours")
    assert post(pipeline, f"{MARKER}\n\nnew").stdout == "comment 1230 updated\n"
    assert len(service.comments) == 231
    assert len(service.calls) == 4


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_each_stack_has_a_comment_of_its_own(post, service, pipeline):
    production = MARKER.replace("dev", "dev-eu")
    for marker in (MARKER, production, MARKER, production):
        assert post(pipeline, f"{marker}\n\ntext").returncode == 0
    assert [comment["body"].splitlines()[0] for comment in service.comments] == [MARKER, production]


def test_who_quotes_the_comment_does_not_lose_their_own(post, service):
    service.add(f"> {MARKER}\n> what about this?")
    assert post("github", f"{MARKER}\n\nfirst").stdout == "comment created\n"


FAILURES = {
    "the token is wrong": ({"GITHUB_TOKEN": "wrong"}, "401 Unauthorized"),
    "the token is missing": ({"GITHUB_TOKEN": ""}, "the variable GITHUB_TOKEN is not set"),
    "nobody answers": ({"GITHUB_API_URL": "http://127.0.0.1:9"}, "refused"),
    "the repository is another one": ({"GITHUB_REPOSITORY": "acme/other"}, "404 Not Found"),
}


@pytest.mark.parametrize(("changed", "message"), FAILURES.values(), ids=FAILURES)
def test_a_failure_says_which_call_and_never_the_token(post, changed, message):
    done = post("github", f"{MARKER}\n\ntext", **changed)
    assert done.returncode == 1
    assert message in done.stderr
    assert TOKEN not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_token_that_may_not_write_is_told_in_the_words_of_the_service(post, service):
    service.refuses = 403
    done = post("github", f"{MARKER}\n\ntext")
    assert (done.returncode, "Resource not accessible by integration" in done.stderr) == (1, True)


def test_a_text_that_is_no_comment_of_ours_is_not_posted(post, service):
    done = post("gitlab", "hello")
    assert (done.returncode, service.calls) == (1, [])
    assert "has no marker" in done.stderr


def test_a_workflow_without_a_pull_request_is_told_so(post, tmp_path):
    (tmp_path / "push.json").write_text("{}")
    done = post("github", f"{MARKER}\n\ntext", GITHUB_EVENT_PATH=str(tmp_path / "push.json"))
    assert "does not run for a pull request" in done.stderr
