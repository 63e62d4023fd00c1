"""Exported stacks, as both engines write them, around jobs that a gateway really has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fakes.jobs import declared
from sagemaker_tuning import lifecycle
from sagemaker_tuning.gateway import TuningGateway
from sagemaker_tuning.spec import TuningJobSpec
from sagemaker_tuning.stacks.export import JOB_TYPE
from sagemaker_tuning.stacks.properties import OWNER, Inputs, State

STACK = {"urn": "urn:pulumi:prod::ml::pulumi:pulumi:Stack::ml-prod", "type": "pulumi:pulumi:Stack", "custom": False}


def ciphertext() -> dict[str, Any]:
    """A secret as `pulumi stack export` writes it."""
    return {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:AAAA:BBBB"}


def plaintext(value: Any) -> dict[str, Any]:
    """The same after `--show-secrets`."""
    return {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        "plaintext": json.dumps(value),
    }


def export(*resources: Mapping[str, Any], version: int = 3) -> str:
    """The text of an exported stack ml/prod."""
    return json.dumps({"version": version, "deployment": {"manifest": {}, "resources": [STACK, *resources]}})


def resource(
    name: str, inputs: Mapping[str, Any], outputs: Mapping[str, Any], *, types: str = "", **members: Any
) -> dict[str, Any]:
    """A job's resource; `types` are those of the components around it."""
    qualified = f"{types}${JOB_TYPE}" if types else JOB_TYPE
    return {
        "urn": f"urn:pulumi:prod::ml::{qualified}::{name}",
        "custom": True,
        "id": outputs.get("hyperParameterTuningJobName", ""),
        "type": JOB_TYPE,
        "inputs": dict(inputs),
        "outputs": dict(outputs),
        "parent": STACK["urn"],
        **members,
    }


def deployed(
    gateway: TuningGateway,
    name: str = "churn",
    *,
    spec: TuningJobSpec | None = None,
    options: Mapping[str, Any] | None = None,
    **members: Any,
) -> dict[str, Any]:
    """The resource of a job that is created now, as an `up` would record it."""
    owner = f"ml/prod/{name}"
    created = lifecycle.create(
        spec or declared(),
        lifecycle.Options.from_native(options or {}),
        gateway,
        owner=owner,
        say=lambda _line: None,
    )
    inputs = Inputs(job=dict(created.declared), options=dict(options or {}), hidden={OWNER: owner, "__autoName": True})
    state = State(
        inputs,
        arn=created.arn,
        status=created.status,
        region=gateway.region,
        creation_time=created.observed.creation_time if created.observed else None,
        rewrites=created.rewrites,
    )
    return resource(name, inputs.to_properties(), state.to_properties(), **members)
