"""Where a Pulumi CLI can be had: on PATH, in the project's own folder, or by Pulumi's installer; else nowhere."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

__all__ = ["find_or_install"]

_INSTALLER = "https://get.pulumi.com/install.sh"
_REACH_SECONDS = 3
_VERSION_SECONDS = 10
_INSTALL_SECONDS = 60
_INSTALL = "import sys; from pulumi.automation import PulumiCommand; PulumiCommand.install(root=sys.argv[1])"


def find_or_install(root: Path) -> Path | None:
    """The executable `pulumi`; None where there is none and none can be got. Says nothing and leaves PATH alone.

    `root` is where Pulumi's SDK installs the CLI of its own version. Without a network this gives up in seconds.
    """
    on_path, installed = shutil.which("pulumi"), root / "bin" / "pulumi"
    if on_path and _runs(Path(on_path)):
        return Path(on_path)
    if not _runs(installed) and _is_reachable(_INSTALLER):
        _install(root)
    return installed if _runs(installed) else None


def _runs(executable: Path) -> bool:
    with suppress(OSError, subprocess.TimeoutExpired):
        environment = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
        command = [str(executable), "version"]
        return not subprocess.run(command, capture_output=True, env=environment, timeout=_VERSION_SECONDS).returncode
    return False


def _is_reachable(url: str) -> bool:
    with suppress(urllib.error.URLError, TimeoutError), urllib.request.urlopen(url, timeout=_REACH_SECONDS):
        return True
    return False


def _install(root: Path) -> None:
    """Run Pulumi's installer; whether it worked is seen by what it leaves."""
    process = subprocess.Popen(
        [sys.executable, "-c", _INSTALL, str(root)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # the installer's own curl ends with it
    )
    try:
        process.wait(_INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
