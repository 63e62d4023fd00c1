"""Ends this process when the engine is gone; for the processes that the engine starts.

Standard input is a pipe from the engine, which reaches its end when the engine ends, be it by SIGKILL. It stands alone:
the interpreter is the program's or the provider's, which may lack this package.
"""

import os
import threading


def end_with_the_engine() -> None:
    """Watch the pipe from a thread; what the process itself reads from standard input is empty."""
    pipe = os.dup(0)
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    threading.Thread(target=_wait_for_the_end_of, args=(pipe,), daemon=True).start()


def _wait_for_the_end_of(pipe: int) -> None:
    while os.read(pipe, 1024):
        pass
    os._exit(1)
