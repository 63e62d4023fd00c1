"""EC2: the ways out of a VPC, which are route tables and endpoints."""

from __future__ import annotations

from typing import Any, ClassVar

from sagemaker_sandbox.aws_plugin.aws import Aws
from sagemaker_sandbox.aws_plugin.resource import Input, ResourceType, Values, same_json
from sagemaker_sandbox.aws_plugin.served.ec2 import retag, tag_specification
from sagemaker_sandbox.aws_plugin.served.tags import from_tag_list

__all__ = ["RouteTable", "RouteTableAssociation", "VpcEndpoint"]


class RouteTable(ResourceType):
    """Without routes of its own: what is declared here leads nowhere but through endpoints."""

    token = "aws:ec2/routeTable:RouteTable"
    inputs: ClassVar = {
        "vpcId": Input(required=True, replaces=True),
        "region": Input(replaces=True),
        "tags": Input(),
    }
    computed = ("arn", "ownerId", "tagsAll")

    def create(self, aws: Aws, inputs: Values) -> str:
        ec2 = aws.client("ec2", inputs["region"])
        table = ec2.create_route_table(VpcId=inputs["vpcId"], **tag_specification("route-table", inputs))
        id: str = table["RouteTable"]["RouteTableId"]
        return id

    def read(self, aws: Aws, id: str, state: Values) -> Values | None:
        table = aws.client("ec2", state.get("region")).describe_route_tables(RouteTableIds=[id])["RouteTables"][0]
        return {
            "vpcId": table["VpcId"],
            "tags": from_tag_list(table.get("Tags")),
            "arn": aws.arn("ec2", f"route-table/{id}"),
            "ownerId": table.get("OwnerId", aws.account),
        }

    def update(self, aws: Aws, id: str, state: Values, inputs: Values) -> None:
        retag(aws.client("ec2", inputs["region"]), id, state, inputs)

    def delete(self, aws: Aws, id: str, state: Values) -> None:
        aws.client("ec2", state.get("region")).delete_route_table(RouteTableId=id)


class RouteTableAssociation(ResourceType):
    """A subnet has one at a time. The id is EC2's own, as it was when this was created."""

    token = "aws:ec2/routeTableAssociation:RouteTableAssociation"
    inputs: ClassVar = {
        "subnetId": Input(required=True, replaces=True),
        "routeTableId": Input(required=True),
        "region": Input(replaces=True),
    }

    def create(self, aws: Aws, inputs: Values) -> str:
        ec2 = aws.client("ec2", inputs["region"])
        made = ec2.associate_route_table(SubnetId=inputs["subnetId"], RouteTableId=inputs["routeTableId"])
        id: str = made["AssociationId"]
        return id

    def read(self, aws: Aws, id: str, state: Values) -> Values | None:
        association = self._find(aws.client("ec2", state.get("region")), id, state)
        if association is None:
            return None
        return {"subnetId": association["SubnetId"], "routeTableId": association["RouteTableId"]}

    def update(self, aws: Aws, id: str, state: Values, inputs: Values) -> None:
        ec2 = aws.client("ec2", inputs["region"])
        current = self._find(ec2, id, state)
        assert current is not None  # a refresh would have said that it is gone
        ec2.replace_route_table_association(
            AssociationId=current["RouteTableAssociationId"], RouteTableId=inputs["routeTableId"]
        )

    def delete(self, aws: Aws, id: str, state: Values) -> None:
        ec2 = aws.client("ec2", state.get("region"))
        current = self._find(ec2, id, state)
        if current is not None:
            ec2.disassociate_route_table(AssociationId=current["RouteTableAssociationId"])

    def _find(self, ec2: Any, id: str, state: Values) -> Values | None:
        """By its subnet, because another table gives it another id; by the id at an import."""
        key, value = ("SubnetId", state["subnetId"]) if "subnetId" in state else ("RouteTableAssociationId", id)
        pages = ec2.get_paginator("describe_route_tables").paginate()
        associations = [each for page in pages for table in page["RouteTables"] for each in table["Associations"]]
        return next((each for each in associations if each.get(key) == value), None)


class VpcEndpoint(ResourceType):
    """A gateway endpoint is a route to S3 or DynamoDB, an interface endpoint an address in a subnet."""

    token = "aws:ec2/vpcEndpoint:VpcEndpoint"
    inputs: ClassVar = {
        "vpcId": Input(required=True, replaces=True),
        "serviceName": Input(replaces=True),
        "vpcEndpointType": Input(replaces=True, default="Gateway"),
        "policy": Input(aws_decides=True, same=same_json),
        "routeTableIds": Input(),
        "subnetIds": Input(),
        "securityGroupIds": Input(aws_decides=True),
        "privateDnsEnabled": Input(aws_decides=True),
        "region": Input(replaces=True),
        "tags": Input(),
    }
    computed = ("arn", "ownerId", "prefixListId", "state", "tagsAll")

    _MEMBERS: ClassVar = {
        "routeTableIds": "RouteTableIds",
        "subnetIds": "SubnetIds",
        "securityGroupIds": "SecurityGroupIds",
    }
    _SETTINGS: ClassVar = {"policy": "PolicyDocument", "privateDnsEnabled": "PrivateDnsEnabled"}

    def create(self, aws: Aws, inputs: Values) -> str:
        given = {word: inputs[key] for key, word in {**self._MEMBERS, **self._SETTINGS}.items() if key in inputs}
        endpoint = aws.client("ec2", inputs["region"]).create_vpc_endpoint(
            VpcId=inputs["vpcId"],
            ServiceName=inputs["serviceName"],
            VpcEndpointType=inputs["vpcEndpointType"],
            **given,
            **tag_specification("vpc-endpoint", inputs),
        )
        id: str = endpoint["VpcEndpoint"]["VpcEndpointId"]
        return id

    def read(self, aws: Aws, id: str, state: Values) -> Values | None:
        ec2 = aws.client("ec2", state.get("region"))
        endpoint = ec2.describe_vpc_endpoints(VpcEndpointIds=[id])["VpcEndpoints"][0]
        if endpoint["State"].lower() in ("deleting", "deleted"):
            return None
        return {
            "vpcId": endpoint["VpcId"],
            "serviceName": endpoint["ServiceName"],
            "vpcEndpointType": endpoint["VpcEndpointType"],
            "policy": endpoint.get("PolicyDocument"),
            "routeTableIds": endpoint.get("RouteTableIds"),
            "subnetIds": endpoint.get("SubnetIds"),
            "securityGroupIds": [group["GroupId"] for group in endpoint.get("Groups", [])],
            "privateDnsEnabled": endpoint.get("PrivateDnsEnabled"),
            "tags": from_tag_list(endpoint.get("Tags")),
            "arn": aws.arn("ec2", f"vpc-endpoint/{id}"),
            "ownerId": endpoint.get("OwnerId", aws.account),
            "prefixListId": self._prefix_list(ec2, endpoint),
            "state": endpoint["State"],
        }

    def update(self, aws: Aws, id: str, state: Values, inputs: Values) -> None:
        ec2 = aws.client("ec2", inputs["region"])
        changes: Values = {}
        for key, word in self._MEMBERS.items():
            old, new = set(state.get(key) or ()), set(inputs.get(key) or ())
            if not self.is_same(key, state, inputs):
                changes |= {f"Add{word}": sorted(new - old), f"Remove{word}": sorted(old - new)}
        changes |= {word: inputs[key] for key, word in self._SETTINGS.items() if not self.is_same(key, state, inputs)}
        if changes := {word: value for word, value in changes.items() if value != []}:
            ec2.modify_vpc_endpoint(VpcEndpointId=id, **changes)
        retag(ec2, id, state, inputs)

    def delete(self, aws: Aws, id: str, state: Values) -> None:
        aws.client("ec2", state.get("region")).delete_vpc_endpoints(VpcEndpointIds=[id])

    def _prefix_list(self, ec2: Any, endpoint: Values) -> str | None:
        """The addresses of a gateway's service, as security groups name them."""
        if endpoint["VpcEndpointType"] != "Gateway":
            return None
        lists = ec2.describe_managed_prefix_lists()["PrefixLists"]
        return next((each["PrefixListId"] for each in lists if each["PrefixListName"] == endpoint["ServiceName"]), None)
