"""What the commands are given: files or standard input, JSON or YAML."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from sagemaker_tuning.errors import Problem, SpecError
from sagemaker_tuning.spec import TuningJobSpec

__all__ = ["Json", "SpecSource", "as_json", "read_describe", "read_spec", "read_tags"]

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
    return TuningJobSpec.load(_text(source))


def read_describe(source: str) -> dict[str, Any]:
    """DescribeHyperParameterTuningJob's output, as the AWS CLI prints it or boto3 returns it."""
    document = _document(source)
    if not isinstance(document, dict):
        raise SpecError(
            [
                Problem(
                    source,
                    None,
                    "does not hold a description of a tuning job",
                    "Give the output of `aws sagemaker describe-hyper-parameter-tuning-job`",
                )
            ]
        )
    return document


def read_tags(source: str) -> list[dict[str, str]]:
    """ListTags' output, or its list of Key and Value alone."""
    document = _document(source)
    tags = document.get("Tags") if isinstance(document, dict) else document
    if not isinstance(tags, list) or not all(isinstance(tag, dict) and "Key" in tag for tag in tags):
        fix = "Give the output of `aws sagemaker list-tags`"
        raise SpecError([Problem(source, None, "does not hold a list of tags", fix)])
    return tags


def as_json(value: Any) -> str:
    """JSON for programs: indented, keys in our order, times as ISO 8601."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> str:
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


def _document(source: str) -> Any:
    text = _text(source)
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        fix = "Correct the document, or write it anew"
        raise SpecError([Problem(source, None, f"is neither JSON nor YAML: {error}", fix)]) from error


def _text(source: str) -> str:
    if source == "-":
        return sys.stdin.read()
    try:
        return Path(source).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not text in UTF-8"
        fix = "Give a file, or - for standard input"
        raise SpecError([Problem(source, None, f"cannot be read: {why}", fix)]) from error
