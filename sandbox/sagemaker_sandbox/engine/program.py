"""The process that runs the user's program."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sagemaker_sandbox.engine.plugins import forward_lines, program_interpreter
from sagemaker_sandbox.engine.project import Project

SHOWN = 32  # the exit code of a program that has told its user what is wrong; see host/run_program.py

_RUNNER = Path(__file__).parent / "host" / "run_program.py"
_STOP_SECONDS = 5


@dataclass(frozen=True)
class ProgramSettings:
    """What a program is told. config: full key -> text; address serves both the monitor and the engine."""

    project: Project
    stack: str
    organization: str
    config: Mapping[str, str]
    secret_keys: tuple[str, ...]
    preview: bool
    parallel: int
    address: str


class Program:
    """A started program; what it prints goes to `say`, line by line (stream name, line)."""

    def __init__(self, settings: ProgramSettings, say: Callable[[str, str], None]) -> None:
        project = settings.project
        command = [program_interpreter(project), "-u", str(_RUNNER)]
        command += ["--project", project.name, "--stack", settings.stack, "--organization", settings.organization]
        command += ["--monitor", settings.address, "--engine", settings.address]
        command += ["--root-directory", str(project.root), "--parallel", str(settings.parallel)]
        command += ["--dry-run"] if settings.preview else []
        command += ["." if project.program.is_dir() else str(project.program)]
        self._process = subprocess.Popen(
            command,
            cwd=project.program_folder,
            env={
                **os.environ,
                "PULUMI_CONFIG": json.dumps(settings.config),
                "PULUMI_CONFIG_SECRET_KEYS": json.dumps(settings.secret_keys),
            },
            stdin=subprocess.PIPE,  # its end tells the program that the engine is gone
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl-C is the engine's to handle
        )
        self._readers = [
            forward_lines(self._process.stdout, lambda line: say("program", line)),
            forward_lines(self._process.stderr, lambda line: say("program-errors", line)),
        ]

    def wait(self) -> int:
        """The exit code, after everything printed has been passed on."""
        code = self._process.wait()
        for reader in self._readers:
            reader.join(_STOP_SECONDS)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()
        return code

    def kill(self) -> None:
        self._process.kill()
