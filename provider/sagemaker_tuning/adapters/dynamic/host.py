"""What we ask of the process that runs dynamic providers (`python -m pulumi.dynamic`): to show our errors as they read.

The host answers every exception with `traceback.format_exc()`, and the engine shows that text as the error. A provider
method has no other way to fail: it sees neither the gRPC context nor the answer, and Python adds the host's own frames
to any exception on its way there, so an exception cannot bring its own plain text. So the name `traceback` in the
host's main module, and only there, is replaced by one that renders a TuningError as its message. Any other exception
keeps its stack. If a future host formats errors in another way, users see a stack above the same message.
Source: pulumi/dynamic/__main__.py of SDK 3.272.
"""

from __future__ import annotations

import sys
import traceback
from types import ModuleType, SimpleNamespace

from sagemaker_tuning.errors import ProviderBug, TuningError

__all__ = ["say", "show_plain_errors"]

_HOST_MODULE = "pulumi.dynamic.__main__"


def say(line: str) -> None:
    """Show the user a line: the engine puts what a provider prints under Diagnostics."""
    print(line, flush=True)


def show_plain_errors(main: ModuleType | None = None) -> None:
    """Make the dynamic host answer a TuningError with its message; outside of the host nothing happens."""
    host = main or sys.modules["__main__"]
    spec = getattr(host, "__spec__", None)
    if spec is not None and spec.name == _HOST_MODULE and getattr(host, "traceback", None) is traceback:
        host.traceback = SimpleNamespace(format_exc=_format_error)  # type: ignore[attr-defined]  # the host's own global


def _format_error() -> str:
    error = sys.exc_info()[1]
    if isinstance(error, TuningError) and not isinstance(error, ProviderBug):
        return str(error)
    return traceback.format_exc()
