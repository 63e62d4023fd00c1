"""Tunes for every store at once, from one Python program: a stack for each, with Pulumi's Automation API.

python tune_all.py preview | up | destroy [--trials N]
"""

import argparse
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pulumi import automation as auto

FASTEST = {"berlin": 1.5, "lisbon": 0.9, "oslo": 0.3}  # the fastest learning rate that each store's data bear
AT_ONCE = 2
FAILED = "failed"


def stack_of(store: str, trials: int) -> auto.Stack:
    """The store's stack, with its configuration; made if it is not there yet."""
    stack = auto.create_or_select_stack(store, work_dir=str(Path(__file__).parent))
    values = {"fastest": FASTEST[store], "trials": trials}
    stack.set_all_config({key: auto.ConfigValue(str(value)) for key, value in values.items()})
    return stack


def attempt(command: Callable[[auto.Stack], str], stack: auto.Stack) -> str:
    """What the command gives. One stack's failure is told and leaves the others alone."""
    try:
        return command(stack)
    except auto.CommandError:
        return FAILED


def preview(stack: auto.Stack) -> str:
    return counted(stack.preview(on_event=teller(stack)).change_summary)


def up(stack: auto.Stack) -> str:
    done = stack.up(on_event=teller(stack))
    loss, rate = done.outputs["best_objective_value"].value, done.outputs["best_hyperparameters"].value["rate"]
    return f"{counted(done.summary.resource_changes)}; loss {loss:.4f} with rate {float(rate):.4f}"


def destroy(stack: auto.Stack) -> str:
    changes = counted(stack.destroy(on_event=teller(stack)).summary.resource_changes)
    stack.workspace.remove_stack(stack.name)
    return changes


def counted(changes: dict[str, int] | None) -> str:
    """What became of the resources, such as `14 same, 1 update`."""
    return ", ".join(f"{number} {operation}" for operation, number in sorted((changes or {}).items()))


def teller(stack: auto.Stack) -> Callable[[auto.EngineEvent], None]:
    """Prints what programs, providers and the engine have to say, behind the stack's name."""

    def tell(event: auto.EngineEvent) -> None:
        said = event.diagnostic_event
        if said and said.severity in ("info", "warning", "error"):
            for line in said.message.strip("\n").splitlines():
                print(f"{stack.name}: {line}", flush=True)

    return tell


def main() -> None:
    commands = {command.__name__: command for command in (preview, up, destroy)}
    parser = argparse.ArgumentParser(description="Tunes for every store at once.")
    parser.add_argument("command", choices=commands)
    parser.add_argument("--trials", type=int, default=2)
    arguments = parser.parse_args()
    try:
        stacks = [stack_of(store, arguments.trials) for store in FASTEST]
    except auto.InvalidVersionError:
        sys.exit("The Automation API needs the Pulumi CLI on PATH; the sandbox's local engine does not serve it.")
    with ThreadPoolExecutor(AT_ONCE) as workers:
        results = list(workers.map(lambda stack: attempt(commands[arguments.command], stack), stacks))
    for stack, result in zip(stacks, results, strict=True):
        print(f"{stack.name:8}{result}")
    sys.exit(FAILED in results)


if __name__ == "__main__":
    main()
