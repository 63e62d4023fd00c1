"""What a FailureReason says: the error in it, its exit code, and a text that is the same for equal failures.

The reasons have no documented form. A failed script's is written by the toolkit in SageMaker's framework containers:
ExecuteUserScriptError with ExitCode, ErrorMessage and Command; a container's own is what it left in
/opt/ml/output/failure. Source: sagemaker-training-toolkit, and reasons quoted in aws/sagemaker-python-sdk#357,
#1225, #1740 and huggingface/notebooks#136.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = [
    "Traceback",
    "error_of",
    "exit_code_of",
    "is_of_algorithm",
    "last_traceback",
    "normalized",
    "without_command",
]

_LONGEST = 200

# The command has every hyperparameter as an argument, the secret ones too, and differs from trial to trial. It comes
# last, and the service cuts reasons at 1,024 characters, so its closing quote may be missing.
_COMMAND = re.compile(r'\s*\bCommand ".*?(?=(?:,? exit code: ?-?\d+)?\s*\Z)', re.DOTALL)
_EXIT_CODE = re.compile(r"\bexit ?code:? (-?\d+)", re.IGNORECASE)
_ERROR_MESSAGE = re.compile(r'ErrorMessage "(.*?)"?,?\s*(?:exit code: ?-?\d+)?\s*\Z', re.DOTALL)
_PREFIX = re.compile(r"^(?:AlgorithmError|ClientError): *(?:framework error:|ExecuteUserScriptError:)?\s*")
_TRACEBACK = "Traceback (most recent call last):"
_FRAME = re.compile(r'^\s+File "([^"]+)", line (\d+)')

# In this order: an ARN has a number in it, and a path may have a time.
_VARIABLE = (
    (re.compile(r"\barn:aws[\w-]*:[^\s\"',;)]+"), "<arn>"),
    (re.compile(r"\b(?:s3|https?)://[^\s\"',;)]+"), "<url>"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?"), "<time>"),
    (re.compile(r"(?<![\w.<])/[\w.+-]+(?:/[\w.+-]*)+"), "<path>"),
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE), "<id>"),
    (re.compile(r"\b[a-zA-Z][\w-]*-\d{3,}-[0-9a-f]{8}\b"), "<training job>"),
    (re.compile(r"\b0x[0-9a-f]+\b|\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,}\b", re.IGNORECASE), "<id>"),
)
# A number that tells one kind of failure from another stays.
_NUMBER = re.compile(
    r"\b((?:exit ?code|errno|status code|error code)[:=]? ?-?\d+)|(?<![\w.<])-?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Traceback:
    """A Python traceback's last line, and where in the user's own code it points."""

    error: str
    place: str | None
    start: int
    """The index of its first line in the lines that it was found in."""


def is_of_algorithm(reason: str) -> bool:
    """Whether the container failed, and not SageMaker around it."""
    return reason.startswith("AlgorithmError")


def without_command(reason: str) -> str:
    """The reason without the command line that a failed script was run with."""
    return _COMMAND.sub("", reason)


def exit_code_of(reason: str) -> int | None:
    found = _EXIT_CODE.search(reason)
    return int(found[1]) if found else None


def error_of(reason: str) -> str:
    """The error itself on one line: a traceback's last line, a script's last words, or the reason as it is."""
    text = without_command(reason)
    message = _ERROR_MESSAGE.search(text)
    lines = [line for line in (message[1] if message else text).splitlines() if line.strip()]
    traceback = last_traceback(lines)
    if traceback:
        return _one_line(traceback.error)
    if message:
        return _one_line(lines[-1]) if lines else ""
    return _one_line(_EXIT_CODE.sub("", _PREFIX.sub("", text)).strip(" ,\n"))


def normalized(reason: str) -> str:
    """The reason without what differs between trials that failed alike: ids, ARNs, numbers, paths and times."""
    text = " ".join(without_command(reason).split())
    for pattern, word in _VARIABLE:
        text = pattern.sub(word, text)
    return _NUMBER.sub(lambda found: found[1] or "<n>", text)


def last_traceback(lines: Sequence[str]) -> Traceback | None:
    """The last traceback in the lines of a log or of a reason."""
    starts = [index for index, line in enumerate(lines) if line.strip() == _TRACEBACK]
    if not starts:
        return None
    start = starts[-1]
    body = lines[start + 1 :]
    indent = len(lines[start]) - len(lines[start].lstrip())
    end = next((index for index, line in enumerate(body) if line.strip() and _indent(line) <= indent), None)
    if end is None:
        return None
    return Traceback(body[end].strip(), _place(body[:end]), start)


def _place(frames: Sequence[str]) -> str | None:
    """The innermost frame that is not a library's, as `train.py, line 12`."""
    found = [frame for frame in map(_FRAME.match, frames) if frame]
    own = [frame for frame in found if "-packages/" not in frame[1] and "/lib/python" not in frame[1]]
    if not found:
        return None
    frame = (own or found)[-1]
    return f"{frame[1].rpartition('/')[2]}, line {frame[2]}"


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
