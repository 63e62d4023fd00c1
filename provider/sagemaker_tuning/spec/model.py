"""The declared tuning job: read from any form, checked as a whole, written in any form."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import PrivateAttr

from sagemaker_tuning.errors import Problem, SpecError
from sagemaker_tuning.names import OWN_TAG_PREFIX
from sagemaker_tuning.spec import forms
from sagemaker_tuning.spec.check import check, without_check
from sagemaker_tuning.spec.findings import Finding, problem_of, without_secrets
from sagemaker_tuning.spec.forms import Form, Reading
from sagemaker_tuning.spec.rules import broken_rules
from sagemaker_tuning.spec.shapes import CreateHyperParameterTuningJobRequest
from sagemaker_tuning.unknown import is_unknown

__all__ = ["TuningJobSpec"]

_RESERVED_TAGS = ("aws:", OWN_TAG_PREFIX)  # nobody declares these
_INJECTED = "_tuning_objective_metric"  # the service adds it to the static hyperparameters of every job


@dataclass(frozen=True)
class _Origin:
    """What a spec remembers of its reading. It is no part of what is declared: all origins are equal."""

    form: Form = field(default="native", compare=False)
    warnings: tuple[Problem, ...] = field(default=(), compare=False)
    envelope: Mapping[str, Any] = field(default_factory=dict, compare=False)


class TuningJobSpec(CreateHyperParameterTuningJobRequest):
    """A declared tuning job; attributes are the API's members in snake_case.

    The `from_` methods read a document and raise `SpecError` with every problem it has; any value or subtree may be
    `UNKNOWN`. The `to_` methods write only what is set.
    """

    _origin: _Origin = PrivateAttr(default_factory=_Origin)

    @property
    def form(self) -> Form:
        """The form that the spec was read from."""
        return self._origin.form

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What SageMaker may refuse or ignore, such as an instance type that the installed botocore does not know."""
        return self._origin.warnings

    @classmethod
    def from_native(cls, document: Mapping[str, Any], *, secret_paths: Collection[str] = ()) -> TuningJobSpec:
        """The spec that a native document declares; no problem shows a value at or below one of `secret_paths`."""
        return cls._checked(forms.read(document, "native"), "native", secret_paths)

    @classmethod
    def from_pulumi(cls, document: Mapping[str, Any], *, secret_paths: Collection[str] = ()) -> TuningJobSpec:
        """The spec in Pulumi inputs; no problem shows a value at or below one of `secret_paths` (snake_case paths)."""
        return cls._checked(forms.read(document, "pulumi"), "pulumi", secret_paths)

    @classmethod
    def from_api(cls, request: Mapping[str, Any]) -> TuningJobSpec:
        """The spec in a CreateHyperParameterTuningJob request, so that `from_api(request).to_api() == request`."""
        reading = forms.read(request, "api")
        if "hyper_parameter_tuning_job_name" not in reading.native:
            fix = "Add `HyperParameterTuningJobName`; a request cannot do without"
            reading.problems.append(Finding(("hyper_parameter_tuning_job_name",), None, "is missing", fix))
        return cls._checked(reading, "api")

    @classmethod
    def from_ack(cls, manifest: Mapping[str, Any]) -> TuningJobSpec:
        """The spec in an ACK manifest; `to_ack` gives its kind and metadata back."""
        return cls._checked(forms.read(manifest, "ack"), "ack")

    @classmethod
    def from_describe(
        cls, response: Mapping[str, Any], tags: Iterable[Mapping[str, str]] | None = None
    ) -> TuningJobSpec:
        """The spec that would declare a job that exists; `tags` are its tags as ListTags gives them.

        Outputs, tags of AWS and of this provider, and the hyperparameter that the service injects are left out. What
        the service says is taken as it is, also where a request could not say it: that becomes a warning, as does a
        field that is newer than this package. Errors: SpecError if it is no describe document.
        """
        document = dict(response)
        if tags is not None:
            document["Tags"] = [tag for tag in tags if not tag["Key"].startswith(_RESERVED_TAGS)]
        reading = forms.read(document, "describe")
        _drop_injected(reading.native)
        return cls._observed(reading)

    def to_native(self) -> dict[str, Any]:
        """Nested dicts with snake_case keys, holding only what is set."""
        return self.model_dump(exclude_unset=True, exclude_none=True, warnings=False)

    def to_api(self) -> dict[str, Any]:
        """The CreateHyperParameterTuningJob request."""
        return forms.write(self.to_native(), "api")

    def to_pulumi(self) -> dict[str, Any]:
        """Nested dicts with camelCase keys."""
        return forms.write(self.to_native(), "pulumi")

    def to_ack(self) -> dict[str, Any]:
        """The ACK manifest. Errors: SpecError if the job needs a field that ACK does not have, or has no name."""
        native = self.to_native()
        missing = forms.missing_in_ack(native)
        name = native.get("hyper_parameter_tuning_job_name")
        if name is None:
            at = ("hyper_parameter_tuning_job_name",)
            missing.append(Finding(at, None, "is missing; an ACK manifest cannot do without", "Give the job a name"))
        if missing:
            raise SpecError(problem_of(finding, native) for finding in missing)
        envelope = dict(self._origin.envelope) or {
            "apiVersion": forms.ACK_API,
            "kind": forms.ACK_KIND,
            "metadata": {"name": name if is_unknown(name) else str(name).lower()},
        }
        return {**envelope, "spec": forms.write(native, "ack")}

    @classmethod
    def _checked(cls, reading: Reading, form: Form, secret_paths: Collection[str] = ()) -> TuningJobSpec:
        spec, wrong = check(cls, reading.native)
        rules = list(broken_rules(without_secrets(spec.to_native(), secret_paths)))
        errors = [*reading.problems, *wrong, *(finding for rule, finding in rules if rule.severity == "error")]
        if errors:
            raise SpecError(problem_of(finding, reading.native, secret_paths) for finding in errors)
        warnings = [*reading.warnings, *(finding for _, finding in rules)]
        return spec._from(form, warnings, reading, secret_paths)

    @classmethod
    def _observed(cls, reading: Reading) -> TuningJobSpec:
        strict, wrong = check(cls, reading.native)
        spec = strict if not wrong else cls._lenient(reading, wrong)
        rules = [finding for _, finding in broken_rules(strict.to_native())]
        return spec._from("describe", [*reading.warnings, *wrong, *rules], reading)

    @classmethod
    def _lenient(cls, reading: Reading, wrong: list[Finding]) -> TuningJobSpec:
        try:
            return without_check(cls, reading.native)
        except ValueError as error:  # pydantic's ValidationError: not values are wrong, but the document's build
            raise SpecError(problem_of(finding, reading.native) for finding in wrong) from error

    def _from(
        self, form: Form, warnings: Iterable[Finding], reading: Reading, secret_paths: Collection[str] = ()
    ) -> TuningJobSpec:
        problems = tuple(problem_of(finding, reading.native, secret_paths) for finding in warnings)
        self._origin = _Origin(form, problems, reading.envelope)
        return self


def _drop_injected(native: Mapping[str, Any]) -> None:
    for definition in (native.get("training_job_definition"), *(native.get("training_job_definitions") or ())):
        static = definition.get("static_hyper_parameters") if isinstance(definition, dict) else None
        if isinstance(static, dict) and _INJECTED in static:
            del static[_INJECTED]
            if not static:
                del definition["static_hyper_parameters"]
