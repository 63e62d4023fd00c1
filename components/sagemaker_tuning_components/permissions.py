"""What training jobs have to be allowed to do, computed from what their definitions say. Pure: no Pulumi, no AWS.

A definition names its data, its output, its checkpoints, its code, its image, its network and its keys. The policy
allows these and the job's own logs and metrics, and nothing else.

Source: SageMaker Developer Guide, "SageMaker Roles: CreateHyperParameterTuningJob API".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .needs import any_beginning, any_below, needs_of, place_in_s3, united

__all__ = ["Place", "check_texts", "execution_policy", "trust_policy"]

_READ_OBJECTS = ["s3:GetObject"]
_WRITE_OBJECTS = ["s3:AbortMultipartUpload", "s3:PutObject"]
_PULL_IMAGE = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
_WRITE_LOGS = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
_ATTACH_NETWORK_INTERFACES = [
    "ec2:CreateNetworkInterface",
    "ec2:CreateNetworkInterfacePermission",
    "ec2:DeleteNetworkInterface",
    "ec2:DeleteNetworkInterfacePermission",
]
# IAM has no resource-level control over these.
_LOOK_AT_NETWORK = [
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
]
_READ_WITH_KEY = ["kms:Decrypt"]
_WRITE_WITH_KEY = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]
_ENCRYPT_VOLUMES = ["kms:CreateGrant", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext"]

_ECR_IMAGE = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr(-fips)?\.(?P<region>[a-z0-9-]+)\.[a-z0-9.-]+/(?P<repository>[^:@]+)([:@].*)?"
)

Document = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Where the jobs run, as ARNs say it."""

    partition: str
    region: str
    account: str

    def arn(self, service: str, resource: str) -> str:
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def in_s3(self, path: str) -> str:
        return f"arn:{self.partition}:s3:::{path}"


def trust_policy(place: Place) -> Document:
    """SageMaker may take the role, on behalf of this account only."""
    return _document(
        [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "sagemaker.amazonaws.com"},
                "Condition": {"StringEquals": {"aws:SourceAccount": place.account}},
            }
        ]
    )


def check_texts(definitions: Iterable[Any], *, reads: Iterable[Any], writes: Iterable[Any]) -> None:
    """Refuse at a preview what `execution_policy` would, as far as it is known then: what is text, and no output.

    Errors: ValueError.
    """
    for definition in definitions:
        algorithm = definition.get("algorithm_specification") if isinstance(definition, Mapping) else None
        image = algorithm.get("training_image") if isinstance(algorithm, Mapping) else None
        if isinstance(image, str):
            _in_ecr(image)
    for argument, uris in (("reads", reads), ("writes", writes)):
        for index, uri in enumerate(uris):
            if isinstance(uri, str):
                place_in_s3(uri, f"{argument}[{index}]")


def execution_policy(
    definitions: Iterable[Mapping[str, Any]],
    place: Place,
    *,
    reads: Sequence[str] = (),
    writes: Sequence[str] = (),
    read_keys: Sequence[str] = (),
) -> Document:
    """The policy of a role that runs jobs of these definitions.

    Shape: training job definitions in the native form. `reads` and `writes` are S3 prefixes beyond those that they
    name, such as what a manifest lists; `read_keys` the KMS keys that the data are encrypted with.
    Errors: ValueError if an image or an S3 location is none, with its path.
    """
    needs = [needs_of(definition) for definition in definitions]
    read = united(
        *(need.reads for need in needs), [any_beginning(uri, f"reads[{index}]") for index, uri in enumerate(reads)]
    )
    written = united(
        *(need.writes for need in needs), [any_below(uri, f"writes[{index}]") for index, uri in enumerate(writes)]
    )
    statements = [
        *_list_buckets(place, united(read, written)),
        _allow(_READ_OBJECTS, [place.in_s3(objects) for objects in read]),
        _allow(_WRITE_OBJECTS, [place.in_s3(objects) for objects in written]),
        *_pull_images(place, united(*(need.images for need in needs))),
        _allow(_WRITE_LOGS, _log_groups(place)),
        _allow(["cloudwatch:PutMetricData"], ["*"], {"StringLike": {"cloudwatch:namespace": ["/aws/sagemaker/*"]}}),
        *_network_interfaces(place, united(*(need.network for need in needs))),
        *(_use_key(place, key, _READ_WITH_KEY) for key in united(read_keys)),
        *(_use_key(place, key, _WRITE_WITH_KEY) for key in united(*(need.output_keys for need in needs))),
        *(_use_key(place, key, _ENCRYPT_VOLUMES) for key in united(*(need.volume_keys for need in needs))),
    ]
    return _document([statement for statement in statements if statement["Resource"]])


def _list_buckets(place: Place, objects: Sequence[str]) -> Iterator[Document]:
    """One statement for each bucket. A folder is listed with and without its last slash."""
    prefixes: dict[str, set[str]] = {}
    for path in objects:
        bucket, _, pattern = path.partition("/")
        prefixes.setdefault(bucket, set()).update({pattern, pattern.removesuffix("/*")})
    for bucket, patterns in sorted(prefixes.items()):
        condition = {} if "*" in patterns else {"StringLike": {"s3:prefix": sorted(patterns)}}
        yield _allow(["s3:ListBucket"], [place.in_s3(bucket)], condition)


def _pull_images(place: Place, images: Sequence[str]) -> Iterator[Document]:
    if not images:
        return
    yield _allow(["ecr:GetAuthorizationToken"], ["*"])  # IAM has no resources for it
    yield _allow(_PULL_IMAGE, sorted({_repository(place, image) for image in images}))


def _repository(place: Place, image: str) -> str:
    match = _in_ecr(image)
    account, region, repository = match["account"], match["region"], match["repository"]
    return f"arn:{place.partition}:ecr:{region}:{account}:repository/{repository}"


def _in_ecr(image: str) -> re.Match[str]:
    match = _ECR_IMAGE.fullmatch(image)
    if match is None:
        raise ValueError(
            f"algorithm_specification.training_image: {image!r} is not an image in Amazon ECR.\n"
            "Give its registry path, such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com/trainer:1."
        )
    return match


def _log_groups(place: Place) -> list[str]:
    group = place.arn("logs", "log-group:/aws/sagemaker/TrainingJobs")
    return [group, f"{group}:*"]


def _network_interfaces(place: Place, network: Sequence[str]) -> Iterator[Document]:
    if not network:
        return
    # A subnet may be shared by another account, whose number is in its ARN then; its id is enough.
    anywhere = replace(place, account="*")
    interfaces = place.arn("ec2", "network-interface/*")
    yield _allow(_ATTACH_NETWORK_INTERFACES, [interfaces, *(anywhere.arn("ec2", part) for part in network)])
    yield _allow(_LOOK_AT_NETWORK, ["*"])


def _use_key(place: Place, key: str, actions: Sequence[str]) -> Document:
    """A key may be given by id, alias or ARN; policies know only keys, and an alias by a condition."""
    owner, _, name = key.rpartition(":")
    if name.startswith("alias/"):
        keys = f"{owner}:key/*" if owner else place.arn("kms", "key/*")
        return _allow(actions, [keys], {"ForAnyValue:StringEquals": {"kms:ResourceAliases": [name]}})
    return _allow(actions, [key if key.startswith("arn:") else place.arn("kms", f"key/{key}")])


def _allow(actions: Sequence[str], resources: Sequence[str], condition: Mapping[str, Any] | None = None) -> Document:
    statement: Document = {"Effect": "Allow", "Action": list(actions), "Resource": list(resources)}
    return {**statement, "Condition": condition} if condition else statement


def _document(statements: Sequence[Document]) -> Document:
    return {"Version": "2012-10-17", "Statement": list(statements)}
