"""Runs a provider plugin, as long as the engine lives; started by the engine as a plain file.

run_plugin.py module NAME ENGINE_ADDRESS            python -m NAME ENGINE_ADDRESS
run_plugin.py path FOLDER_OR_FILE ENGINE_ADDRESS    python FOLDER_OR_FILE ENGINE_ADDRESS
"""

import os
import runpy
import sys

from engine_watch import end_with_the_engine

if __name__ == "__main__":
    kind, target = sys.argv[1:3]
    sys.argv = [target, *sys.argv[3:]]
    sys.path.pop(0)  # this file's folder, which the provider must not see
    end_with_the_engine()
    if kind == "module":
        sys.path.insert(0, os.getcwd())  # as `python -m` has it
        runpy.run_module(target, run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(target, run_name="__main__")
