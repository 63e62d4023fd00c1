"""Runs a command against a sandbox: its environment, its signals, its exit code, and nothing left behind."""

from __future__ import annotations

import ctypes
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import FrameType

import psutil

from sagemaker_sandbox.aws_plugin import serve_in_background
from sagemaker_sandbox.clients import without_aws

__all__ = ["command_environment", "run"]

_TETHER = Path(__file__).with_name("tether.py")
_PR_SET_CHILD_SUBREAPER = 36  # prctl(2)
_FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
_ENGINE = "sagemaker_sandbox.engine"


@contextmanager
def command_environment(variables: Mapping[str, str], pulumi_state: Path | None = None) -> Iterator[dict[str, str]]:
    """The command's whole environment: this process's without its AWS variables, the sandbox's, and Pulumi's.

    The Python that runs the sandbox comes first on PATH, so that a program finds the packages beside it.
    Pulumi gets its backend in `pulumi_state`, or in a fresh folder, which is gone afterwards. Without a `pulumi` on
    PATH, the local engine is put there under that name; with one, the aws stand-in runs beside it, since the real
    plugin is not to be had offline.
    """
    environment = {**without_aws(os.environ), **variables}
    own_folder = str(Path(sys.executable).parent)
    environment["PATH"] = os.pathsep.join([own_folder, environment.get("PATH", os.defpath)])
    environment.setdefault("PULUMI_SKIP_UPDATE_CHECK", "true")
    if "PULUMI_CONFIG_PASSPHRASE_FILE" not in environment:
        environment.setdefault("PULUMI_CONFIG_PASSPHRASE", "sandbox")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sagemaker-sandbox-pulumi-")))
        state = pulumi_state or folder / "state"
        state.mkdir(parents=True, exist_ok=True)
        environment["PULUMI_BACKEND_URL"] = state.resolve().as_uri()
        if shutil.which("pulumi", path=environment["PATH"]):
            port = stack.enter_context(serve_in_background(environment))
            environment["PULUMI_DEBUG_PROVIDERS"] = f"aws:{port}"
        else:
            path = [environment["PATH"], str(_engine_as_pulumi(folder / "bin"))]
            environment["PATH"] = os.pathsep.join(path)
        yield environment


def run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a command to its end and give its exit code, 128 + n after signal n.

    Signals sent to this process go to the command's process group. What is left of its descendants when it has
    ended is killed, also what left the group; on Linux the command is killed when this process is.
    """
    _adopt_orphans()
    bystanders = set(psutil.Process().children())
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", str(_TETHER), str(os.getpid()), *command], env=dict(environment)
    )
    with _terminal_taken_back(), _signals_forwarded(process):
        code = process.wait()
    _kill_children_but(bystanders)
    return code if code >= 0 else 128 - code


def _engine_as_pulumi(folder: Path) -> Path:
    """A folder with an executable `pulumi` that is the local engine."""
    folder.mkdir()
    script = folder / "pulumi"
    script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m {_ENGINE} "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    return folder


def _adopt_orphans() -> None:
    """Become the parent of descendants whose parent ends, so that they can be found when the command has ended."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


@contextmanager
def _signals_forwarded(process: subprocess.Popen[bytes]) -> Iterator[None]:
    def forward(number: int, frame: FrameType | None) -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)

    before = {number: signal.signal(number, forward) for number in _FORWARDED}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _terminal_taken_back() -> Iterator[None]:
    """Afterwards, take the terminal's foreground back from the command's group, if this process had it."""
    has_terminal = os.isatty(0) and os.tcgetpgrp(0) == os.getpgrp()
    try:
        yield
    finally:
        if has_terminal:
            before = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            os.tcsetpgrp(0, os.getpgrp())
            signal.signal(signal.SIGTTOU, before)


def _kill_children_but(bystanders: set[psutil.Process]) -> None:
    """Kill all descendants; each round may bring up children that were adopted meanwhile."""
    while leftovers := [child for child in psutil.Process().children() if child not in bystanders]:
        for child in leftovers:
            with suppress(psutil.NoSuchProcess):
                child.kill()
        psutil.wait_procs(leftovers)
