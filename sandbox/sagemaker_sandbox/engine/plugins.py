"""Finding, starting and stopping the processes behind resource providers.

Where a package's provider comes from, in this order:

1. PULUMI_DEBUG_PROVIDERS=name:port[,name:port]: a provider that already runs
2. Pulumi.yaml plugins.providers[].path: a folder with PulumiPlugin.yaml (runtime: python) and __main__.py
3. pulumi-python, the dynamic providers of the program: `python -m pulumi.dynamic` of the program's interpreter
4. aws: this sandbox's stand-in, `python -m sagemaker_sandbox.aws_plugin`

Anything else cannot be had offline, which is an error that says so.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import grpc
import yaml

from sagemaker_sandbox.engine.errors import EngineError
from sagemaker_sandbox.engine.project import Project

# Providers of large stacks send large states; the SDK has the same limit on its side.
CHANNEL_OPTIONS = [("grpc.max_receive_message_length", 400 * 2**20), ("grpc.max_send_message_length", 400 * 2**20)]

_HOST = Path(__file__).parent / "host"
_STOP_SECONDS = 5


@dataclass
class Plugin:
    """A running provider: a channel to it and, if the engine started it, its process."""

    package: str
    channel: grpc.Channel
    process: subprocess.Popen[str] | None = None
    readers: list[threading.Thread] = field(default_factory=list)

    def stop(self) -> None:
        self.channel.close()
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for reader in self.readers:
            reader.join(_STOP_SECONDS)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()


class PluginLauncher:
    """Starts providers for one operation.

    engine_address: where the engine's gRPC service listens; say: receives the lines that a plugin prints.
    """

    def __init__(self, project: Project, engine_address: str, say: Callable[[str], None]) -> None:
        self._project = project
        self._engine_address = engine_address
        self._say = say
        self._attached = _debug_providers(os.environ.get("PULUMI_DEBUG_PROVIDERS", ""))

    def start(self, package: str) -> Plugin:
        """Start (or attach to) the provider of a package. Errors: EngineError if there is none or it fails."""
        if package in self._attached:
            address = f"127.0.0.1:{self._attached[package]}"
            return Plugin(package, grpc.insecure_channel(address, options=CHANNEL_OPTIONS))
        return self._launch(package, self._command(package))

    def _command(self, package: str) -> list[str]:
        if package in self._project.plugin_paths:
            return _folder_command(package, self._project.plugin_paths[package])
        if package == "pulumi-python":
            return _module_command(program_interpreter(self._project), "pulumi.dynamic")
        if package == "aws":
            return _module_command(sys.executable, "sagemaker_sandbox.aws_plugin")
        raise EngineError(
            f"no provider for package '{package}': the local engine downloads no plugins. It runs pulumi-python "
            "(dynamic providers), aws (its stand-in) and folders listed in Pulumi.yaml under plugins.providers"
        )

    def _launch(self, package: str, command: Sequence[str]) -> Plugin:
        process = subprocess.Popen(
            [*command, self._engine_address],
            cwd=self._project.program_folder,
            env={**os.environ, "PULUMI_PROJECT": self._project.name, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl-C is the engine's to handle; it tells providers through Cancel
        )
        assert process.stdout is not None
        assert process.stderr is not None
        errors = forward_lines(process.stderr, self._say)
        port = process.stdout.readline().strip()
        if not port.isdigit():
            process.kill()
            process.wait()
            errors.join(_STOP_SECONDS)
            raise EngineError(
                f"the provider of package '{package}' did not start: it printed {port!r} where its port was expected, "
                f"and ended with code {process.returncode}. Command: {' '.join(command)}"
            )
        channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=CHANNEL_OPTIONS)
        return Plugin(package, channel, process, [errors, forward_lines(process.stdout, self._say)])


def forward_lines(stream: object, say: Callable[[str], None]) -> threading.Thread:
    """Pass on each line of a text stream, from a thread of its own, until the stream ends."""

    def forward() -> None:
        for line in stream:  # type: ignore[attr-defined]  # Popen types its streams as IO | None
            if line.strip():
                say(line.rstrip("\n"))

    thread = threading.Thread(target=forward, daemon=True)
    thread.start()
    return thread


def program_interpreter(project: Project) -> str:
    """The Python that runs the program: its virtualenv's, else PULUMI_PYTHON_CMD, else the engine's own."""
    folder = project.runtime_options.get("virtualenv")
    if folder is None and project.runtime_options.get("toolchain") == "uv":
        folder = ".venv"
    if folder is None:
        return os.environ.get("PULUMI_PYTHON_CMD") or sys.executable
    for candidate in ("bin/python", "Scripts/python.exe"):
        path = project.root / folder / candidate
        if path.exists():
            return str(path)
    raise EngineError(
        f"Pulumi.yaml: runtime.options.virtualenv: {project.root / folder} is no virtual environment; create it with "
        f"`python3 -m venv {folder}`, or leave the option out to use the engine's own interpreter"
    )


def _folder_command(package: str, folder: Path) -> list[str]:
    description = folder / "PulumiPlugin.yaml"
    if not description.is_file():
        raise EngineError(f"Pulumi.yaml: plugins.providers: {package}: {folder} holds no PulumiPlugin.yaml")
    runtime = (yaml.safe_load(description.read_text()) or {}).get("runtime")
    options = runtime.get("options") or {} if isinstance(runtime, dict) else {}
    name = runtime.get("name") if isinstance(runtime, dict) else runtime
    if name != "python":
        raise EngineError(f"{description}: runtime: {name!r}: the local engine runs python plugins only")
    own = folder / (options.get("virtualenv") or "venv") / "bin/python"
    interpreter = str(own) if own.exists() else sys.executable
    return [interpreter, "-u", str(_HOST / "run_plugin.py"), "path", str(folder)]


def _module_command(interpreter: str, module: str) -> list[str]:
    return [interpreter, "-u", str(_HOST / "run_plugin.py"), "module", module]


def _debug_providers(text: str) -> dict[str, int]:
    providers = {}
    for entry in filter(None, text.split(",")):
        name, _, port = entry.strip().partition(":")
        if not port.isdigit():
            raise EngineError(f"PULUMI_DEBUG_PROVIDERS: {entry!r} has not the form name:port")
        providers[name] = int(port)
    return providers
