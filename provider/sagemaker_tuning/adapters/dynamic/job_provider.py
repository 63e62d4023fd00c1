"""The dynamic provider of `HyperParameterTuningJob`: translates property bags and delegates.

Pulumi pickles an instance into the state of every resource. The class is found again by its name, so module and class
must keep theirs, and an instance has no attributes until the host configures it: `__provider` is short and the same in
every run.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

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
from sagemaker_tuning.adapters.dynamic.failures import refused
from sagemaker_tuning.adapters.dynamic.host import show_plain_errors
from sagemaker_tuning.adapters.dynamic.properties import (
    NAME,
    Inputs,
    State,
    declared_inputs,
    to_properties,
    top_level_property,
)
from sagemaker_tuning.adapters.dynamic.secrets import Teller
from sagemaker_tuning.cost import Verdict
from sagemaker_tuning.errors import AwsError, NotFound, Problem, SpecError
from sagemaker_tuning.gateway import TuningGateway, gateway_for
from sagemaker_tuning.lifecycle.naming import new_auto_name
from sagemaker_tuning.planning import Plan, plan_from_state
from sagemaker_tuning.settings import Settings
from sagemaker_tuning.spec import TuningJobSpec
from sagemaker_tuning.stacks.properties import GENERATION
from sagemaker_tuning.unknown import UNKNOWN, is_unknown

__all__ = ["HyperParameterTuningJobProvider"]


class HyperParameterTuningJobProvider(ResourceProvider):
    serialize_as_secret_always = False  # there is nothing in it

    _settings: Settings
    _known_names: set[str]
    """Jobs that the engine has shown this process: the state has them."""

    def configure(self, req: ConfigureRequest) -> None:
        show_plain_errors()
        self._settings = Settings.from_config(req.config.get)
        self._known_names = set()

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        inputs = declared_inputs(news)
        inputs = replace(inputs, job=lifecycle.with_default_tags(inputs.job, dict(self._settings.default_tags)))
        problems = _problems_of_options(inputs)
        try:
            spec = TuningJobSpec.from_native(inputs.job, secret_paths=inputs.secret_paths)
        except SpecError as error:
            problems = [*error.problems, *problems]
        if problems:
            return refused(news, problems)
        tell = Teller(inputs)
        is_new_run = not _olds  # also for the replacement of a job, which the engine checks as if there were none
        verdict = self._verdict(inputs, spec, tell) if is_new_run else Verdict()
        if verdict.problems:
            return refused(news, [replace(problem, message=tell.mask(problem.message)) for problem in verdict.problems])
        for warning in (*spec.warnings, *verdict.warnings):
            tell(str(warning))
        checked = replace(inputs, job=spec.to_native())
        return CheckResult(to_properties(_identified(checked, Inputs.of(_olds))), [])

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Compare with the state alone: an `up` that changes nothing calls nobody.

        But `replace_on_status` is about how the job ended, and the state may be from before that.
        """
        self._known_names.add(_id)
        state, inputs = State.of(_olds), declared_inputs(_news)
        tell = Teller(inputs)
        replace_on_status = self._options(inputs).replace_on_status
        decision = plan_from_state(
            inputs.declared,
            state.inputs.job,
            rewrites=state.rewrites,
            options=inputs.options,
            recorded_options=state.inputs.options,
            region=self._settings.region or "",
            recorded_region=state.region,
            status=self._current_status(state, tell) if replace_on_status else state.status,
            replace_on_status=replace_on_status,
            secret_paths=[*inputs.secret_paths, *state.inputs.secret_paths],
        )
        if decision.changes:
            tell(_told(decision))
        replaces = (top_level_property(change.path) for change in decision.changes if change.action == "replace")
        return DiffResult(
            changes=bool(decision.changes),
            replaces=list(dict.fromkeys(replaces)),
            delete_before_replace=_needs_the_name_of(state, inputs),
        )

    def create(self, props: dict[str, Any]) -> CreateResult:
        inputs = Inputs.of(props)
        tell = Teller(inputs)
        with tell.masked_errors():
            # Before the job exists: whatever goes wrong after its creation would lose it.
            settings = replace(self._settings, region=self._gateway.region)
            estimate = lifecycle.estimated(inputs.job, settings, self._gateway, tell)
            created = lifecycle.create(
                TuningJobSpec.from_native(inputs.declared),
                self._options(inputs),
                self._gateway,
                owner=inputs.owner,
                known_names=self._known_names,
                ids=lambda: str(inputs.generation),
                secret_paths=inputs.secret_paths,
                say=tell,
            )
        self._known_names.add(created.name)
        state = State(
            inputs=replace(inputs, job=dict(created.declared)),
            arn=created.arn,
            status=created.status,
            region=self._gateway.region,
            creation_time=created.observed.creation_time if created.observed else None,
            rewrites=created.rewrites,
            estimated_instance_hours=estimate.max_instance_hours,
            estimated_cost_usd=estimate.max_cost_usd,
        )
        return CreateResult(created.name, state.to_properties())

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """The job as it is now; without an id if it is gone, or another job has its name.

        Errors: NotFound if a program asks for a job that is not there, which the engine would take for an empty one.
        """
        self._known_names.add(id_)
        state = State.of(props)
        gateway = self._gateway_of(state)
        is_managed = bool(state.arn)  # else a program asks for a job by its name
        tell = Teller(state.inputs)
        with tell.masked_errors():
            found = lifecycle.read(
                id_,
                gateway,
                declared=state.inputs.job if is_managed else None,
                rewrites=state.rewrites,
                identity=state.identity if is_managed else None,
            )
        if found is None and not is_managed:
            raise NotFound(
                f"id: {id_!r} is no tuning job in {gateway.region}.\nCheck the name, the region and the account."
            )
        if found is None:
            return ReadResult(outs={})
        if found.identity_drift:
            tell(f"{found.identity_drift}; the job of this resource is gone")
            return ReadResult(outs={})
        read = replace(
            state,
            inputs=replace(state.inputs, job=dict(found.effective)),
            arn=found.observed.arn,
            status=found.observed.status,
            region=gateway.region,
            creation_time=found.observed.creation_time,
            rewrites=found.rewrites,
        )
        inputs = read.inputs.to_properties() if is_managed else None
        return ReadResult(found.observed.name, read.to_properties(), inputs)

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        state, inputs = State.of(_olds), Inputs.of(_news)
        before, after = state.inputs.job.get("tags", {}), inputs.job.get("tags", {})
        if before != after:
            with Teller(inputs).masked_errors():
                lifecycle.update_tags(state.arn, before, after, self._gateway_of(state))
        job = {**inputs.job, NAME: state.inputs.name}
        return UpdateResult(replace(state, inputs=replace(inputs, job=job)).to_properties())

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        self._known_names.add(_id)
        state = State.of(_props)
        tell = Teller(state.inputs)
        with tell.masked_errors():
            lifecycle.delete(state.identity, self._options(state.inputs), self._gateway_of(state), say=tell)

    def _verdict(self, inputs: Inputs, spec: TuningJobSpec, tell: Teller) -> Verdict:
        return lifecycle.check_ceilings(spec.to_native(), self._options(inputs), self._settings, self._gateway, tell)

    @property
    def _gateway(self) -> TuningGateway:
        return gateway_for(self._settings)

    def _gateway_of(self, state: State) -> TuningGateway:
        """The gateway to the region that the job is in, wherever the program is by now."""
        return gateway_for(replace(self._settings, region=state.region or self._settings.region))

    def _current_status(self, state: State, tell: Teller) -> str:
        try:
            return lifecycle.current_status(state.status, state.identity, self._gateway_of(state))
        except AwsError as error:
            tell(f"replace_on_status goes by the recorded status {state.status}, as AWS could not be asked: {error}")
            return state.status

    def _options(self, inputs: Inputs) -> lifecycle.Options:
        timeout = self._settings.propagation_timeout_seconds
        return lifecycle.Options.from_native(inputs.options, propagation_timeout_seconds=timeout)


def _problems_of_options(inputs: Inputs) -> list[Problem]:
    try:
        lifecycle.Options.from_native(inputs.options)
    except SpecError as error:
        return list(error.problems)
    return []


def _identified(inputs: Inputs, recorded: Inputs) -> Inputs:
    """The inputs with the generation of the recorded job or a new one, and the automatic name that goes with it."""
    generation = recorded.generation or inputs.generation or lifecycle.new_id()
    job = inputs.job
    if inputs.is_auto_named:
        new_name = UNKNOWN if is_unknown(generation) else new_auto_name(inputs.owner, generation)
        job = {**job, NAME: recorded.name or new_name}
    return replace(inputs, job=job, hidden={**inputs.hidden, GENERATION: generation})


def _needs_the_name_of(state: State, inputs: Inputs) -> bool:
    """A name of the user's own is free for the new job only after the old one is deleted."""
    if inputs.is_auto_named or is_unknown(inputs.name):
        return False
    return bool(inputs.name.casefold() == state.inputs.name.casefold())


def _told(decision: Plan) -> str:
    headline = "to be replaced" if decision.action == "replace" else "to be updated in place"
    return "\n".join([headline, *(f"  {change.path}: {change.reason}" for change in decision.changes)])
