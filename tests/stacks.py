"""Runs whole stacks through an engine: the project's local one, or the Pulumi CLI where it is on PATH.

Both take the same commands and write the same state, so a test is written once and runs on each.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LOCAL, CLI = "local", "cli"
STACK = "dev"
_LOCAL_COMMAND = (sys.executable, "-m", "sagemaker_sandbox.engine")
_TIMEOUT_SECONDS = 240


@functools.cache
def engines() -> dict[str, str]:
    """Why each engine runs or not: empty text for one that runs."""
    return {LOCAL: "", CLI: _why_no_cli()}


def _why_no_cli() -> str:
    command = shutil.which("pulumi")
    if command is None:
        return "no pulumi on PATH"
    version = subprocess.run([command, "version"], capture_output=True, text=True, timeout=60, check=False)
    if version.returncode or "local engine" in version.stdout:
        return f"{command} is not the Pulumi CLI"
    if importlib.util.find_spec("pip") is None:
        return "pulumi is on PATH, but this environment has no pip, which it needs to run a program"
    return ""


def available_engines() -> list[str]:
    return [name for name, reason in engines().items() if not reason]


@dataclass(frozen=True)
class Result:
    """A finished command."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        return self.stdout + self.stderr

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)

    def operations(self) -> dict[str, str]:
        """Of `preview --json`: what happens to each resource, by its name."""
        return {step["urn"].rsplit("::", 1)[1]: step["op"] for step in self.json["steps"]}


@dataclass
class StackRunner:
    """One stack of one program folder, in a backend of its own.

    engine: `local` or `cli`; home: an empty folder for the backend and the engine's own files.
    """

    engine: str
    program: Path
    home: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    stack: str = STACK

    def __post_init__(self) -> None:
        (self.home / "backend").mkdir(parents=True, exist_ok=True)

    def init(self) -> StackRunner:
        made = self.run("stack", "init", self.stack)
        assert made.exit_code == 0, made.output
        return self

    def with_engine(self, engine: str) -> StackRunner:
        """The same stack in the hands of another engine."""
        return StackRunner(engine, self.program, self.home, self.environment, self.stack)

    # ------------------------------------------------------------------------------------------------- operations

    def preview(self, *arguments: str) -> Result:
        return self.run("preview", "--stack", self.stack, *arguments)

    def preview_json(self, *arguments: str) -> Result:
        return self.preview("--json", *arguments)

    def up(self, *arguments: str) -> Result:
        return self.run("up", "--stack", self.stack, "--yes", "--skip-preview", *arguments)

    def refresh(self, *arguments: str) -> Result:
        return self.run("refresh", "--stack", self.stack, "--yes", "--skip-preview", *arguments)

    def destroy(self, *arguments: str) -> Result:
        return self.run("destroy", "--stack", self.stack, "--yes", "--skip-preview", *arguments)

    def set_config(self, **values: str) -> None:
        for key, value in values.items():
            assert self.run("config", "set", "--stack", self.stack, key, value).exit_code == 0

    def outputs(self, *arguments: str) -> dict[str, Any]:
        return self.run("stack", "output", "--stack", self.stack, "--json", *arguments).json

    def export(self) -> dict[str, Any]:
        """The deployment, with its `resources`."""
        return self.run("stack", "export", "--stack", self.stack).json["deployment"]

    def resources(self) -> dict[str, dict[str, Any]]:
        """The state's resources by name, without providers and without what waits for deletion."""
        return {
            item["urn"].rsplit("::", 1)[1]: item
            for item in self.export().get("resources", ())
            if "pulumi:providers:" not in item["urn"] and not item.get("delete")
        }

    # ---------------------------------------------------------------------------------------------------- processes

    def run(self, *arguments: str, stdin: str | None = None) -> Result:
        """Run a command of the engine to its end."""
        done = subprocess.run(
            self.command(arguments),
            cwd=self.program,
            env=self.full_environment(),
            capture_output=True,
            text=True,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command and leave it running, in a process group of its own."""
        return subprocess.Popen(
            self.command(arguments),
            cwd=self.program,
            env=self.full_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )

    def command(self, arguments: Sequence[str]) -> list[str]:
        program = _LOCAL_COMMAND if self.engine == LOCAL else ("pulumi",)
        return [*program, *arguments, "--non-interactive"]

    def full_environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "PULUMI_BACKEND_URL": f"file://{self.home / 'backend'}",
            "PULUMI_CONFIG_PASSPHRASE": "correct horse",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            **self.environment,
        }

    @property
    def state_file(self) -> Path:
        return next((self.home / "backend" / ".pulumi" / "stacks").glob(f"*/{self.stack}.json"))


def interrupt(process: subprocess.Popen[str]) -> str:
    """Press Ctrl-C once; what the process printed until it ended."""
    process.send_signal(signal.SIGINT)
    return process.communicate(timeout=_TIMEOUT_SECONDS)[0]
