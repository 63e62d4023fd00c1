"""Checks every field of a native document by itself, and says what is wrong in words that a person can act on.

pydantic stops at the first error of a list and knows nothing of what comes after a wrong value. So each wrong value is
replaced by the unknown and the rest is checked again: every problem is found, and the cross-field rules afterwards see
a document in which everything that is known is right.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sized
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sagemaker_tuning.errors import ProviderBug
from sagemaker_tuning.paths import MAPS
from sagemaker_tuning.spec.base import LENIENT, Shape
from sagemaker_tuning.spec.fields import members
from sagemaker_tuning.spec.findings import Finding, Location
from sagemaker_tuning.unknown import UNKNOWN

__all__ = ["check", "without_check"]

S = TypeVar("S", bound=Shape)

_MOST_ROUNDS = 50  # one for each level that a wrong size can hide; the shapes have fewer
_ANCHORS = re.compile(r"^\^\(\?a?:|\)\\Z$")
_KEY = "[key]"  # how pydantic marks that a key of a map is wrong, not its value


def check(shape: type[S], native: Mapping[str, Any]) -> tuple[S, list[Finding]]:
    """The document as a shape, with the unknown where a value is wrong, and a finding for each of those."""
    document = _copied(native)
    findings: list[Finding] = []
    for _ in range(_MOST_ROUNDS):
        found = _validated(shape, document)
        if not isinstance(found, list):
            return found, findings
        findings += [_finding(detail, shape) for detail in found]
        for detail in found:
            _mend(document, detail)
    raise ProviderBug(f"A spec is still wrong after everything wrong in it was replaced: {findings[-1].location}.")


def _validated(shape: type[S], document: dict[str, Any]) -> S | list[ErrorDetails]:
    try:
        return shape.model_validate(document)
    except ValidationError as error:
        return sorted(error.errors(include_url=False), key=_is_key)  # keys last: their entry is taken out


def without_check(shape: type[S], native: Mapping[str, Any]) -> S:
    """The document as a shape, with scalars taken as they are: for what the service itself said."""
    return shape.model_validate(_copied(native), context=LENIENT)


def _copied(tree: Any) -> Any:
    """A copy in which nothing is shared, not even what the document itself holds twice."""
    if isinstance(tree, Mapping):
        return {key: _copied(item) for key, item in tree.items()}
    return [_copied(item) for item in tree] if isinstance(tree, list) else tree


def _mend(document: dict[str, Any], detail: ErrorDetails) -> None:
    *parents, last = [step for step in detail["loc"] if step != _KEY]
    container: Any = document
    for step in parents:
        container = container[step]
    if _is_key(detail):
        del container[last]
    elif detail["type"] == "too_long" and isinstance(container[last], list):
        container[last] = container[last][: detail["ctx"]["max_length"]]
    elif detail["type"] == "too_long":
        container[last] = dict(list(container[last].items())[: detail["ctx"]["max_length"]])
    else:
        container[last] = UNKNOWN


def _finding(detail: ErrorDetails, shape: type[Shape]) -> Finding:
    location: Location = tuple(step for step in detail["loc"] if step != _KEY)
    given = location[-1] if _is_key(detail) else None if detail["type"] == "missing" else _copied(detail["input"])
    message, fix = _words(detail, given, location, shape)
    return Finding(location, given, f"as a key {message}" if _is_key(detail) else message, fix)


def _is_key(detail: ErrorDetails) -> bool:
    return detail["loc"][-1] == _KEY


_Words = Callable[[dict[str, Any], Any, str], tuple[str, str]]


def _words(detail: ErrorDetails, given: Any, location: Location, shape: type[Shape]) -> tuple[str, str]:
    name = _field(location)
    words = _WORDS.get(detail["type"])
    if words is None:
        return f"is wrong: {detail['msg']}", "Give another value"
    message, fix = words(detail.get("ctx", {}), given, name)
    if detail["type"] == "missing":
        fix = f"{fix}: {_description(location, shape)}".rstrip(": .")
    return message, fix


def _field(location: Location) -> str:
    """The name of the field at a location; for an entry of a map, that of the map."""
    names = [step for step in location if isinstance(step, str)]
    return names[-2] if len(names) > 1 and names[-2] in MAPS else names[-1]


def _description(location: Location, shape: type[Shape]) -> str:
    description = ""
    for step in location:
        if isinstance(step, str) and step in members(shape):
            member = members(shape)[step]
            description = member.description
            value = member.value.parts[-1] if member.value.parts else member.value
            shape = value.shape or Shape
    return description


def _kind(value: Any) -> str:
    names = {
        type(None): "null",
        bool: "a boolean",
        int: "a number",
        float: "a number",
        str: "text",
        list: "a list",
        dict: "a mapping",
    }
    return names.get(type(value), f"a {type(value).__name__}")


def _needs(kind: str, fix: str) -> _Words:
    return lambda context, given, name: (f"is {_kind(given)}; SageMaker needs {kind} here", fix)


def _count(given: Sized, unit: str) -> str:
    plural = {"entry": "entries"}.get(unit, f"{unit}s")
    return f"{len(given)} {unit if len(given) == 1 else plural}"


def _too_short(context: dict[str, Any], given: Any, name: str) -> tuple[str, str]:
    if given == "":
        return "is empty", f"Give a value, or leave `{name}` out"
    least = context["min_length"]
    return f"has {_count(given, 'character')}; SageMaker needs at least {least}", _hint(name, f"Use {least} or more")


def _too_long(context: dict[str, Any], given: Any, name: str) -> tuple[str, str]:
    most = context["max_length"]
    fix = f"Shorten it to {most} characters"
    if name == "hyper_parameter_tuning_job_name":
        fix = "Shorten it, or leave it out to have a name generated"
    return f"has {_count(given, 'character')}; SageMaker allows {most}", fix


def _too_many(context: dict[str, Any], given: Any, name: str) -> tuple[str, str]:
    most = context["max_length"]
    return f"has {_count(given, 'entry')}; SageMaker allows {most}", f"Keep {most} or fewer"


def _too_few(context: dict[str, Any], given: Any, name: str) -> tuple[str, str]:
    least = context["min_length"]
    return f"has {_count(given, 'entry')}; SageMaker needs at least {least}", f"Add an entry, or leave `{name}` out"


def _not_in_enum(context: dict[str, Any], given: Any, name: str) -> tuple[str, str]:
    allowed = re.findall(r"'([^']*)'", context["expected"])
    message = f"is not one of {', '.join(allowed)}"
    if name == "mode":
        return message, "Write Enabled, or leave the `autotune` block out to turn it off"
    folded = {_folded(value): value for value in allowed}
    spoken = _folded({True: "on", False: "off"}.get(given, given) if isinstance(given, bool) else given)
    close = difflib.get_close_matches(spoken, folded, n=1, cutoff=0.6)
    return message, f"Did you mean {folded[close[0]]}?" if close else "Use one of these, spelled as here"


def _folded(value: Any) -> str:
    return str(value).lower().replace("_", "").replace("-", "")


_HINTS: Mapping[str, str] = {
    "role_arn": "Give the role's ARN, such as arn:aws:iam::123456789012:role/tuning",
    "s3_uri": "Write it as s3://bucket/prefix",
    "s3_output_path": "Write it as s3://bucket/prefix",
    "instance_type": "Write it as ml.family.size, such as ml.m5.xlarge",
    "hyper_parameter_tuning_job_name": "Use letters, digits and hyphens, starting and ending with a letter or digit",
    "definition_name": "Use letters, digits and hyphens, starting and ending with a letter or digit",
    "channel_name": "Use letters, digits, dots, hyphens and underscores",
    "algorithm_name": "Give the name or the ARN of an algorithm resource",
    "file_system_id": "Write it as fs-0123456789abcdef0",
    "security_group_ids": "Give IDs such as sg-0123456789abcdef0",
    "subnets": "Give IDs such as subnet-0123456789abcdef0",
    "kms_key_id": "Give a key ID, a key ARN, alias/NAME or an alias's ARN",
    "volume_kms_key_id": "Give a key ID, a key ARN, alias/NAME or an alias's ARN",
    "training_plan_arn": "Give the ARN of a training plan",
    "training_plan_arns": "Give the ARN of a training plan",
    "dataset_arn": "Give the ARN of a data set in a SageMaker hub",
    "environment": "Use letters, digits and underscores in a variable's name, and no digit first",
    "tags": "Use letters, digits, spaces and _ . : / = + - @",
}


def _hint(name: str, otherwise: str) -> str:
    return _HINTS.get(name, otherwise)


def _no_match(context: dict[str, Any], given: Any, name: str) -> tuple[str, str]:
    if "\n" in given:
        return "has a line break, which SageMaker refuses", "Keep it on one line"
    return "has a form that SageMaker refuses", _hint(name, f"Make it match {re.sub(_ANCHORS, '', context['pattern'])}")


_WORDS: Mapping[str, _Words] = {
    "missing": lambda context, given, name: ("is missing", f"Add `{name}`"),
    "string_type": _needs("text", "Put the value in quotes"),
    "int_type": _needs("a whole number", "Give a whole number, without quotes"),
    "float_type": _needs("a number", "Give a number, without quotes"),
    "bool_type": _needs("true or false", "Write true or false, without quotes"),
    "list_type": _needs("a list", "Put it in a list"),
    "dict_type": _needs("a mapping", "Write names and values"),
    "model_type": _needs("a mapping", "Write its fields as names and values"),
    "finite_number": lambda context, given, name: ("is not a finite number", "Give a finite number"),
    "string_too_short": _too_short,
    "string_too_long": _too_long,
    "string_pattern_mismatch": _no_match,
    "literal_error": _not_in_enum,
    "too_short": _too_few,
    "too_long": _too_many,
    "greater_than_equal": lambda context, given, name: (
        f"is less than {context['ge']}, the least that SageMaker allows",
        f"Use {context['ge']} or more",
    ),
    "less_than_equal": lambda context, given, name: (
        f"is more than {context['le']}, the most that SageMaker allows",
        f"Use {context['le']} or less",
    ),
}
