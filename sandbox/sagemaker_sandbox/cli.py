"""The command line `sagemaker-sandbox`: exec, serve, pulumi."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sagemaker_sandbox.endpoint import Sandbox
    from sagemaker_sandbox.endpoint.faults import FaultPlan

__all__ = ["app", "main"]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="An AWS of your own, offline: SageMaker tuning jobs that really train; S3, IAM, STS and EC2 by moto.",
)

_REST_OF_LINE = {"ignore_unknown_options": True, "allow_interspersed_args": False}

_Speed = Annotated[float, typer.Option(min=0.001, help="Divides the waiting between statuses, not the training.")]
_Data = Annotated[
    Path | None, typer.Option(help="Keep everything here, for the next time; also when killed.", file_okay=False)
]
_Faults = Annotated[
    Path | None,
    typer.Option(help="What goes wrong, by the rules in this YAML or JSON file.", exists=True, dir_okay=False),
]


@app.command("exec", context_settings=_REST_OF_LINE)
def exec_(
    command: Annotated[list[str], typer.Argument(help="The command and its arguments, after --.")],
    speed: _Speed = 1.0,
    data: _Data = None,
    faults: _Faults = None,
) -> None:
    """Run COMMAND against a sandbox, a fresh one without --data, and exit with its code."""
    # Imported here, so that --help and `pulumi` do not wait for moto.
    from sagemaker_sandbox.endpoint import Sandbox
    from sagemaker_sandbox.endpoint.command import command_environment, run

    with ExitStack() as stack:
        sandbox = _enter(stack, Sandbox(data_dir=data, speed=speed, faults=_plan(faults)))
        state = data / "pulumi" if data else None
        environment = stack.enter_context(command_environment(sandbox.environment(), state))
        kind = f"the offline AWS of {data}" if data else "a fresh offline AWS"
        print(f"sagemaker-sandbox: {kind} at {sandbox.url}", file=sys.stderr, flush=True)
        code = run(command, environment)
    raise typer.Exit(code)


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 0,
    speed: _Speed = 1.0,
    data: _Data = None,
    faults: _Faults = None,
) -> None:
    """Keep a sandbox open until Ctrl-C: prints what to export, then one line for each new status of a job."""
    from sagemaker_sandbox.endpoint import Sandbox
    from sagemaker_sandbox.endpoint.announce import announce

    is_ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: is_ended.set())
    with ExitStack() as stack:
        plan = _plan(faults)
        sandbox = _enter(stack, Sandbox(port=port, data_dir=data, speed=speed, faults=plan, on_change=announce))
        for name, value in sandbox.environment().items():
            print(f"export {name}={value}")
        # The end of the exports, also for a program that reads them.
        print(f"# ready; watch its jobs at {sandbox.url}/_sandbox", flush=True)
        is_ended.wait()


@app.command(context_settings={**_REST_OF_LINE, "help_option_names": []})
def pulumi(arguments: Annotated[list[str] | None, typer.Argument()] = None) -> None:
    """The local engine, with the Pulumi CLI's own commands and flags."""
    raise typer.Exit(subprocess.call([sys.executable, "-m", "sagemaker_sandbox.engine", *(arguments or ())]))


def _enter(stack: ExitStack, sandbox: Sandbox) -> Sandbox:
    from sagemaker_sandbox.endpoint.persistence import DataDirError

    try:
        return stack.enter_context(sandbox)
    except DataDirError as error:
        raise typer.BadParameter(str(error), param_hint="--data") from error


def _plan(file: Path | None) -> FaultPlan | None:
    from sagemaker_sandbox.endpoint.faults import FaultPlanError, load_plan

    try:
        return load_plan(file) if file else None
    except FaultPlanError as error:
        raise typer.BadParameter(str(error), param_hint="--faults") from error


def main() -> None:
    app(prog_name="sagemaker-sandbox")
