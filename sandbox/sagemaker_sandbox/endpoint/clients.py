"""The environment that points AWS clients, whichever they are, at one endpoint and at nothing else."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

__all__ = ["client_environment", "without_aws"]

_REGION = "us-east-1"


def client_environment(url: str) -> dict[str, str]:
    """The variables to add. Dummy keys, and no file of the user's, so that no call can leave the machine."""
    host = urlsplit(url).hostname or ""
    excepted = ",".join(filter(None, (os.environ.get("NO_PROXY") or os.environ.get("no_proxy"), host)))
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "sandbox",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_REGION": _REGION,
        "AWS_DEFAULT_REGION": _REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_PAGER": "",
        "NO_PROXY": excepted,
        "no_proxy": excepted,
    }


def without_aws(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment without the user's own AWS variables (profile, session token, endpoints of single services)."""
    return {name: value for name, value in environment.items() if not name.startswith("AWS_")}
