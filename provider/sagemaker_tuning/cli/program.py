"""Pulumi programs in Python that declare given jobs."""

from __future__ import annotations

import builtins
import itertools
import keyword
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sagemaker_tuning.cli.literals import INDENT, entry_lines, text_literal
from sagemaker_tuning.names import camel
from sagemaker_tuning.paths import MAPS
from sagemaker_tuning.spec.base import text_of

__all__ = ["Declared", "Variables", "program", "pulumi_program"]

_BOUNDS = frozenset({"min_value", "max_value"})


class Variables:
    """The names of a program's variables: no two are the same, in Python or as keys of Pulumi config."""

    def __init__(self) -> None:
        self._taken = {"config", "pulumi", "HyperParameterTuningJob", *dir(builtins)}

    def new(self, text: str) -> str:
        """A variable's name made of any text: `API_TOKEN` and `api-token` give `api_token` and `api_token_2`."""
        wanted = re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_").lower() or "value"
        if wanted[0].isdigit() or keyword.iskeyword(wanted):
            wanted = f"value_{wanted}"
        names = itertools.chain([wanted], (f"{wanted}_{number}" for number in itertools.count(2)))
        free = next(name for name in names if self._taken.isdisjoint({name, camel(name)}))
        self._taken |= {free, camel(free)}
        return free


@dataclass(frozen=True)
class Declared:
    """A job in a program: the variable it is assigned to, what the stack calls it, and the resource's arguments."""

    variable: str
    logical_name: str
    arguments: Mapping[str, Any]


def pulumi_program(native: Mapping[str, Any]) -> str:
    """The text of a program whose `pulumi up` creates the job of a native document."""
    logical_name = str(native.get("hyper_parameter_tuning_job_name", "tuning"))
    exports = ['pulumi.export("hyper_parameter_tuning_job_name", job.hyper_parameter_tuning_job_name)']
    return program(
        "A SageMaker hyperparameter tuning job, written by `sagemaker-tuning convert`.",
        [Declared("job", logical_name, native)],
        exports=[*exports, 'pulumi.export("arn", job.arn)'],
    )


def program(
    docstring: str, jobs: Iterable[Declared], *, config: Iterable[str] = (), exports: Iterable[str] = ()
) -> str:
    """The text of a program; `config` and `exports` are lines of it, before and after the jobs."""
    blocks = [["import pulumi", "from sagemaker_tuning import HyperParameterTuningJob"], list(config)]
    blocks += [list(_resource(job)) for job in jobs] + [list(exports)]
    return "\n".join([f'"""{docstring}"""', *("\n" + "\n".join(block) for block in blocks if block), ""])


def _resource(job: Declared) -> Iterator[str]:
    yield f"{job.variable} = HyperParameterTuningJob("
    yield f"{INDENT}{text_literal(job.logical_name)},"
    for name, value in job.arguments.items():
        yield from entry_lines(_with_numbers(value, name), INDENT, f"{name}=")
    yield ")"


def _with_numbers(value: Any, name: str) -> Any:
    """The same value with the bounds of ranges as numbers, where the number says the same as the text."""
    if isinstance(value, Mapping) and name not in MAPS:
        return {key: _with_numbers(entry, key) for key, entry in value.items()}
    if isinstance(value, list):
        return [_with_numbers(entry, "") for entry in value]
    return _number(value) if name in _BOUNDS and isinstance(value, str) else value


def _number(text: str) -> str | int | float:
    for kind in (int, float):
        try:
            number = kind(text)
        except ValueError:
            continue
        if text_of(number) == text and text.lower().lstrip("-") not in ("inf", "nan"):
            return number
    return text
