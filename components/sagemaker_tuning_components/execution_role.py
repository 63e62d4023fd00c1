"""`ExecutionRole`: the IAM role that training jobs run as, which may do what their definitions say and no more."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from .names import child_name
from .needs import relevant
from .permissions import Place, check_texts, execution_policy, trust_policy

__all__ = ["ExecutionRole"]


class ExecutionRole(pulumi.ComponentResource):
    """A role for training jobs of the given definitions.

    What is given its `arn` waits for the role's policy, so no job starts without.
    """

    arn: pulumi.Output[str]
    name: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        definitions: Sequence[pulumi.Input[Mapping[str, Any]]],
        reads: Sequence[pulumi.Input[str]] = (),
        writes: Sequence[pulumi.Input[str]] = (),
        read_keys: Sequence[pulumi.Input[str]] = (),
        path: pulumi.Input[str] | None = None,
        permissions_boundary: pulumi.Input[str] | None = None,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Make a role.

        definitions: training job definitions as `HyperParameterTuningJob` takes them; their `role_arn` is not needed.
        reads, writes: S3 prefixes beyond those of the definitions, such as what a manifest lists.
        read_keys: KMS keys that the data are encrypted with, by id, alias or ARN.
        path, permissions_boundary: as IAM has them.
        """
        super().__init__("sagemaker-tuning:components:ExecutionRole", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        try:
            check_texts(definitions, reads=reads, writes=writes)
        except ValueError as error:
            raise pulumi.RunError(f"{name}: {error}") from None
        place = _place(self)
        needs = [_relevant(definition) for definition in definitions]
        arguments = pulumi.Output.all(needs, place, list(reads), list(writes), list(read_keys))
        role = aws.iam.Role(
            child_name(name),
            assume_role_policy=place.apply(lambda place: json.dumps(trust_policy(place))),
            path=path,
            permissions_boundary=permissions_boundary,
            tags=tags,
            opts=child,
        )
        permissions = aws.iam.RolePolicy(
            child_name(name), role=role.name, policy=arguments.apply(lambda known: _policy(name, *known)), opts=child
        )
        self.name = role.name
        # Not the policy's id, which a preview does not know if the policy is new: the job would be said to change.
        self.arn = pulumi.Output.all(role.arn, permissions.urn).apply(lambda found: str(found[0]))
        self.register_outputs({"arn": self.arn, "name": self.name})


def _relevant(definition: Any) -> Any:
    return definition.apply(relevant) if isinstance(definition, pulumi.Output) else relevant(definition)


def _policy(
    name: str, definitions: Any, place: Place, reads: Sequence[str], writes: Sequence[str], read_keys: Sequence[str]
) -> str:
    try:
        return json.dumps(execution_policy(definitions, place, reads=reads, writes=writes, read_keys=read_keys))
    except ValueError as error:
        raise pulumi.RunError(f"{name}: {error}") from None


def _place(parent: pulumi.Resource) -> pulumi.Output[Place]:
    """Where the parent's AWS provider makes things."""
    options = pulumi.InvokeOptions(parent=parent)
    return pulumi.Output.all(
        aws.get_partition_output(opts=options).partition,
        aws.get_region_output(opts=options).region,
        aws.get_caller_identity_output(opts=options).account_id,
    ).apply(lambda found: Place(*found))
