"""Runs a Pulumi program; started by the engine with the program's own interpreter, as a plain file.

It stands alone: that interpreter has the Pulumi SDK, but perhaps not this package. What it does is what the Pulumi
CLI's Python language host does: configure the SDK's runtime, then run the program in a stack.
Exit codes: 0; 1 for a failure to be reported by the engine; 32 when the program itself told the user what is wrong.
"""

import argparse
import asyncio
import json
import logging
import os
import runpy
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor

from engine_watch import end_with_the_engine

SHOWN = 32


def main() -> int:
    arguments = _arguments()
    try:
        import pulumi
        import pulumi.runtime
    except ImportError:
        traceback.print_exc()
        print(f"{sys.executable} has no Pulumi SDK; install `pulumi` there, or set runtime.options.virtualenv")
        return 1
    pulumi.runtime.set_all_config(
        json.loads(os.environ["PULUMI_CONFIG"]), json.loads(os.environ["PULUMI_CONFIG_SECRET_KEYS"])
    )
    pulumi.runtime.configure(
        pulumi.runtime.Settings(
            project=arguments.project,
            stack=arguments.stack,
            organization=arguments.organization,
            monitor=arguments.monitor,
            engine=arguments.engine,
            parallel=arguments.parallel,
            dry_run=arguments.dry_run,
            root_directory=arguments.root_directory,
        )
    )
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # a failed program leaves futures that nobody awaits
    sys.argv = [arguments.program]
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    # Each registration blocks one thread until its resource is done; four per step keep the graph moving.
    executor = ThreadPoolExecutor(max_workers=max(arguments.parallel, 1) * 4)
    loop.set_default_executor(executor)
    try:
        loop.run_until_complete(
            pulumi.runtime.run_in_stack(lambda: _run(arguments.program))  # returns None: nothing to await
        )
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
        return 1
    except Exception:  # whatever the program raised belongs to its user
        pulumi.log.error("Program failed with an unhandled exception:\n" + _program_traceback(arguments.program))
        return SHOWN
    finally:
        executor.shutdown(wait=True)
        loop.close()
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def _run(program: str) -> None:
    runpy.run_path(program, run_name="__main__")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    for name in ("project", "stack", "organization", "monitor", "engine", "root-directory"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--parallel", type=int, required=True)
    parser.add_argument("--dry-run", action="store_true")
    parser.add_argument("program")
    return parser.parse_args()


def _program_traceback(program: str) -> str:
    """The present traceback from the program's first own frame on."""
    main_file = os.path.abspath(os.path.join(program, "__main__.py") if os.path.isdir(program) else program)
    frames = traceback.extract_tb(sys.exc_info()[2])
    for position, frame in enumerate(frames):
        if os.path.abspath(frame.filename) == main_file:
            return traceback.format_exc(limit=position - len(frames))
    return traceback.format_exc()


if __name__ == "__main__":
    sys.path.pop(0)  # this file's folder, which the program must not see
    end_with_the_engine()
    sys.exit(main())
