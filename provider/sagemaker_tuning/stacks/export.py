"""The tuning jobs and completions in what `pulumi stack export` prints.

Decides which resources of a deployment are ours, and reads each one as `properties` has it. The same reader takes the
states inside `pulumi preview --json`. Nothing is decrypted: a secret is unknown unless the export shows its plain text.
Source: apitype.ResourceV3 and UntypedDeployment of the Pulumi SDK for Go; both engines write version 3.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sagemaker_tuning.errors import Problem, SpecError
from sagemaker_tuning.spec.findings import path_of
from sagemaker_tuning.stacks.properties import Inputs, State
from sagemaker_tuning.stacks.values import Values, read_values

__all__ = ["COMPLETION_TYPE", "JOB_TYPE", "StackExport", "TuningResource", "parse_export"]

JOB_TYPE = "pulumi-python:dynamic/sagemaker-tuning:HyperParameterTuningJob"
COMPLETION_TYPE = "pulumi-python:dynamic/sagemaker-tuning:TuningJobCompletion"

_VERSIONS = (3, 4)  # 4 says that newer features are used; what is read here is the same in both
_STATE_FILE = "checkpoint"


@dataclass(frozen=True)
class TuningResource:
    """A tuning job in a state.

    `inputs` are as the program declared them at the last `up`, `state` as the job was then or at the last refresh.
    Secrets that the export does not show are unknown in both. `secret_paths`: nothing at or under them may be shown.
    `is_external`: only read by the program (`HyperParameterTuningJob.get`). `is_pending_deletion`: replaced already,
    and deleted by the next `up`. `is_pending_replacement`: deleted already, and created anew by the next `up`.
    """

    urn: str
    type: str
    id: str
    inputs: Inputs
    state: State
    secret_paths: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()
    parent: str = ""
    is_external: bool = False
    is_protected: bool = False
    is_retained_on_delete: bool = False
    is_tainted: bool = False
    is_pending_deletion: bool = False
    is_pending_replacement: bool = False

    @classmethod
    def of(cls, resource: Mapping[str, Any]) -> TuningResource:
        """The job in one resource of a deployment or of a preview's step."""
        declared, recorded = read_values(resource.get("inputs") or {}), read_values(resource.get("outputs") or {})
        inputs, state = Inputs.of(declared.properties), State.of(recorded.properties)
        secret_paths = [*_secret_paths(declared, inputs), *_secret_paths(recorded, state.inputs)]
        return cls(
            urn=resource["urn"],
            type=resource["type"],
            id=resource.get("id") or "",
            inputs=inputs,
            state=state,
            secret_paths=tuple(dict.fromkeys(secret_paths)),
            dependencies=tuple(resource.get("dependencies") or ()),
            parent=resource.get("parent") or "",
            is_external=bool(resource.get("external")),
            is_protected=bool(resource.get("protect")),
            is_retained_on_delete=bool(resource.get("retainOnDelete")),
            is_tainted=bool(resource.get("taint")),
            is_pending_deletion=bool(resource.get("delete")),
            is_pending_replacement=bool(resource.get("pendingReplacement")),
        )

    @property
    def name(self) -> str:
        """What the program calls the resource."""
        return self.urn.split("::", 3)[-1]

    @property
    def region(self) -> str:
        """The region that the job is in; empty if the state is older than its record."""
        return self.state.region


@dataclass(frozen=True)
class StackExport:
    """A stack's tuning jobs, in the order of the state. `project` and `stack` are empty in a state without resources.

    `completions` are the property bags of `TuningJobCompletion` by URN, secrets unknown.
    """

    project: str
    stack: str
    jobs: tuple[TuningResource, ...]
    completions: Mapping[str, Mapping[str, Any]]

    @property
    def owner_prefix(self) -> str:
        """What the owner tag of every job of this stack begins with: `project/stack/`."""
        return f"{self.project}/{self.stack}/"


def parse_export(text: str, source: str) -> StackExport:
    """The tuning jobs of an exported stack; `source` is what the text came from, for messages.

    Errors: SpecError if it is not what `pulumi stack export` prints.
    """
    try:
        document = json.loads(text)
    except ValueError as error:
        raise _wrong(source, f"is not JSON: {error}") from error
    deployment = document.get("deployment") if isinstance(document, dict) else None
    if not isinstance(deployment, dict):
        is_state_file = isinstance(document, dict) and _STATE_FILE in document
        raise _wrong(source, "is a backend's own state file" if is_state_file else "is no exported stack")
    if document.get("version") not in _VERSIONS:
        raise _wrong(source, f"is a deployment of version {document.get('version')}, which is not known here")
    resources = deployment.get("resources") or []
    stack, project = _stack_and_project(resources[0]["urn"]) if resources else ("", "")
    return StackExport(
        project=project,
        stack=stack,
        jobs=tuple(TuningResource.of(item) for item in resources if item.get("type") == JOB_TYPE),
        completions={
            item["urn"]: read_values(item.get("outputs") or {}).properties
            for item in resources
            if item.get("type") == COMPLETION_TYPE
        },
    )


def _secret_paths(values: Values, inputs: Inputs) -> list[str]:
    marked = [path_of(location, inputs.job) for location in values.secrets]
    return [*inputs.secret_paths, *marked]


def _stack_and_project(urn: str) -> tuple[str, str]:
    stack, project, _ = urn.removeprefix("urn:pulumi:").split("::", 2)
    return stack, project


def _wrong(source: str, what: str) -> SpecError:
    return SpecError([Problem(source, None, what, "Give what `pulumi stack export` writes, or - for standard input")])
