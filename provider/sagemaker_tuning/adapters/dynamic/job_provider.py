"""The dynamic provider of `HyperParameterTuningJob`: translates property bags and delegates.

Pulumi pickles an instance into the state of every resource. The class is found again by its name, so module and class
must keep theirs, and an instance has no attributes until the host configures it: `__provider` is short and the same in
every run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
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
from sagemaker_tuning.adapters.dynamic.secrets import Teller, with_secrets_marked
from sagemaker_tuning.errors import AdoptionRefused, AwsError, ChangeRefused, NotFound, Problem, SpecError
from sagemaker_tuning.explanation import explain
from sagemaker_tuning.gateway import TuningGateway, gateway_for
from sagemaker_tuning.lifecycle.naming import new_auto_name
from sagemaker_tuning.planning import Outcome, Parent
from sagemaker_tuning.settings import Settings
from sagemaker_tuning.spec import TuningJobSpec
from sagemaker_tuning.stacks.decision import decide
from sagemaker_tuning.stacks.properties import GENERATION, SECRET_PATHS
from sagemaker_tuning.unknown import UNKNOWN, is_unknown

__all__ = ["HyperParameterTuningJobProvider"]


@dataclass(frozen=True)
class _Declared:
    """The options of a resource whose job exists, and that job, which a new one would replace."""

    options: lifecycle.Options
    predecessor: lifecycle.Predecessor


class HyperParameterTuningJobProvider(ResourceProvider):
    serialize_as_secret_always = False  # there is nothing in it

    _settings: Settings
    _known_names: set[str]
    """Jobs that the engine has shown this process: the state has them."""
    _declared: dict[str, _Declared]
    """What the program declares in this run, by owner."""
    _children: dict[str, str]
    """Jobs by the parents that they started from: no parent may go before its child has begun."""

    def configure(self, req: ConfigureRequest) -> None:
        show_plain_errors()
        self._settings = Settings.from_config(req.config.get)
        self._known_names = set()
        self._declared = {}
        self._children = {}

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        inputs = declared_inputs(news)
        inputs = replace(inputs, job=lifecycle.with_default_tags(inputs.job, dict(self._settings.default_tags)))
        tell = Teller(inputs)
        problems = [tell.masked(problem) for problem in _problems_of_options(inputs)]
        problems += lifecycle.problems_of_tags(inputs.job.get("tags"))
        parents = lifecycle.ANY_PARENTS if "warm_start_config" in inputs.options else {}
        try:
            spec = TuningJobSpec.from_native(inputs.job | parents, secret_paths=inputs.secret_paths)
        except SpecError as error:
            problems = [*error.problems, *problems]
        if problems:
            return refused(news, problems)
        # Without olds also for the replacement of a job, which the engine checks as if there were none.
        try:
            is_new_run = not _olds and not self._adopts(inputs, spec, tell)
        except AdoptionRefused as refusal:
            return refused(news, refusal.problems)
        review = self._review(inputs, spec, tell) if is_new_run else lifecycle.Review()
        if review.problems:
            return refused(news, map(tell.masked, review.problems))
        for warning in (*map(str, spec.warnings), *review.warnings):
            tell(warning)
        job = {name: value for name, value in spec.to_native().items() if name not in parents}
        checked = replace(inputs, job=job)
        return CheckResult(to_properties(_identified(checked, Inputs.of(_olds))), [])

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Compare with the state alone: an `up` that changes nothing calls nobody.

        But `rerun_on` and warm starts depend on how the job ended, and the state may be from before that.
        Errors: ChangeRefused, with the explanation, for a change that the policy does not allow.
        """
        self._known_names.add(_id)
        state, inputs = State.of(_olds), declared_inputs(_news)
        tell, options = Teller(inputs), self._options(inputs)
        self._declared[inputs.owner] = _Declared(options, lifecycle.Predecessor(_id, state.warm_start_parents))
        self._children.update(dict.fromkeys(state.warm_start_parents, _id))
        outcome, old = decide(
            state,
            inputs,
            options,
            region=self._settings.region or "",
            ask_status=lambda: self._current_status(state, tell),
        )
        with tell.masked_errors():
            self._explain(outcome, old, state, inputs, tell)
        changes = outcome.plan.changes
        replaces = (top_level_property(change.path) for change in changes if change.action == "replace")
        return DiffResult(
            changes=bool(changes),
            replaces=list(dict.fromkeys(replaces)),
            delete_before_replace=old.is_deleted_first,
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
                predecessor=self._declared[inputs.owner].predecessor if inputs.owner in self._declared else None,
                ids=lambda: str(inputs.generation),
                secret_paths=inputs.secret_paths,
                say=tell,
            )
        self._known_names.add(created.name)
        self._children.update(dict.fromkeys(created.parents, created.name))
        state = State(
            inputs=replace(inputs, job=dict(created.declared)),
            arn=created.arn,
            status=created.status,
            region=self._gateway.region,
            creation_time=created.observed.creation_time if created.observed else None,
            rewrites=created.rewrites,
            estimated_instance_hours=estimate.max_instance_hours,
            estimated_cost_usd=estimate.max_cost_usd,
            warm_start_parents=created.parents,
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
        read = replace(state.refreshed(found), region=gateway.region)
        inputs = read.inputs.to_properties() if is_managed else None
        if inputs is not None and self._options(state.inputs).on_change == "ignore":
            inputs = with_secrets_marked(inputs, state.inputs.secret_locations)
        return ReadResult(found.observed.name, read.to_properties(), inputs)

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        state, inputs = State.of(_olds), Inputs.of(_news)
        before, after = _tags(state.inputs), _tags(inputs)
        if before != after:
            with Teller(inputs).masked_errors():
                lifecycle.update_tags(state.arn, before, after, self._gateway_of(state))
        if self._options(inputs).on_change != "ignore":
            job = {**inputs.job, NAME: state.inputs.name}
            return UpdateResult(replace(state, inputs=replace(inputs, job=job)).to_properties())
        return UpdateResult(_with_ignored_changes(state, inputs))

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        self._known_names.add(_id)
        state = State.of(_props)
        tell = Teller(state.inputs)
        with tell.masked_errors():
            lifecycle.delete(
                state.identity,
                self._options_for_deletion(state),
                self._gateway_of(state),
                child=self._children.get(state.inputs.name),
                say=tell,
            )

    def _explain(self, outcome: Outcome, old: Parent, state: State, inputs: Inputs, tell: Teller) -> None:
        """Tell what becomes of the job, if anything does. Errors: ChangeRefused."""
        estimate = None
        if outcome.refused or outcome.plan.action == "replace":
            settings = replace(self._settings, region=self._settings.region or state.region)
            estimate = lifecycle.estimated(inputs.job, settings, self._gateway, tell)
        explanation = explain(outcome, old, estimate=estimate)
        if outcome.refused:
            raise ChangeRefused("\n".join(explanation.short))
        if explanation.is_worth_telling:
            tell("\n".join(explanation.short))

    def _adopts(self, inputs: Inputs, spec: TuningJobSpec, tell: Teller) -> bool:
        """Whether a job is there that the program takes over, so that nothing is run; says so at preview.

        Errors: AdoptionRefused, as the create would raise it.
        """
        options, name = self._options(inputs), inputs.name
        if not options.adopt_existing or inputs.is_auto_named or is_unknown(name) or name in self._known_names:
            return False
        try:
            existing = lifecycle.adoptable(spec, options, self._gateway, secret_paths=inputs.secret_paths)
        except AwsError as error:
            tell(f"cannot look for the job to adopt: {error}")
            return False
        if existing is None:
            tell(f"there is no job {name} to adopt, so it is created")
            return False
        tell(f"adopts {name} ({existing.status}); nothing is run")
        return True

    def _options_for_deletion(self, state: State) -> lifecycle.Options:
        """The options that are declared now, if the job's resource still is; else those that were recorded."""
        declared = self._declared.get(state.inputs.owner)
        return declared.options if declared else self._options(state.inputs)

    def _review(self, inputs: Inputs, spec: TuningJobSpec, tell: Teller) -> lifecycle.Review:
        return lifecycle.review(
            spec.to_native(),
            self._options(inputs),
            self._settings,
            self._gateway,
            tell,
            secret_paths=inputs.secret_paths,
        )

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
            tell(f"the recorded status {state.status} counts, as AWS could not be asked: {error}")
            return state.status

    def _options(self, inputs: Inputs) -> lifecycle.Options:
        timeout = self._settings.propagation_timeout_seconds
        return lifecycle.Options.from_native(inputs.options, propagation_timeout_seconds=timeout)


def _tags(inputs: Inputs) -> dict[str, str]:
    """The tags that the job of these inputs has, but for the token."""
    return {**inputs.job.get("tags", {}), **lifecycle.owner_tag(inputs.owner)}


def _problems_of_options(inputs: Inputs) -> list[Problem]:
    try:
        lifecycle.Options.from_native(inputs.job | inputs.options)
    except SpecError as error:
        return list(error.problems)
    return []


def _with_ignored_changes(state: State, inputs: Inputs) -> dict[str, Any]:
    """The state after an update under which the job stays as it was recorded, but for its tags."""
    job = {**state.inputs.job, "tags": inputs.job.get("tags")}
    locations = [*inputs.secret_locations, *state.inputs.secret_locations]
    kept = replace(
        inputs,
        job={name: value for name, value in job.items() if value is not None},
        hidden={**inputs.hidden, SECRET_PATHS: locations or None},
    )
    # The engine marks what is secret in the program's inputs; what was secret there once and stays would be shown.
    return with_secrets_marked(replace(state, inputs=kept).to_properties(), state.inputs.secret_locations)


def _identified(inputs: Inputs, recorded: Inputs) -> Inputs:
    """The inputs with the generation of the recorded job or a new one, and the automatic name that goes with it."""
    generation = recorded.generation or inputs.generation or lifecycle.new_id()
    job = inputs.job
    if inputs.is_auto_named:
        new_name = UNKNOWN if is_unknown(generation) else new_auto_name(inputs.owner, generation)
        job = {**job, NAME: recorded.name or new_name}
    return replace(inputs, job=job, hidden={**inputs.hidden, GENERATION: generation})
