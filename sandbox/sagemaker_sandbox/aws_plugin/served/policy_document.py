"""`aws.iam.get_policy_document`: statements to the JSON of an IAM policy.

Source: the rendering that Terraform's data source of the same name documents: version 2012-10-17, effect Allow,
one value as a string and several as a sorted list, later statements replace earlier ones with the same Sid.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from sagemaker_sandbox.aws_plugin.aws import Aws
from sagemaker_sandbox.aws_plugin.resource import Values

__all__ = ["policy_document"]

_VERSION = "2012-10-17"


def policy_document(aws: Aws, args: Values) -> Values:
    sources = [args["sourceJson"]] if "sourceJson" in args else []
    overrides = [args["overrideJson"]] if "overrideJson" in args else []
    statements = _merged(
        [
            *_statements_of(sources + args.get("sourcePolicyDocuments", [])),
            *map(_statement, args.get("statements", [])),
            *_statements_of(overrides + args.get("overridePolicyDocuments", [])),
        ]
    )
    document: dict[str, Any] = {"Version": args.get("version", _VERSION)}
    if "policyId" in args:
        document["Id"] = args["policyId"]
    document["Statement"] = statements
    text = json.dumps(document, indent=2)
    return {
        **args,
        "id": str(zlib.crc32(text.encode())),
        "json": text,
        "minifiedJson": json.dumps(document, separators=(",", ":")),
    }


def _statement(args: Mapping[str, Any]) -> dict[str, Any]:
    statement: dict[str, Any] = {}
    if args.get("sid"):
        statement["Sid"] = args["sid"]
    statement["Effect"] = args.get("effect", "Allow")
    for key, name in {
        "actions": "Action",
        "notActions": "NotAction",
        "resources": "Resource",
        "notResources": "NotResource",
    }.items():
        if args.get(key):
            statement[name] = _one_or_many(args[key])
    for key, name in {"principals": "Principal", "notPrincipals": "NotPrincipal"}.items():
        if args.get(key):
            statement[name] = _principals(args[key])
    if args.get("conditions"):
        statement["Condition"] = _conditions(args["conditions"])
    return statement


def _principals(blocks: Sequence[Mapping[str, Any]]) -> Any:
    if any(block["type"] == "*" for block in blocks):
        return "*"
    return {block["type"]: _one_or_many(block["identifiers"]) for block in blocks}


def _conditions(blocks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    conditions: dict[str, Any] = {}
    for block in blocks:
        conditions.setdefault(block["test"], {})[block["variable"]] = _one_or_many(block["values"])
    return conditions


def _one_or_many(values: Sequence[str]) -> Any:
    # Terraform's escape for IAM's own ${...} variables.
    words = sorted(value.replace("&{", "${") for value in values)
    return words[0] if len(words) == 1 else words


def _statements_of(documents: Sequence[str]) -> list[dict[str, Any]]:
    statements = [json.loads(document).get("Statement", []) for document in documents]
    return [item for group in statements for item in (group if isinstance(group, list) else [group])]


def _merged(statements: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """A later statement takes the place of an earlier one with the same Sid."""
    merged: dict[Any, dict[str, Any]] = {}
    for position, statement in enumerate(statements):
        merged[statement.get("Sid") or position] = statement
    return list(merged.values())
