"""The pytest plugin in projects of its users."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from sagemaker_sandbox.testing import available_engines

PROGRAM = """
import pulumi
from pulumi.dynamic import CreateResult, DiffResult, Resource, ResourceProvider, UpdateResult
from names import NAME

class Shelf(ResourceProvider):
    def create(self, props):
        return CreateResult("shelf-1", props)

    def diff(self, id_, olds, news):
        return DiffResult(olds["books"] != news["books"])

    def update(self, id_, olds, news):
        if news["books"] == "none":
            raise ValueError("an empty shelf is no shelf")
        return UpdateResult(news)

class Thing(Resource):
    pass

config = pulumi.Config()
Thing(Shelf(), NAME, {"books": config.get("books") or "few", "owner": config.get_object("owner")})
pulumi.log.warn("shelves are heavy")
pulumi.export("token", config.get_secret("token"))
"""

DELETE = 'Shelf.delete = lambda self, id_, props: open(props["owner"]["log"], "x").close()'

TESTS_OF_A_USER = """
def test_the_shelf(pulumi_stack):
    stack = pulumi_stack("../infra", config={"owner": {"name": "Ada"}}, secrets={"token": "hush"})
    preview = stack.preview()
    assert preview.ok, preview
    assert preview.changes == {"create": 2}
    assert preview.operations == {"library-test": "create", "shelf": "create"}
    made = stack.up()
    assert made.ok, made
    assert "shelves are heavy" in [item.message for item in made.diagnostics if item.severity == "warning"]
    assert stack.outputs == {"token": "hush"}
    assert stack.resources()["shelf"]["inputs"]["owner"] == {"name": "Ada"}
    assert stack.up().changes == {"same": 2}
    assert stack.refresh().ok
    stack.configure(books="none")
    (same, changed) = stack.preview().steps
    assert (same.type, same.op, changed.name, changed.op) == ("pulumi:pulumi:Stack", "same", "shelf", "update")
    failed = stack.up()
    assert failed.exit_code != 0
    assert "an empty shelf is no shelf" in failed.errors[0]
    assert [step.name for step in failed.steps if step.is_failed] == ["shelf"]
    assert stack.destroy().changes == {"delete": 2}
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project of a user: `infra` with a Pulumi program and a module beside it, and `tests`."""
    infra = pytester.mkdir("infra")
    (infra / "Pulumi.yaml").write_text("name: library\nruntime: python\n")
    (infra / "__main__.py").write_text(PROGRAM)
    (infra / "names.py").write_text('NAME = "shelf"\n')
    pytester.mkdir("tests")
    return pytester


def run(project: pytest.Pytester, test: str, *arguments: str) -> pytest.RunResult:
    (project.path / "tests" / "test_it.py").write_text(test)
    # In a process of its own: a plugin of pytest is loaded once in a process.
    return project.runpytest_subprocess("-p", "no:cacheprovider", *arguments)


@pytest.mark.parametrize("engine", available_engines())
def test_a_users_test_takes_a_stack_through_its_life(project, engine):
    run(project, TESTS_OF_A_USER, "--pulumi-engine", engine).assert_outcomes(passed=1)


@pytest.mark.slow
def test_the_programs_folder_is_left_as_it_was(project):
    infra = project.path / "infra"
    (infra / "Pulumi.test.yaml").write_text("config:\n  library:books: many\n")
    before = _content(infra)
    test = """
        def test_it(pulumi_stack):
            stack = pulumi_stack("../infra", config={"owner": {}}, secrets={"token": "hush"})
            assert stack.up("--config", "extra=1").ok
            assert stack.resources()["shelf"]["inputs"]["books"] == "many"
    """
    run(project, textwrap.dedent(test), "--pulumi-engine", "local").assert_outcomes(passed=1)
    assert _content(infra) == before


@pytest.mark.slow
def test_a_stack_is_destroyed_after_its_test_and_a_destroy_that_fails_is_an_error(project):
    program = PROGRAM.replace("config = ", f"{DELETE}\nconfig = ")
    (project.path / "infra" / "__main__.py").write_text(program)
    log = project.path / "deleted"
    test = f"""
        def test_it(pulumi_stack):
            assert pulumi_stack("../infra", config={{"owner": {{"log": "{log}"}}}}).up().ok
    """
    run(project, textwrap.dedent(test), "--pulumi-engine", "local").assert_outcomes(passed=1)
    assert log.exists()
    again = run(project, textwrap.dedent(test), "--pulumi-engine", "local")
    again.assert_outcomes(passed=1, errors=1)
    again.stdout.fnmatch_lines(["*the stack could not be destroyed after the test*", "*File exists*"])


@pytest.mark.slow
def test_secrets_of_the_users_own_stack_have_to_be_given(project):
    (project.path / "infra" / "Pulumi.prod.yaml").write_text("config:\n  library:token:\n    secure: v1:abc\n")
    test = """
        import pytest

        def test_missing(pulumi_stack):
            with pytest.raises(ValueError, match="library:token: encrypted"):
                pulumi_stack("../infra", stack="prod")

        def test_given(pulumi_stack):
            assert pulumi_stack("../infra", stack="prod", secrets={"token": "hush"}).preview().ok

        def test_no_project(pulumi_stack):
            with pytest.raises(ValueError, match="holds no Pulumi.yaml"):
                pulumi_stack(".")
    """
    result = run(project, textwrap.dedent(test), "--pulumi-engine", "local", "--sandbox-scope", "module")
    result.assert_outcomes(passed=3)


ALONE = """
    import pytest

    @pytest.mark.parametrize("number", [1, 2])
    def test_empty(sagemaker_sandbox, number, monkeypatch):
        monkeypatch.setenv("AWS_PROFILE", "production")
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        assert sagemaker_sandbox.calls == []
        s3 = sagemaker_sandbox.client("s3")
        assert s3.list_buckets()["Buckets"] == []
        with sagemaker_sandbox.recorded_calls() as calls:
            s3.create_bucket(Bucket="mine")
        assert calls == ["CreateBucket"]
        assert sagemaker_sandbox.environment()["AWS_ENDPOINT_URL"] == sagemaker_sandbox.url
"""


@pytest.mark.slow
def test_each_test_has_an_empty_sandbox_unless_they_share_one(project):
    run(project, textwrap.dedent(ALONE)).assert_outcomes(passed=2)
    run(project, textwrap.dedent(ALONE), "--sandbox-scope", "session").assert_outcomes(passed=1, failed=1)


def test_a_failed_test_shows_what_its_sandbox_said(project):
    test = """
        def test_it(sagemaker_sandbox):
            raise SystemError
    """
    result = run(project, textwrap.dedent(test))
    result.stdout.fnmatch_lines(["*SageMaker sandbox*", "*watch its jobs at http://127.0.0.1:*/_sandbox*"])


def test_an_engine_that_cannot_run_is_told(project, monkeypatch):
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    result = run(project, "def test_it(pulumi_stack): ...", "--pulumi-engine", "cli")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*the engine 'cli' cannot run: no pulumi on PATH*"])


def test_the_plugin_costs_nothing_where_it_is_not_used():
    script = (
        "import json, sys, pytest\n"
        "before = set(sys.modules)\n"
        "import sagemaker_sandbox.pytest_plugin\n"
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == ["sagemaker_sandbox", "sagemaker_sandbox.pytest_plugin"]


def _content(folder: Path) -> dict[str, str]:
    return {str(path): path.read_text() for path in folder.rglob("*") if path.is_file()}
