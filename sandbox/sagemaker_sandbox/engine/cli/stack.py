"""pulumi stack …"""

from __future__ import annotations

import json as json_module
from pathlib import Path
from typing import Annotated, Any

import typer

from sagemaker_sandbox.engine.cli.options import (
    HERE,
    CwdOption,
    JsonOption,
    NonInteractiveOption,
    ShowSecretsOption,
    StackOption,
    is_interactive,
    open_backend,
    open_stack,
    selected_stack,
)
from sagemaker_sandbox.engine.errors import EngineError
from sagemaker_sandbox.engine.properties import Properties, Secret, reveal, to_json
from sagemaker_sandbox.engine.stack import Stack
from sagemaker_sandbox.engine.state import VERSION, Deployment, DeploymentWriter, check_version, deployment_from_json

app = typer.Typer(no_args_is_help=True, help="Make, choose, list and remove stacks; read outputs; move state.")

NameArgument = Annotated[str | None, typer.Argument(metavar="STACK")]


@app.command("init")
def init(
    name: NameArgument = None,
    stack: StackOption = None,
    cwd: CwdOption = HERE,
    no_select: Annotated[bool, typer.Option("--no-select", help="Leave the selected stack as it is")] = False,
    non_interactive: NonInteractiveOption = False,
) -> None:
    """Make an empty stack and select it."""
    wanted = name or stack
    if not wanted:
        raise EngineError("missing stack name; write it as `pulumi stack init NAME`")
    backend = open_backend(cwd)
    created = Stack.create(wanted.rsplit("/", 1)[-1], backend)
    if not no_select:
        selected_stack(backend).set(created.name)
    typer.echo(f"Created stack '{created.name}'", err=True)


@app.command("select")
def select(
    name: NameArgument = None,
    stack: StackOption = None,
    cwd: CwdOption = HERE,
    create: Annotated[bool, typer.Option("--create", "-c", help="Make the stack if there is none")] = False,
    non_interactive: NonInteractiveOption = False,
) -> None:
    """Make a stack the current one."""
    wanted = (name or stack or "").rsplit("/", 1)[-1]
    if not wanted:
        raise EngineError("missing stack name; write it as `pulumi stack select NAME`")
    backend = open_backend(cwd)
    if create and not backend.exists(wanted):
        Stack.create(wanted, backend)
    selected_stack(backend).set(Stack.open(wanted, backend).name)


@app.command("ls")
def ls(cwd: CwdOption = HERE, json: JsonOption = False, non_interactive: NonInteractiveOption = False) -> None:
    """List the project's stacks."""
    backend = open_backend(cwd)
    current = selected_stack(backend).get()
    rows: list[dict[str, Any]] = []
    for name in backend.names():
        document = backend.read(name)
        rows.append(
            {
                "name": name,
                "current": name == current,
                "lastUpdate": (document.get("manifest") or {}).get("time"),
                "resourceCount": len(document.get("resources") or ()),
            }
        )
    if json:
        typer.echo(json_module.dumps(rows, indent=2))
        return
    typer.echo("NAME  LAST UPDATE  RESOURCE COUNT")
    for row in rows:
        typer.echo(f"{row['name']}{'*' if row['current'] else ''}  {row['lastUpdate']}  {row['resourceCount']}")


@app.command("rm")
def rm(
    name: NameArgument = None,
    stack: StackOption = None,
    cwd: CwdOption = HERE,
    yes: Annotated[bool, typer.Option("--yes", "-y")] = False,
    force: Annotated[bool, typer.Option("--force", "-f", help="Even if it still has resources")] = False,
    preserve_config: Annotated[bool, typer.Option("--preserve-config", help="Keep Pulumi.<stack>.yaml")] = False,
    non_interactive: NonInteractiveOption = False,
) -> None:
    """Remove a stack, its history and its configuration."""
    opened = open_stack(cwd, name or stack)
    if opened.backend.read(opened.name).get("resources") and not force:
        raise EngineError(
            f"'{opened.name}' still has resources; removal rejected. Possible actions:\n"
            "- Run `pulumi destroy` to delete the resources, then run `pulumi stack rm`\n"
            "- Run `pulumi stack rm --force` to override this error"
        )
    if not yes:
        if not is_interactive(non_interactive):
            raise EngineError("--yes must be passed in to proceed when running in non-interactive mode")
        typer.confirm(f"This will permanently remove the '{opened.name}' stack!", abort=True)
    with opened.backend.locked(opened.name):
        opened.backend.remove(opened.name)
    if not preserve_config:
        opened.config.path.unlink(missing_ok=True)
    selection = selected_stack(opened.backend)
    if selection.get() == opened.name:
        selection.set(None)
    typer.echo(f"Stack '{opened.name}' has been removed!")


@app.command("output")
def output(
    name: Annotated[str | None, typer.Argument(metavar="OUTPUT")] = None,
    stack: StackOption = None,
    cwd: CwdOption = HERE,
    json: JsonOption = False,
    show_secrets: ShowSecretsOption = False,
    non_interactive: NonInteractiveOption = False,
) -> None:
    """Show the stack's outputs, or one of them."""
    opened = open_stack(cwd, stack)
    root = opened.read()[0].stack
    outputs = {key: _shown(value, show_secrets) for key, value in sorted((root.outputs if root else {}).items())}
    if name is not None:
        if name not in outputs:
            raise EngineError(f"current stack does not have output property '{name}'")
        value = outputs[name]
        typer.echo(value if isinstance(value, str) and not json else json_module.dumps(value))
    elif json:
        typer.echo(json_module.dumps(outputs, indent=2))
    else:
        _print_outputs(outputs)


def _print_outputs(outputs: Properties) -> None:
    typer.echo(f"Current stack outputs ({len(outputs)}):")
    if not outputs:
        typer.echo("    No output values currently in this stack")
        return
    width = max(len("OUTPUT"), *map(len, outputs))
    typer.echo(f"    {'OUTPUT':<{width}}  VALUE")
    for key, value in outputs.items():
        typer.echo(f"    {key:<{width}}  {value if isinstance(value, str) else json_module.dumps(value)}")


def _shown(value: Any, show_secrets: bool) -> Any:
    """A value as plain JSON, a secret in it as `[secret]` unless it may be shown."""
    if show_secrets:
        return to_json(reveal(value), lambda text: text)
    if isinstance(value, Secret):
        return "[secret]"
    if isinstance(value, dict):
        return {key: _shown(item, show_secrets) for key, item in value.items()}
    if isinstance(value, list):
        return [_shown(item, show_secrets) for item in value]
    return to_json(value, lambda text: text)


@app.command("export")
def export(
    stack: StackOption = None,
    cwd: CwdOption = HERE,
    file: Annotated[Path | None, typer.Option("--file", help="Write there, not to standard output")] = None,
    show_secrets: ShowSecretsOption = False,
    non_interactive: NonInteractiveOption = False,
) -> None:
    """Write the stack's state."""
    opened = open_stack(cwd, stack)
    deployment = opened.backend.read(opened.name)
    if show_secrets:
        deployment = _with_plaintext(deployment, opened)
    text = json_module.dumps({"version": VERSION, "deployment": deployment}, indent=4, ensure_ascii=False)
    if file is None:
        typer.echo(text)
    else:
        file.write_text(text + "\n")


def _with_plaintext(value: Any, stack: Stack) -> Any:
    if isinstance(value, dict):
        if "ciphertext" in value:
            plain = stack.crypter.decrypt(value["ciphertext"])
            return {**{key: item for key, item in value.items() if key != "ciphertext"}, "plaintext": plain}
        return {key: _with_plaintext(item, stack) for key, item in value.items()}
    return [_with_plaintext(item, stack) for item in value] if isinstance(value, list) else value


@app.command("import")
def import_(
    stack: StackOption = None,
    cwd: CwdOption = HERE,
    file: Annotated[Path | None, typer.Option("--file", help="Read from there, not from standard input")] = None,
    non_interactive: NonInteractiveOption = False,
) -> None:
    """Replace the stack's state by an exported one."""
    opened = open_stack(cwd, stack)
    text = file.read_text() if file is not None else typer.get_text_stream("stdin").read()
    try:
        document = json_module.loads(text)
    except ValueError as error:
        raise EngineError(f"{file or 'standard input'}: is not valid JSON: {error}") from error
    check_version(document, str(file or "standard input"))
    imported = deployment_from_json(document.get("deployment") or {}, opened.crypter.decrypt)
    prefix = f"urn:pulumi:{opened.name}::{opened.project.name}::"
    for state in imported.resources:
        if not state.urn.startswith(prefix):
            raise EngineError(f"resource '{state.urn}' belongs to another stack or project; this one is {prefix[:-2]}")
    with opened.backend.locked(opened.name):
        opened.backend.back_up(opened.name)
        # As with the Pulumi CLI, importing is how one says that pending operations have been looked into.
        kept = Deployment(imported.resources, [], imported.metadata)
        opened.write(DeploymentWriter(opened.crypter).deployment(kept))
    typer.echo("Import complete.")
