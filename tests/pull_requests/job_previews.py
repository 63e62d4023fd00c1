"""Previews of tuning jobs as the engine writes them, in both forms, from native documents.

That real previews look so is held by tests/engine/test_preview_documents.py and test_previews_of_stacks.py.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sagemaker_tuning.stacks.properties import from_native
from sagemaker_tuning.unknown import is_unknown

__all__ = ["COMPLETION", "JOB", "completion", "digest", "event_log", "job", "other", "step", "with_values"]

Step = dict[str, Any]

JOB = "pulumi-python:dynamic/sagemaker-tuning:HyperParameterTuningJob"
COMPLETION = "pulumi-python:dynamic/sagemaker-tuning:TuningJobCompletion"
UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
ROOT = {"op": "same", "urn": "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev", "detailedDiff": None}

_JOB: dict[str, Any] = {
    "hyper_parameter_tuning_job_config": {
        "strategy": "Bayesian",
        "hyper_parameter_tuning_job_objective": {"type": "Maximize", "metric_name": "validation:auc"},
        "resource_limits": {"max_number_of_training_jobs": 50, "max_parallel_training_jobs": 5},
        "parameter_ranges": {"continuous_parameter_ranges": [{"name": "eta", "min_value": "0.01", "max_value": "0.5"}]},
    },
    "training_job_definition": {
        "algorithm_specification": {
            "training_image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/trainer:1",
            "training_input_mode": "File",
            "metric_definitions": [{"name": "validation:auc", "regex": "auc=([0-9.]+)"}],
        },
        "role_arn": "arn:aws:iam::123456789012:role/training",
        "output_data_config": {"s3_output_path": "s3://models/output/"},
        "resource_config": {"instance_type": "ml.m5.xlarge", "instance_count": 1, "volume_size_in_gb": 10},
        "stopping_condition": {"max_runtime_in_seconds": 3600},
    },
    "tags": {"team": "ml"},
}


def with_values(document: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The document with the values at these dotted paths; None takes one away."""
    changed = copy.deepcopy(dict(document))
    for path, value in values.items():
        *parents, last = path.split(".")
        node = changed
        for name in parents:
            node = node.setdefault(name, {})
        if value is None:
            node.pop(last, None)
        else:
            node[last] = value
    return changed


def job(**values: Any) -> dict[str, Any]:
    """A tuning job of 50 trials of an hour, with values at short paths: `trials=5`, `tags={}`."""
    places = {
        "trials": "hyper_parameter_tuning_job_config.resource_limits.max_number_of_training_jobs",
        "strategy": "hyper_parameter_tuning_job_config.strategy",
        "role_arn": "training_job_definition.role_arn",
        "environment": "training_job_definition.environment",
        "instance_type": "training_job_definition.resource_config.instance_type",
    }
    return with_values(_JOB, {places.get(name, name): value for name, value in values.items()})


def step(
    op: str,
    name: str = "churn",
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    *,
    options: Mapping[str, Any] | None = None,
    old_options: Mapping[str, Any] | None = None,
    status: str = "Completed",
    replaces: Iterable[str] = (),
    parents: str = "",
    **state: Any,
) -> Step:
    """One step of a job, automatically named. `state` are further members of the old state in the stack."""
    urn = f"urn:pulumi:dev::shop::{parents}{JOB}::{name}"
    made: Step = {"op": op, "urn": urn, "detailedDiff": None}
    hidden = {"__owner": f"shop/dev/{name}", "__autoName": True, "__provider": "gASV"}
    if old is not None:
        inputs = {**_bag(old), **_bag(old_options or {}), **hidden, "hyperParameterTuningJobName": f"{name}-0a1b2c3"}
        outputs = {
            **inputs,
            "arn": f"arn:aws:sagemaker:us-east-1:123456789012:hyper-parameter-tuning-job/{name}-0a1b2c3",
            "status": status,
            "region": "us-east-1",
            "creationTime": "2026-11-21T14:12:56+00:00",
            "__serviceRewrites": {},
        }
        made["oldState"] = {
            "urn": urn,
            "type": JOB,
            "custom": True,
            "id": f"{name}-0a1b2c3",
            "inputs": inputs,
            "outputs": outputs,
            **state,
        }
    if new is not None:
        given_name = f"{name}-0a1b2c3" if op in ("same", "update") else UNKNOWN_TEXT
        inputs = {**_bag(new), **_bag(options or {}), **hidden, "hyperParameterTuningJobName": given_name}
        made["newState"] = {"urn": urn, "type": JOB, "custom": True, "inputs": inputs}
    return made | ({"replaceReasons": list(replaces)} if replaces else {})


def completion(op: str, name: str, jobs: Iterable[str], *, before: Iterable[str] | None = None) -> Step:
    """One step of a completion that waits for jobs of the stack, or for jobs by their names."""
    urn = f"urn:pulumi:dev::shop::{COMPLETION}::{name}"
    made: Step = {"op": op, "urn": urn, "detailedDiff": None}
    if before is not None:
        made["oldState"] = {"urn": urn, "type": COMPLETION, "inputs": {"jobNames": list(before)}, "outputs": {}}
    dependencies = [f"urn:pulumi:dev::shop::{JOB}::{item}" for item in jobs]
    made["newState"] = {
        "urn": urn,
        "type": COMPLETION,
        "inputs": {"jobNames": UNKNOWN_TEXT},
        "dependencies": dependencies,
    }
    return made


def other(op: str, name: str, type_: str = "aws:s3/bucket:Bucket") -> Step:
    return {"op": op, "urn": f"urn:pulumi:dev::shop::{type_}::{name}", "detailedDiff": None}


def digest(
    *steps: Step,
    said: Iterable[Mapping[str, Any]] = (),
    unlisted: int = 0,
    config: Mapping[str, str] | None = None,
    indent: int | None = None,
) -> str:
    """What `preview --json` prints; `unlisted` unchanged resources are only counted."""
    counts = Counter(item["op"] for item in (ROOT, *steps))
    counts["same"] += unlisted
    document = {
        "config": {"aws:region": "us-east-1"} if config is None else config,
        "steps": [ROOT, *steps],
        **({"diagnostics": list(said)} if said else {}),
        "duration": 1,
        "changeSummary": dict(counts),
    }
    return json.dumps(document, indent=indent, ensure_ascii=False)


def event_log(*steps: Step, said: Iterable[Mapping[str, Any]] = (), result: str = "succeeded", **summary: Any) -> str:
    """The lines of an event log; without a result, it was cut off."""
    counts = Counter(item["op"] for item in (ROOT, *steps))
    events: list[dict[str, Any]] = [{"preludeEvent": {"config": {"aws:region": "us-east-1"}}}]
    events += [{"diagnosticEvent": {"color": "never", **item}} for item in said]
    events += [{"resourcePreEvent": {"metadata": _metadata(item), "planning": True}} for item in (ROOT, *steps)]
    if result:
        changes = {"resourceChanges": dict(counts), "isPreview": True, "result": result, **summary}
        events += [{"summaryEvent": changes}, {"cancelEvent": {}}]
    return "".join(
        json.dumps({"sequence": number, "timestamp": 1, **event}) + "\n" for number, event in enumerate(events)
    )


def _metadata(item: Step) -> dict[str, Any]:
    type_ = item["urn"].split("::")[-2].rpartition("$")[2]
    return {
        "op": item["op"],
        "urn": item["urn"],
        "type": type_,
        "old": item.get("oldState"),
        "new": item.get("newState"),
        "keys": item.get("replaceReasons", []),
        "detailedDiff": None,
        "provider": "",
    }


def _bag(native: Mapping[str, Any]) -> dict[str, Any]:
    bag: dict[str, Any] = _written(from_native(native))
    return bag


def _written(value: Any) -> Any:
    if is_unknown(value):
        return UNKNOWN_TEXT
    if isinstance(value, Mapping):
        return {key: _written(item) for key, item in value.items()}
    return [_written(item) for item in value] if isinstance(value, list) else value
