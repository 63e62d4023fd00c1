"""A program that runs stacks with the Automation API, in a sandbox, as its README tells."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from example_stacks import EXAMPLES
from sagemaker_sandbox.testing import CLI, why_not

pytestmark = pytest.mark.e2e

NO_CLI = f"the Automation API runs the Pulumi CLI: {why_not(CLI)}"
STORES = ("berlin", "lisbon", "oslo")


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy: the Automation API writes the stacks' settings beside the program."""
    return shutil.copytree(
        EXAMPLES / "automation_api", tmp_path / "example", ignore=shutil.ignore_patterns("Pulumi.*.yaml")
    )


def in_a_sandbox(example: Path, *commands: str, environment: dict[str, str] | None = None) -> list[str]:
    """What each command printed, all of them in one sandbox."""
    script = "; echo ---; ".join(f"{shlex.quote(sys.executable)} tune_all.py {command} 2>&1" for command in commands)
    done = subprocess.run(
        [sys.executable, "-m", "sagemaker_sandbox", "exec", "--", "sh", "-c", script],
        cwd=example,
        env=environment or os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    return [part.strip() for part in done.stdout.split("---")]


def results(printed: str) -> dict[str, str]:
    """The last lines, by store."""
    lines = re.findall(rf"^({'|'.join(STORES)}) +(\S.*)$", printed, re.MULTILINE)
    return dict(lines)


@pytest.mark.slow
@pytest.mark.skipif(bool(why_not(CLI)), reason=NO_CLI)
def test_one_program_tunes_for_every_store(example: Path) -> None:
    preview, up, again, changed, failed, destroyed = in_a_sandbox(
        example, "preview", "up", "up", "preview --trials 3", "preview --trials 0", "destroy"
    )
    assert set(results(preview).values()) == {"15 create"}, preview
    assert results(up).keys() == set(STORES), up
    for line in results(up).values():
        assert re.fullmatch(r"15 create; loss \d\.\d{4} with rate \d\.\d{4}", line), up
    assert results(again) == {store: line.replace("create", "same") for store, line in results(up).items()}
    assert set(results(changed).values()) == {"1 replace, 13 same, 1 update"}, changed
    assert "max_number_of_training_jobs is immutable: 2 → 3" in changed
    assert set(results(failed).values()) == {"failed"}, failed
    assert "0 is less than 1" in failed
    assert set(results(destroyed).values()) == {"15 delete"}, destroyed
    assert list(example.glob("Pulumi.*.yaml")) == []


def test_without_the_cli_it_says_what_it_needs(example: Path) -> None:
    folders = os.environ["PATH"].split(os.pathsep)
    without = os.pathsep.join(folder for folder in folders if not Path(folder, "pulumi").exists())
    (printed,) = in_a_sandbox(example, "up", environment={**os.environ, "PATH": without})
    assert printed == ("The Automation API needs the Pulumi CLI on PATH; the sandbox's local engine does not serve it.")
