"""The entry point: puts the commands together, and turns errors into a line and an exit code."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Sequence

import click
import typer

from ..errors import Canceled, EngineError, ExitCode, Reported
from . import config, operations, stack

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=f"The {operations.BANNER}: preview, up, refresh and destroy of Python programs, with state in Pulumi's own format.",
)
app.command("preview")(operations.preview)
app.command("up")(operations.up)
app.command("update", hidden=True)(operations.up)
app.command("refresh")(operations.refresh)
app.command("destroy")(operations.destroy)
app.add_typer(stack.app, name="stack")
app.add_typer(config.app, name="config")


@app.command("version")
def version() -> None:
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
        click.echo(f"error: {error}", err=True)
        return int(error.exit_code)
    except click.UsageError as error:
        click.echo(f"error: {error.format_message()}", err=True)
        return int(ExitCode.ERROR)
    except click.exceptions.Exit as error:
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(f"error: {Canceled('canceled')}", err=True)
        return int(ExitCode.CANCELED)
    return result if isinstance(result, int) else int(ExitCode.SUCCESS)
