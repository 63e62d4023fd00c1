"""Runs a trial's command so that it can leave nothing behind: `python -I -S launcher.py COMMAND...`.

The command gets a session of its own. When the command ends, or when this process's standard input closes (the trial
runner closed it, or died, however suddenly), whatever is left of the session's process group is killed. SIGTERM is
passed on to the group. The exit code is the command's, 128 + n for signal n.

It is a script of its own, started in isolated mode, because it has to be up within milliseconds.
"""

import _thread
import os
import signal
import sys


def _launch(command: list[str]) -> int:
    child = os.fork()
    if child == 0:
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        try:
            os.execvp(command[0], command)
        except OSError as error:
            os.write(2, f"{command[0]}: {error.strerror}\n".encode())
            os._exit(127)
    signal.signal(signal.SIGTERM, lambda *_: _signal_group(child, signal.SIGTERM))
    _thread.start_new_thread(_outlive_no_owner, (child,))
    _, status = os.waitpid(child, 0)
    _signal_group(child, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _outlive_no_owner(child: int) -> None:
    while os.read(0, 4096):
        pass
    _signal_group(child, signal.SIGKILL)


def _signal_group(group: int, number: int) -> None:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        pass  # nothing left
    except PermissionError:
        pass  # only zombies left, on macOS


if __name__ == "__main__":
    os._exit(_launch(sys.argv[1:]))
