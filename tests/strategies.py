"""Hypothesis strategies for valid tuning jobs, built from botocore's model and not from the spec they test.

`specs()` gives CreateHyperParameterTuningJob requests. Any member of the request shape turns up, also one that a newer
botocore brings; what SageMaker demands beyond the shape is settled afterwards.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape
from hypothesis import strategies as st

__all__ = ["request_shape", "specs"]

Tree = dict[str, Any]

READ_ONLY = {"SelectedInstanceType", "SelectedInstanceCount"}
XGBOOST = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
ASCII = st.characters(min_codepoint=32, max_codepoint=126)


@cache
def request_shape() -> StructureShape:
    """The shape of a CreateHyperParameterTuningJob request in the installed botocore."""
    service = ServiceModel(Loader().load_service_model("sagemaker", "service-2"), "sagemaker")
    shape = service.shape_for("CreateHyperParameterTuningJobRequest")
    assert isinstance(shape, StructureShape)
    return shape


@st.composite
def specs(draw: st.DrawFn) -> Tree:
    """A valid request in the API's form."""
    job: Tree = draw(_value(request_shape()))
    for unwanted in draw(st.sampled_from([["TrainingJobDefinition"], ["TrainingJobDefinitions"]])):
        job.pop(unwanted, None)
    if "TrainingJobDefinitions" not in job and "TrainingJobDefinition" not in job:
        job["TrainingJobDefinition"] = draw(_value(request_shape().members["TrainingJobDefinition"]))
    if "TrainingJobDefinition" in job:
        _settle_single(draw, job)
    else:
        _settle_several(draw, job)
    _settle_strategy(draw, job)
    for definition in _definitions(job):
        _settle_definition(draw, definition)
        _settle_metrics(job, definition)
    return job


def _definitions(job: Tree) -> list[Tree]:
    return [job["TrainingJobDefinition"]] if "TrainingJobDefinition" in job else job["TrainingJobDefinitions"]


# --- any value of a shape ---------------------------------------------------------------------------------------------


def _value(shape: Shape) -> st.SearchStrategy[Any]:
    if shape.name in SPECIAL:
        return SPECIAL[shape.name]
    if isinstance(shape, StructureShape):
        return _structure(shape)
    if isinstance(shape, ListShape):
        least = shape.metadata.get("min", 0)
        most = min(shape.metadata["max"], max(least, 2))
        return st.lists(_value(shape.member), min_size=least, max_size=most)
    if isinstance(shape, MapShape):
        return st.dictionaries(_value(shape.key), _value(shape.value), max_size=3)
    if shape.type_name in ("integer", "long"):
        return st.integers(shape.metadata.get("min", -(2**31)), shape.metadata.get("max", 2**31 - 1))
    if shape.type_name == "float":
        return st.floats(width=32, allow_nan=False, allow_infinity=False)
    if shape.type_name == "boolean":
        return st.booleans()
    if shape.metadata.get("enum"):
        return st.sampled_from(shape.metadata["enum"])
    return _text(shape)


@cache
def _structure(shape: StructureShape) -> st.SearchStrategy[Tree]:
    members = {name: _value(member) for name, member in shape.members.items() if name not in READ_ONLY}
    required = {name: members[name] for name in shape.required_members}
    return st.fixed_dictionaries(required, optional={n: s for n, s in members.items() if n not in required})


def _text(shape: Shape) -> st.SearchStrategy[str]:
    least, most = max(1, shape.metadata.get("min", 1)), min(shape.metadata.get("max", 60), 60)
    pattern = shape.metadata.get("pattern", ".*")
    if pattern in (".*", ".+", r"[\S\s]*"):
        return st.text(ASCII, min_size=least, max_size=most)
    texts = st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True, alphabet=ASCII)
    return texts.filter(lambda text: least <= len(text) <= shape.metadata.get("max", 60))


def _named_once(items: st.SearchStrategy[Tree], key: str, least: int = 0) -> st.SearchStrategy[list[Tree]]:
    return st.lists(items, min_size=least, max_size=3, unique_by=lambda item: item[key])


@st.composite
def _parameter_ranges(draw: st.DrawFn) -> Tree:
    names = iter(draw(st.permutations([f"p{n}" for n in range(8)] + ["eta", "max depth", "a.b", "é"])))
    scales = st.sampled_from(["Auto", "Linear", "Logarithmic"])

    def numeric(numbers: st.SearchStrategy[Any]) -> st.SearchStrategy[Tree]:
        bounds = st.tuples(numbers, numbers).map(sorted)
        required = {"Name": st.builds(lambda: next(names)), "bounds": bounds}
        return st.fixed_dictionaries(required, optional={"ScalingType": scales}).map(_with_bounds)

    kinds = {
        "IntegerParameterRanges": numeric(st.integers(1, 10**6)),
        "ContinuousParameterRanges": numeric(st.floats(1e-6, 0.99) | st.integers(1, 9)),
        "CategoricalParameterRanges": st.fixed_dictionaries(
            {
                "Name": st.builds(lambda: next(names)),
                "Values": st.lists(st.text(ASCII, max_size=5), min_size=1, max_size=4, unique=True),
            }
        ),
        "AutoParameters": st.fixed_dictionaries(
            {"Name": st.builds(lambda: next(names)), "ValueHint": st.text(ASCII, max_size=5)}
        ),
    }
    return draw(st.fixed_dictionaries({}, optional={kind: st.lists(one, max_size=2) for kind, one in kinds.items()}))


def _with_bounds(item: Tree) -> Tree:
    low, high = item.pop("bounds")
    return {**item, "MinValue": str(low), "MaxValue": str(high)}


NAME = st.from_regex(r"[a-zA-Z0-9](-?[a-zA-Z0-9]){0,12}", fullmatch=True, alphabet=ASCII)
S3_URI = st.builds("{}://{}/{}".format, st.sampled_from(["s3", "https"]), NAME, st.text(ASCII, max_size=20))
INSTANCE_TYPE = st.sampled_from(["ml.m5.xlarge", "ml.m5.2xlarge", "ml.c5.xlarge", "ml.g5.xlarge", "ml.t9.large"])

SPECIAL: dict[str, st.SearchStrategy[Any]] = {
    "HyperParameterTuningJobName": NAME,
    "HyperParameterTrainingJobDefinitionName": NAME,
    "S3Uri": S3_URI,
    "TrainingInstanceType": INSTANCE_TYPE,
    "ParameterRanges": _parameter_ranges(),
    "HyperbandStrategyConfig": st.fixed_dictionaries(
        {}, optional={"MinResource": st.integers(1, 10), "MaxResource": st.integers(10, 20_000)}
    ),
    "TagList": _named_once(
        st.fixed_dictionaries(
            {
                "Key": st.text(st.sampled_from("abcXYZ019 _.:/=+-@éß\u00a0"), min_size=1, max_size=10),
                "Value": st.text(st.sampled_from("abcXYZ019 _.:/=+-@éß\u00a0"), max_size=10),
            }
        ),
        "Key",
    ),
}


# --- what the shape does not say --------------------------------------------------------------------------------------


def _settle_single(draw: st.DrawFn, job: Tree) -> None:
    config, definition = job["HyperParameterTuningJobConfig"], job["TrainingJobDefinition"]
    if "Autotune" not in job:
        config["HyperParameterTuningJobObjective"] = draw(_member("HyperParameterTuningJobObjective"))
        config["ParameterRanges"] = draw(_parameter_ranges())
    _make_untuned(definition, config.get("ParameterRanges", {}))


def _settle_several(draw: st.DrawFn, job: Tree) -> None:
    config = job["HyperParameterTuningJobConfig"]
    config.pop("HyperParameterTuningJobObjective", None)
    config.pop("ParameterRanges", None)
    for number, definition in enumerate(job["TrainingJobDefinitions"]):
        definition["DefinitionName"] = f"{draw(NAME)}{number}"
        definition["TuningObjective"] = draw(_member("HyperParameterTuningJobObjective"))
        definition["HyperParameterRanges"] = draw(_parameter_ranges())
        _make_untuned(definition, definition["HyperParameterRanges"])
    if len(job["TrainingJobDefinitions"]) > 1:
        job.pop("WarmStartConfig", None)
        config["TrainingJobEarlyStoppingType"] = "Off"


def _member(name: str) -> st.SearchStrategy[Any]:
    return _value(request_shape().members["HyperParameterTuningJobConfig"].members[name])


def _definition_member(name: str) -> st.SearchStrategy[Any]:
    return _value(request_shape().members["TrainingJobDefinition"].members[name])


def _make_untuned(definition: Tree, ranges: Tree) -> None:
    tuned = {item["Name"] for items in ranges.values() for item in items}
    for name in tuned & definition.get("StaticHyperParameters", {}).keys():
        del definition["StaticHyperParameters"][name]


def _settle_strategy(draw: st.DrawFn, job: Tree) -> None:
    config, limits = job["HyperParameterTuningJobConfig"], job["HyperParameterTuningJobConfig"]["ResourceLimits"]
    for parent in job.get("WarmStartConfig", {}).get("ParentHyperParameterTuningJobs", []):
        parent.setdefault("HyperParameterTuningJobName", draw(NAME))
    if "WarmStartConfig" in job:
        config["Strategy"] = draw(st.sampled_from(["Bayesian", "Random"]))
    if config["Strategy"] == "Hyperband":
        config["TrainingJobEarlyStoppingType"] = "Off"
        config.setdefault("StrategyConfig", {}).setdefault("HyperbandStrategyConfig", {}).setdefault("MaxResource", 81)
    if config["Strategy"] == "Grid":
        for ranges in [config.get("ParameterRanges", {})] + [
            d.get("HyperParameterRanges", {}) for d in _definitions(job)
        ]:
            for kind in ("IntegerParameterRanges", "ContinuousParameterRanges", "AutoParameters"):
                ranges.pop(kind, None)
        limits.pop("MaxNumberOfTrainingJobs", None)
    if "MaxNumberOfTrainingJobs" in limits:
        limits["MaxNumberOfTrainingJobs"] = 1  # fewer than any ranges hold


def _settle_definition(draw: st.DrawFn, definition: Tree) -> None:
    algorithm = definition["AlgorithmSpecification"]
    algorithm.pop(draw(st.sampled_from(["TrainingImage", "AlgorithmName"])), None)
    if not {"TrainingImage", "AlgorithmName"} & algorithm.keys():
        algorithm["TrainingImage"] = XGBOOST
    _settle_resources(draw, definition)
    _settle_channels(definition)
    stopping = definition["StoppingCondition"]
    if "MaxRuntimeInSeconds" in stopping:
        stopping["MaxRuntimeInSeconds"] = min(stopping["MaxRuntimeInSeconds"], 2_419_200)
    if definition.get("EnableManagedSpotTraining"):
        definition.setdefault("CheckpointConfig", {"S3Uri": draw(S3_URI)})
        stopping["MaxWaitTimeInSeconds"] = stopping.get("MaxRuntimeInSeconds", 3600) + draw(st.integers(0, 100))


def _settle_resources(draw: st.DrawFn, definition: Tree) -> None:
    if draw(st.booleans()):
        definition.pop("ResourceConfig", None)
        resources = draw(_definition_member("HyperParameterTuningResourceConfig"))
        definition["HyperParameterTuningResourceConfig"] = resources
        if "InstanceConfigs" in resources:
            for name in ("InstanceType", "InstanceCount", "VolumeSizeInGB"):
                resources.pop(name, None)
        return
    definition.pop("HyperParameterTuningResourceConfig", None)
    resources = definition["ResourceConfig"] = draw(_definition_member("ResourceConfig"))
    kind = draw(
        st.sampled_from([kind for kind in ("InstanceGroups", "InstancePreferences") if kind in resources] or [""])
    )
    if kind == "InstancePreferences":
        for name in ("InstanceType", "InstanceGroups", "InstancePlacementConfig", "InstanceCount", "TrainingPlanArn"):
            resources.pop(name, None)
        definition.pop("EnableManagedSpotTraining", None)
        preferences = {item["InstanceType"]: item for item in resources["InstancePreferences"]}
        resources["InstancePreferences"] = [{**item, "InstanceCount": 1} for item in preferences.values()]
        return
    resources.pop("InstancePreferences", None)
    if kind == "InstanceGroups":
        resources.pop("InstanceType", None)
        resources.pop("InstanceCount", None)
        groups = {item["InstanceGroupName"]: item for item in resources["InstanceGroups"]}
        resources["InstanceGroups"] = list(groups.values())
        return
    resources.pop("InstanceGroups", None)
    resources.setdefault("InstanceType", "ml.m5.xlarge")
    resources.setdefault("VolumeSizeInGB", 30)
    if resources["InstanceType"] == "ml.g5.xlarge":
        resources.pop("VolumeKmsKeyId", None)


def _settle_channels(definition: Tree) -> None:
    channels = {channel["ChannelName"]: channel for channel in definition.get("InputDataConfig", [])}
    for channel in channels.values():
        source = channel["DataSource"]
        for extra in list(source)[1:]:
            del source[extra]
        if not source:
            source["S3DataSource"] = {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/train"}
        if source.get("S3DataSource", {}).get("S3DataType") == "AugmentedManifestFile":
            channel["InputMode"] = "Pipe"
    if channels:
        definition["InputDataConfig"] = list(channels.values())


def _settle_metrics(job: Tree, definition: Tree) -> None:
    """Defines the objective's metric, as an image that is not SageMaker's own must."""
    shared = job["HyperParameterTuningJobConfig"].get("HyperParameterTuningJobObjective")
    objective = definition.get("TuningObjective", shared)
    algorithm = definition["AlgorithmSpecification"]
    metrics = {metric["Name"]: metric for metric in algorithm.get("MetricDefinitions", [])}
    if objective is not None and algorithm.get("TrainingImage", XGBOOST) != XGBOOST:
        metrics[objective["MetricName"]] = {"Name": objective["MetricName"], "Regex": "m=([0-9.]+)"}
    if metrics or "MetricDefinitions" in algorithm:
        algorithm["MetricDefinitions"] = list(metrics.values())
