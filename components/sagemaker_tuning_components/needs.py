"""What a training job definition names that its role needs: places in S3, images, keys, the network. Pure.

Says nothing of how a policy allows them. What a definition lacks is left out: to say so is for the job's own check.
Errors: ValueError with the path of what should be a place in S3, and is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Needs", "any_beginning", "any_below", "needs_of", "place_in_s3", "relevant", "united"]

_CODE = "sagemaker_submit_directory"  # the hyperparameter that names a script's archive
_RELEVANT = (
    "algorithm_specification",
    "static_hyper_parameters",
    "input_data_config",
    "output_data_config",
    "checkpoint_config",
    "resource_config",
    "hyper_parameter_tuning_resource_config",
    "vpc_config",
)


@dataclass(frozen=True)
class Needs:
    """What one definition names. Objects in S3 are given as `bucket/pattern`, the network as `subnet/subnet-1`."""

    reads: Sequence[str]
    writes: Sequence[str]
    images: Sequence[str]
    output_keys: Sequence[str]
    volume_keys: Sequence[str]
    network: Sequence[str]


def relevant(definition: Mapping[str, Any]) -> dict[str, Any]:
    """What of a definition its policy depends on; a secret in the rest would make a secret of the policy."""
    kept = {key: definition[key] for key in _RELEVANT if key in definition}
    parameters = kept.get("static_hyper_parameters")
    if isinstance(parameters, Mapping):
        kept["static_hyper_parameters"] = {key: value for key, value in parameters.items() if key == _CODE}
    return kept


def needs_of(definition: Mapping[str, Any]) -> Needs:
    output, checkpoints = definition.get("output_data_config", {}), _checkpoints(definition)
    resources = [definition.get(key, {}) for key in ("resource_config", "hyper_parameter_tuning_resource_config")]
    path = output.get("s3_output_path")
    return Needs(
        reads=united(_data(definition), _code(definition), checkpoints),
        writes=united([any_below(path, "output_data_config.s3_output_path")] if path else [], checkpoints),
        images=united([definition.get("algorithm_specification", {}).get("training_image", "")]),
        output_keys=united([output.get("kms_key_id", "")]),
        volume_keys=united([config.get("volume_kms_key_id", "") for config in resources]),
        network=_network(definition.get("vpc_config") or {}),
    )


def _data(definition: Mapping[str, Any]) -> list[str]:
    """A prefix is the beginning of keys, a manifest one key."""
    found = []
    for channel in definition.get("input_data_config", ()):
        source = channel.get("data_source", {}).get("s3_data_source") or {}
        if uri := source.get("s3_uri"):
            where = f"input_data_config[{channel.get('channel_name')}].data_source.s3_data_source.s3_uri"
            is_prefix = source.get("s3_data_type") == "S3Prefix"
            found.append(any_beginning(uri, where) if is_prefix else _object(uri, where))
    return found


def _code(definition: Mapping[str, Any]) -> list[str]:
    # Framework containers read the values of hyperparameters as JSON, so a string may be in quotes.
    archive = str(definition.get("static_hyper_parameters", {}).get(_CODE, "")).strip('"')
    return [_object(archive, f"static_hyper_parameters[{_CODE}]")] if archive.startswith("s3://") else []


def _checkpoints(definition: Mapping[str, Any]) -> list[str]:
    uri = definition.get("checkpoint_config", {}).get("s3_uri")
    return [any_below(uri, "checkpoint_config.s3_uri")] if uri else []


def _network(vpc_config: Mapping[str, Any]) -> list[str]:
    subnets = [f"subnet/{id_}" for id_ in vpc_config.get("subnets", ())]
    return [*subnets, *(f"security-group/{id_}" for id_ in vpc_config.get("security_group_ids", ()))]


def _object(uri: str, where: str) -> str:
    bucket, key = place_in_s3(uri, where)
    return f"{bucket}/{key}"


def any_beginning(uri: str, where: str) -> str:
    return f"{_object(uri, where)}*"


def any_below(uri: str, where: str) -> str:
    bucket, key = place_in_s3(uri, where)
    return "/".join(part for part in (bucket, key.rstrip("/"), "*") if part)


def place_in_s3(uri: str, where: str) -> tuple[str, str]:
    scheme, _, path = str(uri).partition("://")
    bucket, _, key = path.partition("/")
    if scheme != "s3" or not bucket:
        raise ValueError(f"{where}: {uri!r} is not a place in S3.\nGive it as s3://bucket/prefix.")
    return bucket, key


def united(*groups: Iterable[str]) -> list[str]:
    """Every text once, sorted, so that the same definitions give the same policy; empty ones are left out."""
    return sorted({text for group in groups for text in group if text})
