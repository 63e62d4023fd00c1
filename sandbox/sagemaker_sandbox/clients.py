"""AWS clients that know one endpoint and nothing else: the environment for any of them, and a client of our own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import botocore.session
from botocore.config import Config

__all__ = ["client_environment", "own_client", "own_session", "without_aws"]

_REGION = "us-east-1"
_KEY = "sandbox"
_SAGEMAKER_SDK_CONFIG = str(Path(__file__).with_name("sagemaker_sdk.yaml"))

# Where botocore looks for these otherwise: (config file's name, environment variable, default, conversion).
_NOTHING_OF_THE_USERS = {"profile": (None, None, None, None), "config_file": (None, None, os.devnull, None)}


def client_environment(url: str) -> dict[str, str]:
    """The variables to add. Dummy keys, and no file of the user's, so that no call can leave the machine."""
    host = urlsplit(url).hostname or ""
    excepted = ",".join(filter(None, (os.environ.get("NO_PROXY") or os.environ.get("no_proxy"), host)))
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": _KEY,
        "AWS_SECRET_ACCESS_KEY": _KEY,
        "AWS_REGION": _REGION,
        "AWS_DEFAULT_REGION": _REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_PAGER": "",
        "SAGEMAKER_ADMIN_CONFIG_OVERRIDE": _SAGEMAKER_SDK_CONFIG,
        "SAGEMAKER_USER_CONFIG_OVERRIDE": _SAGEMAKER_SDK_CONFIG,
        "NO_PROXY": excepted,
        "no_proxy": excepted,
    }


def without_aws(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment without the user's own AWS variables (profile, session token, endpoints of single services)."""
    return {name: value for name, value in environment.items() if not name.startswith("AWS_")}


def own_session() -> botocore.session.Session:
    """A session with the dummy keys, free of this process's environment and of the user's files."""
    session = botocore.session.Session(session_vars=_NOTHING_OF_THE_USERS)
    session.set_credentials(_KEY, _KEY)
    session.set_config_variable("region", _REGION)
    return session


def own_client(service: str, url: str, user_agent: str, region: str = _REGION) -> Any:
    """A botocore client of such a session."""
    config = Config(user_agent_extra=user_agent, proxies={})
    return own_session().create_client(service, region_name=region, endpoint_url=url, config=config)
