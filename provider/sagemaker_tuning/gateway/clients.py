"""How a boto3 client is built from settings: credentials, assumed roles, endpoints, and how often botocore tries again.

botocore's adaptive mode retries what is throttled, 5xx answers and broken connections.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from sagemaker_tuning.gateway.translation import aws_error
from sagemaker_tuning.settings import AssumedRole, Settings

if TYPE_CHECKING:
    import boto3

__all__ = ["new_client"]


def new_client(settings: Settings, service: str, attempts: int, options: Mapping[str, Any]) -> Any:
    import boto3
    from botocore.config import Config

    session = boto3.Session(
        region_name=settings.region,
        profile_name=settings.profile,
        aws_access_key_id=settings.access_key,
        aws_secret_access_key=settings.secret_key,
        aws_session_token=settings.session_token,
    )
    for role in settings.assumed_roles:
        session = _with_role(session, role, settings.endpoint("sts"))
    config = Config(
        retries={"mode": "adaptive", "total_max_attempts": attempts},
        user_agent_extra="pulumi-sagemaker-tuning",
        **options,
    )
    client: Any = session.client  # the stubs have one overload per service; here it is a value
    return client(service, endpoint_url=settings.endpoint(service), config=config)


def _with_role(session: boto3.Session, role: AssumedRole, sts_endpoint: str | None) -> boto3.Session:
    """A session of the assumed role whose credentials renew themselves: waiting for a tuning job takes hours."""
    import boto3
    from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
    from botocore.session import get_session

    arguments = {
        "RoleSessionName": role.session_name,
        "ExternalId": role.external_id,
        "DurationSeconds": role.duration_seconds,
    }
    source = session.get_credentials()
    if source is None:
        raise aws_error("NoCredentialsError", "no credentials to assume the role with", "", "AssumeRole", role.role_arn)
    fetcher = AssumeRoleCredentialFetcher(
        partial(session.client, endpoint_url=sts_endpoint),
        source,
        role.role_arn,
        extra_args={name: value for name, value in arguments.items() if value is not None},
    )
    credentials = DeferredRefreshableCredentials(method="assume-role", refresh_using=fetcher.fetch_credentials)
    core = get_session()
    # The one thing that botocore asks of a credential resolver.
    core.register_component("credential_provider", SimpleNamespace(load_credentials=lambda: credentials))
    return boto3.Session(botocore_session=core, region_name=session.region_name)
