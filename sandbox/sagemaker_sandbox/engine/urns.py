"""Uniform resource names: `urn:pulumi:<stack>::<project>::<qualified type>::<name>`."""

from __future__ import annotations

STACK_TYPE = "pulumi:pulumi:Stack"
PROVIDER_TYPE_PREFIX = "pulumi:providers:"


def make_urn(stack: str, project: str, parent: str, type_token: str, name: str) -> str:
    """The URN of a resource; a parent other than the stack itself qualifies the type."""
    qualified = type_token
    if parent and type_of(parent) != STACK_TYPE:
        qualified = f"{qualified_type_of(parent)}${type_token}"
    return f"urn:pulumi:{stack}::{project}::{qualified}::{name}"


def qualified_type_of(urn: str) -> str:
    return urn.split("::", 3)[2]


def type_of(urn: str) -> str:
    return qualified_type_of(urn).rsplit("$", 1)[-1]


def name_of(urn: str) -> str:
    return urn.split("::", 3)[3]


def package_of(type_token: str) -> str:
    """The package that serves a type: `aws` for both `aws:s3/bucket:Bucket` and `pulumi:providers:aws`."""
    if is_provider_type(type_token):
        return type_token.removeprefix(PROVIDER_TYPE_PREFIX)
    return type_token.split(":", 1)[0]


def is_provider_type(type_token: str) -> bool:
    return type_token.startswith(PROVIDER_TYPE_PREFIX)


def provider_reference(urn: str, provider_id: str) -> str:
    return f"{urn}::{provider_id}"


def split_reference(reference: str) -> tuple[str, str]:
    """The URN and the id in a provider reference."""
    urn, _, provider_id = reference.rpartition("::")
    return urn, provider_id
