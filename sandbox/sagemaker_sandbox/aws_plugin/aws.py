"""Where the AWS calls go: provider configuration to boto3 clients.

boto3 is imported with the first client, so that a preview that needs no call starts fast.
Source of the configuration keys: the pulumi_aws provider's configuration reference.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

__all__ = ["Aws", "Settings"]

_DEFAULT_REGION = "us-east-1"


@dataclass(frozen=True)
class Settings:
    """The part of the provider's configuration that the stand-in honors."""

    region: str
    profile: str | None = None
    access_key: str | None = None
    secret_key: str | None = None
    token: str | None = None
    endpoints: Mapping[str, str] = field(default_factory=dict)
    default_tags: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_configuration(cls, configuration: Mapping[str, Any]) -> Settings:
        """Shape: keys as in `aws:KEY`; nested values may come as JSON text, as Pulumi hands them to providers."""
        values = {key: _parsed(value) for key, value in configuration.items()}
        endpoints = values.get("endpoints") or []
        return cls(
            region=values.get("region")
            or os.environ.get("AWS_REGION")
            or os.environ.get("AWS_DEFAULT_REGION")
            or _DEFAULT_REGION,
            profile=values.get("profile"),
            access_key=values.get("accessKey"),
            secret_key=values.get("secretKey"),
            token=values.get("token"),
            endpoints={service: url for block in endpoints for service, url in block.items()},
            default_tags=(values.get("defaultTags") or {}).get("tags") or {},
        )


class Aws:
    """The clients of one configured provider; one for each service and region, safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.region = settings.region
        self._session: Any = None
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()  # boto3 creates sessions and clients unsafely; their calls are safe.

    def client(self, service: str, region: str | None = None) -> Any:
        key = (service, region or self.region)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = self._new_client(*key)
            return self._clients[key]

    @cached_property
    def identity(self) -> dict[str, str]:
        """Account, Arn and UserId of the caller."""
        identity: dict[str, str] = self.client("sts").get_caller_identity()
        return identity

    @property
    def account(self) -> str:
        return self.identity["Account"]

    @property
    def partition(self) -> str:
        """The first word of the region decides it: `aws`, `aws-cn` or `aws-us-gov`."""
        return {"cn": "aws-cn", "us-gov": "aws-us-gov"}.get(self.region.rsplit("-", 2)[0], "aws")

    @property
    def dns_suffix(self) -> str:
        return "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"

    def arn(self, service: str, resource: str) -> str:
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def _new_client(self, service: str, region: str) -> Any:
        import boto3

        settings = self.settings
        if self._session is None:
            self._session = boto3.Session(
                profile_name=settings.profile,
                aws_access_key_id=settings.access_key,
                aws_secret_access_key=settings.secret_key,
                aws_session_token=settings.token,
            )
        return self._session.client(service, region_name=region, endpoint_url=settings.endpoints.get(service))


def _parsed(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("[", "{"):
        return json.loads(value)
    return value
