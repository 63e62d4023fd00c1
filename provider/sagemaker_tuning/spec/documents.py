"""Spec files: YAML or JSON in any of the forms, recognized by what they say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from sagemaker_tuning.errors import Problem, SpecError
from sagemaker_tuning.spec.findings import problem_of
from sagemaker_tuning.spec.forms import Form, read, recognize
from sagemaker_tuning.spec.model import TuningJobSpec

__all__ = ["from_document", "load", "load_part"]


def load(path_or_text: str | Path) -> TuningJobSpec:
    """The spec in a file, or in a text that is a YAML mapping or JSON object; `spec.form` says which form it took.

    Errors: SpecError, also for a file that cannot be read or is no tuning job.
    """
    is_text = isinstance(path_or_text, str) and ("\n" in path_or_text or path_or_text.lstrip().startswith("{"))
    return from_document(_parsed(str(path_or_text) if is_text else _read(Path(path_or_text))))


def load_part(path: str | Path) -> tuple[Form, dict[str, Any]]:
    """The form of a file and its native document, which may lack what a program adds; values are not checked.

    Errors: SpecError for a file that cannot be read, is no tuning job, or has a field that its form does not know.
    """
    document = _parsed(_read(Path(path)))
    form = _form_of(document)
    if form == "describe":
        return form, TuningJobSpec.from_describe(document).to_native()  # complete, but for what nobody declares
    reading = read(document, form)
    if reading.problems:
        raise SpecError(problem_of(finding, reading.native) for finding in reading.problems)
    return form, reading.native


def from_document(document: Any) -> TuningJobSpec:
    """The spec in a document of any form."""
    readers: dict[Form, Callable[[Mapping[str, Any]], TuningJobSpec]] = {
        "native": TuningJobSpec.from_native,
        "api": TuningJobSpec.from_api,
        "describe": TuningJobSpec.from_describe,
        "ack": TuningJobSpec.from_ack,
        "pulumi": TuningJobSpec.from_pulumi,
    }
    return readers[_form_of(document)](document)


def _form_of(document: Any) -> Form:
    form = recognize(document) if isinstance(document, Mapping) else None
    if form is None:
        message = "This is no tuning job: it has none of its fields at the top"
        fix = "Give a native spec, a CreateHyperParameterTuningJob request, a describe document or an ACK manifest"
        raise SpecError([Problem("", None, message, fix)])
    return form


def _parsed(text: str) -> Any:
    try:
        return yaml.load(text, _Loader)  # _Loader is a SafeLoader
    except yaml.YAMLError as error:
        raise SpecError(
            [Problem("", None, f"This is neither YAML nor JSON: {_syntax(error)}", "Mend the syntax")]
        ) from error


def _syntax(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    where = f" in line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    return f"{getattr(error, 'problem', None) or error}{where}"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = "it is no text in UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise SpecError([Problem("", str(path), f"cannot be read: {why}", "Give the path of a spec file")]) from error


class _Loader(yaml.SafeLoader):
    """YAML 1.2's plain values. In YAML 1.1, PyYAML's own, `Off` is a boolean, and here it is an early stopping type."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """As ever, but a key given twice is an error instead of the last one winning."""
        mapping = super().construct_mapping(node, deep)
        if len(mapping) != len(node.value):
            raise yaml.constructor.ConstructorError(None, None, "a key is given twice in this mapping", node.start_mark)
        return mapping


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?(0|[1-9][0-9]*)", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?", list("-+.0123456789")),
    ("merge", r"<<", ["<"]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), _first)
