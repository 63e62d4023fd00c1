"""The five ways to write a tuning job down, and the way from each to the native form and back.

    native     snake_case names, tags a map: what a Python program and a native file use
    api        a CreateHyperParameterTuningJob request: the API's names, tags a list of Key and Value
    describe   a DescribeHyperParameterTuningJob response: the same names, and much that cannot be declared
    ack        a manifest of the AWS controller for Kubernetes: `spec` with ACK's own spelling
    pulumi     camelCase names: inputs as the Pulumi engine hands them over

Only names change here, never a value: values are checked in `check`. A null is a field left out.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from sagemaker_tuning.names import camel
from sagemaker_tuning.spec.base import Shape
from sagemaker_tuning.spec.fields import Member, Value, members
from sagemaker_tuning.spec.findings import Finding, Location
from sagemaker_tuning.spec.shapes import OUTPUT_ONLY, READ_ONLY, CreateHyperParameterTuningJobRequest

__all__ = ["ACK_API", "ACK_KIND", "FORMS", "Form", "Reading", "missing_in_ack", "read", "recognize", "write"]

Form = Literal["native", "api", "describe", "ack", "pulumi"]
FORMS: tuple[Form, ...] = ("native", "api", "describe", "ack", "pulumi")

ACK_API = "sagemaker.services.k8s.aws/v1alpha1"
ACK_KIND = "HyperParameterTuningJob"

# ACK's custom resource (controller dc49707) has no field for these; `Shape.member` as in `shapes`.
_ACK_LACKS = frozenset(
    {
        "BestObjectiveNotImproving.max_number_of_training_jobs_not_improving",
        "ConvergenceDetected.complete_on_convergence",
        "DataSource.dataset_source",
        "HyperParameterTrainingJobDefinition.environment",
        "HyperParameterTrainingJobDefinition.hyper_parameter_tuning_resource_config",
        "HyperParameterTuningJobConfig.random_seed",
        "HyperParameterTuningJobConfig.strategy_config",
        "ResourceConfig.instance_preferences",
        "ResourceConfig.training_plan_arn",
        "ResourceLimits.max_runtime_in_seconds",
        "TuningJobCompletionCriteria.best_objective_not_improving",
        "TuningJobCompletionCriteria.convergence_detected",
    }
)
_ACK_INITIALISM = re.compile(r"(?<=[a-z0-9])(Kms|Id|Uri|Arn)(?=s?$|[A-Z])")
_ACK_IRREGULAR = {"Type": "type_"}  # a keyword of Go

_JOB = Value("structure", shape=CreateHyperParameterTuningJobRequest)


@dataclass
class Reading:
    """A document in the native form, and what was found on the way. `envelope` is an ACK manifest without its spec."""

    native: dict[str, Any] = field(default_factory=dict)
    problems: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    envelope: dict[str, Any] = field(default_factory=dict)


def recognize(document: Mapping[str, Any]) -> Form | None:
    """The form that a document is written in, told from its top-level keys; None if it is no tuning job."""
    keys = set(document)
    if {"kind", "spec"} <= keys or "apiVersion" in keys:
        return "ack"
    if keys & {"HyperParameterTuningJobArn", "HyperParameterTuningJobStatus"}:
        return "describe"
    candidates: tuple[Form, ...] = ("native", "api", "pulumi")
    scores = {form: len(keys & _spellings(CreateHyperParameterTuningJobRequest, form).keys()) for form in candidates}
    best = max(candidates, key=lambda form: scores[form])  # the first of equals
    return best if scores[best] else None


def read(document: Mapping[str, Any], form: Form) -> Reading:
    """The document in the native form; keys that the form does not have are findings, not errors."""
    reading = Reading()
    if form == "ack":
        reading.envelope = {key: value for key, value in document.items() if key not in ("spec", "status")}
        reading.problems += _envelope_problems(document)
        document = document.get("spec", {})
        if not isinstance(document, Mapping):
            return reading
    reading.native = _Reader(form, reading).read(document, _JOB, ())
    return reading


def write(native: Mapping[str, Any], form: Form) -> dict[str, Any]:
    """A native document in another form; for `ack` it is what stands under `spec`."""
    written: dict[str, Any] = _write(native, _JOB, form)
    return written


def missing_in_ack(native: Mapping[str, Any]) -> list[Finding]:
    """What a native document says that an ACK manifest cannot."""
    return list(_missing_in_ack(native, _JOB, ()))


class _Reader:
    """Renames the keys of one document and collects what it cannot rename."""

    def __init__(self, form: Form, reading: Reading) -> None:
        self._form = form
        self._reading = reading

    def read(self, tree: Any, value: Value, at: Location) -> Any:
        if value.shape is not None and isinstance(tree, Mapping):
            return self._structure(tree, value.shape, at)
        if value.kind == "map" and isinstance(tree, list) and _tags_are_a_list(self._form):
            return self._tags(tree, at)
        if value.kind == "map" and isinstance(tree, Mapping):
            return self._map(tree, at)
        if value.kind == "list" and isinstance(tree, list):
            return [self.read(item, value.parts[0], (*at, index)) for index, item in enumerate(tree)]
        return tree

    def _structure(self, tree: Mapping[str, Any], shape: type[Shape], at: Location) -> dict[str, Any]:
        spellings, result = _spellings(shape, self._form), {}
        for key, item in tree.items():
            name = spellings.get(_folded(key) if self._form == "ack" else key)
            if name is None:
                self._strange(shape, key, at)
            elif not self._is_unset(item, members(shape)[name]):
                result[name] = self.read(item, members(shape)[name].value, (*at, name))
        return result

    def _is_unset(self, item: Any, member: Member) -> bool:
        if item is None:
            return True
        # DescribeHyperParameterTuningJob gives an empty KmsKeyId for a key that was never set; a list may come so too.
        return self._form == "describe" and item in ("", []) and bool(member.value.minimum)

    def _strange(self, shape: type[Shape], key: Any, at: Location) -> None:
        if read_only := _read_only(shape, key):
            if self._form != "describe":
                message = "is an output of the service, which refuses it in a request"
                self._reading.problems.append(Finding((*at, read_only), None, message, "Leave it out"))
        elif self._form != "describe":
            self._reading.problems.append(Finding((*at, str(key)), None, *_strange_key(shape, key, self._form)))
        elif at or key not in OUTPUT_ONLY | {"ResponseMetadata"}:
            message, fix = "is newer than this package and is left out", "Update pulumi-sagemaker-tuning to declare it"
            self._reading.warnings.append(Finding((*at, str(key)), None, message, fix))

    def _map(self, tree: Mapping[Any, Any], at: Location) -> dict[str, Any]:
        strange = [key for key in tree if not isinstance(key, str)]
        self._reading.problems += [Finding((*at, str(key)), key, "is no text", "Put it in quotes") for key in strange]
        return {key: item for key, item in tree.items() if key not in strange and item is not None}

    def _tags(self, tags: list[Any], at: Location) -> Any:
        key_name, value_name = ("key", "value") if self._form == "ack" else ("Key", "Value")
        result: dict[str, Any] = {}
        for index, tag in enumerate(tags):
            key = tag.get(key_name) if isinstance(tag, Mapping) else None
            if not isinstance(key, str) or not isinstance(tag, Mapping) or set(tag) - {key_name, value_name}:
                message = f"is not a tag: it needs `{key_name}` and `{value_name}`, and nothing else"
                fix = f"Write it as {{{key_name}: team, {value_name}: ml}}"
                self._reading.problems.append(Finding((*at, str(index)), tag, message, fix))
            elif key in result:
                self._reading.problems.append(Finding((*at, key), None, "is given twice", "Keep one of the two"))
            else:
                result[key] = tag.get(value_name)
        return result


def _write(tree: Any, value: Value, form: Form) -> Any:
    if value.shape is not None and isinstance(tree, Mapping):
        own = members(value.shape)
        return {_spelled(name, own[name], form): _write(item, own[name].value, form) for name, item in tree.items()}
    if isinstance(tree, list):
        return [_write(item, value.parts[0], form) for item in tree]
    if isinstance(tree, Mapping):
        return _tag_list(tree, form) if value is _TAGS and _tags_are_a_list(form) else dict(tree)
    return tree


def _tag_list(tags: Mapping[str, Any], form: Form) -> list[dict[str, Any]]:
    key_name, value_name = ("key", "value") if form == "ack" else ("Key", "Value")
    return [{key_name: key, value_name: value} for key, value in tags.items()]


_TAGS = members(CreateHyperParameterTuningJobRequest)["tags"].value


def _tags_are_a_list(form: Form) -> bool:
    return form in ("api", "describe", "ack")


@cache
def _spellings(shape: type[Shape], form: Form) -> Mapping[str, str]:
    """The snake_case names of a shape's members by their spelling in a form; ACK's are folded."""
    spelled = {_spelled(name, member, form): name for name, member in members(shape).items()}
    return {_folded(key): name for key, name in spelled.items()} if form == "ack" else spelled


def _spelled(name: str, member: Member, form: Form) -> str:
    if form == "native":
        return name
    if form == "pulumi":
        return camel(name)
    return _ack_name(member.api_name) if form == "ack" else member.api_name


@cache
def _ack_name(api_name: str) -> str:
    """ACK's spelling: camelCase, with Go's initialisms after the first word: `kmsKeyID`, `s3URI`, `volumeKMSKeyID`."""
    if api_name in _ACK_IRREGULAR:
        return _ACK_IRREGULAR[api_name]
    spelled = _ACK_INITIALISM.sub(lambda word: word.group().upper(), api_name)
    return spelled[0].lower() + spelled[1:]


def _folded(key: Any) -> str:
    return re.sub("[^a-z0-9]", "", str(key).lower())


def _read_only(shape: type[Shape], key: Any) -> str | None:
    own = (name.split(".")[1] for name in READ_ONLY if name.startswith(f"{shape.__name__}."))
    return next((name for name in own if _folded(name) == _folded(key)), None)


def _strange_key(shape: type[Shape], key: Any, form: Form) -> tuple[str, str]:
    known = {_folded(name): _spelled(name, member, form) for name, member in members(shape).items()}
    close = difflib.get_close_matches(_folded(key), known, n=1, cutoff=0.7)
    fix = f"Did you mean `{known[close[0]]}`?" if close else f"The fields here are {', '.join(known.values())}"
    return "is not a field here", fix


def _envelope_problems(document: Mapping[str, Any]) -> Iterable[Finding]:
    if document.get("kind") != ACK_KIND:
        yield Finding(("kind",), document.get("kind"), f"is not ACK's {ACK_KIND}", f"Write `kind: {ACK_KIND}`")
    api_version = document.get("apiVersion")
    if not str(api_version).startswith(ACK_API.split("/")[0] + "/"):
        yield Finding(("apiVersion",), api_version, "is not ACK's SageMaker group", f"Write `apiVersion: {ACK_API}`")
    if not isinstance(document.get("spec"), Mapping):
        yield Finding(("spec",), document.get("spec"), "is not a mapping", "Put the tuning job under `spec`")


def _missing_in_ack(tree: Any, value: Value, at: Location) -> Iterable[Finding]:
    if value.kind == "list" and isinstance(tree, list):
        for index, item in enumerate(tree):
            yield from _missing_in_ack(item, value.parts[0], (*at, index))
    if value.shape is None or not isinstance(tree, Mapping):
        return
    for name, item in tree.items():
        if f"{value.shape.__name__}.{name}" in _ACK_LACKS:
            message = "cannot be written in an ACK manifest: the controller has no such field"
            yield Finding((*at, name), None, message, "Leave it out, or keep the job in another form")
        else:
            yield from _missing_in_ack(item, members(value.shape)[name].value, (*at, name))
