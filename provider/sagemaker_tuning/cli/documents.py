"""What the commands are given, as files or on standard input, and the JSON they print."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from sagemaker_tuning.errors import Problem, SpecError
from sagemaker_tuning.spec import TuningJobSpec, load

__all__ = ["Json", "SpecSource", "as_json", "read_describe", "read_spec", "read_tags", "written"]

SpecSource = Annotated[
    str,
    typer.Argument(
        metavar="SPEC",
        help="The declared job: a file, or - for standard input. Native form, CreateHyperParameterTuningJob request, "
        "describe document or ACK manifest; JSON or YAML.",
    ),
]

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def read_spec(source: str) -> TuningJobSpec:
    """The spec in a file or on standard input. Errors: SpecError with every problem."""
    return load(sys.stdin.read() + "\n" if source == "-" else Path(source))  # a text is known by its line break


def read_describe(source: str) -> dict[str, Any]:
    """DescribeHyperParameterTuningJob's output, as the AWS CLI prints it."""
    document = _read_json(source)
    if not isinstance(document, dict):
        raise _wrong_document(source, "describes no tuning job", "describe-hyper-parameter-tuning-job")
    return document


def read_tags(source: str) -> list[dict[str, str]]:
    """The tags in ListTags' output, as the AWS CLI prints it, or in its list alone."""
    document = _read_json(source)
    tags = document.get("Tags") if isinstance(document, dict) else document
    if not isinstance(tags, list) or not all(isinstance(tag, dict) and isinstance(tag.get("Key"), str) for tag in tags):
        raise _wrong_document(source, "has no list of tags", "list-tags")
    return tags


@contextmanager
def written(target: Path, fix: str) -> Iterator[None]:
    """Write to the target inside. Errors: SpecError with the fix if the system refuses."""
    try:
        yield
    except OSError as error:
        raise SpecError([Problem(str(target), None, f"cannot be written: {error.strerror}", fix)]) from error


def as_json(value: Any) -> str:
    """JSON for programs: indented, keys in our order, times in ISO 8601, anything else as its text.

    What is no number, such as an objective's value of NaN, is null: JSON has no word for it.
    """
    return json.dumps(_finite(value), indent=2, ensure_ascii=False, default=_plain, allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _plain(value: Any) -> str:
    return str(value.isoformat() if hasattr(value, "isoformat") else value)


def _read_json(source: str) -> Any:
    try:
        return json.loads(sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8"))
    except OSError as error:
        problem = Problem(source, None, f"cannot be read: {error.strerror}", "Give a file, or - for standard input")
        raise SpecError([problem]) from error
    except ValueError as error:  # JSON's and UTF-8's own errors alike
        problem = Problem(source, None, f"is not JSON: {error}", "Use the AWS CLI's --output json")
        raise SpecError([problem]) from error


def _wrong_document(source: str, what: str, command: str) -> SpecError:
    return SpecError([Problem(source, None, what, f"Give the output of `aws sagemaker {command}`")])
