"""The invokes that say where and as whom a program runs."""

from __future__ import annotations

from sagemaker_sandbox.aws_plugin.aws import Aws
from sagemaker_sandbox.aws_plugin.resource import Values

__all__ = ["availability_zones", "caller_identity", "partition", "region"]


def caller_identity(aws: Aws, args: Values) -> Values:
    identity = aws.identity
    return {"id": aws.account, "accountId": aws.account, "arn": identity["Arn"], "userId": identity["UserId"]}


def region(aws: Aws, args: Values) -> Values:
    """The named region, or the configured one."""
    name = args.get("region") or args.get("name") or aws.region
    endpoint = f"ec2.{name}.{aws.dns_suffix}"
    return {"id": name, "name": name, "region": name, "description": name, "endpoint": endpoint}


def partition(aws: Aws, args: Values) -> Values:
    return {
        "id": aws.partition,
        "partition": aws.partition,
        "dnsSuffix": aws.dns_suffix,
        "reverseDnsPrefix": ".".join(reversed(aws.dns_suffix.split("."))),
    }


def availability_zones(aws: Aws, args: Values) -> Values:
    """The region's zones, in the order of their names."""
    state = [{"Name": "state", "Values": [args["state"]]}] if "state" in args else []
    filters = [{"Name": block["name"], "Values": block["values"]} for block in args.get("filters", [])]
    ec2 = aws.client("ec2", args.get("region"))
    found = ec2.describe_availability_zones(Filters=[*state, *filters])["AvailabilityZones"]
    zones = sorted(found, key=lambda zone: str(zone["ZoneName"]))
    return {
        **args,
        "id": args.get("region", aws.region),
        "names": [zone["ZoneName"] for zone in zones],
        "zoneIds": [zone["ZoneId"] for zone in zones],
        "groupNames": sorted({zone.get("GroupName", aws.region) for zone in zones}),
    }
