"""What a job's declaration says of the account that it runs in, taken out of it and made Pulumi config.

Roles, buckets, image registries, keys, networks, file systems and whatever else is an ARN differ from stack to stack.
A hyperparameter or a variable that looks like a secret becomes secret config, whose value is shown nowhere: not in the
program, and not in the commands that set it.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sagemaker_tuning.cli.literals import Code, template, text_literal
from sagemaker_tuning.cli.program import Variables
from sagemaker_tuning.masking import texts_of
from sagemaker_tuning.names import camel
from sagemaker_tuning.paths import MAPS
from sagemaker_tuning.spec.likely_secrets import looks_secret
from sagemaker_tuning.spec.rules.nodes import definitions, known

__all__ = ["AccountValues", "ConfigValue"]

_WHOLE = frozenset(
    {
        "role_arn",
        "kms_key_id",
        "volume_kms_key_id",
        "file_system_id",
        "ultra_server_id",
        "subnets",
        "security_group_ids",
        "training_plan_arns",
    }
)
_REGISTRY = re.compile(r"\d{12}\.dkr\.ecr[^/]*(?=/)")
# An ARN in place of the bucket is that of an access point.
_BUCKET = re.compile(r"(?<=s3://)(?:arn:[^/\s\"]+/[^/\s\"]+|[\w.-]{3,}(?![:\w.-]))")


@dataclass(frozen=True)
class ConfigValue:
    """One value of a stack's config. `command` sets it; that of a secret asks AWS for it and pipes it, unseen."""

    variable: str
    value: str | tuple[str, ...]
    command_source: str = ""

    @property
    def key(self) -> str:
        return camel(self.variable)

    @property
    def line(self) -> str:
        """The line of a program that reads it."""
        key = text_literal(self.key)
        if self.command_source:
            return f"{self.variable} = config.require_secret({key})"
        if isinstance(self.value, tuple):
            return f"{self.variable}: list[str] = config.require_object({key})"
        return f"{self.variable} = config.require({key})"

    @property
    def command(self) -> str:
        if self.command_source:
            return f"{self.command_source} | pulumi config set --secret {self.key}"
        value = json.dumps(self.value) if isinstance(self.value, tuple) else self.value
        return f"pulumi config set {self.key} {shlex.quote(value)}"


class AccountValues:
    """Collects the values of all jobs of one program: equal values are one, whichever job they come from."""

    def __init__(self, documents: Iterable[Mapping[str, Any]], variables: Variables) -> None:
        """`documents` are all that will be lifted, so that a single bucket is just `bucket`."""
        self._values: dict[tuple[Any, ...], ConfigValue] = {}
        self._variables = variables
        buckets = {
            found[0] for document in documents for text in texts_of(document) for found in _BUCKET.finditer(text)
        }
        self._has_one_bucket = len(buckets) == 1

    @property
    def values(self) -> list[ConfigValue]:
        """All values so far, the secret ones last."""
        return sorted(self._values.values(), key=lambda value: bool(value.command_source))

    def lifted(self, native: Mapping[str, Any], *, region: str) -> dict[str, Any]:
        """The native document of a job in the region, with an expression wherever it says something of the account."""
        lifting = _Lifting(self, str(native["hyper_parameter_tuning_job_name"]), region)
        for _, definition in definitions(native):  # first, so that the bucket of the models is called after them
            lifting.value(known(definition, "output_data_config") or {}, "output_data_config", "", ())
        return lifting.block(native, "", ())

    def bucket_name(self, place: str) -> str:
        return "bucket" if self._has_one_bucket else f"{place}_bucket"

    def add(self, value: str | tuple[str, ...], wanted: str, command_source: str = "") -> ConfigValue:
        key = (value, bool(command_source))
        if key not in self._values:
            self._values[key] = ConfigValue(self._variables.new(wanted), value, command_source)
        return self._values[key]


@dataclass(frozen=True)
class _Lifting:
    """One job's document on its way into a program. A place is what a bucket found there is called after."""

    values: AccountValues
    job: str
    region: str

    def block(self, block: Mapping[str, Any], place: str, steps: tuple[str, ...]) -> dict[str, Any]:
        place = _place(block, place)
        return {key: self.value(item, key, place, (*steps, key)) for key, item in block.items()}

    def value(self, value: Any, name: str, place: str, steps: tuple[str, ...]) -> Any:
        if name in MAPS:
            return {key: self._entry(key, entry, (*steps, key)) for key, entry in value.items()}
        if isinstance(value, Mapping):
            return self.block(value, _PLACES.get(name, place), steps)
        if name in _WHOLE:
            return Code(self.values.add(tuple(value) if isinstance(value, list) else value, name).variable)
        if isinstance(value, list):
            return [self.value(item, "", place, (*steps, str(index))) for index, item in enumerate(value)]
        return self._text(value, name, place) if isinstance(value, str) else value

    def _entry(self, key: str, value: str, steps: tuple[str, ...]) -> Any:
        if steps[-2] != "tags" and looks_secret(key, value):
            return Code(self.values.add(value, key, _command_that_tells(self.job, self.region, steps)).variable)
        return self._text(value, key, "code" if "submit_directory" in key else key)

    def _text(self, text: str, name: str, place: str) -> Any:
        if text.startswith("arn:"):  # of an algorithm, a training plan, a hub's content, or in a tag
            return Code(self.values.add(text, name).variable)
        parts = list(self._parts(text, _REGISTRY if name == "training_image" else _BUCKET, place))
        return template(parts) if any(isinstance(part, Code) for part in parts) else text

    def _parts(self, text: str, pattern: re.Pattern[str], place: str) -> Iterator[str | Code]:
        position = 0
        for found in pattern.finditer(text):
            yield text[position : found.start()]
            name = "image_registry" if pattern is _REGISTRY else self.values.bucket_name(place)
            yield Code(self.values.add(found[0], name).variable)
            position = found.end()
        yield text[position:]


_PLACES = {"output_data_config": "output", "checkpoint_config": "checkpoint"}


def _place(block: Mapping[str, Any], place: str) -> str:
    """A channel gives its name to the bucket that its data is in."""
    channel = block.get("channel_name")
    return str(channel) if isinstance(channel, str) else place


def _command_that_tells(job: str, region: str, steps: tuple[str, ...]) -> str:
    """The AWS CLI's command that prints one value of a job's description."""
    names = {
        "training_job_definition": "TrainingJobDefinition",
        "training_job_definitions": "TrainingJobDefinitions",
        "static_hyper_parameters": "StaticHyperParameters",
        "environment": "Environment",
    }
    *parents, key = steps
    path = ".".join(names.get(step, f"[{step}]") for step in parents).replace(".[", "[")
    query = shlex.quote(f"{path}.{json.dumps(key)}")
    return (
        f"aws sagemaker describe-hyper-parameter-tuning-job --region {region} "
        f"--hyper-parameter-tuning-job-name {job} --query {query} --output text"
    )
