"""Runs a trial's command so that it can leave nothing behind: `python -I -S launcher.py COMMAND...`.

The command gets a process group of its own. When the command ends, or when this process's standard input closes (the
trial runner died, however suddenly), every process that is left of it is killed: the group, and on Linux also what
had left the group. SIGTERM is passed on to the group. The exit code is the command's, 128 + n after signal n.

A script of its own, with few imports, because it has to be up within milliseconds.
"""

# ruff: noqa: SIM105 - contextlib's own imports would double the time that this script takes to start
import _thread
import os
import signal
import sys

_PR_SET_CHILD_SUBREAPER = 36  # Source: linux/prctl.h


def _launch(command: list[str]) -> int:
    if sys.platform == "linux":
        _adopt_orphans()
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])  # until there is somebody to pass it on to
    child = os.fork()
    if child == 0:
        _become(command)
    _make_group(child)
    signal.signal(signal.SIGTERM, lambda *_: _signal_group(child, signal.SIGTERM))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    _thread.start_new_thread(_die_with_owner, (child,))
    _, status = os.waitpid(child, 0)
    _signal_group(child, signal.SIGKILL)
    if sys.platform == "linux":
        _kill_adopted()
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _become(command: list[str]) -> None:
    _make_group(0)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    try:
        os.execvp(command[0], command)
    except OSError as error:
        os.write(2, f"{command[0]}: {error.strerror}\n".encode())
        os._exit(127)


def _make_group(pid: int) -> None:
    """Called on both sides of the fork, so that the group exists whichever side is first."""
    try:
        os.setpgid(pid, pid)
    except OSError:
        pass  # the other side was first, and has already become the command


def _die_with_owner(child: int) -> None:
    while os.read(0, 4096):
        pass
    _signal_group(child, signal.SIGKILL)


def _signal_group(group: int, number: int) -> None:
    try:
        os.killpg(group, number)
    except OSError:
        pass  # nothing left; macOS says "not permitted" for zombies


def _adopt_orphans() -> None:
    """Have processes whose parent ends handed to this process instead of init."""
    import ctypes

    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _kill_adopted() -> None:
    try:
        while True:
            with open(f"/proc/self/task/{os.getpid()}/children") as children:
                for pid in children.read().split():
                    os.kill(int(pid), signal.SIGKILL)
            os.wait()  # the children of what has ended are handed over now, so look again
    except OSError:
        pass  # no child left; or a kernel that does not list them


if __name__ == "__main__":
    os._exit(_launch(sys.argv[1:]))
