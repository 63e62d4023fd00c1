"""Which aws provider the Pulumi CLI gets in tests: the real plugin where it is installed, elsewhere the stand-in.

Both find the sandbox where every AWS client finds it, by AWS_ENDPOINT_URL. The local engine has the stand-in only.
Source of the settings: the configuration reference of pulumi_aws.
"""

from __future__ import annotations

import functools
import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version

from sagemaker_sandbox.aws_plugin import serve_in_background

__all__ = ["AwsProvider", "aws_provider", "has_real_plugin"]

# What the real plugin would otherwise ask of AWS itself, and buckets in the path, for the sandbox has no wildcard host.
_OFFLINE = {
    "aws:skipCredentialsValidation": "true",
    "aws:skipMetadataApiCheck": "true",
    "aws:skipRegionValidation": "true",
    "aws:s3UsePathStyle": "true",
}
_LIST_SECONDS = 60


@dataclass(frozen=True)
class AwsProvider:
    """What a stack needs for it: variables of the CLI's environment, and configuration of the stack."""

    environment: Mapping[str, str] = field(default_factory=dict)
    config: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def aws_provider(environment: Mapping[str, str]) -> Iterator[AwsProvider]:
    """The provider for the block; the stand-in is a process with this environment."""
    if has_real_plugin():
        yield AwsProvider(config=_OFFLINE)
        return
    with serve_in_background(environment) as port:
        yield AwsProvider(environment={"PULUMI_DEBUG_PROVIDERS": f"aws:{port}"})


@functools.cache
def has_real_plugin() -> bool:
    """Whether the CLI has the plugin of the very version that the installed pulumi_aws asks for."""
    command = shutil.which("pulumi")
    if command is None:
        return False
    listed = subprocess.run(
        [command, "plugin", "ls", "--json"], capture_output=True, text=True, timeout=_LIST_SECONDS, check=False
    )
    if listed.returncode:  # the local engine under the CLI's name has no plugins
        return False
    wanted = ("aws", "resource", version("pulumi-aws"))
    return any((item["name"], item["kind"], item.get("version")) == wanted for item in json.loads(listed.stdout))
