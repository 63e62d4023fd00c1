"""pulumi config …"""

from __future__ import annotations

import json as json_module
from typing import Annotated

import typer

from sagemaker_sandbox.engine.cli.options import (
    HERE,
    CwdOption,
    JsonOption,
    NonInteractiveOption,
    ShowSecretsOption,
    StackOption,
    open_stack,
)
from sagemaker_sandbox.engine.errors import EngineError
from sagemaker_sandbox.engine.project import full_key
from sagemaker_sandbox.engine.stack import Stack

app = typer.Typer(invoke_without_command=True, help="The stack's configuration; without a command, list it.")

KeyArgument = Annotated[str, typer.Argument(metavar="KEY")]


@app.callback()
def show(
    context: typer.Context,
    stack: StackOption = None,
    cwd: CwdOption = HERE,
    json: JsonOption = False,
    show_secrets: ShowSecretsOption = False,
    non_interactive: NonInteractiveOption = False,
) -> None:
    """List keys and values."""
    if context.invoked_subcommand is not None:
        return
    opened = open_stack(cwd, stack)
    values = {
        key: ("[secret]" if secret and not show_secrets else text, secret)
        for key, (text, secret) in opened.config.decrypted().items()
    }
    if json:
        document = {
            key: {**({} if secret and not show_secrets else {"value": text}), "secret": secret}
            for key, (text, secret) in values.items()
        }
        typer.echo(json_module.dumps(document, indent=2))
        return
    names = {key: key.removeprefix(f"{opened.project.name}:") for key in values}
    width = max(map(len, ["KEY", *names.values()]))
    typer.echo(f"{'KEY':<{width}}  VALUE")
    for key, (text, _) in sorted(values.items()):
        typer.echo(f"{names[key]:<{width}}  {text}")


@app.command("get")
def get(
    key: KeyArgument,
    stack: StackOption = None,
    cwd: CwdOption = HERE,
    json: JsonOption = False,
    non_interactive: NonInteractiveOption = False,
) -> None:
    """Show one value; a secret in plain text."""
    opened = open_stack(cwd, stack)
    text, secret = _found(opened, key)
    name = full_key(key, opened.project.name)
    typer.echo(json_module.dumps({"name": name, "value": text, "secret": secret}, indent=2) if json else text)


@app.command("set", context_settings={"ignore_unknown_options": True})
def set_(
    key: KeyArgument,
    value: Annotated[str | None, typer.Argument(metavar="VALUE")] = None,
    stack: StackOption = None,
    cwd: CwdOption = HERE,
    secret: Annotated[bool, typer.Option("--secret", help="Encrypt the value")] = False,
    plaintext: Annotated[bool, typer.Option("--plaintext", help="Keep the value readable")] = False,
    non_interactive: NonInteractiveOption = False,
) -> None:
    """Give a key a value; without VALUE it is read from standard input."""
    opened = open_stack(cwd, stack)
    if value is None:
        value = typer.get_text_stream("stdin").read().rstrip("\n")
    opened.config.set(key, value, secret=secret and not plaintext)
    opened.config.save()


@app.command("rm")
def rm(
    key: KeyArgument,
    stack: StackOption = None,
    cwd: CwdOption = HERE,
    non_interactive: NonInteractiveOption = False,
) -> None:
    """Remove a key."""
    opened = open_stack(cwd, stack)
    _found(opened, key)
    opened.config.remove(key)
    opened.config.save()


def _found(stack: Stack, key: str) -> tuple[str, bool]:
    values = stack.config.decrypted()
    name = full_key(key, stack.project.name)
    if name not in values:
        raise EngineError(f"configuration key '{key}' not found for stack '{stack.name}'")
    return values[name]
