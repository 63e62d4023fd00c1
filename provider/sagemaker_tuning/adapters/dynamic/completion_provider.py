"""The dynamic provider of `TuningJobCompletion`: create and update wait, delete does nothing.

Another job to wait for is an update, not a replacement: nothing exists that would have to be made anew, and a preview
that shows one changed line says what happens. As for every dynamic provider, module and class keep their names, and an
instance has no attributes before the host configures it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from pulumi.dynamic import (
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)

from sagemaker_tuning import lifecycle
from sagemaker_tuning.adapters.dynamic.completion_results import result_properties
from sagemaker_tuning.adapters.dynamic.failures import refused
from sagemaker_tuning.adapters.dynamic.host import say, show_plain_errors
from sagemaker_tuning.adapters.dynamic.properties import from_native, to_native
from sagemaker_tuning.completion import OnFailure, wait_for_completion
from sagemaker_tuning.errors import NotFound, Problem
from sagemaker_tuning.failures import SecretPath
from sagemaker_tuning.gateway import TuningGateway, gateway_for
from sagemaker_tuning.lifecycle.naming import logical_name
from sagemaker_tuning.names import camel
from sagemaker_tuning.results import Asked, JobResult, job_result
from sagemaker_tuning.settings import Settings
from sagemaker_tuning.stacks.properties import OWNER
from sagemaker_tuning.unknown import is_unknown

__all__ = ["GENERATIONS", "JOB_SECRETS", "TuningJobCompletionProvider"]

GENERATIONS = "__generations"
"""The hidden input by which a job and its replacement are told apart when both have the same name."""

JOB_SECRETS = "__jobSecretPaths"
"""The hidden input that says where the jobs waited for have secrets: what is told of their failures may hold them."""


class TuningJobCompletionProvider(ResourceProvider):
    serialize_as_secret_always = False  # there is nothing in it

    _settings: Settings

    def configure(self, req: ConfigureRequest) -> None:
        show_plain_errors()
        self._settings = Settings.from_config(req.config.get)

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        wait = _Wait.of(news)
        problems = list(wait.problems())
        return refused(news, problems) if problems else CheckResult(wait.to_properties(), [])

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        before, after = _Wait.of(_olds), _Wait.of(_news)
        if after.is_of_other_jobs(before):
            _tell(after, f"waits again: {_change(before, after)}")
        return DiffResult(changes=after.inputs != before.inputs or after.is_of_other_jobs(before), replaces=[])

    def create(self, props: dict[str, Any]) -> CreateResult:
        wait = _Wait.of(props)
        return CreateResult(wait.owner, wait.to_properties(self._results(wait)))

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        before, after = _Wait.of(_olds), _Wait.of(_news)
        is_asked_anew = after.is_of_other_jobs(before) or after.asked != before.asked
        results = self._results(after) if is_asked_anew else before.results
        return UpdateResult(after.to_properties(results))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """The results as they are now, without waiting; of a job that is gone, those that were recorded."""
        wait = _Wait.of(props)
        results = {name: self._result_now(name, wait) for name in wait.jobs}
        found = {
            name: self._properties(result, wait) | wait.recorded_failures(name)
            for name, result in results.items()
            if result is not None
        }
        return ReadResult(id_, wait.to_properties({**wait.results, **found}), wait.to_properties())

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Nothing was made, so nothing is deleted."""

    def _results(self, wait: _Wait) -> dict[str, Any]:
        results = wait_for_completion(
            wait.jobs,
            self._gateway,
            say=lambda line: _tell(wait, line),
            on_failure=wait.inputs.get("on_failure", "error"),
            poll_interval_seconds=wait.inputs.get("poll_interval_seconds", self._settings.poll_interval_seconds),
            deadline_seconds=wait.inputs.get("timeout_seconds"),
            asked=wait.asked,
            secret_paths=wait.job_secrets,
        )
        return {name: self._properties(result, wait) for name, result in results.items()}

    def _properties(self, result: JobResult, wait: _Wait) -> dict[str, Any]:
        if result.billing is None:
            return result_properties(result)
        trials = result.billing.trials
        cost = lifecycle.spent(trials, self._settings, self._gateway, lambda line: _tell(wait, line))
        return result_properties(result, cost)

    def _result_now(self, name: str, wait: _Wait) -> JobResult | None:
        # Logs do not outlast everything: what they said when the job ended stays.
        asked = replace(wait.asked, failures=not wait.recorded_failures(name))
        try:
            return job_result(self._gateway.describe(name), self._gateway, asked, secret_paths=wait.job_secrets)
        except NotFound:
            return None

    @property
    def _gateway(self) -> TuningGateway:
        return gateway_for(self._settings)


@dataclass(frozen=True)
class _Wait:
    """What a completion waits for, and its results where the state has some."""

    inputs: Mapping[str, Any]
    owner: str
    generations: Any
    job_secrets: Sequence[SecretPath]
    results: Mapping[str, Any]

    @classmethod
    def of(cls, properties: Mapping[str, Any]) -> _Wait:
        named = {name: properties[camel(name)] for name in _INPUTS if camel(name) in properties}
        generations, secrets = to_native(properties.get(GENERATIONS)), to_native(properties.get(JOB_SECRETS))
        return cls(
            to_native(named),
            properties.get(OWNER, ""),
            generations,
            [] if secrets is None or is_unknown(secrets) else secrets,
            properties.get("results", {}),
        )

    def to_properties(self, results: Mapping[str, Any] | None = None) -> dict[str, Any]:
        outputs = {} if results is None else {"results": dict(results)}
        hidden = {OWNER: self.owner, GENERATIONS: from_native(self.generations), JOB_SECRETS: list(self.job_secrets)}
        return {**from_native(self.inputs), **hidden, **outputs}

    @property
    def jobs(self) -> Any:
        """The names of the jobs, or unknown."""
        return self.inputs.get("job_names", [self.inputs.get("job_name")])

    @property
    def asked(self) -> Asked:
        return Asked(trials=self.inputs.get("keep_trials", True), billing=self.inputs.get("billing", False))

    def recorded_failures(self, name: str) -> dict[str, Any]:
        recorded = self.results.get(name, {})
        return {key: recorded[key] for key in ("failures",) if key in recorded}

    def is_of_other_jobs(self, other: _Wait) -> bool:
        return (self.jobs, self.generations) != (other.jobs, other.generations)

    def problems(self) -> Iterator[Problem]:
        if "job_name" in self.inputs and "job_names" in self.inputs:
            yield Problem("job_names", None, "is given beside `job_name`", "Keep the one or the other")
        if "job_name" not in self.inputs and "job_names" not in self.inputs:
            yield Problem("job_name", None, "is missing", "Add `job_name`, or `job_names` to wait for several jobs")
        if self.inputs.get("job_names") == []:
            yield Problem("job_names", [], "names no job", "Name at least one tuning job")
        on_failure = self.inputs.get("on_failure", "error")
        if not is_unknown(on_failure) and on_failure not in get_args(OnFailure):
            yield Problem("on_failure", on_failure, "is not a way to go on", "Use 'error' or 'continue'")
        for name in ("keep_trials", "billing"):
            given = self.inputs.get(name, False)
            if not is_unknown(given) and not isinstance(given, bool):
                yield Problem(name, given, "is neither true nor false", "Use True or False")
        for name in ("timeout_seconds", "poll_interval_seconds"):
            seconds = self.inputs.get(name, 1)
            if not is_unknown(seconds) and not (_is_number(seconds) and seconds > 0):
                yield Problem(name, seconds, "is not a number of seconds", "Give a number greater than 0")


_INPUTS = (
    "job_name",
    "job_names",
    "on_failure",
    "timeout_seconds",
    "poll_interval_seconds",
    "keep_trials",
    "billing",
)


def _change(before: _Wait, after: _Wait) -> str:
    """Which jobs are others now: of many, those alone."""
    if is_unknown(before.jobs) or is_unknown(after.jobs):
        return f"{_listed(before.jobs)} → {_listed(after.jobs)}"
    if before.jobs == after.jobs:
        others = _of_other_generations(before, after)
        return f"{_listed(others)} {'is another job' if len(others) == 1 else 'are other jobs'} now"
    gone = [name for name in before.jobs if name not in after.jobs]
    new = [name for name in after.jobs if name not in before.jobs]
    if gone and new:
        return f"{_listed(gone)} → {_listed(new)}"
    if gone or new:
        return f"without {_listed(gone)}" if gone else f"for {_listed(new)} as well"
    return "the same jobs in another order"


def _of_other_generations(before: _Wait, after: _Wait) -> Sequence[Any]:
    """The jobs that were replaced under their names; all of them where that is not known of each."""
    if not (isinstance(before.generations, list) and isinstance(after.generations, list)):
        return list(after.jobs)
    triples = zip(after.jobs, before.generations, after.generations, strict=False)
    return [name for name, then, now in triples if then != now] or list(after.jobs)


def _listed(jobs: Any) -> str:
    if is_unknown(jobs):
        return "jobs not known until up"
    return ", ".join("a job not known until up" if is_unknown(name) else str(name) for name in jobs)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _tell(wait: _Wait, line: str) -> None:
    say(f"{logical_name(wait.owner)}: {line}")
