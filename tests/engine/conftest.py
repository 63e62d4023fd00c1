"""Stacks of boxes: a resource that is a file in a folder (the cloud), so that a test can look at what really exists."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from box_programs import PROGRAMS, rewrite
from sagemaker_sandbox.testing import PulumiStack, available_engines


@dataclass(frozen=True)
class Cloud:
    """The folder in which the boxes of one test are."""

    folder: Path

    def boxes(self) -> dict[str, dict[str, Any]]:
        """What exists: the properties of every box by its id."""
        return {path.stem: json.loads(path.read_text()) for path in self.folder.glob("*.box")}

    def named(self, name: str) -> list[dict[str, Any]]:
        return [box for box in self.boxes().values() if box["name"] == name]

    def edit(self, name: str, **changes: Any) -> None:
        """Change a box behind the engine's back."""
        for path in self.folder.glob("*.box"):
            box = json.loads(path.read_text())
            if box["name"] == name:
                path.write_text(json.dumps({**box, **changes}))

    def calls(self) -> list[str]:
        """What the provider was asked to do so far, as `verb name`."""
        log = self.folder / "calls.log"
        return log.read_text().splitlines() if log.exists() else []

    def forget_calls(self) -> None:
        (self.folder / "calls.log").unlink(missing_ok=True)


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    folder = tmp_path / "cloud"
    folder.mkdir()
    return Cloud(folder)


@pytest.fixture(params=available_engines())
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def boxes(engine: str, tmp_path: Path, cloud: Cloud) -> Callable[[str], PulumiStack]:
    """Make a stack from the text of a program, which has `Box`, `config`, `pulumi` and `ResourceOptions` at hand."""

    def make(source: str, *, name: str = "boxes", project: str = "") -> PulumiStack:
        program = tmp_path / name
        program.mkdir()
        shutil.copy(PROGRAMS / "box.py", program)
        (program / "Pulumi.yaml").write_text(f"name: {name}\nruntime: python\n{project}")
        runner = PulumiStack(engine, program, tmp_path / "home", {"BOX_CLOUD": str(cloud.folder)}, "dev")
        rewrite(runner, source)
        return runner.init()

    return make
