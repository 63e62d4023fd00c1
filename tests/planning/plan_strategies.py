"""Native documents of any shape that the API allows, valid or not: a plan must hold for all of them."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import strategies as st
from sagemaker_tuning.paths import KEYED_LISTS, MAPS, SETS, Item, Parts, get, item_of
from sagemaker_tuning.spec.fields import Value, members
from sagemaker_tuning.spec.shapes import CreateHyperParameterTuningJobRequest

_names = st.sampled_from(["a", "b", "c"])
_texts = st.sampled_from(["a", "b", "1", "1.0", "0.10", "1e-1", "arn:aws:x/a", "GZIP", "None", "Off"])
_SCALARS = {
    "integer": st.sampled_from([0, 1, 2, 86400]),
    "float": st.sampled_from([0.5, 0.1, -3.5415, -3.5415000915527344]),
    "boolean": st.booleans(),
    "string": _texts,
}


def documents() -> st.SearchStrategy[dict[str, Any]]:
    """Native documents with a name, a configuration and tags; anything else may be there or not."""
    everything = _structure(CreateHyperParameterTuningJobRequest)
    needed = st.fixed_dictionaries(
        {
            "hyper_parameter_tuning_job_name": _names,
            "hyper_parameter_tuning_job_config": _structure(
                members(CreateHyperParameterTuningJobRequest)["hyper_parameter_tuning_job_config"].value.shape
            ),
            "tags": st.dictionaries(_names, _names, max_size=2),
        }
    )
    return st.builds(lambda some, needs: {**some, **needs}, everything, needed)


def _structure(shape: Any) -> st.SearchStrategy[dict[str, Any]]:
    optional = {name: _value(name, member.value) for name, member in members(shape).items()}
    return st.fixed_dictionaries({}, optional=optional)


def _value(name: str, value: Value) -> st.SearchStrategy[Any]:
    if value.kind == "map":
        return st.dictionaries(_names, _texts, min_size=1, max_size=3)
    if value.kind == "structure":
        return st.deferred(lambda: _structure(value.shape).filter(bool))
    if value.kind != "list":
        return _SCALARS[value.kind]
    (item,) = value.parts
    if item.shape is None:
        return st.lists(_texts, min_size=1, max_size=3, unique=name in SETS)
    key = KEYED_LISTS.get(name)
    if key is None:
        return st.lists(_structure(item.shape).filter(bool), min_size=1, max_size=2)
    named = st.builds(lambda part, text: {**part, key: text}, _structure(item.shape), _names)
    return st.lists(named, min_size=1, max_size=3, unique_by=lambda part: part[key])


def to_api(native: Mapping[str, Any]) -> dict[str, Any]:
    """The same document in the API's names, without its tags."""
    return _renamed(CreateHyperParameterTuningJobRequest, {k: v for k, v in native.items() if k != "tags"})


def _renamed(shape: Any, native: Mapping[str, Any]) -> dict[str, Any]:
    fields = members(shape)
    return {fields[name].api_name: _renamed_value(fields[name].value, value) for name, value in native.items()}


def _renamed_value(kind: Value, value: Any) -> Any:
    if kind.shape is not None:
        return _renamed(kind.shape, value)
    if kind.kind == "list":
        return [_renamed_value(kind.parts[0], item) for item in value]
    return value


def leaves(native: Any, parts: Parts = ()) -> Iterator[tuple[Parts, Any]]:
    """Every leaf of a native document with its path; a set is a leaf, the name of a named item is none."""
    for name, value in native.items():
        if isinstance(value, Mapping) and name in MAPS:
            yield from (((*parts, name, Item(key)), entry) for key, entry in value.items())
        elif isinstance(value, Mapping):
            yield from leaves(value, (*parts, name))
        elif isinstance(value, list) and all(isinstance(item, Mapping) for item in value):
            for index, item in enumerate(value):
                named = {key: part for key, part in item.items() if key != KEYED_LISTS.get(name)}
                yield from leaves(named, (*parts, name, item_of(name, item, index)))
        else:
            yield (*parts, name), value


def changed(value: Any) -> Any:
    """Another value of the same kind, different under any of the plan's equalities."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, list):
        return [*value, "another"]
    if isinstance(value, str):
        return f"{value}~"
    return 0 if value else 1


def with_leaf(native: Mapping[str, Any], parts: Parts, value: Any) -> dict[str, Any]:
    """A copy of the document with another value at one leaf."""
    result = copy.deepcopy(dict(native))
    container = get(result, parts[:-1]) if len(parts) > 1 else result
    last = parts[-1]
    container[last.key if isinstance(last, Item) else last] = value
    return result


def tag_list(native: Mapping[str, Any]) -> list[dict[str, str]]:
    """The document's tags as ListTags gives them, among others that are nobody's business."""
    tags = {**native.get("tags", {}), "aws:stack": "x", "sagemaker-tuning:token": "y"}
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def shuffled(value: Any, rng: random.Random, name: str = "") -> Any:
    """The same document with keys, named items and set members in another order."""
    if isinstance(value, Mapping):
        entries = [(key, shuffled(member, rng, key)) for key, member in value.items()]
        rng.shuffle(entries)
        return dict(entries)
    if isinstance(value, list):
        items = [shuffled(item, rng) for item in value]
        if name in KEYED_LISTS or name in SETS:
            rng.shuffle(items)
        return items
    return value


def with_additions(described: Mapping[str, Any]) -> dict[str, Any]:
    """A Describe response in which the service has added all that it is known to add."""
    config = {"TrainingJobEarlyStoppingType": "Off", **described["HyperParameterTuningJobConfig"]}
    config["ResourceLimits"] = {
        "MaxNumberOfTrainingJobs": 20,
        "MaxRuntimeInSeconds": 2592000,
        **config.get("ResourceLimits", {}),
    }
    result = {**described, "HyperParameterTuningJobConfig": config}
    if "TrainingJobDefinition" in described:
        result["TrainingJobDefinition"] = _filled(described["TrainingJobDefinition"])
    if "TrainingJobDefinitions" in described:
        result["TrainingJobDefinitions"] = [_filled(part) for part in described["TrainingJobDefinitions"]]
    return result


def _filled(definition: Mapping[str, Any]) -> dict[str, Any]:
    algorithm = definition.get("AlgorithmSpecification", {})
    metrics = algorithm.get("MetricDefinitions", [{"Name": "train:auc", "Regex": "auc"}])
    channels = [
        {"CompressionType": "None", "RecordWrapperType": "None", "InputMode": "File", **channel}
        for channel in definition.get("InputDataConfig", [])
    ]
    return {
        "EnableNetworkIsolation": False,
        "EnableInterContainerTrafficEncryption": False,
        "EnableManagedSpotTraining": False,
        "RetryStrategy": {"MaximumRetryAttempts": 3},
        **definition,
        "StaticHyperParameters": {
            "_tuning_objective_metric": "train:auc",
            **definition.get("StaticHyperParameters", {}),
        },
        "AlgorithmSpecification": {
            **algorithm,
            "MetricDefinitions": [*metrics, {"Name": "ObjectiveMetric", "Regex": "auc"}],
        },
        "InputDataConfig": channels,
        "ResourceConfig": {"InstanceCount": 1, **definition.get("ResourceConfig", {})},
        "StoppingCondition": {"MaxRuntimeInSeconds": 86400, **definition.get("StoppingCondition", {})},
    }
