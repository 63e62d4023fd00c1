"""How to reach SageMaker, and the waits the user chose: one frozen value per configuration.

Decides which configuration key wins: `sagemaker-tuning:*`, then `aws:*` (so that a program which already configures the
AWS provider needs nothing more), then the AWS_REGION variable that boto3 overlooks; what is left unset here is boto3's
own chain's to find. Leaves to `gateway` what the values mean to boto3. The names of the `aws:*` keys are those of the
Pulumi AWS provider's configuration.

Settings are hashable, so that one client serves all resources with the same settings, and hold nothing that is live:
Pulumi pickles the provider that carries them.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sagemaker_tuning.errors import Problem, SpecError

__all__ = ["AssumedRole", "Settings"]

OWN, AWS = "sagemaker-tuning", "aws"

# The names that `aws:endpoints` has for the services that we call, and boto3's.
_ENDPOINTS = {
    "sagemaker": "sagemaker", "sts": "sts", "logs": "logs", "cloudwatchlogs": "logs", "cloudwatchlog": "logs",
    "pricing": "pricing",
}  # fmt: skip

Lookup = Callable[[str], Any]  # a configuration value is a string, or already parsed where the engine did that


@dataclass(frozen=True)
class AssumedRole:
    """A role to take on with AssumeRole before SageMaker is called."""

    role_arn: str
    session_name: str = "pulumi-sagemaker-tuning"
    external_id: str | None = None
    duration_seconds: int | None = None


@dataclass(frozen=True)
class Settings:
    """Everything a gateway needs to know; None means that boto3's own chain decides."""

    region: str | None = None
    profile: str | None = None
    access_key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    session_token: str | None = field(default=None, repr=False)
    assumed_roles: tuple[AssumedRole, ...] = ()
    endpoints: tuple[tuple[str, str], ...] = ()
    default_tags: tuple[tuple[str, str], ...] = ()
    # botocore waits 50 ms before a second attempt and doubles that: twelve outlast half a minute without the service.
    max_attempts: int = 12
    poll_interval_seconds: float = 30.0
    propagation_timeout_seconds: float = 120.0
    prices: str | None = None
    asks_for_prices: bool = False
    max_instance_hours: float | None = None
    max_cost_usd: float | None = None
    silence: tuple[str, ...] = ()
    strict: bool = False

    @classmethod
    def from_config(cls, lookup: Lookup, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the settings from Pulumi configuration; `lookup` takes a full key such as `aws:region`.

        Errors: SpecError with every value that cannot be understood; its path is the configuration key.
        """
        return _Reader(lookup, os.environ if environment is None else environment).settings()

    @classmethod
    def from_environment(cls) -> Settings:
        """The settings without any Pulumi configuration, as the command line uses them."""
        return cls.from_config(lambda _key: None)

    def at(self, *, region: str | None = None, profile: str | None = None) -> Settings:
        """The same settings for another region, or with the credentials of a profile."""
        settings = replace(self, region=region or self.region)
        if profile is None:
            return settings
        return replace(settings, profile=profile, access_key=None, secret_key=None, session_token=None)

    def endpoint(self, service: str) -> str | None:
        """The configured endpoint of `sagemaker`, `sts` or `logs`, if there is one."""
        return dict(self.endpoints).get(service)


class _Reader:
    """Collects every problem of one configuration before any is raised."""

    def __init__(self, lookup: Lookup, environment: Mapping[str, str]) -> None:
        self._lookup = lookup
        self._environment = environment
        self._problems: list[Problem] = []

    def settings(self) -> Settings:
        defaults = Settings()
        region_variable = self._environment.get("AWS_REGION") or None
        settings = Settings(
            region=self._text(f"{OWN}:region") or self._text(f"{AWS}:region") or region_variable,
            **self._credentials(),
            assumed_roles=self._assumed_roles(),
            endpoints=self._endpoints(),
            default_tags=self._default_tags(),
            max_attempts=int(self._number(f"{OWN}:maxAttempts", minimum=1, default=defaults.max_attempts)),
            poll_interval_seconds=self._number(
                f"{OWN}:pollIntervalSeconds", minimum=0.1, default=defaults.poll_interval_seconds
            ),
            propagation_timeout_seconds=self._number(
                f"{OWN}:propagationTimeoutSeconds", minimum=0, default=defaults.propagation_timeout_seconds
            ),
            prices=self._text(f"{OWN}:prices") or self._environment.get("SAGEMAKER_TUNING_PRICES") or None,
            asks_for_prices=self._truth(f"{OWN}:pricingApi"),
            max_instance_hours=self._ceiling(f"{OWN}:maxInstanceHours"),
            max_cost_usd=self._ceiling(f"{OWN}:maxCostUsd"),
            silence=self._names(f"{OWN}:silence"),
            strict=self._truth(f"{OWN}:strict"),
        )
        if self._problems:
            raise SpecError(tuple(self._problems))
        return settings

    def _credentials(self) -> dict[str, str | None]:
        # One namespace gives the whole identity: a profile of ours must not be mixed with a key of `aws:*`.
        for namespace in (OWN, AWS):
            found = {
                "profile": self._text(f"{namespace}:profile"),
                "access_key": self._text(f"{namespace}:accessKey"),
                "secret_key": self._text(f"{namespace}:secretKey"),
                "session_token": self._text(f"{namespace}:token"),
            }
            if found["profile"] or found["access_key"]:
                if found["access_key"] and not found["secret_key"]:
                    self._problem(f"{namespace}:secretKey", None, "is missing beside accessKey", "Set both, or neither")
                return found
        return {}

    def _assumed_roles(self) -> tuple[AssumedRole, ...]:
        own_arn = self._text(f"{OWN}:roleArn")
        if own_arn:
            return (AssumedRole(own_arn, external_id=self._text(f"{OWN}:externalId")),)
        key = f"{AWS}:assumeRoles" if self._value(f"{AWS}:assumeRoles") else f"{AWS}:assumeRole"
        return tuple(self._assumed_role(key, role) for role in _items(self._structure(key)))

    def _assumed_role(self, key: str, role: Any) -> AssumedRole:
        if not isinstance(role, Mapping) or not isinstance(role.get("roleArn"), str):
            self._problem(key, role, "names no role", f"Set it with `pulumi config set --path {key}.roleArn ARN`")
            return AssumedRole("")
        return AssumedRole(
            role["roleArn"],
            session_name=role.get("sessionName") or AssumedRole.session_name,
            external_id=role.get("externalId"),
            duration_seconds=self._duration(f"{key}.duration", role.get("duration") or role.get("durationSeconds")),
        )

    def _duration(self, key: str, value: Any) -> int | None:
        """Seconds of a Go duration such as `1h30m`, or of a plain number."""
        if value is None:
            return None
        text = str(value)
        if text.isdigit():
            return int(text)
        parts = re.fullmatch(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", text)
        if not parts or not any(parts.groups()):
            self._problem(key, value, "is not a duration", "Write it like 1h30m")
            return None
        hours, minutes, seconds = (int(part or 0) for part in parts.groups())
        return hours * 3600 + minutes * 60 + seconds

    def _endpoints(self) -> tuple[tuple[str, str], ...]:
        found: dict[str, str] = {}
        for block in _items(self._structure(f"{AWS}:endpoints")):
            if not isinstance(block, Mapping):
                self._problem(f"{AWS}:endpoints", block, "is not a map of services", 'Write [{"sagemaker": "URL"}]')
                continue
            found.update({_ENDPOINTS[name]: url for name, url in block.items() if name in _ENDPOINTS and url})
        own = self._text(f"{OWN}:endpointUrl")
        if own:
            found["sagemaker"] = own
        return tuple(sorted(found.items()))

    def _default_tags(self) -> tuple[tuple[str, str], ...]:
        own = self._structure(f"{OWN}:defaultTags")
        key, tags = (f"{OWN}:defaultTags", own) if own is not None else (f"{AWS}:defaultTags", self._aws_default_tags())
        if not isinstance(tags, Mapping):
            self._problem(key, tags, "is not a map of tags", f"Set one with `pulumi config set --path {key}.team ml`")
            return ()
        return tuple(sorted((str(name), str(value)) for name, value in tags.items()))

    def _aws_default_tags(self) -> Any:
        block = self._structure(f"{AWS}:defaultTags")
        return block.get("tags", {}) if isinstance(block, Mapping) else block if block is not None else {}

    def _number(self, key: str, *, minimum: float, default: float) -> float:
        value = self._value(key)
        if value is None:
            return default
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = float("nan")
        if not number >= minimum:  # also true of nan
            self._problem(key, value, f"is not a number of at least {minimum:g}", "Set such a number, or remove it")
        return number if number >= minimum else default

    def _ceiling(self, key: str) -> float | None:
        return None if self._value(key) is None else self._number(key, minimum=0, default=0)

    def _names(self, key: str) -> tuple[str, ...]:
        """Names as a list, or as text with commas."""
        value = self._value(key)
        if isinstance(value, str) and not value.lstrip().startswith("["):
            return tuple(name.strip() for name in value.split(",") if name.strip())
        return tuple(str(name) for name in _items(self._structure(key)))

    def _truth(self, key: str) -> bool:
        value = str(self._value(key) or False).lower()
        if value not in ("true", "false"):
            self._problem(key, self._value(key), "is neither true nor false", "Set true or false, or remove it")
        return value == "true"

    def _structure(self, key: str) -> Any:
        value = self._value(key)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            self._problem(
                key, value, "is not structured configuration", f"Set it with `pulumi config set --path {key}…`"
            )
            return None

    def _text(self, key: str) -> str | None:
        value = self._value(key)
        return None if value is None else str(value)

    def _value(self, key: str) -> Any:
        value = self._lookup(key)
        return None if value == "" else value

    def _problem(self, path: str, given: Any, message: str, fix: str) -> None:
        self._problems.append(Problem(path, given, message, fix))


def _items(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
