"""The entry point: puts the commands together, and turns errors into a line and an exit code."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Sequence
from typing import Any

import typer

from sagemaker_sandbox.engine.cli import config, operations, stack
from sagemaker_sandbox.engine.cli.options import NonInteractiveOption
from sagemaker_sandbox.engine.errors import EngineError, ExitCode, Reported

# UsageError: typer exports only this subclass of it, and brings its own click in newer versions.
_WRONG_USAGE: Any = typer.BadParameter.__mro__[1]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=f"The {operations.BANNER}. Runs Python programs; keeps its state in Pulumi's own format.",
)
app.command("preview")(operations.preview)
app.command("up")(operations.up)
app.command("update", hidden=True)(operations.up)
app.command("refresh")(operations.refresh)
app.command("destroy")(operations.destroy)
app.add_typer(stack.app, name="stack")
app.add_typer(config.app, name="config")


@app.command("version")
def version(non_interactive: NonInteractiveOption = False) -> None:
    """Tell which engine this is."""
    typer.echo(f"sagemaker-sandbox local engine {importlib.metadata.version('pulumi-sagemaker-tuning')}")


def main(arguments: Sequence[str]) -> int:
    """Run one command; the exit code is the Pulumi CLI's for the same case."""
    command = typer.main.get_command(app)
    try:
        result = command.main(list(arguments), prog_name="pulumi", standalone_mode=False)
    except Reported as error:
        return int(error.exit_code)
    except EngineError as error:
        typer.echo(f"error: {error}", err=True)
        return int(error.exit_code)
    except _WRONG_USAGE as error:
        typer.echo(f"error: {error.format_message()}", err=True)
        return int(ExitCode.ERROR)
    except typer.Exit as error:
        return error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        typer.echo("error: canceled", err=True)
        return int(ExitCode.CANCELED)
    return result if isinstance(result, int) else int(ExitCode.SUCCESS)
