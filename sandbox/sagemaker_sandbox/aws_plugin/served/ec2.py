"""EC2: the network that an isolated tuning job runs in."""

from __future__ import annotations

from typing import Any, ClassVar

from sagemaker_sandbox.aws_plugin.aws import Aws
from sagemaker_sandbox.aws_plugin.resource import Input, Name, ResourceType, Values
from sagemaker_sandbox.aws_plugin.served.tags import changed_tags, from_tag_list, removed_tags, to_tag_list

__all__ = ["SecurityGroup", "Subnet", "Vpc", "retag", "tag_specification"]


class Vpc(ResourceType):
    """The id is EC2's own."""

    token = "aws:ec2/vpc:Vpc"
    inputs: ClassVar = {
        "cidrBlock": Input(required=True, replaces=True),
        "enableDnsHostnames": Input(default=False),
        "enableDnsSupport": Input(default=True),
        "instanceTenancy": Input(replaces=True, default="default"),
        "region": Input(replaces=True),
        "tags": Input(),
    }
    computed = ("arn", "ownerId", "mainRouteTableId", "defaultSecurityGroupId", "tagsAll")

    _ATTRIBUTES: ClassVar = {"enableDnsHostnames": "EnableDnsHostnames", "enableDnsSupport": "EnableDnsSupport"}

    def create(self, aws: Aws, inputs: Values) -> str:
        ec2 = aws.client("ec2", inputs["region"])
        vpc = ec2.create_vpc(
            CidrBlock=inputs["cidrBlock"],
            InstanceTenancy=inputs["instanceTenancy"],
            **tag_specification("vpc", inputs),
        )
        id: str = vpc["Vpc"]["VpcId"]
        self._set_attributes(ec2, id, {}, inputs)
        return id

    def read(self, aws: Aws, id: str, state: Values) -> Values | None:
        ec2 = aws.client("ec2", state.get("region"))
        vpc = ec2.describe_vpcs(VpcIds=[id])["Vpcs"][0]
        in_vpc = {"Name": "vpc-id", "Values": [id]}
        main = ec2.describe_route_tables(Filters=[in_vpc, {"Name": "association.main", "Values": ["true"]}])
        default = ec2.describe_security_groups(Filters=[in_vpc, {"Name": "group-name", "Values": ["default"]}])
        attributes = {
            key: ec2.describe_vpc_attribute(VpcId=id, Attribute=key)[word]["Value"]
            for key, word in self._ATTRIBUTES.items()
        }
        return {
            "cidrBlock": vpc["CidrBlock"],
            "instanceTenancy": vpc["InstanceTenancy"],
            **attributes,
            "tags": from_tag_list(vpc.get("Tags")),
            "arn": aws.arn("ec2", f"vpc/{id}"),
            "ownerId": vpc.get("OwnerId", aws.account),
            "mainRouteTableId": main["RouteTables"][0]["RouteTableId"] if main["RouteTables"] else None,
            "defaultSecurityGroupId": default["SecurityGroups"][0]["GroupId"],
        }

    def update(self, aws: Aws, id: str, state: Values, inputs: Values) -> None:
        ec2 = aws.client("ec2", inputs["region"])
        self._set_attributes(ec2, id, state, inputs)
        retag(ec2, id, state, inputs)

    def delete(self, aws: Aws, id: str, state: Values) -> None:
        aws.client("ec2", state.get("region")).delete_vpc(VpcId=id)

    def _set_attributes(self, ec2: Any, id: str, state: Values, inputs: Values) -> None:
        for key, word in self._ATTRIBUTES.items():  # EC2 takes one attribute a call
            if not self.is_same(key, state, inputs):
                ec2.modify_vpc_attribute(VpcId=id, **{word: {"Value": inputs[key]}})


class Subnet(ResourceType):
    token = "aws:ec2/subnet:Subnet"
    inputs: ClassVar = {
        "vpcId": Input(required=True, replaces=True),
        "cidrBlock": Input(required=True, replaces=True),
        "availabilityZone": Input(replaces=True, aws_decides=True),
        "mapPublicIpOnLaunch": Input(default=False),
        "region": Input(replaces=True),
        "tags": Input(),
    }
    computed = ("arn", "ownerId", "availabilityZoneId", "tagsAll")

    def create(self, aws: Aws, inputs: Values) -> str:
        ec2 = aws.client("ec2", inputs["region"])
        zone = {"AvailabilityZone": inputs["availabilityZone"]} if "availabilityZone" in inputs else {}
        subnet = ec2.create_subnet(
            VpcId=inputs["vpcId"], CidrBlock=inputs["cidrBlock"], **zone, **tag_specification("subnet", inputs)
        )
        id: str = subnet["Subnet"]["SubnetId"]
        if inputs["mapPublicIpOnLaunch"]:
            ec2.modify_subnet_attribute(SubnetId=id, MapPublicIpOnLaunch={"Value": True})
        return id

    def read(self, aws: Aws, id: str, state: Values) -> Values | None:
        subnet = aws.client("ec2", state.get("region")).describe_subnets(SubnetIds=[id])["Subnets"][0]
        return {
            "vpcId": subnet["VpcId"],
            "cidrBlock": subnet["CidrBlock"],
            "availabilityZone": subnet["AvailabilityZone"],
            "availabilityZoneId": subnet.get("AvailabilityZoneId"),
            "mapPublicIpOnLaunch": subnet["MapPublicIpOnLaunch"],
            "tags": from_tag_list(subnet.get("Tags")),
            "arn": aws.arn("ec2", f"subnet/{id}"),
            "ownerId": subnet.get("OwnerId", aws.account),
        }

    def update(self, aws: Aws, id: str, state: Values, inputs: Values) -> None:
        ec2 = aws.client("ec2", inputs["region"])
        if not self.is_same("mapPublicIpOnLaunch", state, inputs):
            ec2.modify_subnet_attribute(SubnetId=id, MapPublicIpOnLaunch={"Value": inputs["mapPublicIpOnLaunch"]})
        retag(ec2, id, state, inputs)

    def delete(self, aws: Aws, id: str, state: Values) -> None:
        aws.client("ec2", state.get("region")).delete_subnet(SubnetId=id)


def _same_rules(left: Any, right: Any) -> bool:
    """Compared source by source: EC2 joins rules that share protocol and ports, and keeps no order."""
    if not isinstance(left, list) or not isinstance(right, list):
        return bool(left == right)
    return _sources(left) == _sources(right)


def _sources(rules: list[Values]) -> set[tuple[Any, ...]]:
    found = set()
    for rule in rules:
        permission = _to_permission(rule)
        ports = (permission.pop("IpProtocol"), permission.pop("FromPort", None), permission.pop("ToPort", None))
        found |= {(*ports, *sorted(source.items())) for sources in permission.values() for source in sources}
    return found


class SecurityGroup(ResourceType):
    """Without declared rules the group lets nothing in and nothing out, as the real provider has it."""

    token = "aws:ec2/securityGroup:SecurityGroup"
    name = Name(limit=255)
    inputs: ClassVar = {
        "name": Input(replaces=True),
        "description": Input(replaces=True, default="Managed by Pulumi"),
        "vpcId": Input(replaces=True, aws_decides=True),
        "ingress": Input(aws_decides=True, same=_same_rules),
        "egress": Input(aws_decides=True, same=_same_rules),
        "revokeRulesOnDelete": Input(default=False, reported=False),
        "region": Input(replaces=True),
        "tags": Input(),
    }
    computed = ("arn", "ownerId", "tagsAll")

    def create(self, aws: Aws, inputs: Values) -> str:
        ec2 = aws.client("ec2", inputs["region"])
        vpc = {"VpcId": inputs["vpcId"]} if "vpcId" in inputs else {}
        group = ec2.create_security_group(
            GroupName=inputs["name"],
            Description=inputs["description"],
            **vpc,
            **tag_specification("security-group", inputs),
        )
        id: str = group["GroupId"]
        created = ec2.describe_security_groups(GroupIds=[id])["SecurityGroups"][0]
        # EC2 opens every way out of a new group; the declared rules are to be the only ones.
        ec2.revoke_security_group_egress(GroupId=id, IpPermissions=created["IpPermissionsEgress"])
        self._set_rules(ec2, id, {}, inputs)
        return id

    def read(self, aws: Aws, id: str, state: Values) -> Values | None:
        group = aws.client("ec2", state.get("region")).describe_security_groups(GroupIds=[id])["SecurityGroups"][0]
        return {
            "name": group["GroupName"],
            "description": group["Description"],
            "vpcId": group["VpcId"],
            "ingress": [rule for each in group["IpPermissions"] for rule in _from_permission(each, id)],
            "egress": [rule for each in group["IpPermissionsEgress"] for rule in _from_permission(each, id)],
            "tags": from_tag_list(group.get("Tags")),
            "arn": aws.arn("ec2", f"security-group/{id}"),
            "ownerId": group.get("OwnerId", aws.account),
        }

    def update(self, aws: Aws, id: str, state: Values, inputs: Values) -> None:
        ec2 = aws.client("ec2", inputs["region"])
        self._set_rules(ec2, id, state, inputs)
        retag(ec2, id, state, inputs)

    def delete(self, aws: Aws, id: str, state: Values) -> None:
        aws.client("ec2", state.get("region")).delete_security_group(GroupId=id)

    def _set_rules(self, ec2: Any, id: str, state: Values, inputs: Values) -> None:
        for direction in ("ingress", "egress"):
            if self.is_same(direction, state, inputs):
                continue
            old, new = state.get(direction) or [], inputs.get(direction) or []
            if old:
                revoke = getattr(ec2, f"revoke_security_group_{direction}")
                revoke(GroupId=id, IpPermissions=[_to_permission(rule, id) for rule in old])
            if new:
                authorize = getattr(ec2, f"authorize_security_group_{direction}")
                authorize(GroupId=id, IpPermissions=[_to_permission(rule, id) for rule in new])


def _to_permission(rule: Values, own_id: str = "self") -> Values:
    groups = [*rule.get("securityGroups", []), *([own_id] if rule.get("self") else [])]
    description = {"Description": rule["description"]} if rule.get("description") else {}
    protocol = "-1" if rule["protocol"] in ("-1", "all") else rule["protocol"]
    permission: Values = {"IpProtocol": protocol}
    if protocol != "-1":
        permission.update(FromPort=rule["fromPort"], ToPort=rule["toPort"])
    sources = {
        "IpRanges": [{"CidrIp": cidr, **description} for cidr in sorted(rule.get("cidrBlocks", []))],
        "Ipv6Ranges": [{"CidrIpv6": cidr, **description} for cidr in sorted(rule.get("ipv6CidrBlocks", []))],
        "PrefixListIds": [{"PrefixListId": each, **description} for each in sorted(rule.get("prefixListIds", []))],
        "UserIdGroupPairs": [{"GroupId": group, **description} for group in sorted(groups)],
    }
    return {**permission, **{key: value for key, value in sources.items() if value}}


_SOURCES = {
    "cidrBlocks": ("IpRanges", "CidrIp"),
    "ipv6CidrBlocks": ("Ipv6Ranges", "CidrIpv6"),
    "prefixListIds": ("PrefixListIds", "PrefixListId"),
    "securityGroups": ("UserIdGroupPairs", "GroupId"),
}


def _from_permission(permission: Values, own_id: str) -> list[Values]:
    """A rule for each description: EC2 joins what shares protocol and ports."""
    by_description: dict[str, dict[str, list[str]]] = {}
    for key, (word, id_) in _SOURCES.items():
        for source in permission.get(word, []):
            by_description.setdefault(source.get("Description", ""), {}).setdefault(key, []).append(source[id_])
    return [_rule(permission, description, lists, own_id) for description, lists in by_description.items()]


def _rule(permission: Values, description: str, sources: dict[str, list[str]], own_id: str) -> Values:
    groups = sources.pop("securityGroups", [])
    others = [group for group in groups if group != own_id]
    return {
        "protocol": permission["IpProtocol"],
        "fromPort": permission.get("FromPort", 0),
        "toPort": permission.get("ToPort", 0),
        **sources,
        **({"securityGroups": others} if others else {}),
        **({"self": True} if own_id in groups else {}),
        **({"description": description} if description else {}),
    }


def tag_specification(kind: str, inputs: Values) -> Values:
    tags = to_tag_list(inputs.get("tags"))
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": tags}]} if tags else {}


def retag(ec2: Any, id: str, state: Values, inputs: Values) -> None:
    if removed := removed_tags(state.get("tags"), inputs.get("tags")):
        ec2.delete_tags(Resources=[id], Tags=[{"Key": key} for key in removed])
    if changed := changed_tags(state.get("tags"), inputs.get("tags")):
        ec2.create_tags(Resources=[id], Tags=changed)
