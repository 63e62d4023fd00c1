"""`PulumiStack`: one stack of one project, in the hands of the local engine or of the Pulumi CLI.

Both take the same commands and write the same state, so a test is written once and runs on each.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sagemaker_sandbox.clients import without_aws

from .engines import LOCAL
from .projects import full_key, read_settings, stack_file, write_settings
from .results import OperationResult, Result, read_events

__all__ = ["PulumiStack", "interrupt"]

_LOCAL_COMMAND = (sys.executable, "-m", "sagemaker_sandbox.engine")
_UNATTENDED = ("--yes", "--skip-preview")
_TIMEOUT_SECONDS = 600.0


@dataclass
class PulumiStack:
    """A stack in a backend of its own. No operation raises if it fails: its result says so.

    engine: `local` or `cli`; program: the folder of Pulumi.yaml; home: an empty folder for the backend;
    environment: what is added to this process's environment, from which AWS variables are left out.
    """

    engine: str
    program: Path
    home: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    name: str = "test"
    timeout_seconds: float = _TIMEOUT_SECONDS

    def __post_init__(self) -> None:
        (self.home / "backend").mkdir(parents=True, exist_ok=True)

    def init(self) -> PulumiStack:
        self._demand("stack", "init", self.name)
        return self

    def with_engine(self, engine: str) -> PulumiStack:
        """The same stack in the hands of another engine."""
        return replace(self, engine=engine)

    # ------------------------------------------------------------------------------------------------- operations

    def preview(self, *arguments: str) -> OperationResult:
        return self._operate("preview", *arguments)

    def up(self, *arguments: str) -> OperationResult:
        return self._operate("up", *_UNATTENDED, *arguments)

    def refresh(self, *arguments: str) -> OperationResult:
        return self._operate("refresh", *_UNATTENDED, *arguments)

    def destroy(self, *arguments: str) -> OperationResult:
        return self._operate("destroy", *_UNATTENDED, *arguments)

    # ------------------------------------------------------------------------------------------- settings and state

    def configure(
        self, values: Mapping[str, Any] | None = None, /, *, secrets: Mapping[str, str] | None = None, **named: Any
    ) -> None:
        """Set config values: numbers, texts, maps and lists; None removes one. A key without `:` is the project's."""
        file = stack_file(self.program, self.name)
        settings = read_settings(file)
        project = str(read_settings(self.program / "Pulumi.yaml")["name"])
        config = dict(settings.get("config") or {})
        config.update({full_key(key, project): value for key, value in {**(values or {}), **named}.items()})
        write_settings(file, {**settings, "config": {key: value for key, value in config.items() if value is not None}})
        for key, value in (secrets or {}).items():
            self._demand("config", "set", "--secret", "--stack", self.name, key, stdin=value)

    @property
    def outputs(self) -> dict[str, Any]:
        """The stack's outputs, secret ones in plain text."""
        outputs: dict[str, Any] = self._demand("stack", "output", *self._chosen, "--json", "--show-secrets").json
        return outputs

    def export(self) -> dict[str, Any]:
        """The deployment, with its `resources`."""
        deployment: dict[str, Any] = self._demand("stack", "export", *self._chosen).json["deployment"]
        return deployment

    def resources(self) -> dict[str, dict[str, Any]]:
        """The state's resources by name, without providers and without what waits for deletion."""
        return {
            item["urn"].rsplit("::", 1)[1]: item
            for item in self.export().get("resources") or ()
            if "pulumi:providers:" not in item["urn"] and not item.get("delete")
        }

    @property
    def state_file(self) -> Path:
        return next((self.home / "backend" / ".pulumi" / "stacks").glob(f"*/{self.name}.json"))

    # ---------------------------------------------------------------------------------------------------- processes

    def run(self, *arguments: str, stdin: str | None = None) -> Result:
        """Run a command of the engine to its end. Errors: subprocess.TimeoutExpired."""
        done = subprocess.run(
            self.command(arguments),
            cwd=self.program,
            env=self.full_environment(),
            capture_output=True,
            text=True,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            timeout=self.timeout_seconds,
            check=False,
        )
        return Result(f"pulumi {arguments[0]}", done.returncode, done.stdout, done.stderr)

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
            **without_aws(os.environ),
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "PULUMI_BACKEND_URL": (self.home / "backend").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "correct horse",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DEBUG_COMMANDS": "true",  # without it, the CLI does not know --event-log
            "PYTHONDONTWRITEBYTECODE": "1",  # the program's folder is its user's
            **self.environment,
        }

    @property
    def _chosen(self) -> tuple[str, str]:
        return "--stack", self.name

    def _operate(self, *arguments: str) -> OperationResult:
        log = self.home / "events.jsonl"
        log.unlink(missing_ok=True)
        return read_events(self.run(*arguments, *self._chosen, "--event-log", str(log)), log)

    def _demand(self, *arguments: str, stdin: str | None = None) -> Result:
        """Run a command that fails only if the test is wrong. Errors: RuntimeError with all that it printed."""
        result = self.run(*arguments, stdin=stdin)
        if not result.ok:
            raise RuntimeError(repr(result))
        return result


def interrupt(process: subprocess.Popen[str]) -> str:
    """Press Ctrl-C once; what the process printed until it ended."""
    process.send_signal(signal.SIGINT)
    return process.communicate(timeout=_TIMEOUT_SECONDS)[0]
