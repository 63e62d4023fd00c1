"""What a program would have to say to declare a job that exists: as little as gives this very job.

Describe says more than anybody declared: defaults, entries that the service adds, and members that it fills in beside
the ones that were sent. Each of these is a candidate to be left out, and is left out only if the shorter document is
still sound and a plan of it finds nothing to do. So whatever is left out, the declared job is the one that exists.
Facts: the rules of `rules`; what Autotune, grids and algorithm resources fill in, from the API reference.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from sagemaker_tuning.errors import SpecError
from sagemaker_tuning.observed import normalize
from sagemaker_tuning.paths import Item, Parts, get, item_of
from sagemaker_tuning.planning.comparison import Node, tree
from sagemaker_tuning.planning.decision import plan
from sagemaker_tuning.planning.rules import Default, expand
from sagemaker_tuning.spec import TuningJobSpec
from sagemaker_tuning.spec.rules.training import is_built_in

__all__ = ["declaration"]

_Job = Mapping[str, Any]
_Filled = Callable[[Any, _Job, _Job], bool]
"""Whether SageMaker fills in a value by itself: told from the value, the definition around it, and the job."""

_DEFINITION = "{training_job_definition,training_job_definitions[]}"
_SAME_IN_BOTH = {"instance_type", "instance_count", "volume_size_in_gb", "volume_kms_key_id"}
_RANGES = (
    "{hyper_parameter_tuning_job_config.parameter_ranges"
    ",training_job_definition.hyper_parameter_ranges,training_job_definitions[].hyper_parameter_ranges}"
)


def declaration(describe: Mapping[str, Any], tags: list[dict[str, str]]) -> dict[str, Any]:
    """The native document to declare a job with, from its description and its tags as ListTags gives them.

    It may have problems that the description has: what the service accepted, a newer rule may refuse.
    Errors: SpecError if it is no describe document.
    """
    observed = normalize(describe, tags)
    document = TuningJobSpec.from_describe(describe, tags).to_native()
    edits = [partial(_without, parts=parts) for parts in _candidates(document)]
    if _problems(document):
        edits = [*(partial(_with_tuning_resources, parts=parts) for parts in _definitions(document)), *edits]
    for edit in edits:
        edited = edit(document)
        if _problems(edited) <= _problems(document) and plan(edited, observed).action == "none":
            document = edited
    return document


def _problems(document: _Job) -> int:
    try:
        TuningJobSpec.from_native(document)
    except SpecError as error:
        return len(error.problems)
    return 0


def _candidates(document: _Job) -> Iterator[Parts]:
    """Where the document has what the service would add or fill in, members before what they stand in."""
    for generic, parts, node, value in _walk(tree(), "", (), document):
        definition = get(document, _definition_of(parts), {})
        filled = _FILLED.get(generic)
        is_default = isinstance(node.rule.left_out, Default) and node.rule.equal(node.rule.left_out.value, value)
        is_injected = isinstance(parts[-1], Item) and node.rule.injected(parts[-1].key)
        is_empty = value in ("", [], {})
        if is_empty or is_default or is_injected or (filled is not None and filled(value, definition, document)):
            yield parts


def _walk(node: Node, generic: str, parts: Parts, value: Any) -> Iterator[tuple[str, Parts, Node, Any]]:
    """Every member, map entry and list item below a value; of a list's items, the last one first."""
    if node.is_map and isinstance(value, Mapping):
        for key, entry in value.items():
            yield f"{generic}{{key}}", (*parts, Item(key)), node, entry
        return
    if node.is_list and isinstance(value, list):
        for index, item in reversed(list(enumerate(value))):
            at = (*parts, item_of(node.name, item, index))
            yield from _members(node, f"{generic}[]", at, item)
            yield f"{generic}[]", at, node, item
        return
    yield from _members(node, generic, parts, value)


def _members(node: Node, generic: str, parts: Parts, value: Any) -> Iterator[tuple[str, Parts, Node, Any]]:
    if not isinstance(value, Mapping):
        return
    for name, member in node.members.items():
        if name in value:
            path, at = f"{generic}.{name}".lstrip("."), (*parts, name)
            yield from _walk(member, path, at, value[name])
            yield path, at, member, value[name]


def _definition_of(parts: Parts) -> Parts:
    """The parts of a path that name a training job definition; the job itself where there is none."""
    if parts[0] == "training_job_definition":
        return parts[:1]
    return parts[:2] if parts[0] == "training_job_definitions" else ()


def _without(document: _Job, parts: Parts) -> dict[str, Any]:
    """A copy that lacks what stands at the path, and whatever is empty without it."""
    shorter = copy.deepcopy(dict(document))
    for end in range(len(parts), 0, -1):
        container, last = get(shorter, parts[: end - 1], {}) if end > 1 else shorter, parts[end - 1]
        if end < len(parts) and get(shorter, parts[:end]):
            break
        if isinstance(container, list):
            gone = get(shorter, parts[:end])
            container[:] = [item for item in container if item is not gone]
        else:
            container.pop(last.key if isinstance(last, Item) else last, None)
    return shorter


def _definitions(document: _Job) -> Iterator[Parts]:
    if "training_job_definition" in document:
        yield ("training_job_definition",)
    for index, definition in enumerate(document.get("training_job_definitions", ())):
        yield ("training_job_definitions", item_of("training_job_definitions", definition, index))


def _with_tuning_resources(document: _Job, parts: Parts) -> dict[str, Any]:
    """A copy whose definition has its instances where they came from, if they cannot have been sent as they came back.

    SageMaker gives hyper_parameter_tuning_resource_config back as resource_config, and not always all that this needs.
    """
    moved = copy.deepcopy(dict(document))
    definition = get(moved, parts)
    if definition.get("resource_config", {"": None}).keys() <= _SAME_IN_BOTH:
        definition["hyper_parameter_tuning_resource_config"] = definition.pop("resource_config")
    return moved if _problems(moved) < _problems(document) else dict(document)


def _brings_its_metrics(_value: Any, definition: _Job, _job: _Job) -> bool:
    return is_built_in(definition) or "algorithm_name" in definition["algorithm_specification"]


def _is_autotuned(_value: Any, _definition: _Job, job: _Job) -> bool:
    return "autotune" in job


_FILLED: Mapping[str, _Filled] = {
    path: filled
    for pattern, filled in (
        (
            f"{_RANGES}.{{integer_parameter_ranges,continuous_parameter_ranges}}[].scaling_type",
            lambda value, *_: value == "Auto",
        ),
        (f"{_DEFINITION}.input_data_config[].record_wrapper_type", lambda value, *_: value == "None"),
        (
            f"{_DEFINITION}.input_data_config[].input_mode",
            lambda value, definition, _: value == definition["algorithm_specification"].get("training_input_mode"),
        ),
        (f"{_DEFINITION}.algorithm_specification.metric_definitions", _brings_its_metrics),
        (
            f"{_DEFINITION}.algorithm_specification.training_image",
            lambda _value, definition, _: "algorithm_name" in definition["algorithm_specification"],
        ),
        (
            "training_job_definition.hyper_parameter_ranges",
            lambda _value, _, job: "parameter_ranges" in job["hyper_parameter_tuning_job_config"],
        ),
        (
            f"{_DEFINITION}.resource_config",
            lambda _value, definition, _: "hyper_parameter_tuning_resource_config" in definition,
        ),
        (
            f"{_DEFINITION}.resource_config.instance_count",
            lambda _value, definition, _: "instance_type" not in definition["resource_config"],
        ),
        (
            "hyper_parameter_tuning_job_config.resource_limits.max_number_of_training_jobs",
            lambda _value, _, job: job["hyper_parameter_tuning_job_config"].get("strategy") == "Grid",
        ),
        (f"{_DEFINITION}.retry_strategy", _is_autotuned),
        ("hyper_parameter_tuning_job_config.tuning_job_completion_criteria.convergence_detected", _is_autotuned),
    )
    for path in expand(pattern)
}
