"""`make demo`: the quickstart deployed for real, offline, with every command and all of its output shown.

The commands are those that a user types. They run in a fresh sandbox and on a copy of the example, so that a checkout
stays as it is.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from sagemaker_sandbox.pulumi_cli import find_or_install

__all__ = ["main"]

_EXAMPLE = Path("examples", "quickstart")
_CLI_FOLDER = Path(".pulumi-cli")
_LOCAL_ENGINE = "the local engine of this project, as there is no Pulumi CLI and none can be installed now"
_REPORT = Path(".sandbox", "quickstart.html")
_NOT_COPIED = shutil.ignore_patterns("data", "Pulumi.*.yaml", "__pycache__")


@dataclass(frozen=True)
class _Step:
    title: str
    command: str


_STEPS = (
    _Step("A stack of its own", "pulumi stack init demo"),
    _Step("What an up would do: nothing is created yet", "pulumi preview"),
    _Step("Create it: data, role, and a tuning job that trains here", "pulumi up --yes --skip-preview"),
    _Step("The best model that came of it", "pulumi stack output"),
    _Step("What each trial tried", 'sagemaker-tuning trials "$(pulumi stack output job_name)"'),
    _Step(
        "A page about the search, to keep",
        'sagemaker-tuning report "$(pulumi stack output job_name)" --html "$REPORT"',
    ),
    _Step("The same program again: no change", "pulumi up --yes --skip-preview --expect-no-changes"),
    _Step("A changed tag: updated in place", "pulumi preview --config team=risk"),
    _Step(
        "A changed strategy: the job would be replaced, and this is why",
        "pulumi preview --diff --config team=ml --config strategy=Random",
    ),
    _Step(
        "The same as a comment on a pull request",
        "pulumi preview --json --show-sames | sagemaker-tuning pr-comment",
    ),
    _Step("Remove everything", "pulumi destroy --yes --skip-preview"),
)


def main() -> int:
    """Run the steps until one fails, and return the exit code of the last."""
    console = Console(highlight=False)
    if not _EXAMPLE.is_dir():
        console.print(f"No {_EXAMPLE} here. Run the demo in the repository's root folder.")
        return 2
    cli = find_or_install(_CLI_FOLDER.resolve())
    console.print(f"Engine: {f'the Pulumi CLI at {cli}' if cli else _LOCAL_ENGINE}", soft_wrap=True)

    # Imported here: the first line should not wait for moto.
    from sagemaker_sandbox.endpoint import Sandbox
    from sagemaker_sandbox.endpoint.command import command_environment

    started = time.monotonic()
    report = _REPORT.resolve()
    report.parent.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="sagemaker-tuning-demo-") as folder,
        Sandbox() as sandbox,
        command_environment({**sandbox.environment(), **_path_to(cli), "REPORT": str(report)}) as environment,
    ):
        project = shutil.copytree(_EXAMPLE, Path(folder, "quickstart"), ignore=_NOT_COPIED)
        console.print(f"AWS:    a fresh sandbox at {sandbox.url}, which goes when the demo ends", soft_wrap=True)
        code = _run_steps(console, project, environment)
    console.print(f"\nThe demo took {time.monotonic() - started:.0f} seconds. Its report: {report}", soft_wrap=True)
    return code


def _path_to(cli: Path | None) -> dict[str, str]:
    """PATH with the CLI that was found, if one was."""
    return {"PATH": os.pathsep.join([str(cli.parent), os.environ.get("PATH", os.defpath)])} if cli else {}


def _run_steps(console: Console, project: Path, environment: Mapping[str, str]) -> int:
    from sagemaker_sandbox.endpoint.command import run

    os.chdir(project)
    for number, step in enumerate(_STEPS, start=1):
        console.print(f"\n[bold]{number}/{len(_STEPS)}  {step.title}[/bold]\n$ {step.command}\n", soft_wrap=True)
        code = run(["sh", "-c", step.command], environment)
        if code:
            console.print(f"\nThe demo ends here: the command failed with exit code {code}.")
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
