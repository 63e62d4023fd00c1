"""Runs a provider plugin, and ends it when the engine is gone; started by the engine as a plain file.

    run_plugin.py module NAME ENGINE_ADDRESS        python -m NAME ENGINE_ADDRESS
    run_plugin.py path FOLDER_OR_FILE ENGINE_ADDRESS

Standard input is a pipe from the engine. It reaches its end when the engine ends, be it by SIGKILL; no provider process
outlives its engine. It stands alone: the interpreter is the provider's, which may lack this package.
"""

import os
import runpy
import sys
import threading


def _end_with_the_engine() -> None:
    while os.read(0, 1024):
        pass
    os._exit(0)


if __name__ == "__main__":
    kind, target = sys.argv[1:3]
    sys.argv = [target, *sys.argv[3:]]
    sys.path.pop(0)  # this file's folder, which the provider must not see
    threading.Thread(target=_end_with_the_engine, daemon=True).start()
    if kind == "module":
        sys.path.insert(0, os.getcwd())  # as `python -m` has it
        runpy.run_module(target, run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(target, run_name="__main__")
