"""The provider resources of a stack (`pulumi:providers:*`), and the running providers behind them.

To the planner a provider is a resource like any other, served by this registry: checking it starts its process,
creating it configures that process and gives it an id, and resources then name it as `<urn>::<id>`.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sagemaker_sandbox.engine import urns
from sagemaker_sandbox.engine.builtin_provider import BuiltinProvider
from sagemaker_sandbox.engine.diffs import diff_properties
from sagemaker_sandbox.engine.errors import EngineError, StepFailed
from sagemaker_sandbox.engine.plugins import PluginLauncher
from sagemaker_sandbox.engine.properties import UNKNOWN_TEXT, Properties
from sagemaker_sandbox.engine.provider import (
    DIFF_NONE,
    DIFF_SOME,
    DIFF_UNKNOWN,
    CheckFailure,
    Diff,
    Outcome,
)
from sagemaker_sandbox.engine.provider_client import ProviderClient
from sagemaker_sandbox.engine.state import ResourceState

Served = ProviderClient | BuiltinProvider

_INTERNAL = "__internal"  # the engine's own settings of a provider, kept among its inputs
_BUILTIN_PACKAGE = "pulumi"


class ProviderRegistry:
    """Starts, configures and finds providers. Thread-safe."""

    def __init__(
        self, launcher: PluginLauncher, engine_address: str, stack_outputs: Callable[[str], Properties]
    ) -> None:
        self._launcher = launcher
        self._engine_address = engine_address
        self._builtin = BuiltinProvider(stack_outputs)
        self._configured: dict[str, Served] = {}
        self._unconfigured: dict[str, Served] = {}
        self._lock = threading.RLock()

    # ----------------------------------------------------------------------------------------------------- finding

    def get(self, reference: str) -> Served:
        """The provider that a reference names. Errors: EngineError if no such provider was registered."""
        with self._lock:
            if reference not in self._configured:
                raise EngineError(
                    f"unknown provider '{reference}': it was not registered before the resource that uses it"
                )
            return self._configured[reference]

    def ensure(self, reference: str, states: Mapping[str, ResourceState]) -> Served:
        """Like get; a provider that only the old state knows is started with the configuration it had."""
        with self._lock:
            urn, provider_id = urns.split_reference(reference)
            state = states.get(urn)
            if reference not in self._configured and state is not None and state.id == provider_id:
                self.same(state)
            return self.get(reference)

    def same(self, state: ResourceState) -> None:
        """Make an unchanged provider resource usable."""
        reference = urns.provider_reference(state.urn, state.id)
        with self._lock:
            if reference not in self._configured:
                self._configured[reference] = self._configure(state.urn, state.id, state.inputs)

    def clients(self) -> list[ProviderClient]:
        with self._lock:
            providers = [*self._configured.values(), *self._unconfigured.values()]
        return [item for item in providers if isinstance(item, ProviderClient)]

    def cancel(self) -> None:
        for client in self.clients():
            client.cancel()

    def kill(self) -> None:
        for client in self.clients():
            client.plugin.kill()

    def stop(self) -> None:
        for client in self.clients():
            client.plugin.stop()

    # ----------------------------------------------------------------------------------------- as a provider itself

    def check(
        self, urn: str, olds: Properties, news: Properties, *, unknowns: bool
    ) -> tuple[Properties, list[CheckFailure]]:
        with self._lock:
            provider = self._unconfigured.get(urn) or self._start(urn, news)
            self._unconfigured[urn] = provider
        if isinstance(provider, BuiltinProvider):
            return news, []
        inputs, failures = provider.check_config(urn, _config(olds), _config(news))
        kept = {key: news[key] for key in ("version", _INTERNAL) if key in news}
        return {**inputs, **kept}, failures

    def diff(
        self,
        urn: str,
        resource_id: str,
        old_inputs: Properties,
        old_outputs: Properties,
        news: Properties,
        *,
        unknowns: bool,
        ignore_changes: Sequence[str],
    ) -> Diff:
        provider = self._unconfigured.get(urn)
        diff = Diff()
        if isinstance(provider, ProviderClient):
            diff = provider.diff_config(urn, _config(old_inputs), old_outputs, _config(news))
        if diff.changes == DIFF_UNKNOWN:
            changed = diff_properties(_config(old_inputs), _config(news)).changed_keys
            diff.changes, diff.diffs = (DIFF_SOME, changed) if changed else (DIFF_NONE, [])
        if not equal_version(old_inputs, news) and diff.changes == DIFF_NONE:
            diff.changes, diff.diffs = DIFF_SOME, ["version"]
        return diff

    def create(self, urn: str, news: Properties, *, preview: bool, timeout: float) -> Outcome:
        provider_id = UNKNOWN_TEXT if preview else str(uuid.uuid4())
        with self._lock:
            self._configured[urns.provider_reference(urn, provider_id)] = self._configure(urn, provider_id, news)
        return Outcome(provider_id, _config(news))

    def update(
        self,
        urn: str,
        resource_id: str,
        old_inputs: Properties,
        old_outputs: Properties,
        news: Properties,
        *,
        preview: bool,
        timeout: float,
        ignore_changes: Sequence[str],
    ) -> Outcome:
        with self._lock:
            self._configured[urns.provider_reference(urn, resource_id)] = self._configure(urn, resource_id, news)
        return Outcome(resource_id, _config(news))

    def read(
        self, urn: str, resource_id: str, inputs: Properties, state: Properties, *, timeout: float
    ) -> Outcome | None:
        raise StepFailed("provider resources may not be read")

    def delete(self, urn: str, resource_id: str, inputs: Properties, outputs: Properties, *, timeout: float) -> None:
        """A provider resource is nothing but its process, which ends with the operation."""

    # ----------------------------------------------------------------------------------------------------- helpers

    def _configure(self, urn: str, provider_id: str, inputs: Properties) -> Served:
        provider = self._unconfigured.pop(urn, None) or self._start(urn, inputs)
        if isinstance(provider, ProviderClient):
            provider.configure(urn, provider_id, _config(inputs))
        return provider

    def _start(self, urn: str, inputs: Properties) -> Served:
        package = urns.package_of(urns.type_of(urn))
        if package == _BUILTIN_PACKAGE:
            return self._builtin
        internal = inputs.get(_INTERNAL) or {}
        if "parameterization" in internal:
            raise EngineError(f"{urn}: the local engine does not support parameterized providers")
        return ProviderClient(self._launcher.start(package), self._engine_address)


def equal_version(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return bool(old.get("version") == new.get("version"))


def _config(inputs: Mapping[str, Any]) -> Properties:
    """The inputs that are the provider's own, without the engine's."""
    return {key: value for key, value in inputs.items() if key != _INTERNAL}
