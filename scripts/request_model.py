"""What botocore knows of CreateHyperParameterTuningJob, and what this project makes of it.

The shapes and their constraints are botocore's, the descriptions ours (spec/descriptions.yaml); not a word is taken
from AWS's documentation. Where the spec departs from botocore's model, a constant here says so and why.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape

PACKAGE = Path(__file__).resolve().parent.parent / "provider" / "sagemaker_tuning"
DESCRIPTIONS = PACKAGE / "spec" / "descriptions.yaml"

sys.path.insert(0, str(PACKAGE.parent))

from sagemaker_tuning.names import snake  # noqa: E402 - the checkout's own package, installed or not

REQUEST = "CreateHyperParameterTuningJobRequest"
RESPONSE = "DescribeHyperParameterTuningJobResponse"

# Outputs of DescribeTrainingJob that share a shape with the request; the service rejects them in one.
READ_ONLY = {("ResourceConfig", "SelectedInstanceType"), ("ResourceConfig", "SelectedInstanceCount")}
# Not required of a spec although the API requires it: the lifecycle makes a name up.
OPTIONAL_HERE = {(REQUEST, "HyperParameterTuningJobName")}
# Values of hyperparameters: programs write numbers, the wire has text. These may also be empty.
NUMBERS_AS_TEXT = {"ParameterValue", "HyperParameterValue"}
MAY_BE_EMPTY = NUMBERS_AS_TEXT | {"HyperParameterTrainingJobEnvironmentValue", "TagValue"}
# New types appear weekly, long before a release of botocore knows them: only the form is fixed.
BY_FORM = {"TrainingInstanceType": r"ml\.[a-z0-9-]+\.[a-z0-9-]+"}
# Members that are a list of Key and Value in the API and a map everywhere else.
LIST_TO_MAP = {"TagList"}


@dataclass(frozen=True)
class Member:
    """One member of a structure, as both files need it."""

    api_name: str
    shape: Shape
    required: bool
    description: str


class Model:
    """The request's shapes, each after the ones it is made of."""

    def __init__(self) -> None:
        service = ServiceModel(Loader().load_service_model("sagemaker", "service-2"), "sagemaker")
        self.request = service.shape_for(REQUEST)
        self.response = service.shape_for(RESPONSE)
        self.shapes: dict[str, Shape] = {}
        self._collect(self.request)
        self.descriptions: dict[str, dict[str, str]] = yaml.safe_load(DESCRIPTIONS.read_text())

    def members(self, shape: StructureShape) -> list[Member]:
        """The members that a user can declare."""
        texts = self.descriptions[shape.name]
        return [
            Member(
                name, member, name in shape.required_members and (shape.name, name) not in OPTIONAL_HERE, texts[name]
            )
            for name, member in shape.members.items()
            if (shape.name, name) not in READ_ONLY
        ]

    def structures(self) -> list[StructureShape]:
        """The structures that a request is made of."""
        return [shape for shape in self.shapes.values() if shape.type_name == "structure"]

    def output_only(self) -> list[str]:
        """Members of a describe response that no request has."""
        return sorted(set(self.response.members) - set(self.request.members))

    def leaves(self, shape: Shape | None = None, path: str = "") -> Iterator[str]:
        """Generic paths of the values that a request can hold: scalars, lists of scalars and maps count as one each."""
        shape = shape or self.request
        if shape.type_name == "list":
            yield from self.leaves(shape.member, path + "[]" * (shape.member.type_name == "structure"))
        elif shape.type_name == "structure":
            for name, member in shape.members.items():
                yield from self.leaves(member, f"{path}.{snake(name)}" if path else snake(name))
        else:
            yield path

    def _collect(self, shape: Shape) -> None:
        if shape.name in self.shapes:
            return
        for part in parts_of(shape):
            self._collect(part)
        if shape.name not in LIST_TO_MAP | {"Tag"}:
            self.shapes[shape.name] = shape

    def require_descriptions(self) -> None:
        """Exits if a member lacks a description, or a description a member."""
        wanted = {
            (shape.name, name)
            for shape in self.structures()
            for name in ["_", *shape.members]
            if (shape.name, name) not in READ_ONLY
        }
        present = {(shape, name) for shape, texts in self.descriptions.items() for name in texts}
        if missing := sorted(wanted - present):
            sys.exit(f"{DESCRIPTIONS.name} lacks: {', '.join(map('.'.join, missing))}")
        if extra := sorted(present - wanted):
            sys.exit(f"{DESCRIPTIONS.name} describes what botocore does not have: {', '.join(map('.'.join, extra))}")


def parts_of(shape: Shape) -> list[Shape]:
    """The shapes that a shape is made of; none for a scalar."""
    if isinstance(shape, StructureShape):
        return list(shape.members.values())
    if isinstance(shape, ListShape):
        return [shape.member]
    if isinstance(shape, MapShape):
        return [shape.key, shape.value]
    return []
