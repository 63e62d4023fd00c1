"""A sandbox, and a Python environment whose clients know nothing of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import boto3
import pytest
from sagemaker_sandbox.endpoint import Sandbox

PROGRAMS = Path(__file__).parent / "programs"
ENVIRONMENT = Path(__file__).parents[2] / ".venv-clients"

RunProgram = Callable[[str], dict[str, Any]]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(speed=10) as sandbox:
        yield sandbox


@pytest.fixture
def sagemaker(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of the test's own, to see what the program left behind."""
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    client = boto3.session.Session().client("sagemaker")
    yield client
    client.close()


@pytest.fixture
def run(sandbox: Sandbox, tmp_path: Path, record_property: Callable[[str, object], None]) -> RunProgram:
    """Run one of the programs with the sandbox's environment and nothing else; gives what it said at its end."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        pytest.skip(f"there is no {ENVIRONMENT.name}: `make test` installs the clients there")
    for client in _clients():
        record_property("ran", client)

    def run(program: str) -> dict[str, Any]:
        shutil.copytree(PROGRAMS, tmp_path, dirs_exist_ok=True)
        done = subprocess.run(
            [python, program],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), **sandbox.environment()},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=200,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-5000:]
        said: dict[str, Any] = json.loads((tmp_path / "said.json").read_text())
        return said

    return run


def _clients() -> Iterator[str]:
    for packages in ENVIRONMENT.glob("lib/python*/site-packages"):
        for distribution in distributions(path=[str(packages)]):
            if distribution.name in ("sagemaker", "sagemaker-core"):
                yield f"{distribution.name} {distribution.version}"
