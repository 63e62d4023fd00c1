"""What a program that `adopt` wrote declares, run with the config that `adopt` says to set."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping
from typing import Any
from unittest import mock

import jmespath
import pulumi
import sagemaker_tuning

_SET = ["pulumi", "config", "set"]


def config_of(commands: Iterable[str], describes: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The config that the commands set; a secret comes from the description that its command asks for."""
    config = {}
    for command in commands:
        words = shlex.split(command)
        if words[:3] == _SET:
            _, _, _, key, value = words
            config[key] = value
        else:
            assert [*words[-6:-1]] == ["|", *_SET, "--secret"], command
            describe = describes[words[words.index("--hyper-parameter-tuning-job-name") + 1]]
            config[words[-1]] = str(jmespath.search(words[words.index("--query") + 1], describe))
    return config


def declared_by(program: str, config: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """The arguments of every tuning job that a program declares, by its logical name."""
    declared: dict[str, dict[str, Any]] = {}

    def resource(name: str, **arguments: Any) -> mock.Mock:
        declared[name] = arguments
        return mock.Mock(arn=f"arn of {name}")

    full = {key if ":" in key else f"project:{key}": value for key, value in config.items()}
    with (
        mock.patch.object(sagemaker_tuning, "HyperParameterTuningJob", resource, create=True),
        mock.patch.object(pulumi, "Config", return_value=_Config(full)),
        mock.patch.object(pulumi, "export"),
    ):
        exec(compile(program, "__main__.py", "exec"), {"__name__": "__main__"})
    return declared


class _Config:
    """A stack's config, whose secrets are plain: what a resource gets in the end."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def require(self, key: str) -> str:
        return self._values[f"project:{key}"]

    def require_secret(self, key: str) -> str:
        return self.require(key)

    def require_object(self, key: str) -> Any:
        return json.loads(self.require(key))
