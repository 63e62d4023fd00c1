"""`PrivateNetwork`: a VPC for training jobs from which nothing leads to the internet.

Its two ways out are endpoints: one to S3, through which SageMaker brings data and takes models, and one to SageMaker's
own API. Training images and logs do not pass through a job's VPC.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from .names import child_name

__all__ = ["PrivateNetwork"]

_HTTPS = 443
_NEW_BITS = 2  # a quarter of the range for each subnet


class PrivateNetwork(pulumi.ComponentResource):
    """Two private subnets in two zones, a security group for the jobs, and the endpoints.

    `vpc_config` is what a training job definition takes; what is given it waits for the ways out to be open.
    """

    vpc_id: pulumi.Output[str]
    subnet_ids: pulumi.Output[Sequence[str]]
    security_group_id: pulumi.Output[str]
    vpc_config: pulumi.Output[Mapping[str, Any]]

    def __init__(
        self,
        name: str,
        *,
        cidr_block: str = "10.0.0.0/24",
        availability_zones: Sequence[pulumi.Input[str]] | None = None,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Make a network.

        cidr_block: the VPC's addresses; every instance of a running training job has one of a subnet's.
        availability_zones: one to four, with a subnet in each; the region's first two when left out.
        """
        super().__init__("sagemaker-tuning:components:PrivateNetwork", name, {}, opts)
        try:
            ranges = list(ipaddress.ip_network(cidr_block).subnets(_NEW_BITS))
        except ValueError as error:
            raise pulumi.RunError(f"{name}: cidr_block: {error}.\nGive a range such as 10.0.0.0/24.") from None
        if availability_zones and len(availability_zones) > len(ranges):
            given = len(availability_zones)
            raise pulumi.RunError(f"{name}: availability_zones: {given} given.\nGive {len(ranges)} at most.")
        self._name, self._tags = name, tags
        self._child = pulumi.ResourceOptions(parent=self)
        vpc = aws.ec2.Vpc(
            name, cidr_block=cidr_block, enable_dns_support=True, enable_dns_hostnames=True, tags=tags, opts=self._child
        )
        routes = aws.ec2.RouteTable(name, vpc_id=vpc.id, tags=tags, opts=self._child)
        subnets, associations = self._subnets(vpc, routes, ranges, availability_zones or self._first_zones())
        to_s3 = self._endpoint("s3", "s3", vpc, vpc_endpoint_type="Gateway", route_table_ids=[routes.id])
        group = aws.ec2.SecurityGroup(
            child_name(name),
            description="Training jobs reach one another, the endpoint of SageMaker and S3",
            vpc_id=vpc.id,
            ingress=[{"protocol": "-1", "from_port": 0, "to_port": 0, "self": True}],
            egress=[
                {"protocol": "-1", "from_port": 0, "to_port": 0, "self": True},
                {"protocol": "tcp", "from_port": _HTTPS, "to_port": _HTTPS, "prefix_list_ids": [to_s3.prefix_list_id]},
            ],
            tags=tags,
            opts=self._child,
        )
        to_sagemaker = self._endpoint(
            "api",
            "sagemaker.api",
            vpc,
            vpc_endpoint_type="Interface",
            subnet_ids=[subnet.id for subnet in subnets],
            security_group_ids=[group.id],
            private_dns_enabled=True,
        )
        open_ways = [to_s3.urn, to_sagemaker.urn, *(association.urn for association in associations)]
        self.vpc_id = vpc.id
        self.subnet_ids = pulumi.Output.all(*(subnet.id for subnet in subnets))
        self.security_group_id = group.id
        self.vpc_config = pulumi.Output.all(self.subnet_ids, group.id, *open_ways).apply(
            lambda found: {"subnets": found[0], "security_group_ids": [found[1]]}
        )
        self.register_outputs(
            {"vpc_id": self.vpc_id, "subnet_ids": self.subnet_ids, "security_group_id": self.security_group_id}
        )

    def _subnets(
        self, vpc: aws.ec2.Vpc, routes: aws.ec2.RouteTable, ranges: Sequence[Any], zones: Sequence[pulumi.Input[str]]
    ) -> tuple[list[aws.ec2.Subnet], list[aws.ec2.RouteTableAssociation]]:
        subnets, associations = [], []
        for number, (range_, zone) in enumerate(zip(ranges, zones, strict=False), 1):
            name = f"{self._name}-{number}"
            subnet = aws.ec2.Subnet(
                name,
                vpc_id=vpc.id,
                cidr_block=str(range_),
                availability_zone=zone,
                map_public_ip_on_launch=False,
                tags=self._tags,
                opts=self._child,
            )
            subnets.append(subnet)
            associations.append(
                aws.ec2.RouteTableAssociation(name, subnet_id=subnet.id, route_table_id=routes.id, opts=self._child)
            )
        return subnets, associations

    def _endpoint(self, label: str, service: str, vpc: aws.ec2.Vpc, **settings: Any) -> aws.ec2.VpcEndpoint:
        region = aws.get_region_output(opts=pulumi.InvokeOptions(parent=self)).region
        return aws.ec2.VpcEndpoint(
            f"{self._name}-{label}",
            vpc_id=vpc.id,
            service_name=pulumi.Output.concat("com.amazonaws.", region, ".", service),
            tags=self._tags,
            opts=self._child,
            **settings,
        )

    def _first_zones(self) -> list[pulumi.Output[str]]:
        # Local zones are zones too, but SageMaker does not run in them; they have to be opted into.
        regional: Any = [{"name": "opt-in-status", "values": ["opt-in-not-required"]}]
        options = pulumi.InvokeOptions(parent=self)
        zones = aws.get_availability_zones_output(state="available", filters=regional, opts=options).names
        return [zones[0], zones[1]]
