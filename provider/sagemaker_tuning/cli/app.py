"""The command's frame: its subcommands, its version, and how an error of the user is shown.

Exit codes: 0 done, 1 any error or problem; 2 says that there is something to look at, which only `plan --exit-code`,
`drift`, `orphans` and `pr-comment --fail-on` do. A wrong option is 1, so that a pipeline never takes it for changes.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from sagemaker_tuning.cli.adopt import adopt
from sagemaker_tuning.cli.compare import compare
from sagemaker_tuning.cli.convert import convert
from sagemaker_tuning.cli.drift import drift
from sagemaker_tuning.cli.history import history
from sagemaker_tuning.cli.logs import logs
from sagemaker_tuning.cli.orphans import orphans
from sagemaker_tuning.cli.plan import plan
from sagemaker_tuning.cli.pr_comment import pr_comment
from sagemaker_tuning.cli.report import report
from sagemaker_tuning.cli.show import show
from sagemaker_tuning.cli.trials import trials
from sagemaker_tuning.cli.validate import validate
from sagemaker_tuning.cli.watch import watch
from sagemaker_tuning.errors import ProviderBug, TuningError

__all__ = ["app", "main"]


# UsageError: typer exports only this subclass of it, and brings its own click in newer versions.
_WRONG_USAGE: Any = typer.BadParameter.__mro__[1]


class _Commands(TyperGroup):
    """Shows an error of the user as its message; only our own mistakes keep their traceback."""

    def invoke(self, ctx: Any) -> Any:  # a context of click's, or of typer's own in newer versions
        try:
            return super().invoke(ctx)
        except ProviderBug:
            raise
        except TuningError as error:
            typer.echo(f"error: {error}", err=True)
            raise typer.Exit(1) from error
        except _WRONG_USAGE as error:
            error.exit_code = 1
            raise


app = typer.Typer(
    cls=_Commands,
    help="Amazon SageMaker hyperparameter tuning jobs: check, compare and convert what a Pulumi program declares.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
_COMMANDS: tuple[Callable[..., None], ...] = (
    *(validate, plan, convert),
    *(show, trials, logs, watch, compare, report),
    *(adopt, drift, orphans, history, pr_comment),
)
for _command in _COMMANDS:
    app.command()(_command)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sagemaker-tuning {version('pulumi-sagemaker-tuning')}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Amazon SageMaker hyperparameter tuning jobs: check, compare and convert what a Pulumi program declares."""


def main() -> None:
    """Run the command with the process's arguments; never returns."""
    app()
