"""The stand-in as a process of its own, for as long as a block of code runs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

__all__ = ["serve_in_background"]

_STOP_SECONDS = 5


@contextmanager
def serve_in_background(environment: Mapping[str, str]) -> Iterator[int]:
    """Start the stand-in with this environment (AWS_ENDPOINT_URL and the rest) and yield its port.

    A real Pulumi CLI uses it, without a change to Pulumi.yaml and without a download, when PULUMI_DEBUG_PROVIDERS is
    `aws:PORT`. Errors: RuntimeError, with the process's own last words, if it does not start.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "sagemaker_sandbox.aws_plugin"],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None  # it is a pipe
            line = process.stdout.readline().strip()
            if not line.isdigit():
                code = process.wait(_STOP_SECONDS)
                raise RuntimeError(f"the aws stand-in did not start (exit code {code}); its own error is above")
            yield int(line)
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
