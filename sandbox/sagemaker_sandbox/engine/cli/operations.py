"""preview, up, refresh and destroy."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from sagemaker_sandbox.engine import urns
from sagemaker_sandbox.engine.cli.options import (
    HERE,
    CwdOption,
    JsonOption,
    NonInteractiveOption,
    ShowSecretsOption,
    StackOption,
    is_interactive,
    open_stack,
)
from sagemaker_sandbox.engine.deployment import Deployment, Options
from sagemaker_sandbox.engine.display.details import DetailDisplay
from sagemaker_sandbox.engine.display.document import DocumentDisplay
from sagemaker_sandbox.engine.display.event_log import EventLog
from sagemaker_sandbox.engine.display.progress import ProgressDisplay
from sagemaker_sandbox.engine.errors import Canceled, CannotAsk, ChangesFound, EngineError, ExitCode, Reported
from sagemaker_sandbox.engine.events import Display, Summary
from sagemaker_sandbox.engine.stack import Stack

BANNER = "local engine (offline, in Python): not for production, and not the Pulumi CLI"

DiffOption = Annotated[bool, typer.Option("--diff", help="Show the properties of each change")]
ShowSamesOption = Annotated[bool, typer.Option("--show-sames", help="List what does not change, too (in --json)")]
ExpectNoChangesOption = Annotated[bool, typer.Option("--expect-no-changes", help="Fail if there are changes")]
RefreshOption = Annotated[bool, typer.Option("--refresh", "-r", help="First read what the resources are now")]
ParallelOption = Annotated[int, typer.Option("--parallel", "-p", min=1, help="How many steps run at a time")]
TargetOption = Annotated[list[str], typer.Option("--target", "-t", help="Only this URN (* stands for anything)")]
ConfigOption = Annotated[list[str], typer.Option("--config", "-c", help="key=value, saved in the stack's file")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Go ahead without asking")]
SkipPreviewOption = Annotated[bool, typer.Option("--skip-preview", "-f", help="Do not preview first")]
# Hidden, as with the Pulumi CLI, which has it for programs that run it.
EventLogOption = Annotated[Path | None, typer.Option("--event-log", hidden=True, dir_okay=False)]
MessageOption = Annotated[str, typer.Option("--message", "-m", help="Kept in the stack's history")]

Run = Callable[[Deployment], Summary]


def preview(
    stack: StackOption = None,
    cwd: CwdOption = HERE,
    diff: DiffOption = False,
    json: JsonOption = False,
    show_sames: ShowSamesOption = False,
    expect_no_changes: ExpectNoChangesOption = False,
    refresh: RefreshOption = False,
    parallel: ParallelOption = 16,
    target: TargetOption = [],  # noqa: B006 - typer reads the default, nothing changes it
    config: ConfigOption = [],  # noqa: B006
    show_secrets: ShowSecretsOption = False,
    event_log: EventLogOption = None,
    non_interactive: NonInteractiveOption = False,
) -> None:
    """Show what an up would do."""
    _say_banner(to_stderr=json)
    opened = _opened(cwd, stack, config)
    display: Display
    if json:
        display = DocumentDisplay(_write, opened, show_sames=show_sames, show_secrets=show_secrets)
    else:
        display = _display(opened, preview=True, diff=diff, show_secrets=show_secrets)
    options = Options(preview=True, parallel=parallel, refresh=refresh, targets=target)
    _finish(_run(opened, options, display, Deployment.update, event_log), expect_no_changes)


def up(
    stack: StackOption = None,
    cwd: CwdOption = HERE,
    yes: YesOption = False,
    skip_preview: SkipPreviewOption = False,
    diff: DiffOption = False,
    expect_no_changes: ExpectNoChangesOption = False,
    refresh: RefreshOption = False,
    parallel: ParallelOption = 16,
    target: TargetOption = [],  # noqa: B006
    config: ConfigOption = [],  # noqa: B006
    message: MessageOption = "",
    show_secrets: ShowSecretsOption = False,
    event_log: EventLogOption = None,
    non_interactive: NonInteractiveOption = False,
) -> None:
    """Make the stack what the program says."""
    _say_banner()
    opened = _opened(cwd, stack, config)
    options = Options(preview=False, parallel=parallel, refresh=refresh, targets=target)
    asked = _Asked(yes, skip_preview, is_interactive(non_interactive), diff, show_secrets, "update")
    _finish(_preview_then_run(opened, options, asked, Deployment.update, message, event_log), expect_no_changes)


def refresh(
    stack: StackOption = None,
    cwd: CwdOption = HERE,
    yes: YesOption = False,
    skip_preview: SkipPreviewOption = False,
    diff: DiffOption = False,
    expect_no_changes: ExpectNoChangesOption = False,
    parallel: ParallelOption = 16,
    target: TargetOption = [],  # noqa: B006
    message: MessageOption = "",
    clear_pending_creates: Annotated[
        bool, typer.Option("--clear-pending-creates", help="Forget creates that an interrupted operation left pending")
    ] = False,
    show_secrets: ShowSecretsOption = False,
    event_log: EventLogOption = None,
    non_interactive: NonInteractiveOption = False,
) -> None:
    """Record what the resources are now."""
    _say_banner()
    opened = open_stack(cwd, stack)
    options = Options(preview=False, parallel=parallel, targets=target, clears_pending_creates=clear_pending_creates)
    asked = _Asked(yes, skip_preview, is_interactive(non_interactive), diff, show_secrets, "refresh")
    _finish(_preview_then_run(opened, options, asked, Deployment.refresh, message, event_log), expect_no_changes)


def destroy(
    stack: StackOption = None,
    cwd: CwdOption = HERE,
    yes: YesOption = False,
    skip_preview: SkipPreviewOption = False,
    diff: DiffOption = False,
    refresh: RefreshOption = False,
    parallel: ParallelOption = 16,
    target: TargetOption = [],  # noqa: B006
    message: MessageOption = "",
    remove: Annotated[bool, typer.Option("--remove", help="Afterwards remove the stack itself")] = False,
    show_secrets: ShowSecretsOption = False,
    event_log: EventLogOption = None,
    non_interactive: NonInteractiveOption = False,
) -> None:
    """Delete everything in the stack."""
    _say_banner()
    opened = open_stack(cwd, stack)
    options = Options(preview=False, parallel=parallel, refresh=refresh, targets=target)
    asked = _Asked(yes, skip_preview, is_interactive(non_interactive), diff, show_secrets, "destroy")
    _finish(_preview_then_run(opened, options, asked, Deployment.destroy, message, event_log), expect_no_changes=False)
    if remove:
        opened.backend.remove(opened.name)
        typer.echo(f"The resources in the stack have been deleted, and the stack '{opened.name}' has been removed.")
    else:
        typer.echo(
            "\nThe resources in the stack have been deleted, but the history and configuration associated with the "
            "stack are still maintained.\n"
            f"If you want to remove the stack completely, run `pulumi stack rm {opened.name}`."
        )


class _Asked:
    """How the user wants to be asked before something is done."""

    def __init__(
        self, yes: bool, skip_preview: bool, interactive: bool, diff: bool, show_secrets: bool, verb: str
    ) -> None:
        if not (interactive or yes or skip_preview):
            raise CannotAsk("--yes or --skip-preview must be passed in to proceed when running in non-interactive mode")
        self.yes = yes
        self.skip_preview = skip_preview
        self.diff = diff
        self.show_secrets = show_secrets
        self.verb = verb

    def confirm(self, details: Callable[[], None]) -> None:
        """Errors: Canceled if the answer is no."""
        if self.yes or self.skip_preview:
            return
        while True:
            question = f"Do you want to perform this {self.verb}?"
            answer = str(typer.prompt(f"{question} [yes/no/details]", default="no"))
            if answer == "yes":
                return
            if answer == "details":
                details()
            elif answer == "no":
                raise Canceled(f"confirmation declined, not proceeding with the {self.verb}")


def _preview_then_run(
    stack: Stack, options: Options, asked: _Asked, run: Run, message: str, event_log: Path | None
) -> Summary:
    preview_options = Options(preview=True, parallel=options.parallel, refresh=options.refresh, targets=options.targets)

    def show_details() -> None:
        display = _display(stack, preview=True, diff=True, show_secrets=asked.show_secrets)
        _run(stack, preview_options, display, run)

    if not asked.skip_preview:
        display = _display(stack, preview=True, diff=asked.diff, show_secrets=asked.show_secrets)
        previewed = _run(stack, preview_options, display, run)
        if previewed.failed:
            raise Reported
        _write("\n")
        asked.confirm(show_details)
    with stack.operation(asked.verb, message) as record:
        display = _display(stack, preview=False, diff=asked.diff, show_secrets=asked.show_secrets)
        summary = _run(stack, options, display, run, event_log)
        record["result"] = "failed" if summary.failed else "succeeded"
        record["resourceChanges"] = {op.value: count for op, count in summary.changes.items()}
    return summary


def _run(stack: Stack, options: Options, display: Display, run: Run, event_log: Path | None = None) -> Summary:
    with event_log.open("w", encoding="utf-8") if event_log else nullcontext() as file:
        if file:
            config = stack.config.decrypted()
            is_refresh = run is Deployment.refresh
            display = EventLog(file, display, config, is_preview=options.preview, is_refresh=is_refresh)
        deployment = Deployment(stack, options, display)
        with _interruptible(deployment):
            return run(deployment)


@contextmanager
def _interruptible(deployment: Deployment) -> Iterator[None]:
    """The first Ctrl-C cancels the operation, the second ends everything at once."""
    interruptions = 0

    def on_signal(number: int, frame: FrameType | None) -> None:
        nonlocal interruptions
        interruptions += 1
        if interruptions == 1:
            deployment.cancel()
        else:
            deployment.kill()
            os._exit(ExitCode.CANCELED)  # threads still wait for providers that are gone; the state is as last saved

    previous = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _finish(summary: Summary, expect_no_changes: bool) -> None:
    if summary.failed:
        raise Reported
    if expect_no_changes and summary.has_changes:
        raise ChangesFound("no changes were expected but changes occurred")


def _opened(cwd: Path, name: str | None, config: Sequence[str]) -> Stack:
    """The stack, after what `--config` gives has been saved in its file, as the Pulumi CLI does."""
    stack = open_stack(cwd, name)
    for entry in config:
        key, separator, value = entry.partition("=")
        if not separator:
            raise EngineError(f"--config {entry!r}: write it as key=value")
        stack.config.set(key, value, secret=False)
    if config:
        stack.config.save()
    return stack


def _display(stack: Stack, *, preview: bool, diff: bool, show_secrets: bool) -> Display:
    root = urns.make_urn(stack.name, stack.project.name, "", urns.STACK_TYPE, f"{stack.project.name}-{stack.name}")
    kind = DetailDisplay if diff else ProgressDisplay
    return kind(_write, root, preview=preview, show_secrets=show_secrets)


def _say_banner(*, to_stderr: bool = False) -> None:
    typer.echo(BANNER, err=to_stderr)


def _write(text: str) -> None:
    if text:
        typer.echo(text, nl=False)
        sys.stdout.flush()
