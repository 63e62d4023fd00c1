"""A Pulumi program in Python that declares a given job, laid out as the usual formatters lay it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["pulumi_program"]

_WIDTH = 120
_INDENT = "    "

_HEAD = '''\
"""A SageMaker hyperparameter tuning job, written by `sagemaker-tuning convert`."""

import pulumi
from sagemaker_tuning import HyperParameterTuningJob

'''

_TAIL = """\

pulumi.export("hyper_parameter_tuning_job_name", job.hyper_parameter_tuning_job_name)
pulumi.export("arn", job.arn)
"""


def pulumi_program(native: Mapping[str, Any]) -> str:
    """The text of a program whose `pulumi up` creates the job of a native document."""
    lines = ["job = HyperParameterTuningJob(", f"{_INDENT}{_text(_logical_name(native))},"]
    for name, value in native.items():
        lines += _lines(value, _INDENT, f"{name}=", ",")
    return _HEAD + "\n".join([*lines, ")", ""]) + _TAIL


def _logical_name(native: Mapping[str, Any]) -> str:
    return str(native.get("hyper_parameter_tuning_job_name", "tuning"))


def _lines(value: Any, indent: str, head: str, tail: str) -> Iterator[str]:
    """The value's lines between head and tail: on one line where that fits, else one entry a line."""
    line = f"{indent}{head}{_on_one_line(value)}{tail}"
    if not value or not isinstance(value, (Mapping, list)) or (isinstance(value, list) and _fits(line, value)):
        yield line
        return
    opening, closing = ("{", "}") if isinstance(value, Mapping) else ("[", "]")
    yield f"{indent}{head}{opening}"
    if isinstance(value, Mapping):
        for key, entry in value.items():
            yield from _lines(entry, indent + _INDENT, f"{_text(key)}: ", ",")
    else:
        for entry in value:
            yield from _lines(entry, indent + _INDENT, "", ",")
    yield f"{indent}{closing}{tail}"


def _fits(line: str, value: list[Any]) -> bool:
    return len(line) <= _WIDTH and not any(isinstance(entry, (Mapping, list)) for entry in value)


def _on_one_line(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_on_one_line, value))}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(key)}: {_on_one_line(entry)}" for key, entry in value.items()) + "}"
    return repr(value)


def _text(value: str) -> str:
    """A string literal in double quotes, unless that needs more backslashes."""
    literal = repr(value)
    if literal[0] == '"' or value.count('"') > value.count("'"):
        return literal
    return '"' + literal[1:-1].replace("\\'", "'").replace('"', '\\"') + '"'
