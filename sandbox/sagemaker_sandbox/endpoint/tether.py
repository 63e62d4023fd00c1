"""Runs a command in a process group of its own that dies with its parent: `python -I -S tether.py PARENT COMMAND...`.

If this process holds the terminal's foreground, the command's group takes it, so that Ctrl-C and reading from the
terminal work as usual. A script of its own, because all this has to happen in the child, between fork and exec, and a
process with threads must not run Python code there. Only Linux lets a process ask to die with its parent.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # prctl(2)


def _tether(parent: int, command: list[str]) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(128 + signal.SIGKILL)  # it was gone before the kernel knew of us
    holds_terminal = os.isatty(0) and os.tcgetpgrp(0) == os.getpgrp()
    os.setpgid(0, 0)
    if holds_terminal:
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # the kernel's answer to a background group that asks
        os.tcsetpgrp(0, os.getpgrp())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    try:
        os.execvp(command[0], command)
    except OSError as error:
        os.write(2, f"{command[0]}: {error.strerror}\n".encode())
        os._exit(127 if isinstance(error, FileNotFoundError) else 126)


if __name__ == "__main__":
    _tether(int(sys.argv[1]), sys.argv[2:])
