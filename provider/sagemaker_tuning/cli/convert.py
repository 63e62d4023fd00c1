"""`convert SPEC --to FORM`: the same job in another form."""

from __future__ import annotations

import enum
from typing import Annotated, Any

import typer
import yaml

from sagemaker_tuning.cli.documents import SpecSource, as_json, read_spec
from sagemaker_tuning.cli.program import pulumi_program

__all__ = ["convert"]


class Form(str, enum.Enum):
    """The forms that a spec can be written in."""

    NATIVE = "native"
    API = "api"
    ACK = "ack"
    PYTHON = "python"


def convert(
    spec: SpecSource,
    to: Annotated[
        Form,
        typer.Option(
            help="native: this provider's own (YAML). api: a CreateHyperParameterTuningJob request (JSON). "
            "ack: a manifest of the ACK SageMaker controller (YAML). python: a Pulumi program."
        ),
    ],
) -> None:
    """Write a spec in another form, on standard output."""
    declared = read_spec(spec)
    writers = {
        Form.NATIVE: lambda: _yaml(declared.to_native()),
        Form.API: lambda: as_json(declared.to_api()) + "\n",
        Form.ACK: lambda: _yaml(declared.to_ack()),
        Form.PYTHON: lambda: pulumi_program(declared.to_native()),
    }
    typer.echo(writers[to](), nl=False)


def _yaml(document: dict[str, Any]) -> str:
    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)
    return text
